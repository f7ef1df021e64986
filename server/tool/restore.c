/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/restore.c -- `climacast restore`: a backup back into the table.
 *
 * Nothing is written before the whole file has been read and found sound, and before it is known
 * that nothing would be lost. Restoring twice is restoring once: what is already as the backup has
 * it is left alone, so a restore that broke off is simply run again.
 *
 * Shared entries are gathered and written through restore_shared.c, for the table may keep them in
 * another layout than the backup. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/dynamo/raw_item.h"
#include "server/base/backoff.h"
#include "server/base/json_same.h"
#include "server/options.h"
#include "server/tool/args.h"
#include "server/tool/backup_file.h"
#include "server/tool/progress.h"
#include "server/tool/shared_tree.h"
#include "server/tool/store_session.h"
#include "server/tool/tool.h"

enum { TRIES = 20 };

struct restore {
    struct store_session session;
    struct backup_reader *reader;
    struct backup_head head;
    struct shared_tree tree; /* the backup's shared entries */
    bool overwrite, missing_only;
    struct progress progress;
    int64_t seen;                                   /* items in this pass */
    int64_t users, written, equal, differing, kept; /* users' items, unless said otherwise */
};

/* ---- first pass: read all, gather what is shared ---- */

static enum status gather(void *data, struct str id, json_t *attributes, json_t *raw,
                          struct err *err)
{
    struct restore *r = data;

    (void)raw; /* shared entries have none */
    if (shared_tree_holds(id))
        return shared_tree_add(&r->tree, id, attributes, err);
    r->users++;
    return ST_OK;
}

/* ---- second pass: would anything be lost? ---- */

/* Has the table an item as the backup has it? */
static bool is_equal(const struct restore *r, json_t *now, json_t *now_raw, json_t *attributes,
                     json_t *raw)
{
    return json_same(now, attributes) &&
           (!store_supports_raw(r->session.store) || raw_item_includes(now_raw, raw));
}

static enum status compare(void *data, struct str id, json_t *attributes, json_t *raw,
                           struct err *err)
{
    struct restore *r = data;
    json_t *now = NULL, *now_raw = NULL;
    enum status st;

    progress_to(&r->progress, ++r->seen);
    if (shared_tree_holds(id))
        return ST_OK;
    st = store_get_raw(r->session.store, id, store_session_deadline(), &now, &now_raw, NULL, err);
    if (st == ST_OK)
        r->differing += !is_equal(r, now, now_raw, attributes, raw);
    json_decref(now);
    json_decref(now_raw);
    return st == ST_MISS ? ST_OK : st;
}

static enum status refuse_losses(struct restore *r, struct err *err)
{
    int64_t differing = 0;
    enum status st;

    progress_begin(&r->progress, "comparing", backup_items(r->reader));
    r->seen = 0;
    st = backup_each(r->reader, compare, r, err);
    progress_end(&r->progress);
    if (st == ST_OK)
        st = shared_tree_compare(&r->tree, &r->session, &differing, err);
    if (st != ST_OK)
        return st;
    if (r->differing + differing > 0)
        return err_set(err, ST_CONFLICT,
                       "nothing was changed: %lld users' items and %lld shared entries are in the "
                       "table and differ from the backup: --overwrite takes the backup's, "
                       "--missing-only keeps the table's",
                       (long long)r->differing, (long long)differing);
    return ST_OK;
}

/* ---- third pass: write ---- */

/* One item, unless it is there and stays. ST_CONFLICT: somebody else was faster. */
static enum status put_once(struct restore *r, struct str id, json_t *attributes, json_t *raw,
                            struct err *err)
{
    json_t *now = NULL, *now_raw = NULL;
    uint64_t version = 0;
    enum status st = store_get_raw(r->session.store, id, store_session_deadline(), &now, &now_raw,
                                   &version, err);

    if (st == ST_OK && is_equal(r, now, now_raw, attributes, raw)) {
        r->equal++;
    } else if (st == ST_OK && !r->overwrite) {
        r->kept++;
    } else if (st == ST_OK || st == ST_MISS) {
        st = store_put_raw(r->session.store, id, attributes, raw, version, store_session_deadline(),
                           err);
        r->written += st == ST_OK;
    }
    json_decref(now);
    json_decref(now_raw);
    return st;
}

