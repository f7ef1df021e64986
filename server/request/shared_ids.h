/* SPDX-License-Identifier: Apache-2.0 */
/* server/request/shared_ids.h -- request ids that all daemons share through Redis, so that none
 * serves a request that another one has served.
 *
 * An id is a key that is set only if it does not exist (SET NX) and expires by itself. Redis may
 * lose it at any time, and then each daemon still rejects what it has served itself. While Redis is
 * not used, that is all there is; the change is logged once. Thread-safe. */
#ifndef CLIMACAST_SERVER_REQUEST_SHARED_IDS_H
#define CLIMACAST_SERVER_REQUEST_SHARED_IDS_H

#include "cache/redis/redis.h"
#include "certs/verify.h"
#include "server/base/metrics.h"
#include "server/log/log.h"

struct shared_ids;

/* All borrowed. NULL: out of memory. */
struct shared_ids *shared_ids_create(struct redis *redis, struct metrics *metrics, struct log *log);
void shared_ids_free(struct shared_ids *s); /* NULL is allowed */

/* The functions that the verifier calls; they use `s`. For NULL, no functions. */
struct verify_shared_ids shared_ids_functions(struct shared_ids *s);

#endif
