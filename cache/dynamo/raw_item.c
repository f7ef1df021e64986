/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/raw_item.c -- reads, checks and writes items in raw form, for backups.
 *
 * Shared entries have no raw form: only Climacast writes them, plain JSON holds all of them, and
 * the attributes beside them are the store's own bookkeeping. */
#include "cache/dynamo/raw_item.h"

#include <string.h>

#include "cache/dynamo/attribute_value.h"
#include "cache/dynamo/internal.h"
#include "cache/item_json.h"
#include "cache/layout.h"
#include "server/base/json.h"
#include "server/base/json_same.h"

/* ---- the raw form ---- */

enum status raw_item_malformed(struct err *err)
{
    return err_reason(err, ST_INVALID, "item_malformed",
                      "DynamoDB: an item whose attributes are not a map");
}

enum status raw_item_attributes(const json_t *value, json_t **ret_plain, struct err *err)
{
    json_t *plain = NULL;
    enum status st = ST_OK;

    if (value && !attribute_value_members(value))
        return raw_item_malformed(err);
    if (value)
        st = attribute_value_to_json(value, &plain, err);
    else
        plain = json_object();
    if (st != ST_OK)
        return st;
    if (!plain)
        return err_no_memory(err);
    *ret_plain = plain;
    return ST_OK;
}

/* Would `plain` be written back as `value`? */
static bool survives_as_plain(json_t *value, const json_t *plain)
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
    size_t expected = 1 + !!value; /* the id and `attributes` */

    *ret_raw = NULL;
    if (layout_is_shared(attribute_value_string(json_object_get(item, "id"))))
        return ST_OK;
    if (json_object_size(item) == expected && survives_as_plain(value, plain))
        return ST_OK;
    raw = json_copy_object(item);
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
        json_t *converted = NULL;
        bool valid = *name && attribute_value_to_json(value, &converted, NULL) == ST_OK &&
                     (strcmp(name, DYNAMO_ATTRIBUTES) != 0 || json_same(converted, plain));
        json_decref(converted);
        if (!valid)
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

static bool is_set(const char *type)
{
    return strcmp(type, "SS") == 0 || strcmp(type, "NS") == 0 || strcmp(type, "BS") == 0;
}

static bool same_value(json_t *a, json_t *b, int nesting);

static bool same_list(json_t *a, json_t *b, int nesting)
{
    json_t *member;
    size_t i;

    if (json_array_size(a) != json_array_size(b))
        return false;
    json_array_foreach (a, i, member) {
        if (!same_value(member, json_array_get(b, i), nesting - 1))
            return false;
    }
    return true;
}

static bool same_members(json_t *a, json_t *b, int nesting)
{
    json_t *member, *other;
    const char *name;

    if (json_object_size(a) != json_object_size(b))
        return false;
    json_object_foreach (a, name, member) {
        bool set;
        other = json_object_get(b, name);
        if (!other)
            return false;
        set = is_set(name) && json_is_array(member) && json_is_array(other);
        if (!(set ? same_set(member, other) : same_value(member, other, nesting - 1)))
            return false;
    }
    return true;
}

/* Compares two attribute values, or their contents. */
static bool same_value(json_t *a, json_t *b, int nesting)
{
    if (nesting == 0 || json_typeof(a) != json_typeof(b))
        return false;
    if (json_is_array(a))
        return same_list(a, b, nesting);
    return json_is_object(a) ? same_members(a, b, nesting) : json_equal(a, b);
}

bool raw_item_includes(json_t *stored, json_t *raw)
{
    enum { LEVELS_MAX = 2 * ATTRIBUTE_VALUE_NESTING_MAX }; /* a value's type is a level, too */
    const char *name;
    json_t *value, *other;

    json_object_foreach (raw, name, value) {
        other = json_object_get(stored, name);
        if (!other || !same_value(value, other, LEVELS_MAX))
            return false;
    }
    return true;
}

/* ---- in the table ---- */

void raw_item_require_unchanged(struct dynamo_expression *e, bool existed, json_t *attributes)
{
    if (!existed) {
        dynamo_expression_if_absent(e, DYNAMO_PATH("id"));
        return;
    }
    if (attributes)
        dynamo_expression_if_equal(e, DYNAMO_PATH(DYNAMO_ATTRIBUTES), attributes);
    else
        dynamo_expression_if_absent(e, DYNAMO_PATH(DYNAMO_ATTRIBUTES));
    dynamo_expression_if_present(e, DYNAMO_PATH("id"));
}

/* Reads the whole item, and its attributes as plain JSON. ST_MISS: there is none. */
static enum status read_raw(struct dynamo_store *s, struct str id, int64_t deadline,
                            json_t **ret_item, json_t **ret_plain, struct err *err)
{
    json_t *item = NULL;
    struct dynamo_expression e;
    enum status st;

    dynamo_expression_init(&e);
    st = dynamo_client_get_item(s->client, id, &e, true, deadline, &item, err);
    if (st != ST_OK)
        return st;
    if (!item)
        return ST_MISS;
    st = raw_item_attributes(json_object_get(item, DYNAMO_ATTRIBUTES), ret_plain, err);
    if (st == ST_OK)
        *ret_item = item;
    else
        json_decref(item);
    return st;
}

enum status raw_item_get(void *self, struct str id, int64_t deadline, json_t **ret,
                         json_t **ret_raw, uint64_t *ret_version, struct err *err)
{
    json_t *item = NULL, *plain = NULL, *raw = NULL;
    enum status st = read_raw(self, id, deadline, &item, &plain, err);

    if (st == ST_OK)
        st = raw_item_extract(item, plain, &raw, err);
    json_decref(item);
    if (st != ST_OK) {
        json_decref(plain);
        return st;
    }
    if (ret_version)
        *ret_version = item_json_version(plain);
    *ret = plain;
    *ret_raw = raw;
    return ST_OK;
}

/* Writes on the condition that the item has not changed since it was read; `seen` is NULL if it did
 * not exist. */
static enum status write_raw(struct dynamo_store *s, struct str id, json_t *seen, json_t *raw,
                             int64_t deadline, struct err *err)
{
    const char *name;
    json_t *value;
    struct dynamo_expression e;

    dynamo_expression_init(&e);
    json_object_foreach (raw, name, value) {
        dynamo_expression_set(&e, DYNAMO_PATH(name), value);
    }
    raw_item_require_unchanged(&e, seen, json_object_get(seen, DYNAMO_ATTRIBUTES));
    return dynamo_client_update_item(s->client, id, &e, deadline, NULL, NULL, err);
}

enum status raw_item_put(void *self, struct str id, json_t *raw, uint64_t version, int64_t deadline,
                         struct err *err)
{
    json_t *item = NULL, *plain = NULL;
    enum status st;

    if (version == 0)
        return write_raw(self, id, NULL, raw, deadline, err);
    st = read_raw(self, id, deadline, &item, &plain, err);
    if (st == ST_MISS || (st == ST_OK && item_json_version(plain) != version))
        st = err_set(err, ST_CONFLICT, "another writer has changed the item");
    if (st == ST_OK)
        st = write_raw(self, id, item, raw, deadline, err);
    json_decref(item);
    json_decref(plain);
    return st;
}
