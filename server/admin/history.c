/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/history.c -- request counts and response times per minute, in a ring buffer.
 *
 * Each slot records the minute it belongs to. A slot left over from yesterday, or from a minute in
 * which nobody called history_record(), is recognized by that. */
#include "server/admin/history.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "server/admin/metrics_query.h"
#include "server/admin/outage.h"

struct slot {
    int64_t minute; /* since 1970 */
    struct history_totals growth;
};

struct history {
    pthread_mutex_t lock;
    struct history_totals last; /* at the previous call */
    int64_t minute;             /* of the previous call */
    struct outage upstream, questions;
    struct slot slots[HISTORY_MINUTES];
};

static int64_t minute_of(int64_t now_s)
{
    return now_s > 0 ? now_s / 60 : 0;
}

struct history *history_create(int64_t now_s)
{
    struct history *h = calloc(1, sizeof *h);

    if (h && pthread_mutex_init(&h->lock, NULL) != 0) {
        free(h);
        return NULL;
    }
    if (h)
        h->minute = minute_of(now_s);
    return h;
}

void history_free(struct history *h)
{
    if (!h)
        return;
    (void)pthread_mutex_destroy(&h->lock);
    free(h);
}

/* Totals older than the previous ones add nothing. */
static int64_t count_growth(int64_t now, int64_t before)
{
    return now > before ? now - before : 0;
}

void history_add(struct history_totals *sum, const struct history_totals *growth)
{
    for (size_t i = 0; i < HISTORY_COUNTS; i++)
        sum->counts[i] += growth->counts[i];
    for (size_t i = 0; i < METRIC_BUCKETS; i++)
        sum->buckets[i] += growth->buckets[i];
    sum->seconds += growth->seconds;
    sum->timed += growth->timed;
}

static struct history_totals totals_growth(const struct history_totals *now,
                                           const struct history_totals *before)
{
    struct history_totals g = { .timed = count_growth(now->timed, before->timed) };

    for (size_t i = 0; i < HISTORY_COUNTS; i++)
        g.counts[i] = count_growth(now->counts[i], before->counts[i]);
    for (size_t i = 0; i < METRIC_BUCKETS; i++)
        g.buckets[i] = count_growth(now->buckets[i], before->buckets[i]);
    if (now->seconds > before->seconds)
        g.seconds = now->seconds - before->seconds;
    return g;
}

static void add_response_times(void *data, const struct metric_sample *sample)
{
    struct history_totals *t = data;

    t->seconds += sample->sum;
    t->timed += (int64_t)sample->value;
    for (size_t i = 0; i < METRIC_BUCKETS; i++)
        t->buckets[i] += sample->buckets[i];
}

/* The responses of the weather service, not those of the geocoder. A 404 is an answer. */
static void add_upstream(void *data, const struct metric_sample *sample)
{
    struct history_totals *t = data;
    struct str code = metric_label(sample->labels, "code");
    bool ok = str_eqz(code, "2xx") || str_eqz(code, "304") || str_eqz(code, "404");

    if (!str_eqz(code, "canceled") && !str_eqz(metric_label(sample->labels, "label"), "geocode"))
        t->counts[ok ? HISTORY_UPSTREAM_OK : HISTORY_UPSTREAM_FAILED] += (int64_t)sample->value;
}

/* The series that make up a count: those with this value of this label. */
static const struct {
    enum history_count count;
    const char *family, *label, *value;
} sources[] = {
#define REQUESTS "climacast_requests_total", "outcome"
    { HISTORY_ANSWERED, REQUESTS, "answered" },
    { HISTORY_ANSWERED, REQUESTS, "empty" },
    { HISTORY_ANSWERED, REQUESTS, "repeated" },
    { HISTORY_HINTS, REQUESTS, "hint" },
    { HISTORY_NOT_UNDERSTOOD, REQUESTS, "not_understood" },
    { HISTORY_APOLOGIES, REQUESTS, "apology" },
    { HISTORY_ALEXA_ERRORS, REQUESTS, "alexa_error" },
#undef REQUESTS
    { HISTORY_ALEXA_OURS, "climacast_alexa_errors_total", "type", "INVALID_RESPONSE" },
    { HISTORY_ALEXA_OURS, "climacast_alexa_errors_total", "type", "ENDPOINT_TIMEOUT" },
    { HISTORY_ALEXA_OURS, "climacast_alexa_errors_total", "type", "other" },
    { HISTORY_TURNED_AWAY, "climacast_refusals_total", "reason", "overloaded" },
    { HISTORY_TURNED_AWAY, "climacast_refusals_total", "reason", "certificate_unavailable" },
    { HISTORY_WEATHER, "climacast_weather_questions_total", "outcome", "answered" },
    { HISTORY_WEATHER_FAILED, "climacast_weather_questions_total", "outcome", "failed" },
};

