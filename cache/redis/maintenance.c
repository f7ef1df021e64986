/* SPDX-License-Identifier: Apache-2.0 */
/* cache/redis/maintenance.c -- the thread that opens links, watches over them and tells each
 * change.
 *
 * Nobody else opens one, so nobody who answers a request waits for a name server or a log-in; and
 * nobody else tells, so changes are told in their order. */
#include <stdlib.h>
#include <string.h>

#include "cache/redis/internal.h"
#include "server/base/clock.h"
#include "server/base/secret.h"

enum { BEAT_MS = 2000 /* between two looks at an idle link */, INFO_MAX = 64 * 1024 };

static enum redis_condition condition_of(const struct redis *r)
{
    switch (r->state) {
    case UP:
        return r->refusing ? NO_WRITES : WELL;
    case DOWN:
        return r->why.status == ST_DENIED ? LOCKED_OUT : AWAY;
    case STARTING:
    default:
        return UNKNOWN;
    }
}

/* ---- the keeper ---- */

/* Report a change, if there is one; the lock is held before and after. */
static bool tell(struct redis *r)
{
    enum redis_condition now = condition_of(r);
    struct err state = r->why;

    if (now == r->told)
        return false;
    r->told = now;
    if (now == WELL)
        state = ERR_NONE;
    if (r->report) {
        (void)pthread_mutex_unlock(&r->lock);
        r->report(r->report_data, &state);
        (void)pthread_mutex_lock(&r->lock);
    }
    return true;
}

/* Open one link more; the lock is held before and after. */
static void open_link(struct redis *r)
{
    struct redis_link *link = NULL;
    struct redis_dropped dropped = { .count = 0 };
    struct err err = ERR_NONE;
    unsigned era = r->era;
    enum status st;

    (void)pthread_mutex_unlock(&r->lock);
    st = redis_link_open(&r->address, r->timeout_ms, &link, &err);
    (void)pthread_mutex_lock(&r->lock);
    if (r->stopping || (st == ST_OK && era != r->era)) {
        dropped.links[dropped.count++] = link; /* may have been opened before what ended its era */
    } else if (st == ST_OK) {
        r->idle[r->idle_count++] = link;
        redis_count_links(r, r->links + 1);
        r->stumbled = false;
        redis_go_up(r);
        (void)pthread_cond_signal(&r->ready);
    } else if (r->state == UP && st == ST_UNAVAILABLE && !r->stumbled) {
        r->stumbled = true; /* what ended the era may have caught this one too: at once again */
    } else if (r->links == 0) {
        redis_go_down(r, &err, &dropped);
    } else {
        redis_put_off(r); /* such as: it takes no more clients */
    }
    (void)pthread_mutex_unlock(&r->lock);
    redis_dropped_close(&dropped);
    (void)pthread_mutex_lock(&r->lock);
}

static int64_t evicted_of(struct str info)
{
    static const struct str name = { "\nevicted_keys:", 14 };
    struct str rest = str_sub(info, str_find(info, name) + name.n, info.n);
    int64_t n = -1;

    return str_to_i64(str_sub(rest, 0, str_index(rest, '\r')), &n) ? n : -1;
}

/* Look at the link that has been idle longest: is Redis still there, and what did it throw out? So
 * a Redis that died in a quiet hour costs nobody anything. The lock is held before and after. */
static void beat(struct redis *r)
{
    struct redis_command info = { { STR("INFO"), STR("stats") }, .arg_count = 2 };
    struct redis_loan loan = { r->idle[0], r->era };
    struct err err = ERR_NONE;
    int64_t evicted;
    enum status st;

    r->idle_count--;
    memmove(&r->idle[0], &r->idle[1], r->idle_count * sizeof r->idle[0]);
    (void)pthread_mutex_unlock(&r->lock);
    info.text = BUF_INIT(INFO_MAX);
    st = redis_link_exchange(loan.link, &info, 1, clock_mono_ms() + r->timeout_ms, &err);
    evicted = st == ST_OK && info.kind == REDIS_TEXT ? evicted_of(buf_str(&info.text)) : -1;
    buf_free(&info.text);
    redis_give_back(r, loan, st, false, &err);
    (void)pthread_mutex_lock(&r->lock);
    if (evicted >= 0) {
        /* Those of before our time are not ours to tell; a restart begins at 0. */
        if (r->evicted >= 0)
            metric_add(r->counts.evictions[TIER_REDIS],
                       evicted >= r->evicted ? evicted - r->evicted : evicted);
        r->evicted = evicted;
    }
    r->beat_at = clock_mono_ms() + BEAT_MS;
}

void redis_leave(struct redis *r)
{
    bool last = --r->owners == 0;

    (void)pthread_cond_broadcast(&r->ready);
    (void)pthread_mutex_unlock(&r->lock);
    if (!last)
        return;
    for (size_t i = 0; i < r->idle_count; i++)
        redis_link_close(r->idle[i]);
    (void)pthread_cond_destroy(&r->ready);
    (void)pthread_cond_destroy(&r->errand);
    (void)pthread_mutex_destroy(&r->lock);
    secret_wipe(&r->address, sizeof r->address);
    free(r);
}

static void *keep(void *data)
{
    struct redis *r = data;

    (void)pthread_mutex_lock(&r->lock);
    while (!r->stopping) {
        int64_t now = clock_mono_ms(), next = r->beat_at;
        struct timespec until;
        if (tell(r))
            continue;
        if (r->links < REDIS_LINKS && now >= r->open_at) {
            open_link(r);
            continue;
        }
        if (r->idle_count > 0 && now >= r->beat_at) {
            beat(r);
            continue;
        }
        if (next <= now)
            next = now + BEAT_MS;
        if (r->links < REDIS_LINKS && r->open_at < next)
            next = r->open_at;
        until = redis_at(next);
        (void)pthread_cond_timedwait(&r->errand, &r->lock, &until);
    }
    redis_leave(r);
    return NULL;
}

bool redis_keeper_start(struct redis *r)
{
    pthread_t thread;

    r->owners = 2;
    if (pthread_create(&thread, NULL, keep, r) != 0) {
        r->owners = 1;
        return false;
    }
    (void)pthread_detach(thread);
    return true;
}
