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

json_t *job_cache(const struct job *j)
{
    return dynamo_member(json_object_get(j->item, DYNAMO_ATTRIBUTES), j->name.cache);
}

/* Bytes that the change adds to the item; fewer than none when it shrinks. */
static int64_t job_growth(const struct job *j)
{
    int64_t growth = 0;

    if (j->fresh)
        growth += (int64_t)dynamo_member_size(j->name.key, j->fresh);
    if (j->old)
        growth -= (int64_t)dynamo_member_size(j->name.key, j->old);
    return growth;
}

static void put_entry_condition(const struct job *j, struct expr *e)
{
    if (j->old)
        expr_if_is(e, j->path_entry, j->old);
    else
        expr_if_absent(e, j->path_entry);
}

/* {key: fresh}, for a cache that is not there yet; NULL: no memory. */
static json_t *cache_with(const struct job *j)
{
    json_t *members = json_object();

    if (members && json_object_set(members, j->key, j->fresh) != 0) {
        json_decref(members);
        members = NULL;
    }
    return members ? dynamo_make_map(members) : NULL;
}

/* ---- the small way ---- */

bool job_small_will_do(const struct job *j)
{
    if (!j->stored && !j->usage.known)
        return true;
    return j->usage.known && j->usage.bytes + job_growth(j) <= j->s->item_max;
}

/* The first entry of its cache. */
static void put_first(const struct job *j, struct expr *e, int64_t *growth)
{
    json_t *cache = cache_with(j), *one = dynamo_make_integer(1);

    expr_if_absent(e, j->path_cache);
    expr_set(e, j->path_cache, cache);
    expr_set(e, j->path_count, one);
    *growth += (int64_t)strlen(j->name.cache) + 4; /* the map itself */
    json_decref(cache);
    json_decref(one);
}

enum status job_small_way(struct job *j, struct err *err)
{
    int64_t growth = job_growth(j), count = usage_count(&j->usage, j->name.cache);
    struct expr e;
    enum status st;

    expr_init(&e);
    if (j->stored && count < 0) {
        put_first(j, &e, &growth);
    } else {
        put_entry_condition(j, &e);
        if (j->fresh)
            expr_set(&e, j->path_entry, j->fresh);
        else
            expr_remove(&e, j->path_entry);
        if (count >= 0)
            expr_if_counted(&e, j->path_cache, j->path_count);
        if (count >= 0 && !j->fresh != !j->old)
            expr_increase(&e, j->path_count, j->fresh ? 1 : -1);
    }
    if (j->usage.known) {
        expr_increase(&e, path_bytes, growth);
        expr_increase(&e, path_writes, 1);
        if (growth > 0)
            expr_if_number(&e, path_bytes, "<=", j->s->item_max - growth);
    } else {
        expr_if_absent(&e, path_usage);
    }
    st = dynamo_update(j->s->d, shared_id, &e, j->deadline, NULL, NULL, err);
    if (st == ST_OK && j->usage.known)
        metric_set(j->s->bytes, (double)(j->usage.bytes + growth));
    return st;
}

/* ---- the whole way ---- */

void job_put_whole_conditions(const struct job *j, struct expr *e)
{
    json_t *attributes = json_object_get(j->item, DYNAMO_ATTRIBUTES), *cache;
    json_t *usage = json_object_get(j->item, DYNAMO_USAGE);
    const char *name;

    if (!j->item) {
        expr_if_absent(e, path_id);
        return;
    }
    if (j->usage.known)
        expr_if_number(e, path_writes, "=", j->usage.writes);
    else if (usage)
        expr_if_is(e, path_usage, usage);
    else
        expr_if_absent(e, path_usage);
    json_object_foreach (dynamo_members(attributes), name, cache) {
        const char *const path[] = { DYNAMO_ATTRIBUTES, name, NULL };
        if (dynamo_members(cache))
            expr_if_members(e, path, (int64_t)json_object_size(dynamo_members(cache)));
    }
}

/* Put the entry at the level down to which there are maps. */
static enum status put_at_level(const struct job *j, struct expr *e, struct err *err)
{
    json_t *attributes = json_object_get(j->item, DYNAMO_ATTRIBUTES), *cache = job_cache(j);
    json_t *made = NULL, *all = NULL;

    if (dynamo_members(cache)) {
        put_entry_condition(j, e);
        expr_set(e, j->path_entry, j->fresh);
        return ST_OK;
    }
    made = cache_with(j);
    if (dynamo_members(attributes)) {
        if (cache)
            expr_if_is(e, j->path_cache, cache);
        else
            expr_if_absent(e, j->path_cache);
        expr_set(e, j->path_cache, made);
    } else {
        if (attributes)
            expr_if_is(e, path_attributes, attributes);
        else
            expr_if_absent(e, path_attributes);
        all = json_pack("{s:o}", j->name.cache, json_incref(made));
        all = all ? dynamo_make_map(all) : NULL;
        expr_set(e, path_attributes, all);
    }
    json_decref(made);
    json_decref(all);
    return e->failed ? err_no_memory(err) : ST_OK;
}

