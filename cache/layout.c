/* SPDX-License-Identifier: Apache-2.0 */
/* cache/layout.c -- names of items and entries, and what backends do with trees.
 *
 * A version is a digest of the content and not a counter: so it needs no place in the item, which
 * other programs write too, and an item that was removed and made again is not mistaken for its
 * ancestor unless it is equal. */
#include "cache/layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/digest.h"
#include "server/base/json.h"

/* ---- names ---- */

bool layout_cache_valid(struct str cache)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

    if (cache.n == 0 || cache.n > STORE_CACHE_MAX)
        return false;
    for (size_t i = 0; i < cache.n; i++)
        if (!memchr(allowed, cache.p[i], sizeof allowed - 1))
            return false;
    return true;
}

bool layout_key_valid(struct str key)
{
    return key.n > 0 && key.n <= STORE_KEY_MAX && str_is_utf8(key);
}

struct str layout_entry_id(struct entry_name name, char out[LAYOUT_ENTRY_ID_MAX + 1])
{
    int n = snprintf(out, LAYOUT_ENTRY_ID_MAX + 1, "%s#%s#%.*s", STORE_SHARED_ID, name.cache,
                     STR_ARG(name.key));

    return (struct str){ out, (size_t)n };
}

bool layout_entry_id_parse(struct str id, char cache[STORE_CACHE_MAX + 1],
                           struct entry_name *ret_name)
{
    struct str rest = id, word;

    if (!str_starts(id, STR(STORE_SHARED_ID "#")))
        return false;
    rest = str_sub(id, sizeof STORE_SHARED_ID, id.n);
    if (!str_split(&rest, '#', &word) || !layout_cache_valid(word) || !layout_key_valid(rest))
        return false;
    memcpy(cache, word.p, word.n);
    cache[word.n] = '\0';
    *ret_name = (struct entry_name){ cache, rest };
    return true;
}

/* ---- entries ---- */

json_t *layout_entry_encode(json_t *entry, int64_t ttl)
{
    json_t *stored = json_copy(entry);

    if (!stored)
        return NULL;
    (void)json_object_del(stored, "ttl");
    if (ttl > 0 && json_object_set_new(stored, "ttl", json_integer(ttl)) != 0) {
        json_decref(stored);
        return NULL;
    }
    return stored;
}

json_t *layout_entry_decode(json_t *stored, int64_t *ret_ttl)
{
    int64_t ttl = layout_ttl(stored);
    json_t *entry;

    if (!json_object_get(stored, "ttl"))
        entry = json_incref(stored);
    else
        entry = json_copy(stored);
    if (!entry)
        return NULL;
    if (entry != stored)
        (void)json_object_del(entry, "ttl");
    *ret_ttl = ttl;
    return entry;
}

int64_t layout_ttl(const json_t *stored)
{
    const json_t *ttl = json_object_get(stored, "ttl");
    double value;

    if (json_is_integer(ttl))
        return json_integer_value(ttl) > 0 ? json_integer_value(ttl) : 0;
    value = json_number_value(ttl); /* 0 for what is no number */
    return value >= 1 && value < 9e15 ? (int64_t)value : 0;
}

bool layout_expired(int64_t ttl, int64_t now)
{
    return ttl > 0 && ttl <= now;
}

bool layout_outlives(const json_t *there, const json_t *stored)
{
    int64_t a = layout_ttl(there), b = layout_ttl(stored);

    return json_is_object(there) && (a == 0 || (b != 0 && a >= b));
}

bool layout_keeps(const json_t *there, const struct store_entry *entry, int64_t now)
{
    if (entry->if_absent)
        return json_is_object(there) && !layout_expired(layout_ttl(there), now);
    return layout_outlives(there, entry->stored);
}

/* ---- shared entries in items ---- */

bool layout_is_shared(struct str id)
{
    char cache[STORE_CACHE_MAX + 1];
    struct entry_name name;

    return str_eqz(id, STORE_SHARED_ID) || layout_entry_id_parse(id, cache, &name);
}

