/* SPDX-License-Identifier: Apache-2.0 */
/* certs/renewal.c -- when a certificate should have been renewed by now. */
#include "certs/renewal.h"

#include <stdio.h>

enum {
    HOUR_S = 3600,
    DAY_S = 86400,
    WARN_SHARE = 3, /* of the lifetime: a third */
    WARN_MAX_S = 30 * DAY_S,
    DAYS_ONLY = 10, /* with more days left, hours do not matter */
};

/* With less than this left, in seconds, the owner is warned. */
static int64_t warn_s(int64_t not_before, int64_t not_after)
{
    int64_t lifetime = not_after > not_before ? not_after - not_before : 0;

    return lifetime / WARN_SHARE < WARN_MAX_S ? lifetime / WARN_SHARE : WARN_MAX_S;
}

bool renewal_is_overdue(int64_t not_before, int64_t not_after, int64_t now)
{
    int64_t left = not_after - now;

    return left <= 0 || left < warn_s(not_before, not_after);
}

void renewal_format_left(int64_t left_s, char out[RENEWAL_TEXT_BYTES])
{
    long long left = left_s > 0 ? left_s : 0, days = left / DAY_S, hours = left / HOUR_S;

    if (days >= DAYS_ONLY || (days > 1 && hours % 24 == 0))
        (void)snprintf(out, RENEWAL_TEXT_BYTES, "%lld days", days);
    else if (days > 1)
        (void)snprintf(out, RENEWAL_TEXT_BYTES, "%lld days %lld %s", days, hours % 24,
                       hours % 24 == 1 ? "hour" : "hours");
    else
        (void)snprintf(out, RENEWAL_TEXT_BYTES, "%lld %s", hours, hours == 1 ? "hour" : "hours");
}
