/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/migrate_run.c -- runs a migration from any source: copies page by page, then reads
 * everything once more to verify it.
 *
 * The checkpoint passes a page only when all of it has been written. Items that verification misses
 * (the source has grown, or an entry was evicted) are copied in another pass. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/item_json.h"
#include "cache/layout.h"
#include "server/base/clock.h"
#include "server/services/backend.h"
#include "server/tool/migrate.h"
#include "server/tool/store_session.h"

enum { PASSES_MAX = 3, SAVE_EVERY_MS = 200, RECOUNT_MS = 30 * 60 * 1000 };

struct migrate_row *migrate_count_read(struct migration *m, const char *cache)
{
    struct migrate_row *row = migrate_counts_row(&m->counts, cache);

    row->read++;
    progress_update(&m->progress, ++m->items_read);
    return row;
}

void migrate_count_unusable(struct migration *m, const char *cache, const char *why)
{
    migrate_counts_row(&m->counts, cache)->unusable++;
    if (!m->counts.unusable[0])
        (void)snprintf(m->counts.unusable, sizeof m->counts.unusable, "%s: %s", cache, why);
}

enum status migrate_entry(struct migration *m, const char *cache, struct str key, json_t *stored,
                          struct err *err)
{
    struct migrate_row *row = migrate_count_read(m, cache);

    if (!layout_entry_valid(cache, key, stored) || !item_json_valid(stored)) {
        migrate_count_unusable(m, cache, "an entry with an invalid key or value");
        return ST_OK;
    }
    if (layout_expired(layout_ttl(stored), clock_wall_s())) {
        row->expired++;
        return ST_OK;
    }
    return migrate_writer_entry(&m->writer, cache, key, STR_NONE, stored, err);
}

/* ---- opening ---- */

enum status migrate_open(const struct migration *m, const char *backend, enum store_layout layout,
                         bool create, struct store **ret_store, struct err *err)
{
    struct backend_options options = { .name = backend, .layout = layout, .create = create };
    struct store_facts facts = { .state = STORE_MISSING };
    struct store *store = NULL;
    enum status st = backend_open(m->config, &options, m->http, &store, err);

    if (st == ST_OK)
        st = store_describe(store, store_session_deadline(), &facts, err);
    if (st == ST_OK && facts.state != STORE_READY && create &&
        config_bool(m->config, CONFIG_PERSISTENCE_CREATE_TABLE))
        st = store_create_table(store, store_session_deadline(), err);
    else if (st == ST_OK && facts.state != STORE_READY)
        st = store_session_table_error(&facts, err);
    if (st == ST_OK)
        *ret_store = store;
    else
        store_free(store);
    return st;
}

/* ---- one pass ---- */

static enum status save_progress(struct migration *m, size_t part, const char *cursor, bool now,
                                 struct err *err)
{
    char *copy = cursor ? strdup(cursor) : NULL;

    if (m->writer.dry_run || m->writer.entry_count > 0 ||
        (!now && clock_mono_ms() - m->checkpoint.saved_ms < SAVE_EVERY_MS)) {
        free(copy);
        return ST_OK;
    }
    free(m->checkpoint.cursor);
    m->checkpoint.cursor = copy;
    m->checkpoint.part = (int64_t)part;
    return migrate_checkpoint_save(&m->checkpoint, m->target, &m->counts, err);
}

/* Is this the last part with entries, or with users? Entries held back are written after it. */
static bool is_last_of_kind(const struct migrate_source *source, size_t part)
{
    return part + 1 == source->parts || source->users[part] != source->users[part + 1];
}

static enum status run_part(struct migration *m, size_t part, char **cursor, struct err *err)
{
    enum status st;

    do {
        st = m->source->page(m, part, cursor, err);
        if (st == ST_OK)
            st =
                migrate_writer_flush(&m->writer, !*cursor && is_last_of_kind(m->source, part), err);
        if (st == ST_OK && *cursor)
            st = save_progress(m, part, *cursor, false, err);
    } while (st == ST_OK && *cursor);
    return st == ST_OK ? save_progress(m, part + 1, NULL, true, err) : st;
}

