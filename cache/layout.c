/* SPDX-License-Identifier: Apache-2.0 */
/* cache/layout.c -- where shared entries are stored: in one item, or each in an item of its own. */
#include "cache/layout.h"

#include <stdio.h>
#include <string.h>

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

bool layout_entry_valid(const char *cache, struct str key, const json_t *value)
{
    return layout_cache_valid(str_of(cache)) && layout_key_valid(key) && json_is_object(value);
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
    json_t *stored = json_copy_object(entry);

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
        entry = json_copy_object(stored);
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
    value = json_number_value(ttl); /* 0 if it is not a number */
    return value >= 1 && value < 9e15 ? (int64_t)value : 0;
}

bool layout_expired(int64_t ttl, int64_t now)
{
    return ttl > 0 && ttl <= now;
}

bool layout_outlives(const json_t *existing, const json_t *stored)
{
    int64_t a = layout_ttl(existing), b = layout_ttl(stored);

    return json_is_object(existing) && (a == 0 || (b != 0 && a >= b));
}

bool layout_keeps(const json_t *existing, const struct store_entry *entry, int64_t now)
{
    if (entry->if_absent)
        return json_is_object(existing) && !layout_expired(layout_ttl(existing), now);
    return layout_outlives(existing, entry->stored);
}

/* ---- shared entries in items ---- */

bool layout_is_shared(struct str id)
{
    char cache[STORE_CACHE_MAX + 1];
    struct entry_name name;

    return str_eqz(id, STORE_SHARED_ID) || layout_entry_id_parse(id, cache, &name);
}

bool layout_is_transient(struct str id)
{
    return str_eqz(id, LAYOUT_LEASE_ID);
}

bool layout_is_internal(struct str id)
{
    return str_eqz(id, STORE_TOKENS_ID) || str_eqz(id, LAYOUT_LEASE_ID) ||
           (str_starts(id, STR(STORE_SHARED_ID)) && !layout_is_shared(id));
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

    if (json_object_size(members) == 0) /* 0 also if it is not an object */
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
