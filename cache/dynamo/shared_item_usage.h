/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/shared_item_usage.h -- how full the item SHARED_CACHE is, and what has to go when it
 * is too full.
 *
 * Items here are the members that DynamoDB gave, as attribute values. Pure; thread-safe. */
#ifndef CLIMACAST_CACHE_DYNAMO_SHARED_ITEM_USAGE_H
#define CLIMACAST_CACHE_DYNAMO_SHARED_ITEM_USAGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/store.h"

enum {
    SHARED_ITEM_USAGE_BYTES = 512,  /* room for the usage itself, always counted */
    SHARED_ITEM_EVICTIONS_MAX = 90, /* that fit into one request */
};

/* The attribute climacast_usage. */
struct shared_item_usage {
    bool known; /* false: it is not there, or not what we write */
    int64_t bytes, writes;
    const json_t *count; /* borrowed members: cache to number */
};

void shared_item_usage_read(const json_t *item, struct shared_item_usage *ret_usage);
/* Entries of a cache; -1 when it is not in the list, or nothing is known. */
int64_t shared_item_usage_count(const struct shared_item_usage *u, const char *cache);

/* Bytes of the whole item as DynamoDB counts them, never too few. */
int64_t shared_item_usage_measure(const json_t *item);
/* What the usage of the item would be if it were written now; a new reference, NULL: no memory. */
json_t *shared_item_usage_build(const json_t *item, int64_t bytes, int64_t writes);

struct eviction_candidate {
    const char *cache, *key; /* borrowed from the item */
    int64_t ttl;
    int64_t bytes;
    bool expired;
};
/* The entries to be removed so that `over` bytes become free: all that have expired, then those
 * nearest to their expiry, those without one last, `keep` never; at most SHARED_ITEM_EVICTIONS_MAX.
 * *ret_freed is what they free, *ret_most what all entries together would. */
size_t
shared_item_usage_pick_evictions(const json_t *item, struct entry_name keep, int64_t now,
                                 int64_t over,
                                 struct eviction_candidate evictions[SHARED_ITEM_EVICTIONS_MAX],
                                 int64_t *ret_freed, int64_t *ret_most);

#endif
