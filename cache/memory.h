/* SPDX-License-Identifier: Apache-2.0 */
/* cache/memory.h -- the in-process tier: decoded things under text keys, bounded in bytes, least
 * recently used out first.
 *
 * A value is an object with a reference count that never changes once it is in: readers on any
 * thread share it. Thread-safe; sharded locks, never held across a callback other than `free`. */
#ifndef CLIMACAST_CACHE_MEMORY_H
#define CLIMACAST_CACHE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/object.h"
#include "server/base/str.h"

struct memory;

struct memory *memory_create(size_t max_bytes); /* NULL: out of memory */
void memory_free(struct memory *m);
/* The value, retained for the caller, and the number that was stored with it (ret_stamp may be
 * NULL); NULL: a miss. */
struct object *memory_get(struct memory *m, struct str key, int64_t *ret_stamp);
/* Store (replacing) with a number of the caller's meaning (such as an expiry). The tier takes its
 * own reference. A value larger than an eighth of the bound is not kept. */
void memory_put(struct memory *m, struct str key, struct object *value, int64_t stamp);
/* The same, unless something is there already: for what was read from further down, which somebody
 * may have written anew meanwhile. */
void memory_add(struct memory *m, struct str key, struct object *value, int64_t stamp);
void memory_remove(struct memory *m, struct str key);

struct memory_stats {
    size_t bytes, max_bytes, count;
    uint64_t hits, misses, evictions;
};
struct memory_stats memory_stats(struct memory *m);

#endif
