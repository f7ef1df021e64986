/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/shared_item_batch.c -- adds many entries to the item SHARED_CACHE with one read and
 * one write.
 *
 * The write is conditional on nobody else having changed the entries, which the usage tells. If the
 * item has no usage yet, it is created first. */
#include "cache/dynamo/attribute_value.h"
#include "cache/dynamo/shared_item_update.h"
#include "cache/layout.h"
#include "server/base/clock.h"

/* The members of a cache, borrowed; they are created if necessary. NULL when out of memory. */
static json_t *get_or_add_cache(struct shared_item_update *u, const char *name)
{
    json_t *attributes, *cache;

    if (!u->item)
        u->item = json_object();
    attributes = attribute_value_members(json_object_get(u->item, DYNAMO_ATTRIBUTES));
    if (!attributes) {
        (void)json_object_set_new(u->item, DYNAMO_ATTRIBUTES,
                                  attribute_value_make_map(json_object()));
        attributes = attribute_value_members(json_object_get(u->item, DYNAMO_ATTRIBUTES));
    }
    cache = attribute_value_members(json_object_get(attributes, name));
    if (!cache) {
        (void)json_object_set_new(attributes, name, attribute_value_make_map(json_object()));
        cache = attribute_value_members(json_object_get(attributes, name));
    }
    return cache;
}

/* Writes an entry into the item unless an existing one is to be kept; sets e->done. */
static enum status put_entry(json_t *cache, struct store_entry *e, bool *changed, struct err *err)
{
    json_t *old = json_object_getn(cache, e->name.key.p, e->name.key.n), *plain = NULL, *value;
    enum status st = ST_OK;

    if (old && attribute_value_members(old))
        st = attribute_value_to_json(old, &plain, err);
    if (st != ST_OK)
        return st;
    e->done = !layout_keeps(plain, e, clock_wall_s());
    json_decref(plain);
    if (!e->done)
        return ST_OK;
    st = attribute_value_merge(old, e->stored, &value, err);
    if (st == ST_OK && json_object_setn_new(cache, e->name.key.p, e->name.key.n, value) != 0)
        st = err_no_memory(err);
    *changed = true;
    return st;
}

/* Removes the old key of an entry. If there is nothing to write, an entry under it that has been
 * renewed stays. */
static enum status remove_old_key(json_t *cache, struct store_entry *e, bool *changed,
                                  struct err *err)
{
    json_t *old = json_object_getn(cache, e->old_key.p, e->old_key.n), *plain = NULL;
    bool only = e->name.key.n == 0;
    enum status st = ST_OK;

    if (!old) {
        e->done |= only;
        return ST_OK;
    }
    if (only && attribute_value_members(old))
        st = attribute_value_to_json(old, &plain, err);
    if (st == ST_OK && only)
        e->done = !plain || layout_outlives(e->stored, plain);
    if (st == ST_OK && (!only || e->done)) {
        (void)json_object_deln(cache, e->old_key.p, e->old_key.n);
        *changed = true;
    }
    json_decref(plain);
    return st;
}

/* Applies the changes to the item as read, which belongs to this call. */
static enum status change_entries(struct shared_item_update *u, struct store_entry *entries,
                                  size_t count, bool *ret_changed, struct err *err)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < count && st == ST_OK; i++) {
        json_t *cache = get_or_add_cache(u, entries[i].name.cache);
        if (!cache)
            return err_no_memory(err);
        if (entries[i].name.key.n > 0)
            st = put_entry(cache, &entries[i], ret_changed, err);
        if (st == ST_OK && entries[i].old_key.n > 0)
            st = remove_old_key(cache, &entries[i], ret_changed, err);
    }
    return st;
}

static void drop_expired(struct shared_item_update *u, int64_t now)
{
    json_t *caches = attribute_value_members(json_object_get(u->item, DYNAMO_ATTRIBUTES));
    json_t *cache, *entry;
    const char *name, *key;
    void *next;

    json_object_foreach (caches, name, cache) {
        json_object_foreach_safe (attribute_value_members(cache), next, key, entry) {
            json_t *plain = NULL;
            if (attribute_value_to_json(entry, &plain, NULL) == ST_OK &&
                layout_expired(layout_ttl(plain), now))
                (void)json_object_del(attribute_value_members(cache), key);
            json_decref(plain);
        }
    }
}

