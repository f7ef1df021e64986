/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/outage.h -- since when something has only failed.  Pure.
 *
 * One success ends an outage. While nothing is tried nothing is known, so an outage whose last
 * failure is long ago is no longer reported; the next failure shows that it went on. */
#ifndef CLIMACAST_SERVER_ADMIN_OUTAGE_H
#define CLIMACAST_SERVER_ADMIN_OUTAGE_H

#include <stdint.h>

/* All zero: no outage. Times are epoch seconds. */
struct outage {
    int64_t since;        /* of the first failure after the last success; 0: there was none */
    int64_t last_failure; /* 0 when `since` is */
};

/* Add what has happened since the last call. */
void outage_feed(struct outage *o, int64_t successes, int64_t failures, int64_t now);
/* How long it has lasted: 0 unless it has lasted `min_s`, and the last failure is no older than
 * that or OUTAGE_MEMORY_S. */
int64_t outage_duration_s(const struct outage *o, int64_t min_s, int64_t now);

enum { OUTAGE_MEMORY_S = 300 };

#endif
