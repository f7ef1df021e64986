/* SPDX-License-Identifier: Apache-2.0 */
/* cache/topk.h -- the most frequent names, counted in bounded memory and merged across processes.
 *
 * Each process counts for itself. From time to time its counts are merged with those of the others,
 * in Redis or in an item of the store:
 *
 *     topk_drain()        take what was counted since the last merge, to add it there
 *     topk_set_merged()   keep the totals as they are now; or, on failure,
 *     topk_restore()      put the counts back, for the next merge
 *
 * When the table is full, a new name replaces the one with the lowest count and inherits that count
 * (the Space-Saving algorithm of Metwally et al.). Frequent names stay, and a count is never too
 * low. Thread-safe; counting takes a short lock. */
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
    TOPK_SLOTS = 512,      /* names counted between two merges */
    TOPK_MERGED_MAX = 100, /* names kept of a merge */
};

struct topk_name {
    char name[TOPK_NAME_MAX + 1];
    int64_t count;
};

struct topk;

struct topk *topk_create(void); /* NULL: out of memory */
void topk_free(struct topk *t); /* NULL is allowed */

/* Count a name once. A name that is empty, too long or contains control characters is ignored, as
 * is a NULL `t`, and a new name for which there is no memory. */
void topk_count(struct topk *t, struct str name);
/* The names with the highest counts, highest first, at most `cap`. Counts are those of the last
 * merge plus those since. Returns their number. */
size_t topk_top(struct topk *t, struct topk_name *ret_names, size_t cap);

/* ---- merging ---- */

/* Move the counts since the last merge to `ret_names`, at most TOPK_SLOTS; returns their number. */
size_t topk_drain(struct topk *t, struct topk_name *ret_names);
/* Add them back. */
void topk_restore(struct topk *t, const struct topk_name *names, size_t count);
/* Replace the totals, highest first; at most TOPK_MERGED_MAX are kept. */
void topk_set_merged(struct topk *t, const struct topk_name *names, size_t count);

/* Add the counts to a JSON object such as {"boulder_colorado": 12}, which keeps its
 * TOPK_MERGED_MAX highest. ST_SYSTEM: out of memory. */
enum status topk_json_merge(json_t *object, const struct topk_name *names, size_t count,
                            struct err *err);
/* Read the counts of such an object, highest first; returns their number. */
size_t topk_json_read(json_t *object, struct topk_name ret_names[TOPK_MERGED_MAX]);

/* Do a whole merge with the sorted set `key` in Redis. Returns the status of redis_do(). */
enum status topk_redis_merge(struct topk *t, struct redis *redis, struct str key, int64_t deadline,
                             struct err *err);

#endif
