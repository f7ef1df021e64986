/* SPDX-License-Identifier: Apache-2.0 */
/* cache/topk.h -- which names are asked for most, counted in bounded memory.
 *
 * Counting happens in the process; now and then the counts of all processes are brought together
 * elsewhere, in Redis or in an item of the store:
 *
 *     topk_drain()     what has been counted since the last time, to be added there
 *     topk_set_merged()    what stands there now; or
 *     topk_restore  it could not be added: next time, then
 *
 * A table that is full gives the place of its least counted name, with its count, to a new one
 * (Metwally's "space saving"): who is asked for often stays, and its count is never too low.
 * Thread-safe; counting takes a short lock. */
#ifndef CLIMACAST_CACHE_TOPK_H
#define CLIMACAST_CACHE_TOPK_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/redis/redis.h"
#include "server/base/err.h"
#include "server/base/str.h"

enum {
    TOPK_NAME_MAX = 63,    /* bytes; longer names are not counted */
    TOPK_SLOTS = 512,      /* names counted between two meetings */
    TOPK_MERGED_MAX = 100, /* names remembered from one */
};

struct topk_name {
    char name[TOPK_NAME_MAX + 1];
    int64_t count;
};

struct topk;

struct topk *topk_create(void); /* NULL: no memory */
void topk_free(struct topk *p); /* NULL allowed */

/* One more for this name; nothing for a NULL `p`, for "", for what is too long or has control
 * characters. */
void topk_count(struct topk *p, struct str name);
/* The most counted ones, most first, at most `room`; those learnt and those counted since. */
size_t topk_top(struct topk *p, struct topk_name *ret_names, size_t room);

/* ---- meetings ---- */

/* Move what was counted since the last time to `ret_names`, at most TOPK_SLOTS. */
size_t topk_drain(struct topk *p, struct topk_name *ret_names);
void topk_restore(struct topk *p, const struct topk_name *names, size_t count);
/* These are the most counted ones of all, most first; at most TOPK_MERGED_MAX are kept. */
void topk_set_merged(struct topk *p, const struct topk_name *names, size_t count);

/* In an object of the store's: {"boulder_colorado": 12, ...}. */
/* Add to it, and leave no more than TOPK_MERGED_MAX. ST_SYSTEM: no memory. */
enum status topk_json_merge(json_t *object, const struct topk_name *names, size_t count,
                            struct err *err);
/* Read it, most first. */
size_t topk_json_read(json_t *object, struct topk_name ret_names[TOPK_MERGED_MAX]);

/* In Redis, as a sorted set under `key`: take, add, learn, or give back. ST_OK, or as
 * redis_do(). */
enum status topk_redis_merge(struct topk *p, struct redis *redis, struct str key, int64_t deadline,
                             struct err *err);

#endif
