/* SPDX-License-Identifier: Apache-2.0 */
/* cache/redis/internal.h -- what the files of cache/redis/redis.h share among themselves.
 *
 *     redis.c          created, asked, freed
 *     cache/redis/breaker.c  the state, and links lent and given back
 *     maintenance.c   the thread that opens links, watches over them and tells each change
 *     cache/redis/batch.c     jobs as commands, replies judged
 *     cache/redis/connection.c     one connection
 *
 *     STARTING   nothing is known yet         calls are refused
 *     UP         calls borrow a link          a link that is too slow: DOWN
 *     DOWN       the breaker is open          calls are refused; the keeper tries, with longer and
 *                                             longer pauses, to open a link: UP
 * A link that breaks off is no sign of a sick Redis: it may have been restarted, or have closed
 * what was idle. Then all idle links are dropped (a new era begins, and those of the old one are
 * closed when they come back), the keeper opens new ones at once, and the call is tried again
 * within its time. Only if none can be opened is Redis DOWN. Holds always: `links` counts the idle
 * and the borrowed, and is at most REDIS_LINKS. */
#ifndef CLIMACAST_CACHE_REDIS_INTERNAL_H
#define CLIMACAST_CACHE_REDIS_INTERNAL_H

#include <pthread.h>
#include <time.h>

#include "cache/redis/batch.h"
#include "cache/redis/connection.h"
#include "cache/redis/redis.h"
#include "cache/redis/url.h"
#include "cache/tiers.h"
#include "server/base/backoff.h"

enum { REDIS_LINKS = 8 };

enum redis_state { STARTING, UP, DOWN };
/* What is told: one line for each change. */
enum redis_condition { UNKNOWN, WELL, NO_WRITES, AWAY, LOCKED_OUT };

struct redis {
    struct redis_address address;
    int64_t timeout_ms;
    void (*report)(void *data, const struct err *state);
    void *report_data;
    struct tier_metrics counts;
    struct metric *up, *refusing_writes, *connections;

    pthread_mutex_t lock;  /* guards all below */
    pthread_cond_t ready;  /* a link is idle, or the state is another, or the keeper is gone */
    pthread_cond_t errand; /* something for the keeper */
    enum redis_state state;
    enum redis_condition told;
    struct err why;                       /* of the last change for the worse */
    struct redis_link *idle[REDIS_LINKS]; /* the one used last is last */
    size_t idle_count, links;
    unsigned era;
    int64_t open_at, beat_at, up_since; /* monotonic */
    struct backoff backoff;             /* between two tries to open a connection */
    int64_t refused_at;
    int64_t evicted; /* keys, as Redis counts them */
    bool refusing, stopping;
    bool stumbled; /* the last link broke off while it was being opened */
    int owners;    /* the creator and the keeper: the last one frees */
    char prefix[];
};

/* A link on loan. */
struct redis_loan {
    struct redis_link *link;
    unsigned era;
};

/* Links to close once the lock is open. */
struct redis_dropped {
    struct redis_link *links[REDIS_LINKS];
    size_t count;
};

/* Monotonic milliseconds as the conditions want them. */
struct timespec redis_at(int64_t ms);

/* ---- cache/redis/breaker.c: the first five with the lock held ---- */

void redis_count_links(struct redis *r, size_t links);
void redis_begin_era(struct redis *r, struct redis_dropped *dropped);
/* The next try to open a link comes after a pause, and the one after that after a longer one. */
void redis_put_off(struct redis *r);
void redis_go_down(struct redis *r, const struct err *why, struct redis_dropped *dropped);
void redis_go_up(struct redis *r);

void redis_dropped_close(struct redis_dropped *d);
/* `hasty`: the limit is the caller's own, and says nothing about Redis when it passes. */
enum status redis_borrow(struct redis *r, int64_t limit, bool hasty, struct redis_loan *ret_loan,
                         struct err *err);
/* `st` and `why` say how the exchange went. */
void redis_give_back(struct redis *r, struct redis_loan loan, enum status st, bool hasty,
                     const struct err *why);

/* ---- maintenance.c ---- */

bool redis_keeper_start(struct redis *r);
/* One owner less; the lock is held before, and gone afterwards. */
void redis_leave(struct redis *r);

#endif
