/* SPDX-License-Identifier: Apache-2.0 */
/* cache/redis/redis.c -- Redis created, asked and freed. */
#include "cache/redis/redis.h"

#include <stdlib.h>
#include <string.h>

#include "cache/redis/internal.h"
#include "server/base/clock.h"

enum {
    WRITING_MS = 10 * 1000, /* no write refused for so long, and writes are believed in again */
    LEAVE_MS = 1000,        /* what the keeper is given to end, beyond its calls */
    CONNECT_BACKOFF_FIRST_MS = 250,
    CONNECT_BACKOFF_MAX_MS = 5000,
};

/* ---- created and freed ---- */

static bool init_locks(struct redis *r)
{
    pthread_condattr_t attr;
    bool ok;

    if (pthread_condattr_init(&attr) != 0)
        return false;
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    ok = pthread_mutex_init(&r->lock, NULL) == 0 && pthread_cond_init(&r->ready, &attr) == 0 &&
         pthread_cond_init(&r->errand, &attr) == 0;
    (void)pthread_condattr_destroy(&attr);
    return ok;
}

static void declare(struct redis *r, struct metrics *metrics)
{
    r->up =
        metrics_gauge(metrics, "climacast_redis_up", "1: Redis is used; 0: the breaker is open.");
    r->refusing_writes = metrics_gauge(metrics, "climacast_redis_refuses_writes",
                                       "1: Redis is read, but takes no writes.");
    r->connections = metrics_gauge(metrics, "climacast_redis_connections", "Connections to Redis.");
    tier_metrics_init(&r->counts, metrics);
}

static void await_first_word(struct redis *r)
{
    struct timespec until = redis_at(clock_mono_ms() + 3 * r->timeout_ms);
    int rc = 0;

    (void)pthread_mutex_lock(&r->lock);
    while (r->state == STARTING && rc == 0)
        rc = pthread_cond_timedwait(&r->ready, &r->lock, &until);
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
    if (st == ST_OK && !init_locks(r))
        st = err_set(err, ST_SYSTEM, "cannot start Redis's part");
    if (st != ST_OK) {
        free(r);
        return st;
    }
    memcpy(r->prefix, settings->prefix, n);
    r->timeout_ms = settings->timeout_ms;
    r->report = settings->report;
    r->report_data = settings->report_data;
    r->backoff = (struct backoff){ .first_ms = CONNECT_BACKOFF_FIRST_MS,
                                   .max_ms = CONNECT_BACKOFF_MAX_MS,
                                   .jitter = BACKOFF_EQUAL_JITTER };
    r->evicted = -1;
    declare(r, metrics);
    if (!redis_keeper_start(r)) {
        redis_free(r);
        return err_set(err, ST_SYSTEM, "cannot start Redis's thread");
    }
    await_first_word(r);
    *ret_redis = r;
    return ST_OK;
}

/* A keeper who waits for a name server is not waited for: he frees all when he comes back. */
void redis_free(struct redis *r)
{
    struct timespec until;
    int rc = 0;

    if (!r)
        return;
    until = redis_at(clock_mono_ms() + 2 * r->timeout_ms + LEAVE_MS);
    (void)pthread_mutex_lock(&r->lock);
    r->stopping = true;
    (void)pthread_cond_signal(&r->errand);
    while (r->owners > 1 && rc == 0)
        rc = pthread_cond_timedwait(&r->ready, &r->lock, &until);
    redis_leave(r);
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

/* What the answers say about Redis itself. */
static void take_note(struct redis *r, struct redis_loan loan, const struct redis_verdict *v)
{
    struct redis_dropped dropped = { .count = 0 };
    int64_t now = clock_mono_ms();

    if (!v->unfit && !v->refused_write && !v->wrote)
        return;
    (void)pthread_mutex_lock(&r->lock);
    if (v->unfit && loan.era == r->era) {
        redis_go_down(r, &v->why, &dropped);
    } else if (v->refused_write) {
        r->refused_at = now;
        if (!r->refusing) {
            r->refusing = true;
            r->why = v->why;
            (void)pthread_cond_signal(&r->errand);
        }
    } else if (v->wrote && r->refusing && now - r->refused_at > WRITING_MS) {
        r->refusing = false;
        (void)pthread_cond_signal(&r->errand);
    }
    metric_set(r->refusing_writes, r->refusing);
    (void)pthread_mutex_unlock(&r->lock);
    redis_dropped_close(&dropped);
}

static enum status exchange(struct redis *r, struct redis_orders *orders, int64_t limit, bool hasty,
                            struct err *err)
{
    struct redis_verdict verdict = { .why = ERR_NONE };
    struct redis_loan loan = { NULL, 0 };
    int64_t began;
    enum status st = redis_borrow(r, limit, hasty, &loan, err);

    if (st != ST_OK)
        return st;
    began = clock_mono_us();
    st = redis_link_exchange(loan.link, orders->commands, orders->count, limit, err);
    metric_observe(r->counts.seconds[TIER_REDIS], (double)(clock_mono_us() - began) / 1e6);
    if (st == ST_OK) {
        redis_orders_judge(orders, &verdict);
        take_note(r, loan, &verdict);
    }
    redis_give_back(r, loan, st, hasty, err);
    return st;
}

static void give_up(struct redis *r, const struct err *why)
{
    struct redis_dropped dropped = { .count = 0 };

    (void)pthread_mutex_lock(&r->lock);
    if (r->state == UP)
        redis_go_down(r, why, &dropped);
    (void)pthread_mutex_unlock(&r->lock);
    redis_dropped_close(&dropped);
}

/* Once more when a link broke off: it may have been idle for too long, and Redis be well. */
static enum status exchange_twice(struct redis *r, struct redis_orders *orders, int64_t limit,
                                  bool hasty, struct err *err)
{
    enum status st = exchange(r, orders, limit, hasty, err);

    if (st != ST_UNAVAILABLE)
        return st;
    err_clear(err);
    redis_orders_reset(orders);
    st = exchange(r, orders, limit, hasty, err);
    if (st == ST_UNAVAILABLE)
        give_up(r, err);
    return st;
}

enum status redis_do(struct redis *r, struct redis_job *jobs, size_t count, int64_t deadline,
                     struct err *err)
{
    int64_t limit = clock_mono_ms() + r->timeout_ms;
    bool hasty = deadline < limit;
    struct redis_orders orders = { .count = 0 };
    struct err why = ERR_NONE;
    enum status st;

    if (hasty)
        limit = deadline;
    for (size_t i = 0; i < count; i++)
        jobs[i].reply = BUF_INIT(jobs[i].most);
    if (clock_left_ms(limit) == 0)
        st = err_set(&why, ST_TIMEOUT, "no time left to ask Redis");
    else if (!redis_up(r))
        st = err_set(&why, ST_UNAVAILABLE, "Redis is away");
    else
        st = redis_orders_make(&orders, r->prefix, jobs, count, &why);
    if (st == ST_OK)
        st = exchange_twice(r, &orders, limit, hasty, &why);
    redis_orders_done(&orders);
    for (size_t i = 0; i < count && st != ST_OK; i++)
        jobs[i].status = st;
    return st == ST_OK ? ST_OK : err_set(err, st, "%s", why.text);
}

void redis_jobs_done(struct redis_job *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_free(&jobs[i].reply);
}
