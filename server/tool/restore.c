/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/restore.c -- `climacast restore`: writes a backup back to the table.
 *
 * The file is read three times: to validate it, to make sure that nothing in the table would be
 * lost, and to write. So a damaged or unwanted backup changes nothing. Restoring is idempotent:
 * items that already match are left alone, so an interrupted restore is simply run again.
 *
 * Shared entries are collected in a shared_tree because the table may store them in another layout
 * than the backup. What the skill keeps for itself, such as its statistics, does not prevent a
 * restore: the table's stays unless --overwrite replaces it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/dynamo/raw_item.h"
#include "cache/layout.h"
#include "server/base/backoff.h"
#include "server/base/json_same.h"
#include "server/config/options.h"
#include "server/tool/args.h"
#include "server/tool/backup_file.h"
#include "server/tool/confirm.h"
#include "server/tool/progress.h"
#include "server/tool/shared_tree.h"
#include "server/tool/store_session.h"
#include "server/tool/tool.h"

enum { TRIES = 20 };

struct restore {
    struct store_session session;
    struct backup_reader *reader;
    struct backup_head head;
    struct shared_tree tree; /* all shared entries of the backup */
    bool overwrite, missing_only, yes;
    struct progress progress;
    int64_t seen;                                       /* items in this pass */
    int64_t users, written, identical, differing, kept; /* users' items */
};

/* ---- first pass: validate, collect the shared entries ---- */

static enum status collect_item(void *data, struct str id, json_t *attributes, json_t *raw,
                                struct err *err)
{
    struct restore *r = data;

    (void)raw; /* shared entries are plain JSON */
    if (layout_is_shared(id))
        return shared_tree_add(&r->tree, id, attributes, err);
    r->users += !layout_is_internal(id);
    return ST_OK;
}

/* ---- second pass: would anything be lost? ---- */

static bool is_identical(const struct restore *r, json_t *now, json_t *now_raw, json_t *attributes,
                         json_t *raw)
{
    return json_same(now, attributes) &&
           (!store_supports_raw(r->session.store) || raw_item_includes(now_raw, raw));
}

static enum status compare_item(void *data, struct str id, json_t *attributes, json_t *raw,
                                struct err *err)
{
    struct restore *r = data;
    json_t *now = NULL, *now_raw = NULL;
    enum status st;

    progress_update(&r->progress, ++r->seen);
    if (layout_is_shared(id) || layout_is_internal(id))
        return ST_OK;
    st = store_get_raw(r->session.store, id, store_session_deadline(), &now, &now_raw, NULL, err);
    if (st == ST_OK)
        r->differing += !is_identical(r, now, now_raw, attributes, raw);
    json_decref(now);
    json_decref(now_raw);
    return st == ST_MISS ? ST_OK : st;
}

/* Count the users' items and shared entries of the table that differ from the backup. */
static enum status count_differing(struct restore *r, int64_t *ret_entries, struct err *err)
{
    enum status st;

    progress_begin(&r->progress, "comparing", backup_reader_items(r->reader));
    r->seen = 0;
    st = backup_reader_each(r->reader, compare_item, r, err);
    progress_end(&r->progress);
    return st == ST_OK ? shared_tree_compare(&r->tree, &r->session, ret_entries, err) : st;
}

static enum status refuse_conflicts(struct restore *r, struct err *err)
{
    int64_t differing = 0;
    enum status st = count_differing(r, &differing, err);

    if (st != ST_OK)
        return st;
    if (r->differing + differing > 0)
        return err_set(
            err, ST_CONFLICT,
            "nothing was written: %lld users' items and %lld shared entries in the table "
            "differ from the backup; pass --overwrite to replace them, or "
            "--missing-only to keep them",
            (long long)r->differing, (long long)differing);
    return ST_OK;
}

static enum status confirm_overwrite(struct restore *r, struct err *err)
{
    int64_t differing = 0;
    enum status st = r->yes ? ST_OK : count_differing(r, &differing, err);

    if (st != ST_OK || r->differing + differing == 0)
        return st;
    return confirm_ask(r->yes, err,
                       "Replace %lld users' items and %lld shared entries in the table, which "
                       "differ from the backup?",
                       (long long)r->differing, (long long)differing);
}

/* ---- third pass: write ---- */

/* Write one item unless the table's is kept. ST_CONFLICT: it was modified meanwhile. */
static enum status put_item_once(struct restore *r, struct str id, json_t *attributes, json_t *raw,
                                 struct err *err)
{
    json_t *now = NULL, *now_raw = NULL;
    uint64_t version = 0;
    int64_t one = !layout_is_internal(id); /* only users are counted */
    enum status st = store_get_raw(r->session.store, id, store_session_deadline(), &now, &now_raw,
                                   &version, err);

