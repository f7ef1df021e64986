/* SPDX-License-Identifier: Apache-2.0 */
/* cache/embedded/rows.c -- the store functions, implemented with rows and transactions.
 *
 * Every change reads, modifies and writes inside one write transaction, and the backend admits one
 * writer at a time; that is why two writers of different members both succeed. (SQLite's json_set
 * could do it in one statement, but its paths cannot name a member that contains a quote.) */
#include "cache/embedded/rows.h"

#include <stdlib.h>
#include <string.h>

#include "cache/embedded/shared_item_view.h"
#include "cache/item_json.h"
#include "cache/layout.h"

/* ---- targets ---- */

void rows_target_init(struct rows_target *t, const struct rows *r, struct str id)
{
    t->kind = ROWS_TARGET_ITEM;
    t->id = id;
    if (r->layout == STORE_LAYOUT_ITEM && str_eqz(id, STORE_SHARED_ID))
        t->kind = ROWS_TARGET_SHARED_ITEM;
    else if (r->layout == STORE_LAYOUT_ENTRIES && layout_entry_id_parse(id, t->cache, &t->name))
        t->kind = ROWS_TARGET_ENTRY;
}

enum status rows_target_read(const struct rows *r, void *tx, const struct rows_target *t,
                             json_t **ret, struct err *err)
{
    switch (t->kind) {
    case ROWS_TARGET_SHARED_ITEM:
        return shared_item_view_read(r->ops, tx, ret, err);
    case ROWS_TARGET_ENTRY:
        return r->ops->entry_read(tx, t->name, ret, err);
    case ROWS_TARGET_ITEM:
    default:
        return r->ops->item_read(tx, t->id, ret, err);
    }
}

enum status rows_target_write(const struct rows *r, void *tx, const struct rows_target *t,
                              json_t *before, json_t *now, struct err *err)
{
    switch (t->kind) {
    case ROWS_TARGET_SHARED_ITEM:
        return shared_item_view_write(r->ops, tx, before, now, err);
    case ROWS_TARGET_ENTRY:
        return r->ops->entry_write(tx, t->name, now, err);
    case ROWS_TARGET_ITEM:
    default:
        return r->ops->item_write(tx, t->id, now, err);
    }
}

/* ---- items ---- */

enum status rows_get(void *self, struct str id, int64_t deadline, json_t **ret,
                     uint64_t *ret_version, struct err *err)
{
    const struct rows *r = self;
    json_t *attributes = NULL;
    struct rows_target t;
    void *tx;
    enum status st;

    rows_target_init(&t, r, id);
    st = r->ops->begin(r->self, t.kind == ROWS_TARGET_SHARED_ITEM ? ROWS_READ : ROWS_READ_ONE,
                       deadline, &tx, err);
    if (st != ST_OK)
        return st;
    st = r->ops->end(r->self, tx, rows_target_read(r, tx, &t, &attributes, err), err);
    if (st == ST_OK) {
        if (ret_version)
            *ret_version = item_json_version(attributes);
        *ret = json_incref(attributes);
    }
    json_decref(attributes);
    return st;
}

enum status rows_put(void *self, struct str id, json_t *attributes, uint64_t version,
                     int64_t deadline, struct err *err)
{
    const struct rows *r = self;
    json_t *before = NULL;
    struct rows_target t;
    void *tx;
    enum status st;

    rows_target_init(&t, r, id);
    st = r->ops->begin(r->self, ROWS_WRITE, deadline, &tx, err);
    if (st != ST_OK)
        return st;
    st = rows_target_read(r, tx, &t, &before, err);
    if (st == ST_OK || st == ST_MISS) {
        uint64_t current = st == ST_OK ? item_json_version(before) : 0;
        if (current == version)
            st = rows_target_write(r, tx, &t, before, attributes, err);
        else
            st = err_set(err, ST_CONFLICT, "another writer changed the item");
    }
    st = r->ops->end(r->self, tx, st, err);
    json_decref(before);
    return st;
}

