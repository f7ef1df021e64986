/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/shared_item_update.h -- inside cache/dynamo/shared_item.c: one change of one entry
 * in SHARED_CACHE, and the two ways to carry it out (cache/dynamo/shared_item_update.c). */
#ifndef CLIMACAST_CACHE_DYNAMO_SHARED_ITEM_UPDATE_H
#define CLIMACAST_CACHE_DYNAMO_SHARED_ITEM_UPDATE_H

#include "cache/dynamo/internal.h"
#include "cache/dynamo/shared_item_usage.h"

/* One change of one entry, and how far it has come. */
struct shared_item_update {
    struct dynamo_store *s;
    struct entry_name name;
    char key[STORE_KEY_MAX + 1];
    json_t *stored;    /* to be put; NULL: to be removed */
    int64_t expire_at; /* remove only if it has expired by then; 0: whatever its ttl */
    int64_t deadline;

    json_t *item; /* as read last; NULL: there is none */
    struct shared_item_usage usage;
    json_t *old, *fresh; /* the entry in `item` (borrowed), and as it is to be (owned) */
    const char *path_cache[3], *path_entry[4], *path_count[4];
};

/* The cache's map in the item as it was read, borrowed; NULL: none. */
json_t *shared_item_update_cache(const struct shared_item_update *j);

/* Can it be done the small way, with what has been read? */
bool shared_item_update_can_be_fast(const struct shared_item_update *j);
/* Write the entry and the usage, on the condition that both are as read. ST_CONFLICT: they are
 * not. */
enum status shared_item_update_fast(struct shared_item_update *j, struct err *err);
/* The same with the whole item read: who has to go goes in the same request. *ret_done: the entry
 * is in, not only room made for it. */
enum status shared_item_update_rewrite(struct shared_item_update *j, bool *ret_done,
                                       struct err *err);
/* On the condition that nobody, of us or of others, has changed what entries there are. */
void shared_item_update_require_unchanged(const struct shared_item_update *j,
                                          struct dynamo_expression *e);

#endif
