/* SPDX-License-Identifier: Apache-2.0 */
/* cache/embedded/rows.h -- the store functions for backends that have transactions.
 *
 * Such a backend (memory, SQLite) keeps two kinds of rows: items by id, and shared entries by cache
 * and key. So an entry is read and written without touching the others, and the layout is only a
 * view of the rows:
 *     layout `item`      the item SHARED_CACHE is assembled from its own row and all entries, and
 *                        taken apart again when it is written (shared_item_view.h)
 *     layout `entries`   the item SHARED_CACHE#StationCache#KBDU is the entry row of StationCache,
 *                        KBDU
 * Changing the layout changes nothing in the file. */
#ifndef CLIMACAST_CACHE_EMBEDDED_ROWS_H
#define CLIMACAST_CACHE_EMBEDDED_ROWS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "cache/store.h"
#include "server/base/err.h"

enum rows_mode {
    ROWS_READ_ONE, /* a single read */
    ROWS_READ,     /* several reads of one snapshot */
    ROWS_WRITE,    /* reads and writes; excludes other writers */
};

/* Called once per row; takes over `value`. */
typedef enum status rows_each_fn(void *data, struct str id, struct entry_name name, json_t *value,
                                 struct err *err);

/* What the backend implements. `tx` is what begin() returned; only one thread uses a
 * transaction. */
struct rows_ops {
    enum status (*begin)(void *self, enum rows_mode mode, int64_t deadline, void **ret_tx,
                         struct err *err);
    /* Commit if `st` is ST_OK, else roll back. Returns `st`, or the failure of the commit. */
    enum status (*end)(void *self, void *tx, enum status st, struct err *err);
    /* *ret_value is a tree that the caller owns alone. ST_MISS: there is no such row. */
    enum status (*item_read)(void *tx, struct str id, json_t **ret_value, struct err *err);
    enum status (*entry_read)(void *tx, struct entry_name name, json_t **ret_value,
                              struct err *err);
    /* `value` is borrowed; NULL removes the row. */
    enum status (*item_write)(void *tx, struct str id, json_t *value, struct err *err);
    enum status (*entry_write)(void *tx, struct entry_name name, json_t *value, struct err *err);
    /* Up to `limit` rows after `after` (empty: from the start), in ascending byte order. */
    enum status (*items_after)(void *tx, struct str after, size_t limit, rows_each_fn *each,
                               void *data, struct err *err);
    enum status (*entries_after)(void *tx, struct entry_name after, size_t limit,
                                 rows_each_fn *each, void *data, struct err *err);
    /* Remove this entry if it has expired. */
    enum status (*entry_expire)(void *tx, struct entry_name name, int64_t now, struct err *err);
    /* Remove some entries that expired before `now`, or do nothing. */
    enum status (*expire_some)(void *tx, int64_t now, struct err *err);
    enum status (*entries_count)(void *tx, const char *cache, int64_t *ret_count, struct err *err);
};

struct rows {
    const struct rows_ops *ops;
    void *self;
    enum store_layout layout;
};

/* ---- for struct store_ops ---- */

/* Like the store functions of the same names; `self` begins with a struct rows. */
enum status rows_get(void *self, struct str id, int64_t deadline, json_t **ret,
                     uint64_t *ret_version, struct err *err);
enum status rows_put(void *self, struct str id, json_t *attributes, uint64_t version,
                     int64_t deadline, struct err *err);
enum status rows_update(void *self, struct str id, const struct store_change *changes, size_t count,
                        int64_t deadline, struct err *err);
enum status rows_delete(void *self, struct str id, int64_t deadline, struct err *err);
enum status rows_scan(void *self, size_t limit, char **cursor, store_each_fn *each, void *data,
                      int64_t deadline, struct err *err);
enum status rows_get_entry(void *self, struct entry_name name, int64_t now, int64_t deadline,
                           json_t **ret_entry, int64_t *ret_ttl, struct err *err);
enum status rows_put_entry(void *self, struct entry_name name, json_t *entry, int64_t ttl,
                           int64_t deadline, struct err *err);
enum status rows_remove_entry(void *self, struct entry_name name, int64_t deadline,
                              struct err *err);
enum status rows_write_entries(void *self, const struct store_write *writes, size_t count,
                               int64_t deadline, struct err *err);
enum status rows_count_entries(void *self, const char *cache, int64_t deadline, int64_t *ret_count,
                               struct err *err);
enum status rows_get_items(void *self, struct store_item *items, size_t count, int64_t deadline,
                           struct err *err);
enum status rows_put_items(void *self, struct store_item *items, size_t count, int64_t deadline,
                           struct err *err);
enum status rows_add_entries(void *self, struct store_entry *entries, size_t count, bool dry_run,
                             int64_t deadline, struct err *err);

/* All of them but rows_delete(), in the initializer of a struct store_ops. */
#define ROWS_STORE_OPS                                                                           \
    .get = rows_get, .put = rows_put, .update = rows_update, .scan = rows_scan,                  \
    .get_entry = rows_get_entry, .put_entry = rows_put_entry, .remove_entry = rows_remove_entry, \
    .write_entries = rows_write_entries, .count_entries = rows_count_entries,                    \
    .get_items = rows_get_items, .put_items = rows_put_items, .add_entries = rows_add_entries

/* ---- for cache/embedded/rows*.c ---- */

/* What an id stands for. */
enum rows_target_kind {
    ROWS_TARGET_ITEM,
    ROWS_TARGET_ENTRY,       /* an item of its own in layout `entries` */
    ROWS_TARGET_SHARED_ITEM, /* SHARED_CACHE in layout `item` */
};
struct rows_target {
    enum rows_target_kind kind;
    struct str id;
    struct entry_name name; /* of an entry */
    char cache[STORE_CACHE_MAX + 1];
};
void rows_target_init(struct rows_target *t, const struct rows *r, struct str id);
/* ST_MISS: there is nothing. */
enum status rows_target_read(const struct rows *r, void *tx, const struct rows_target *t,
                             json_t **ret, struct err *err);
/* `before` is what rows_target_read() returned, NULL for ST_MISS; `now` NULL removes. */
enum status rows_target_write(const struct rows *r, void *tx, const struct rows_target *t,
                              json_t *before, json_t *now, struct err *err);

#endif
