/* SPDX-License-Identifier: Apache-2.0 */
/* cache/redis/redis.c -- creating, using and freeing a struct redis. */
#include "cache/redis/redis.h"

#include <stdlib.h>
#include <string.h>

#include "cache/redis/internal.h"
#include "server/base/clock.h"

enum {
    WRITABLE_AFTER_MS = 10 * 1000, /* how long no write must be refused to clear `read_only` */
    STOP_MS = 1000,                /* what the thread may take to end, beyond its calls */
};

/* ---- creating and freeing ---- */

static bool init_locks(struct redis *r)
{
    return pthread_mutex_init(&r->lock, NULL) == 0 && condition_init(&r->ready) &&
           condition_init(&r->wakeup);
}

static void declare_gauges(struct redis *r, struct metrics *metrics)
{
    r->up =
        metrics_gauge(metrics, "climacast_redis_up", "1: Redis is used; 0: the breaker is open.");
    r->writes_refused = metrics_gauge(metrics, "climacast_redis_refuses_writes",
                                      "1: Redis is read, but takes no writes.");
    r->connections = metrics_gauge(metrics, "climacast_redis_connections", "Connections to Redis.");
}

static void await_first_connection(struct redis *r)
{
    int64_t deadline = clock_mono_ms() + 3 * r->timeout_ms;
    bool in_time = true;

    (void)pthread_mutex_lock(&r->lock);
    while (r->state == STARTING && in_time)
        in_time = condition_wait_until(&r->ready, &r->lock, deadline);
    (void)pthread_mutex_unlock(&r->lock);
}

enum status redis_create(const struct redis_settings *settings, struct metrics *metrics,
                         struct redis **ret_redis, struct err *err)
{
    size_t n = strlen(settings->prefix);
    struct redis *r = calloc(1, sizeof *r + n + 1);
    enum status st;

    if (!r)
        return err_no_memory(err);
    st = redis_url_parse(str_of(settings->url), &r->address, err);
    if (st == ST_OK && (!init_locks(r) || !redis_breaker_init(r, metrics)))
        st = err_set(err, ST_SYSTEM, "cannot create the locks of the Redis client");
    if (st != ST_OK) {
        free(r);
        return st;
    }
    memcpy(r->prefix, settings->prefix, n);
    r->timeout_ms = settings->timeout_ms;
    r->report = settings->report;
    r->report_data = settings->report_data;
    r->seconds = settings->seconds;
    r->evictions = settings->evictions;
    r->evicted_keys = -1;
    declare_gauges(r, metrics);
    if (!redis_maintenance_start(r)) {
        redis_free(r);
        return err_set(err, ST_SYSTEM, "cannot start the thread of the Redis client");
    }
    await_first_connection(r);
    *ret_redis = r;
    return ST_OK;
}

/* Does not wait for a thread that is blocked in DNS; such a thread frees the struct itself. */
void redis_free(struct redis *r)
{
    int64_t deadline;
    bool in_time = true;

    if (!r)
        return;
    deadline = clock_mono_ms() + 2 * r->timeout_ms + STOP_MS;
    (void)pthread_mutex_lock(&r->lock);
    r->stopping = true;
    (void)pthread_cond_signal(&r->wakeup);
    while (r->owners > 1 && in_time)
        in_time = condition_wait_until(&r->ready, &r->lock, deadline);
    redis_maintenance_leave(r);
}

/* ---- calls ---- */

bool redis_up(struct redis *r)
{
    bool up;

    (void)pthread_mutex_lock(&r->lock);
    up = r->state == UP;
    (void)pthread_mutex_unlock(&r->lock);
    return up;
}

static enum status check_up(struct redis *r, struct err *err)
{
    enum status st;

    (void)pthread_mutex_lock(&r->lock);
    st = redis_breaker_check(r, err);
    (void)pthread_mutex_unlock(&r->lock);
    return st;
}

