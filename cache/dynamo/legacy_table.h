/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/legacy_table.h -- a DynamoDB table that is not of our data model, read page by page:
 * the tables of older releases.
 *
 * Nothing is ever written to it. Thread-safe. */
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

/* Of the settings, table, region, endpoint, creds, metrics and try_ms count; asks nobody.
 * ST_INVALID, reason "setting". */
enum status legacy_table_open(const struct store_dynamo_settings *settings, struct http *http,
                              struct legacy_table **ret_foreign, struct err *err);
void legacy_table_free(struct legacy_table *f); /* NULL is allowed */

/* *ret_items: as many as DynamoDB counted some hours ago.
 *   ST_OK        the table is there, can be read, and its only key is `key`, a string
 *   ST_MISS      there is no such table
 *   ST_INVALID   reason "key_schema": it has another key
 *   ST_UNAVAILABLE   reason "table_not_active": it is being made or deleted */
enum status legacy_table_describe(struct legacy_table *f, const char *key, int64_t deadline,
                                  int64_t *ret_items, struct err *err);

/* The next page of at most `limit` items, as plain JSON: bytes are base64, sets arrays. *cursor is
 * as of store_scan(). What cannot be told as JSON is given as NULL. */
typedef enum status legacy_table_each_fn(void *data, json_t *item, struct err *err);
enum status legacy_table_scan(struct legacy_table *f, size_t limit, char **cursor,
                              legacy_table_each_fn *each, void *data, int64_t deadline,
                              struct err *err);

#endif
