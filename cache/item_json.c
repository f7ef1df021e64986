/* SPDX-License-Identifier: Apache-2.0 */
/* cache/item_json.c -- the JSON of items: limits, versions, changes, text.
 *
 * A version is a digest of the content, not a counter. So it takes no space in the item, which
 * other programs write as well, and an item that was deleted and created again gets its old version
 * back only if its content is the same. */
#include "cache/item_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/digest.h"
#include "server/base/json.h"

enum { VERSION_TEXT_MAX = 64 * 1024 * 1024 }; /* more than any store holds in one item */

static bool is_valid_name(struct str name)
{
    return name.n > 0 && name.n <= STORE_ID_MAX && str_is_utf8(name);
}

static bool is_valid_tree(json_t *value, int nesting)
{
    const char *name;
    size_t n, i;
    json_t *member;

    if (json_is_string(value))
        return str_is_utf8((struct str){ json_string_value(value), json_string_length(value) });
    if (nesting == 0)
        return !json_is_object(value) && !json_is_array(value);
    json_array_foreach (value, i, member) {
        if (!is_valid_tree(member, nesting - 1))
            return false;
    }
    json_object_keylen_foreach (value, name, n, member) {
        if (!is_valid_name((struct str){ name, n }) || !is_valid_tree(member, nesting - 1))
            return false;
    }
    return true;
}

bool item_json_valid(json_t *value)
{
    return value && is_valid_tree(value, STORE_NESTING_MAX);
}

uint64_t item_json_version(const json_t *attributes)
{
    struct buf text = BUF_INIT(VERSION_TEXT_MAX);
    uint8_t digest[SHA256_BYTES];
    bool digested;
    uint64_t version;

    json_put_sorted(&text, attributes);
    digested = !text.failed && digest_sha256(buf_str(&text), digest);
    buf_free(&text);
    if (!digested)
        return UINT64_MAX; /* out of memory: no item has this version, so a write with it fails */
    memcpy(&version, digest, sizeof version);
    return version == 0 || version == UINT64_MAX ? 1 : version;
}

/* The object `parent[name]`, created when there is none. */
static json_t *ensure_object(json_t *parent, const char *name)
{
    json_t *child = json_object_get(parent, name);

    if (json_is_object(child))
        return child;
    child = json_object();
    return json_object_set_new(parent, name, child) == 0 ? child : NULL;
}

static bool set_member(json_t *at, const char *const *path, json_t *value)
{
    json_t *copy;

    for (; path[1]; path++) {
        at = ensure_object(at, path[0]);
        if (!at)
            return false;
    }
    copy = json_deep_copy(value); /* the caller may change its own later */
    return copy && json_object_set_new(at, path[0], copy) == 0;
}

static void remove_member(json_t *at, const char *const *path)
{
    for (; at && path[1]; path++)
        at = json_object_get(at, path[0]);
    if (at)
        (void)json_object_del(at, path[0]);
}

enum status item_json_apply_changes(json_t *attributes, const struct store_change *changes,
                                    size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        if (!changes[i].value)
            remove_member(attributes, changes[i].path);
        else if (!set_member(attributes, changes[i].path, changes[i].value))
            return err_no_memory(err);
    }
    return ST_OK;
}

static void put_real(struct buf *b, double value)
{
    char text[40];

    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    buf_putz(b, text);
    if (!strpbrk(text, ".e"))
        buf_putz(b, ".0"); /* otherwise it would be read as an integer */
}

static void put_container(struct buf *b, json_t *value)
{
    const char *name, *comma = "";
    size_t n, i;
    json_t *member;

    buf_putc(b, json_is_array(value) ? '[' : '{');
    json_array_foreach (value, i, member) {
        buf_putz(b, comma);
        item_json_put(b, member);
        comma = ",";
    }
    json_object_keylen_foreach (value, name, n, member) {
        buf_putz(b, comma);
        json_put_string(b, (struct str){ name, n });
        buf_putc(b, ':');
        item_json_put(b, member);
        comma = ",";
    }
    buf_putc(b, json_is_array(value) ? ']' : '}');
}

void item_json_put(struct buf *b, json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
    case JSON_ARRAY:
        put_container(b, value);
        break;
    case JSON_STRING:
        json_put_string(b, (struct str){ json_string_value(value), json_string_length(value) });
        break;
    case JSON_INTEGER:
        buf_printf(b, "%lld", (long long)json_integer_value(value));
        break;
    case JSON_REAL:
        put_real(b, json_real_value(value));
        break;
    case JSON_TRUE:
        buf_putz(b, "true");
        break;
    case JSON_FALSE:
        buf_putz(b, "false");
        break;
    case JSON_NULL:
        buf_putz(b, "null");
        break;
    }
}

size_t item_json_bytes(json_t *value)
{
    size_t bytes = 48, i, n;
    const char *name;
    json_t *member;

    if (json_is_string(value))
        return bytes + json_string_length(value);
    json_array_foreach (value, i, member) {
        bytes += sizeof member + item_json_bytes(member);
    }
    if (json_is_object(value))
        bytes += 192; /* its hash table */
    json_object_keylen_foreach (value, name, n, member) {
        bytes += 72 + n + item_json_bytes(member);
    }
    return bytes;
}

static void free_tree(void *data)
{
    json_decref(data);
}

struct object *item_json_share(json_t *value)
{
    return object_create(value, value ? item_json_bytes(value) : 0, free_tree);
}
