/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/table.h -- the definition and the description of a DynamoDB table. Thread-safe. */
#ifndef CLIMACAST_CACHE_DYNAMO_TABLE_H
#define CLIMACAST_CACHE_DYNAMO_TABLE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "cache/dynamo/client.h"
#include "server/base/err.h"

/* The request body of CreateTable: key `id` (string), on-demand billing. A new reference; NULL when
 * out of memory. */
json_t *dynamo_table_definition(const char *table);

/* Asks DynamoDB for the description of the client's table; *ret_table is a new reference. ST_MISS:
 * there is no such table; `err` is untouched. */
enum status dynamo_table_read_description(struct dynamo_client *client, int64_t deadline,
                                          json_t **ret_table, struct err *err);
/* Can the table be read and written? `description` may be NULL. */
bool dynamo_table_is_active(const json_t *description);

#endif
