/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/shared_item_update.c -- the small way and the whole way to change an entry in
 * SHARED_CACHE; why there are two is told in cache/dynamo/shared_item.c. */
#include <string.h>

#include "cache/dynamo/attribute_value.h"
#include "cache/dynamo/shared_item_update.h"
#include "server/base/clock.h"

enum { SLACK_TENTHS = 9 /* of the bound: so full is it after entries had to go */ };

static const struct str shared_id = { STORE_SHARED_ID, sizeof STORE_SHARED_ID - 1 };

static const char *const path_id[] = { "id", NULL };
static const char *const path_attributes[] = { DYNAMO_ATTRIBUTES, NULL };
static const char *const path_usage[] = { DYNAMO_USAGE, NULL };
static const char *const path_bytes[] = { DYNAMO_USAGE, "bytes", NULL };
static const char *const path_writes[] = { DYNAMO_USAGE, "writes", NULL };

json_t *shared_item_update_cache(const struct shared_item_update *j)
{
    return attribute_value_member(json_object_get(j->item, DYNAMO_ATTRIBUTES), j->name.cache);
}

/* Bytes that the change adds to the item; fewer than none when it shrinks. */
static int64_t job_growth(const struct shared_item_update *j)
{
    int64_t growth = 0;

    if (j->fresh)
        growth += (int64_t)attribute_value_member_size(j->name.key, j->fresh);
    if (j->old)
        growth -= (int64_t)attribute_value_member_size(j->name.key, j->old);
    return growth;
}

static void put_entry_condition(const struct shared_item_update *j, struct dynamo_expression *e)
{
    if (j->old)
        dynamo_expression_if_equal(e, j->path_entry, j->old);
    else
        dynamo_expression_if_absent(e, j->path_entry);
}

/* {key: fresh}, for a cache that is not there yet; NULL: no memory. */
static json_t *cache_with(const struct shared_item_update *j)
{
    json_t *members = json_object();

    if (members && json_object_set(members, j->key, j->fresh) != 0) {
        json_decref(members);
        members = NULL;
    }
    return members ? attribute_value_make_map(members) : NULL;
}

/* ---- the small way ---- */

bool shared_item_update_can_be_fast(const struct shared_item_update *j)
{
    if (!j->stored && !j->usage.known)
        return true;
    return j->usage.known && j->usage.bytes + job_growth(j) <= j->s->item_max;
}

/* The first entry of its cache. */
static void put_first(const struct shared_item_update *j, struct dynamo_expression *e,
                      int64_t *growth)
{
    json_t *cache = cache_with(j), *one = attribute_value_make_integer(1);

    dynamo_expression_if_absent(e, j->path_cache);
    dynamo_expression_set(e, j->path_cache, cache);
    dynamo_expression_set(e, j->path_count, one);
    *growth += (int64_t)strlen(j->name.cache) + 4; /* the map itself */
    json_decref(cache);
    json_decref(one);
}

enum status shared_item_update_fast(struct shared_item_update *j, struct err *err)
{
    int64_t growth = job_growth(j), count = shared_item_usage_count(&j->usage, j->name.cache);
    struct dynamo_expression e;
    enum status st;

    dynamo_expression_init(&e);
    if (j->stored && count < 0) {
        put_first(j, &e, &growth);
    } else {
        put_entry_condition(j, &e);
        if (j->fresh)
            dynamo_expression_set(&e, j->path_entry, j->fresh);
        else
            dynamo_expression_remove(&e, j->path_entry);
        if (count >= 0)
            dynamo_expression_if_size_matches(&e, j->path_cache, j->path_count);
        if (count >= 0 && !j->fresh != !j->old)
            dynamo_expression_increase(&e, j->path_count, j->fresh ? 1 : -1);
    }
    if (j->usage.known) {
        dynamo_expression_increase(&e, path_bytes, growth);
        dynamo_expression_increase(&e, path_writes, 1);
        if (growth > 0)
            dynamo_expression_if_number(&e, path_bytes, "<=", j->s->item_max - growth);
    } else {
        dynamo_expression_if_absent(&e, path_usage);
    }
    st = dynamo_client_update_item(j->s->client, shared_id, &e, j->deadline, NULL, NULL, err);
    if (st == ST_OK && j->usage.known)
        metric_set(j->s->bytes, (double)(j->usage.bytes + growth));
    return st;
}

/* ---- the whole way ---- */

void shared_item_update_require_unchanged(const struct shared_item_update *j,
                                          struct dynamo_expression *e)
{
    json_t *attributes = json_object_get(j->item, DYNAMO_ATTRIBUTES), *cache;
    json_t *usage = json_object_get(j->item, DYNAMO_USAGE);
    const char *name;

    if (!j->item) {
        dynamo_expression_if_absent(e, path_id);
        return;
    }
    if (j->usage.known)
        dynamo_expression_if_number(e, path_writes, "=", j->usage.writes);
    else if (usage)
        dynamo_expression_if_equal(e, path_usage, usage);
    else
        dynamo_expression_if_absent(e, path_usage);
    json_object_foreach (attribute_value_members(attributes), name, cache) {
        const char *const path[] = { DYNAMO_ATTRIBUTES, name, NULL };
        if (attribute_value_members(cache))
            dynamo_expression_if_size(e, path,
                                      (int64_t)json_object_size(attribute_value_members(cache)));
    }
}

/* Put the entry at the level down to which there are maps. */
static enum status put_at_level(const struct shared_item_update *j, struct dynamo_expression *e,
                                struct err *err)
{
    json_t *attributes = json_object_get(j->item, DYNAMO_ATTRIBUTES),
           *cache = shared_item_update_cache(j);
    json_t *made = NULL, *all = NULL;

