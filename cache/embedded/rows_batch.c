/* SPDX-License-Identifier: Apache-2.0 */
/* cache/embedded/rows_batch.c -- many items or entries in one transaction, which waits for the disk
 * once; a single entry is written like many. */
#include "cache/embedded/rows.h"
#include "cache/item_json.h"
#include "cache/layout.h"
#include "server/base/clock.h"

enum {
    EXPIRED_GRACE_S = 86400, /* expired entries are cleaned up so much later: clocks may be off */
    WRITES_PER_CLEANUP = 16, /* expire_some() removes as many */
};

static enum status get_item(const struct rows *r, void *tx, struct store_item *item,
                            struct err *err)
{
    struct rows_target t;
    enum status st;

    rows_target_init(&t, r, item->id);
    st = rows_target_read(r, tx, &t, &item->attributes, err);
    if (st == ST_OK)
        item->version = item_json_version(item->attributes);
    return st == ST_MISS ? ST_OK : st;
}

enum status rows_get_items(void *self, struct store_item *items, size_t count, int64_t deadline,
                           struct err *err)
{
    const struct rows *r = self;
    void *tx;
    enum status st = r->ops->begin(r->self, ROWS_READ, deadline, &tx, err);

    if (st != ST_OK)
        return st;
    for (size_t i = 0; i < count && st == ST_OK; i++)
        st = get_item(r, tx, &items[i], err);
    return r->ops->end(r->self, tx, st, err);
}

static enum status put_item(const struct rows *r, void *tx, struct store_item *item,
                            struct err *err)
{
    json_t *before = NULL;
    struct rows_target t;
    enum status st;

    rows_target_init(&t, r, item->id);
    st = rows_target_read(r, tx, &t, &before, err);
    if (st == ST_OK || st == ST_MISS) {
        item->done = item->version == (st == ST_OK ? item_json_version(before) : 0);
        st = item->done ? rows_target_write(r, tx, &t, before, item->attributes, err) : ST_OK;
    }
    json_decref(before);
    return st;
}

enum status rows_put_items(void *self, struct store_item *items, size_t count, int64_t deadline,
                           struct err *err)
{
    const struct rows *r = self;
    void *tx;
    enum status st = r->ops->begin(r->self, ROWS_WRITE, deadline, &tx, err);

    if (st != ST_OK)
        return st;
    for (size_t i = 0; i < count && st == ST_OK; i++)
        st = put_item(r, tx, &items[i], err);
    return r->ops->end(r->self, tx, st, err);
}

/* Remove old_key unless it has been renewed. */
static enum status remove_old_entry(const struct rows *r, void *tx, struct store_entry *e,
                                    bool dry_run, struct err *err)
{
    struct entry_name name = { e->name.cache, e->old_key };
    json_t *existing = NULL;
    enum status st = r->ops->entry_read(tx, name, &existing, err);

    if (st == ST_OK || st == ST_MISS) {
        e->done = !existing || layout_outlives(e->stored, existing);
        st = existing && e->done && !dry_run ? r->ops->entry_write(tx, name, NULL, err) : ST_OK;
    }
    json_decref(existing);
    return st;
}

static enum status add_entry(const struct rows *r, void *tx, struct store_entry *e, bool dry_run,
                             struct err *err)
{
    json_t *existing = NULL;
    enum status st;

    if (e->name.key.n == 0)
        return remove_old_entry(r, tx, e, dry_run, err);
    st = r->ops->entry_read(tx, e->name, &existing, err);
    if (st == ST_OK || st == ST_MISS) {
        e->done = !layout_keeps(existing, e, clock_wall_s());
        st = e->done && !dry_run ? r->ops->entry_write(tx, e->name, e->stored, err) : ST_OK;
    }
    if (st == ST_OK && !dry_run && e->old_key.n > 0)
        st = r->ops->entry_write(tx, (struct entry_name){ e->name.cache, e->old_key }, NULL, err);
    json_decref(existing);
    return st;
}

enum status rows_add_entries(void *self, struct store_entry *entries, size_t count, bool dry_run,
                             int64_t deadline, struct err *err)
{
    const struct rows *r = self;
    void *tx;
    enum status st = r->ops->begin(r->self, dry_run ? ROWS_READ : ROWS_WRITE, deadline, &tx, err);

    if (st != ST_OK)
        return st;
    for (size_t i = 0; i < count && st == ST_OK; i++)
        st = add_entry(r, tx, &entries[i], dry_run, err);
    return r->ops->end(r->self, tx, st, err);
}

static enum status write_entry(const struct rows *r, void *tx, const struct store_write *write,
                               struct err *err)
{
    json_t *stored;
    enum status st;

    if (!write->entry)
        return r->ops->entry_write(tx, write->name, NULL, err);
    stored = layout_entry_encode(write->entry, write->ttl);
    st = stored ? r->ops->entry_write(tx, write->name, stored, err) : err_no_memory(err);
    json_decref(stored);
    return st;
}

enum status rows_write_entries(void *self, const struct store_write *writes, size_t count,
                               int64_t deadline, struct err *err)
{
    const struct rows *r = self;
    void *tx;
    enum status st = r->ops->begin(r->self, ROWS_WRITE, deadline, &tx, err);

    if (st != ST_OK)
        return st;
    for (size_t i = 0; i < count && st == ST_OK; i++) {
        st = write_entry(r, tx, &writes[i], err);
        if (st == ST_OK && i % WRITES_PER_CLEANUP == 0) /* those that nobody reads any more, too */
            st = r->ops->expire_some(tx, clock_wall_s() - EXPIRED_GRACE_S, err);
    }
    return r->ops->end(r->self, tx, st, err);
}

enum status rows_put_entry(void *self, struct entry_name name, json_t *entry, int64_t ttl,
                           int64_t deadline, struct err *err)
{
    const struct store_write write = { .name = name, .entry = entry, .ttl = ttl };

    return rows_write_entries(self, &write, 1, deadline, err);
}

enum status rows_remove_entry(void *self, struct entry_name name, int64_t deadline, struct err *err)
{
    const struct store_write write = { .name = name };

    return rows_write_entries(self, &write, 1, deadline, err);
}
