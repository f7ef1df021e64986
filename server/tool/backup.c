/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/backup.c -- `climacast backup`: every item of the table into a file, while the daemon
 * runs.
 *
 * Each item is read in one piece, so it is whole; an item that changes meanwhile is in the file as
 * it was at one moment of the backup. Users' items do not hang together with each other, and shared
 * entries can be asked for anew, so no more than that is needed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/clock.h"
#include "server/base/time_text.h"
#include "server/options.h"
#include "server/tool/args.h"
#include "server/tool/backup_file.h"
#include "server/tool/progress.h"
#include "server/tool/store_session.h"
#include "server/tool/tool.h"

enum { PAGE = 200 };

struct backup {
    struct store_session session;
    struct backup_writer *writer;
    struct progress progress;
    int64_t items;
};

static enum status take_item(void *data, struct str id, json_t *attributes, json_t *raw,
                             struct err *err)
{
    struct backup *b = data;

    progress_to(&b->progress, ++b->items);
    return backup_add(b->writer, id, attributes, raw, err);
}

static enum status copy_all(struct backup *b, struct err *err)
{
    char *cursor = NULL;
    enum status st;

    do
        st = store_scan_raw(b->session.store, PAGE, &cursor, take_item, b, store_session_deadline(),
                            err);
    while (st == ST_OK && cursor);
    free(cursor);
    return st;
}

static enum status begin(struct backup *b, const struct config *config, const char *path,
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
    return backup_begin(path, force, &head, &b->writer, err);
}

static int backup_run(struct tool *tool)
{
    struct backup b = { .items = 0 };
    bool force = false;
    const struct arg_option options[] = { { "--force", NULL, &force } };
    struct args args;
    struct err err = ERR_NONE;
    enum status st;

    if (args_take(options, sizeof options / sizeof options[0], tool->argc - 1, tool->argv + 1,
                  &args, &err) != ST_OK)
        return tool_fail(tool, EXIT_USAGE, &err);
    if (args.count != 1) {
        err_set(&err, ST_INVALID, "takes the name of one file (see --help)");
        return tool_fail(tool, EXIT_USAGE, &err);
    }
    st = store_session_open(tool->config, false, &b.session, &err);
    if (st == ST_OK)
        st = begin(&b, tool->config, args.words[0], force, &err);
    if (st == ST_OK)
        st = copy_all(&b, &err);
    progress_end(&b.progress);
    if (st == ST_OK)
        st = backup_commit(b.writer, &err);
    else
        backup_abandon(b.writer);
    store_session_close(&b.session);
    if (st != ST_OK)
        return tool_fail(tool, EXIT_REFUSED, &err);
    fprintf(stderr, "%lld items in %s\n", (long long)b.items,
            strcmp(args.words[0], "-") == 0 ? "standard output" : args.words[0]);
    return EXIT_SUCCESS;
}

const struct command command_backup = {
    .name = "backup",
    .summary = "every item of the table into a file",
    .usage = "[--force] FILE\n"
             "\n"
             "Writes all users' settings and all shared entries as JSON lines, while the daemon\n"
             "runs.  FILE is readable by its owner only, and stands there only when it is whole;\n"
             "an older backup of that name is replaced.  - is standard output.  Of a DynamoDB\n"
             "table, what other programs keep in users' items comes back exactly, but into\n"
             "another backend as plain JSON: there, numbers of more than 17 digits are rounded,\n"
             "sets are lists, bytes are texts.  Shared entries are plain JSON in any case.\n"
             "  --force   replace FILE even if it is something else than a backup\n"
             "\nExit status: 0 done, 1 failed and FILE is as it was, 2 used wrongly.\n",
    .run = backup_run,
};
