/* SPDX-License-Identifier: Apache-2.0 */
/* cache/store.h -- a backend: items under a partition key, and shared entries by cache and key.
 *
 * The data model is SPEC section 8: an item is {"id": <key>, "attributes": {...}}. Here
 * `attributes` is a JSON object without the wrapper. Numbers keep their JSON form, null is null,
 * empty strings survive. The shared entries (LocationCache, StationCache, ZoneCache) lie in the
 * item SHARED_CACHE or in items of their own, as the layout says; callers of the entry calls need
 * not know. A store knows nothing of Alexa or the weather.
 *
 * JSON handed in is bounded as the constants below say, member names are not empty and no string
 * holds a NUL: else ST_INVALID, and nothing was asked of the backend. Every call is thread-safe,
 * gives up at `deadline` (monotonic milliseconds; one that has passed is ST_TIMEOUT at once), and
 * never logs: the caller has `err`.
 *
 * A thread that may not wait asks with the deadline NO_WAIT. It is then given what can be had at
 * once, or ST_WOULD_WAIT with `err` untouched; whatever else goes wrong, a fault included, is
 * ST_WOULD_WAIT too and left to a thread that may. What counts as "at once" is the backend's
 * judgement:
 *     memory     everything
 *     sqlite     a read: a few short rows, which lie in the page cache of the process or the
 *                system, cost some ten microseconds, less than handing the turn to another thread;
 *                never a write, which ends on the disk
 *     dynamodb   nothing: each call crosses a network */
#ifndef CLIMACAST_CACHE_STORE_H
#define CLIMACAST_CACHE_STORE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/base/deadline.h"
#include "server/base/err.h"
#include "server/base/str.h"

#define STORE_SHARED_ID "SHARED_CACHE"

enum {
    STORE_ID_MAX = 2048,    /* bytes of an item's id or a member's name, UTF-8 (as DynamoDB) */
    STORE_KEY_MAX = 255,    /* of an entry's key, UTF-8 */
    STORE_CACHE_MAX = 64,   /* of a cache's name: letters, digits, underscore */
    STORE_PATH_MAX = 4,     /* members in a store_change's path */
    STORE_NESTING_MAX = 24, /* levels of a value (DynamoDB allows 32, the path included) */
    STORE_CHANGES_MAX = 32, /* in one store_update() */
};

struct store; /* opaque */

struct entry_name {
    const char *cache; /* such as "StationCache" */
    struct str key;    /* such as "KBDU"; 1 to 255 bytes of UTF-8 */
};

enum store_layout {
    STORE_LAYOUT_ITEM,    /* every entry inside the one item SHARED_CACHE */
    STORE_LAYOUT_ENTRIES, /* an item SHARED_CACHE#<cache>#<key> each */
};

/* ---- items ---- */

/* Read an item's attributes, strongly consistent.
 *   ST_OK    *ret_attributes is a new reference, the caller's to json_decref(); *ret_version (may
 *            be NULL) names this state for store_put() and is never 0; states of equal content
 *            have the same name
 *   ST_MISS  no such item
 *   ST_TIMEOUT, ST_UNAVAILABLE, ST_DENIED, ST_INVALID  as err says
 * On anything but ST_OK the results are as they were. */
enum status store_get(struct store *s, struct str id, int64_t deadline, json_t **ret_attributes,
                      uint64_t *ret_version, struct err *err);

/* Write the whole of an item's attributes if it is still as `version` says (0: if there is none).
 * ST_CONFLICT: it is not. */
enum status store_put(struct store *s, struct str id, json_t *attributes, uint64_t version,
                      int64_t deadline, struct err *err);

/* Set or remove members deep inside an item, leaving all else alone. Parents and the item are
 * created as needed for a member to be set; a parent that is no object (a null, a text) is replaced
 * by one. All changes of one call happen, in their order, or none does. Two writers that set
 * different members both win. */
struct store_change {
    const char *const *path; /* member names from `attributes` down, NULL at the end, at most 4 */
    json_t *value;           /* borrowed; NULL removes, which is ST_OK when it was not there */
};
enum status store_update(struct store *s, struct str id, const struct store_change *changes,
                         size_t count, int64_t deadline, struct err *err);

/* Remove an item. Removing what is not there is ST_OK. */
enum status store_delete(struct store *s, struct str id, int64_t deadline, struct err *err);

/* Items page by page in no particular order. *cursor starts as NULL (malloc'd text, the call's to
 * change and free; the caller frees it when giving up early); after the last page it is NULL again.
 * `each` may not call the store. Pages may be empty. */
typedef enum status store_each_fn(void *data, struct str id, json_t *attributes, struct err *err);
enum status store_scan(struct store *s, size_t limit, char **cursor, store_each_fn *each,
                       void *data, int64_t deadline, struct err *err);

/* ---- items, exactly ---- */

/* For copies that must lose nothing. Plain JSON does not hold all that other programs may keep in a
 * DynamoDB table: numbers of more than 17 digits, sets, bytes, attributes beside `attributes`.
 * `raw` is an item in the backend's own words: its members without "id", as attribute values
 * (cache/dynamo/attribute_value.h); NULL where plain JSON says it all. Items of shared entries have
 * none. */

