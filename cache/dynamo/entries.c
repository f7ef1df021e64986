/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/entries.c -- shared entries as items of their own, layout `entries`.
 *
 * The cost of a lookup does not depend on the number of entries. An entry's ttl is stored in its
 * attributes, as in layout `item`, and again beside them, where DynamoDB's own expiry reads it. */
#include "cache/dynamo/attribute_value.h"
#include "cache/dynamo/internal.h"
#include "cache/layout.h"

/* ---- reading ---- */

/* An entry as plain JSON, a new reference; NULL if `value` is not a map. */
static json_t *entry_to_plain(const json_t *value)
{
    json_t *plain = NULL;

    if (!attribute_value_members(value) || attribute_value_to_json(value, &plain, NULL) != ST_OK)
        return NULL;
    return plain;
}

enum status dynamo_entries_decode(const json_t *value, int64_t now, json_t **ret_entry,
                                  int64_t *ret_ttl, bool *ret_expired, struct err *err)
{
    json_t *plain = entry_to_plain(value), *entry;

    *ret_expired = plain && layout_expired(layout_ttl(plain), now);
    if (!plain || *ret_expired) {
        json_decref(plain);
        return ST_MISS;
    }
    entry = layout_entry_decode(plain, ret_ttl);
    json_decref(plain);
    if (!entry)
        return err_no_memory(err);
    *ret_entry = entry;
    return ST_OK;
}

/* Removes an expired entry unless another writer has renewed it. Errors are ignored: the next
 * reader tries again. */
static void remove_expired(struct dynamo_store *s, struct entry_name name, const json_t *value,
                           int64_t deadline)
{
    json_t *plain = entry_to_plain(value);
    char id[LAYOUT_ENTRY_ID_MAX + 1];
    struct dynamo_expression e;

    dynamo_expression_init(&e);
    dynamo_expression_if_equal(&e, DYNAMO_PATH(DYNAMO_ATTRIBUTES, DYNAMO_TTL),
                               attribute_value_member(value, DYNAMO_TTL));
    if (dynamo_client_delete_item(s->client, layout_entry_id(name, id), &e, deadline, NULL, NULL,
                                  NULL) == ST_OK)
        entry_counter_add(s->counter, name.cache, layout_ttl(plain), -1, deadline);
    json_decref(plain);
}

enum status dynamo_entries_get(struct dynamo_store *s, struct entry_name name, int64_t now,
                               int64_t deadline, json_t **ret_entry, int64_t *ret_ttl,
                               struct err *err)
{
    char id[LAYOUT_ENTRY_ID_MAX + 1];
    json_t *item = NULL, *value;
    bool expired = false;
    struct dynamo_expression e;
    enum status st;

    dynamo_expression_init(&e);
    dynamo_expression_project(&e, DYNAMO_PATH(DYNAMO_ATTRIBUTES));
    st = dynamo_client_get_item(s->client, layout_entry_id(name, id), &e, false, deadline, &item,
                                err);
    if (st != ST_OK)
        return st;
    value = json_object_get(item, DYNAMO_ATTRIBUTES);
    st = dynamo_entries_decode(value, now, ret_entry, ret_ttl, &expired, err);
    if (expired)
        remove_expired(s, name, value, deadline);
    json_decref(item);
    return st;
}

/* ---- writing ---- */

/* Initializes `e` with the update that writes an entry, still without a condition. */
static void init_entry_update(struct dynamo_expression *e, json_t *value, int64_t ttl)
{
    json_t *number = attribute_value_make_integer(ttl);

    dynamo_expression_init(e);
    dynamo_expression_set(e, DYNAMO_PATH(DYNAMO_ATTRIBUTES), value);
    if (ttl > 0)
        dynamo_expression_set(e, DYNAMO_PATH(DYNAMO_TTL), number);
    else
        dynamo_expression_remove(e, DYNAMO_PATH(DYNAMO_TTL));
    json_decref(number);
}

/* Overwrites an existing entry and updates the counter. `outcome_unknown`: an earlier attempt of
 * this call may have created the entry, which has then not been counted yet. */
static enum status overwrite_entry(struct dynamo_store *s, struct entry_name name, json_t *stored,
                                   json_t *value, bool outcome_unknown, int64_t deadline,
                                   struct err *err)
{
    char id[LAYOUT_ENTRY_ID_MAX + 1];
    int64_t ttl = layout_ttl(stored);
    json_t *before = NULL, *plain;
    struct dynamo_expression e;
    enum status st;

    init_entry_update(&e, value, ttl);
    st = dynamo_client_update_item(s->client, layout_entry_id(name, id), &e, deadline, NULL,
                                   &before, err);
    if (st != ST_OK)
        return st;
    plain = entry_to_plain(json_object_get(before, DYNAMO_ATTRIBUTES));
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
    char id[LAYOUT_ENTRY_ID_MAX + 1];
    json_t *value = NULL;
    bool outcome_unknown = false;
    struct dynamo_expression e;
    enum status st = attribute_value_from_json(stored, &value, err);

    if (st != ST_OK)
        return st;
    init_entry_update(&e, value, layout_ttl(stored));
    dynamo_expression_if_absent(&e, DYNAMO_PATH("id"));
    st = dynamo_client_update_item(s->client, layout_entry_id(name, id), &e, deadline,
                                   &outcome_unknown, NULL, err);
    if (st == ST_OK)
        entry_counter_add(s->counter, name.cache, layout_ttl(stored), 1, deadline);
    else if (st == ST_CONFLICT)
        st = overwrite_entry(s, name, stored, value, outcome_unknown, deadline, err);
    json_decref(value);
    return st;
}

enum status dynamo_entries_remove(struct dynamo_store *s, struct entry_name name, int64_t deadline,
                                  struct err *err)
{
    char id[LAYOUT_ENTRY_ID_MAX + 1];

    return dynamo_items_remove(s, layout_entry_id(name, id), deadline, err);
}
