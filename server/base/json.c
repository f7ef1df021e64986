/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/json.c -- jansson within our bounds.
 *
 * The parser recurses once per level, so the depth is checked over the raw bytes first. Its own
 * error texts quote the input, which may hold a token or a user id; ours say only what is wrong and
 * where. */
#include "server/base/json.h"

#include <math.h>
#include <string.h>

#include "server/base/visible.h"

/* Whether the nesting is within bounds. Invalid JSON may be miscounted, but the parser refuses it
 * at the same place or earlier, because it reads strings and brackets in the same order. */
static bool depth_fits(struct str s)
{
    int depth = 0;

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '"') {
            for (i++; i < s.n && s.p[i] != '"'; i++)
                if (s.p[i] == '\\')
                    i++;
        } else if (c == '{' || c == '[') {
            if (++depth > JSON_DEPTH_MAX)
                return false;
        } else if (c == '}' || c == ']') {
            depth--;
        }
    }
    return true;
}

static const char *error_text(const json_error_t *error)
{
    switch (json_error_code(error)) {
    case json_error_out_of_memory:
        return "out of memory";
    case json_error_stack_overflow:
        return "nested too deeply";
    case json_error_premature_end_of_input:
        return "ends too early";
    case json_error_end_of_input_expected:
        return "trailing characters";
    case json_error_invalid_utf8:
        return "invalid UTF-8";
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return "NUL in a string";
    case json_error_duplicate_key:
        return "duplicate key";
    case json_error_numeric_overflow:
        return "number out of range";
    case json_error_unknown:
    case json_error_cannot_open_file:
    case json_error_invalid_argument:
    case json_error_invalid_syntax:
    case json_error_invalid_format:
    case json_error_wrong_type:
    case json_error_null_value:
    case json_error_item_not_found:
    case json_error_index_out_of_range:
    default:
        return "malformed";
    }
}

enum status json_parse(struct str s, bool strict, json_t **ret_root, struct err *err)
{
    json_error_t error;
    json_t *root;

    if (s.n == 0)
        return err_set(err, ST_INVALID, "JSON: empty");
    if (!depth_fits(s))
        return err_set(err, ST_INVALID, "JSON: nested deeper than %d", JSON_DEPTH_MAX);
    root = json_loadb(s.p, s.n, strict ? JSON_REJECT_DUPLICATES : 0, &error);
    if (!root)
        return err_set(err, ST_INVALID, "JSON: %s at line %d column %d", error_text(&error),
                       error.line, error.column);
    *ret_root = root;
    return ST_OK;
}

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

static int put_chunk(const char *bytes, size_t size, void *data)
{
    struct buf *b = data;

    buf_put(b, (struct str){ bytes, size });
    return b->failed ? -1 : 0;
}

void json_put(struct buf *b, const json_t *root)
{
    if (json_dump_callback(root, put_chunk, b, JSON_COMPACT | JSON_ENCODE_ANY) != 0)
        b->failed = true;
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
    for (size_t i = 0; i < s.n;) {
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