/* Removes expired entries if the item is too large. ST_TOO_LARGE: it still is. */
static enum status make_it_fit(struct shared_item_update *u, int64_t *ret_bytes, struct err *err)
{
    int64_t max = u->s->item_max;

    if (!json_object_get(u->item, "id") &&
        json_object_set_new(u->item, "id", attribute_value_make_string(STR(STORE_SHARED_ID))) != 0)
        return err_no_memory(err);
    *ret_bytes = shared_item_usage_measure(u->item);
    if (*ret_bytes > max) {
        drop_expired(u, clock_wall_s());
        *ret_bytes = shared_item_usage_measure(u->item);
    }
    if (*ret_bytes > max)
        return err_reason(err, ST_TOO_LARGE, "item_too_large",
                          "DynamoDB: the entries come to %lld bytes, but the item SHARED_CACHE may "
                          "have only %lld (cache.item_max_bytes)",
                          (long long)*ret_bytes, (long long)max);
    return ST_OK;
}

/* Sends the changed item, whose conditions are in `e` already. */
static enum status write_item(struct shared_item_update *u, struct dynamo_expression *e,
                              int64_t bytes, struct err *err)
{
    json_t *usage =
        shared_item_usage_build(u->item, bytes, u->usage.known ? u->usage.writes + 1 : 0);
    enum status st;

    dynamo_expression_set(e, DYNAMO_PATH(DYNAMO_ATTRIBUTES),
                          json_object_get(u->item, DYNAMO_ATTRIBUTES));
    dynamo_expression_set(e, DYNAMO_PATH(DYNAMO_USAGE), usage);
    json_decref(usage);
    st = dynamo_client_update_item(u->s->client, STR(STORE_SHARED_ID), e, u->deadline, NULL, NULL,
                                   err);
    if (st == ST_OK)
        metric_set(u->s->bytes, (double)bytes);
    return st;
}

/* One attempt. ST_CONFLICT: the item has to be read again. */
static enum status add_once(struct dynamo_store *s, struct store_entry *entries, size_t count,
                            bool dry_run, int64_t deadline, struct err *err)
{
    struct dynamo_expression e;
    struct shared_item_update u = { .s = s, .deadline = deadline };
    int64_t bytes = 0;
    bool changed = false;
    enum status st;

    dynamo_expression_init(&e);
    st = dynamo_client_get_item(s->client, STR(STORE_SHARED_ID), &e, true, deadline, &u.item, err);
    if (st != ST_OK)
        return st;
    shared_item_usage_read(u.item, &u.usage);
    if (u.item && !u.usage.known && !dry_run) {
        json_decref(u.item);
        st = shared_item_count(s, "LocationCache", deadline, &bytes, err); /* creates the usage */
        return st == ST_OK ? ST_CONFLICT : st;
    }
    dynamo_expression_init(&e);
    shared_item_update_require_unchanged(&u, &e);
    for (size_t i = 0; i < count; i++)
        entries[i].done = false;
    st = change_entries(&u, entries, count, &changed, err);
    if (st == ST_OK && changed)
        st = make_it_fit(&u, &bytes, err);
    if (st == ST_OK && changed && !dry_run)
        st = write_item(&u, &e, bytes, err);
    else
        dynamo_expression_done(&e);
    json_decref(u.item);
    return st;
}

enum status shared_item_batch_add(struct dynamo_store *s, struct store_entry *entries, size_t count,
                                  bool dry_run, int64_t deadline, struct err *err)
{
    struct backoff backoff = DYNAMO_CONFLICT_BACKOFF;

    for (;;) {
        enum status st = add_once(s, entries, count, dry_run, deadline, err);
        if (st != ST_CONFLICT)
            return st;
        if (!backoff_sleep(&backoff, deadline))
            return dynamo_items_contended(deadline, err);
    }
}
