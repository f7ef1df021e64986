/* SPDX-License-Identifier: Apache-2.0 */
/* cache/embedded/shared_item_view.h -- the item SHARED_CACHE of layout `item`, put together from
 * rows and taken apart into them.
 *
 * attributes[cache][key] is an entry row when it is an object under sound names; all else (an
 * unknown attribute, a cache that is empty) stays in the row SHARED_CACHE. Inside a transaction of
 * the caller's. */
#ifndef CLIMACAST_CACHE_EMBEDDED_SHARED_ITEM_VIEW_H
#define CLIMACAST_CACHE_EMBEDDED_SHARED_ITEM_VIEW_H

#include <jansson.h>

#include "cache/embedded/rows.h"
#include "server/base/err.h"

/* ST_OK: *ret is a new reference. ST_MISS: neither the row nor any entry. */
enum status whole_read(const struct rows_ops *ops, void *tx, json_t **ret, struct err *err);
/* Make the rows say `whole` (NULL: nothing at all) where they said `before` (NULL: nothing). */
enum status whole_write(const struct rows_ops *ops, void *tx, json_t *before, json_t *whole,
                        struct err *err);

#endif