void history_totals_read(struct metrics *metrics, struct history_totals *ret_totals)
{
    struct history_totals t = { .timed = 0 };

    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++)
        t.counts[sources[i].count] += (int64_t)metrics_query_sum(
            metrics, sources[i].family, sources[i].label, sources[i].value, NULL);
    t.counts[HISTORY_ANSWERED] -= t.counts[HISTORY_WEATHER]; /* it has answers of both sorts */
    t.counts[HISTORY_REFUSED] =
        (int64_t)metrics_query_sum(metrics, "climacast_refusals_total", NULL);
    metrics_each(metrics, "climacast_upstream_responses_total", add_upstream, &t);
    metrics_each(metrics, "climacast_request_seconds", add_response_times, &t);
    *ret_totals = t;
}

void history_record(struct history *h, const struct history_totals *totals, int64_t now_s)
{
    struct history_totals g;
    struct slot *slot;

    (void)pthread_mutex_lock(&h->lock);
    slot = &h->slots[h->minute % HISTORY_MINUTES];
    if (slot->minute != h->minute)
        *slot = (struct slot){ .minute = h->minute };
    g = totals_growth(totals, &h->last);
    history_add(&slot->growth, &g);
    history_add(&h->last, &g); /* not `totals`: another thread may have recorded later ones */
    h->minute = minute_of(now_s);
    outage_feed(&h->upstream, g.counts[HISTORY_UPSTREAM_OK], g.counts[HISTORY_UPSTREAM_FAILED],
                now_s);
    outage_feed(&h->questions, g.counts[HISTORY_WEATHER], g.counts[HISTORY_WEATHER_FAILED], now_s);
    (void)pthread_mutex_unlock(&h->lock);
}

int64_t history_outage_s(struct history *h, int64_t min_s, int64_t now_s)
{
    int64_t upstream, questions;

    (void)pthread_mutex_lock(&h->lock);
    upstream = outage_duration_s(&h->upstream, min_s, now_s);
    questions = outage_duration_s(&h->questions, min_s, now_s);
    (void)pthread_mutex_unlock(&h->lock);
    return upstream > questions ? upstream : questions;
}

void history_read(struct history *h, int64_t now_s, int minutes, size_t count,
                  struct history_totals *ret_spans, int64_t *ret_start)
{
    int64_t now = minute_of(now_s);
    int64_t first = (now / minutes - (int64_t)count + 1) * minutes;

    memset(ret_spans, 0, count * sizeof *ret_spans);
    *ret_start = first * 60;
    (void)pthread_mutex_lock(&h->lock);
    for (size_t i = 0; i < HISTORY_MINUTES; i++) {
        const struct slot *slot = &h->slots[i];
        if (slot->minute > 0 && slot->minute >= first && slot->minute <= now)
            history_add(&ret_spans[(slot->minute - first) / minutes], &slot->growth);
    }
    (void)pthread_mutex_unlock(&h->lock);
}

double history_quantile(const struct history_totals *t, double share)
{
    double wanted = share * (double)t->timed, below = 0, from = 0;

    if (t->timed <= 0)
        return 0;
    for (size_t i = 0; i < METRIC_BUCKETS; i++) {
        double here = (double)t->buckets[i], to = metric_bounds[i];
        if (here > 0 && below + here >= wanted)
            return from + (to - from) * (wanted - below) / here;
        below += here;
        from = to;
    }
    return metric_bounds[METRIC_BUCKETS - 1];
}

int64_t history_late(const struct history_totals *t)
{
    int64_t in_time = 0;

    for (size_t i = 0; i < METRIC_BUCKETS && metric_bounds[i] <= HISTORY_LATE_S; i++)
        in_time += t->buckets[i];
    return t->timed - in_time;
}

int64_t history_requests(const struct history_totals *t)
{
    int64_t n = 0;

    for (size_t i = 0; i < HISTORY_REQUESTS; i++)
        n += t->counts[i];
    return n;
}
