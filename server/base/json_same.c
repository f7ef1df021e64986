/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/json_same.c -- compares two JSON trees by value. */
#include "server/base/json_same.h"

static bool same_arrays(json_t *a, json_t *b)
{
    if (json_array_size(a) != json_array_size(b))
        return false;
    for (size_t i = 0; i < json_array_size(a); i++)
        if (!json_same(json_array_get(a, i), json_array_get(b, i)))
            return false;
    return true;
}

static bool same_objects(json_t *a, json_t *b)
{
    json_t *value;
    const char *name;
    size_t n;

    if (json_object_size(a) != json_object_size(b))
        return false;
    json_object_keylen_foreach (a, name, n, value) {
        if (!json_same(value, json_object_getn(b, name, n)))
            return false;
    }
    return true;
}

bool json_same(json_t *a, json_t *b)
{
    if (!a || !b)
        return a == b;
    if (json_is_integer(a) && json_is_integer(b))
        return json_integer_value(a) == json_integer_value(b);
    if (json_is_number(a) && json_is_number(b)) {
        double x = json_number_value(a), y = json_number_value(b);
        return x <= y && x >= y;
    }
    if (json_is_object(a) && json_is_object(b))
        return same_objects(a, b);
    if (json_is_array(a) && json_is_array(b))
        return same_arrays(a, b);
    return json_equal(a, b) == 1;
}
