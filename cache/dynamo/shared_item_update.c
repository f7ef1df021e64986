/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/shared_item_update.c -- the two ways to change an entry in SHARED_CACHE: the fast
 * update and the rewrite. shared_item.c explains when each is used. */
#include <string.h>

#include "cache/dynamo/attribute_value.h"
#include "cache/dynamo/shared_item_update.h"
#include "server/base/clock.h"

enum { FILL_TENTHS = 9 /* of the maximum: how full the item is after an eviction */ };

#define CACHE_PATH(u) DYNAMO_PATH(DYNAMO_ATTRIBUTES, (u)->name.cache)
#define COUNT_PATH(u) DYNAMO_PATH(DYNAMO_USAGE, "count", (u)->name.cache)
#define BYTES_PATH DYNAMO_PATH(DYNAMO_USAGE, "bytes")
#define WRITES_PATH DYNAMO_PATH(DYNAMO_USAGE, "writes")

json_t *shared_item_update_cache(const struct shared_item_update *u)
{
    return attribute_value_member(json_object_get(u->item, DYNAMO_ATTRIBUTES), u->name.cache);
}

int64_t shared_item_update_growth(const struct shared_item_update *u)
{
    int64_t growth = 0;

    if (u->new_value)
        growth += (int64_t)attribute_value_member_size(u->name.key, u->new_value);
    if (u->old)
        growth -= (int64_t)attribute_value_member_size(u->name.key, u->old);
    return growth;
}

static void require_same_entry(const struct shared_item_update *u, struct dynamo_expression *e)
{
    if (u->old)
        dynamo_expression_if_equal(e, SHARED_ITEM_ENTRY_PATH(u), u->old);
    else
        dynamo_expression_if_absent(e, SHARED_ITEM_ENTRY_PATH(u));
}

/* A new cache with the entry in it; NULL when out of memory. */
static json_t *new_cache(const struct shared_item_update *u)
{
    json_t *members = json_object();

    if (members && json_object_set(members, u->key, u->new_value) != 0) {
        json_decref(members);
        members = NULL;
    }
    return members ? attribute_value_make_map(members) : NULL;
}

/* `bytes`: the size of the item after this update; -1: unknown. */
static enum status send_update(const struct shared_item_update *u, struct dynamo_expression *e,
                               int64_t bytes, struct err *err)
{
    enum status st = dynamo_client_update_item(u->s->client, STR(STORE_SHARED_ID), e, u->deadline,
                                               NULL, NULL, err);

    if (st == ST_OK && bytes >= 0)
        metric_set(u->s->bytes, (double)bytes);
    return st;
}

/* ---- the fast update ---- */

bool shared_item_update_can_be_fast(const struct shared_item_update *u)
{
    if (!u->stored && !u->usage.known)
        return true;
    return u->usage.known && u->usage.bytes + shared_item_update_growth(u) <= u->s->item_max;
}

int64_t shared_item_update_put_cache(const struct shared_item_update *u,
                                     struct dynamo_expression *e, json_t *cache)
{
    json_t *count =
        attribute_value_make_integer((int64_t)json_object_size(attribute_value_members(cache)));

    dynamo_expression_if_absent(e, CACHE_PATH(u));
    dynamo_expression_set(e, CACHE_PATH(u), cache);
    dynamo_expression_set(e, COUNT_PATH(u), count);
    json_decref(count);
    return (int64_t)strlen(u->name.cache) + 4;
}

/* Writes the first entry of its cache; returns the bytes that its map adds. */
static int64_t put_first_entry(const struct shared_item_update *u, struct dynamo_expression *e)
{
    json_t *cache = new_cache(u);
    int64_t bytes = shared_item_update_put_cache(u, e, cache);

    json_decref(cache);
    return bytes;
}

void shared_item_update_put(const struct shared_item_update *u, struct dynamo_expression *e)
{
    require_same_entry(u, e);
    if (u->new_value)
        dynamo_expression_set(e, SHARED_ITEM_ENTRY_PATH(u), u->new_value);
    else
        dynamo_expression_remove(e, SHARED_ITEM_ENTRY_PATH(u));
}

void shared_item_update_put_count(const struct shared_item_update *u, struct dynamo_expression *e,
                                  int added)
{
    dynamo_expression_if_size_matches(e, CACHE_PATH(u), COUNT_PATH(u));
    if (added != 0)
        dynamo_expression_increase(e, COUNT_PATH(u), added);
}

