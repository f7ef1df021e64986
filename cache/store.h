/* SPDX-License-Identifier: Apache-2.0 */
/* cache/store.h -- persistent storage behind one interface: items by id, and shared entries by
 * cache and key.
 *
 * An item is {"id": <key>, "attributes": {...}}; in this interface `attributes` is that JSON object
 * without the wrapper. Numbers keep their JSON form, null stays null, and empty strings survive.
 * Shared entries (LocationCache, StationCache, ZoneCache) are stored in the item SHARED_CACHE or in
 * items of their own, depending on the layout; callers of the entry functions need not know. A
 * store knows nothing of Alexa or the weather.
 *
 * JSON values must stay within the limits below; member names must not be empty, and strings must
 * not contain NUL. Otherwise the call returns ST_INVALID without asking the backend. Every call is
 * thread-safe, gives up at `deadline` (ST_TIMEOUT at once if it has passed) and never logs.
 *
 * With the deadline NO_WAIT a call returns what is available at once, or ST_WOULD_WAIT with `err`
 * untouched; any failure is ST_WOULD_WAIT as well and left to a thread that may block. What counts
 * as "at once" depends on the backend:
 *     memory     everything
 *     sqlite     reads: a few short rows in the page cache take some ten microseconds, less than
 *                handing the turn to another thread; never a write, which waits for the disk
 *     dynamodb   nothing: each call crosses a network */
#ifndef CLIMACAST_CACHE_STORE_H
#define CLIMACAST_CACHE_STORE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/base/circuit.h"
#include "server/base/deadline.h"
#include "server/base/err.h"
#include "server/base/object.h"
#include "server/base/str.h"

#define STORE_SHARED_ID "SHARED_CACHE"
#define STORE_TOKENS_ID "API_TOKENS" /* cache/api_tokens.h */

enum {
    STORE_ID_MAX = 2048,    /* bytes of an item's id or a member's name, UTF-8 (as in DynamoDB) */
    STORE_KEY_MAX = 255,    /* bytes of an entry's key, UTF-8 */
    STORE_CACHE_MAX = 64,   /* bytes of a cache's name: letters, digits, underscores */
    STORE_PATH_MAX = 4,     /* members in the path of a store_change */
    STORE_NESTING_MAX = 24, /* levels of a value (DynamoDB allows 32, including the path) */
    STORE_CHANGES_MAX = 32, /* in one store_update() */
};

struct store;

struct entry_name {
    const char *cache; /* such as "StationCache" */
    struct str key;    /* such as "KBDU"; 1 to 255 bytes of UTF-8 */
};

enum store_layout {
    STORE_LAYOUT_ITEM,    /* all entries in the one item SHARED_CACHE */
    STORE_LAYOUT_ENTRIES, /* each entry in an item SHARED_CACHE#<cache>#<key> */
};

/* ---- items ---- */

/* Read an item's attributes, strongly consistent.
 *   ST_OK    *ret_attributes is a new reference, which the caller releases; *ret_version (may be
 *            NULL) identifies this state for store_put() and is never 0. Equal content has an equal
 *            version.
 *   ST_MISS  there is no such item
 *   ST_TIMEOUT, ST_UNAVAILABLE, ST_DENIED, ST_INVALID  see `err`
 * The results are only set on ST_OK. */
enum status store_get(struct store *s, struct str id, int64_t deadline, json_t **ret_attributes,
                      uint64_t *ret_version, struct err *err);

/* The same, for reading only: the data of *ret_attributes is a json_t that other threads share. Do
 * not change it, nor its reference count; object_release() the object. It may come from memory when
 * it is certain that no process has changed the item. */
enum status store_acquire(struct store *s, struct str id, int64_t deadline,
                          struct object **ret_attributes, struct err *err);

/* Replace an item's attributes if it still has that version (0: if there is no item); otherwise
 * ST_CONFLICT. */
enum status store_put(struct store *s, struct str id, json_t *attributes, uint64_t version,
                      int64_t deadline, struct err *err);

/* When a write fails, err->outcome_unknown tells whether it may have happened anyway. */

/* Set or remove members deep inside an item and leave everything else alone. To set a member, its
 * parents and the item are created as needed; a parent that is not an object (null, a text) is
 * replaced with one. The changes of one call are made in order and atomically. Two writers that set
 * different members both succeed. */
struct store_change {
    const char *const *path; /* member names below `attributes`, NULL-terminated, at most 4 */
    json_t *value;           /* borrowed; NULL removes the member, if it exists */
};
enum status store_update(struct store *s, struct str id, const struct store_change *changes,
                         size_t count, int64_t deadline, struct err *err);

/* Remove an item; ST_OK also when there is none. */
enum status store_delete(struct store *s, struct str id, int64_t deadline, struct err *err);

/* Call `each` for the items of one page, in no particular order. *cursor is NULL before the first
 * page and after the last one; in between it is malloc'd text, which the caller frees if it stops
 * early. `each` must not call the store. Pages may be empty. */
