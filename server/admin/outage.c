/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/outage.c -- since when something has only failed. */
#include "server/admin/outage.h"

void outage_feed(struct outage *o, int64_t successes, int64_t failures, int64_t now)
{
    if (successes > 0)
        *o = (struct outage){ 0 };
    if (successes > 0 || failures <= 0)
        return;
    if (o->since == 0 || o->since > now) /* the clock was set back */
        o->since = now;
    o->last_failure = now;
}

int64_t outage_duration_s(const struct outage *o, int64_t min_s, int64_t now)
{
    int64_t memory_s = min_s > OUTAGE_MEMORY_S ? min_s : OUTAGE_MEMORY_S;

    if (o->since == 0 || now - o->since < min_s || now - o->last_failure > memory_s)
        return 0;
    return now - o->since;
}
