/* SPDX-License-Identifier: Apache-2.0 */
/* cache/redis/internal.h -- what the files behind cache/redis/redis.h share.
 *
 *     redis.c         creating, using and freeing a struct redis
 *     maintenance.c   the background thread: opens connections, checks them, reports changes
 *     lease.c         lending a connection to one caller at a time
 *     breaker.c       the circuit breaker (server/base/circuit.h): the state below
 *     pool.c          idle connections
 *     batch.c         jobs as commands, replies as results
 *     connection.c    one connection
 *
 *     STARTING   not connected yet      calls are refused
 *     UP         calls lease a connection; one that times out trips the breaker: DOWN
 *     DOWN       the breaker is open    calls are refused; the thread tries to connect, with
 *                                       exponential backoff, and closes the breaker: UP
 *
 * A lost connection does not mean that Redis is down: it may have been restarted, or have closed
 * idle connections. All idle connections are then closed, a new generation begins (leased ones of
 * the old generation are closed when they are returned), the thread connects at once, and the call
 * is tried again within its time. Redis is DOWN only if no connection can be opened.
 *
 * Invariant: `connection_count` counts the idle and the leased connections and is at most
 * REDIS_CONNECTIONS_MAX. */
#ifndef CLIMACAST_CACHE_REDIS_INTERNAL_H
#define CLIMACAST_CACHE_REDIS_INTERNAL_H

#include <pthread.h>

#include "cache/redis/batch.h"
#include "cache/redis/connection.h"
#include "cache/redis/redis.h"
#include "cache/redis/url.h"
#include "server/base/backoff.h"
#include "server/base/circuit.h"
#include "server/base/condition.h"

enum { REDIS_CONNECTIONS_MAX = 8 };

enum redis_state { STARTING, UP, DOWN };
/* Each change of it is reported once. */
enum redis_condition { UNKNOWN, HEALTHY, READ_ONLY, UNREACHABLE, AUTH_FAILED };

struct redis {
    struct redis_address address;
    int64_t timeout_ms;
    void (*report)(void *data, const struct err *state);
    void *report_data;
    struct metric *seconds, *evictions; /* the caller's */
    struct metric *up, *writes_refused, *connections;

    struct circuit circuit; /* open: DOWN */

    pthread_mutex_t lock;  /* guards everything below */
    pthread_cond_t ready;  /* a connection is idle, the state changed, or the thread has ended */
    pthread_cond_t wakeup; /* for the thread */
    enum redis_state state;
    enum redis_condition reported;
    struct err why;                                       /* of the last change for the worse */
    struct redis_connection *idle[REDIS_CONNECTIONS_MAX]; /* most recently used last */
    size_t idle_count, connection_count;
    unsigned generation;
    int64_t connect_at, check_at; /* monotonic milliseconds */
    struct backoff backoff;       /* between attempts to add a connection while UP */
    struct breaker_call attempt;  /* to connect: the breaker's probe while DOWN */
    int64_t write_refused_at;
    int64_t evicted_keys; /* as Redis last reported them; -1: unknown */
    bool read_only, stopping;
    bool last_connect_failed; /* the server closed the connection during the handshake */
    int owners;               /* the creator and the thread: the last one frees */
    char prefix[];
};

/* A connection in use by one caller. */
struct redis_lease {
    struct redis_connection *connection;
    unsigned generation;
};

/* Connections to close after the lock is released. */
struct redis_closing {
    struct redis_connection *connections[REDIS_CONNECTIONS_MAX];
    size_t count;
};
/* ---- pool.c ---- */

void redis_pool_set_count(struct redis *r, size_t count); /* lock held */
/* Close all idle connections and begin a new generation. Lock held. */
void redis_pool_invalidate(struct redis *r, struct redis_closing *closing);
void redis_pool_close(struct redis_closing *closing);

/* ---- breaker.c; lock held, except by the first two ---- */

/* Returns false when out of memory. */
bool redis_breaker_init(struct redis *r, struct metrics *metrics);
void redis_breaker_done(struct redis *r);
/* ST_UNAVAILABLE unless Redis is in use. */
enum status redis_breaker_check(struct redis *r, struct err *err);
/* When the thread may try to connect. */
int64_t redis_breaker_connect_ms(struct redis *r);
/* An attempt to connect begins; it ends with one of the next four. */
void redis_breaker_begin_connect(struct redis *r);
/* It says nothing about Redis: try again. */
void redis_breaker_abandon(struct redis *r);
/* It failed, but other connections are in use: wait longer than the last time before the next. */
void redis_breaker_back_off(struct redis *r);
/* An attempt, or a call on a connection, failed: Redis is DOWN. */
void redis_breaker_trip(struct redis *r, const struct err *why, struct redis_closing *closing);
void redis_breaker_connected(struct redis *r);

/* ---- lease.c ---- */

/* `caller_limited`: `limit` is the caller's own deadline, so passing it says nothing about
 * Redis. */
enum status redis_lease_acquire(struct redis *r, int64_t limit, bool caller_limited,
                                struct redis_lease *ret_lease, struct err *err);
/* `st` and `why` are the result of the exchange. */
void redis_lease_release(struct redis *r, struct redis_lease lease, enum status st,
                         bool caller_limited, const struct err *why);

/* ---- maintenance.c ---- */

bool redis_maintenance_start(struct redis *r);
/* Give up one owner's share of `r`; the last owner frees it. The lock is held on entry and released
 * on return. */
void redis_maintenance_leave(struct redis *r);

#endif