    if (attribute_value_members(cache)) {
        put_entry_condition(j, e);
        dynamo_expression_set(e, j->path_entry, j->fresh);
        return ST_OK;
    }
    made = cache_with(j);
    if (attribute_value_members(attributes)) {
        if (cache)
            dynamo_expression_if_equal(e, j->path_cache, cache);
        else
            dynamo_expression_if_absent(e, j->path_cache);
        dynamo_expression_set(e, j->path_cache, made);
    } else {
        if (attributes)
            dynamo_expression_if_equal(e, path_attributes, attributes);
        else
            dynamo_expression_if_absent(e, path_attributes);
        all = json_pack("{s:o}", j->name.cache, json_incref(made));
        all = all ? attribute_value_make_map(all) : NULL;
        dynamo_expression_set(e, path_attributes, all);
    }
    json_decref(made);
    json_decref(all);
    return e->failed ? err_no_memory(err) : ST_OK;
}

/* The item as it will be, so far as the usage needs it: done to j->item itself, which is ours. */
static void carry_out(struct shared_item_update *j, const struct eviction_candidate *evictions,
                      size_t count)
{
    json_t *attributes = json_object_get(j->item, DYNAMO_ATTRIBUTES);

    for (size_t i = 0; i < count; i++) {
        char key[STORE_ID_MAX + 1]; /* the victim's own lies in what is removed */
        size_t n = strlen(evictions[i].key);
        if (n > STORE_ID_MAX)
            continue;
        memcpy(key, evictions[i].key, n + 1);
        (void)json_object_del(
            attribute_value_members(attribute_value_member(attributes, evictions[i].cache)), key);
    }
    if (!j->fresh) {
        if (j->old)
            (void)json_object_del(attribute_value_members(shared_item_update_cache(j)), j->key);
        return;
    }
    if (attribute_value_members(shared_item_update_cache(j)))
        (void)json_object_set(attribute_value_members(shared_item_update_cache(j)), j->key,
                              j->fresh);
    else if (attribute_value_members(attributes))
        (void)json_object_set_new(attribute_value_members(attributes), j->name.cache,
                                  cache_with(j));
    else if (j->item || (j->item = json_object()))
        (void)json_object_set_new(
            j->item, DYNAMO_ATTRIBUTES,
            attribute_value_make_map(json_pack("{s:o}", j->name.cache, cache_with(j))));
}

/* Who has to go. ST_TOO_LARGE: that would not be enough. *ret_only: this request makes room and no
 * more, the entry comes with a later one. */
static enum status choose(const struct shared_item_update *j,
                          struct eviction_candidate evictions[SHARED_ITEM_EVICTIONS_MAX],
                          size_t *ret_count, bool *ret_only, struct err *err)
{
    int64_t bytes = shared_item_usage_measure(j->item) + job_growth(j) + STORE_CACHE_MAX;
    int64_t wanted = j->s->item_max / 10 * SLACK_TENTHS, freed = 0, most = 0;

    *ret_count = 0;
    *ret_only = false;
    if (bytes <= j->s->item_max || !j->fresh)
        return ST_OK;
    *ret_count = shared_item_usage_pick_evictions(j->item, j->name, clock_wall_s(), bytes - wanted,
                                                  evictions, &freed, &most);
    if (bytes - most > j->s->item_max)
        return err_reason(err, ST_TOO_LARGE, "item_too_large",
                          "DynamoDB: %s: an entry that does not fit into %lld bytes "
                          "(cache.item_max_bytes) beside what is there and never goes",
                          j->name.cache, (long long)j->s->item_max);
    *ret_only = bytes - freed > j->s->item_max;
    return ST_OK;
}

/* The entry itself, and who goes, into the expression. */
static enum status put_changes(const struct shared_item_update *j, struct dynamo_expression *e,
                               const struct eviction_candidate *evictions, size_t count,
                               struct err *err)
{
    shared_item_update_require_unchanged(j, e);
    for (size_t i = 0; i < count; i++) {
        const char *const path[] = { DYNAMO_ATTRIBUTES, evictions[i].cache, evictions[i].key,
                                     NULL };
        dynamo_expression_remove(e, path);
    }
    if (j->fresh)
        return put_at_level(j, e, err);
    if (j->old) {
        put_entry_condition(j, e);
        dynamo_expression_remove(e, j->path_entry);
    }
    return ST_OK;
}

enum status shared_item_update_rewrite(struct shared_item_update *j, bool *ret_done,
                                       struct err *err)
{
    struct eviction_candidate evictions[SHARED_ITEM_EVICTIONS_MAX];
    size_t count = 0;
    bool only = false;
    int64_t bytes;
    json_t *usage;
    struct dynamo_expression e;
    enum status st = choose(j, evictions, &count, &only, err);

    if (st != ST_OK)
        return st;
    if (only) {
        json_decref(j->fresh);
        j->fresh = j->old = NULL;
    }
    dynamo_expression_init(&e);
    st = put_changes(j, &e, evictions, count, err);
    carry_out(j, evictions, count); /* the names in `evictions` are gone with it */
    bytes = shared_item_usage_measure(j->item);
    usage = shared_item_usage_build(j->item, bytes, j->usage.writes + 1);
    dynamo_expression_set(&e, path_usage, usage);
    json_decref(usage);
    if (st == ST_OK)
        st = dynamo_client_update_item(j->s->client, shared_id, &e, j->deadline, NULL, NULL, err);
    else
        dynamo_expression_done(&e);
    for (size_t i = 0; i < count && st == ST_OK; i++)
        metric_add(evictions[i].expired ? j->s->expired : j->s->evicted, 1);
    if (st == ST_OK)
        metric_set(j->s->bytes, (double)bytes);
    *ret_done = !only;
    return st;
}
