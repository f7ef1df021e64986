/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/admin/history.c: which minute a request is counted in, and for how long. */
#include "server/admin/history.h"

#include <pthread.h>
#include <stdlib.h>

#include "tests/test.h"

enum { MINUTE = 60, START = 1000000 * MINUTE };

static struct history_totals totals(int64_t answered, int64_t refused)
{
    struct history_totals t = { .timed = answered, .seconds = 0.004 * (double)answered };

    t.counts[HISTORY_ANSWERED] = answered;
    t.counts[HISTORY_REFUSED] = refused;
    t.buckets[2] = answered; /* 2.5 to 5 ms */
    return t;
}

static void record(struct history *h, int64_t answered, int64_t refused, int64_t now)
{
    struct history_totals t = totals(answered, refused);

    history_record(h, &t, now);
}

TEST(growth_is_counted_in_its_minute)
{
    struct history *h = history_create(START);
    struct history_totals spans[3];
    int64_t start;

    record(h, 5, 1, START + 30);
    record(h, 7, 1, START + MINUTE); /* counted in the minute of the previous call */
    record(h, 10, 4, START + MINUTE + 10);
    history_read(h, START + 2 * MINUTE, 1, 3, spans, &start);
    CHECK_INT(start, START);
    CHECK_INT(spans[0].counts[HISTORY_ANSWERED], 7);
    CHECK_INT(spans[0].counts[HISTORY_REFUSED], 1);
    CHECK_INT(spans[0].buckets[2], 7);
    CHECK_NEAR(spans[0].seconds, 0.028, 1e-9);
    CHECK_INT(spans[1].counts[HISTORY_ANSWERED], 3);
    CHECK_INT(spans[1].counts[HISTORY_REFUSED], 3);
    CHECK_INT(spans[2].counts[HISTORY_ANSWERED], 0);
    history_free(h);
}

TEST(longer_spans_sum_their_minutes)
{
    struct history *h = history_create(START);
    struct history_totals spans[2];
    int64_t start, at = START - START % (15 * MINUTE) + 15 * MINUTE;

    for (int i = 0; i < 20; i++)
        record(h, 2 * (i + 1), 0, at + i * MINUTE);
    history_read(h, at + 20 * MINUTE, 15, 2, spans, &start);
    CHECK_INT(start, at);
    CHECK_INT(spans[0].counts[HISTORY_ANSWERED], 30);
    CHECK_INT(spans[1].counts[HISTORY_ANSWERED], 8);
    history_free(h);
}

TEST(minutes_older_than_a_day_are_dropped)
{
    struct history *h = history_create(START);
    struct history_totals all;
    int64_t start;

    record(h, 9, 0, START + 1);
    for (int minute = 1; minute < 3 * HISTORY_MINUTES; minute++)
        record(h, 9, 0, START + minute * MINUTE);
    history_read(h, START + 3 * HISTORY_MINUTES * MINUTE, HISTORY_MINUTES, 1, &all, &start);
    CHECK_INT(all.counts[HISTORY_ANSWERED], 0);
    history_free(h);
}

TEST(slots_left_over_from_yesterday_are_not_counted)
{
    struct history *h = history_create(START);
    struct history_totals spans[60];
    int64_t start;

    record(h, 9, 0, START + 1);
    record(h, 9, 0, START + HISTORY_MINUTES * MINUTE - 5);
    history_read(h, START + HISTORY_MINUTES * MINUTE, 1, 60, spans, &start);
    for (size_t i = 0; i < 60; i++)
        CHECK_INT(spans[i].counts[HISTORY_ANSWERED], 0);
    history_free(h);
}

TEST(clock_jumps_are_tolerated)
{
    static const int64_t times[] = { START + 100000, START - 500000, 0, -7, START, START + MINUTE };
    struct history *h = history_create(START);
    struct history_totals spans[1];
    int64_t start;

    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
        record(h, (int64_t)i + 1, 0, times[i]);
    history_read(h, START + MINUTE, 2, 1, spans, &start);
    CHECK(spans[0].counts[HISTORY_ANSWERED] >= 1);
    history_read(h, -100000, 1, 1, spans, &start);
    history_free(h);
}