/* Does this backend know an raw form? Where it does not, `raw` is NULL, and is not looked
 * at. */
bool store_supports_raw(const struct store *s);
/* As store_get(); *ret_raw is a new reference or NULL. */
enum status store_get_raw(struct store *s, struct str id, int64_t deadline, json_t **ret_attributes,
                          json_t **ret_raw, uint64_t *ret_version, struct err *err);
/* As store_put(). `raw` (may be NULL) is sound and says what `attributes` says
 * (cache/dynamo/raw_item.h). Members that it does not name stay as they are. ST_CONFLICT may also
 * mean that it was written by this very call: look again. */
enum status store_put_raw(struct store *s, struct str id, json_t *attributes, json_t *raw,
                          uint64_t version, int64_t deadline, struct err *err);
/* As store_scan(). */
typedef enum status store_each_raw_fn(void *data, struct str id, json_t *attributes, json_t *raw,
                                      struct err *err);
enum status store_scan_raw(struct store *s, size_t limit, char **cursor, store_each_raw_fn *each,
                           void *data, int64_t deadline, struct err *err);

/* ---- shared entries ---- */

/* Read one shared entry; `now` is wall-clock seconds for judging `ttl`.
 *   ST_OK    *ret_entry is a new reference (an object without "ttl"); *ret_ttl is epoch seconds,
 *            0 = never expires
 *   ST_MISS  no such entry, or it has expired (and is then removed); err untouched
 * On anything but ST_OK the results are as they were. */
enum status store_get_entry(struct store *s, struct entry_name name, int64_t now, int64_t deadline,
                            json_t **ret_entry, int64_t *ret_ttl, struct err *err);
/* Write one entry, whatever was there; others are not touched. `entry` is an object; a "ttl" in it
 * gives way to `ttl`, epoch seconds, 0 = never expires. */
enum status store_put_entry(struct store *s, struct entry_name name, json_t *entry, int64_t ttl,
                            int64_t deadline, struct err *err);
enum status store_remove_entry(struct store *s, struct entry_name name, int64_t deadline,
                               struct err *err);
/* How many entries a cache holds, expired ones that nobody has met yet included; cheap (never a
 * scan of the table). */
enum status store_count_entries(struct store *s, const char *cache, int64_t deadline,
                                int64_t *ret_count, struct err *err);

/* ---- many at once ---- */

/* For work on a whole table, such as moving it: in batches, or one transaction, as the backend has
 * it. A call that fails may have done a part, and is made again. All that is named in one call
 * differs. */

struct store_item {
    struct str id;
    json_t *attributes; /* of a put: borrowed */
    uint64_t version;
    bool done;
};
/* Read items. Of each that is there, attributes is a new reference and version its state, as by
 * store_get(); of the others NULL and 0. On anything but ST_OK nobody holds anything. */
enum status store_get_items(struct store *s, struct store_item *items, size_t count,
                            int64_t deadline, struct err *err);
/* Write each as store_put() would; `done` stays false where that conflicts. */
enum status store_put_items(struct store *s, struct store_item *items, size_t count,
                            int64_t deadline, struct err *err);

struct store_entry {
    struct entry_name name; /* with an empty key nothing is written; only old_key is removed */
    struct str old_key;     /* a key to remove in the same step; "": none */
    json_t *stored;         /* borrowed; includes its "ttl" (cache/layout.h) */
    bool if_absent;         /* keep any existing entry that has not expired */
    bool done;
};
/* Write each entry that is missing or expires earlier than the new one; with `if_absent`, only if
 * it is missing or expired. Sets `done` on those written. An entry with an empty key is `done` when
 * the old one was removed: one that was renewed meanwhile stays. `dry_run` sets `done` but changes
 * nothing.
 *
 * In layout `item` one call is one atomic write: ST_TOO_LARGE, reason "item_too_large", when the
 * entries do not fit, since only expired entries are evicted for them. As with store_put_entry(), a
 * concurrent write to the same entry may be overwritten. */
enum status store_add_entries(struct store *s, struct store_entry *entries, size_t count,
                              bool dry_run, int64_t deadline, struct err *err);

/* Count all entries anew, by reading the whole table: after a process was killed that had not told
 * what it wrote. Nothing is read where a count cannot be wrong. */
enum status store_recount(struct store *s, int64_t deadline, struct err *err);

/* ---- the backend itself ---- */

enum store_state {
    STORE_READY,      /* the table or file exists and is usable */
    STORE_MISSING,    /* there is no such table */
    STORE_NOT_ACTIVE, /* the table is being created or deleted */
    STORE_WRONG_KEY,  /* a table exists under this name, but its key is not `id` (string) */
};
struct store_facts {
    const char *backend; /* "memory", "sqlite", "dynamodb" */
    enum store_state state;
    int64_t items;    /* -1: unknown */
    int64_t bytes;    /* -1: unknown */
    char detail[200]; /* one line for people */
};
enum status store_describe(struct store *s, int64_t deadline, struct store_facts *ret_facts,
                           struct err *err);
