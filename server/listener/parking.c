/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/parking.c -- parked tasks, in the order in which they came.
 *
 * Only one is tried at a time, unless its time is up: when the dependency hangs, trying them all
 * would only cost time. When it is known to hang, each ends at once and makes room for the next. */
#include "server/listener/parking.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/clock.h"
#include "server/base/ticker.h"

enum { RETRY_MS = 50 };

struct spot {
    struct workers_task *task;
    int64_t latest_ms;
};

struct parking {
    struct workers *workers;
    struct ticker *ticker;
    size_t max;
    _Atomic size_t count; /* written with the lock held */
    pthread_mutex_t lock; /* guards the following */
    bool stopping;
    int64_t retry_ms; /* when the first is tried next, unless a task ends before that */
    struct spot spots[];
};

/* ---- with the lock held ---- */

/* Give the task at `at` back to the workers. Returns false when their queue is full. */
static bool unpark(struct parking *p, size_t at)
{
    struct spot spot = p->spots[at];

    if (!workers_submit(p->workers, spot.task, WORKERS_VERIFIED))
        return false;
    p->count--;
    memmove(&p->spots[at], &p->spots[at + 1], (p->count - at) * sizeof p->spots[0]);
    return true;
}

static void unpark_due(struct parking *p, int64_t now_ms)
{
    size_t at = 0;

    while (at < p->count)
        if (p->spots[at].latest_ms > now_ms || !unpark(p, at))
            at++;
}

/* ---- calls ---- */

static int64_t parking_step(void *data)
{
    struct parking *p = data;
    int64_t now_ms = clock_mono_ms();

    if (p->count == 0)
        return INT64_MAX;
    (void)pthread_mutex_lock(&p->lock);
    unpark_due(p, now_ms);
    if (p->count > 0 && now_ms >= p->retry_ms) {
        (void)unpark(p, 0);
        p->retry_ms = now_ms + RETRY_MS;
    }
    (void)pthread_mutex_unlock(&p->lock);
    return p->count > 0 ? now_ms + RETRY_MS / 2 : INT64_MAX;
}

struct parking *parking_create(struct workers *workers, size_t max)
{
    struct parking *p = calloc(1, sizeof *p + max * sizeof p->spots[0]);

    if (!p || pthread_mutex_init(&p->lock, NULL) != 0) {
        free(p);
        return NULL;
    }
    p->workers = workers;
    p->max = max;
    p->ticker = ticker_create(parking_step, p);
    if (!p->ticker) {
        parking_free(p);
        return NULL;
    }
    return p;
}

bool parking_put(struct parking *p, struct workers_task *task, int64_t latest_ms)
{
    bool was_empty, parked;

    (void)pthread_mutex_lock(&p->lock);
    was_empty = p->count == 0;
    parked = !p->stopping && p->count < p->max;
    if (was_empty)
        p->retry_ms = clock_mono_ms() + RETRY_MS;
    if (parked)
        p->spots[p->count++] = (struct spot){ task, latest_ms };
    (void)pthread_mutex_unlock(&p->lock);
    if (parked && was_empty)
        ticker_wake(p->ticker);
    return parked;
}

void parking_task_ended(struct parking *p)
{
    if (p->count == 0)
        return;
    (void)pthread_mutex_lock(&p->lock);
    if (p->count > 0)
        (void)unpark(p, 0);
    (void)pthread_mutex_unlock(&p->lock);
}

size_t parking_count(const struct parking *p)
{
    return p->count;
}

/* When the workers' queue is full, tasks are run here: each must end, and soon. */
void parking_stop(struct parking *p)
{
    struct workers_task *task;

    (void)pthread_mutex_lock(&p->lock);
    p->stopping = true;
    unpark_due(p, INT64_MAX);
    while (p->count > 0) {
        task = p->spots[--p->count].task;
        (void)pthread_mutex_unlock(&p->lock);
        task->run(task);
        (void)pthread_mutex_lock(&p->lock);
    }
    (void)pthread_mutex_unlock(&p->lock);
}

void parking_free(struct parking *p)
{
    if (!p)
        return;
    if (p->ticker)
        parking_stop(p);
    ticker_free(p->ticker);
    (void)pthread_mutex_destroy(&p->lock);
    free(p);
}