/* Read the whole source: from the checkpoint on to copy, from the start to verify (`verify`). */
static enum status read_all(struct migration *m, bool verify, const char *what, struct err *err)
{
    size_t part = verify ? 0 : (size_t)m->checkpoint.part;
    char *cursor = verify || !m->checkpoint.cursor ? NULL : strdup(m->checkpoint.cursor);
    enum status st = ST_OK;

    m->writer.dry_run = verify;
    m->items_read = 0;
    progress_begin(&m->progress, what, m->total);
    for (; part < m->source->parts && st == ST_OK; part++) {
        st = run_part(m, part, &cursor, err);
        free(cursor);
        cursor = NULL;
    }
    progress_end(&m->progress);
    return st;
}

static enum status prepare(struct migration *m, struct err *err)
{
    enum status st;

    m->arena = arena_create((size_t)1 << 20);
    m->writer.store = m->target;
    m->writer.counts = &m->counts;
    if (!m->arena)
        return err_no_memory(err);
    if (m->dry_run)
        return ST_OK;
    st = migrate_checkpoint_load(&m->checkpoint, m->target, m->restart, &m->counts, err);
    if (st == ST_OK && (m->checkpoint.part > 0 || m->checkpoint.cursor))
        fprintf(stderr, "resuming an earlier run\n");
    m->resumed = m->checkpoint.version != 0;
    if (st == ST_OK && !m->resumed) /* before any write, so that a kill is noticed */
        st = migrate_checkpoint_save(&m->checkpoint, m->target, &m->counts, err);
    return st;
}

/* Copy, then verify. */
static enum status run_pass(struct migration *m, struct err *err)
{
    enum status st;

    m->passes++;
    m->verifying = false;
    migrate_counts_reset(&m->counts, true);
    st = read_all(m, false, "copying", err);
    if (st != ST_OK)
        return st;
    migrate_counts_reset(&m->counts, !m->source->moves);
    m->verifying = true;
    st = read_all(m, true, "verifying", err);
    m->checkpoint.part = 0;
    free(m->checkpoint.cursor);
    m->checkpoint.cursor = NULL;
    return st;
}

/* A run that failed before it wrote anything leaves no checkpoint behind. */
static void remove_unused_checkpoint(struct migration *m)
{
    for (size_t i = 0; i < m->counts.count; i++)
        if (m->counts.rows[i].written > 0)
            return;
    if (!m->resumed && !m->dry_run)
        (void)migrate_checkpoint_remove(&m->checkpoint, m->target, NULL);
}

enum status migrate_run(struct migration *m, struct err *err)
{
    enum status st = m->source->begin(m, err);

    if (st != ST_OK || m->nothing_to_do)
        return st;
    st = prepare(m, err);
    if (m->dry_run)
        return st == ST_OK ? read_all(m, true, "reading", err) : st;
    do
        st = st == ST_OK ? run_pass(m, err) : st;
    while (st == ST_OK && migrate_counts_missing(&m->counts) > 0 && m->passes < PASSES_MAX);
    if (st != ST_OK && strcmp(err->reason, "two_at_once") != 0)
        remove_unused_checkpoint(m);
    if (st == ST_OK && m->resumed) /* a killed run may not have counted what it wrote */
        st = store_recount(m->target, clock_mono_ms() + RECOUNT_MS, err);
    if (st == ST_OK)
        st = migrate_checkpoint_remove(&m->checkpoint, m->target, err);
    if (st == ST_OK && migrate_counts_missing(&m->counts) > 0)
        return err_reason(err, ST_CONFLICT, "counts_differ",
                          "%lld items are still missing after %d passes",
                          (long long)migrate_counts_missing(&m->counts), PASSES_MAX);
    if (st == ST_OK && m->source->finalize)
        st = m->source->finalize(m, err);
    return st;
}
