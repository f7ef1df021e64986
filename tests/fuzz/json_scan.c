/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/json_scan.c -- json_scan() against json_parse().
 *
 * Both must accept the same texts, except for json_scan()'s additional bounds, and read the same
 * values from them. */
#include <stdlib.h>
#include <string.h>

#include "server/base/json.h"
#include "server/base/json_scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static enum json_kind kind_of(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return JSON_KIND_OBJECT;
    case JSON_ARRAY:
        return JSON_KIND_ARRAY;
    case JSON_STRING:
        return JSON_KIND_STRING;
    case JSON_INTEGER:
    case JSON_REAL:
        return JSON_KIND_NUMBER;
    case JSON_TRUE:
        return JSON_KIND_TRUE;
    case JSON_FALSE:
        return JSON_KIND_FALSE;
    case JSON_NULL:
    default:
        return JSON_KIND_NULL;
    }
}

static void check_number(struct str text, const json_t *value)
{
    int64_t integer;
    double real;

    if (json_is_integer(value))
        require(str_to_i64(text, &integer) && integer == json_integer_value(value));
    else
        require(str_to_double(text, &real) && real == json_real_value(value));
}

static void check_same(const struct json_node *n, const json_t *value)
{
    struct str text = json_node_text(n);
    size_t count = 0;

    require(n->kind == kind_of(value));
    if (json_is_number(value))
        check_number(text, value);
    if (json_is_string(value))
        require(str_eq(text, (struct str){ json_string_value(value), json_string_length(value) }));
    for (const struct json_node *at = json_node_first(n); at; count++) {
        const json_t *inner = json_array_get(value, count);
        if (n->kind == JSON_KIND_OBJECT) {
            inner = json_object_getn(value, at->text, at->length);
            at++;
        }
        require(inner);
        check_same(at, inner);
        at = json_node_after(n, at);
    }
    require(!json_is_array(value) || count == json_array_size(value));
    require(!json_is_object(value) || count == json_object_size(value));
}

/* json_scan()'s own bounds; and jansson ignores a NUL byte after a number. */
static bool may_differ(struct str text, const char *why)
{
    return strstr(why, "too long") || strstr(why, "too many") || str_index(text, '\0') < text.n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };
    struct arena *arena = arena_create(8 << 20);
    const struct json_node *root = NULL;
    struct err err = ERR_NONE;
    json_t *tree = NULL;
    enum status scanned = json_scan(text, arena, &root, &err);
    enum status parsed = json_parse(text, true, &tree, NULL);

    require(scanned == ST_OK || err.text[0]);
    if (scanned == ST_OK)
        require(parsed == ST_OK && root->span > 0);
    else
        require(scanned == ST_INVALID && (parsed == ST_INVALID || may_differ(text, err.text)));
    if (scanned == ST_OK)
        check_same(root, tree);
    json_decref(tree);
    arena_free(arena);
    return 0;
}
