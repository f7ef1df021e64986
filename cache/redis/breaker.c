/* SPDX-License-Identifier: Apache-2.0 */
/* cache/redis/breaker.c -- the state, and links lent and given back. */
#include "cache/redis/internal.h"
#include "server/base/clock.h"

enum { STABLE_MS = 30 * 1000 /* after being up this long, the backoff starts over */ };

void redis_dropped_close(struct redis_dropped *d)
{
    for (size_t i = 0; i < d->count; i++)
        redis_link_close(d->links[i]);
}

struct timespec redis_at(int64_t ms)
{
    return (struct timespec){ (time_t)(ms / 1000), (long)(ms % 1000) * 1000000 };
}

/* ---- the state; the lock is held in all of these ---- */

void redis_count_links(struct redis *r, size_t links)
{
    r->links = links;
    metric_set(r->connections, (double)links);
}

void redis_begin_era(struct redis *r, struct redis_dropped *dropped)
{
    for (size_t i = 0; i < r->idle_count; i++)
        dropped->links[dropped->count++] = r->idle[i];
    redis_count_links(r, r->links - r->idle_count);
    r->idle_count = 0;
    r->era++;
}

void redis_put_off(struct redis *r)
{
    r->open_at = clock_mono_ms() + backoff_next_ms(&r->backoff);
}

void redis_go_down(struct redis *r, const struct err *why, struct redis_dropped *dropped)
{
    if (r->state == UP && clock_mono_ms() - r->up_since > STABLE_MS)
        backoff_reset(&r->backoff);
    r->state = DOWN;
    r->why = *why;
    metric_set(r->up, 0);
    redis_begin_era(r, dropped);
    redis_put_off(r);
    (void)pthread_cond_broadcast(&r->ready);
    (void)pthread_cond_signal(&r->errand);
}

void redis_go_up(struct redis *r)
{
    if (r->state == UP)
        return;
    r->state = UP;
    r->up_since = clock_mono_ms();
    r->refusing = false;
    metric_set(r->up, 1);
    metric_set(r->refusing_writes, 0);
    (void)pthread_cond_broadcast(&r->ready);
}

/* ---- links lent and given back ---- */

enum status redis_borrow(struct redis *r, int64_t limit, bool hasty, struct redis_loan *ret_loan,
                         struct err *err)
{
    struct timespec until = redis_at(limit);
    struct err slow = ERR_NONE;
    struct redis_dropped dropped = { .count = 0 };
    enum status st = ST_OK;
    int rc = 0;

    (void)pthread_mutex_lock(&r->lock);
    while (r->state == UP && r->idle_count == 0 && rc == 0)
        rc = pthread_cond_timedwait(&r->ready, &r->lock, &until);
    if (r->state != UP) {
        st = err_set(err, ST_UNAVAILABLE, "Redis is away");
    } else if (r->idle_count > 0) {
        *ret_loan = (struct redis_loan){ r->idle[--r->idle_count], r->era };
    } else if (r->links == 0 && !hasty) {
        st = err_set(&slow, ST_TIMEOUT, "cannot connect to Redis in time");
        redis_go_down(r, &slow, &dropped);
        (void)err_set(err, st, "%s", slow.text);
    } else {
        st = err_set(err, ST_TIMEOUT, "all connections to Redis are busy");
    }
    (void)pthread_mutex_unlock(&r->lock);
    redis_dropped_close(&dropped);
    return st;
}

void redis_give_back(struct redis *r, struct redis_loan loan, enum status st, bool hasty,
                     const struct err *why)
{
    struct redis_dropped dropped = { .count = 0 };

    (void)pthread_mutex_lock(&r->lock);
    if (st == ST_OK && loan.era == r->era && !r->stopping) {
        r->idle[r->idle_count++] = loan.link;
        loan.link = NULL;
        (void)pthread_cond_signal(&r->ready);
    } else {
        redis_count_links(r, r->links - 1);
        if (loan.era == r->era && st == ST_TIMEOUT && !hasty) {
            redis_go_down(r, why, &dropped);
        } else if (loan.era == r->era && st == ST_UNAVAILABLE) {
            redis_begin_era(r, &dropped);
            r->open_at = 0;
        }
        (void)pthread_cond_signal(&r->errand);
    }
    (void)pthread_mutex_unlock(&r->lock);
    redis_link_close(loan.link);
    redis_dropped_close(&dropped);
}
