/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/legacy_table.h -- reads the DynamoDB tables of older releases, which had a data
 * model of their own, page by page. Nothing is ever written to them. Thread-safe. */
#ifndef CLIMACAST_CACHE_DYNAMO_LEGACY_TABLE_H
#define CLIMACAST_CACHE_DYNAMO_LEGACY_TABLE_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/store.h"
#include "server/base/err.h"
#include "server/base/http.h"
#include "server/base/str.h"

struct legacy_table;

/* Opens a table; sends nothing. Of the settings, layout and item_max_bytes are ignored. ST_INVALID,
 * reason "setting": an invalid table, region or endpoint. */
enum status legacy_table_open(const struct store_dynamo_settings *settings, struct http *http,
                              struct legacy_table **ret_table, struct err *err);
void legacy_table_free(struct legacy_table *t); /* NULL is allowed */

/* Checks that the table can be read.
 *   ST_OK           the table is active and its only key is `key`; *ret_items is the number of
 *                   items that DynamoDB reports, which is some hours old, or -1
 *   ST_MISS         there is no such table
 *   ST_INVALID      reason "key_schema": it has another key
 *   ST_UNAVAILABLE  reason "table_not_active": it is being created or deleted */
enum status legacy_table_describe(struct legacy_table *t, const char *key, int64_t deadline,
                                  int64_t *ret_items, struct err *err);

/* Reads the next page of at most `limit` items and calls `each` with each of them as plain JSON
 * (bytes as base64, sets as arrays), or with NULL for an item that JSON cannot represent. *cursor
 * is used as in store_scan(). */
typedef enum status legacy_table_each_fn(void *data, json_t *item, struct err *err);
enum status legacy_table_scan(struct legacy_table *t, size_t limit, char **cursor,
                              legacy_table_each_fn *each, void *data, int64_t deadline,
                              struct err *err);

#endif
