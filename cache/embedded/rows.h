/* SPDX-License-Identifier: Apache-2.0 */
/* cache/embedded/rows.h -- the store's calls, worked out for backends that have transactions.
 *
 * Such a backend (memory, sqlite) keeps rows of two kinds: items by id, and shared entries by cache
 * and key, whichever layout is asked for. So one entry is read and written without touching the
 * others, and the layout is only a way of looking at the rows:
 *     layout `item`      the item SHARED_CACHE is put together from its own row and all entries,
 *                        and taken apart again when it is written whole (cache/embedded/shared_item_view.h)
 *     layout `entries`   the entry row of StationCache, KBDU is the item
 *                        SHARED_CACHE#StationCache#KBDU
 * A change of layout therefore changes nothing in the file. */
#ifndef CLIMACAST_CACHE_EMBEDDED_ROWS_H
#define CLIMACAST_CACHE_EMBEDDED_ROWS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "cache/store.h"
#include "server/base/err.h"

enum rows_mode {
    ROWS_ONE,   /* one read */
    ROWS_READ,  /* several reads that see one state */
    ROWS_WRITE, /* reads and writes; no other writer until it ends */
};

/* Called once per row; takes `value` over. */
typedef enum status rows_each_fn(void *data, struct str id, struct entry_name name, json_t *value,
                                 struct err *err);

/* What the backend brings. `tx` is what begin() gave; a transaction belongs to one thread. */
struct rows_ops {
    enum status (*begin)(void *self, enum rows_mode mode, int64_t deadline, void **ret_tx,
                         struct err *err);
    /* Commit when `st` is ST_OK, else take everything back. `st`, or the failure of the commit. */
    enum status (*end)(void *self, void *tx, enum status st, struct err *err);
    /* Whole rows; *ret_value is the caller's own tree. ST_MISS: there is none. */
    enum status (*item_read)(void *tx, struct str id, json_t **ret_value, struct err *err);
    enum status (*entry_read)(void *tx, struct entry_name name, json_t **ret_value,
                              struct err *err);
    /* `value` is borrowed; NULL removes. */
    enum status (*item_write)(void *tx, struct str id, json_t *value, struct err *err);
    enum status (*entry_write)(void *tx, struct entry_name name, json_t *value, struct err *err);
    /* Up to `limit` rows behind `after` (empty: from the start), ascending by bytes. */
    enum status (*items_after)(void *tx, struct str after, size_t limit, rows_each_fn *each,
                               void *data, struct err *err);
    enum status (*entries_after)(void *tx, struct entry_name after, size_t limit,
                                 rows_each_fn *each, void *data, struct err *err);
    /* Remove this entry if it has expired by now. */
    enum status (*entry_expire)(void *tx, struct entry_name name, int64_t now, struct err *err);
    /* Remove a few entries that expired before `now`, or do nothing. */
    enum status (*expire_some)(void *tx, int64_t now, struct err *err);
    enum status (*entries_count)(void *tx, const char *cache, int64_t *ret_count, struct err *err);
};

struct rows {
    const struct rows_ops *ops;
    void *self;
    enum store_layout layout;
};

/* As the store's calls of the same names; `self` begins with a struct rows. They go straight into
 * the backend's struct store_ops. */
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
enum status rows_count_entries(void *self, const char *cache, int64_t deadline, int64_t *ret_count,
                               struct err *err);
/* cache/embedded/rows_batch.c */
enum status rows_get_items(void *self, struct store_item *items, size_t count, int64_t deadline,
                           struct err *err);
enum status rows_put_items(void *self, struct store_item *items, size_t count, int64_t deadline,
                           struct err *err);
enum status rows_add_entries(void *self, struct store_entry *entries, size_t count, bool dry_run,
                             int64_t deadline, struct err *err);

#endif
