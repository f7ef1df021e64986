/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/entries.c -- shared entries as items of their own, layout `entries`.
 *
 * What a look-up costs does not depend on how many there are. An entry's ttl stands in its
 * attributes, as in layout `item`, and beside them, where DynamoDB's own expiry looks for it. */
#include "cache/dynamo/attribute_value.h"
#include "cache/dynamo/internal.h"
#include "cache/layout.h"

static const char *const path_attributes[] = { DYNAMO_ATTRIBUTES, NULL };
static const char *const path_inner_ttl[] = { DYNAMO_ATTRIBUTES, DYNAMO_TTL, NULL };
static const char *const path_ttl[] = { DYNAMO_TTL, NULL };
static const char *const path_id[] = { "id", NULL };

/* The plain attributes of an item's members, a new reference; NULL when they are no map. */
static json_t *plain_of(const json_t *item)
{
    json_t *plain = NULL;

    if (!attribute_value_members(json_object_get(item, DYNAMO_ATTRIBUTES)) ||
        attribute_value_to_json(json_object_get(item, DYNAMO_ATTRIBUTES), &plain, NULL) != ST_OK)
        return NULL;
    return plain;
}

/* Gone, unless somebody has renewed it; what goes wrong is tried again by the next who asks. */
static void expire(struct dynamo_store *s, struct entry_name name, const json_t *item,
                   int64_t deadline)
{
    json_t *ttl = attribute_value_member(json_object_get(item, DYNAMO_ATTRIBUTES), DYNAMO_TTL);
    json_t *plain = plain_of(item);
    char room[LAYOUT_ENTRY_ID_MAX + 1];
    struct dynamo_expression e;

    dynamo_expression_init(&e);
    dynamo_expression_if_equal(&e, path_inner_ttl, ttl);
    if (dynamo_client_delete_item(s->client, layout_entry_id(name, room), &e, deadline, NULL, NULL,
                                  NULL) == ST_OK)
        entry_counter_add(s->counter, name.cache, layout_ttl(plain), -1, deadline);
    json_decref(plain);
}

enum status dynamo_entries_get(struct dynamo_store *s, struct entry_name name, int64_t now,
                               int64_t deadline, json_t **ret_entry, int64_t *ret_ttl,
                               struct err *err)
{
    char room[LAYOUT_ENTRY_ID_MAX + 1];
    json_t *item = NULL, *plain, *entry;
    struct dynamo_expression e;
    enum status st;

    dynamo_expression_init(&e);
    dynamo_expression_project(&e, path_attributes);
    st = dynamo_client_get_item(s->client, layout_entry_id(name, room), &e, false, deadline, &item,
                                err);
    if (st != ST_OK)
        return st;
    plain = plain_of(item);
    if (!plain) {
        st = ST_MISS;
    } else if (layout_expired(layout_ttl(plain), now)) {
        expire(s, name, item, deadline);
        st = ST_MISS;
    } else {
        entry = layout_entry_decode(plain, ret_ttl);
        if (entry)
            *ret_entry = entry;
        else
            st = err_no_memory(err);
    }
    json_decref(plain);
    json_decref(item);
    return st;
}

/* What is to be written, without a condition. */
static void put_entry(struct dynamo_expression *e, json_t *value, int64_t ttl)
{
    json_t *number = attribute_value_make_integer(ttl);

    dynamo_expression_init(e);
    dynamo_expression_set(e, path_attributes, value);
    if (ttl > 0)
        dynamo_expression_set(e, path_ttl, number);
    else
        dynamo_expression_remove(e, path_ttl);
    json_decref(number);
}

/* Write over what is there, and count what that changes. `outcome_unknown`: what is there may be ours. */
static enum status replace(struct dynamo_store *s, struct entry_name name, json_t *stored,
                           json_t *value, bool outcome_unknown, int64_t deadline, struct err *err)
{
    char room[LAYOUT_ENTRY_ID_MAX + 1];
    int64_t ttl = layout_ttl(stored);
    json_t *before = NULL, *plain;
    struct dynamo_expression e;
    enum status st;

    put_entry(&e, value, ttl);
    st = dynamo_client_update_item(s->client, layout_entry_id(name, room), &e, deadline, NULL,
                                   &before, err);
    if (st != ST_OK)
        return st;
    plain = plain_of(before);
    if (!plain || (outcome_unknown && json_equal(plain, stored))) {
        entry_counter_add(s->counter, name.cache, ttl, 1, deadline);
    } else if (layout_ttl(plain) != ttl) {
        entry_counter_add(s->counter, name.cache, layout_ttl(plain), -1, deadline);
        entry_counter_add(s->counter, name.cache, ttl, 1, deadline);
    }
    json_decref(plain);
    json_decref(before);
    return ST_OK;
}

enum status dynamo_entries_put(struct dynamo_store *s, struct entry_name name, json_t *stored,
                               int64_t deadline, struct err *err)
{
    char room[LAYOUT_ENTRY_ID_MAX + 1];
    json_t *value = NULL;
    bool outcome_unknown = false;
    struct dynamo_expression e;
    enum status st = attribute_value_from_json(stored, &value, err);

    if (st != ST_OK)
        return st;
    put_entry(&e, value, layout_ttl(stored));
    dynamo_expression_if_absent(&e, path_id);
    st = dynamo_client_update_item(s->client, layout_entry_id(name, room), &e, deadline,
                                   &outcome_unknown, NULL, err);
    if (st == ST_OK)
        entry_counter_add(s->counter, name.cache, layout_ttl(stored), 1, deadline);
    else if (st == ST_CONFLICT)
        st = replace(s, name, stored, value, outcome_unknown, deadline, err);
    json_decref(value);
    return st;
}

enum status dynamo_entries_remove(struct dynamo_store *s, struct entry_name name, int64_t deadline,
                                  struct err *err)
{
    char room[LAYOUT_ENTRY_ID_MAX + 1];

    return dynamo_items_remove(s, layout_entry_id(name, room), deadline, err);
}

void dynamo_entries_note(struct dynamo_store *s, struct str id, const json_t *before,
                         const json_t *after, int64_t deadline)
{
    char cache[STORE_CACHE_MAX + 1];
    struct entry_name name;

    if (s->layout != STORE_LAYOUT_ENTRIES || !layout_entry_id_parse(id, cache, &name))
        return;
    if (before && after && layout_ttl(before) == layout_ttl(after))
        return;
    if (before)
        entry_counter_add(s->counter, cache, layout_ttl(before), -1, deadline);
    if (after)
        entry_counter_add(s->counter, cache, layout_ttl(after), 1, deadline);
}
