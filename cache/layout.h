/* SPDX-License-Identifier: Apache-2.0 */
/* cache/layout.h -- where shared entries are stored: in one item, or each in an item of its own.
 *
 *     layout `item`      id SHARED_CACHE
 *                        attributes {"StationCache": {"KBDU": ENTRY, ...}, "ZoneCache": ...}
 *     layout `entries`   id SHARED_CACHE#StationCache#KBDU
 *                        attributes ENTRY
 *     both               id <userId>
 *                        attributes {"UserCache": {"<userId>": {...}}}
 *
 * A stored ENTRY has the entry's members and, if it can expire, "ttl" in epoch seconds. A backend
 * that expires items by itself (DynamoDB) copies that `ttl` beside `attributes`. Pure;
 * thread-safe. */
#ifndef CLIMACAST_CACHE_LAYOUT_H
#define CLIMACAST_CACHE_LAYOUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "cache/store.h"
#include "server/base/err.h"
#include "server/base/str.h"

#define LAYOUT_LEASE_ID "ALERT_LEASE" /* who polls for alerts (cache/alerts/lease.h) */

enum { LAYOUT_ENTRY_ID_MAX = sizeof STORE_SHARED_ID + STORE_CACHE_MAX + STORE_KEY_MAX + 2 };

/* ---- names ---- */

bool layout_cache_valid(struct str cache); /* 1 to STORE_CACHE_MAX letters, digits, underscores */
bool layout_key_valid(struct str key);     /* 1 to STORE_KEY_MAX bytes of UTF-8 */
/* Can this be an entry: are the names valid, and is the value an object? */
bool layout_entry_valid(const char *cache, struct str key, const json_t *value);
/* The id of the entry's item in layout `entries`. `name` must be valid. */
struct str layout_entry_id(struct entry_name name, char out[LAYOUT_ENTRY_ID_MAX + 1]);
/* Parse such an id; returns false for any other. ret_name->cache is `cache`, and ret_name->key is
 * borrowed from `id`. */
bool layout_entry_id_parse(struct str id, char cache[STORE_CACHE_MAX + 1],
                           struct entry_name *ret_name);

/* ---- entries ---- */

/* The stored form of an entry: a shallow copy with `ttl` (none if it is 0). Returns a new
 * reference; NULL when out of memory. */
json_t *layout_entry_encode(json_t *entry, int64_t ttl);
/* The entry without its ttl, which goes to *ret_ttl. Returns a new reference; NULL when out of
 * memory. */
json_t *layout_entry_decode(json_t *stored, int64_t *ret_ttl);
/* The expiry in epoch seconds; 0, never, also if "ttl" is not a number. */
int64_t layout_ttl(const json_t *stored);
bool layout_expired(int64_t ttl, int64_t now);
/* Is `existing` an entry that expires no earlier than `stored`? */
bool layout_outlives(const json_t *existing, const json_t *stored);
/* Does `existing` (may be NULL) stay when store_add_entries() adds `entry`? */
bool layout_keeps(const json_t *existing, const struct store_entry *entry, int64_t now);

/* ---- shared entries in items ---- */

/* Does the item `id` hold shared entries, in either layout? */
bool layout_is_shared(struct str id);
/* Is it an item that the skill keeps for itself, such as its statistics: neither a user's nor one
 * of shared entries? */
bool layout_is_internal(struct str id);
/* Such an item that means nothing in another store: it is neither backed up nor migrated. */
bool layout_is_transient(struct str id);
/* A member of an item of shared entries. */
struct layout_member {
    const char *cache;
    struct str key; /* NUL-terminated. STR_NONE: `value` is attributes[cache] itself, which is empty
                     * or not an object */
    json_t *value;  /* borrowed */
    bool is_entry;  /* an object with a valid cache name and key; everything else was written by
                     * other programs */
};
typedef enum status layout_member_fn(void *data, const struct layout_member *member,
                                     struct err *err);
/* Call `each` for every member of an item that holds shared entries, in either layout, until it
 * returns a status other than ST_OK, which is then returned. For other items it is not called.
 * `each` must not change `attributes`. */
enum status layout_each_member(struct str id, json_t *attributes, layout_member_fn *each,
                               void *data, struct err *err);

#endif
