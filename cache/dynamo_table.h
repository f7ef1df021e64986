/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo_table.h -- the table itself, for those who make one. */
#ifndef CLIMACAST_CACHE_DYNAMO_TABLE_H
#define CLIMACAST_CACHE_DYNAMO_TABLE_H

#include <jansson.h>
#include <stdint.h>

#include "cache/dynamo_call.h"
#include "server/base/err.h"

/* What CreateTable is asked: key id (S), on demand. A new reference; NULL: no memory. */
json_t *dynamo_table_definition(const char *table);
/* Until somebody has made it and it is ACTIVE. */
enum status dynamo_table_wait(struct dynamo *d, int64_t deadline, struct err *err);

#endif
