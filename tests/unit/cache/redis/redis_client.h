/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/redis/redis_client.h -- a struct redis under test, and what it reported. */
#ifndef CLIMACAST_TESTS_UNIT_CACHE_REDIS_CLIENT_H
#define CLIMACAST_TESTS_UNIT_CACHE_REDIS_CLIENT_H

#include <pthread.h>

#include "cache/redis/redis.h"
#include "server/base/metrics.h"
#include "tests/test.h"
#include "tests/unit/cache/redis/redis_server.h"

/* The first is generous, for a busy machine; the second is for tests with a slow Redis. */
enum { GENEROUS_MS = 2000, TIMEOUT_MS = 300 };

/* The states reported, in order. */
static struct reported {
    pthread_mutex_t lock;
    size_t count;
    enum status states[40];
    char last[400];
} reported = { .lock = PTHREAD_MUTEX_INITIALIZER };

static inline void record_report(void *data, const struct err *state)
{
    (void)data;
    (void)pthread_mutex_lock(&reported.lock);
    if (reported.count < 40)
        reported.states[reported.count++] = state->status;
    (void)snprintf(reported.last, sizeof reported.last, "%s", state->text);
    (void)pthread_mutex_unlock(&reported.lock);
}

static inline size_t reported_count(void)
{
    size_t n;

    (void)pthread_mutex_lock(&reported.lock);
    n = reported.count;
    (void)pthread_mutex_unlock(&reported.lock);
    return n;
}

static inline enum status last_reported(void)
{
    enum status st;

    (void)pthread_mutex_lock(&reported.lock);
    st = reported.count ? reported.states[reported.count - 1] : ST_MISS;
    (void)pthread_mutex_unlock(&reported.lock);
    return st;
}

static struct metrics *metrics;

static inline struct redis *open_for(const char *url, int64_t timeout_ms)
{
    struct redis_settings settings = {
        .url = url, .timeout_ms = timeout_ms, .prefix = "t:", .report = record_report
    };
    struct redis *r = NULL;
    struct err err = ERR_NONE;

    reported.count = 0;
    metrics = metrics_create();
    if (redis_create(&settings, metrics, &r, &err) != ST_OK)
        fail_msg("%s", err.text);
    return r;
}

static inline struct redis *open_redis(const char *url)
{
    return open_for(url, GENEROUS_MS);
}

static inline void close_redis(struct redis *r)
{
    redis_free(r);
    metrics_free(metrics);
}

static inline double gauge(const char *name)
{
    return metric_value(
        metric_get(metrics_family(metrics, METRIC_GAUGE, name, "", ""), NULL, NULL, NULL));
}

/* Of the circuit breaker. */
static inline double breaker_metric(enum metric_kind kind, const char *name)
{
    return metric_value(
        metric_get(metrics_family(metrics, kind, name, "breaker", ""), "redis", NULL, NULL));
}

static inline int64_t in_ms(int64_t ms)
{
    return clock_mono_ms() + ms;
}

static inline enum status redis_put(struct redis *r, const char *key, const char *value)
{
    struct redis_job job = {
        .verb = REDIS_SET, .key = str_of(key), .value = str_of(value), .expiry_ms = 60000
    };
    enum status st = redis_do(r, &job, 1, in_ms(5000), NULL);

    redis_jobs_done(&job, 1);
    return st == ST_OK ? job.status : st;
}

static inline enum status redis_get(struct redis *r, const char *key, char out[200])
{
    struct redis_job job = { .verb = REDIS_GET, .key = str_of(key), .reply_max = 199 };
    enum status st = redis_do(r, &job, 1, in_ms(5000), NULL);

    (void)snprintf(out, 200, "%s", buf_z(&job.reply));
    redis_jobs_done(&job, 1);
    return st == ST_OK ? job.status : st;
}

/* Wait until the breaker is closed (`up`) or open. */
static inline void await_up(struct redis *r, bool up)
{
    int64_t end = in_ms(10000);

    while (redis_up(r) != up) {
        CHECK(clock_left_ms(end) > 0);
        clock_sleep_ms(5);
    }
}

static inline void await_report(enum status st)
{
    int64_t end = in_ms(10000);

    while (last_reported() != st) {
        if (clock_left_ms(end) == 0)
            fail_msg("reported %s (%s), want %s", err_status_name(last_reported()), reported.last,
                     err_status_name(st));
        clock_sleep_ms(5);
    }
}

/* While the breaker is open, calls return at once. On a busy machine the quickest round counts. */
static inline void check_fails_fast(struct redis *r)
{
    int64_t quickest = INT64_MAX;
    char out[200];

    for (int round = 0; round < 3; round++) {
        int64_t began = clock_mono_us();
        for (int i = 0; i < 300; i++)
            CHECK_INT(redis_get(r, "a", out), ST_UNAVAILABLE);
        int64_t took = clock_mono_us() - began;
        quickest = took < quickest ? took : quickest;
    }
    CHECK(quickest < TIMEOUT_MS * 1000);
}

#endif
