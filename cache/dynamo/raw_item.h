/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/raw_item.h -- DynamoDB items in raw form, which holds what plain JSON cannot: long
 * numbers, sets, bytes, and attributes beside `attributes`.
 *
 * A raw item is {attribute name: attribute value}, without the id. Pure functions; thread-safe. */
#ifndef CLIMACAST_CACHE_DYNAMO_RAW_ITEM_H
#define CLIMACAST_CACHE_DYNAMO_RAW_ITEM_H

#include <jansson.h>
#include <stdbool.h>

#include "cache/dynamo/expression.h"
#include "server/base/err.h"

/* Converts an item's `attributes` to plain JSON; *ret_plain is a new reference. `value` may be
 * NULL: an item without attributes has {}. ST_INVALID, reason "item_malformed": they are not a
 * map. */
enum status raw_item_attributes(const json_t *value, json_t **ret_plain, struct err *err);
/* Sets the error for an item whose attributes are not a map. */
enum status raw_item_malformed(struct err *err);

/* The raw form of `item` (with its id), whose attributes are `plain`. *ret_raw is a new reference,
 * or NULL if `plain` says everything, or if the item belongs to the shared entries. */
enum status raw_item_extract(json_t *item, json_t *plain, json_t **ret_raw, struct err *err);

/* Is `raw`, which may come from any source, a raw item whose attributes are `plain`? */
bool raw_item_is_valid(json_t *raw, json_t *plain);

/* Does the raw item `stored` contain everything that `raw` contains? Either may be NULL. The order
 * within a set does not matter. */
bool raw_item_includes(json_t *stored, json_t *raw);

/* Makes a write conditional on the item still being as it was read: whether it existed, and its
 * `attributes`, as an attribute value (NULL: it had none). */
void raw_item_require_unchanged(struct dynamo_expression *e, bool existed, json_t *attributes);

#endif
