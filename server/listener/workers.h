/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/workers.h -- a fixed pool of threads for tasks that may block, with a bounded
 * queue.
 *
 * Anyone can send an unverified request that must wait for a certificate, so such tasks may use
 * half of the threads and of the queue only, and verified ones go first. */
#ifndef CLIMACAST_SERVER_LISTENER_WORKERS_H
#define CLIMACAST_SERVER_LISTENER_WORKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct workers;

/* Embedded in whatever the task is about. `run` is called once, on one of the threads, and may free
 * the task. */
struct workers_task {
    void (*run)(struct workers_task *task);
    struct workers_task *next;
};

enum workers_kind { WORKERS_VERIFIED, WORKERS_UNVERIFIED, WORKERS_KINDS };

/* NULL: out of memory or threads. */
struct workers *workers_create(size_t threads, size_t queue_max);
/* Returns false at once when the queue is full or the pool is stopping; the task remains the
 * caller's. Thread-safe. */
bool workers_submit(struct workers *w, struct workers_task *task, enum workers_kind kind);
/* Run the queued tasks, then end the threads; returns when they have ended. */
void workers_stop(struct workers *w);
void workers_free(struct workers *w); /* stops first; NULL is allowed */

/* Tasks queued, threads busy, and tasks finished since the start. */
struct workers_stats {
    size_t queued, busy, threads;
    uint64_t finished;
};
struct workers_stats workers_stats(struct workers *w);
/* How long all threads have been busy without one of them finishing a task; 0 while one is idle. */
int64_t workers_stall_ms(struct workers *w, int64_t now_ms);

#endif
