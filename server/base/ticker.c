/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/ticker.c -- a thread that sleeps on a condition between its steps. */
#include "server/base/ticker.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "server/base/clock.h"
#include "server/base/condition.h"

enum { STACK_BYTES = 512 * 1024 };

struct ticker {
    ticker_step_fn *step;
    void *data;
    pthread_t thread;
    pthread_mutex_t lock; /* guards the two below */
    pthread_cond_t changed;
    bool woken, stopping;
};

/* The lock is held. */
static void sleep_until(struct ticker *t, int64_t due_ms)
{
    while (!t->woken && !t->stopping && clock_mono_ms() < due_ms)
        if (due_ms == INT64_MAX)
            (void)pthread_cond_wait(&t->changed, &t->lock);
        else
            (void)condition_wait_until(&t->changed, &t->lock, due_ms);
}

static void *ticker_thread(void *data)
{
    struct ticker *t = data;

    (void)pthread_mutex_lock(&t->lock);
    while (!t->stopping) {
        t->woken = false;
        (void)pthread_mutex_unlock(&t->lock);
        int64_t due_ms = t->step(t->data);
        (void)pthread_mutex_lock(&t->lock);
        sleep_until(t, due_ms);
    }
    (void)pthread_mutex_unlock(&t->lock);
    return NULL;
}

static void free_stopped(struct ticker *t)
{
    (void)pthread_cond_destroy(&t->changed);
    (void)pthread_mutex_destroy(&t->lock);
    free(t);
}

struct ticker *ticker_create(ticker_step_fn *step, void *data)
{
    struct ticker *t = calloc(1, sizeof *t);
    pthread_attr_t attr;
    int failed;

    if (!t)
        return NULL;
    t->step = step;
    t->data = data;
    (void)pthread_mutex_init(&t->lock, NULL);
    (void)condition_init(&t->changed);
    (void)pthread_attr_init(&attr);
    (void)pthread_attr_setstacksize(&attr, STACK_BYTES);
    failed = pthread_create(&t->thread, &attr, ticker_thread, t);
    (void)pthread_attr_destroy(&attr);
    if (!failed)
        return t;
    free_stopped(t);
    return NULL;
}

void ticker_wake(struct ticker *t)
{
    (void)pthread_mutex_lock(&t->lock);
    t->woken = true;
    (void)pthread_cond_signal(&t->changed);
    (void)pthread_mutex_unlock(&t->lock);
}

void ticker_free(struct ticker *t)
{
    if (!t)
        return;
    (void)pthread_mutex_lock(&t->lock);
    t->stopping = true;
    (void)pthread_cond_signal(&t->changed);
    (void)pthread_mutex_unlock(&t->lock);
    (void)pthread_join(t->thread, NULL);
    free_stopped(t);
}
