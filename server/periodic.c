/* SPDX-License-Identifier: Apache-2.0 */
/* server/periodic.c -- a thread that wakes now and then. */
#include "server/periodic.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "server/base/clock.h"

enum { CALL_MS = 10 * 1000 };

struct periodic {
    int64_t period_ms;
    void (*fn)(void *data, int64_t deadline);
    void *data;
    pthread_t thread;
    pthread_mutex_t lock; /* guards stopping */
    pthread_cond_t stop;
    bool stopping;
};

static void *loop(void *data)
{
    struct periodic *r = data;

    pthread_mutex_lock(&r->lock);
    while (!r->stopping) {
        int64_t wake = clock_mono_ms() + r->period_ms;
        struct timespec at = { .tv_sec = (time_t)(wake / 1000),
                               .tv_nsec = (long)(wake % 1000) * 1000000 };
        int slept = 0;
        while (!r->stopping && slept == 0)
            slept = pthread_cond_timedwait(&r->stop, &r->lock, &at);
        if (r->stopping)
            break;
        pthread_mutex_unlock(&r->lock);
        r->fn(r->data, clock_mono_ms() + CALL_MS);
        pthread_mutex_lock(&r->lock);
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

struct periodic *periodic_create(int64_t period_ms, void (*fn)(void *data, int64_t deadline),
                                 void *data)
{
    struct periodic *r = calloc(1, sizeof *r);
    pthread_condattr_t attr;

    if (!r)
        return NULL;
    r->period_ms = period_ms;
    r->fn = fn;
    r->data = data;
    pthread_mutex_init(&r->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&r->stop, &attr);
    pthread_condattr_destroy(&attr);
    if (pthread_create(&r->thread, NULL, loop, r) == 0)
        return r;
    pthread_cond_destroy(&r->stop);
    pthread_mutex_destroy(&r->lock);
    free(r);
    return NULL;
}

void periodic_free(struct periodic *r)
{
    if (!r)
        return;
    pthread_mutex_lock(&r->lock);
    r->stopping = true;
    pthread_cond_signal(&r->stop);
    pthread_mutex_unlock(&r->lock);
    pthread_join(r->thread, NULL);
    pthread_cond_destroy(&r->stop);
    pthread_mutex_destroy(&r->lock);
    free(r);
}