void shared_item_update_put_bytes(const struct shared_item_update *u, struct dynamo_expression *e,
                                  int64_t growth)
{
    dynamo_expression_increase(e, BYTES_PATH, growth);
    dynamo_expression_increase(e, WRITES_PATH, 1);
    if (growth > 0)
        dynamo_expression_if_number(e, BYTES_PATH, "<=", u->s->item_max - growth);
}

int shared_item_update_added(const struct shared_item_update *u)
{
    return (u->new_value ? 1 : 0) - (u->old ? 1 : 0);
}

enum status shared_item_update_fast(struct shared_item_update *u, struct err *err)
{
    int64_t growth = shared_item_update_growth(u),
            count = shared_item_usage_count(&u->usage, u->name.cache);
    struct dynamo_expression e;

    dynamo_expression_init(&e);
    if (u->stored && count < 0)
        growth += put_first_entry(u, &e);
    else
        shared_item_update_put(u, &e);
    if (count >= 0)
        shared_item_update_put_count(u, &e, shared_item_update_added(u));
    if (u->usage.known)
        shared_item_update_put_bytes(u, &e, growth);
    else
        dynamo_expression_if_absent(&e, DYNAMO_PATH(DYNAMO_USAGE));
    return send_update(u, &e, u->usage.known ? u->usage.bytes + growth : -1, err);
}

/* ---- the rewrite ---- */

void shared_item_update_require_unchanged(const struct shared_item_update *u,
                                          struct dynamo_expression *e)
{
    json_t *attributes = json_object_get(u->item, DYNAMO_ATTRIBUTES), *cache;
    json_t *usage = json_object_get(u->item, DYNAMO_USAGE);
    const char *name;

    if (!u->item) {
        dynamo_expression_if_absent(e, DYNAMO_PATH("id"));
        return;
    }
    if (u->usage.known)
        dynamo_expression_if_number(e, WRITES_PATH, "=", u->usage.writes);
    else if (usage)
        dynamo_expression_if_equal(e, DYNAMO_PATH(DYNAMO_USAGE), usage);
    else
        dynamo_expression_if_absent(e, DYNAMO_PATH(DYNAMO_USAGE));
    json_object_foreach (attribute_value_members(attributes), name, cache) {
        if (attribute_value_members(cache))
            dynamo_expression_if_size(e, DYNAMO_PATH(DYNAMO_ATTRIBUTES, name),
                                      (int64_t)json_object_size(attribute_value_members(cache)));
    }
}

/* Sets a part of the item that holds the new entry, and requires the part not to have changed from
 * `old`; NULL: that it is absent. */
static void replace_part(struct dynamo_expression *e, const char *const *path, json_t *old,
                         json_t *value)
{
    if (old)
        dynamo_expression_if_equal(e, path, old);
    else
        dynamo_expression_if_absent(e, path);
    dynamo_expression_set(e, path, value);
}

/* Writes the entry together with those of its parents that are missing or are not maps. */
static enum status put_with_parents(const struct shared_item_update *u, struct dynamo_expression *e,
                                    struct err *err)
{
    json_t *attributes = json_object_get(u->item, DYNAMO_ATTRIBUTES);
    json_t *cache = shared_item_update_cache(u), *made = NULL, *all = NULL;

    if (attribute_value_members(cache)) {
        replace_part(e, SHARED_ITEM_ENTRY_PATH(u), u->old, u->new_value);
        return ST_OK;
    }
    made = new_cache(u);
    if (attribute_value_members(attributes)) {
        replace_part(e, CACHE_PATH(u), cache, made);
    } else {
        all = json_pack("{s:o}", u->name.cache, json_incref(made));
        all = all ? attribute_value_make_map(all) : NULL;
        replace_part(e, DYNAMO_PATH(DYNAMO_ATTRIBUTES), attributes, all);
    }
    json_decref(made);
    json_decref(all);
    return e->failed ? err_no_memory(err) : ST_OK;
}

static void drop_evicted(json_t *attributes, const struct eviction_candidate *evictions,
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char key[STORE_ID_MAX + 1]; /* a copy, because the original is freed with the entry */
        size_t n = strlen(evictions[i].key);
        if (n > STORE_ID_MAX)
            continue;
        memcpy(key, evictions[i].key, n + 1);
        (void)json_object_del(
            attribute_value_members(attribute_value_member(attributes, evictions[i].cache)), key);
    }
}

/* Applies the change to u->item itself, so far as the new usage depends on it. */
static enum status apply_change(struct shared_item_update *u,
                                const struct eviction_candidate *evictions, size_t count,
                                struct err *err)
{
    int failed;