typedef enum status store_each_fn(void *data, struct str id, json_t *attributes, struct err *err);
enum status store_scan(struct store *s, size_t limit, char **cursor, store_each_fn *each,
                       void *data, int64_t deadline, struct err *err);

/* ---- raw items ---- */

/* For lossless copies. Other programs may store values in a DynamoDB table that plain JSON cannot
 * represent: numbers of more than 17 digits, sets, bytes, attributes beside `attributes`. `raw` is
 * an item in the backend's own form: its members except "id", as attribute values
 * (cache/dynamo/attribute_value.h). It is NULL where plain JSON loses nothing, as in items of
 * shared entries. */

/* Does this backend have a raw form? If not, `raw` is always NULL, and ignored. */
bool store_supports_raw(const struct store *s);
/* Like store_get(); *ret_raw is a new reference or NULL. */
enum status store_get_raw(struct store *s, struct str id, int64_t deadline, json_t **ret_attributes,
                          json_t **ret_raw, uint64_t *ret_version, struct err *err);
/* Like store_put(). `raw` (may be NULL) must be valid and have the same content as `attributes`
 * (cache/dynamo/raw_item.h). Members that it does not name are left alone. ST_CONFLICT may also
 * mean that this call has written the item: read it again. */
enum status store_put_raw(struct store *s, struct str id, json_t *attributes, json_t *raw,
                          uint64_t version, int64_t deadline, struct err *err);
/* Like store_scan(). */
typedef enum status store_each_raw_fn(void *data, struct str id, json_t *attributes, json_t *raw,
                                      struct err *err);
enum status store_scan_raw(struct store *s, size_t limit, char **cursor, store_each_raw_fn *each,
                           void *data, int64_t deadline, struct err *err);

/* ---- shared entries ---- */

/* Read one shared entry; `now` is wall-clock seconds.
 *   ST_OK    *ret_entry is a new reference (an object without "ttl"); *ret_ttl is the expiry in
 *            epoch seconds, 0: never
 *   ST_MISS  there is no such entry, or it has expired (and is removed); `err` is untouched
 * The results are only set on ST_OK. */
enum status store_get_entry(struct store *s, struct entry_name name, int64_t now, int64_t deadline,
                            json_t **ret_entry, int64_t *ret_ttl, struct err *err);
/* Write one entry, replacing any existing one. `entry` is an object; a "ttl" in it is replaced with
 * `ttl`, epoch seconds, 0: never expires. */
enum status store_put_entry(struct store *s, struct entry_name name, json_t *entry, int64_t ttl,
                            int64_t deadline, struct err *err);
enum status store_remove_entry(struct store *s, struct entry_name name, int64_t deadline,
                               struct err *err);
/* Write or remove many entries, each as by the two above: in one transaction if the backend has
 * them, and one by one if that fails, so that an entry that cannot be written does not hold up the
 * others. Sets `status` and `err` of each. ST_WOULD_WAIT: not tried, because the store did not
 * respond before. The names of one call must be distinct. */
struct store_write {
    struct entry_name name;
    json_t *entry; /* borrowed; NULL: remove it */
    int64_t ttl;
    enum status status;
    struct err err;
};
void store_write_entries(struct store *s, struct store_write *writes, size_t count,
                         int64_t deadline);
/* The number of entries in a cache, including expired ones that have not been removed yet. Cheap:
 * never scans the table. */
enum status store_count_entries(struct store *s, const char *cache, int64_t deadline,
                                int64_t *ret_count, struct err *err);

/* ---- batches ---- */

/* For work on a whole table, such as migrating it: in batches or in one transaction, as the backend
 * can. A call that fails may have done some of the work and can be repeated. The ids (and entry
 * names) of one call must be distinct. */

struct store_item {
    struct str id;
    json_t *attributes; /* borrowed when writing */
    uint64_t version;
    bool done;
};
/* Read items. Each that exists gets a new reference in `attributes` and its `version`, as by
 * store_get(); the others get NULL and 0. On failure no references are held. */
enum status store_get_items(struct store *s, struct store_item *items, size_t count,
                            int64_t deadline, struct err *err);
/* Write each like store_put(); `done` stays false on a conflict. */
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
 * the old one was removed: one that was renewed in the meantime stays. `dry_run` sets `done` but
 * changes nothing.
 *
 * In layout `item` one call is one atomic write: ST_TOO_LARGE, reason "item_too_large", when the
 * entries do not fit, since only expired entries are evicted for them. As with store_put_entry(), a
 * concurrent write to the same entry may be overwritten. */
enum status store_add_entries(struct store *s, struct store_entry *entries, size_t count,
                              bool dry_run, int64_t deadline, struct err *err);

/* Rebuild the counts of entries by scanning the whole table, after a process was killed before it
 * saved its counts. Does nothing in backends whose counts cannot be wrong. */
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
    int64_t items;    /* without the skill's own (layout.h), except for DynamoDB, which counts all
                         of them a few times a day; -1: unknown */
    int64_t bytes;    /* -1: unknown */
    char detail[200]; /* one line of text */
};
enum status store_describe(struct store *s, int64_t deadline, struct store_facts *ret_facts,
                           struct err *err);
