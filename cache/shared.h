/* SPDX-License-Identifier: Apache-2.0 */
/* cache/shared.h -- shared entries (LocationCache, StationCache, ZoneCache): memory, and Redis when
 * there is one, in front of the store, with TTL.
 *
 * Thread-safe. Entries are JSON objects. A store that fails on a read is a miss with err filled
 * (the caller works the entry out anew); on a write the entry still lies in memory and Redis. A
 * Redis that fails is passed by, and nobody hears of it here: it tells by itself. */
#ifndef CLIMACAST_CACHE_SHARED_H
#define CLIMACAST_CACHE_SHARED_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "cache/memory.h"
#include "cache/redis/redis.h"
#include "cache/store.h"
#include "server/base/err.h"
#include "server/base/metrics.h"

struct shared;

struct shared_settings {
    int ttl_days;        /* lifetime of new entries; 0 = never expires */
    struct redis *redis; /* outlives it; NULL: none */
};
struct shared *shared_create(const struct shared_settings *settings, struct memory *memory,
                             struct store *store, struct metrics *metrics);
void shared_free(struct shared *s);

/* ST_OK: the data of *ret_entry is the entry, a json_t: shared, so read only, and neither
 * json_incref() nor json_decref() may touch it; the caller releases the object. ST_MISS.
 * ST_WOULD_WAIT: not in memory, may not wait. A miss in the store is remembered for a few seconds
 * only. */
enum status shared_acquire(struct shared *s, struct entry_name name, int64_t deadline,
                           struct object **ret_entry, struct err *err);
/* The same; *ret_entry is a copy, the caller's own. */
enum status shared_get(struct shared *s, struct entry_name name, int64_t deadline,
                       json_t **ret_entry, struct err *err);
/* Written through: memory, Redis and store. */
enum status shared_put(struct shared *s, struct entry_name name, json_t *entry, int64_t deadline,
                       struct err *err);
enum status shared_remove(struct shared *s, struct entry_name name, int64_t deadline,
                          struct err *err);
enum status shared_count(struct shared *s, const char *cache, int64_t deadline, int64_t *ret_count,
                         struct err *err);

#endif
