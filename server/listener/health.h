/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/health.h -- whether every thread that serves requests is making progress. */
#ifndef CLIMACAST_SERVER_LISTENER_HEALTH_H
#define CLIMACAST_SERVER_LISTENER_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/str.h"
#include "server/listener/alexa_listener.h"
#include "server/listener/workers.h"

enum { HEALTH_STALL_MS = 10 * 1000 }; /* longer than any turn takes */

/* Appends what has made no progress for longer than max_ms to `why`, a line each. Returns true when
 * everything has made progress. Thread-safe. */
bool health_check(const struct alexa_listener *l, struct workers *w, int64_t max_ms,
                  struct buf *why);

#endif