    json_t *attributes = json_object_get(u->item, DYNAMO_ATTRIBUTES);
    json_t *cache;

    drop_evicted(attributes, evictions, count);
    cache = attribute_value_members(shared_item_update_cache(u));
    if (!u->new_value) {
        if (u->old)
            (void)json_object_del(cache, u->key);
        return ST_OK;
    }
    if (!u->item)
        u->item = json_object();
    if (cache)
        failed = json_object_set(cache, u->key, u->new_value);
    else if (attribute_value_members(attributes))
        failed =
            json_object_set_new(attribute_value_members(attributes), u->name.cache, new_cache(u));
    else
        failed = json_object_set_new(
            u->item, DYNAMO_ATTRIBUTES,
            attribute_value_make_map(json_pack("{s:o}", u->name.cache, new_cache(u))));
    return failed ? err_no_memory(err) : ST_OK;
}

/* Chooses the entries to evict. ST_TOO_LARGE: evicting all of them would not make enough room.
 * *ret_only_room: one request cannot evict enough, so this one only makes room, and the entry
 * itself has to wait for a later one. */
static enum status choose_evictions(const struct shared_item_update *u,
                                    struct eviction_candidate evictions[SHARED_ITEM_EVICTIONS_MAX],
                                    size_t *ret_count, bool *ret_only_room, struct err *err)
{
    int64_t bytes =
        shared_item_usage_measure(u->item) + shared_item_update_growth(u) + STORE_CACHE_MAX;
    int64_t wanted = u->s->item_max / 10 * FILL_TENTHS, freed = 0, evictable = 0;

    *ret_count = 0;
    *ret_only_room = false;
    if (bytes <= u->s->item_max || !u->new_value)
        return ST_OK;
    *ret_count = shared_item_usage_evictions(u->item, u->name, clock_wall_s(), bytes - wanted,
                                             evictions, &freed, &evictable);
    if (bytes - evictable > u->s->item_max)
        return err_reason(err, ST_TOO_LARGE, "item_too_large",
                          "DynamoDB: %s: an entry that does not fit into %lld bytes "
                          "(cache.item_max_bytes) together with what cannot be evicted",
                          u->name.cache, (long long)u->s->item_max);
    *ret_only_room = bytes - freed > u->s->item_max;
    return ST_OK;
}

/* Adds the evictions and the entry itself to the expression. */
static enum status put_changes(const struct shared_item_update *u, struct dynamo_expression *e,
                               const struct eviction_candidate *evictions, size_t count,
                               struct err *err)
{
    shared_item_update_require_unchanged(u, e);
    for (size_t i = 0; i < count; i++)
        dynamo_expression_remove(
            e, DYNAMO_PATH(DYNAMO_ATTRIBUTES, evictions[i].cache, evictions[i].key));
    if (u->new_value)
        return put_with_parents(u, e, err);
    if (u->old) {
        require_same_entry(u, e);
        dynamo_expression_remove(e, SHARED_ITEM_ENTRY_PATH(u));
    }
    return ST_OK;
}

enum status shared_item_update_rewrite(struct shared_item_update *u, bool *ret_done,
                                       struct err *err)
{
    struct eviction_candidate evictions[SHARED_ITEM_EVICTIONS_MAX];
    size_t count = 0;
    bool only_room = false;
    int64_t bytes;
    json_t *usage;
    struct dynamo_expression e;
    enum status st = choose_evictions(u, evictions, &count, &only_room, err);

    if (st != ST_OK)
        return st;
    if (only_room) {
        json_decref(u->new_value);
        u->new_value = u->old = NULL;
    }
    dynamo_expression_init(&e);
    st = put_changes(u, &e, evictions, count, err);
    if (st == ST_OK)
        st = apply_change(u, evictions, count, err); /* frees the names in `evictions` */
    bytes = shared_item_usage_measure(u->item);
    usage = shared_item_usage_build(u->item, bytes, u->usage.writes + 1);
    dynamo_expression_set(&e, DYNAMO_PATH(DYNAMO_USAGE), usage);
    json_decref(usage);
    if (st == ST_OK)
        st = send_update(u, &e, bytes, err);
    else
        dynamo_expression_done(&e);
    for (size_t i = 0; i < count && st == ST_OK; i++)
        metric_add(evictions[i].expired ? u->s->expired : u->s->evicted, 1);
    *ret_done = !only_room;
    return st;
}
