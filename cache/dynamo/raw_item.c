/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/raw_item.c -- items read and written in DynamoDB's own words, for backups.
 *
 * Shared entries have no exact form: they are ours, plain JSON holds them, and beside them lies
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

    return str_eqz(id, STORE_SHARED_ID) || layout_entry_named(id, cache, &name);
}

/* Would `plain` be written as `value` stands there? */
static bool says_all(json_t *value, const json_t *plain)
{
    json_t *again = NULL;
    bool same =
        !value || (dynamo_from_json(plain, &again, NULL) == ST_OK && json_equal(again, value));

    json_decref(again);
    return same;
}

enum status dynamo_exact_of(json_t *item, json_t *plain, json_t **ret_exact, struct err *err)
{
    json_t *value = json_object_get(item, DYNAMO_ATTRIBUTES), *exact;
    size_t expected = 1 + !!value;

    *ret_exact = NULL;
    if (is_of_shared_entries(dynamo_string(json_object_get(item, "id"))))
        return ST_OK;
    if (json_object_size(item) == expected && says_all(value, plain))
        return ST_OK;
    exact = json_copy(item);
    if (!exact)
        return err_no_memory(err);
    (void)json_object_del(exact, "id");
    *ret_exact = exact;
    return ST_OK;
}

bool dynamo_exact_sound(json_t *exact, json_t *plain)
{
    const char *name;
    json_t *value;

    if (json_object_size(exact) == 0 || json_object_get(exact, "id"))
        return false;
    if (!json_object_get(exact, DYNAMO_ATTRIBUTES) && json_object_size(plain) > 0)
        return false;
    json_object_foreach (exact, name, value) {
        json_t *says = NULL;
        bool sound = *name && dynamo_to_json(value, &says, NULL) == ST_OK &&
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

bool dynamo_exact_holds(json_t *there, json_t *exact)
{
    enum { LEVELS = 2 * DYNAMO_NESTING_MAX }; /* a value's type and its members are one each */
    const char *name;
    json_t *value, *other;

    json_object_foreach (exact, name, value) {
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
    struct expr e;
    enum status st;

    expr_init(&e);
    st = dynamo_get(s->d, id, &e, true, deadline, &item, err);
    if (st == ST_OK && !item)
        return ST_MISS;
    value = json_object_get(item, DYNAMO_ATTRIBUTES);
    if (st == ST_OK && value)
        st = dynamo_to_json(value, &plain, err);
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

enum status dynamo_store_get_exact(void *self, struct str id, int64_t deadline, json_t **ret,
                                   json_t **ret_exact, uint64_t *ret_version, struct err *err)
{
    json_t *item = NULL, *plain = NULL, *exact = NULL;
    enum status st = look(self, id, deadline, &item, &plain, err);

    if (st == ST_OK)
        st = dynamo_exact_of(item, plain, &exact, err);
    json_decref(item);
    if (st != ST_OK) {
        json_decref(plain);
        return st;
    }
    if (ret_version)
        *ret_version = layout_version(plain);
    *ret = plain;
    *ret_exact = exact;
    return ST_OK;
}

/* On the condition that the item is still as it was seen (NULL: not there). */
static enum status write_exact(struct dynamo_store *s, struct str id, json_t *seen, json_t *exact,
                               int64_t deadline, struct err *err)
{
    json_t *old = json_object_get(seen, DYNAMO_ATTRIBUTES), *value;
    const char *name;
    struct expr e;

    expr_init(&e);
    json_object_foreach (exact, name, value) {
        const char *const path[] = { name, NULL };
        expr_set(&e, path, value);
    }
    if (!seen)
        expr_if_absent(&e, path_id);
    else if (old)
        expr_if_is(&e, path_attributes, old);
    else
        expr_if_absent(&e, path_attributes);
    if (seen)
        expr_if_present(&e, path_id);
    return dynamo_update(s->d, id, &e, deadline, NULL, NULL, err);
}

enum status dynamo_store_put_exact(void *self, struct str id, json_t *exact, uint64_t version,
                                   int64_t deadline, struct err *err)
{
    json_t *item = NULL, *plain = NULL;
    enum status st;

    if (version == 0)
        return write_exact(self, id, NULL, exact, deadline, err);
    st = look(self, id, deadline, &item, &plain, err);
    if (st == ST_MISS || (st == ST_OK && layout_version(plain) != version))
        st = err_set(err, ST_CONFLICT, "somebody else has written the item");
    if (st == ST_OK)
        st = write_exact(self, id, item, exact, deadline, err);
    json_decref(item);
    json_decref(plain);
    return st;
}
