/* SPDX-License-Identifier: Apache-2.0 */
/* cache/redis/breaker.c -- is Redis in use? The circuit breaker, and when to connect again.
 *
 * One failed call opens it, because every request would wait for the timeout otherwise. Its probes
 * are attempts to connect. */
#include "cache/redis/internal.h"
#include "server/base/clock.h"

enum {
    PROBE_FIRST_MS = 250,
    PROBE_MAX_MS = 5000,
    STABLE_MS = 30 * 1000 /* after being up this long, the backoff starts over */
};

bool redis_breaker_init(struct redis *r, struct metrics *metrics)
{
    const struct circuit_settings settings = {
        .name = "redis",
        .breaker = { .failures_max = 1,
                     .first_ms = PROBE_FIRST_MS,
                     .max_ms = PROBE_MAX_MS,
                     .stable_ms = STABLE_MS },
        .metrics = metrics,
    };

    r->backoff = (struct backoff){ .first_ms = PROBE_FIRST_MS,
                                   .max_ms = PROBE_MAX_MS,
                                   .jitter = BACKOFF_EQUAL_JITTER };
    return circuit_init(&r->circuit, &settings);
}

void redis_breaker_done(struct redis *r)
{
    circuit_done(&r->circuit);
}

enum status redis_breaker_check(struct redis *r, struct err *err)
{
    struct err why = ERR_NONE;

    if (r->state == UP)
        return ST_OK;
    (void)circuit_check(&r->circuit, &why); /* counts the rejection */
    return err_set(err, ST_UNAVAILABLE, "Redis is down");
}

int64_t redis_breaker_connect_ms(struct redis *r)
{
    return r->state == DOWN ? circuit_probe_ms(&r->circuit) : r->connect_at;
}

void redis_breaker_begin_connect(struct redis *r)
{
    (void)circuit_enter(&r->circuit, r->state == DOWN, &r->attempt, NULL);
}

void redis_breaker_abandon(struct redis *r)
{
    (void)circuit_leave(&r->circuit, r->attempt, BREAKER_NEITHER, NULL);
}

void redis_breaker_back_off(struct redis *r)
{
    redis_breaker_abandon(r);
    r->connect_at = clock_mono_ms() + backoff_next_ms(&r->backoff);
}

void redis_breaker_trip(struct redis *r, const struct err *why, struct redis_closing *closing)
{
    struct breaker_call failed = r->attempt;

    if (r->state == UP)
        (void)circuit_enter(&r->circuit, false, &failed, NULL);
    (void)circuit_leave(&r->circuit, failed, BREAKER_FAILURE, why);
    r->state = DOWN;
    r->why = *why;
    metric_set(r->up, 0);
    redis_pool_invalidate(r, closing);
    (void)pthread_cond_broadcast(&r->ready);
    (void)pthread_cond_signal(&r->wakeup);
}

void redis_breaker_connected(struct redis *r)
{
    (void)circuit_leave(&r->circuit, r->attempt, BREAKER_SUCCESS, NULL);
    backoff_reset(&r->backoff);
    if (r->state == UP)
        return;
    r->state = UP;
    r->read_only = false;
    metric_set(r->up, 1);
    metric_set(r->writes_refused, 0);
    (void)pthread_cond_broadcast(&r->ready);
}
