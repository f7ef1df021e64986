/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/shared_item_group.c -- writes many entries of the item SHARED_CACHE with one read
 * and one update: the fast way of shared_item.c, for all of them at once.
 *
 * DynamoDB charges each read and each write of an entry for the whole item. Whatever needs more
 * than the fast way (no room, no usage, another writer of the same entries) is a conflict here,
 * after which the entries are written one by one. */
#include <stdlib.h>
#include <string.h>

#include "cache/dynamo/attribute_value.h"
#include "cache/dynamo/shared_item_update.h"
#include "cache/layout.h"

struct group {
    struct dynamo_store *s;
    struct shared_item_update *updates; /* their items and usages are those below */
    size_t count;
    json_t *item;
    struct shared_item_usage usage;
};

static enum status read_item(struct group *g, int64_t deadline, struct err *err)
{
    struct dynamo_expression e;

    dynamo_expression_init(&e);
    for (size_t i = 0; i < g->count; i++)
        dynamo_expression_project(&e, SHARED_ITEM_ENTRY_PATH(&g->updates[i]));
    dynamo_expression_project(&e, DYNAMO_PATH(DYNAMO_USAGE));
    return dynamo_client_get_item(g->s->client, STR(STORE_SHARED_ID), &e, true, deadline, &g->item,
                                  err);
}

/* What the entry is, and what it becomes. */
static enum status prepare_update(struct group *g, struct shared_item_update *u,
                                  const struct store_write *write, struct err *err)
{
    json_t *stored;
    enum status st;

    u->item = g->item;
    u->usage = g->usage;
    u->old = attribute_value_member(shared_item_update_cache(u), u->key);
    if (!write->entry)
        return ST_OK;
    stored = layout_entry_encode(write->entry, write->ttl);
    st = stored ? attribute_value_merge(u->old, stored, &u->new_value, err) : err_no_memory(err);
    json_decref(stored);
    return st;
}

static bool is_first_of_cache(const struct group *g, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(g->updates[i].name.cache, g->updates[at].name.cache) == 0)
            return false;
    return true;
}

static int added_to_cache(const struct group *g, const char *cache)
{
    int added = 0;

    for (size_t i = 0; i < g->count; i++)
        if (strcmp(g->updates[i].name.cache, cache) == 0)
            added += shared_item_update_added(&g->updates[i]);
    return added;
}

/* The entries of a cache that does not exist yet; NULL: there are none, or out of memory. */
static json_t *make_cache(const struct group *g, const char *cache)
{
    json_t *members = json_object();
    bool failed = !members;

    for (size_t i = 0; i < g->count; i++) {
        const struct shared_item_update *u = &g->updates[i];
        if (u->new_value && strcmp(u->name.cache, cache) == 0)
            failed |= json_object_set(members, u->key, u->new_value) != 0;
    }
    if (!failed && json_object_size(members) > 0)
        return attribute_value_make_map(members);
    json_decref(members);
    return NULL;
}

/* Adds all changes of the cache of the entry `first` to `e`; returns false when that cannot be
 * done. *growth: what a new cache adds besides its entries. */
static bool put_cache(const struct group *g, size_t first, struct dynamo_expression *e,
                      int64_t *growth)
{
    const struct shared_item_update *u = &g->updates[first];
    json_t *cache;

    if (shared_item_usage_count(&g->usage, u->name.cache) >= 0) {
        for (size_t i = first; i < g->count; i++)
            if (strcmp(g->updates[i].name.cache, u->name.cache) == 0)
                shared_item_update_put(&g->updates[i], e);
        shared_item_update_put_count(u, e, added_to_cache(g, u->name.cache));
        return true;
    }
    cache = make_cache(g, u->name.cache);
    if (!cache)
        return false;
    *growth += shared_item_update_put_cache(u, e, cache);
    json_decref(cache);
    return true;
}

/* Adds all changes to `e`; returns false when they need more than that. *ret_growth: of the
 * item. */
static bool put_updates(const struct group *g, struct dynamo_expression *e, int64_t *ret_growth)
{
    int64_t growth = 0;

    for (size_t i = 0; i < g->count; i++) {
        growth += shared_item_update_growth(&g->updates[i]);
        if (is_first_of_cache(g, i) && !put_cache(g, i, e, &growth))
            return false;
    }
    if (!g->usage.known || g->usage.bytes + growth > g->s->item_max)
        return false;
    shared_item_update_put_bytes(&g->updates[0], e, growth);
    *ret_growth = growth;
    return true;
}

static enum status write_updates(struct group *g, int64_t deadline, struct err *err)
{
    int64_t growth = 0;
    struct dynamo_expression e;
    enum status st;

    dynamo_expression_init(&e);
    if (!put_updates(g, &e, &growth)) {
        dynamo_expression_done(&e);
        return err_set(err, ST_CONFLICT, "the entries have to be written one by one");
    }
    st = dynamo_client_update_item(g->s->client, STR(STORE_SHARED_ID), &e, deadline, NULL, NULL,
                                   err);
    if (st == ST_OK)
        metric_set(g->s->bytes, (double)(g->usage.bytes + growth));
    return st;
}

enum status shared_item_group_write(void *self, const struct store_write *writes, size_t count,
                                    int64_t deadline, struct err *err)
{
    struct group g = { .s = self, .count = count, .updates = calloc(count, sizeof *g.updates) };
    enum status st;

    if (!g.updates)
        return err_no_memory(err);
    for (size_t i = 0; i < count; i++) {
        g.updates[i] = (struct shared_item_update){ .s = self, .name = writes[i].name };
        memcpy(g.updates[i].key, writes[i].name.key.p, writes[i].name.key.n);
    }
    st = read_item(&g, deadline, err);
    shared_item_usage_read(g.item, &g.usage);
    for (size_t i = 0; i < count && st == ST_OK; i++)
        st = prepare_update(&g, &g.updates[i], &writes[i], err);
    if (st == ST_OK)
        st = write_updates(&g, deadline, err);
    for (size_t i = 0; i < count; i++)
        json_decref(g.updates[i].new_value);
    json_decref(g.item);
    free(g.updates);
    return st;
}
