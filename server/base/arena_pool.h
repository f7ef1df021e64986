/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/arena_pool.h -- arenas that wait for the next turn.
 *
 * A turn that is answered from memory then needs no allocation of any size. Thread-safe. */
#ifndef CLIMACAST_SERVER_BASE_ARENA_POOL_H
#define CLIMACAST_SERVER_BASE_ARENA_POOL_H

#include "server/base/arena.h"

struct arena_pool;

/* Arenas of at most `max` bytes each, of which up to `keep` are kept. NULL: out of memory. */
struct arena_pool *arena_pool_create(size_t max, size_t keep);
/* An empty arena, the caller's until it is given back. NULL: out of memory. */
struct arena *arena_pool_take(struct arena_pool *p);
/* Reset it, and keep or free it. NULL is allowed. */
void arena_pool_give(struct arena_pool *p, struct arena *a);
void arena_pool_free(struct arena_pool *p); /* all must have been given back; NULL is allowed */

#endif
