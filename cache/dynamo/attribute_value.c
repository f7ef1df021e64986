/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/attribute_value.c -- conversion between DynamoDB's typed attribute values and plain
 * JSON.
 *
 * Attribute values are jansson trees like plain JSON, so that both share one memory model. What
 * DynamoDB sends is validated here, while it is converted; nothing relies on its shape before. */
#include "cache/dynamo/attribute_value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cache/item_json.h"

/* Splits an attribute value into its type and content; false if it does not have exactly one
 * member. */
static bool split_value(const json_t *value, const char **ret_type, json_t **ret_inner)
{
    json_t *object = (json_t *)(uintptr_t)value; /* jansson's iterators are not const */
    void *only = json_object_iter(object);

    if (json_object_size(value) != 1)
        return false;
    *ret_type = json_object_iter_key(only);
    *ret_inner = json_object_iter_value(only);
    return true;
}

static enum status err_malformed(struct err *err)
{
    return err_reason(err, ST_INVALID, "item_malformed",
                      "the table holds an invalid attribute value");
}

/* ---- to plain JSON ---- */

static json_t *parse_number(struct str text)
{
    int64_t whole;
    double real;

    if (str_to_i64(text, &whole))
        return json_integer(whole);
    return str_to_double(text, &real) ? json_real(real) : NULL;
}

static json_t *copy_text(const json_t *text)
{
    return json_stringn(json_string_value(text), json_string_length(text));
}

static enum status to_plain(const json_t *value, int nesting, json_t **ret, struct err *err);

static enum status map_to_plain(const json_t *members, int nesting, json_t **ret, struct err *err)
{
    json_t *object = json_object(), *member, *made = NULL;
    enum status st = object ? ST_OK : err_no_memory(err);
    const char *name;
    size_t n;

    json_object_keylen_foreach ((json_t *)(uintptr_t)members, name, n, member) {
        st = to_plain(member, nesting - 1, &made, err);
        if (st == ST_OK && json_object_setn_new_nocheck(object, name, n, made) != 0)
            st = err_no_memory(err);
        if (st != ST_OK)
            break;
    }
    if (st == ST_OK)
        *ret = object;
    else
        json_decref(object);
    return st;
}

/* A list of values if `set_type` is NULL, else a set: "SS", "NS" or "BS". */
static enum status list_to_plain(const json_t *list, const char *set_type, int nesting,
                                 json_t **ret, struct err *err)
{
    json_t *array = json_array(), *member, *made = NULL;
    enum status st = array ? ST_OK : err_no_memory(err);
    size_t i;

    json_array_foreach (list, i, member) {
        if (!set_type) {
            st = to_plain(member, nesting - 1, &made, err);
        } else if (json_is_string(member)) {
            made = *set_type == 'N' ? parse_number(str_of(json_string_value(member)))
                                    : copy_text(member);
            st = made ? ST_OK : err_malformed(err);
        } else {
            st = err_malformed(err);
        }
        if (st == ST_OK && json_array_append_new(array, made) != 0)
            st = err_no_memory(err);
        if (st != ST_OK)
            break;
    }
    if (st == ST_OK)
        *ret = array;
    else
        json_decref(array);
    return st;
}

static enum status to_plain(const json_t *value, int nesting, json_t **ret, struct err *err)
{
    const char *type;
    json_t *inner, *made = NULL;

    if (nesting == 0 || !split_value(value, &type, &inner))
        return err_malformed(err);
    if (strcmp(type, "M") == 0 && json_is_object(inner))
        return map_to_plain(inner, nesting, ret, err);
    if (strcmp(type, "L") == 0 && json_is_array(inner))
        return list_to_plain(inner, NULL, nesting, ret, err);
    if (strlen(type) == 2 && type[1] == 'S' && strchr("SNB", type[0]) && json_is_array(inner))
        return list_to_plain(inner, type, nesting, ret, err);
    if (strcmp(type, "N") == 0 && json_is_string(inner))
        made = parse_number(str_of(json_string_value(inner)));
    else if ((strcmp(type, "S") == 0 || strcmp(type, "B") == 0) && json_is_string(inner))
        made = copy_text(inner);
    else if (strcmp(type, "BOOL") == 0 && json_is_boolean(inner))
        made = json_boolean(json_is_true(inner));
    else if (strcmp(type, "NULL") == 0)
        made = json_null();
    if (!made)
        return err_malformed(err);
    *ret = made;
    return ST_OK;
}

