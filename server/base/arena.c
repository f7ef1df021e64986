/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/arena.c -- the memory of one turn.
 *
 * Blocks are in a list, newest first, each twice as large as the one before; an allocation moves a
 * mark. The first block survives a reset, so that a warm turn costs no malloc(). `max` bounds what
 * the system has supplied, counted in whole blocks. */
#include "server/base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/format.h"
#include "server/base/secret.h"

enum { FIRST_BLOCK = 32 * 1024, ALIGN = alignof(max_align_t) };

/* Under AddressSanitizer, each piece is followed by a gap, and unallocated bytes are poisoned. */
#ifdef __SANITIZE_ADDRESS__ /* gcc */
#define GUARDED
#elif defined __has_feature /* clang */
#if __has_feature(address_sanitizer)
#define GUARDED
#endif
#endif
#ifdef GUARDED
#include <sanitizer/asan_interface.h>
enum { GAP = ALIGN };
#else
enum { GAP = 0 };
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

struct block {
    struct block *older;
    size_t size, used;
    alignas(max_align_t) char bytes[];
};

struct on_free {
    struct on_free *next;
    void (*fn)(void *data);
    void *data;
};

struct arena {
    struct block *newest, *first;
    struct on_free *on_free;
    size_t max, total;
    bool failed, full;
};

static struct block *block_create(size_t size)
{
    struct block *b = malloc(sizeof *b + size);

    if (!b)
        return NULL;
    *b = (struct block){ .size = size };
    ASAN_POISON_MEMORY_REGION(b->bytes, size);
    return b;
}

struct arena *arena_create(size_t max)
{
    size_t size = max < FIRST_BLOCK ? max : FIRST_BLOCK;
    struct arena *a = malloc(sizeof *a);
    struct block *first = block_create(size);

    if (!a || !first) {
        free(a);
        free(first);
        return NULL;
    }
    *a = (struct arena){ .newest = first, .first = first, .max = max, .total = size };
    return a;
}

/* What a piece occupies: even an empty one gets an address. */
static size_t piece_size(size_t size)
{
    return (size ? (size + ALIGN - 1) / ALIGN * ALIGN : ALIGN) + GAP;
}

/* Uninitialized bytes; other functions zero or fill them. */
static void *arena_take(struct arena *a, size_t size)
{
    struct block *b = a->newest;
    size_t left = a->max - a->total, next, need;
    void *p;

    if (a->failed || size > SIZE_MAX - ALIGN - GAP)
        goto fail;
    need = piece_size(size);
    if (need > b->size - b->used) {
        if (need > left) {
            a->full = true;
            goto fail;
        }
        next = b->size > left / 2 ? left : b->size * 2;
        if (next < need)
            next = need;
        b = block_create(next);
        if (!b)
            goto fail;
        b->older = a->newest;
        a->newest = b;
        a->total += next;
    }
    p = b->bytes + b->used;
    b->used += need;
    ASAN_UNPOISON_MEMORY_REGION(p, size);
    return p;
fail:
    a->failed = true;
    return NULL;
}

void *arena_room(struct arena *a, size_t size)
{
    return arena_take(a, size);
}

void arena_give_back(struct arena *a, const void *piece, size_t size, size_t used)
{
    struct block *b = a->newest;
    const char *start = piece;

    if (start + piece_size(size) != b->bytes + b->used)
        return;
    b->used = (size_t)(start - b->bytes) + piece_size(used);
    ASAN_POISON_MEMORY_REGION(start + used, piece_size(size) - used);
}

void *arena_alloc(struct arena *a, size_t size)
{
    void *p = arena_take(a, size);

    return p ? memset(p, 0, size) : NULL;
}

char *arena_strz(struct arena *a, struct str s)
{
    char *p = s.n < SIZE_MAX ? arena_take(a, s.n + 1) : NULL;

    if (!p)
        return NULL;
    if (s.n)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return p;
}

struct str arena_str(struct arena *a, struct str s)
{
    char *p = arena_strz(a, s);

    return p ? (struct str){ p, s.n } : STR_NONE;
}

struct str arena_join(struct arena *a, const struct str *parts, size_t count)
{
    size_t n = 0;
    char *p, *end;

    for (size_t i = 0; i < count; i++)
        n += parts[i].n;
    p = end = arena_take(a, n + 1);
    if (!p)
        return STR_NONE;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].n)
            memcpy(end, parts[i].p, parts[i].n);
        end += parts[i].n;
    }
    *end = '\0';
    return (struct str){ p, n };
}

struct str arena_printf(struct arena *a, const char *format, ...)
{
    char small[256]; /* enough for most texts, which are then formatted once */
    va_list args, again, once_more;
    int length;
    char *p;

    va_start(args, format);
    va_copy(again, args);
    va_copy(once_more, args);
    length = format_text(small, sizeof small, format, args);
    if (length < 0)
        length = vsnprintf(small, sizeof small, format, again);
    p = length >= 0 ? arena_take(a, (size_t)length + 1) : NULL;
    if (p && (size_t)length < sizeof small)
        memcpy(p, small, (size_t)length + 1);
    else if (p)
        (void)vsnprintf(p, (size_t)length + 1, format, once_more);
    va_end(args);
    va_end(again);
    va_end(once_more);
    if (length < 0)
        a->failed = true;
    return p ? (struct str){ p, (size_t)length } : STR_NONE;
}

bool arena_on_free(struct arena *a, void (*fn)(void *data), void *data)
{
    struct on_free *call = arena_take(a, sizeof *call);

    if (!call) {
        fn(data);
        return false;
    }
    *call = (struct on_free){ a->on_free, fn, data };
    a->on_free = call;
    return true;
}

bool arena_failed(const struct arena *a)
{
    return a->failed;
}

bool arena_is_full(const struct arena *a)
{
    return a->full;
}

struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){ a->newest, a->on_free, a->newest->used, a->total };
}

/* Zeroes what was used, from there on: it may be what a user said, or an id. */
static void wipe_block(struct block *b, size_t from)
{
    ASAN_UNPOISON_MEMORY_REGION(b->bytes + from, b->used - from);
    secret_wipe(b->bytes + from, b->used - from);
    b->used = from;
    ASAN_POISON_MEMORY_REGION(b->bytes + from, b->size - from);
}

void arena_rewind(struct arena *a, struct arena_mark mark)
{
    while (a->on_free != mark.on_free) {
        struct on_free *call = a->on_free;
        a->on_free = call->next;
        call->fn(call->data);
    }
    while (a->newest != mark.block) {
        struct block *b = a->newest;
        a->newest = b->older;
        wipe_block(b, 0);
        free(b);
    }
    wipe_block(a->newest, mark.used);
    a->total = mark.total;
    a->failed = a->full = false;
}

void arena_reset(struct arena *a)
{
    arena_rewind(a, (struct arena_mark){ .block = a->first, .total = a->first->size });
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    arena_reset(a);
    free(a->first);
    free(a);
}
