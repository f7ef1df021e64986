/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/migrate.c -- `climacast migrate`: the command line and the report. How a migration
 * works: server/tool/migrate.h. */
#include "server/tool/migrate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/dynamo/legacy_table.h"
#include "cache/shared_caches.h"
#include "server/config/options.h"
#include "server/services/backend.h"
#include "server/tool/args.h"
#include "server/tool/confirm.h"
#include "server/tool/store_session.h"
#include "server/tool/tool.h"

/* ---- the target ---- */

/* In DynamoDB, existing entries in the other layout would not be found. */
static enum status check_layout(const struct migration *m, const char *backend, struct err *err)
{
    bool item = m->layout == STORE_LAYOUT_ITEM;
    struct store *store = NULL;
    int64_t count = 0, all = 0;
    enum status st = ST_OK;

    if (strcmp(backend, "dynamodb") != 0 || m->source == &migrate_layout)
        return ST_OK;
    st = migrate_open(m, backend, item ? STORE_LAYOUT_ENTRIES : STORE_LAYOUT_ITEM, false, &store,
                      err);
    for (size_t i = 0; i < 3 && st == ST_OK; i++, all += count)
        st = store_count_entries(store, shared_caches[i], store_session_deadline(), &count, err);
    store_free(store);
    if (st == ST_OK && all > 0)
        return err_reason(err, ST_CONFLICT, "wrong_layout",
                          "the table has %lld entries in layout `%s`, but "
                          "persistence.shared_layout = %s",
                          (long long)all, item ? "entries" : "item", item ? "item" : "entries");
    return st;
}

static enum status open_target(struct migration *m, struct err *err)
{
    const char *backend =
        m->source == &migrate_to ? m->argument : config_text(m->config, CONFIG_PERSISTENCE_BACKEND);
    enum status st;

    if (strcmp(backend, "memory") == 0)
        return err_set(err, ST_INVALID,
                       "persistence.backend = memory: the data exists only inside the daemon");
    st = migrate_open(m, backend, m->layout, !m->dry_run, &m->target, err);
    if (m->dry_run &&
        (strcmp(err->reason, "file_missing") == 0 || strcmp(err->reason, "table_missing") == 0)) {
        err_clear(err); /* it would be created, empty */
        m->target = store_memory_create(m->layout);
        return m->target ? ST_OK : err_no_memory(err);
    }
    m->writer.one_write = strcmp(backend, "dynamodb") == 0 && m->layout == STORE_LAYOUT_ITEM;
    m->writer.max_bytes = config_int(m->config, CONFIG_CACHE_ITEM_MAX_BYTES);
    m->writer.overwrite = m->overwrite;
    return st == ST_OK ? check_layout(m, backend, err) : st;
}

/* ---- the report ---- */

static void print_row(const struct migration *m, const struct migrate_row *r)
{
    int64_t found = m->source->moves ? r->read - r->missing : r->verified;
    int64_t written = m->dry_run ? r->missing : r->written;
    int64_t there = (m->dry_run ? r->verified : found) - written;

    if (m->dry_run)
        there = r->verified;
    printf("%-14s %12lld %9lld %9lld %9lld %9lld %10lld", r->cache, (long long)r->read,
           (long long)r->expired, (long long)r->unusable, (long long)r->rekeyed, (long long)written,
           (long long)(there > 0 ? there : 0));
    if (m->dry_run)
        printf("\n");
    else
        printf(" %9lld  %s\n", (long long)found,
               r->missing > 0    ? "MISSING"
               : r->unusable > 0 ? "unusable"
                                 : "ok");
}

static void print_report(const struct migration *m)
{
    printf("%-14s %12s %9s %9s %9s %9s %10s%s\n", "", m->source->column, "expired", "unusable",
           "rekeyed", m->dry_run ? "to write" : "written", "existing",
           m->dry_run ? "" : "  verified");
    for (size_t i = 0; i < m->counts.count; i++)
        print_row(m, &m->counts.rows[i]);
    if (m->dry_run)
        printf("dry run: nothing was written\n");
}

/* ---- the command ---- */

static void migration_done(struct migration *m)
{
    migrate_writer_done(&m->writer);
    for (size_t i = 0; i < OLD_TABLES; i++)
        legacy_table_free(m->tables[i]);
    free(m->checkpoint.cursor);
    arena_free(m->arena);
    store_free(m->origin);
    store_free(m->target);
    http_free(m->http);
}

static int run_migration(const struct tool *tool, struct migration *m)
{
    struct err err = ERR_NONE;
    enum status st = backend_http(m->config, &m->http, &err);

    if (st == ST_OK)
        st = open_target(m, &err);
    if (st == ST_OK)
        st = migrate_run(m, &err);
    if (!m->nothing_to_do && (st == ST_OK || strcmp(err.reason, "counts_differ") == 0))
        print_report(m);
    if (m->note[0] && st == ST_OK)
        printf("%s\n", m->note);
    if (st != ST_OK)
        return tool_fail(tool, EXIT_REFUSED, &err);
    if (migrate_counts_unusable(&m->counts) > 0) {
        err_reason(&err, ST_INVALID, "unusable", "%lld items cannot be migrated, such as %s",
                   (long long)migrate_counts_unusable(&m->counts), m->counts.unusable);
        return tool_fail(tool, EXIT_REFUSED, &err);
    }
    return EXIT_SUCCESS;
}

