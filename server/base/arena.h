/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/arena.h -- the memory of one turn: allocated piece by piece, freed all at once.
 *
 * Bounded: past `max` bytes, or when the system is out of memory, an allocation returns NULL and
 * arena_failed() stays true; the turn then ends with an apology. Not thread-safe: one turn is
 * handled by one thread at a time. */
#ifndef CLIMACAST_SERVER_BASE_ARENA_H
#define CLIMACAST_SERVER_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "server/base/str.h"

struct arena;

struct arena *arena_create(size_t max);          /* NULL: out of memory */
void *arena_alloc(struct arena *a, size_t size); /* zeroed, aligned for anything */
void *arena_room(struct arena *a, size_t size);  /* the same, but not zeroed */
/* Of a piece of `size` bytes, only the first `used` are needed. The rest is freed if the piece was
 * the last one allocated. */
void arena_give_back(struct arena *a, const void *piece, size_t size, size_t used);
struct str arena_str(struct arena *a, struct str s); /* a copy, followed by a NUL */
char *arena_strz(struct arena *a, struct str s);     /* the same as a C string, or NULL */
/* The parts, one after the other, followed by a NUL; STR_NONE when it failed. */
struct str arena_join(struct arena *a, const struct str *parts, size_t count);
/* printf into the arena; STR_NONE when it failed. */
struct str arena_printf(struct arena *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Call fn(data) when the arena is freed or reset, for references that a turn holds. The last one
 * registered is called first; fn must not use the arena. When it cannot be registered, fn(data) is
 * called at once and false is returned. */
bool arena_on_free(struct arena *a, void (*fn)(void *data), void *data);
bool arena_failed(const struct arena *a);
bool arena_is_full(const struct arena *a); /* it failed because of its bound */
void arena_reset(struct arena *a); /* run the on_free calls and keep the first block for reuse */
/* A point to return to: arena_rewind() frees what was allocated since, and calls what was
 * registered since. */
struct arena_mark {
    void *block, *on_free;
    size_t used, total;
};
struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark mark);
void arena_free(struct arena *a); /* NULL allowed */

#endif