/* Create the table when it is missing, and wait for it to be usable. */
enum status store_create_table(struct store *s, int64_t deadline, struct err *err);
void store_free(struct store *s); /* NULL is allowed */

/* ---- opening ---- */

struct store *store_memory_create(enum store_layout layout);
/* One file, WAL, synchronous=FULL: what is confirmed is on the disk. Clear errors for: folder
 * missing or read-only, not a database, disk full, newer schema (err->reason: "file_missing",
 * "folder_missing", "read_only", "not_a_database", "foreign_database", "newer_schema", "disk_full",
 * "busy"). `create`: make the file and its tables when missing. */
enum status store_sqlite_open(const char *path, enum store_layout layout, bool create,
                              struct store **ret_store, struct err *err);

/* A DynamoDB table. Opening asks nobody: a table that is missing, or credentials that are, show at
 * the first call (err->reason: "no_credentials", "access_denied", "table_missing", "wrong_region",
 * "clock_skew", "throttled", "item_too_large", "unreachable", "timeout", "credentials_expired",
 * "credentials_refused", "signature_refused", "server_fault", "answer_damaged", "contended").
 * DynamoDB has one kind of number: a real that is whole comes back as an integer. */
struct aws_credentials_settings;
struct http;
struct metrics;
struct store_dynamo_settings {
    const char *table, *region;
    const char *endpoint; /* NULL or "": the region's own */
    enum store_layout layout;
    int64_t item_max_bytes; /* of SHARED_CACHE, layout `item` */
    const struct aws_credentials_settings
        *credentials;        /* cache/dynamo/aws_credentials.h; NULL: as AWS's tools do */
    struct metrics *metrics; /* NULL: none are kept */
    int64_t try_ms;          /* of one try at an item; 0: 2000 */
};
/* `http` is borrowed and must outlive the store. ST_INVALID, reason "setting": a name or URL that
 * cannot be one. */
enum status store_dynamo_open(const struct store_dynamo_settings *settings, struct http *http,
                              struct store **ret_store, struct err *err);

/* ---- for those who write a backend ---- */

/* The interface: each backend ends in one const table of these; the calls above check arguments and
 * pass on. What waits is never called with NO_WAIT; what does not may be, and then gives
 * ST_WOULD_WAIT, or any fault, rather than wait. */
struct store_ops {
    const char *name;
    bool reads_wait, writes_wait; /* on something slow: a network, the disk's confirmation */
    enum status (*get)(void *self, struct str id, int64_t deadline, json_t **ret,
                       uint64_t *ret_version, struct err *err);
    enum status (*put)(void *self, struct str id, json_t *attributes, uint64_t version,
                       int64_t deadline, struct err *err);
    enum status (*update)(void *self, struct str id, const struct store_change *changes,
                          size_t count, int64_t deadline, struct err *err);
    enum status (*remove)(void *self, struct str id, int64_t deadline, struct err *err);
    enum status (*scan)(void *self, size_t limit, char **cursor, store_each_fn *each, void *data,
                        int64_t deadline, struct err *err);
    /* NULL, all three: there is nothing that plain JSON does not hold. */
    enum status (*get_raw)(void *self, struct str id, int64_t deadline, json_t **ret,
                           json_t **ret_raw, uint64_t *ret_version, struct err *err);
    enum status (*put_raw)(void *self, struct str id, json_t *raw, uint64_t version,
                           int64_t deadline, struct err *err);
    enum status (*scan_raw)(void *self, size_t limit, char **cursor, store_each_raw_fn *each,
                            void *data, int64_t deadline, struct err *err);
    enum status (*get_entry)(void *self, struct entry_name name, int64_t now, int64_t deadline,
                             json_t **ret_entry, int64_t *ret_ttl, struct err *err);
    enum status (*put_entry)(void *self, struct entry_name name, json_t *entry, int64_t ttl,
                             int64_t deadline, struct err *err);
    enum status (*remove_entry)(void *self, struct entry_name name, int64_t deadline,
                                struct err *err);
    enum status (*count_entries)(void *self, const char *cache, int64_t deadline,
                                 int64_t *ret_count, struct err *err);
    enum status (*get_items)(void *self, struct store_item *items, size_t count, int64_t deadline,
                             struct err *err);
    enum status (*put_items)(void *self, struct store_item *items, size_t count, int64_t deadline,
                             struct err *err);
    enum status (*add_entries)(void *self, struct store_entry *entries, size_t count, bool dry_run,
                               int64_t deadline, struct err *err);
    enum status (*recount)(void *self, int64_t deadline, struct err *err); /* NULL: no need */
    enum status (*describe)(void *self, int64_t deadline, struct store_facts *ret, struct err *err);
    enum status (*create_table)(void *self, int64_t deadline, struct err *err);
    void (*free)(void *self);
};
struct store *store_wrap(const struct store_ops *ops, void *self);

#endif