TEST(older_totals_change_nothing)
{
    struct history *h = history_create(START);
    struct history_totals spans[1];
    int64_t start;

    record(h, 10, 10, START);
    record(h, 8, 8, START);
    record(h, 11, 10, START);
    history_read(h, START, 1, 1, spans, &start);
    CHECK_INT(spans[0].counts[HISTORY_ANSWERED], 11);
    CHECK_INT(spans[0].counts[HISTORY_REFUSED], 10);
    CHECK_NEAR(spans[0].seconds, 0.044, 1e-9);
    history_free(h);
}

enum { THREADS = 4, ROUNDS = 5000 };

struct shared {
    struct history *history;
    struct metrics *metrics;
};

static void *count_and_record(void *data)
{
    struct shared *s = data;
    struct metric_family *f = metrics_family(s->metrics, METRIC_COUNTER, "climacast_requests_total",
                                             "intent,outcome", "Requests.");
    struct history_totals t, spans[2];
    int64_t start;

    for (int i = 0; i < ROUNDS; i++) {
        metric_add(metric_get(f, "LaunchRequest", "answered", NULL), 1);
        history_totals_read(s->metrics, &t);
        history_record(s->history, &t, START + i / 100);
        if (i % 100 == 0)
            history_read(s->history, START + i / 100, 1, 2, spans, &start);
    }
    return NULL;
}

TEST(concurrent_threads_count_each_request_once)
{
    struct shared s = { history_create(START), metrics_create() };
    struct history_totals t, spans[3];
    pthread_t threads[THREADS];
    int64_t start;

    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, count_and_record, &s), 0);
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_join(threads[i], NULL), 0);
    history_totals_read(s.metrics, &t);
    history_record(s.history, &t, START + MINUTE);
    history_read(s.history, START + MINUTE, 1, 3, spans, &start);
    for (size_t i = 1; i < 3; i++)
        history_add(&spans[0], &spans[i]);
    CHECK_INT(spans[0].counts[HISTORY_ANSWERED], THREADS * ROUNDS);
    metrics_free(s.metrics);
    history_free(s.history);
}

TEST(quantiles_are_interpolated_within_their_bucket)
{
    struct history_totals t = totals(100, 0), none = { .timed = 0 };
    double median = history_quantile(&t, 0.5);

    CHECK(median > metric_bounds[1] && median <= metric_bounds[2]);
    CHECK_NEAR(history_quantile(&t, 1), metric_bounds[2], 1e-9);
    CHECK_NEAR(history_quantile(&none, 0.95), 0, 0);
    t.timed = 1000; /* the rest took longer than any bucket */
    CHECK_NEAR(history_quantile(&t, 0.95), metric_bounds[METRIC_BUCKETS - 1], 0);
}

static const struct {
    const char *label, *code;
} failures[] = { { "grid", "5xx" },
                 { "point", "timeout" },
                 { "zone", "none" },
                 { "alerts", "4xx" },
                 { "grid", "3xx" } };

