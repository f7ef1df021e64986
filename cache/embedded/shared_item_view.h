/* SPDX-License-Identifier: Apache-2.0 */
/* cache/embedded/shared_item_view.h -- the item SHARED_CACHE of layout `item`, assembled from rows
 * and taken apart into them.
 *
 * attributes[cache][key] is an entry row if it is an object with a valid cache name and key.
 * Everything else (an unknown attribute, an empty cache) is kept in the row SHARED_CACHE. To be
 * used inside a transaction. */
#ifndef CLIMACAST_CACHE_EMBEDDED_SHARED_ITEM_VIEW_H
#define CLIMACAST_CACHE_EMBEDDED_SHARED_ITEM_VIEW_H

#include <jansson.h>

#include "cache/embedded/rows.h"
#include "server/base/err.h"

/* ST_OK: *ret is a new reference. ST_MISS: there is neither the row nor any entry. */
enum status shared_item_view_read(const struct rows_ops *ops, void *tx, json_t **ret,
                                  struct err *err);
/* Change the rows from the state `before` (NULL: none) to `whole` (NULL: none). */
enum status shared_item_view_write(const struct rows_ops *ops, void *tx, json_t *before,
                                   json_t *whole, struct err *err);

#endif