/* The item as it will be, so far as the usage needs it: done to j->item itself, which is ours. */
static void carry_out(struct job *j, const struct victim *victims, size_t count)
{
    json_t *attributes = json_object_get(j->item, DYNAMO_ATTRIBUTES);

    for (size_t i = 0; i < count; i++) {
        char key[STORE_ID_MAX + 1]; /* the victim's own lies in what is removed */
        size_t n = strlen(victims[i].key);
        if (n > STORE_ID_MAX)
            continue;
        memcpy(key, victims[i].key, n + 1);
        (void)json_object_del(dynamo_members(dynamo_member(attributes, victims[i].cache)), key);
    }
    if (!j->fresh) {
        if (j->old)
            (void)json_object_del(dynamo_members(job_cache(j)), j->key);
        return;
    }
    if (dynamo_members(job_cache(j)))
        (void)json_object_set(dynamo_members(job_cache(j)), j->key, j->fresh);
    else if (dynamo_members(attributes))
        (void)json_object_set_new(dynamo_members(attributes), j->name.cache, cache_with(j));
    else if (j->item || (j->item = json_object()))
        (void)json_object_set_new(
            j->item, DYNAMO_ATTRIBUTES,
            dynamo_make_map(json_pack("{s:o}", j->name.cache, cache_with(j))));
}

/* Who has to go. ST_TOO_LARGE: that would not be enough. *ret_only: this request makes room and no
 * more, the entry comes with a later one. */
static enum status choose(const struct job *j, struct victim victims[USAGE_VICTIMS_MAX],
                          size_t *ret_count, bool *ret_only, struct err *err)
{
    int64_t bytes = usage_measure(j->item) + job_growth(j) + STORE_CACHE_MAX;
    int64_t wanted = j->s->item_max / 10 * SLACK_TENTHS, freed = 0, most = 0;

    *ret_count = 0;
    *ret_only = false;
    if (bytes <= j->s->item_max || !j->fresh)
        return ST_OK;
    *ret_count =
        usage_victims(j->item, j->name, clock_wall_s(), bytes - wanted, victims, &freed, &most);
    if (bytes - most > j->s->item_max)
        return err_reason(err, ST_TOO_LARGE, "item_too_large",
                          "DynamoDB: %s: an entry that does not fit into %lld bytes "
                          "(cache.item_max_bytes) beside what is there and never goes",
                          j->name.cache, (long long)j->s->item_max);
    *ret_only = bytes - freed > j->s->item_max;
    return ST_OK;
}

/* The entry itself, and who goes, into the expression. */
static enum status put_changes(const struct job *j, struct expr *e, const struct victim *victims,
                               size_t count, struct err *err)
{
    job_put_whole_conditions(j, e);
    for (size_t i = 0; i < count; i++) {
        const char *const path[] = { DYNAMO_ATTRIBUTES, victims[i].cache, victims[i].key, NULL };
        expr_remove(e, path);
    }
    if (j->fresh)
        return put_at_level(j, e, err);
    if (j->old) {
        put_entry_condition(j, e);
        expr_remove(e, j->path_entry);
    }
    return ST_OK;
}

enum status job_whole_way(struct job *j, bool *ret_done, struct err *err)
{
    struct victim victims[USAGE_VICTIMS_MAX];
    size_t count = 0;
    bool only = false;
    int64_t bytes;
    json_t *usage;
    struct expr e;
    enum status st = choose(j, victims, &count, &only, err);

    if (st != ST_OK)
        return st;
    if (only) {
        json_decref(j->fresh);
        j->fresh = j->old = NULL;
    }
    expr_init(&e);
    st = put_changes(j, &e, victims, count, err);
    carry_out(j, victims, count); /* the names in `victims` are gone with it */
    bytes = usage_measure(j->item);
    usage = usage_make(j->item, bytes, j->usage.writes + 1);
    expr_set(&e, path_usage, usage);
    json_decref(usage);
    if (st == ST_OK)
        st = dynamo_update(j->s->d, shared_id, &e, j->deadline, NULL, NULL, err);
    else
        expr_done(&e);
    for (size_t i = 0; i < count && st == ST_OK; i++)
        metric_add(victims[i].expired ? j->s->expired : j->s->evicted, 1);
    if (st == ST_OK)
        metric_set(j->s->bytes, (double)bytes);
    *ret_done = !only;
    return st;
}