/* Create the table if it is missing, and wait until it is usable. */
enum status store_create_table(struct store *s, int64_t deadline, struct err *err);
void store_free(struct store *s); /* NULL is allowed */

/* Limit how long reads and writes of items and entries may take, whatever their deadline, and leave
 * the store alone while it does not respond (cache/store_guard.h has the figures): a call may then
 * be ST_TIMEOUT earlier, or ST_UNAVAILABLE at once. For processes that serve users; before other
 * threads use the store. */
enum status store_protect(struct store *s, struct circuit_report report, struct metrics *metrics,
                          struct err *err);

/* ---- opening ---- */

struct store *store_memory_create(enum store_layout layout);
/* One file, in WAL mode with synchronous=FULL: a confirmed write is on the disk. `create`: create
 * the file and its tables if they are missing. err->reason is one of "file_missing",
 * "folder_missing", "read_only", "not_a_database", "foreign_database", "newer_schema", "disk_full",
 * "busy". */
enum status store_sqlite_open(const char *path, enum store_layout layout, bool create,
                              struct store **ret_store, struct err *err);

/* A DynamoDB table. Opening sends no request: a missing table or missing credentials show at the
 * first call. err->reason is one of "no_credentials", "access_denied", "table_missing",
 * "wrong_region", "clock_skew", "throttled", "item_too_large", "unreachable", "timeout",
 * "credentials_expired", "credentials_refused", "signature_refused", "server_fault",
 * "answer_damaged", "contended". DynamoDB has one type of number: a real with an integral value
 * comes back as an integer. */
struct aws_credentials_settings;
struct http;
struct store_dynamo_settings {
    const char *table, *region;
    const char *endpoint; /* NULL or "": that of the region */
    enum store_layout layout;
    int64_t item_max_bytes; /* of SHARED_CACHE, layout `item` */
    const struct aws_credentials_settings
        *credentials;        /* cache/dynamo/aws_credentials.h; NULL: the default chain */
    struct metrics *metrics; /* may be NULL */
    int64_t try_ms;          /* of one attempt at an item; 0: 2000 */
};
/* `http` is borrowed and must outlive the store. ST_INVALID, reason "setting": an invalid name or
 * URL. */
enum status store_dynamo_open(const struct store_dynamo_settings *settings, struct http *http,
                              struct store **ret_store, struct err *err);

/* ---- backends ---- */

/* Each backend ends with a const table of these; the functions above check arguments and pass them
 * on. A function that waits is never called with NO_WAIT. One that does not wait may be, and then
 * returns ST_WOULD_WAIT, or any failure, instead of blocking. */
struct store_ops {
    const char *name;
    bool reads_wait, writes_wait; /* for something slow: a network, a disk flush */
    enum status (*get)(void *self, struct str id, int64_t deadline, json_t **ret,
                       uint64_t *ret_version, struct err *err);
    enum status (*acquire)(void *self, struct str id, int64_t deadline, struct object **ret,
                           struct err *err); /* may be NULL */
    enum status (*put)(void *self, struct str id, json_t *attributes, uint64_t version,
                       int64_t deadline, struct err *err);
    enum status (*update)(void *self, struct str id, const struct store_change *changes,
                          size_t count, int64_t deadline, struct err *err);
    enum status (*remove)(void *self, struct str id, int64_t deadline, struct err *err);
    enum status (*scan)(void *self, size_t limit, char **cursor, store_each_fn *each, void *data,
                        int64_t deadline, struct err *err);
    /* All three NULL: plain JSON represents everything. */
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
    /* All of them in one transaction, or a failure, after which they are written one by one. NULL:
     * the backend has no transactions. */
    enum status (*write_entries)(void *self, const struct store_write *writes, size_t count,
                                 int64_t deadline, struct err *err);
    enum status (*count_entries)(void *self, const char *cache, int64_t deadline,
                                 int64_t *ret_count, struct err *err);
    enum status (*get_items)(void *self, struct store_item *items, size_t count, int64_t deadline,
                             struct err *err);
    enum status (*put_items)(void *self, struct store_item *items, size_t count, int64_t deadline,
                             struct err *err);
    enum status (*add_entries)(void *self, struct store_entry *entries, size_t count, bool dry_run,
                               int64_t deadline, struct err *err);
    enum status (*recount)(void *self, int64_t deadline, struct err *err); /* may be NULL */
    enum status (*describe)(void *self, int64_t deadline, struct store_facts *ret, struct err *err);
    enum status (*create_table)(void *self, int64_t deadline, struct err *err);
    void (*free)(void *self);
};
/* Takes over `self`. Returns NULL, with `self` freed, when out of memory. */
struct store *store_wrap(const struct store_ops *ops, void *self);

#endif
