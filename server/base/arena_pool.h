/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/arena_pool.h -- arenas kept for reuse.
 *
 * With a warm pool, a turn that is answered from memory needs no malloc(). Thread-safe. */
#ifndef CLIMACAST_SERVER_BASE_ARENA_POOL_H
#define CLIMACAST_SERVER_BASE_ARENA_POOL_H

#include "server/base/arena.h"

struct arena_pool;

/* Arenas of at most `max` bytes each; up to `idle_max` are kept for reuse. NULL: out of memory. */
struct arena_pool *arena_pool_create(size_t max, size_t idle_max);
/* An empty arena, for the caller to return with arena_pool_give(). NULL: out of memory. */
struct arena *arena_pool_take(struct arena_pool *p);
/* Reset `a`, and keep or free it. NULL is allowed. */
void arena_pool_give(struct arena_pool *p, struct arena *a);
void arena_pool_free(
    struct arena_pool *p); /* every arena must have been returned; NULL is allowed */

#endif
