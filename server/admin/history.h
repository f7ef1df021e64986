/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/history.h -- requests and their times, minute by minute, for the last day.
 *
 * Counters only grow; here what they grew by in each minute is kept, in a ring of fixed size that
 * ends with the process. Somebody calls history_record() every second or so with the counters as they
 * stand: what they have grown by since the last call belongs to the minute of that last call. The
 * minute that runs is told, too. Thread-safe; the lock is never held across anything that waits. */
#ifndef CLIMACAST_SERVER_ADMIN_HISTORY_H
#define CLIMACAST_SERVER_ADMIN_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "server/base/metrics.h"

enum { HISTORY_MINUTES = 24 * 60 };
enum history_count {
    HISTORY_ANSWERED,
    HISTORY_APOLOGIES,
    HISTORY_REFUSED,
    HISTORY_COUNTS /* hints count as answered, as do requests that are answered with silence */
};

/* Counters as they stand, or what they grew by. */
struct history_totals {
    int64_t counts[HISTORY_COUNTS];
    double seconds;                  /* that answers took, added up */
    int64_t timed;                   /* answers in `seconds` */
    int64_t buckets[METRIC_BUCKETS]; /* of them; who is in none took longer */
};

struct history;

/* The counters as they stand. */
void history_totals_read(struct metrics *metrics, struct history_totals *ret_totals);

/* NULL: no memory. */
struct history *history_create(int64_t now_s);
void history_free(struct history *h); /* NULL allowed */
void history_record(struct history *h, const struct history_totals *totals, int64_t now_s);
/* What happened in `count` spans of `minutes` each, the last of which holds the minute of now_s;
 * spans begin at multiples of their length. *ret_start is when the first one begins. */
void history_read(struct history *h, int64_t now_s, int minutes, size_t count,
                  struct history_totals *ret_spans, int64_t *ret_start);

/* Seconds within which this share (0.95) of the timed answers came, interpolated in their bucket; 0
 * when there are none, and never more than the last bound. */
double history_quantile(const struct history_totals *t, double share);
void history_add(struct history_totals *to, const struct history_totals *what);

#endif
