/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/migrate.h -- inside `climacast migrate`: moving a table, whichever way.
 *
 * A way tells where the items come from, page by page, and in parts: the old tables one after the
 * other, or first the shared entries of a store and then its users. The rest is the same for all:
 * what comes goes through the sink into a store, the mark in that store says how far it has come,
 * and in the end everything is read once more and looked for.
 *
 * What is written is only ever what is not there: so the daemon may run on either side, and a run
 * that was killed, or one that was not needed, does no harm. */
#ifndef CLIMACAST_SERVER_TOOL_MIGRATE_H
#define CLIMACAST_SERVER_TOOL_MIGRATE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "cache/store.h"
#include "server/base/arena.h"
#include "server/base/err.h"
#include "server/base/http.h"
#include "server/config.h"
#include "server/tool/migrate_counts.h"
#include "server/tool/progress.h"

enum { MIGRATE_PAGE = 100, MIGRATE_MODE_MAX = 600 };

#define MIGRATE_USERS "UserCache"

/* ---- the sink: what goes into a store, gathered into batches ---- */

struct migrate_writer {
    struct store *store;
    struct migrate_counts *counts;
    bool look;      /* nothing is written: what would be? */
    bool whole;     /* all entries go in one write: DynamoDB, layout `item` */
    bool overwrite; /* users' items: what comes counts, not what is there */
    bool if_absent; /* entries: whatever is there stays */
    int64_t most;   /* bytes of entries, with `whole` */

    struct store_entry *entries;
    size_t entry_count, entry_room;
    int64_t entry_bytes;
    struct store_item users[MIGRATE_PAGE];
    size_t user_count;
};

void migrate_writer_done(struct migrate_writer *s);
/* One entry as it is stored, under `key`; `from` as in struct store_entry. */
enum status migrate_writer_entry(struct migrate_writer *s, const char *cache, struct str key,
                                 struct str from, json_t *stored, struct err *err);
/* One user's item. Where there is one, only what it has not is added. */
enum status migrate_writer_user(struct migrate_writer *s, struct str id, json_t *attributes,
                                struct err *err);
/* Write, or look for, what was gathered; with `all` also entries that wait to go together. */
enum status migrate_writer_flush(struct migrate_writer *s, bool all, struct err *err);

/* ---- the mark: how far it has come, in the store it goes to ---- */

struct migrate_checkpoint {
    char mode[MIGRATE_MODE_MAX]; /* what is being done, from where */
    int64_t part;
    char *cursor; /* malloc'd; NULL: the part's beginning */
    uint64_t version;
    int64_t saved_ms;
};

/* Read it: ST_OK with mark->part and ->cursor set, and the counts of what was written; all zero
 * when there is none. ST_CONFLICT: there is one of another mode. */
enum status migrate_checkpoint_read(struct migrate_checkpoint *m, struct store *store, bool forget,
                                    struct migrate_counts *counts, struct err *err);
/* ST_CONFLICT: somebody else has written it. */
enum status migrate_checkpoint_save(struct migrate_checkpoint *m, struct store *store,
                                    const struct migrate_counts *counts, struct err *err);
enum status migrate_checkpoint_remove(struct migrate_checkpoint *m, struct store *store,
                                      struct err *err);
/* Is this the item in which the mark lies? */
bool migrate_checkpoint_owns(struct str id);

/* ---- a migration ---- */

struct migration;

struct migrate_source {
    const char *option; /* "--from-tables" */
    const char *column; /* over what is counted as `read`: "in old table" */
    bool moves;         /* what has been written is not in the source any more */
    size_t parts;
    bool users[4]; /* does a part hold users' items? the parts with entries come first */
    /* Open what it reads from, and judge it; m->into is open. */
    enum status (*begin)(struct migration *m, struct err *err);
    /* The next page of a part into m->writer; *cursor as of store_scan(). */
    enum status (*page)(struct migration *m, size_t part, char **cursor, struct err *err);
    /* All is there. May be NULL. */
    enum status (*finalize)(struct migration *m, struct err *err);
};
extern const struct migrate_source migrate_tables, migrate_rekey, migrate_layout, migrate_to;

struct legacy_table;

struct migration {
    const struct config *config;
    const struct migrate_source *source;
    const char *argument; /* of --layout and --to */
    bool dry_run, restart, overwrite, skip_missing;

    struct http *http;
    struct store *into; /* where it goes to */
    enum store_layout layout;
    struct store *out; /* where it comes from, unless it is the old tables */
    struct legacy_table *tables[4];
    int64_t total; /* items in the source, about; -1: unknown */

    struct arena *arena; /* of one item */
    struct migrate_counts counts;
    struct migrate_writer writer;
    struct migrate_checkpoint checkpoint;
    struct progress progress;
    int64_t seen;
    bool checking; /* everything has been written: it is being looked for */
    bool nothing;  /* nothing has to be done */
    bool resumed;  /* it goes on from, or forgets, what an earlier run has begun */
    int rounds;
    char note[400]; /* what the owner has to do next; "" when there is nothing */
};

/* One entry of the source, as it is stored there, on its way into the sink. */
enum status migrate_entry(struct migration *m, const char *cache, struct str key, json_t *stored,
                          struct err *err);
/* Something of the source that cannot be kept. */
void migrate_count_unusable(struct migration *m, const char *cache, const char *why);
/* One more of the source has been read. */
struct migrate_row *migrate_count_read(struct migration *m, const char *cache);

/* Open one of the two backends; `create`: make it when missing. */
enum status migrate_open(const struct migration *m, const char *backend, enum store_layout layout,
                         bool create, struct store **ret_store, struct err *err);

/* Everything: copy, look for it all, finalize. The counts tell. */
enum status migrate_run(struct migration *m, struct err *err);

#endif
