/* SPDX-License-Identifier: Apache-2.0 */
/* cache/layout.h -- what lies where: the data model as every backend keeps it.
 *
 *     layout `item`      id SHARED_CACHE
 *                        attributes {"StationCache": {"KBDU": ENTRY, ...}, "ZoneCache": ...}
 *     layout `entries`   id SHARED_CACHE#StationCache#KBDU
 *                        attributes ENTRY
 *     both               id <userId>
 *                        attributes {"UserCache": {"<userId>": {...}}}
 *
 * A stored ENTRY is the entry's own members and, when it can expire, "ttl" in epoch seconds. A
 * backend that expires items by itself copies that `ttl` beside `attributes`. Pure functions;
 * thread-safe. */
#ifndef CLIMACAST_CACHE_LAYOUT_H
#define CLIMACAST_CACHE_LAYOUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "cache/store.h"
#include "server/base/err.h"
#include "server/base/str.h"

enum { LAYOUT_ENTRY_ID_MAX = sizeof STORE_SHARED_ID + STORE_CACHE_MAX + STORE_KEY_MAX + 2 };

/* ---- names ---- */

bool layout_cache_valid(struct str cache); /* 1 to STORE_CACHE_MAX letters, digits, underscores */
bool layout_key_valid(struct str key);     /* 1 to STORE_KEY_MAX bytes of UTF-8 */
/* The id of an entry's own item, layout `entries`. `name` is sound. */
struct str layout_entry_id(struct entry_name name, char out[LAYOUT_ENTRY_ID_MAX + 1]);
/* Is `id` the id of an entry's own item? The name's cache is `cache`, its key lies in `id`. */
bool layout_entry_id_parse(struct str id, char cache[STORE_CACHE_MAX + 1],
                           struct entry_name *ret_name);

/* ---- entries ---- */

/* The entry as it is stored: a shallow copy with `ttl` (0: without). A new reference, NULL: no
 * memory. */
json_t *layout_entry_encode(json_t *entry, int64_t ttl);
/* The entry without its ttl, which goes to *ret_ttl. A new reference, NULL: no memory. */
json_t *layout_entry_decode(json_t *stored, int64_t *ret_ttl);
/* Epoch seconds; 0 when it never expires, which a ttl that is no number means too. */
int64_t layout_ttl(const json_t *stored);
bool layout_expired(int64_t ttl, int64_t now);
/* Is what lies there an entry, and does it live as long as another at least? */
bool layout_outlives(const json_t *there, const json_t *stored);
/* Does what lies there (NULL: nothing) stay, when this entry is to be added? */
bool layout_keeps(const json_t *there, const struct store_entry *entry, int64_t now);

/* ---- shared entries in items ---- */

/* Does the item `id` hold shared entries, in either layout? */
bool layout_is_shared(struct str id);
/* One member of such an item. */
struct layout_member {
    const char *cache;
    struct str key; /* NUL-terminated; STR_NONE: `value` is attributes[cache] itself, which is empty
                     * or not an object */
    json_t *value;  /* borrowed */
    bool is_entry;  /* an object under a valid cache name and key; all else other programs wrote */
};
typedef enum status layout_member_fn(void *data, const struct layout_member *member,
                                     struct err *err);
/* Call `each` for every member of an item that holds shared entries, in either layout, until it
 * returns something else than ST_OK; returns what it returned. For other items nothing is called.
 * `each` may not change `attributes`. */
enum status layout_each_member(struct str id, json_t *attributes, layout_member_fn *each,
                               void *data, struct err *err);

/* ---- values ---- */

/* Is `value` within the store's bounds: nesting, no empty member name, no NUL, all text UTF-8? */
bool layout_value_valid(json_t *value);
/* Names this state of an item's attributes: the same for equal content, never 0. */
uint64_t layout_version(const json_t *attributes);
/* Carry out changes on a tree that nobody else holds. ST_SYSTEM: no memory (the tree is then half
 * changed). */
enum status layout_apply_changes(json_t *attributes, const struct store_change *changes,
                                 size_t count, struct err *err);
/* Compact JSON text. A real is written with as few digits as give it back: 40.015, not
 * 40.015000000000001. */
void layout_put_json(struct buf *b, json_t *value);

#endif
