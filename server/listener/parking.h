/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/parking.h -- tasks that cannot go on now because too many wait for the same
 * dependency (server/base/bulkhead.h): they give their thread back and are run again later, from
 * the start.
 *
 * A parked task is run again when another one has ended, every now and then, and at the latest at
 * the time it names. Thread-safe. */
#ifndef CLIMACAST_SERVER_LISTENER_PARKING_H
#define CLIMACAST_SERVER_LISTENER_PARKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/listener/workers.h"

struct parking;

/* `max` tasks at a time. `workers` is borrowed. NULL: out of memory or threads. */
struct parking *parking_create(struct workers *workers, size_t max);
/* Called by a task that runs on a worker: park it, until `latest_ms` (monotonic) at most. After
 * true it must return without touching itself, because it may be running again. False: there is no
 * room; it must come to an end now. */
bool parking_put(struct parking *p, struct workers_task *task, int64_t latest_ms);
/* A task has ended. Does nothing when none is parked. */
void parking_task_ended(struct parking *p);
size_t parking_count(const struct parking *p);
/* Run all that are parked, and refuse further ones. Before workers_stop(). */
void parking_stop(struct parking *p);
void parking_free(struct parking *p); /* stops first; NULL is allowed */

#endif
