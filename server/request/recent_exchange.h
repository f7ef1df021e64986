/* SPDX-License-Identifier: Apache-2.0 */
/* server/request/recent_exchange.h -- records finished exchanges in the lists of recent requests.
 * Thread-safe. */
#ifndef CLIMACAST_SERVER_REQUEST_RECENT_EXCHANGE_H
#define CLIMACAST_SERVER_REQUEST_RECENT_EXCHANGE_H

#include "server/request/pipeline.h"
#include "server/request/recent.h"

/* An answer, when it did not go well, or was slow. */
void recent_exchange_answered(struct recent *r, const struct pipeline_exchange *x, int64_t us);
/* A rejection, when the request was genuine or could not be checked. Anyone can send requests
 * without a signature, so the others would only push out what matters. */
void recent_exchange_rejected(struct recent *r, const struct pipeline_exchange *x,
                              const char *reason);

#endif
