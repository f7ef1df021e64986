/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/json.c -- trees of jansson, made by a parser of our own (json_scan.c).
 *
 * jansson's writes past its buffers when memory runs out (2.14: strbuffer_append_bytes() in its
 * lexer is not checked), and its error texts quote the input, which may hold a token or a user
 * id. */
#include "server/base/json.h"

#include <math.h>
#include <string.h>

#include "server/base/json_document.h"
#include "server/base/plain_text.h"
#include "server/base/visible.h"

/* ---- parsing ---- */

static json_t *tree_of(const struct json_node *node);

static json_t *number_of(struct str text)
{
    int64_t integer;
    double real;

    if (str_to_i64(text, &integer))
        return json_integer(integer);
    return str_to_double(text, &real) ? json_real(real) : NULL;
}

static json_t *array_of(const struct json_node *node)
{
    json_t *array = json_array();

    for (const struct json_node *at = json_node_first(node); array && at;
         at = json_node_after(node, at))
        if (json_array_append_new(array, tree_of(at)) != 0) {
            json_decref(array);
            return NULL;
        }
    return array;
}

static json_t *object_of(const struct json_node *node)
{
    json_t *object = json_object();

    for (const struct json_node *at = json_node_first(node); object && at;
         at = json_node_after(node, at + 1))
        if (json_object_setn_new_nocheck(object, at->text, at->length, tree_of(at + 1)) != 0) {
            json_decref(object);
            return NULL;
        }
    return object;
}

/* Recurses once per level. NULL: out of memory. */
static json_t *tree_of(const struct json_node *node)
{
    switch (node->kind) {
    case JSON_KIND_FALSE:
        return json_false();
    case JSON_KIND_TRUE:
        return json_true();
    case JSON_KIND_NUMBER:
        return number_of(json_node_text(node));
    case JSON_KIND_STRING:
        return json_stringn_nocheck(node->text, node->length);
    case JSON_KIND_ARRAY:
        return array_of(node);
    case JSON_KIND_OBJECT:
        return object_of(node);
    case JSON_KIND_NULL:
    default:
        return json_null();
    }
}

static enum status parse_by(struct str s, const struct json_scan_rules *rules, json_t **ret_root,
                            struct err *err)
{
    struct json_document document;
    json_t *root = NULL;
    enum status st = json_document_open(s, rules, &document, err);

    if (st == ST_OK) {
        root = tree_of(document.root);
        st = root ? ST_OK : err_no_memory(err);
    }
    json_document_close(&document);
    if (st == ST_OK)
        *ret_root = root;
    return st;
}

enum status json_parse(struct str s, bool strict, json_t **ret_root, struct err *err)
{
    struct json_scan_rules rules = { .nodes_max = UINT32_MAX, .duplicates = !strict };

    return parse_by(s, &rules, ret_root, err);
}

enum status json_parse_with_nul(struct str s, json_t **ret_root, struct err *err)
{
    static const struct json_scan_rules rules = { .nodes_max = UINT32_MAX,
                                                  .duplicates = true,
                                                  .nul = true };

    return parse_by(s, &rules, ret_root, err);
}

/* jansson's json_copy() leaves out members that it has no memory for (2.14). */
json_t *json_copy_object(json_t *object)
{
    json_t *copy = json_copy(object);

    if (json_object_size(copy) == json_object_size(object))
        return copy;
    json_decref(copy);
    return NULL;
}

/* ---- reading ---- */

static json_t *array_element(const json_t *array, struct str digits)
{
    int64_t index;

    if (!str_to_i64(digits, &index) || index < 0)
        return NULL;
    return json_array_get(array, (size_t)index);
}

json_t *json_at(const json_t *root, const char *path)
{
    /* const only promises that this function does not change the tree. */
    json_t *at = (json_t *)(uintptr_t)root;

    while (at && *path) {
        size_t length = strcspn(path, ".");
        if (json_is_object(at))
            at = json_object_getn(at, path, length);
        else if (json_is_array(at))
            at = array_element(at, (struct str){ path, length });
        else
            return NULL;
        path += length;
        if (*path == '.')
            path++;
    }
    return json_is_null(at) ? NULL : at;
}

