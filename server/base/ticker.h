/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/ticker.h -- a thread that runs a step when one is due: at the time that the last step
 * asked for, or when it is woken. */
#ifndef CLIMACAST_SERVER_BASE_TICKER_H
#define CLIMACAST_SERVER_BASE_TICKER_H

#include <stdint.h>

struct ticker;

/* Returns when the next step is due, monotonic milliseconds; INT64_MAX: not until woken. */
typedef int64_t ticker_step_fn(void *data);

/* The first step is due at once. NULL: out of memory or threads. */
struct ticker *ticker_create(ticker_step_fn *step, void *data);
/* A step is due, after the one that is running, if any. Thread-safe. */
void ticker_wake(struct ticker *t);
/* End the thread, after the step that is running; NULL is allowed. */
void ticker_free(struct ticker *t);

#endif
