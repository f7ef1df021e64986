/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/raw_item.h -- what a DynamoDB item holds and plain JSON does not: long numbers,
 * sets, bytes, attributes beside `attributes`.
 *
 * The exact form is {name: attribute value}, the item without its id. Pure; thread-safe. */
#ifndef CLIMACAST_CACHE_DYNAMO_RAW_ITEM_H
#define CLIMACAST_CACHE_DYNAMO_RAW_ITEM_H

#include <jansson.h>
#include <stdbool.h>

#include "server/base/err.h"

/* The exact form of an item whose attributes are `plain`: a new reference; NULL where `plain` says
 * it all, and of the items that shared entries lie in. */
enum status dynamo_exact_of(json_t *item, json_t *plain, json_t **ret_exact, struct err *err);

/* Is this, which may come from anywhere, the exact form of an item whose attributes are `plain`? */
bool dynamo_exact_sound(json_t *exact, json_t *plain);

/* Does an item whose exact form is `there` have all that `exact` says? Either may be NULL. Sets
 * have no order. */
bool dynamo_exact_holds(json_t *there, json_t *exact);

#endif
