/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/shared_item_usage.c -- the size, counts and evictions of the item SHARED_CACHE. */
#include "cache/dynamo/shared_item_usage.h"

#include <stdlib.h>
#include <string.h>

#include "cache/dynamo/attribute_value.h"
#include "cache/dynamo/internal.h"
#include "cache/layout.h"

enum { BYTES_MAX = 1 << 30, COUNT_MAX = 1 << 30 }; /* far beyond DynamoDB's 400 KB */
#define WRITES_MAX ((int64_t)1 << 53)

/* Reads a number from 0 to `max`. A number outside this range cannot be a count of anything. */
static bool read_number(const json_t *value, int64_t max, int64_t *ret_number)
{
    return attribute_value_integer(value, ret_number) && *ret_number >= 0 && *ret_number <= max;
}

void shared_item_usage_read(const json_t *item, struct shared_item_usage *ret_usage)
{
    const json_t *usage = json_object_get(item, DYNAMO_USAGE);
    struct shared_item_usage u = { 0 };

    u.counts = attribute_value_members(attribute_value_member(usage, "count"));
    u.known = u.counts &&
              read_number(attribute_value_member(usage, "bytes"), BYTES_MAX, &u.bytes) &&
              read_number(attribute_value_member(usage, "writes"), WRITES_MAX, &u.writes);
    if (!u.known)
        u.bytes = u.writes = 0;
    *ret_usage = u;
}

int64_t shared_item_usage_count(const struct shared_item_usage *u, const char *cache)
{
    int64_t count;

    if (!u->known || !read_number(json_object_get(u->counts, cache), COUNT_MAX, &count))
        return -1;
    return count;
}

int64_t shared_item_usage_measure(const json_t *item)
{
    int64_t bytes = SHARED_ITEM_USAGE_BYTES;
    const char *name;
    json_t *value;

    json_object_foreach ((json_t *)(uintptr_t)item, name, value)
        if (strcmp(name, DYNAMO_USAGE) != 0)
            bytes += (int64_t)attribute_value_member_size(str_of(name), value);
    return bytes;
}

json_t *shared_item_usage_build(const json_t *item, int64_t bytes, int64_t writes)
{
    json_t *count = json_object(), *all = json_object();
    json_t *caches = attribute_value_members(json_object_get(item, DYNAMO_ATTRIBUTES)), *cache;
    const char *name;
    bool ok = count && all;

    json_object_foreach (caches, name, cache)
        if (ok && attribute_value_members(cache))
            ok = json_object_set_new(count, name,
                                     attribute_value_make_integer((int64_t)json_object_size(
                                         attribute_value_members(cache)))) == 0;
    ok = ok && json_object_set_new(all, "bytes", attribute_value_make_integer(bytes)) == 0 &&
         json_object_set_new(all, "writes", attribute_value_make_integer(writes)) == 0 &&
         json_object_set_new(all, "count", attribute_value_make_map(json_incref(count))) == 0;
    json_decref(count);
    if (ok)
        return attribute_value_make_map(all);
    json_decref(all);
    return NULL;
}

/* ---- evictions ---- */

static int by_eviction_order(const void *a, const void *b)
{
    const struct eviction_candidate *x = a, *y = b;

    if (x->expired != y->expired)
        return x->expired ? -1 : 1;
    if ((x->ttl == 0) != (y->ttl == 0))
        return x->ttl == 0 ? 1 : -1;
    if (x->ttl != y->ttl)
        return x->ttl < y->ttl ? -1 : 1;
    return strcmp(x->key, y->key); /* so that all processes choose alike */
}

static int64_t entry_ttl(const json_t *entry)
{
    json_t *plain = NULL;
    int64_t ttl = 0;

    if (attribute_value_to_json(attribute_value_member(entry, DYNAMO_TTL), &plain, NULL) == ST_OK) {
        json_t *holder = json_pack("{s:O}", DYNAMO_TTL, plain);
        ttl = layout_ttl(holder);
        json_decref(holder);
    }
    json_decref(plain);
    return ttl;
}

/* Lists all entries of the item but `keep`; *ret_all is malloc'd, or NULL when out of memory. */
static size_t list_candidates(const json_t *item, struct entry_name keep, int64_t now,
                              struct eviction_candidate **ret_all)
{
    json_t *caches = attribute_value_members(json_object_get(item, DYNAMO_ATTRIBUTES));
    json_t *cache, *entry;
    const char *name, *key;
    size_t cap = 0, count = 0, n;
    struct eviction_candidate *all;

    json_object_foreach (caches, name, cache)
        cap += json_object_size(attribute_value_members(cache));
    all = calloc(cap + 1, sizeof *all);
    *ret_all = all;
    if (!all)
        return 0;
    json_object_foreach (caches, name, cache) {
        json_object_keylen_foreach (attribute_value_members(cache), key, n, entry) {
            int64_t ttl;
            if (!attribute_value_members(entry) || (keep.cache && strcmp(name, keep.cache) == 0 &&
                                                    str_eq(keep.key, (struct str){ key, n })))
                continue;
            ttl = entry_ttl(entry);
            all[count++] = (struct eviction_candidate){
                name, key, ttl, (int64_t)attribute_value_member_size((struct str){ key, n }, entry),
                layout_expired(ttl, now)
            };
        }
    }
    return count;
}

size_t shared_item_usage_evictions(const json_t *item, struct entry_name keep, int64_t now,
                                   int64_t needed,
                                   struct eviction_candidate evictions[SHARED_ITEM_EVICTIONS_MAX],
                                   int64_t *ret_freed, int64_t *ret_evictable)
{
    struct eviction_candidate *all = NULL;
    size_t count = list_candidates(item, keep, now, &all), chosen = 0;
    int64_t freed = 0, evictable = 0;

    for (size_t i = 0; i < count; i++)
        evictable += all[i].bytes;
    if (count > 0)
        qsort(all, count, sizeof all[0], by_eviction_order);
    while (chosen < count && chosen < SHARED_ITEM_EVICTIONS_MAX &&
           (all[chosen].expired || freed < needed)) {
        freed += all[chosen].bytes;
        evictions[chosen] = all[chosen];
        chosen++;
    }
    free(all);
    *ret_freed = freed;
    *ret_evictable = evictable;
    return chosen;
}