enum status attribute_value_to_json(const json_t *value, json_t **ret_json, struct err *err)
{
    return to_plain(value, ATTRIBUTE_VALUE_NESTING_MAX, ret_json, err);
}

/* ---- from plain JSON ---- */

/* {type: inner}; takes ownership of `inner`. */
static json_t *wrap_value(const char *type, json_t *inner)
{
    json_t *value = inner ? json_object() : NULL;

    if (!value) {
        json_decref(inner);
        return NULL;
    }
    if (json_object_set_new_nocheck(value, type, inner) != 0) {
        json_decref(value);
        return NULL;
    }
    return value;
}

json_t *attribute_value_make_string(struct str s)
{
    return wrap_value("S", json_stringn(s.p ? s.p : "", s.n));
}

json_t *attribute_value_make_integer(int64_t n)
{
    struct buf text = BUF_INIT(32);
    json_t *value;

    buf_printf(&text, "%lld", (long long)n);
    value = wrap_value("N", json_string(buf_z(&text)));
    buf_free(&text);
    return value;
}

json_t *attribute_value_make_map(json_t *members)
{
    return wrap_value("M", members);
}

/* A real in the form in which DynamoDB returns it: no ".0", no leading zero in the exponent. */
static enum status make_real(const json_t *json, json_t **ret, struct err *err)
{
    double value = json_real_value(json), size = fabs(value);
    struct buf text = BUF_INIT(64);
    size_t e;

    if (!isfinite(value) || size >= 1e126 || (size > 0 && size < 1e-130))
        return err_reason(err, ST_INVALID, "number_range",
                          "a number that DynamoDB cannot store: %g", value);
    item_json_put(&text, (json_t *)(uintptr_t)json);
    if (str_ends(buf_str(&text), STR(".0")))
        buf_truncate(&text, text.n - 2);
    e = str_index(buf_str(&text), 'e');
    if (e + 2 < text.n && text.p[e + 2] == '0') /* the sign is at e + 1 */
        memmove(text.p + e + 2, text.p + e + 3, text.n - e - 2);
    *ret = wrap_value("N", json_string(size == 0 ? "0" : buf_z(&text)));
    buf_free(&text);
    return *ret ? ST_OK : err_no_memory(err);
}

static enum status merge_value(json_t *old, const json_t *json, int nesting, json_t **ret,
                               struct err *err);

static enum status merge_object(json_t *old, const json_t *json, int nesting, json_t **ret,
                                struct err *err)
{
    json_t *members = json_object(), *member, *made = NULL;
    enum status st = members ? ST_OK : err_no_memory(err);
    const char *name;
    size_t n;

    json_object_keylen_foreach ((json_t *)(uintptr_t)json, name, n, member) {
        st = merge_value(attribute_value_member(old, name), member, nesting - 1, &made, err);
        if (st == ST_OK && json_object_setn_new_nocheck(members, name, n, made) != 0)
            st = err_no_memory(err);
        if (st != ST_OK)
            break;
    }
    if (st != ST_OK) {
        json_decref(members);
        return st;
    }
    *ret = wrap_value("M", members);
    return *ret ? ST_OK : err_no_memory(err);
}

static enum status merge_array(json_t *old, const json_t *json, int nesting, json_t **ret,
                               struct err *err)
{
    json_t *list = json_array(), *was = json_object_get(old, "L"), *member, *made = NULL;
    enum status st = list ? ST_OK : err_no_memory(err);
    size_t i;

    json_array_foreach (json, i, member) {
        st = merge_value(json_array_get(was, i), member, nesting - 1, &made, err);
        if (st == ST_OK && json_array_append_new(list, made) != 0)
            st = err_no_memory(err);
        if (st != ST_OK)
            break;
    }
    if (st != ST_OK) {
        json_decref(list);
        return st;
    }
    *ret = wrap_value("L", list);
    return *ret ? ST_OK : err_no_memory(err);
}

