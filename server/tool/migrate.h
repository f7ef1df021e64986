/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/migrate.h -- inside `climacast migrate`: copying items from a source to a table.
 *
 * A source delivers its items page by page, in parts: the old tables one after the other, or first
 * the shared entries of a store and then its users. The rest is the same for every source: the
 * items go through the writer into the target store, a checkpoint in that store records the
 * progress, and finally everything is read once more to verify that it arrived.
 *
 * Existing data is never overwritten (unless --overwrite asks for it), so daemons may run on either
 * side, and a migration may be killed, rerun, or run unnecessarily. */
#ifndef CLIMACAST_SERVER_TOOL_MIGRATE_H
#define CLIMACAST_SERVER_TOOL_MIGRATE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "cache/store.h"
#include "server/base/arena.h"
#include "server/base/err.h"
#include "server/base/http.h"
#include "server/config/config.h"
#include "server/tool/migrate_counts.h"
#include "server/tool/old_tables.h"
#include "server/tool/progress.h"

enum { MIGRATE_PAGE = 100, MIGRATE_MODE_MAX = 600 };

#define MIGRATE_USERS "UserCache"

/* ---- the writer: batches of what goes into the target store ---- */

struct migrate_writer {
    struct store *store;
    struct migrate_counts *counts;
    bool dry_run;      /* write nothing; count what would be written as missing */
    bool one_write;    /* all entries go in one write: DynamoDB, layout `item` */
    bool overwrite;    /* users' items: the source's settings win */
    bool if_absent;    /* entries: existing ones stay (struct store_entry) */
    int64_t max_bytes; /* of all entries, with `one_write` */

    struct store_entry *entries;
    size_t entry_count, entry_cap;
    int64_t entry_bytes;
    struct store_item users[MIGRATE_PAGE];
    size_t user_count;
};

void migrate_writer_done(struct migrate_writer *w);
/* Add one stored entry under `key`; `old_key` as in struct store_entry. */
enum status migrate_writer_entry(struct migrate_writer *w, const char *cache, struct str key,
                                 struct str old_key, json_t *stored, struct err *err);
/* Add one user's item. If the user exists, only missing settings are written. */
enum status migrate_writer_user(struct migrate_writer *w, struct str id, json_t *attributes,
                                struct err *err);
/* Write the batch. Entries that go in one write are held back unless `all`. */
enum status migrate_writer_flush(struct migrate_writer *w, bool all, struct err *err);

/* ---- the checkpoint: progress, saved in the target store ---- */

struct migrate_checkpoint {
    char mode[MIGRATE_MODE_MAX]; /* which migration it belongs to, and from where */
    int64_t part;
    char *cursor;     /* malloc'd; NULL at the beginning of the part */
    uint64_t version; /* of the saved item; 0 when there is none */
    int64_t saved_ms; /* monotonic */
};

/* Load the saved checkpoint: part, cursor, and the counts of what was written. When there is none,
 * or `restart` is set, they stay as they are. ST_CONFLICT: it belongs to another mode. */
enum status migrate_checkpoint_load(struct migrate_checkpoint *c, struct store *store, bool restart,
                                    struct migrate_counts *counts, struct err *err);
/* ST_CONFLICT: another process has saved one. */
enum status migrate_checkpoint_save(struct migrate_checkpoint *c, struct store *store,
                                    const struct migrate_counts *counts, struct err *err);
enum status migrate_checkpoint_remove(struct migrate_checkpoint *c, struct store *store,
                                      struct err *err);
/* Is this the id of the checkpoint's item? */
bool migrate_checkpoint_owns(struct str id);

/* ---- sources ---- */

struct migration;

struct migrate_source {
    const char *option; /* "--from-tables" */
    const char *column; /* heading of the column `read`: "in old table" */
    bool moves;         /* written items disappear from the source */
    size_t parts;
    bool users[4]; /* does a part hold users' items? Parts with entries come first. */
    /* Open the source and check it; m->target is open. */
    enum status (*begin)(struct migration *m, struct err *err);
    /* Send the next page of a part to m->writer; *cursor as with store_scan(). */
    enum status (*page)(struct migration *m, size_t part, char **cursor, struct err *err);
    /* Called after verification; may be NULL. */
    enum status (*finalize)(struct migration *m, struct err *err);
};
extern const struct migrate_source migrate_tables, migrate_rekey, migrate_layout, migrate_to;

struct legacy_table;

/* ---- a migration ---- */

struct migration {
    const struct config *config;
    const struct migrate_source *source;
    const char *argument; /* of --layout and --to */
    bool dry_run, restart, overwrite, skip_missing, yes;

    struct http *http;
    struct store *target;
    enum store_layout layout; /* of the target */
    struct store *origin;     /* what the source reads, unless that is the old tables */
    struct legacy_table *tables[OLD_TABLES]; /* NULL when missing */
    int64_t total;                           /* items in the source, roughly; -1 when unknown */

    struct arena *arena; /* reset for each item */
    struct migrate_counts counts;
    struct migrate_writer writer;
    struct migrate_checkpoint checkpoint;
    struct progress progress;
    int64_t items_read;
    bool verifying; /* the second reading of a pass */
    bool nothing_to_do;
    bool resumed; /* there was a checkpoint of an earlier run */
    int passes;
    char note[400]; /* the operator's next step; "" for none */
};

/* Send one stored entry of the source to the writer, unless it is expired or invalid. */
enum status migrate_entry(struct migration *m, const char *cache, struct str key, json_t *stored,
                          struct err *err);
/* Count an item of the source that cannot be stored. */
void migrate_count_unusable(struct migration *m, const char *cache, const char *why);
/* Count an item of the source as read. Returns its row. */
struct migrate_row *migrate_count_read(struct migration *m, const char *cache);

/* Open one of the two backends. With `create`, create a missing table. */
enum status migrate_open(const struct migration *m, const char *backend, enum store_layout layout,
                         bool create, struct store **ret_store, struct err *err);

/* Run the migration: copy, verify, finalize. Fills in m->counts and m->note. */
enum status migrate_run(struct migration *m, struct err *err);

#endif