static enum status update_in_transaction(const struct rows *r, void *tx,
                                         const struct rows_target *t,
                                         const struct store_change *changes, size_t count,
                                         struct err *err)
{
    json_t *before = NULL, *now = NULL;
    enum status st = rows_target_read(r, tx, t, &before, err);

    if (st == ST_OK)
        now = json_deep_copy(before);
    else if (st == ST_MISS)
        now = json_object();
    else
        goto out;
    st = now ? item_json_apply_changes(now, changes, count, err) : err_no_memory(err);
    /* Removing a member of a missing item does not create the item. */
    if (st == ST_OK && (before || json_object_size(now) > 0))
        st = rows_target_write(r, tx, t, before, now, err);
out:
    json_decref(before);
    json_decref(now);
    return st;
}

enum status rows_update(void *self, struct str id, const struct store_change *changes, size_t count,
                        int64_t deadline, struct err *err)
{
    const struct rows *r = self;
    struct rows_target t;
    void *tx;
    enum status st;

    rows_target_init(&t, r, id);
    st = r->ops->begin(r->self, ROWS_WRITE, deadline, &tx, err);
    if (st != ST_OK)
        return st;
    return r->ops->end(r->self, tx, update_in_transaction(r, tx, &t, changes, count, err), err);
}

enum status rows_delete(void *self, struct str id, int64_t deadline, struct err *err)
{
    const struct rows *r = self;
    json_t *before = NULL;
    struct rows_target t;
    void *tx;
    enum status st;

    rows_target_init(&t, r, id);
    st = r->ops->begin(r->self, ROWS_WRITE, deadline, &tx, err);
    if (st != ST_OK)
        return st;
    st =
        t.kind == ROWS_TARGET_SHARED_ITEM ? shared_item_view_read(r->ops, tx, &before, err) : ST_OK;
    if (st == ST_OK)
        st = rows_target_write(r, tx, &t, before, NULL, err);
    else if (st == ST_MISS)
        st = ST_OK;
    st = r->ops->end(r->self, tx, st, err);
    json_decref(before);
    return st;
}

/* ---- entries ---- */

/* Remove the entry unless it has been renewed. A failure is ignored: the next reader tries
 * again. */
static enum status remove_expired(const struct rows *r, struct entry_name name, int64_t now,
                                  int64_t deadline)
{
    void *tx;
    enum status st = r->ops->begin(r->self, ROWS_WRITE, deadline, &tx, NULL);

    if (st == ST_OK)
        (void)r->ops->end(r->self, tx, r->ops->entry_expire(tx, name, now, NULL), NULL);
    return st == ST_WOULD_WAIT ? ST_WOULD_WAIT : ST_MISS;
}

enum status rows_get_entry(void *self, struct entry_name name, int64_t now, int64_t deadline,
                           json_t **ret_entry, int64_t *ret_ttl, struct err *err)
{
    const struct rows *r = self;
    json_t *stored = NULL;
    void *tx;
    enum status st = r->ops->begin(r->self, ROWS_READ_ONE, deadline, &tx, err);

    if (st != ST_OK)
        return st;
    st = r->ops->end(r->self, tx, r->ops->entry_read(tx, name, &stored, err), err);
    if (st == ST_OK && layout_expired(layout_ttl(stored), now)) {
        st = remove_expired(r, name, now, deadline);
    } else if (st == ST_OK) {
        json_t *bare = layout_entry_decode(stored, ret_ttl);
        if (bare)
            *ret_entry = bare;
        else
            st = err_no_memory(err);
    }
    json_decref(stored);
    return st;
}

enum status rows_count_entries(void *self, const char *cache, int64_t deadline, int64_t *ret_count,
                               struct err *err)
{
    const struct rows *r = self;
    int64_t count = 0;
    void *tx;
    enum status st = r->ops->begin(r->self, ROWS_READ_ONE, deadline, &tx, err);

    if (st != ST_OK)
        return st;
    st = r->ops->end(r->self, tx, r->ops->entries_count(tx, cache, &count, err), err);
    if (st == ST_OK)
        *ret_count = count;
    return st;
}
