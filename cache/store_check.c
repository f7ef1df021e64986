/* SPDX-License-Identifier: Apache-2.0 */
/* cache/store_check.c -- what a store accepts, whatever its backend. */
#include "cache/store_check.h"

#include "cache/item_json.h"
#include "cache/layout.h"

enum status store_check_id(struct str id, struct err *err)
{
    if (id.n == 0 || id.n > STORE_ID_MAX || !str_is_utf8(id))
        return err_set(err, ST_INVALID, "an item id must be 1 to %d bytes of UTF-8", STORE_ID_MAX);
    return ST_OK;
}

enum status store_check_cache(const char *cache, struct err *err)
{
    if (!layout_cache_valid(str_of(cache)))
        return err_set(err, ST_INVALID,
                       "a cache name must be 1 to %d letters, digits or underscores",
                       STORE_CACHE_MAX);
    return ST_OK;
}

enum status store_check_name(struct entry_name name, struct err *err)
{
    enum status st = store_check_cache(name.cache, err);

    if (st != ST_OK)
        return st;
    if (!layout_key_valid(name.key))
        return err_set(err, ST_INVALID, "%s: a key must be 1 to %d bytes of UTF-8", name.cache,
                       STORE_KEY_MAX);
    return ST_OK;
}

enum status store_check_object(json_t *object, const char *what, struct err *err)
{
    if (!json_is_object(object))
        return err_set(err, ST_INVALID, "%s must be an object", what);
    if (!item_json_valid(object))
        return err_set(err, ST_INVALID, "%s: nested too deeply, or invalid text", what);
    return ST_OK;
}

enum status store_check_entry(struct entry_name name, json_t *entry, int64_t ttl, struct err *err)
{
    enum status st = store_check_name(name, err);

    if (st == ST_OK)
        st = store_check_object(entry, name.cache, err);
    if (st == ST_OK && ttl < 0)
        st = err_set(err, ST_INVALID, "%s: a ttl must be 0 or more", name.cache);
    return st;
}

enum status store_check_change(const struct store_change *change, struct err *err)
{
    size_t depth = 0;

    for (; change->path[depth]; depth++) {
        struct str name = str_of(change->path[depth]);
        if (depth == STORE_PATH_MAX || name.n == 0 || name.n > STORE_ID_MAX || !str_is_utf8(name))
            return err_set(err, ST_INVALID,
                           "a path must be 1 to %d names of 1 to %d bytes of UTF-8", STORE_PATH_MAX,
                           STORE_ID_MAX);
    }
    if (depth == 0)
        return err_set(err, ST_INVALID, "a path must not be empty");
    if (change->value && !item_json_valid(change->value))
        return err_set(err, ST_INVALID, "%s: nested too deeply, or invalid text",
                       change->path[depth - 1]);
    return ST_OK;
}
