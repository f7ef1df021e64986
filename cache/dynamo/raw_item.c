/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/raw_item.c -- items read and written in DynamoDB's own words, for backups.
 *
 * Shared entries have no raw form: they are ours, plain JSON holds them, and beside them lies
 * what the store itself keeps there. */
#include "cache/dynamo/raw_item.h"

#include <string.h>

#include "cache/dynamo/attribute_value.h"
#include "cache/dynamo/internal.h"
#include "cache/layout.h"
#include "server/base/json_same.h"

/* ---- the form ---- */

static bool is_of_shared_entries(struct str id)
{
    char cache[STORE_CACHE_MAX + 1];
    struct entry_name name;

    return str_eqz(id, STORE_SHARED_ID) || layout_entry_id_parse(id, cache, &name);
}

/* Would `plain` be written as `value` stands there? */
static bool says_all(json_t *value, const json_t *plain)
{
    json_t *again = NULL;
    bool same = !value || (attribute_value_from_json(plain, &again, NULL) == ST_OK &&
                           json_equal(again, value));

    json_decref(again);
    return same;
}

enum status raw_item_extract(json_t *item, json_t *plain, json_t **ret_raw, struct err *err)
{
    json_t *value = json_object_get(item, DYNAMO_ATTRIBUTES), *raw;
    size_t expected = 1 + !!value;

    *ret_raw = NULL;
    if (is_of_shared_entries(attribute_value_string(json_object_get(item, "id"))))
        return ST_OK;
    if (json_object_size(item) == expected && says_all(value, plain))
        return ST_OK;
    raw = json_copy(item);
    if (!raw)
        return err_no_memory(err);
    (void)json_object_del(raw, "id");
    *ret_raw = raw;
    return ST_OK;
}

bool raw_item_is_valid(json_t *raw, json_t *plain)
{
    const char *name;
    json_t *value;

    if (json_object_size(raw) == 0 || json_object_get(raw, "id"))
        return false;
    if (!json_object_get(raw, DYNAMO_ATTRIBUTES) && json_object_size(plain) > 0)
        return false;
    json_object_foreach (raw, name, value) {
        json_t *says = NULL;
        bool sound = *name && attribute_value_to_json(value, &says, NULL) == ST_OK &&
                     (strcmp(name, DYNAMO_ATTRIBUTES) != 0 || json_same(says, plain));
        json_decref(says);
        if (!sound)
            return false;
    }
    return true;
}

/* ---- comparing ---- */

static bool same_set(json_t *a, json_t *b)
{
    json_t *members = json_object(), *text;
    bool same = members && json_array_size(a) == json_array_size(b);
    size_t i;

    json_array_foreach (a, i, text) {
        same &= json_object_setn_new_nocheck(members, json_string_value(text),
                                             json_string_length(text), json_true()) == 0;
    }
    json_array_foreach (b, i, text) {
        same &= !!json_object_getn(members, json_string_value(text), json_string_length(text));
    }
    json_decref(members);
    return same;
}

/* Two attribute values, or what stands in them. */
static bool same_value(json_t *a, json_t *b, int nesting)
{
    const char *name;
    json_t *member, *other;
    size_t i;

    if (nesting == 0 || json_typeof(a) != json_typeof(b))
        return false;
    if (json_is_array(a)) {
        if (json_array_size(a) != json_array_size(b))
            return false;
        json_array_foreach (a, i, member) {
            if (!same_value(member, json_array_get(b, i), nesting - 1))
                return false;
        }
        return true;
    }
    if (!json_is_object(a))
        return json_equal(a, b);
    if (json_object_size(a) != json_object_size(b))
        return false;
    json_object_foreach (a, name, member) {
        bool set = strcmp(name, "SS") == 0 || strcmp(name, "NS") == 0 || strcmp(name, "BS") == 0;
        other = json_object_get(b, name);
        if (!other || !(set && json_is_array(member) && json_is_array(other)
                            ? same_set(member, other)
                            : same_value(member, other, nesting - 1)))
            return false;
    }
    return true;
}