/* Update the state by what the replies showed. */
static void apply_health(struct redis *r, struct redis_lease lease,
                         const struct redis_health *health)
{
    struct redis_closing closing = { .count = 0 };
    int64_t now = clock_mono_ms();

    if (!health->unusable && !health->write_refused && !health->wrote)
        return;
    (void)pthread_mutex_lock(&r->lock);
    if (health->unusable && lease.generation == r->generation) {
        redis_breaker_trip(r, &health->why, &closing);
    } else if (health->write_refused) {
        r->write_refused_at = now;
        if (!r->read_only) {
            r->read_only = true;
            r->why = health->why;
            (void)pthread_cond_signal(&r->wakeup);
        }
    } else if (health->wrote && r->read_only && now - r->write_refused_at > WRITABLE_AFTER_MS) {
        r->read_only = false;
        (void)pthread_cond_signal(&r->wakeup);
    }
    metric_set(r->writes_refused, r->read_only);
    (void)pthread_mutex_unlock(&r->lock);
    redis_pool_close(&closing);
}

static enum status exchange_batch(struct redis *r, struct redis_batch *batch, int64_t limit,
                                  bool caller_limited, struct err *err)
{
    struct redis_health health = { .why = ERR_NONE };
    struct redis_lease lease = { NULL, 0 };
    int64_t began;
    enum status st = redis_lease_acquire(r, limit, caller_limited, &lease, err);

    if (st != ST_OK)
        return st;
    began = clock_mono_us();
    st = redis_connection_exchange(lease.connection, batch->commands, batch->count, limit, err);
    metric_observe(r->seconds, (double)(clock_mono_us() - began) / 1e6);
    if (st == ST_OK) {
        redis_batch_take_replies(batch, &health);
        apply_health(r, lease, &health);
    }
    redis_lease_release(r, lease, st, caller_limited, err);
    return st;
}

static void trip_if_up(struct redis *r, const struct err *why)
{
    struct redis_closing closing = { .count = 0 };

    (void)pthread_mutex_lock(&r->lock);
    if (r->state == UP)
        redis_breaker_trip(r, why, &closing);
    (void)pthread_mutex_unlock(&r->lock);
    redis_pool_close(&closing);
}

/* Try again when the connection was lost: it may have been idle for too long, and Redis be fine. */
static enum status exchange_with_retry(struct redis *r, struct redis_batch *batch, int64_t limit,
                                       bool caller_limited, struct err *err)
{
    enum status st = exchange_batch(r, batch, limit, caller_limited, err);

    if (st != ST_UNAVAILABLE)
        return st;
    err_clear(err);
    redis_batch_reset(batch);
    st = exchange_batch(r, batch, limit, caller_limited, err);
    if (st == ST_UNAVAILABLE)
        trip_if_up(r, err);
    return st;
}

enum status redis_do(struct redis *r, struct redis_job *jobs, size_t count, int64_t deadline,
                     struct err *err)
{
    int64_t limit = clock_mono_ms() + r->timeout_ms;
    bool caller_limited = deadline < limit;
    struct redis_batch batch = { .count = 0 };
    struct err why = ERR_NONE;
    enum status st;

    if (caller_limited)
        limit = deadline;
    for (size_t i = 0; i < count; i++)
        jobs[i].reply = BUF_INIT(jobs[i].reply_max);
    if (clock_left_ms(limit) == 0)
        st = err_set(&why, ST_TIMEOUT, "no time left to ask Redis");
    else
        st = check_up(r, &why);
    if (st == ST_OK)
        st = redis_batch_init(&batch, r->prefix, jobs, count, &why);
    if (st == ST_OK)
        st = exchange_with_retry(r, &batch, limit, caller_limited, &why);
    redis_batch_done(&batch);
    for (size_t i = 0; i < count && st != ST_OK; i++)
        jobs[i].status = st;
    return st == ST_OK ? ST_OK : err_set(err, st, "%s", why.text);
}

void redis_jobs_done(struct redis_job *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_free(&jobs[i].reply);
}
