/* SPDX-License-Identifier: Apache-2.0 */
/* cache/redis/maintenance.c -- the background thread: opens connections, checks them, reports
 * changes.
 *
 * Only this thread connects, so no request waits for DNS or authentication; and only this thread
 * reports, so changes are reported in order. */
#include <stdlib.h>
#include <string.h>

#include "cache/redis/internal.h"
#include "server/base/clock.h"
#include "server/base/secret.h"

enum {
    CHECK_MS = 2000, /* between two checks of an idle connection */
    INFO_BYTES_MAX = 64 * 1024,
};

/* ---- reporting ---- */

static enum redis_condition current_condition(const struct redis *r)
{
    switch (r->state) {
    case UP:
        return r->read_only ? READ_ONLY : HEALTHY;
    case DOWN:
        return r->why.status == ST_DENIED ? AUTH_FAILED : UNREACHABLE;
    case STARTING:
    default:
        return UNKNOWN;
    }
}

/* Report the condition if it changed; returns whether it did. The lock is held on entry and on
 * return. */
static bool report_change(struct redis *r)
{
    enum redis_condition now = current_condition(r);
    struct err state = r->why;

    if (now == r->reported)
        return false;
    r->reported = now;
    if (now == HEALTHY)
        state = ERR_NONE;
    if (r->report) {
        (void)pthread_mutex_unlock(&r->lock);
        r->report(r->report_data, &state);
        (void)pthread_mutex_lock(&r->lock);
    }
    return true;
}

/* ---- connections ---- */

/* Open one more connection. The lock is held on entry and on return. */
static void add_connection(struct redis *r)
{
    struct redis_connection *connection = NULL;
    struct redis_closing closing = { .count = 0 };
    struct err err = ERR_NONE;
    unsigned generation = r->generation;
    enum status st;

    redis_breaker_begin_connect(r);
    (void)pthread_mutex_unlock(&r->lock);
    st = redis_connection_open(&r->address, r->timeout_ms, &connection, &err);
    (void)pthread_mutex_lock(&r->lock);
    if (r->stopping || (st == ST_OK && generation != r->generation)) {
        /* It may predate the event that ended its generation. */
        if (!r->stopping) /* else the metrics may be gone */
            redis_breaker_abandon(r);
        closing.connections[closing.count++] = connection;
    } else if (st == ST_OK) {
        r->idle[r->idle_count++] = connection;
        redis_pool_set_count(r, r->connection_count + 1);
        r->last_connect_failed = false;
        redis_breaker_connected(r);
        (void)pthread_cond_signal(&r->ready);
    } else if (r->state == UP && st == ST_UNAVAILABLE && !r->last_connect_failed) {
        /* A restart may have hit this attempt as well: try again at once. */
        redis_breaker_abandon(r);
        r->last_connect_failed = true;
    } else if (r->connection_count == 0 || r->state == DOWN) {
        redis_breaker_trip(r, &err, &closing);
    } else {
        redis_breaker_back_off(r); /* for example, the server's client limit is reached */
    }
    (void)pthread_mutex_unlock(&r->lock);
    redis_pool_close(&closing);
    (void)pthread_mutex_lock(&r->lock);
}

/* The number of evicted keys in the output of INFO, -1 if it is missing. */
static int64_t parse_evicted_keys(struct str info)
{
    static const struct str name = { "\nevicted_keys:", 14 };
    struct str rest = str_sub(info, str_find(info, name) + name.n, info.n);
    int64_t n = -1;

    return str_to_i64(str_sub(rest, 0, str_index(rest, '\r')), &n) ? n : -1;
}

/* Evictions before the first report are not counted; after a restart Redis counts from 0. */
static void count_evictions(struct redis *r, int64_t evicted)
{
    if (evicted < 0)
        return;
    if (r->evicted_keys >= 0)
        metric_add(r->evictions, evicted >= r->evicted_keys ? evicted - r->evicted_keys : evicted);
    r->evicted_keys = evicted;
}

/* Use the connection that has been idle longest, so that a Redis that dies while nobody uses it is
 * noticed before the next request. The lock is held on entry and on return. */
static void check_connection(struct redis *r)
{
    struct redis_command info = { { STR("INFO"), STR("stats") }, .arg_count = 2 };
    struct redis_lease lease = { r->idle[0], r->generation };
    struct err err = ERR_NONE;
    int64_t evicted;
    enum status st;

    r->idle_count--;
    memmove(&r->idle[0], &r->idle[1], r->idle_count * sizeof r->idle[0]);
    (void)pthread_mutex_unlock(&r->lock);
    info.text = BUF_INIT(INFO_BYTES_MAX);
    st = redis_connection_exchange(lease.connection, &info, 1, clock_mono_ms() + r->timeout_ms,
                                   &err);
    evicted = st == ST_OK && info.kind == REPLY_TEXT ? parse_evicted_keys(buf_str(&info.text)) : -1;
    buf_free(&info.text);
    redis_lease_release(r, lease, st, false, &err);
    (void)pthread_mutex_lock(&r->lock);
    count_evictions(r, evicted);
    r->check_at = clock_mono_ms() + CHECK_MS;
}

/* ---- the thread ---- */

void redis_maintenance_leave(struct redis *r)
{
    bool last = --r->owners == 0;

    (void)pthread_cond_broadcast(&r->ready);
    (void)pthread_mutex_unlock(&r->lock);
    if (!last)
        return;
    for (size_t i = 0; i < r->idle_count; i++)
        redis_connection_close(r->idle[i]);
    redis_breaker_done(r);
    (void)pthread_cond_destroy(&r->ready);
    (void)pthread_cond_destroy(&r->wakeup);
    (void)pthread_mutex_destroy(&r->lock);
    secret_wipe(&r->address, sizeof r->address);
    free(r);
}

/* Wait until something is due. The lock is held on entry and on return. */
static void await_work(struct redis *r)
{
    int64_t now = clock_mono_ms(), next = r->check_at > now ? r->check_at : now + CHECK_MS;

    if (r->connection_count < REDIS_CONNECTIONS_MAX && redis_breaker_connect_ms(r) < next)
        next = redis_breaker_connect_ms(r);
    (void)condition_wait_until(&r->wakeup, &r->lock, next);
}

static void *run_maintenance(void *data)
{
    struct redis *r = data;

    (void)pthread_mutex_lock(&r->lock);
    while (!r->stopping) {
        int64_t now = clock_mono_ms();
        if (report_change(r))
            continue;
        if (r->connection_count < REDIS_CONNECTIONS_MAX && now >= redis_breaker_connect_ms(r))
            add_connection(r);
        else if (r->idle_count > 0 && now >= r->check_at)
            check_connection(r);
        else
            await_work(r);
    }
    redis_maintenance_leave(r);
    return NULL;
}

bool redis_maintenance_start(struct redis *r)
{
    pthread_t thread;

    r->owners = 2;
    if (pthread_create(&thread, NULL, run_maintenance, r) != 0) {
        r->owners = 1;
        return false;
    }
    (void)pthread_detach(thread);
    return true;
}
