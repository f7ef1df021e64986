/* SPDX-License-Identifier: Apache-2.0 */
/* server/alerts/rounds.h -- jobs by name that threads of their own run until they are done, each
 * again after a growing pause while it fails. Thread-safe.
 *
 * A job that has not failed goes before those that have, so that a few that hang cost the others
 * little. A job never runs twice at the same time. */
#ifndef CLIMACAST_SERVER_ALERTS_ROUNDS_H
#define CLIMACAST_SERVER_ALERTS_ROUNDS_H

#include <stddef.h>
#include <stdint.h>

#include "server/base/str.h"

enum {
    ROUNDS_FIRST_MS = 1000, /* the pause after a failure, doubled each time */
    ROUNDS_PAUSE_MAX_MS = 60 * 1000,
};

enum rounds_result {
    ROUNDS_DONE,  /* forget it */
    ROUNDS_LATER, /* again after *ret_wait_ms; not a failure */
    ROUNDS_FAILED /* again after the pause, and not before *ret_wait_ms */
};
typedef enum rounds_result rounds_fn(void *data, const char *name, int64_t *ret_wait_ms);

struct rounds;

/* At most `threads_max` run at once; they start when there is something to do. NULL: out of
 * memory. */
struct rounds *rounds_create(size_t threads_max, rounds_fn *fn, void *data);
/* Add a job, or have it run once more if it is running. One that waits goes on waiting. */
void rounds_add(struct rounds *r, struct str name);
/* Forget all jobs that are not running. */
void rounds_clear(struct rounds *r);
size_t rounds_count(struct rounds *r);
/* Waits for running jobs. NULL is allowed. */
void rounds_free(struct rounds *r);

#endif
