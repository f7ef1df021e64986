/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/verdict.h -- is everything well? Judged by the last five minutes and by the state of
 * what the daemon depends on, never by what happened long ago.  Pure. */
#ifndef CLIMACAST_SERVER_ADMIN_VERDICT_H
#define CLIMACAST_SERVER_ADMIN_VERDICT_H

#include <stddef.h>

#include "server/admin/dashboard_data.h"

enum { VERDICT_FINDINGS_MAX = 16, VERDICT_TEXT_BYTES = 200 };

/* In ascending order. */
enum verdict_level {
    VERDICT_WELL,
    VERDICT_WARN, /* some users notice, or all will soon */
    VERDICT_BAD,  /* users do not get what they ask for */
};

struct verdict_finding {
    enum verdict_level level;
    char text[VERDICT_TEXT_BYTES]; /* may have text from outside: escape it */
};

struct verdict {
    enum verdict_level level; /* the worst of the findings */
    size_t count;
    struct verdict_finding findings[VERDICT_FINDINGS_MAX]; /* worst first */
};

void verdict_reach(const struct dashboard_data *d, struct verdict *ret_verdict);

/* The level of a number of failures out of `all`: WELL when there are none; BAD from `bad` (a
 * share) on when there are at least two, or when all have failed; else WARN. */
enum verdict_level verdict_of_share(int64_t failures, int64_t all, double bad);

#endif