/* The members of attributes[cache]. */
static enum status each_of_cache(const char *cache, json_t *members, layout_member_fn *each,
                                 void *data, struct err *err)
{
    bool cache_valid = layout_cache_valid(str_of(cache));
    struct layout_member m = { .cache = cache, .value = members };
    const char *key;
    size_t n;
    enum status st = ST_OK;

    if (json_object_size(members) == 0) /* 0 also for what is not an object */
        return each(data, &m, err);
    json_object_keylen_foreach (members, key, n, m.value) {
        m.key = (struct str){ key, n };
        m.is_entry = cache_valid && layout_key_valid(m.key) && json_is_object(m.value);
        st = each(data, &m, err);
        if (st != ST_OK)
            break;
    }
    return st;
}

enum status layout_each_member(struct str id, json_t *attributes, layout_member_fn *each,
                               void *data, struct err *err)
{
    char cache_name[STORE_CACHE_MAX + 1], key[STORE_KEY_MAX + 1];
    struct entry_name name;
    const char *cache;
    json_t *members;
    enum status st = ST_OK;

    if (layout_entry_id_parse(id, cache_name, &name)) {
        struct layout_member m = { name.cache, { key, name.key.n }, attributes, true };
        memcpy(key, name.key.p, name.key.n);
        key[name.key.n] = '\0';
        return each(data, &m, err);
    }
    if (!str_eqz(id, STORE_SHARED_ID))
        return ST_OK;
    json_object_foreach (attributes, cache, members) {
        st = each_of_cache(cache, members, each, data, err);
        if (st != ST_OK)
            break;
    }
    return st;
}

/* ---- values ---- */

static bool name_sound(struct str name)
{
    return name.n > 0 && name.n <= STORE_ID_MAX && str_is_utf8(name);
}

static bool sound(json_t *value, int nesting)
{
    const char *name;
    size_t n, i;
    json_t *member;

    if (json_is_string(value))
        return str_is_utf8((struct str){ json_string_value(value), json_string_length(value) });
    if (nesting == 0)
        return !json_is_object(value) && !json_is_array(value);
    json_array_foreach (value, i, member) {
        if (!sound(member, nesting - 1))
            return false;
    }
    json_object_keylen_foreach (value, name, n, member) {
        if (!name_sound((struct str){ name, n }) || !sound(member, nesting - 1))
            return false;
    }
    return true;
}

bool layout_value_valid(json_t *value)
{
    return value && sound(value, STORE_NESTING_MAX);
}

uint64_t layout_version(const json_t *attributes)
{
    char *text = json_dumps(attributes, JSON_COMPACT | JSON_SORT_KEYS);
    uint8_t digest[SHA256_BYTES];
    uint64_t version;

    if (!text)
        return UINT64_MAX; /* no memory: a version that no item has, so a write with it fails */
    digest_sha256(str_of(text), digest);
    free(text);
    memcpy(&version, digest, sizeof version);
    return version == 0 || version == UINT64_MAX ? 1 : version;
}

/* The object under `name`, made when it is missing or something else. */
static json_t *object_within(json_t *parent, const char *name)
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
        at = object_within(at, path[0]);
        if (!at)
            return false;
    }
    copy = json_deep_copy(value); /* the caller may change his own later */
    return copy && json_object_set_new(at, path[0], copy) == 0;
}

static void remove_member(json_t *at, const char *const *path)
{
    for (; at && path[1]; path++)
        at = json_object_get(at, path[0]);
    if (at)
        (void)json_object_del(at, path[0]);
}

enum status layout_apply_changes(json_t *attributes, const struct store_change *changes,
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
        buf_putz(b, ".0"); /* without it, it would come back as an integer */
}

static void put_container(struct buf *b, json_t *value)
{
    const char *name, *comma = "";
    size_t n, i;
    json_t *member;

    buf_putc(b, json_is_array(value) ? '[' : '{');
    json_array_foreach (value, i, member) {
        buf_putz(b, comma);
        layout_put_json(b, member);
        comma = ",";
    }
    json_object_keylen_foreach (value, name, n, member) {
        buf_putz(b, comma);
        json_put_string(b, (struct str){ name, n });
        buf_putc(b, ':');
        layout_put_json(b, member);
        comma = ",";
    }
    buf_putc(b, json_is_array(value) ? ']' : '}');
}

void layout_put_json(struct buf *b, json_t *value)
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
