/* SPDX-License-Identifier: Apache-2.0 */
/* server/periodic.h -- a thread that calls a function periodically. */
#ifndef CLIMACAST_SERVER_PERIODIC_H
#define CLIMACAST_SERVER_PERIODIC_H

#include <stdint.h>

struct periodic;

/* Call fn(data, deadline) every period_ms after the last call has returned. The function should
 * return by the monotonic deadline, ten seconds later. NULL: out of memory or threads. */
struct periodic *periodic_create(int64_t period_ms, void (*fn)(void *data, int64_t deadline),
                                 void *data);
/* Wait for a call in progress, then end the thread. NULL is allowed. */
void periodic_free(struct periodic *p);

#endif
