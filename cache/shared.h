/* SPDX-License-Identifier: Apache-2.0 */
/* cache/shared.h -- shared entries (LocationCache, StationCache, ZoneCache) with a TTL: memory,
 * then Redis if there is one, then the store.
 *
 * Entries are JSON objects. When the store fails, a read is a miss with `err` filled, so the caller
 * computes the entry again. A write reaches memory and Redis at once and the store in the
 * background (cache/shared_writer.h), so no answer waits for it. Failures of Redis are not reported
 * here: cache/redis reports them itself. Thread-safe. */
#ifndef CLIMACAST_CACHE_SHARED_H
#define CLIMACAST_CACHE_SHARED_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "cache/memory.h"
#include "cache/redis/redis.h"
#include "cache/store.h"
#include "server/base/deadline.h"
#include "server/base/err.h"
#include "server/base/metrics.h"

struct shared;

struct shared_settings {
    int ttl_days;        /* of new entries; 0: they never expire */
    struct redis *redis; /* must outlive it; may be NULL */
    /* Called for each entry that will not be written to the store, from any thread; may be NULL. */
    void (*report)(void *data, const struct err *why);
    void *report_data;
};
/* `memory` and `store` must outlive it. Returns NULL when out of memory. */
struct shared *shared_create(const struct shared_settings *settings, struct memory *memory,
                             struct store *store, struct metrics *metrics);
/* Drops what has not been written, see shared_flush(). NULL is allowed. */
void shared_free(struct shared *s);

/* Read an entry.
 *   ST_OK          the data of *ret_entry is the entry, a json_t. Other threads share it: do not
 *                  change it, nor its reference count; object_release() the object.
 *   ST_MISS        there is none; remembered for a few seconds
 *   ST_WOULD_WAIT  it is not in memory, and the deadline is NO_WAIT */
enum status shared_acquire(struct shared *s, struct entry_name name, int64_t deadline,
                           struct object **ret_entry, struct err *err);
/* Write an entry; `deadline` is for Redis. ST_UNAVAILABLE: it is in memory and Redis only, because
 * too many entries wait for the store. */
enum status shared_put(struct shared *s, struct entry_name name, json_t *entry, int64_t deadline,
                       struct err *err);
/* Remove an entry, likewise. */
enum status shared_remove(struct shared *s, struct entry_name name, int64_t deadline,
                          struct err *err);
/* Wait until the store has all that was written. Returns false when the deadline passed first. */
bool shared_flush(struct shared *s, int64_t deadline);
/* The entries in the store, including those that are being written just now. */
enum status shared_count(struct shared *s, const char *cache, int64_t deadline, int64_t *ret_count,
                         struct err *err);

#endif
