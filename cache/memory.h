/* SPDX-License-Identifier: Apache-2.0 */
/* cache/memory.h -- the in-process cache tier: decoded objects by text key, bounded in bytes,
 * evicting the least recently used.
 *
 * Values are immutable objects (server/base/object.h), shared by readers on any thread.
 * Thread-safe: sharded locks, never held during a callback except `free_data`. */
#ifndef CLIMACAST_CACHE_MEMORY_H
#define CLIMACAST_CACHE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/object.h"
#include "server/base/str.h"

struct memory;

struct memory *memory_create(size_t max_bytes); /* NULL: out of memory */
void memory_free(struct memory *m);             /* NULL is allowed */
/* Returns a new reference to the value, or NULL on a miss. *ret_stamp (may be NULL) is the number
 * that was stored with it. */
struct object *memory_get(struct memory *m, struct str key, int64_t *ret_stamp);
/* Store or replace a value, with a number of the caller's choice, such as its expiry. The tier
 * holds its own reference. A value larger than an eighth of max_bytes is not stored. */
void memory_put(struct memory *m, struct str key, struct object *value, int64_t stamp);
/* The same, unless the key exists: for values that were read from a lower tier and may have been
 * rewritten in the meantime. */
void memory_add(struct memory *m, struct str key, struct object *value, int64_t stamp);
void memory_remove(struct memory *m, struct str key);

struct memory_stats {
    size_t bytes, max_bytes, count;
    uint64_t hits, misses, evictions;
};
struct memory_stats memory_stats(struct memory *m);

#endif
