/* SPDX-License-Identifier: Apache-2.0 */
/* cache/topk.h -- which names are asked for most, counted in bounded memory.
 *
 * Counting happens in the process; now and then the counts of all processes are brought together
 * elsewhere, in Redis or in an item of the store:
 *
 *     popular_take()     what has been counted since the last time, to be added there
 *     popular_learn()    what stands there now; or
 *     popular_give_back  it could not be added: next time, then
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
    POPULAR_NAME_MAX = 63, /* bytes; longer names are not counted */
    POPULAR_SLOTS = 512,   /* names counted between two meetings */
    POPULAR_TOP = 100,     /* names remembered from one */
};

struct popular_name {
    char name[POPULAR_NAME_MAX + 1];
    int64_t count;
};

struct popular;

struct popular *popular_create(void); /* NULL: no memory */
void popular_free(struct popular *p); /* NULL allowed */

/* One more for this name; nothing for a NULL `p`, for "", for what is too long or has control
 * characters. */
void popular_count(struct popular *p, struct str name);
/* The most counted ones, most first, at most `room`; those learnt and those counted since. */
size_t popular_top(struct popular *p, struct popular_name *ret_names, size_t room);

/* ---- meetings ---- */

/* Move what was counted since the last time to `ret_names`, at most POPULAR_SLOTS. */
size_t popular_take(struct popular *p, struct popular_name *ret_names);
void popular_give_back(struct popular *p, const struct popular_name *names, size_t count);
/* These are the most counted ones of all, most first; at most POPULAR_TOP are kept. */
void popular_learn(struct popular *p, const struct popular_name *names, size_t count);

/* In an object of the store's: {"boulder_colorado": 12, ...}. */
/* Add to it, and leave no more than POPULAR_TOP. ST_SYSTEM: no memory. */
enum status popular_merge(json_t *object, const struct popular_name *names, size_t count,
                          struct err *err);
/* Read it, most first. */
size_t popular_read(json_t *object, struct popular_name ret_names[POPULAR_TOP]);

/* In Redis, as a sorted set under `key`: take, add, learn, or give back. ST_OK, or as
 * redis_do(). */
enum status popular_meet(struct popular *p, struct redis *redis, struct str key, int64_t deadline,
                         struct err *err);

#endif
