/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/shared_item_batch.c -- many entries into the one item SHARED_CACHE: one read, one
 * write.
 *
 * The write is on the condition that nobody else has written meanwhile, which the usage tells
 * (cache/dynamo/shared_item_update.c); where there is none yet, it is made first. */
#include "cache/dynamo/attribute_value.h"
#include "cache/dynamo/shared_item_update.h"
#include "cache/layout.h"
#include "server/base/clock.h"

static const struct str shared_id = { STORE_SHARED_ID, sizeof STORE_SHARED_ID - 1 };
static const char *const path_attributes[] = { DYNAMO_ATTRIBUTES, NULL };
static const char *const path_usage[] = { DYNAMO_USAGE, NULL };

/* The item as it was read, to be changed; NULL members: it is to be made. */
struct whole {
    struct shared_item_update job; /* item and usage, for the conditions */
    bool changed;
};

static enum status look_at(struct dynamo_store *s, int64_t deadline, struct whole *w,
                           struct err *err)
{
    struct dynamo_expression e;

    *w = (struct whole){ .job = { .s = s, .deadline = deadline } };
    dynamo_expression_init(&e);
    return dynamo_client_get_item(s->client, shared_id, &e, true, deadline, &w->job.item, err);
}

/* The members of a cache, borrowed, made when there are none; NULL: no memory. */
static json_t *cache_of(struct whole *w, const char *name)
{
    json_t *attributes, *cache;

    if (!w->job.item)
        w->job.item = json_object();
    attributes = attribute_value_members(json_object_get(w->job.item, DYNAMO_ATTRIBUTES));
    if (!attributes) {
        (void)json_object_set_new(w->job.item, DYNAMO_ATTRIBUTES,
                                  attribute_value_make_map(json_object()));
        attributes = attribute_value_members(json_object_get(w->job.item, DYNAMO_ATTRIBUTES));
    }
    cache = attribute_value_members(json_object_get(attributes, name));
    if (!cache) {
        (void)json_object_set_new(attributes, name, attribute_value_make_map(json_object()));
        cache = attribute_value_members(json_object_get(attributes, name));
    }
    return cache;
}

static enum status put(struct whole *w, json_t *cache, struct store_entry *e, struct err *err)
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
    w->changed = true;
    return st;
}

/* Take the old key out; with nothing to be written, unless the entry was renewed. */
static enum status take_out(struct whole *w, json_t *cache, struct store_entry *e, struct err *err)
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
        w->changed = true;
    }
    json_decref(plain);
    return st;
}

static enum status change(struct whole *w, struct store_entry *entries, size_t count,
                          struct err *err)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < count && st == ST_OK; i++) {
        json_t *cache = cache_of(w, entries[i].name.cache);
        if (!cache)
            return err_no_memory(err);
        if (entries[i].name.key.n > 0)
            st = put(w, cache, &entries[i], err);
        if (st == ST_OK && entries[i].old_key.n > 0)
            st = take_out(w, cache, &entries[i], err);
    }
    return st;
}

static void drop_expired(struct whole *w, int64_t now)
{
    json_t *caches = attribute_value_members(json_object_get(w->job.item, DYNAMO_ATTRIBUTES));
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

static enum status fit(struct whole *w, int64_t *ret_bytes, struct err *err)
{
    int64_t most = w->job.s->item_max;

    if (!json_object_get(w->job.item, "id"))
        (void)json_object_set_new(w->job.item, "id", attribute_value_make_string(shared_id));
    *ret_bytes = shared_item_usage_measure(w->job.item);
    if (*ret_bytes > most) {
        drop_expired(w, clock_wall_s());
        *ret_bytes = shared_item_usage_measure(w->job.item);
    }
    if (*ret_bytes > most)
        return err_reason(err, ST_TOO_LARGE, "item_too_large",
                          "DynamoDB: all entries come to %lld bytes, and the one item SHARED_CACHE "
                          "may have %lld (cache.item_max_bytes)",
                          (long long)*ret_bytes, (long long)most);
    return ST_OK;
}

static enum status add_once(struct dynamo_store *s, struct store_entry *entries, size_t count,
                            bool dry_run, int64_t deadline, struct err *err)
{
    struct dynamo_expression e;
    struct whole w;
    int64_t bytes = 0;
    json_t *usage;
    enum status st = look_at(s, deadline, &w, err);

    if (st != ST_OK)
        return st;
    shared_item_usage_read(w.job.item, &w.job.usage);
    if (w.job.item && !w.job.usage.known && !dry_run) {
        json_decref(w.job.item);
        st = shared_item_count(s, "LocationCache", deadline, &bytes, err); /* which makes it */
        return st == ST_OK ? ST_CONFLICT : st;
    }
    dynamo_expression_init(&e);
    shared_item_update_require_unchanged(&w.job, &e);
    for (size_t i = 0; i < count; i++)
        entries[i].done = false;
    st = change(&w, entries, count, err);
    if (st == ST_OK && w.changed)
        st = fit(&w, &bytes, err);
    if (st == ST_OK && w.changed && !dry_run) {
        usage = shared_item_usage_build(w.job.item, bytes,
                                        w.job.usage.known ? w.job.usage.writes + 1 : 0);
        dynamo_expression_set(&e, path_attributes, json_object_get(w.job.item, DYNAMO_ATTRIBUTES));
        dynamo_expression_set(&e, path_usage, usage);
        json_decref(usage);
        st = dynamo_client_update_item(s->client, shared_id, &e, deadline, NULL, NULL, err);
    } else {
        dynamo_expression_done(&e);
    }
    if (st == ST_OK && w.changed && !dry_run)
        metric_set(s->bytes, (double)bytes);
    json_decref(w.job.item);
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