static enum status parse_words(struct migration *m, const struct args *args, bool from_tables,
                               bool rekeying, const char *layout, const char *to, struct err *err)
{
    if (args->count > 0 || from_tables + rekeying + !!layout + !!to != 1)
        return err_set(err, ST_INVALID,
                       "expected one of --from-tables, --rekey, --layout, --to (see --help)");
    if (layout && strcmp(layout, "item") != 0 && strcmp(layout, "entries") != 0)
        return err_set(err, ST_INVALID, "--layout: expected item or entries");
    if (to && strcmp(to, "sqlite") != 0 && strcmp(to, "dynamodb") != 0)
        return err_set(err, ST_INVALID, "--to: expected sqlite or dynamodb");
    if (m->overwrite && !to)
        return err_set(err, ST_INVALID, "--overwrite requires --to");
    if (m->skip_missing && !from_tables)
        return err_set(err, ST_INVALID, "--skip-missing requires --from-tables");
    m->source = from_tables ? &migrate_tables
                : rekeying  ? &migrate_rekey
                : layout    ? &migrate_layout
                            : &migrate_to;
    m->argument = layout ? layout : to;
    m->layout = backend_layout(m->config);
    if (layout)
        m->layout = strcmp(layout, "item") == 0 ? STORE_LAYOUT_ITEM : STORE_LAYOUT_ENTRIES;
    return ST_OK;
}

/* What the migration is going to delete or replace, as a question; NULL for nothing. */
static const char *destruction(const struct migration *m)
{
    if (m->dry_run)
        return NULL;
    if (m->source == &migrate_rekey)
        return "Move entries to other keys, and delete them under the old ones?";
    if (m->source == &migrate_layout && backend_layout(m->config) == m->layout &&
        config_is(m->config, CONFIG_PERSISTENCE_BACKEND, "dynamodb"))
        return "Delete the entries of the old layout once all are in the new one?";
    if (m->overwrite)
        return "Replace settings that exist with those of the source?";
    return NULL;
}

static enum status confirm_migration(const struct migration *m, struct err *err)
{
    const char *question = destruction(m);
    enum status st = question ? confirm_check(m->yes, err) : ST_OK;

    return question && st == ST_OK ? confirm_ask(m->yes, err, "%s", question) : st;
}

static int migrate_command_run(struct tool *tool)
{
    struct migration m = { .config = tool->config, .total = -1 };
    bool from_tables = false, rekeying = false;
    const char *layout = NULL, *to = NULL;
    const struct arg_option options[] = {
        { "--from-tables", NULL, &from_tables },
        { "--rekey", NULL, &rekeying },
        { "--layout", &layout, NULL },
        { "--to", &to, NULL },
        { "--dry-run", NULL, &m.dry_run },
        { "--restart", NULL, &m.restart },
        { "--overwrite", NULL, &m.overwrite },
        { "--skip-missing", NULL, &m.skip_missing },
        CONFIRM_OPTION(m.yes),
    };
    struct args args;
    struct err err = ERR_NONE;
    int status;

    if (args_parse(options, sizeof options / sizeof options[0], tool->argc - 1, tool->argv + 1,
                   &args, &err) != ST_OK ||
        parse_words(&m, &args, from_tables, rekeying, layout, to, &err) != ST_OK ||
        confirm_migration(&m, &err) != ST_OK)
        return tool_fail(tool, err.status == ST_DENIED ? EXIT_REFUSED : EXIT_USAGE, &err);
    status = run_migration(tool, &m);
    migration_done(&m);
    return status;
}

const struct command command_migrate = {
    .name = "migrate",
    .summary = "migrate data from older releases, or to another layout or backend",
    .usage =
        "--from-tables [--dry-run] [--skip-missing] [--restart]\n"
        "       climacast migrate --rekey [--dry-run] [--restart] [--yes]\n"
        "       climacast migrate --layout item|entries [--dry-run] [--restart] [--yes]\n"
        "       climacast migrate --to sqlite|dynamodb [--dry-run] [--overwrite [--yes]] "
        "[--restart]\n"
        "\n"
        "The daemon may keep running.  Existing settings stay; only missing ones are added.  An\n"
        "interrupted migration continues where it stopped when run again, and a second run\n"
        "changes nothing.  Finally, every item is verified.\n"
        "  --from-tables    copy the tables LocationCache, StationCache, ZoneCache and UserCache "
        "of\n"
        "                   older releases to persistence.table; they are only read\n"
        "  --rekey          move entries from obsolete keys (\"boulder colorado\") to those that "
        "the\n"
        "                   skill looks up (\"boulder_colorado\")\n"
        "  --layout WHICH   copy shared entries to that persistence.shared_layout; the old layout "
        "is\n"
        "                   removed once the configuration has the new one\n"
        "  --to BACKEND     copy everything from the other backend to this one\n"
        "  --dry-run        write nothing; report what would be written\n"
        "  --skip-missing   ignore old tables that do not exist\n"
        "  --overwrite      source settings replace existing ones\n"
        "  --yes            do not ask before old entries are deleted or settings replaced; "
        "required\n"
        "                   for that where there is no terminal\n"
        "  --restart        start over instead of continuing an earlier run\n"
        "\nExit status: 0 everything is migrated, 1 incomplete or refused, 2 usage error.\n",
    .run = migrate_command_run,
};
