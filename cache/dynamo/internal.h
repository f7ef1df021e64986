/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/internal.h -- the DynamoDB store and its parts, for the files of this folder only.
 *
 * The table holds:
 *     id                          attributes                        layout
 *     any other                   attributes M                      both: what all programs see
 *     SHARED_CACHE                attributes M, climacast_usage M   `item`: all shared entries
 *     SHARED_CACHE#Cache#key      attributes M, ttl N               `entries`: one shared entry
 *     SHARED_CACHE_COUNT#Cache    d<day> N, w<writer> N             `entries`: the entry counter
 *                                                                   (entry_counter.h), never listed
 * climacast_usage is {"bytes", "writes", "count": {"StationCache": N, ...}}. It is written in the
 * same request as every entry. When another program has written the whole item without it, it is
 * recounted. All other attributes of an item are left alone. */
#ifndef CLIMACAST_CACHE_DYNAMO_INTERNAL_H
#define CLIMACAST_CACHE_DYNAMO_INTERNAL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "cache/dynamo/client.h"
#include "cache/dynamo/entry_counter.h"
#include "cache/store.h"
#include "server/base/backoff.h"
#include "server/base/metrics.h"

#define DYNAMO_ATTRIBUTES "attributes"
#define DYNAMO_USAGE "climacast_usage"
#define DYNAMO_TTL "ttl"

struct dynamo_store {
    struct dynamo_client *client;
    struct entry_counter *counter; /* layout `entries` */
    enum store_layout layout;
    int64_t item_max;                         /* bytes of SHARED_CACHE, layout `item` */
    struct metric *expired, *evicted, *bytes; /* of SHARED_CACHE */
};

/* Between attempts to change an item that other writers change at the same time. */
#define DYNAMO_CONFLICT_BACKOFF                         \
    {                                                   \
        .first_ms = 2, .max_ms = 250, .waits_max = 200, \
    }
/* The error once that backoff is used up, or the deadline leaves no time for it. */
enum status dynamo_items_contended(int64_t deadline, struct err *err);

/* ---- the store's operations, as in struct store_ops; `self` is a struct dynamo_store ---- */

/* items.c */
enum status dynamo_items_get(void *self, struct str id, int64_t deadline, json_t **ret,
                             uint64_t *ret_version, struct err *err);
enum status dynamo_items_put(void *self, struct str id, json_t *attributes, uint64_t version,
                             int64_t deadline, struct err *err);
enum status dynamo_items_update(void *self, struct str id, const struct store_change *changes,
                                size_t count, int64_t deadline, struct err *err);
enum status dynamo_items_remove(void *self, struct str id, int64_t deadline, struct err *err);

/* raw_item.c */
enum status raw_item_get(void *self, struct str id, int64_t deadline, json_t **ret,
                         json_t **ret_raw, uint64_t *ret_version, struct err *err);
enum status raw_item_put(void *self, struct str id, json_t *raw, uint64_t version, int64_t deadline,
                         struct err *err);

/* batch.c */
enum status dynamo_batch_get_items(void *self, struct store_item *items, size_t count,
                                   int64_t deadline, struct err *err);
enum status dynamo_batch_put_items(void *self, struct store_item *items, size_t count,
                                   int64_t deadline, struct err *err);
enum status dynamo_batch_add_entries(void *self, struct store_entry *entries, size_t count,
                                     bool dry_run, int64_t deadline, struct err *err);

/* table.c */
enum status dynamo_table_scan(void *self, size_t limit, char **cursor, store_each_fn *each,
                              void *data, int64_t deadline, struct err *err);
enum status dynamo_table_scan_raw(void *self, size_t limit, char **cursor, store_each_raw_fn *each,
                                  void *data, int64_t deadline, struct err *err);
enum status dynamo_table_describe(void *self, int64_t deadline, struct store_facts *ret,
                                  struct err *err);
enum status dynamo_table_create(void *self, int64_t deadline, struct err *err);

/* entry_counter_rebuild.c */
enum status entry_counter_rebuild(void *self, int64_t deadline, struct err *err);

/* ---- shared entries; `stored` is an entry with its ttl in it ---- */

/* Layout `item`: shared_item.c, shared_item_group.c, shared_item_batch.c. */
enum status shared_item_get(struct dynamo_store *s, struct entry_name name, int64_t now,
                            int64_t deadline, json_t **ret_entry, int64_t *ret_ttl,
                            struct err *err);
/* `stored` NULL: removes the entry. */
enum status shared_item_put(struct dynamo_store *s, struct entry_name name, json_t *stored,
                            int64_t deadline, struct err *err);
/* An operation of the store: many at once. */
enum status shared_item_group_write(void *self, const struct store_write *writes, size_t count,
                                    int64_t deadline, struct err *err);
enum status shared_item_count(struct dynamo_store *s, const char *cache, int64_t deadline,
                              int64_t *ret_count, struct err *err);
enum status shared_item_batch_add(struct dynamo_store *s, struct store_entry *entries, size_t count,
                                  bool dry_run, int64_t deadline, struct err *err);

/* Layout `entries`: entries.c. */
enum status dynamo_entries_get(struct dynamo_store *s, struct entry_name name, int64_t now,
                               int64_t deadline, json_t **ret_entry, int64_t *ret_ttl,
                               struct err *err);
enum status dynamo_entries_put(struct dynamo_store *s, struct entry_name name, json_t *stored,
                               int64_t deadline, struct err *err);
enum status dynamo_entries_remove(struct dynamo_store *s, struct entry_name name, int64_t deadline,
                                  struct err *err);

/* Both layouts: decodes the attribute value of an entry.
 *   ST_OK    *ret_entry is a new reference to the entry without its ttl
 *   ST_MISS  it is not an entry, or *ret_expired: it has expired at `now` */
enum status dynamo_entries_decode(const json_t *value, int64_t now, json_t **ret_entry,
                                  int64_t *ret_ttl, bool *ret_expired, struct err *err);

#endif
