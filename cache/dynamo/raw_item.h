/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/raw_item.h -- what a DynamoDB item holds and plain JSON does not: long numbers,
 * sets, bytes, attributes beside `attributes`.
 *
 * The raw form is {name: attribute value}, the item without its id. Pure; thread-safe. */
#ifndef CLIMACAST_CACHE_DYNAMO_RAW_ITEM_H
#define CLIMACAST_CACHE_DYNAMO_RAW_ITEM_H

#include <jansson.h>
#include <stdbool.h>

#include "server/base/err.h"

/* The raw form of an item whose attributes are `plain`: a new reference; NULL where `plain` says
 * it all, and of the items that shared entries lie in. */
enum status raw_item_extract(json_t *item, json_t *plain, json_t **ret_raw, struct err *err);

/* Is this, which may come from anywhere, the raw form of an item whose attributes are `plain`? */
bool raw_item_is_valid(json_t *raw, json_t *plain);

/* Does an item whose raw form is `there` have all that `raw` says? Either may be NULL. Sets
 * have no order. */
bool raw_item_includes(json_t *there, json_t *raw);

#endif
