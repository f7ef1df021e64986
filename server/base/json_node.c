/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/json_node.c -- finds values in a list of JSON values.
 *
 * Members are searched linearly: the objects that callers look into are small, and they read few of
 * the members. */
#include "server/base/json_node.h"

#include <math.h>
#include <string.h>

const struct json_node *json_node_first(const struct json_node *within)
{
    bool is_container =
        json_node_is(within, JSON_KIND_ARRAY) || json_node_is(within, JSON_KIND_OBJECT);

    return is_container && within->span > 1 ? within + 1 : NULL;
}

const struct json_node *json_node_after(const struct json_node *within,
                                        const struct json_node *node)
{
    const struct json_node *next = node + node->span;

    return next < within + within->span ? next : NULL;
}

/* The member that the path begins with, and what of the path follows it. Most members differ in
 * where a name of their length would end. */
static const struct json_node *find_member(const struct json_node *object, const char *path,
                                           size_t left, size_t *ret_length)
{
    const struct json_node *end = object + object->span;

    for (const struct json_node *n = object + 1; n < end; n += 1 + n[1].span)
        if (n->length <= left && (path[n->length] == '\0' || path[n->length] == '.') &&
            memcmp(n->text, path, n->length) == 0 && !memchr(path, '.', n->length)) {
            *ret_length = n->length;
            return n + 1;
        }
    return NULL;
}

const struct json_node *json_node_member(const struct json_node *object, struct str name)
{
    if (!json_node_is(object, JSON_KIND_OBJECT))
        return NULL;
    for (const struct json_node *n = object + 1, *end = object + object->span; n < end;
         n += 1 + n[1].span)
        if (n->length == name.n && memcmp(n->text, name.p, name.n) == 0)
            return n + 1;
    return NULL;
}

static const struct json_node *find_element(const struct json_node *array, struct str digits)
{
    const struct json_node *n = json_node_first(array);
    int64_t index;

    if (!str_to_i64(digits, &index) || index < 0)
        return NULL;
    while (n && index-- > 0)
        n = json_node_after(array, n);
    return n;
}

const struct json_node *json_node_at(const struct json_node *root, const char *path)
{
    const struct json_node *at = root;

    for (size_t left = strlen(path), length = 0; at && left > 0; left -= length, path += length) {
        if (at->kind == JSON_KIND_OBJECT) {
            at = find_member(at, path, left, &length);
        } else if (at->kind == JSON_KIND_ARRAY) {
            length = strcspn(path, ".");
            at = find_element(at, (struct str){ path, length });
        } else {
            return NULL;
        }
        if (at && path[length] == '.')
            length++;
    }
    return json_node_is(at, JSON_KIND_NULL) ? NULL : at;
}

struct str json_node_str(const struct json_node *root, const char *path)
{
    const struct json_node *at = json_node_at(root, path);

    return json_node_is(at, JSON_KIND_STRING) ? json_node_text(at) : STR_NONE;
}

bool json_node_number(const struct json_node *node, double *ret_value)
{
    double value;

    if (!json_node_is(node, JSON_KIND_NUMBER) || !str_to_double(json_node_text(node), &value) ||
        !isfinite(value))
        return false;
    *ret_value = value;
    return true;
}

bool json_node_num(const struct json_node *root, const char *path, double *ret_value)
{
    return json_node_number(json_node_at(root, path), ret_value);
}

bool json_node_is_null(const struct json_node *object, const char *name)
{
    return json_node_is(json_node_member(object, str_of(name)), JSON_KIND_NULL);
}
