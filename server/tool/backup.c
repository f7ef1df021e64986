/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/backup.c -- `climacast backup`: writes every item of the table to a file while the
 * daemon runs.
 *
 * Each item is read atomically, but the backup is not a snapshot of the whole table: an item that
 * changes meanwhile is saved as of some moment during the backup. That suffices because users'
 * items are independent of each other and shared entries can be fetched again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/layout.h"
#include "server/base/clock.h"
#include "server/base/time_text.h"
#include "server/config/options.h"
#include "server/tool/args.h"
#include "server/tool/backup_file.h"
#include "server/tool/progress.h"
#include "server/tool/store_session.h"
#include "server/tool/tool.h"

enum { PAGE_ITEMS = 200 };

struct backup {
    struct store_session session;
    struct backup_writer *writer;
    struct progress progress;
    int64_t items;
};

static enum status copy_item(void *data, struct str id, json_t *attributes, json_t *raw,
                             struct err *err)
{
    struct backup *b = data;

    progress_update(&b->progress, ++b->items);
    if (layout_is_transient(id))
        return ST_OK;
    return backup_writer_add(b->writer, id, attributes, raw, err);
}

static enum status copy_all(struct backup *b, struct err *err)
{
    char *cursor = NULL;
    enum status st;

    do
        st = store_scan_raw(b->session.store, PAGE_ITEMS, &cursor, copy_item, b,
                            store_session_deadline(), err);
    while (st == ST_OK && cursor);
    free(cursor);
    return st;
}

static enum status begin_backup(struct backup *b, const struct config *config, const char *path,
                                bool force, struct err *err)
{
    struct backup_head head = { .by = CLIMACAST_VERSION };
    struct store_facts facts;
    enum status st = store_describe(b->session.store, store_session_deadline(), &facts, err);

    if (st != ST_OK)
        return st;
    time_format_rfc3339(clock_wall_s(), head.made);
    (void)snprintf(head.backend, sizeof head.backend, "%s", facts.backend);
    (void)snprintf(head.layout, sizeof head.layout, "%s",
                   config_text(config, CONFIG_PERSISTENCE_SHARED_LAYOUT));
    head.format = store_supports_raw(b->session.store) ? BACKUP_FORMAT : BACKUP_PLAIN;
    progress_begin(&b->progress, "items", facts.items);
    return backup_writer_begin(path, force, &head, &b->writer, err);
}

static int backup_run(struct tool *tool)
{
    struct backup b = { .items = 0 };
    bool force = false;
    const struct arg_option options[] = { { "--force", NULL, &force } };
    struct args args;
    struct err err = ERR_NONE;
    enum status st;

    if (args_parse(options, sizeof options / sizeof options[0], tool->argc - 1, tool->argv + 1,
                   &args, &err) != ST_OK)
        return tool_fail(tool, EXIT_USAGE, &err);
    if (args.count != 1) {
        err_set(&err, ST_INVALID, "expected one file name (see --help)");
        return tool_fail(tool, EXIT_USAGE, &err);
    }
    st = store_session_open(tool->config, false, &b.session, &err);
    if (st == ST_OK)
        st = begin_backup(&b, tool->config, args.words[0], force, &err);
    if (st == ST_OK)
        st = copy_all(&b, &err);
    progress_end(&b.progress);
    if (st == ST_OK)
        st = backup_writer_commit(b.writer, &err);
    else
        backup_writer_abandon(b.writer);
    store_session_close(&b.session);
    if (st != ST_OK)
        return tool_fail(tool, EXIT_REFUSED, &err);
    fprintf(stderr, "%lld items written to %s\n", (long long)b.items,
            strcmp(args.words[0], "-") == 0 ? "standard output" : args.words[0]);
    return EXIT_SUCCESS;
}

const struct command command_backup = {
    .name = "backup",
    .summary = "write all items of the table to a file",
    .usage =
        "[--force] FILE\n"
        "\n"
        "Writes all users' settings and all shared entries as JSON lines.  The daemon may keep\n"
        "running.  FILE is written atomically, readable only by its owner, and replaces an\n"
        "older backup of that name; - writes to standard output.\n"
        "\n"
        "Data that other programs store in users' items of a DynamoDB table is restored\n"
        "exactly to DynamoDB.  Other backends store it as plain JSON: numbers are rounded to 17\n"
        "digits, sets become lists and binary values become strings.\n"
        "  --force   replace FILE even if it is not a backup\n"
        "\nExit status: 0 success, 1 failed (FILE is unchanged), 2 usage error.\n",
    .run = backup_run,
};
