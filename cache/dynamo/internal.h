/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/internal.h -- inside cache/dynamo/store_dynamo.c: the store and its parts.
 *
 * In the table:
 *     <any id>                    attributes M                      what every program sees
 *     SHARED_CACHE                attributes M, climacast_usage M   layout `item`; the second is
 *                                 ours: {"bytes", "writes", "count": {"StationCache": N, ...}}
 *     SHARED_CACHE#Cache#key      attributes M, ttl N               layout `entries`
 *     SHARED_CACHE_COUNT#Cache    d<day> N, w<writer> N             layout `entries`: how many
 *                                 (cache/dynamo/entry_counter.c); no item to anybody else
 * climacast_usage is written together with every entry, in the same request; a program that writes
 * the whole item without it makes us count anew. All else that lies in an item is left alone. */
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
    struct entry_counter *counter;
    enum store_layout layout;
    int64_t item_max;
    struct metric *expired, *evicted, *bytes; /* of the item SHARED_CACHE */
};

/* The backoff before another try at an item that other writers change at the same time. */
#define DYNAMO_CONFLICT_BACKOFF                         \
    {                                                   \
        .first_ms = 2, .max_ms = 250, .waits_max = 200, \
    }
/* The error once that backoff is used up, or the deadline leaves no time for it. */
enum status dynamo_items_contended(int64_t deadline, struct err *err);

/* The store's calls, as in struct store_ops; `self` is the dynamo_store. */
enum status dynamo_items_get(void *self, struct str id, int64_t deadline, json_t **ret,
                             uint64_t *ret_version, struct err *err);
enum status dynamo_items_put(void *self, struct str id, json_t *attributes, uint64_t version,
                             int64_t deadline, struct err *err);
enum status dynamo_items_update(void *self, struct str id, const struct store_change *changes,
                                size_t count, int64_t deadline, struct err *err);
enum status dynamo_items_remove(void *self, struct str id, int64_t deadline, struct err *err);
enum status dynamo_table_scan(void *self, size_t limit, char **cursor, store_each_fn *each,
                              void *data, int64_t deadline, struct err *err);
enum status dynamo_table_scan_raw(void *self, size_t limit, char **cursor, store_each_raw_fn *each,
                                  void *data, int64_t deadline, struct err *err);
enum status dynamo_table_describe(void *self, int64_t deadline, struct store_facts *ret,
                                  struct err *err);
enum status dynamo_table_create(void *self, int64_t deadline, struct err *err);

/* cache/dynamo/raw_item.c */
enum status raw_item_get(void *self, struct str id, int64_t deadline, json_t **ret,
                         json_t **ret_raw, uint64_t *ret_version, struct err *err);
enum status raw_item_put(void *self, struct str id, json_t *raw, uint64_t version, int64_t deadline,
                         struct err *err);

/* cache/dynamo/batch.c */
enum status dynamo_batch_get_items(void *self, struct store_item *items, size_t count,
                                   int64_t deadline, struct err *err);
enum status dynamo_batch_put_items(void *self, struct store_item *items, size_t count,
                                   int64_t deadline, struct err *err);
enum status dynamo_batch_add_entries(void *self, struct store_entry *entries, size_t count,
                                     bool dry_run, int64_t deadline, struct err *err);

/* cache/dynamo/entry_counter_rebuild.c */
enum status entry_counter_rebuild(void *self, int64_t deadline, struct err *err);

/* Shared entries, layout `item`. */
enum status shared_item_get(struct dynamo_store *s, struct entry_name name, int64_t now,
                            int64_t deadline, json_t **ret_entry, int64_t *ret_ttl,
                            struct err *err);
/* `stored` is the entry with its ttl in it; NULL removes. */
enum status shared_item_put(struct dynamo_store *s, struct entry_name name, json_t *stored,
                            int64_t deadline, struct err *err);
enum status shared_item_batch_add(struct dynamo_store *s, struct store_entry *entries, size_t count,
                                  bool dry_run, int64_t deadline, struct err *err);
enum status shared_item_count(struct dynamo_store *s, const char *cache, int64_t deadline,
                              int64_t *ret_count, struct err *err);

/* Shared entries, layout `entries`. */
enum status dynamo_entries_get(struct dynamo_store *s, struct entry_name name, int64_t now,
                               int64_t deadline, json_t **ret_entry, int64_t *ret_ttl,
                               struct err *err);
enum status dynamo_entries_put(struct dynamo_store *s, struct entry_name name, json_t *stored,
                               int64_t deadline, struct err *err);
enum status dynamo_entries_remove(struct dynamo_store *s, struct entry_name name, int64_t deadline,
                                  struct err *err);

/* An item was written or removed by its id: were there entries counted? `before` and `after` are
 * plain attributes, NULL when there was, is, none. */
void dynamo_entries_note(struct dynamo_store *s, struct str id, const json_t *before,
                         const json_t *after, int64_t deadline);

#endif
