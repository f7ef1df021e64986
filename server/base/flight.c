/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/flight.c -- single flight.
 *
 * A flight is in the table while its leader works, and out of it from the moment it has landed: who
 * comes then leads a new one. Those who wait hold it alive by `waiters`. Without memory for an
 * entry a caller leads untracked: two may then fetch the same, and that is all. `lock` guards the
 * table and every field of every entry; it is held for look-ups only. */
#define HASH_NONFATAL_OOM 1
#include "server/base/flight.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uthash.h>

enum state { IN_THE_AIR, LANDED, CRASHED };

struct entry {
    UT_hash_handle hh;
    pthread_cond_t landed; /* by the monotonic clock */
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
    pthread_condattr_t attr;

    if (!e)
        return NULL;
    if (pthread_condattr_init(&attr) != 0)
        goto fail;
    if (pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) != 0 ||
        pthread_cond_init(&e->landed, &attr) != 0) {
        (void)pthread_condattr_destroy(&attr);
        goto fail;
    }
    (void)pthread_condattr_destroy(&attr);
    e->length = key.n;
    if (key.n)
        memcpy(e->key, key.p, key.n);
    return e;
fail:
    free(e);
    return NULL;
}

static void entry_free(struct entry *e)
{
    if (!e)
        return;
    (void)pthread_cond_destroy(&e->landed);
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

static struct entry *find(struct flight *f, struct str key)
{
    struct entry *e = NULL;

    HASH_FIND(hh, f->entries, key.n ? key.p : "", key.n, e);
    return e;
}

/* Lead a new flight; the lock is held. */
static void take_off(struct flight *f, struct str key)
{
    struct entry *e = entry_create(key);

    if (!e)
        return;
    HASH_ADD_KEYPTR(hh, f->entries, e->key, e->length, e);
    if (!e->hh.tbl) /* uthash had no memory and left it out */
        entry_free(e);
}

/* Wait for a flight in the air; the lock is held before and after. */
static enum flight_role await(struct flight *f, struct entry *e, int64_t deadline)
{
    struct timespec until = { (time_t)(deadline / 1000), (long)(deadline % 1000) * 1000000 };
    enum flight_role role = FLIGHT_TIMEOUT;
    int rc = deadline > 0 ? 0 : ETIMEDOUT;

    e->waiters++;
    while (e->state == IN_THE_AIR && rc == 0)
        rc = pthread_cond_timedwait(&e->landed, &f->lock, &until);
    e->waiters--;
    if (e->state != IN_THE_AIR) {
        role = e->state == LANDED ? FLIGHT_LANDED : FLIGHT_FAILED;
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
    e = find(f, key);
    if (e)
        role = await(f, e, deadline);
    else
        take_off(f, key);
    (void)pthread_mutex_unlock(&f->lock);
    return role;
}

enum flight_role flight_try(struct flight *f, struct str key)
{
    enum flight_role role = FLIGHT_LEADER;

    (void)pthread_mutex_lock(&f->lock);
    if (find(f, key))
        role = FLIGHT_TIMEOUT;
    else
        take_off(f, key);
    (void)pthread_mutex_unlock(&f->lock);
    return role;
}

void flight_leave(struct flight *f, struct str key, bool ok)
{
    struct entry *e;

    (void)pthread_mutex_lock(&f->lock);
    e = find(f, key);
    if (e) {
        HASH_DEL(f->entries, e);
        e->state = ok ? LANDED : CRASHED;
        if (e->waiters > 0)
            (void)pthread_cond_broadcast(&e->landed);
        else
            entry_free(e);
    }
    (void)pthread_mutex_unlock(&f->lock);
}
