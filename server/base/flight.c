/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/flight.c -- single flight.
 *
 * A flight is in the table while its leader works and leaves it when the leader finishes; the next
 * caller starts a new one. Waiters keep the finished entry alive; the last one frees it. When an
 * entry cannot be allocated, the caller leads untracked: the worst case is a duplicate fetch.
 *
 * `lock` guards the table and every field of every entry; it is held for lookups only. */
#define HASH_NONFATAL_OOM 1
#include "server/base/flight.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "server/base/condition.h"

enum state { RUNNING, DONE, FAILED };

struct entry {
    UT_hash_handle hh;
    pthread_cond_t finished; /* on the monotonic clock */
    enum state state;
    int waiters;
    size_t length;
    char key[];
};

struct flight {
    pthread_mutex_t lock;
    struct entry *entries;
};

struct flight *flight_create(void)
{
    struct flight *f = calloc(1, sizeof *f);

    if (f && pthread_mutex_init(&f->lock, NULL) != 0) {
        free(f);
        f = NULL;
    }
    return f;
}

static struct entry *entry_create(struct str key)
{
    struct entry *e = calloc(1, sizeof *e + key.n + 1);

    if (!e)
        return NULL;
    if (!condition_init(&e->finished)) {
        free(e);
        return NULL;
    }
    e->length = key.n;
    if (key.n)
        memcpy(e->key, key.p, key.n);
    return e;
}

static void entry_free(struct entry *e)
{
    if (!e)
        return;
    (void)pthread_cond_destroy(&e->finished);
    free(e);
}

void flight_free(struct flight *f)
{
    struct entry *e, *next;

    if (!f)
        return;
    HASH_ITER (hh, f->entries, e, next) {
        HASH_DEL(f->entries, e);
        entry_free(e);
    }
    (void)pthread_mutex_destroy(&f->lock);
    free(f);
}

static struct entry *entry_find(struct flight *f, struct str key)
{
    struct entry *e = NULL;

    HASH_FIND(hh, f->entries, key.n ? key.p : "", key.n, e);
    return e;
}

/* Start a new flight, led by the caller. The caller holds the lock. */
static void start_flight(struct flight *f, struct str key)
{
    struct entry *e = entry_create(key);

    if (!e)
        return;
    HASH_ADD_KEYPTR(hh, f->entries, e->key, e->length, e);
    if (!e->hh.tbl) /* uthash ran out of memory and did not add it */
        entry_free(e);
}

/* Wait for the leader. The caller holds the lock, which is released while waiting. */
static enum flight_role await_leader(struct flight *f, struct entry *e, int64_t deadline)
{
    enum flight_role role = FLIGHT_TIMEOUT;
    bool in_time = deadline > 0;

    e->waiters++;
    while (e->state == RUNNING && in_time)
        in_time = condition_wait_until(&e->finished, &f->lock, deadline);
    e->waiters--;
    if (e->state != RUNNING) {
        role = e->state == DONE ? FLIGHT_DONE : FLIGHT_FAILED;
        if (e->waiters == 0)
            entry_free(e);
    }
    return role;
}

enum flight_role flight_join(struct flight *f, struct str key, int64_t deadline)
{
    enum flight_role role = FLIGHT_LEADER;
    struct entry *e;

    (void)pthread_mutex_lock(&f->lock);
    e = entry_find(f, key);
    if (e)
        role = await_leader(f, e, deadline);
    else
        start_flight(f, key);
    (void)pthread_mutex_unlock(&f->lock);
    return role;
}

bool flight_try(struct flight *f, struct str key)
{
    bool leader;

    (void)pthread_mutex_lock(&f->lock);
    leader = !entry_find(f, key);
    if (leader)
        start_flight(f, key);
    (void)pthread_mutex_unlock(&f->lock);
    return leader;
}

void flight_finish(struct flight *f, struct str key, bool ok)
{
    struct entry *e;

    (void)pthread_mutex_lock(&f->lock);
    e = entry_find(f, key);
    if (e) {
        HASH_DEL(f->entries, e);
        e->state = ok ? DONE : FAILED;
        if (e->waiters > 0)
            (void)pthread_cond_broadcast(&e->finished);
        else
            entry_free(e);
    }
    (void)pthread_mutex_unlock(&f->lock);
}
