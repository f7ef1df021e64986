/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/history.h -- request counts and response times per minute, for the last 24 hours.
 *
 * Metrics are cumulative; the history records by how much they grew in each minute, in a ring
 * buffer that lasts as long as the process. The background thread calls history_record() about once
 * a second with the current totals, and the growth since the previous call is added to the minute
 * of that previous call. The current, incomplete minute is included in the results. Thread-safe;
 * the lock is never held while waiting for anything else. */
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
    HISTORY_COUNTS /* usage hints and empty responses count as answered */
};

/* Cumulative totals, or their growth over a time span. */
struct history_totals {
    int64_t counts[HISTORY_COUNTS];
    double seconds;                  /* sum of all response times */
    int64_t timed;                   /* responses included in `seconds` */
    int64_t buckets[METRIC_BUCKETS]; /* not cumulative; the slowest are in none */
};

struct history;

/* The current totals. */
void history_totals_read(struct metrics *metrics, struct history_totals *ret_totals);

/* Returns NULL when there is not enough memory. */
struct history *history_create(int64_t now_s);
void history_free(struct history *h); /* NULL is allowed */
void history_record(struct history *h, const struct history_totals *totals, int64_t now_s);
/* The growth in each of `count` spans of `minutes` minutes, the last of which contains now_s. Spans
 * start at multiples of their length; *ret_start is the start of the first one, in epoch
 * seconds. */
void history_read(struct history *h, int64_t now_s, int minutes, size_t count,
                  struct history_totals *ret_spans, int64_t *ret_start);

/* The quantile (0.95 for the p95) of the response times in seconds, interpolated within its bucket.
 * 0 when there are none; never more than the last bucket's bound. */
double history_quantile(const struct history_totals *t, double share);
/* Add `growth` to `sum`. */
void history_add(struct history_totals *sum, const struct history_totals *growth);

#endif
