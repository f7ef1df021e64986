/* SPDX-License-Identifier: Apache-2.0 */
/* cache/embedded/shared_item_view.c -- the item SHARED_CACHE, assembled from rows and taken apart
 * into them.
 *
 * Only entries that differ are written, since the item may hold ten thousand. */
#include "cache/embedded/shared_item_view.h"

#include "cache/layout.h"

enum { NO_LIMIT = 1 << 30 }; /* rows */

static enum status add_entry_row(void *data, struct str id, struct entry_name name, json_t *value,
                                 struct err *err)
{
    json_t *whole = data, *cache = json_object_get(whole, name.cache);

    (void)id;
    if (!json_is_object(cache)) {
        cache = json_object();
        if (json_object_set_new(whole, name.cache, cache) != 0) {
            json_decref(value);
            return err_no_memory(err);
        }
    }
    if (json_object_setn_new(cache, name.key.p, name.key.n, value) != 0)
        return err_no_memory(err);
    return ST_OK;
}

enum status shared_item_view_read(const struct rows_ops *ops, void *tx, json_t **ret,
                                  struct err *err)
{
    json_t *whole = NULL;
    bool own_row = true;
    enum status st = ops->item_read(tx, STR(STORE_SHARED_ID), &whole, err);

    if (st == ST_MISS) {
        own_row = false;
        whole = json_object();
        st = whole ? ST_OK : err_no_memory(err);
    }
    if (st == ST_OK)
        st = ops->entries_after(tx, (struct entry_name){ "", STR_NONE }, NO_LIMIT, add_entry_row,
                                whole, err);
    if (st == ST_OK && !own_row && json_object_size(whole) == 0)
        st = ST_MISS;
    if (st == ST_OK)
        *ret = json_incref(whole);
    json_decref(whole);
    return st;
}

/* The members of a cache that are not entries. NULL: out of memory. */
static json_t *non_entries_of_cache(const char *cache, json_t *members)
{
    json_t *rest = json_object(), *value;
    const char *key;
    size_t n;

    json_object_keylen_foreach (members, key, n, value) {
        if (!layout_entry_valid(cache, (struct str){ key, n }, value) &&
            json_object_setn(rest, key, n, value) != 0)
            goto fail;
    }
    return rest;
fail:
    json_decref(rest);
    return NULL;
}

/* What the row SHARED_CACHE keeps: everything that is not an entry, and empty caches. NULL: out of
 * memory. */
static json_t *non_entries(json_t *whole)
{
    json_t *rest = json_object(), *value;
    const char *name;

    json_object_foreach (whole, name, value) {
        json_t *left =
            json_is_object(value) ? non_entries_of_cache(name, value) : json_incref(value);
        bool stays = json_object_size(left) > 0 || json_object_size(value) == 0;
        if (!left || (stays && json_object_set(rest, name, left) != 0)) {
            json_decref(left);
            json_decref(rest);
            return NULL;
        }
        json_decref(left);
    }
    return rest;
}

/* Write the entries of `now` that are new or differ in `before`; or, with `removing`, remove the
 * entries of `now` that are not in `before`. *ret_count: the number of entries in `now`. */
static enum status write_differences(const struct rows_ops *ops, void *tx, json_t *now,
                                     json_t *before, bool removing, size_t *ret_count,
                                     struct err *err)
{
    json_t *members, *value, *other;
    const char *cache, *key;
    size_t n;
    enum status st;

    json_object_foreach (now, cache, members) {
        json_object_keylen_foreach (members, key, n, value) {
            struct entry_name name = { cache, { key, n } };
            if (!layout_entry_valid(cache, name.key, value))
                continue;
            ++*ret_count;
            other = json_object_getn(json_object_get(before, cache), key, n);
            if (removing ? layout_entry_valid(cache, name.key, other)
                         : json_equal(value, other) != 0)
                continue;
            st = ops->entry_write(tx, name, removing ? NULL : value, err);
            if (st != ST_OK)
                return st;
        }
    }
    return ST_OK;
}

enum status shared_item_view_write(const struct rows_ops *ops, void *tx, json_t *before,
                                   json_t *whole, struct err *err)
{
    size_t entries = 0, removed = 0;
    json_t *rest = non_entries(whole);
    enum status st = rest ? ST_OK : err_no_memory(err);

    if (st == ST_OK)
        st = write_differences(ops, tx, before, whole, true, &removed, err);
    if (st == ST_OK)
        st = write_differences(ops, tx, whole, before, false, &entries, err);
    if (st == ST_OK) {
        bool needed = whole && (json_object_size(rest) > 0 || entries == 0);
        st = ops->item_write(tx, STR(STORE_SHARED_ID), needed ? rest : NULL, err);
    }
    json_decref(rest);
    return st;
}
