/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/workers.c -- a thread pool.
 *
 * One mutex guards the queues and the counters; it is never held while a task runs. Small stacks
 * are enough, because large data is in arenas and buffers; default stacks would take 8 MB of
 * address space for each thread. */
#define _GNU_SOURCE /* pthread_setname_np */
#include "server/listener/workers.h"

#include <pthread.h>
#include <stdlib.h>

#include "server/base/clock.h"

enum { STACK_BYTES = 512 * 1024 };

struct workers_queue {
    struct workers_task *head, **tail;
    size_t queued, queue_max;
    size_t running, running_max; /* on the threads */
};

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct workers_queue queues[WORKERS_KINDS];
    size_t threads, busy;
    uint64_t finished;
    int64_t progress_ms; /* when a task was last started or finished */
    bool stopping;
    pthread_t ids[];
};

/* ---- with the lock held ---- */

/* The first queue with a task that may run now, or NULL. */
static struct workers_queue *runnable_queue(struct workers *w)
{
    for (int i = 0; i < WORKERS_KINDS; i++) {
        struct workers_queue *q = &w->queues[i];
        if (q->head && q->running < q->running_max)
            return q;
    }
    return NULL;
}

static bool anything_queued(const struct workers *w)
{
    return w->queues[WORKERS_VERIFIED].head || w->queues[WORKERS_UNVERIFIED].head;
}

static struct workers_task *take_task(struct workers_queue *q)
{
    struct workers_task *task = q->head;

    q->head = task->next;
    if (!q->head)
        q->tail = &q->head;
    q->queued--;
    return task;
}

static void run_task(struct workers *w, struct workers_queue *q)
{
    struct workers_task *task = take_task(q);

    q->running++;
    w->busy++;
    w->progress_ms = clock_mono_ms();
    pthread_mutex_unlock(&w->lock);
    task->run(task);
    pthread_mutex_lock(&w->lock);
    w->progress_ms = clock_mono_ms();
    q->running--;
    w->busy--;
    w->finished++;
}

static void *workers_thread(void *data)
{
    struct workers *w = data;
    struct workers_queue *q;

    pthread_setname_np(pthread_self(), "worker");
    pthread_mutex_lock(&w->lock);
    for (;;) {
        while (!(q = runnable_queue(w)) && !(w->stopping && !anything_queued(w)))
            pthread_cond_wait(&w->more, &w->lock);
        if (!q)
            break;
        run_task(w, q);
        if (w->stopping) /* others may wait for the last tasks, or for a turn to run one */
            pthread_cond_broadcast(&w->more);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

/* ---- create, submit, stop ---- */

static void init_queues(struct workers *w, size_t threads, size_t queue_max)
{
    static const size_t parts[WORKERS_KINDS] = { 1, 2 };

    for (int i = 0; i < WORKERS_KINDS; i++) {
        struct workers_queue *q = &w->queues[i];
        q->tail = &q->head;
        q->queue_max = (queue_max + parts[i] - 1) / parts[i];
        q->running_max = (threads + parts[i] - 1) / parts[i];
    }
}

struct workers *workers_create(size_t threads, size_t queue_max)
{
    struct workers *w = calloc(1, sizeof *w + threads * sizeof w->ids[0]);
    pthread_attr_t attr;

    if (!w)
        return NULL;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->more, NULL);
    init_queues(w, threads, queue_max);
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

bool workers_submit(struct workers *w, struct workers_task *task, enum workers_kind kind)
{
    struct workers_queue *q = &w->queues[kind];

    pthread_mutex_lock(&w->lock);
    bool accepted = !w->stopping && q->queued < q->queue_max;
    if (accepted) {
        task->next = NULL;
        *q->tail = task;
        q->tail = &task->next;
        q->queued++;
    }
    pthread_mutex_unlock(&w->lock);
    if (accepted) /* after unlocking: the thread that wakes up would wait for the lock */
        pthread_cond_signal(&w->more);
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
    size_t queued = w->queues[WORKERS_VERIFIED].queued + w->queues[WORKERS_UNVERIFIED].queued;
    struct workers_stats f = { queued, w->busy, w->threads, w->finished };
    pthread_mutex_unlock(&w->lock);
    return f;
}

int64_t workers_stall_ms(struct workers *w, int64_t now_ms)
{
    pthread_mutex_lock(&w->lock);
    bool idle = w->busy < w->threads;
    int64_t since = w->progress_ms;
    pthread_mutex_unlock(&w->lock);
    return idle || now_ms < since ? 0 : now_ms - since;
}
