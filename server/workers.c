/* SPDX-License-Identifier: Apache-2.0 */
/* server/workers.c -- a thread pool.
 *
 * One mutex guards the queue and the counters; it is never held while a task runs.  Small stacks are
 * enough, because large data is in arenas and buffers; default stacks would take 8 MB of address
 * space for each thread. */
#include "server/workers.h"

#include <pthread.h>
#include <stdlib.h>

enum { STACK_BYTES = 512 * 1024 };

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct workers_task *head, **tail;
    size_t queued, queue_max, busy, threads;
    uint64_t finished;
    bool stopping;
    pthread_t ids[];
};

static void *workers_thread(void *data)
{
    struct workers *w = data;

    pthread_mutex_lock(&w->lock);
    for (;;) {
        while (!w->head && !w->stopping)
            pthread_cond_wait(&w->more, &w->lock);
        struct workers_task *task = w->head;
        if (!task)
            break;
        w->head = task->next;
        if (!w->head)
            w->tail = &w->head;
        w->queued--;
        w->busy++;
        pthread_mutex_unlock(&w->lock);
        task->run(task);
        pthread_mutex_lock(&w->lock);
        w->busy--;
        w->finished++;
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

struct workers *workers_create(size_t threads, size_t queue_max)
{
    struct workers *w = calloc(1, sizeof *w + threads * sizeof w->ids[0]);
    pthread_attr_t attr;

    if (!w)
        return NULL;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->more, NULL);
    w->tail = &w->head;
    w->queue_max = queue_max;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK_BYTES);
    for (; w->threads < threads; w->threads++)
        if (pthread_create(&w->ids[w->threads], &attr, workers_thread, w) != 0)
            break;
    pthread_attr_destroy(&attr);
    if (w->threads < threads) {
        workers_free(w);
        return NULL;
    }
    return w;
}

bool workers_submit(struct workers *w, struct workers_task *task)
{
    pthread_mutex_lock(&w->lock);
    bool accepted = !w->stopping && w->queued < w->queue_max;
    if (accepted) {
        task->next = NULL;
        *w->tail = task;
        w->tail = &task->next;
        w->queued++;
        pthread_cond_signal(&w->more);
    }
    pthread_mutex_unlock(&w->lock);
    return accepted;
}

void workers_stop(struct workers *w)
{
    pthread_mutex_lock(&w->lock);
    bool first = !w->stopping;
    w->stopping = true;
    pthread_cond_broadcast(&w->more);
    pthread_mutex_unlock(&w->lock);
    for (size_t i = 0; first && i < w->threads; i++)
        pthread_join(w->ids[i], NULL);
}

void workers_free(struct workers *w)
{
    if (!w)
        return;
    workers_stop(w);
    pthread_cond_destroy(&w->more);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

struct workers_stats workers_stats(struct workers *w)
{
    pthread_mutex_lock(&w->lock);
    struct workers_stats f = { w->queued, w->busy, w->threads, w->finished };
    pthread_mutex_unlock(&w->lock);
    return f;
}
