/* SPDX-License-Identifier: Apache-2.0 */
/* cache/item_json.h -- the JSON of items: limits, versions, changes, text. Pure; thread-safe. */
#ifndef CLIMACAST_CACHE_ITEM_JSON_H
#define CLIMACAST_CACHE_ITEM_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/store.h"
#include "server/base/err.h"
#include "server/base/str.h"

/* Is `value` within the store's limits: nesting, no empty member name, no NUL, all text UTF-8? */
bool item_json_valid(json_t *value);
/* Identifies this state of an item's attributes; equal content has an equal version. Never 0. */
uint64_t item_json_version(const json_t *attributes);
/* Make the changes in a tree that the caller owns alone. On ST_SYSTEM, out of memory, the tree is
 * changed in part. */
enum status item_json_apply_changes(json_t *attributes, const struct store_change *changes,
                                    size_t count, struct err *err);
/* Append as compact JSON. Reals get the fewest digits that restore them: 40.015, not
 * 40.015000000000001. */
void item_json_put(struct buf *b, json_t *value);

/* An estimate of the memory that a tree takes. */
size_t item_json_bytes(json_t *value);
/* Takes over a tree that nothing else refers to (or NULL), to be shared with other threads; returns
 * NULL, with the tree freed, when out of memory. A cache charges item_json_bytes() for it. */
struct object *item_json_share(json_t *value);

#endif