TEST(totals_are_read_from_the_metrics)
{
    static const int64_t want[HISTORY_COUNTS] = {
        [HISTORY_WEATHER] = 5,         [HISTORY_ANSWERED] = 3,       [HISTORY_HINTS] = 1,
        [HISTORY_NOT_UNDERSTOOD] = 3,  [HISTORY_APOLOGIES] = 2,      [HISTORY_ALEXA_ERRORS] = 4,
        [HISTORY_REFUSED] = 8,         [HISTORY_TURNED_AWAY] = 1,    [HISTORY_UPSTREAM_OK] = 10,
        [HISTORY_UPSTREAM_FAILED] = 5, [HISTORY_WEATHER_FAILED] = 2,
    };
    struct metrics *m = metrics_create();
    struct metric_family *requests = metrics_family(m, METRIC_COUNTER, "climacast_requests_total",
                                                    "intent,outcome", "Requests.");
    struct metric_family *weather = metrics_family(
        m, METRIC_COUNTER, "climacast_weather_questions_total", "outcome", "Questions.");
    struct metric_family *refusals =
        metrics_family(m, METRIC_COUNTER, "climacast_refusals_total", "reason", "Refused.");
    struct metric_family *responses = metrics_family(
        m, METRIC_COUNTER, "climacast_upstream_responses_total", "label,code", "Responses.");
    struct metric_family *seconds =
        metrics_family(m, METRIC_HISTOGRAM, "climacast_request_seconds", "intent", "Time.");
    struct history_totals t;

    history_totals_read(m, &t);
    CHECK_INT(t.counts[HISTORY_REFUSED], 0);
    metric_add(metric_get(requests, "MetricIntent", "answered", NULL), 5);
    metric_add(metric_get(requests, "AMAZON.HelpIntent", "answered", NULL), 1);
    metric_add(metric_get(requests, "SessionEndedRequest", "empty", NULL), 2);
    metric_add(metric_get(requests, "MetricIntent", "apology", NULL), 2);
    metric_add(metric_get(requests, "MetricIntent", "hint", NULL), 1);
    metric_add(metric_get(requests, "AMAZON.FallbackIntent", "not_understood", NULL), 3);
    metric_add(metric_get(requests, "SessionEndedRequest", "alexa_error", NULL), 4);
    metric_add(metric_get(weather, "answered", NULL, NULL), 5);
    metric_add(metric_get(weather, "failed", NULL, NULL), 2);
    metric_add(metric_get(weather, "other", NULL, NULL), 1);
    metric_add(metric_get(refusals, "signature_missing", NULL, NULL), 7);
    metric_add(metric_get(refusals, "overloaded", NULL, NULL), 1);
    metric_add(metric_get(responses, "grid", "2xx", NULL), 8);
    metric_add(metric_get(responses, "point", "404", NULL), 1);
    metric_add(metric_get(responses, "grid", "304", NULL), 1);
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++)
        metric_add(metric_get(responses, failures[i].label, failures[i].code, NULL), 1);
    metric_add(metric_get(responses, "geocode", "5xx", NULL), 99);
    metric_observe(metric_get(seconds, "MetricIntent", NULL, NULL), 0.003);
    metric_observe(metric_get(seconds, "LaunchRequest", NULL, NULL), 0.5);
    metric_observe(metric_get(seconds, "MetricIntent", NULL, NULL), 6.1);
    metric_observe(metric_get(seconds, "MetricIntent", NULL, NULL), 60);
    history_totals_read(m, &t);
    for (size_t i = 0; i < HISTORY_COUNTS; i++)
        CHECK_ROW(i, t.counts[i] == want[i]);
    CHECK_INT(history_requests(&t), 18);
    CHECK_INT(t.timed, 4);
    CHECK_INT(history_late(&t), 2);
    CHECK_NEAR(t.seconds, 66.603, 1e-9);
    metrics_free(m);
}

TEST(an_outage_is_when_all_calls_or_all_questions_fail)
{
    struct history *h = history_create(START);
    struct history_totals t = { .timed = 0 };

    t.counts[HISTORY_UPSTREAM_FAILED] = 1;
    history_record(h, &t, START);
    CHECK_INT(history_outage_s(h, 60, START + 59), 0);
    CHECK_INT(history_outage_s(h, 60, START + 60), 60);
    t.counts[HISTORY_WEATHER] = 1; /* from the cache: the weather service still fails */
    history_record(h, &t, START + 61);
    CHECK_INT(history_outage_s(h, 60, START + 70), 70);
    t.counts[HISTORY_UPSTREAM_OK] = 1;
    history_record(h, &t, START + 71);
    CHECK_INT(history_outage_s(h, 0, START + 72), 0);
    t.counts[HISTORY_WEATHER_FAILED] = 1; /* it answers, but with what cannot be read */
    t.counts[HISTORY_UPSTREAM_OK] = 2;
    history_record(h, &t, START + 80);
    CHECK_INT(history_outage_s(h, 60, START + 140), 60);
    history_free(h);
}

TESTS(growth_is_counted_in_its_minute, longer_spans_sum_their_minutes,
      minutes_older_than_a_day_are_dropped, slots_left_over_from_yesterday_are_not_counted,
      clock_jumps_are_tolerated, older_totals_change_nothing,
      concurrent_threads_count_each_request_once, quantiles_are_interpolated_within_their_bucket,
      totals_are_read_from_the_metrics, an_outage_is_when_all_calls_or_all_questions_fail)
