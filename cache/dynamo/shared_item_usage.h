/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/shared_item_usage.h -- how full the item SHARED_CACHE is, and which entries to evict
 * when it is too full.
 *
 * An item is {attribute name: attribute value}, as DynamoDB returns it. Pure functions;
 * thread-safe. */
#ifndef CLIMACAST_CACHE_DYNAMO_SHARED_ITEM_USAGE_H
#define CLIMACAST_CACHE_DYNAMO_SHARED_ITEM_USAGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/store.h"

enum {
    SHARED_ITEM_USAGE_BYTES = 512,  /* what is always counted for climacast_usage itself */
    SHARED_ITEM_EVICTIONS_MAX = 90, /* as many as fit into one request */
};

/* The attribute climacast_usage. */
struct shared_item_usage {
    bool known;           /* false: it is missing or malformed */
    int64_t bytes;        /* of the item */
    int64_t writes;       /* the number of changes so far */
    const json_t *counts; /* cache to its number of entries, as attribute values; borrowed */
};

void shared_item_usage_read(const json_t *item, struct shared_item_usage *ret_usage);
/* The number of entries in a cache; -1 if it is not known. */
int64_t shared_item_usage_count(const struct shared_item_usage *u, const char *cache);

/* The size of the item in bytes by DynamoDB's rules, or a little more, never less. */
int64_t shared_item_usage_measure(const json_t *item);
/* Builds the attribute climacast_usage for the item as it is; a new reference, NULL when out of
 * memory. */
json_t *shared_item_usage_build(const json_t *item, int64_t bytes, int64_t writes);

struct eviction_candidate {
    const char *cache, *key; /* borrowed from the item */
    int64_t ttl;
    int64_t bytes;
    bool expired;
};
/* Picks entries to remove in order to free `needed` bytes: all that have expired first, then those
 * that expire soonest, and those that never expire last; `keep` is never picked. Returns their
 * number. *ret_freed is the bytes that they free, *ret_evictable what all entries but `keep` take
 * up. */
size_t shared_item_usage_evictions(const json_t *item, struct entry_name keep, int64_t now,
                                   int64_t needed,
                                   struct eviction_candidate evictions[SHARED_ITEM_EVICTIONS_MAX],
                                   int64_t *ret_freed, int64_t *ret_evictable);

#endif
