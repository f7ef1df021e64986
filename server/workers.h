/* SPDX-License-Identifier: Apache-2.0 */
/* server/workers.h -- a fixed pool of threads for work that may wait, behind a queue that has an
 * end. */
#ifndef CLIMACAST_SERVER_WORKERS_H
#define CLIMACAST_SERVER_WORKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct workers;

/* A piece of work, embedded in what it belongs to; `run` is called once, on one of the threads. */
struct workers_task {
    void (*run)(struct workers_task *work);
    struct workers_task *next;
};

/* NULL: threads or memory could not be had. */
struct workers *workers_create(size_t threads, size_t queue_most);
/* False at once when the queue is full or the pool is stopping: the work is the caller's still. */
bool workers_submit(struct workers *w, struct workers_task *work);
/* Run what is queued, then end the threads; returns when all have ended. */
void workers_stop(struct workers *w);
void workers_free(struct workers *w); /* stops first; NULL allowed */

/* Work waiting, threads at work, and how many pieces have been finished since the start. */
struct workers_stats {
    size_t queued, busy, threads;
    uint64_t finished;
};
struct workers_stats workers_stats(struct workers *w);

#endif
