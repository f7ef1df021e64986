/* SPDX-License-Identifier: Apache-2.0 */
/* server/periodic.c -- a thread that sleeps on a condition, so that it can be stopped at once. */
#include "server/periodic.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "server/base/clock.h"
#include "server/base/condition.h"

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

static void *periodic_thread(void *data)
{
    struct periodic *p = data;

    pthread_mutex_lock(&p->lock);
    while (!p->stopping) {
        int64_t wake = clock_mono_ms() + p->period_ms;
        while (!p->stopping && condition_wait_until(&p->stop, &p->lock, wake))
            ;
        if (p->stopping)
            break;
        pthread_mutex_unlock(&p->lock);
        p->fn(p->data, clock_mono_ms() + CALL_MS);
        pthread_mutex_lock(&p->lock);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

struct periodic *periodic_create(int64_t period_ms, void (*fn)(void *data, int64_t deadline),
                                 void *data)
{
    struct periodic *p = calloc(1, sizeof *p);

    if (!p)
        return NULL;
    p->period_ms = period_ms;
    p->fn = fn;
    p->data = data;
    pthread_mutex_init(&p->lock, NULL);
    (void)condition_init(&p->stop);
    if (pthread_create(&p->thread, NULL, periodic_thread, p) == 0)
        return p;
    pthread_cond_destroy(&p->stop);
    pthread_mutex_destroy(&p->lock);
    free(p);
    return NULL;
}

void periodic_free(struct periodic *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->stopping = true;
    pthread_cond_signal(&p->stop);
    pthread_mutex_unlock(&p->lock);
    pthread_join(p->thread, NULL);
    pthread_cond_destroy(&p->stop);
    pthread_mutex_destroy(&p->lock);
    free(p);
}
