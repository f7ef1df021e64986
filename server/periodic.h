/* SPDX-License-Identifier: Apache-2.0 */
/* server/periodic.h -- one background thread for work that nobody waits for. */
#ifndef CLIMACAST_SERVER_PERIODIC_H
#define CLIMACAST_SERVER_PERIODIC_H

#include <stdint.h>

struct periodic;

/* Call fn(data, deadline) every period_ms; the call should end by the (monotonic) deadline. NULL:
 * no thread. */
struct periodic *periodic_create(int64_t period_ms, void (*fn)(void *data, int64_t deadline),
                                 void *data);
/* Wait for a call that is under way, then end the thread. NULL allowed. */
void periodic_free(struct periodic *r);

#endif