static enum status put(void *data, struct str id, json_t *attributes, json_t *raw, struct err *err)
{
    struct restore *r = data;
    struct backoff backoff = { .first_ms = 20, .max_ms = 400, .waits_max = TRIES - 1 };
    enum status st;

    progress_to(&r->progress, ++r->seen);
    if (shared_tree_holds(id))
        return ST_OK;
    do {
        err_clear(err);
        st = put_once(r, id, attributes, raw, err);
    } while (st == ST_CONFLICT && backoff_sleep(&backoff, INT64_MAX));
    return st;
}

static enum status write_all(struct restore *r, struct err *err)
{
    enum status st;

    progress_begin(&r->progress, "restoring", backup_items(r->reader));
    r->seen = 0;
    st = backup_each(r->reader, put, r, err);
    progress_end(&r->progress);
    if (st == ST_OK)
        st = shared_tree_write(&r->tree, &r->session, r->overwrite, err);
    if (st != ST_OK)
        err_context(err, "broke off after %lld of %lld users' items (run it again to go on)",
                    (long long)(r->written + r->equal + r->kept), (long long)r->users);
    return st;
}

/* ---- the command ---- */

static enum status restore(struct restore *r, const struct config *config, const char *path,
                           struct err *err)
{
    enum status st = backup_open(path, &r->reader, &r->head, err);

    if (st == ST_OK)
        st = shared_tree_init(&r->tree, err);
    if (st == ST_OK)
        st = backup_each(r->reader, gather, r, err);
    if (st == ST_OK)
        st = store_session_open(config, true, &r->session, err);
    if (st == ST_OK && !r->overwrite && !r->missing_only)
        st = refuse_losses(r, err);
    if (st == ST_OK)
        st = write_all(r, err);
    return st;
}

static void tell(const struct restore *r, const char *path)
{
    const struct shared_tree *t = &r->tree;

    printf("%s, made %s by version %s\n", path, r->head.made, r->head.by);
    printf("%-16s %10s %10s %10s %10s\n", "", "in backup", "written", "were equal", "kept");
    printf("%-16s %10lld %10lld %10lld %10lld\n", "users", (long long)r->users,
           (long long)r->written, (long long)r->equal, (long long)r->kept);
    printf("%-16s %10lld %10lld %10lld %10lld\n", "shared entries", (long long)t->entries,
           (long long)t->written, (long long)t->equal, (long long)t->kept);
}

static int restore_run(struct tool *tool)
{
    struct restore r = { .users = 0 };
    const struct arg_option options[] = { { "--overwrite", NULL, &r.overwrite },
                                          { "--missing-only", NULL, &r.missing_only } };
    struct args args;
    struct err err = ERR_NONE;
    enum status st;

    if (args_take(options, sizeof options / sizeof options[0], tool->argc - 1, tool->argv + 1,
                  &args, &err) != ST_OK)
        return tool_fail(tool, EXIT_USAGE, &err);
    if (args.count != 1 || (r.overwrite && r.missing_only)) {
        err_set(&err, ST_INVALID, "takes one file, and one option at most (see --help)");
        return tool_fail(tool, EXIT_USAGE, &err);
    }
    st = restore(&r, tool->config, args.words[0], &err);
    if (st == ST_OK)
        tell(&r, args.words[0]);
    shared_tree_done(&r.tree);
    store_session_close(&r.session);
    backup_close(r.reader);
    return st == ST_OK ? EXIT_SUCCESS : tool_fail(tool, EXIT_REFUSED, &err);
}

const struct command command_restore = {
    .name = "restore",
    .summary = "a backup back into the table",
    .usage = "[--overwrite | --missing-only] FILE\n"
             "\n"
             "Reads the whole of FILE first; a damaged file, one of a newer version, or one that\n"
             "would change what is in the table is refused, and nothing is written.  Into another\n"
             "backend or layout is fine.  Broken off, it is run again and goes on.\n"
             "  --overwrite      where table and backup differ, take what the backup has\n"
             "  --missing-only   where they differ, keep what the table has\n"
             "\nExit status: 0 done, 1 refused or failed, 2 used wrongly.\n",
    .run = restore_run,
};
