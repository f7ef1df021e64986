/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/shared_tree.h -- many shared entries at once, taken from items of either layout and
 * put into a store of either.
 *
 * In the layout `item` one write of the whole item stands for ten thousand of single entries, and
 * in `entries` each goes by itself. */
#ifndef CLIMACAST_SERVER_TOOL_SHARED_TREE_H
#define CLIMACAST_SERVER_TOOL_SHARED_TREE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/base/str.h"
#include "server/tool/store_session.h"

struct shared_tree {
    json_t *whole;                /* {"LocationCache": {"boulder_colorado": {...}}} */
    int64_t entries;              /* in `whole` */
    int64_t written, equal, kept; /* of the last shared_tree_write() */
};

enum status shared_tree_init(struct shared_tree *t, struct err *err);
void shared_tree_done(struct shared_tree *t); /* of a zeroed one too */

/* Is that item's content shared entries, in one layout or the other? */
bool shared_tree_holds(struct str id);
/* Take the entries of such an item in. One that is there already gives way if it expires
 * earlier. */
enum status shared_tree_add(struct shared_tree *t, struct str id, json_t *attributes,
                            struct err *err);
/* One stored entry; the reference is not taken. */
enum status shared_tree_put(struct shared_tree *t, const char *cache, struct str key,
                            json_t *stored, struct err *err);

/* How many of them the store has otherwise. */
enum status shared_tree_compare(const struct shared_tree *t, struct store_session *o,
                                int64_t *ret_differing, struct err *err);
/* Into the store: those that it has not, and, overwriting, those that it has otherwise. */
enum status shared_tree_write(struct shared_tree *t, struct store_session *o, bool overwrite,
                              struct err *err);

#endif
