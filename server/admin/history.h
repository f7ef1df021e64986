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

enum { HISTORY_MINUTES = 24 * 60, HISTORY_LATE_S = 5 /* Alexa waits 8 s in all */ };
enum history_count {
    /* Verified requests are counted once each. */
    HISTORY_WEATHER,        /* answered with weather */
    HISTORY_ANSWERED,       /* answered with something else, or with the empty response */
    HISTORY_HINTS,          /* asked back */
    HISTORY_NOT_UNDERSTOOD, /* no intent matched */
    HISTORY_APOLOGIES,
    HISTORY_ALEXA_ERRORS, /* Alexa reported that it could not use an earlier response */
    HISTORY_REQUESTS,     /* the number of those above */
    HISTORY_ALEXA_OURS = HISTORY_REQUESTS, /* of Alexa's errors, those about our responses */
    /* Requests that were rejected. */
    HISTORY_REFUSED,
    HISTORY_TURNED_AWAY, /* of these, the ones rejected through no fault of theirs */
    /* Calls to the weather service. */
    HISTORY_UPSTREAM_OK, /* 2xx, 304, 404 */
    HISTORY_UPSTREAM_FAILED,
    /* Questions about the weather that got an apology because it was unavailable. */
    HISTORY_WEATHER_FAILED,
    HISTORY_COUNTS
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
/* For how many seconds the weather was unavailable, as of now_s; 0 unless for at least min_s. It is
 * unavailable when every call to the weather service fails, or every question about the weather. */
int64_t history_outage_s(struct history *h, int64_t min_s, int64_t now_s);
/* The growth in each of `count` spans of `minutes` minutes, the last of which contains now_s. Spans
 * start at multiples of their length; *ret_start is the start of the first one, in epoch
 * seconds. */
void history_read(struct history *h, int64_t now_s, int minutes, size_t count,
                  struct history_totals *ret_spans, int64_t *ret_start);

/* The quantile (0.95 for the p95) of the response times in seconds, interpolated within its bucket.
 * 0 when there are none; never more than the last bucket's bound. */
double history_quantile(const struct history_totals *t, double share);
/* How many responses took longer than HISTORY_LATE_S. */
int64_t history_late(const struct history_totals *t);
/* The verified requests of all outcomes. */
int64_t history_requests(const struct history_totals *t);
/* Add `growth` to `sum`. */
void history_add(struct history_totals *sum, const struct history_totals *growth);

#endif
