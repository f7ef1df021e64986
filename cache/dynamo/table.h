/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/table.h -- the table itself, for those who make one. */
#ifndef CLIMACAST_CACHE_DYNAMO_TABLE_H
#define CLIMACAST_CACHE_DYNAMO_TABLE_H

#include <jansson.h>

/* What CreateTable is asked: key id (S), on demand. A new reference; NULL: no memory. */
json_t *dynamo_table_definition(const char *table);

#endif
