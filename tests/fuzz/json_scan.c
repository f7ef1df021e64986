/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/json_scan.c -- json_scan() and json_parse() against jansson's own parser.
 *
 * All must accept the same texts, except for our additional bounds, and read the same values from
 * them; and a tree that is printed gives the same tree again. */
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

/* Our own bounds; and jansson ignores a NUL byte after a number. */
static bool may_differ(struct str text, const char *why)
{
    return strstr(why, "too long") || strstr(why, "too many") || strstr(why, "too deeply") ||
           str_index(text, '\0') < text.n;
}

static void check_scan(struct str text, const json_t *tree)
{
    struct arena *arena = arena_create(8 << 20);
    const struct json_node *root = NULL;
    struct err err = ERR_NONE;

    if (json_scan(text, arena, &root, &err) == ST_OK) {
        require(tree && root->span > 0);
        check_same(root, tree);
    } else {
        require(err.status == ST_INVALID && err.text[0] && (!tree || may_differ(text, err.text)));
    }
    arena_free(arena);
}

static void check_printed(const json_t *tree)
{
    struct buf text = BUF_INIT(8 << 20);
    json_t *again = NULL;

    json_put(&text, tree);
    require(!text.failed && json_parse_with_nul(buf_str(&text), &again, NULL) == ST_OK);
    require(json_equal(again, tree));
    json_decref(again);
    buf_free(&text);
}

/* `tree` is jansson's, NULL when it refused the text; `ours` what came of json_parse(). */
static void check_tree(struct str text, json_t *tree, enum status st, json_t *ours,
                       const struct err *err)
{
    if (st == ST_OK) {
        require(tree && json_equal(tree, ours));
        check_printed(ours);
    } else {
        require(!ours && st == ST_INVALID && (!tree || may_differ(text, err->text)));
    }
    json_decref(ours);
    json_decref(tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };
    struct err errors[3] = { ERR_NONE, ERR_NONE, ERR_NONE };
    json_t *ours[3] = { NULL, NULL, NULL }, *tree;
    enum status st;

    tree = json_loadb(size ? text.p : "", size, JSON_REJECT_DUPLICATES, NULL);
    check_scan(text, tree);
    st = json_parse(text, true, &ours[0], &errors[0]);
    check_tree(text, tree, st, ours[0], &errors[0]);
    tree = json_loadb(size ? text.p : "", size, 0, NULL);
    st = json_parse(text, false, &ours[1], &errors[1]);
    check_tree(text, tree, st, ours[1], &errors[1]);
    tree = json_loadb(size ? text.p : "", size, JSON_ALLOW_NUL, NULL);
    st = json_parse_with_nul(text, &ours[2], &errors[2]);
    check_tree(text, tree, st, ours[2], &errors[2]);
    return 0;
}