struct str json_str(const json_t *root, const char *path)
{
    const json_t *at = json_at(root, path);

    if (!json_is_string(at))
        return STR_NONE;
    return (struct str){ json_string_value(at), json_string_length(at) };
}

bool json_num(const json_t *root, const char *path, double *ret_value)
{
    const json_t *at = json_at(root, path);
    double value;

    if (!json_is_number(at))
        return false;
    value = json_number_value(at);
    if (!isfinite(value))
        return false;
    *ret_value = value;
    return true;
}

bool json_int(const json_t *root, const char *path, int64_t *ret_value)
{
    const double exact = 9007199254740992.0; /* 2^53: doubles hold all integers up to this */
    const json_t *at = json_at(root, path);

    if (json_is_integer(at)) {
        *ret_value = json_integer_value(at);
        return true;
    }
    if (json_is_real(at)) {
        double value = json_real_value(at);
        if (value >= -exact && value <= exact && value == trunc(value)) {
            *ret_value = (int64_t)value;
            return true;
        }
    }
    return false;
}

bool json_bool(const json_t *root, const char *path, bool fallback)
{
    const json_t *at = json_at(root, path);

    return json_is_boolean(at) ? json_is_true(at) : fallback;
}

/* ---- writing ---- */

static int put_chunk(const char *bytes, size_t size, void *data)
{
    struct buf *b = data;

    buf_put(b, (struct str){ bytes, size });
    return b->failed ? -1 : 0;
}

/* jansson does not check every piece that it writes (2.14), but `b` stays failed. */
static void put_tree(struct buf *b, const json_t *root, size_t flags)
{
    if (json_dump_callback(root, put_chunk, b, JSON_COMPACT | JSON_ENCODE_ANY | flags) != 0)
        b->failed = true;
}

void json_put(struct buf *b, const json_t *root)
{
    put_tree(b, root, 0);
}

void json_put_sorted(struct buf *b, const json_t *root)
{
    put_tree(b, root, JSON_SORT_KEYS);
}

static void put_escaped(struct buf *b, uint32_t c)
{
    static const char shorts[0x20] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'
    };

    if (c == '"' || c == '\\')
        buf_put(b, (struct str){ (char[]){ '\\', (char)c }, 2 });
    else if (c < sizeof shorts && shorts[c])
        buf_put(b, (struct str){ (char[]){ '\\', shorts[c] }, 2 });
    else
        buf_printf(b, "\\u%04x", (unsigned)c);
}

static bool needs_escape(uint32_t c, bool visible)
{
    return c < 0x20 || c == '"' || c == '\\' || (visible && c >= 0x7f && !visible_code_point(c));
}

static void put_string(struct buf *b, struct str s, bool visible)
{
    size_t plain = 0; /* start of the run that needs no escaping */

    buf_putc(b, '"');
    for (size_t i = 0; s.n > 0;) {
        i = (size_t)(plain_text_end(s.p + i, s.p + s.n) - s.p);
        if (i == s.n)
            break;
        uint32_t c = (unsigned char)s.p[i];
        size_t step = c < 0x80 ? 1 : visible_decode(str_sub(s, i, s.n), &c);
        if (step > 0 && !needs_escape(c, visible)) {
            i += step;
            continue;
        }
        buf_put(b, str_sub(s, plain, i));
        if (step > 0)
            put_escaped(b, c);
        else
            buf_putz(b, "\xEF\xBF\xBD"); /* U+FFFD */
        i += step > 0 ? step : 1;
        plain = i;
    }
    buf_put(b, str_sub(s, plain, s.n));
    buf_putc(b, '"');
}

void json_put_string(struct buf *b, struct str s)
{
    put_string(b, s, false);
}

void json_put_visible_string(struct buf *b, struct str s)
{
    put_string(b, s, true);
}
