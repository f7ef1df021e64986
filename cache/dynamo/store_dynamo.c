/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/store_dynamo.c -- the DynamoDB backend: opens it and dispatches to its parts by
 * layout.
 *
 * internal.h describes the data model; items.c and shared_item.c explain why writes are shaped as
 * they are. */
#include <stdlib.h>

#include "cache/dynamo/internal.h"
#include "cache/layout.h"
#include "server/base/clock.h"

static enum status dynamo_store_get_entry(void *self, struct entry_name name, int64_t now,
                                          int64_t deadline, json_t **ret_entry, int64_t *ret_ttl,
                                          struct err *err)
{
    struct dynamo_store *s = self;

    if (s->layout == STORE_LAYOUT_ITEM)
        return shared_item_get(s, name, now, deadline, ret_entry, ret_ttl, err);
    return dynamo_entries_get(s, name, now, deadline, ret_entry, ret_ttl, err);
}

static enum status dynamo_store_put_entry(void *self, struct entry_name name, json_t *entry,
                                          int64_t ttl, int64_t deadline, struct err *err)
{
    struct dynamo_store *s = self;
    json_t *stored = layout_entry_encode(entry, ttl);
    enum status st;

    if (!stored)
        return err_no_memory(err);
    if (s->layout == STORE_LAYOUT_ITEM)
        st = shared_item_put(s, name, stored, deadline, err);
    else
        st = dynamo_entries_put(s, name, stored, deadline, err);
    json_decref(stored);
    return st;
}

static enum status dynamo_store_remove_entry(void *self, struct entry_name name, int64_t deadline,
                                             struct err *err)
{
    struct dynamo_store *s = self;

    if (s->layout == STORE_LAYOUT_ITEM)
        return shared_item_put(s, name, NULL, deadline, err);
    return dynamo_entries_remove(s, name, deadline, err);
}

static enum status dynamo_store_count_entries(void *self, const char *cache, int64_t deadline,
                                              int64_t *ret_count, struct err *err)
{
    struct dynamo_store *s = self;

    if (s->layout == STORE_LAYOUT_ITEM)
        return shared_item_count(s, cache, deadline, ret_count, err);
    return entry_counter_count(s->counter, cache, clock_wall_s(), deadline, ret_count, err);
}

static void dynamo_store_free(void *self)
{
    struct dynamo_store *s = self;

    entry_counter_free(s->counter);
    dynamo_client_free(s->client);
    free(s);
}

#define DYNAMO_STORE_OPS                                                                   \
    .name = "dynamodb", .reads_wait = true, .writes_wait = true, .get = dynamo_items_get,  \
    .put = dynamo_items_put, .update = dynamo_items_update, .remove = dynamo_items_remove, \
    .scan = dynamo_table_scan, .get_raw = raw_item_get, .put_raw = raw_item_put,           \
    .scan_raw = dynamo_table_scan_raw, .get_entry = dynamo_store_get_entry,                \
    .put_entry = dynamo_store_put_entry, .remove_entry = dynamo_store_remove_entry,        \
    .count_entries = dynamo_store_count_entries, .get_items = dynamo_batch_get_items,      \
    .put_items = dynamo_batch_put_items, .add_entries = dynamo_batch_add_entries,          \
    .recount = entry_counter_rebuild, .describe = dynamo_table_describe,                   \
    .create_table = dynamo_table_create, .free = dynamo_store_free

static const struct store_ops item_ops = { DYNAMO_STORE_OPS,
                                           .write_entries = shared_item_group_write };
/* An item each: DynamoDB's batches have no conditions, and its transactions cost twice as much. */
static const struct store_ops entries_ops = { DYNAMO_STORE_OPS };

enum status store_dynamo_open(const struct store_dynamo_settings *settings, struct http *http,
                              struct store **ret_store, struct err *err)
{
    const struct dynamo_client_settings inner = { settings->table,    settings->region,
                                                  settings->endpoint, settings->credentials,
                                                  settings->metrics,  settings->try_ms };
    struct dynamo_store *s = calloc(1, sizeof *s);
    struct metric_family *removed;
    enum status st = s ? dynamo_client_create(&inner, http, &s->client, err) : err_no_memory(err);

    if (st == ST_OK) {
        s->counter = entry_counter_create(s->client);
        st = s->counter ? ST_OK : err_no_memory(err);
    }
    if (st != ST_OK) {
        if (s)
            dynamo_store_free(s);
        return st;
    }
    s->layout = settings->layout;
    s->item_max = settings->item_max_bytes;
    removed =
        metrics_family(settings->metrics, METRIC_COUNTER, "climacast_shared_item_removed_total",
                       "reason", "Entries removed from SHARED_CACHE to make room.");
    s->expired = metric_get(removed, "expired", NULL, NULL);
    s->evicted = metric_get(removed, "evicted", NULL, NULL);
    s->bytes = metrics_gauge(settings->metrics, "climacast_shared_item_bytes",
                             "Size of SHARED_CACHE when it was last written.");
    *ret_store = store_wrap(s->layout == STORE_LAYOUT_ITEM ? &item_ops : &entries_ops, s);
    return *ret_store ? ST_OK : err_no_memory(err);
}
