/* SPDX-License-Identifier: Apache-2.0 */
/* cache/redis/breaker.c -- the circuit breaker: is Redis in use? */
#include "cache/redis/internal.h"
#include "server/base/clock.h"

enum { STABLE_MS = 30 * 1000 /* after being up this long, the backoff starts over */ };

void redis_breaker_back_off(struct redis *r)
{
    r->connect_at = clock_mono_ms() + backoff_next_ms(&r->backoff);
}

void redis_breaker_trip(struct redis *r, const struct err *why, struct redis_closing *closing)
{
    if (r->state == UP && clock_mono_ms() - r->up_since > STABLE_MS)
        backoff_reset(&r->backoff);
    r->state = DOWN;
    r->why = *why;
    metric_set(r->up, 0);
    redis_pool_invalidate(r, closing);
    redis_breaker_back_off(r);
    (void)pthread_cond_broadcast(&r->ready);
    (void)pthread_cond_signal(&r->wakeup);
}

void redis_breaker_reset(struct redis *r)
{
    if (r->state == UP)
        return;
    r->state = UP;
    r->up_since = clock_mono_ms();
    r->read_only = false;
    metric_set(r->up, 1);
    metric_set(r->writes_refused, 0);
    (void)pthread_cond_broadcast(&r->ready);
}