    if (st == ST_OK && is_identical(r, now, now_raw, attributes, raw)) {
        r->identical += one;
    } else if (st == ST_OK && !r->overwrite) {
        r->kept += one;
    } else if (st == ST_OK || st == ST_MISS) {
        st = store_put_raw(r->session.store, id, attributes, raw, version, store_session_deadline(),
                           err);
        r->written += st == ST_OK ? one : 0;
    }
    json_decref(now);
    json_decref(now_raw);
    return st;
}

static enum status put_item(void *data, struct str id, json_t *attributes, json_t *raw,
                            struct err *err)
{
    struct restore *r = data;
    struct backoff backoff = { .first_ms = 20, .max_ms = 400, .waits_max = TRIES - 1 };
    enum status st;

    progress_update(&r->progress, ++r->seen);
    if (layout_is_shared(id))
        return ST_OK;
    do {
        err_clear(err);
        st = put_item_once(r, id, attributes, raw, err);
    } while (st == ST_CONFLICT && backoff_sleep(&backoff, INT64_MAX));
    return st;
}

static enum status write_all(struct restore *r, struct err *err)
{
    enum status st;

    progress_begin(&r->progress, "restoring", backup_reader_items(r->reader));
    r->seen = 0;
    st = backup_reader_each(r->reader, put_item, r, err);
    progress_end(&r->progress);
    if (st == ST_OK)
        st = shared_tree_write(&r->tree, &r->session, r->overwrite, err);
    if (st != ST_OK)
        err_context(err, "stopped after %lld of %lld users' items (run it again to continue)",
                    (long long)(r->written + r->identical + r->kept), (long long)r->users);
    return st;
}

/* ---- the command ---- */

static enum status restore_file(struct restore *r, const struct config *config, const char *path,
                                struct err *err)
{
    enum status st = backup_reader_open(path, &r->reader, &r->head, err);

    if (st == ST_OK)
        st = shared_tree_init(&r->tree, err);
    if (st == ST_OK)
        st = backup_reader_each(r->reader, collect_item, r, err);
    if (st == ST_OK)
        st = store_session_open(config, true, &r->session, err);
    if (st == ST_OK && !r->missing_only)
        st = r->overwrite ? confirm_overwrite(r, err) : refuse_conflicts(r, err);
    if (st == ST_OK)
        st = write_all(r, err);
    return st;
}

static void print_report(const struct restore *r, const char *path)
{
    const struct shared_tree *t = &r->tree;

    printf("%s, written %s by version %s\n", path, r->head.made, r->head.by);
    printf("%-16s %10s %10s %10s %10s\n", "", "in backup", "written", "identical", "kept");
    printf("%-16s %10lld %10lld %10lld %10lld\n", "users", (long long)r->users,
           (long long)r->written, (long long)r->identical, (long long)r->kept);
    printf("%-16s %10lld %10lld %10lld %10lld\n", "shared entries", (long long)t->entries,
           (long long)t->written, (long long)t->identical, (long long)t->kept);
}

static int restore_run(struct tool *tool)
{
    struct restore r = { .users = 0 };
    const struct arg_option options[] = { { "--overwrite", NULL, &r.overwrite },
                                          { "--missing-only", NULL, &r.missing_only },
                                          CONFIRM_OPTION(r.yes) };
    struct args args;
    struct err err = ERR_NONE;
    enum status st;

    if (args_parse(options, sizeof options / sizeof options[0], tool->argc - 1, tool->argv + 1,
                   &args, &err) != ST_OK)
        return tool_fail(tool, EXIT_USAGE, &err);
    if (args.count != 1 || (r.overwrite && r.missing_only)) {
        err_set(&err, ST_INVALID, "expected one file and at most one option (see --help)");
        return tool_fail(tool, EXIT_USAGE, &err);
    }
    if (r.overwrite && confirm_check(r.yes, &err) != ST_OK)
        return tool_fail(tool, EXIT_USAGE, &err);
    st = restore_file(&r, tool->config, args.words[0], &err);
    if (st == ST_OK)
        print_report(&r, args.words[0]);
    shared_tree_done(&r.tree);
    store_session_close(&r.session);
    backup_reader_close(r.reader);
    return st == ST_OK ? EXIT_SUCCESS : tool_fail(tool, EXIT_REFUSED, &err);
}

const struct command command_restore = {
    .name = "restore",
    .summary = "restore a backup",
    .usage =
        "[--overwrite [--yes] | --missing-only] FILE\n"
        "\n"
        "Checks all of FILE first.  A damaged file, one of a newer version, or one that would\n"
        "change existing items is refused, and nothing is written.  The backend and layout may\n"
        "differ from those of the backup.  Safe to rerun if interrupted.\n"
        "  --overwrite      replace items that differ from the backup, after asking\n"
        "  --yes            do not ask; required where there is no terminal\n"
        "  --missing-only   keep items that differ from the backup\n"
        "\nExit status: 0 success, 1 refused or failed, 2 usage error.\n",
    .run = restore_run,
};