/* Does `old` already mean the same as `json`? */
static bool means_same(const json_t *old, const json_t *json)
{
    json_t *was = NULL;
    bool same = old && attribute_value_to_json(old, &was, NULL) == ST_OK && json_equal(was, json);

    json_decref(was);
    return same;
}

static enum status merge_value(json_t *old, const json_t *json, int nesting, json_t **ret,
                               struct err *err)
{
    if (nesting == 0)
        return err_set(err, ST_INVALID, "nested too deeply");
    if (means_same(old, json)) {
        *ret = json_incref(old);
        return ST_OK;
    }
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        return merge_object(old, json, nesting, ret, err);
    case JSON_ARRAY:
        return merge_array(old, json, nesting, ret, err);
    case JSON_REAL:
        return make_real(json, ret, err);
    case JSON_STRING:
        *ret = wrap_value("S", copy_text(json));
        break;
    case JSON_INTEGER:
        *ret = attribute_value_make_integer(json_integer_value(json));
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        *ret = wrap_value("BOOL", json_boolean(json_is_true(json)));
        break;
    case JSON_NULL:
        *ret = wrap_value("NULL", json_true());
        break;
    }
    return *ret ? ST_OK : err_no_memory(err);
}

enum status attribute_value_merge(json_t *old, const json_t *json, json_t **ret_value,
                                  struct err *err)
{
    json_t *made = NULL;
    enum status st = merge_value(old, json, ATTRIBUTE_VALUE_NESTING_MAX, &made, err);

    if (st == ST_OK)
        *ret_value = made;
    return st;
}

enum status attribute_value_from_json(const json_t *json, json_t **ret_value, struct err *err)
{
    return attribute_value_merge(NULL, json, ret_value, err);
}

/* ---- reading ---- */

json_t *attribute_value_members(const json_t *value)
{
    json_t *members = json_object_get(value, "M");

    return json_is_object(members) ? members : NULL;
}

json_t *attribute_value_member(const json_t *value, const char *name)
{
    return json_object_get(attribute_value_members(value), name);
}

bool attribute_value_integer(const json_t *value, int64_t *ret_integer)
{
    const json_t *text = json_object_get(value, "N");

    return json_is_string(text) && str_to_i64(str_of(json_string_value(text)), ret_integer);
}

struct str attribute_value_string(const json_t *value)
{
    const json_t *text = json_object_get(value, "S");

    if (!json_is_string(text))
        return STR_NONE;
    return (struct str){ json_string_value(text), json_string_length(text) };
}

/* ---- sizes ---- */

/* DynamoDB stores two digits per byte plus one or two bytes, without leading and trailing zeros.
 * Zeros are counted here anyway: the result may be too high, never too low. */
static size_t size_of_number(const json_t *text)
{
    return json_string_length(text) / 2 + 2;
}

static size_t size_of_list(const json_t *list, bool numbers)
{
    size_t bytes = 3, i;
    json_t *member;

    json_array_foreach (list, i, member) {
        if (json_is_string(member))
            bytes += numbers ? size_of_number(member) : json_string_length(member);
        else
            bytes += attribute_value_size(member) + 1;
    }
    return bytes;
}

size_t attribute_value_size(const json_t *value)
{
    size_t bytes = 3, n;
    const char *type, *name;
    json_t *inner, *member;

    if (!split_value(value, &type, &inner))
        return 0;
    if (json_is_array(inner))
        return size_of_list(inner, *type == 'N');
    if (json_is_string(inner))
        return *type == 'N' ? size_of_number(inner) : json_string_length(inner);
    if (!json_is_object(inner))
        return 1;
    json_object_keylen_foreach (inner, name, n, member)
        bytes += attribute_value_member_size((struct str){ name, n }, member);
    return bytes;
}

size_t attribute_value_member_size(struct str name, const json_t *value)
{
    return name.n + attribute_value_size(value) + 1;
}
