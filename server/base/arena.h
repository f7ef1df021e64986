/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/arena.h -- the memory of one turn: allocated piece by piece, freed whole.
 *
 * Bounded: past `max` bytes, or when the system has none, a call gives NULL and arena_failed()
 * stays true; the turn then ends in an apology. Not thread-safe: one turn, one thread at a time.
 * What is registered with arena_on_free() may not use the arena itself when it is called. */
#ifndef CLIMACAST_SERVER_BASE_ARENA_H
#define CLIMACAST_SERVER_BASE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "server/base/str.h"

struct arena;

struct arena *arena_create(size_t max);              /* NULL: out of memory */
void *arena_alloc(struct arena *a, size_t size);     /* zeroed, aligned for anything */
struct str arena_str(struct arena *a, struct str s); /* a copy, NUL behind it */
char *arena_strz(struct arena *a, struct str s);
/* printf into the arena; STR_NONE when it failed. */
struct str arena_printf(struct arena *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
struct str arena_vprintf(struct arena *a, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
/* Call fn(data) when the arena is freed or reset (last registered, first called): for references
 * that a turn holds. If it can't be registered fn(data) is called at once and false returned. */
bool arena_on_free(struct arena *a, void (*fn)(void *data), void *data);
bool arena_failed(const struct arena *a);
void arena_reset(struct arena *a); /* runs the on_free calls, keeps the first block for reuse */
/* A place to go back to: what was allocated since is freed, what was registered since is called. */
struct arena_mark {
    void *block, *on_free;
    size_t used, total;
};
struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark mark);
void arena_free(struct arena *a); /* NULL allowed */

#endif