bool raw_item_includes(json_t *there, json_t *raw)
{
    enum {
        LEVELS = 2 * ATTRIBUTE_VALUE_NESTING_MAX
    }; /* a value's type and its members are one each */
    const char *name;
    json_t *value, *other;

    json_object_foreach (raw, name, value) {
        other = json_object_get(there, name);
        if (!other || !same_value(value, other, LEVELS))
            return false;
    }
    return true;
}

/* ---- in the table ---- */

static const char *const path_id[] = { "id", NULL };
static const char *const path_attributes[] = { DYNAMO_ATTRIBUTES, NULL };

/* The whole item, and its attributes as plain JSON. ST_MISS: there is none. */
static enum status look(struct dynamo_store *s, struct str id, int64_t deadline, json_t **ret_item,
                        json_t **ret_plain, struct err *err)
{
    json_t *item = NULL, *value, *plain = NULL;
    struct dynamo_expression e;
    enum status st;

    dynamo_expression_init(&e);
    st = dynamo_client_get_item(s->client, id, &e, true, deadline, &item, err);
    if (st == ST_OK && !item)
        return ST_MISS;
    value = json_object_get(item, DYNAMO_ATTRIBUTES);
    if (st == ST_OK && value)
        st = attribute_value_to_json(value, &plain, err);
    else if (st == ST_OK)
        plain = json_object();
    if (st == ST_OK && !plain)
        st = err_no_memory(err);
    if (st == ST_OK && !json_is_object(plain))
        st = err_reason(err, ST_INVALID, "item_malformed", "DynamoDB: an item without a map");
    if (st == ST_OK) {
        *ret_item = item;
        *ret_plain = plain;
        return ST_OK;
    }
    json_decref(item);
    json_decref(plain);
    return st;
}

enum status raw_item_get(void *self, struct str id, int64_t deadline, json_t **ret,
                         json_t **ret_raw, uint64_t *ret_version, struct err *err)
{
    json_t *item = NULL, *plain = NULL, *raw = NULL;
    enum status st = look(self, id, deadline, &item, &plain, err);

    if (st == ST_OK)
        st = raw_item_extract(item, plain, &raw, err);
    json_decref(item);
    if (st != ST_OK) {
        json_decref(plain);
        return st;
    }
    if (ret_version)
        *ret_version = layout_version(plain);
    *ret = plain;
    *ret_raw = raw;
    return ST_OK;
}

/* On the condition that the item is still as it was seen (NULL: not there). */
static enum status write_raw(struct dynamo_store *s, struct str id, json_t *seen, json_t *raw,
                             int64_t deadline, struct err *err)
{
    json_t *old = json_object_get(seen, DYNAMO_ATTRIBUTES), *value;
    const char *name;
    struct dynamo_expression e;

    dynamo_expression_init(&e);
    json_object_foreach (raw, name, value) {
        const char *const path[] = { name, NULL };
        dynamo_expression_set(&e, path, value);
    }
    if (!seen)
        dynamo_expression_if_absent(&e, path_id);
    else if (old)
        dynamo_expression_if_equal(&e, path_attributes, old);
    else
        dynamo_expression_if_absent(&e, path_attributes);
    if (seen)
        dynamo_expression_if_present(&e, path_id);
    return dynamo_client_update_item(s->client, id, &e, deadline, NULL, NULL, err);
}

enum status raw_item_put(void *self, struct str id, json_t *raw, uint64_t version, int64_t deadline,
                         struct err *err)
{
    json_t *item = NULL, *plain = NULL;
    enum status st;

    if (version == 0)
        return write_raw(self, id, NULL, raw, deadline, err);
    st = look(self, id, deadline, &item, &plain, err);
    if (st == ST_MISS || (st == ST_OK && layout_version(plain) != version))
        st = err_set(err, ST_CONFLICT, "somebody else has written the item");
    if (st == ST_OK)
        st = write_raw(self, id, item, raw, deadline, err);
    json_decref(item);
    json_decref(plain);
    return st;
}
