/* SPDX-License-Identifier: Apache-2.0 */
/* cache/redis/lease.c -- lending an open connection to one caller at a time.
 *
 * A caller only waits for connections to be returned or opened by maintenance.c; it never connects
 * itself. */
#include "cache/redis/internal.h"

enum status redis_lease_acquire(struct redis *r, int64_t limit, bool caller_limited,
                                struct redis_lease *ret_lease, struct err *err)
{
    struct err why = ERR_NONE;
    struct redis_closing closing = { .count = 0 };
    enum status st = ST_OK;
    bool in_time = true;

    (void)pthread_mutex_lock(&r->lock);
    while (r->state == UP && r->idle_count == 0 && in_time)
        in_time = condition_wait_until(&r->ready, &r->lock, limit);
    if (r->state != UP) {
        st = err_set(err, ST_UNAVAILABLE, "Redis is down");
    } else if (r->idle_count > 0) {
        *ret_lease = (struct redis_lease){ r->idle[--r->idle_count], r->generation };
    } else if (r->connection_count == 0 && !caller_limited) {
        st = err_set(&why, ST_TIMEOUT, "cannot connect to Redis in time");
        redis_breaker_trip(r, &why, &closing);
        (void)err_set(err, st, "%s", why.text);
    } else {
        st = err_set(err, ST_TIMEOUT, "all connections to Redis are busy");
    }
    (void)pthread_mutex_unlock(&r->lock);
    redis_pool_close(&closing);
    return st;
}

void redis_lease_release(struct redis *r, struct redis_lease lease, enum status st,
                         bool caller_limited, const struct err *why)
{
    struct redis_closing closing = { .count = 0 };

    (void)pthread_mutex_lock(&r->lock);
    if (st == ST_OK && lease.generation == r->generation && !r->stopping) {
        r->idle[r->idle_count++] = lease.connection;
        lease.connection = NULL;
        (void)pthread_cond_signal(&r->ready);
    } else {
        redis_pool_set_count(r, r->connection_count - 1);
        if (lease.generation == r->generation && st == ST_TIMEOUT && !caller_limited) {
            redis_breaker_trip(r, why, &closing);
        } else if (lease.generation == r->generation && st == ST_UNAVAILABLE) {
            redis_pool_invalidate(r, &closing);
            r->connect_at = 0;
        }
        (void)pthread_cond_signal(&r->wakeup);
    }
    (void)pthread_mutex_unlock(&r->lock);
    redis_connection_close(lease.connection);
    redis_pool_close(&closing);
}
