/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/shared_item_update.h -- one change of one entry in the item SHARED_CACHE, and the
 * two ways to write it; for shared_item*.c only. */
#ifndef CLIMACAST_CACHE_DYNAMO_SHARED_ITEM_UPDATE_H
#define CLIMACAST_CACHE_DYNAMO_SHARED_ITEM_UPDATE_H

#include "cache/dynamo/internal.h"
#include "cache/dynamo/shared_item_usage.h"

struct shared_item_update {
    /* What to do. */
    struct dynamo_store *s;
    struct entry_name name;
    char key[STORE_KEY_MAX + 1]; /* name.key, NUL-terminated */
    json_t *stored;              /* the entry to write, with its ttl; NULL: remove it */
    int64_t expired_at;          /* remove it only if it has expired at this time; 0: in any case */
    int64_t deadline;

    /* What the table holds, as read last. */
    json_t *item; /* owned; NULL: there is no item */
    struct shared_item_usage usage;
    json_t *old;       /* the entry in `item`, borrowed; NULL: there is none */
    json_t *new_value; /* what it becomes, owned; NULL: it is removed */
};

/* The path of the entry. */
#define SHARED_ITEM_ENTRY_PATH(u) DYNAMO_PATH(DYNAMO_ATTRIBUTES, (u)->name.cache, (u)->key)

/* The map of the entry's cache in the item as read, borrowed; NULL: there is none. */
json_t *shared_item_update_cache(const struct shared_item_update *u);

/* Is a fast update possible after what has been read: the entry and the usage? */
bool shared_item_update_can_be_fast(const struct shared_item_update *u);
/* Writes the entry and the usage, on the condition that neither has changed. ST_CONFLICT: one of
 * them has. */
enum status shared_item_update_fast(struct shared_item_update *u, struct err *err);
/* The parts of a fast update, for one of many entries. The entry itself, on the condition that it
 * has not changed: */
void shared_item_update_put(const struct shared_item_update *u, struct dynamo_expression *e);
/* A cache with its first entries, on the condition that there is none. Returns the bytes that it
 * adds besides those of the entries. */
int64_t shared_item_update_put_cache(const struct shared_item_update *u,
                                     struct dynamo_expression *e, json_t *cache);
/* The number of entries of its cache, on the condition that it was right; `added` may be < 0. */
void shared_item_update_put_count(const struct shared_item_update *u, struct dynamo_expression *e,
                                  int added);
/* The size of the item, on the condition that it stays within the maximum. */
void shared_item_update_put_bytes(const struct shared_item_update *u, struct dynamo_expression *e,
                                  int64_t growth);
/* What the change adds to the item, in entries and in bytes; negative if it shrinks. */
int shared_item_update_added(const struct shared_item_update *u);
int64_t shared_item_update_growth(const struct shared_item_update *u);

/* Needs the whole item read. Evicts entries if there is no room, and writes the entry and the usage
 * in the same request, on the condition that the item has not changed. *ret_done: the entry has
 * been written, too; false: the request only made room. */
enum status shared_item_update_rewrite(struct shared_item_update *u, bool *ret_done,
                                       struct err *err);
/* Adds the condition that no one, Climacast or any other program, has added or removed entries. */
void shared_item_update_require_unchanged(const struct shared_item_update *u,
                                          struct dynamo_expression *e);

#endif
