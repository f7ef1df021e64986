/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/shared_tree.h -- all shared entries in memory: read from items of either layout,
 * written to a store of either layout.
 *
 * With layout `item` a single write stores thousands of entries; with layout `entries` each is
 * written separately. */
#ifndef CLIMACAST_SERVER_TOOL_SHARED_TREE_H
#define CLIMACAST_SERVER_TOOL_SHARED_TREE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "cache/layout.h"
#include "server/base/err.h"
#include "server/base/str.h"
#include "server/tool/store_session.h"

struct shared_tree {
    json_t *whole;                    /* {"LocationCache": {"boulder_colorado": {...}}} */
    int64_t entries;                  /* in `whole` */
    int64_t written, identical, kept; /* by the last shared_tree_write() */
};

enum status shared_tree_init(struct shared_tree *t, struct err *err);
void shared_tree_done(struct shared_tree *t); /* a zeroed one is allowed */

/* Add the entries of an item that holds some, in either layout. Of two entries with the same key,
 * the one that expires later stays. */
enum status shared_tree_add(struct shared_tree *t, struct str id, json_t *attributes,
                            struct err *err);

/* Count the entries whose value in the store differs. */
enum status shared_tree_compare(const struct shared_tree *t, struct store_session *session,
                                int64_t *ret_differing, struct err *err);
/* Write the entries missing from the store and, with `overwrite`, those that differ. */
enum status shared_tree_write(struct shared_tree *t, struct store_session *session, bool overwrite,
                              struct err *err);
/* Copy a member of SHARED_CACHE that is not an entry, unless the store has it already. */
enum status shared_tree_write_other(struct store *store, const struct layout_member *member,
                                    struct err *err);

#endif
