/* SPDX-License-Identifier: Apache-2.0 */
/* server/alerts/rounds.c -- jobs by name, run by threads of their own. */
#define HASH_NONFATAL_OOM 1
#include "server/alerts/rounds.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "server/base/clock.h"
#include "server/base/condition.h"

enum { IDLE_MS = 5000, STACK_BYTES = 1024 * 1024 };

struct job {
    UT_hash_handle hh;
    int64_t due_mono_ms;
    int64_t pause_ms; /* of the last failure; 0: none */
    bool running, again;
    char name[];
};

struct rounds {
    pthread_mutex_t lock; /* guards everything below */
    pthread_cond_t changed;
    rounds_fn *fn;
    void *data;
    struct job *jobs;
    size_t threads, threads_max, idle;
    bool stopping;
};

/* ---- which one is next ---- */

/* Before those that have failed; of equals, the one that is due for longer. */
static bool goes_before(const struct job *a, const struct job *b)
{
    if (!b || (a->pause_ms == 0) != (b->pause_ms == 0))
        return !b || a->pause_ms == 0;
    return a->due_mono_ms < b->due_mono_ms;
}

/* *ret_due: how many are due. *ret_wait_ms: until one is, if none is. */
static struct job *find_due(const struct rounds *r, size_t *ret_due, int64_t *ret_wait_ms)
{
    int64_t now = clock_mono_ms();
    struct job *best = NULL;

    *ret_wait_ms = IDLE_MS;
    *ret_due = 0;
    for (struct job *j = r->jobs; j; j = j->hh.next) {
        if (j->running)
            continue;
        if (j->due_mono_ms > now) {
            if (j->due_mono_ms - now < *ret_wait_ms)
                *ret_wait_ms = j->due_mono_ms - now;
            continue;
        }
        ++*ret_due;
        if (goes_before(j, best))
            best = j;
    }
    return best;
}

/* ---- running ---- */

static void remove_job(struct rounds *r, struct job *j)
{
    HASH_DEL(r->jobs, j);
    free(j);
}

static void finish(struct rounds *r, struct job *j, enum rounds_result result, int64_t wait_ms)
{
    j->running = false;
    if (result == ROUNDS_DONE && !j->again) {
        remove_job(r, j);
        return;
    }
    if (result == ROUNDS_FAILED) {
        j->pause_ms = j->pause_ms == 0 ? ROUNDS_FIRST_MS : 2 * j->pause_ms;
        if (j->pause_ms > ROUNDS_PAUSE_MAX_MS)
            j->pause_ms = ROUNDS_PAUSE_MAX_MS;
        wait_ms = wait_ms > j->pause_ms ? wait_ms : j->pause_ms;
    } else if (result == ROUNDS_DONE) {
        j->pause_ms = wait_ms = 0;
    }
    j->again = false;
    j->due_mono_ms = clock_mono_ms() + wait_ms;
}

static void run(struct rounds *r, struct job *j)
{
    int64_t wait_ms = 0;
    enum rounds_result result;

    j->running = true;
    (void)pthread_mutex_unlock(&r->lock);
    result = r->fn(r->data, j->name, &wait_ms);
    (void)pthread_mutex_lock(&r->lock);
    finish(r, j, result, wait_ms);
}

/* False: there is nothing to wait for. */
static bool wait_for_work(struct rounds *r, int64_t ms)
{
    bool found = r->jobs;

    r->idle++;
    (void)condition_wait_until(&r->changed, &r->lock, clock_mono_ms() + ms);
    r->idle--;
    return found || r->jobs;
}

static void start_thread(struct rounds *r);

static void *work(void *data)
{
    struct rounds *r = data;
    int64_t wait_ms;
    size_t due;

    (void)pthread_mutex_lock(&r->lock);
    while (!r->stopping) {
        struct job *j = find_due(r, &due, &wait_ms);
        if (due > 1)
            start_thread(r);
        if (j)
            run(r, j);
        else if (!wait_for_work(r, wait_ms + 1))
            break;
    }
    r->threads--;
    (void)pthread_cond_broadcast(&r->changed);
    (void)pthread_mutex_unlock(&r->lock);
    return NULL;
}

/* Another one that works, if none is idle. */
static void start_thread(struct rounds *r)
{
    pthread_attr_t attributes;
    pthread_t thread;

    if (r->idle > 0)
        (void)pthread_cond_signal(&r->changed);
    if (r->idle > 0 || r->threads == r->threads_max || r->stopping ||
        pthread_attr_init(&attributes) != 0)
        return; /* those that run do it */
    if (pthread_attr_setstacksize(&attributes, STACK_BYTES) == 0 &&
        pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED) == 0 &&
        pthread_create(&thread, &attributes, work, r) == 0)
        r->threads++;
    (void)pthread_attr_destroy(&attributes);
}

/* ---- jobs ---- */

static struct job *new_job(struct rounds *r, struct str name)
{
    struct job *j = calloc(1, sizeof *j + name.n + 1);

    if (!j)
        return NULL;
    memcpy(j->name, name.p, name.n);
    j->due_mono_ms = clock_mono_ms();
    HASH_ADD_KEYPTR(hh, r->jobs, j->name, name.n, j);
    if (j->hh.tbl)
        return j;
    free(j);
    return NULL;
}

void rounds_add(struct rounds *r, struct str name)
{
    struct job *j = NULL;

    (void)pthread_mutex_lock(&r->lock);
    HASH_FIND(hh, r->jobs, name.p, name.n, j);
    if (j)
        j->again = j->running;
    else if (new_job(r, name))
        start_thread(r);
    (void)pthread_mutex_unlock(&r->lock);
}

void rounds_clear(struct rounds *r)
{
    (void)pthread_mutex_lock(&r->lock);
    for (struct job *j = r->jobs, *next; j; j = next) {
        next = j->hh.next;
        j->again = false;
        if (!j->running)
            remove_job(r, j);
    }
    (void)pthread_mutex_unlock(&r->lock);
}

size_t rounds_count(struct rounds *r)
{
    size_t count;

    (void)pthread_mutex_lock(&r->lock);
    count = HASH_COUNT(r->jobs);
    (void)pthread_mutex_unlock(&r->lock);
    return count;
}

struct rounds *rounds_create(size_t threads_max, rounds_fn *fn, void *data)
{
    struct rounds *r = calloc(1, sizeof *r);

    if (!r)
        return NULL;
    *r = (struct rounds){ .fn = fn, .data = data, .threads_max = threads_max };
    (void)pthread_mutex_init(&r->lock, NULL);
    if (!condition_init(&r->changed)) {
        (void)pthread_mutex_destroy(&r->lock);
        free(r);
        return NULL;
    }
    return r;
}

void rounds_free(struct rounds *r)
{
    if (!r)
        return;
    (void)pthread_mutex_lock(&r->lock);
    r->stopping = true;
    (void)pthread_cond_broadcast(&r->changed);
    while (r->threads > 0)
        (void)pthread_cond_wait(&r->changed, &r->lock);
    (void)pthread_mutex_unlock(&r->lock);
    while (r->jobs)
        remove_job(r, r->jobs);
    (void)pthread_cond_destroy(&r->changed);
    (void)pthread_mutex_destroy(&r->lock);
    free(r);
}
