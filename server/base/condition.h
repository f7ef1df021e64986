/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/condition.h -- condition variables whose timed waits end at a monotonic deadline
 * (server/base/deadline.h), so that setting the clock does not affect them. */
#ifndef CLIMACAST_SERVER_BASE_CONDITION_H
#define CLIMACAST_SERVER_BASE_CONDITION_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* Returns false when out of memory; then there is nothing to destroy. */
bool condition_init(pthread_cond_t *c);

/* Waits, with the lock held on entry and on return. Returns false once the deadline has passed. */
bool condition_wait_until(pthread_cond_t *c, pthread_mutex_t *lock, int64_t deadline);

#endif
