/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/migrate_layout.c -- `climacast migrate --layout item|entries`: shared entries from
 * one item into items of their own, or back, in the same DynamoDB table.
 *
 * Without a miss storm: first, while the daemon still reads the old form, the new one is made
 * beside it; then the owner sets persistence.shared_layout and restarts the daemon, which finds
 * everything; then a second run brings what came meanwhile, and removes the old form. Who has set
 * the key already gets both in one run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/layout.h"
#include "cache/shared_caches.h"
#include "server/backend.h"
#include "server/tool/migrate.h"
#include "server/tool/store_session.h"

static const char *name_of(enum store_layout layout)
{
    return layout == STORE_LAYOUT_ITEM ? "item" : "entries";
}

static enum store_layout other(enum store_layout layout)
{
    return layout == STORE_LAYOUT_ITEM ? STORE_LAYOUT_ENTRIES : STORE_LAYOUT_ITEM;
}

static enum status begin(struct migration *m, struct err *err)
{
    struct store_facts facts = { .items = -1 };
    enum status st;

    if (!config_is(m->config, CONFIG_PERSISTENCE_BACKEND, "dynamodb")) {
        m->nothing = true;
        (void)snprintf(m->note, sizeof m->note,
                       "nothing to do: %s keeps entries in one way, which serves both layouts",
                       config_text(m->config, CONFIG_PERSISTENCE_BACKEND));
        return ST_OK;
    }
    st = migrate_open(m, "dynamodb", other(m->layout), false, &m->out, err);
    if (st == ST_OK)
        st = store_describe(m->out, store_session_deadline(), &facts, err);
    m->total = -1;
    for (size_t i = 0; i < SHARED_CACHES; i++)
        (void)migrate_counts_row(&m->counts, shared_caches[i]);
    (void)snprintf(m->checkpoint.mode, sizeof m->checkpoint.mode, "migrate --layout %s",
                   m->argument);
    return st;
}

/* ---- reading the old form ---- */

typedef enum status entry_fn(struct migration *m, const char *cache, struct str key, json_t *stored,
                             struct err *err);

struct reading {
    struct migration *m;
    entry_fn *each;
};

/* What is not an entry stays where it is. */
static enum status read_member(void *data, const struct layout_member *member, struct err *err)
{
    struct reading *r = data;

    return member->is_entry ? r->each(r->m, member->cache, member->key, member->value, err) : ST_OK;
}

static enum status read_entry_item(void *data, struct str id, json_t *attributes, struct err *err)
{
    return str_eqz(id, STORE_SHARED_ID)
               ? ST_OK
               : layout_each_member(id, attributes, read_member, data, err);
}

static enum status read_page(struct migration *m, entry_fn *each, char **cursor, struct err *err)
{
    struct reading r = { m, each };
    json_t *attributes = NULL;
    enum status st;

    if (m->layout == STORE_LAYOUT_ITEM)
        return store_scan(m->out, MIGRATE_PAGE, cursor, read_entry_item, &r,
                          store_session_deadline(), err);
    st = store_get(m->out, STR(STORE_SHARED_ID), store_session_deadline(), &attributes, NULL, err);
    if (st == ST_OK)
        st = layout_each_member(STR(STORE_SHARED_ID), attributes, read_member, &r, err);
    json_decref(attributes);
    return st == ST_MISS ? ST_OK : st;
}

static enum status page(struct migration *m, size_t part, char **cursor, struct err *err)
{
    (void)part;
    return read_page(m, migrate_entry, cursor, err);
}

/* ---- removing it ---- */

static enum status take_out(struct migration *m, const char *cache, struct str key, json_t *stored,
                            struct err *err)
{
    progress_update(&m->progress, ++m->seen);
    return migrate_writer_entry(&m->writer, cache, STR_NONE, key, stored, err);
}

/* By a writer that writes nothing, and only takes out. */
static enum status remove_old(struct migration *m, int64_t *ret_kept, struct err *err)
{
    struct migrate_counts counts = { .count = 0 };
    struct migrate_writer writer = { .store = m->out,
                                     .counts = &counts,
                                     .whole = m->layout == STORE_LAYOUT_ENTRIES,
                                     .most = INT64_MAX / 2 };
    struct migrate_writer before = m->writer;
    char *cursor = NULL;
    enum status st;

    m->writer = writer;
    m->seen = 0;
    progress_begin(&m->progress, "removing the old form", -1);
    do {
        st = read_page(m, take_out, &cursor, err);
        if (st == ST_OK)
            st = migrate_writer_flush(&m->writer, true, err);
    } while (st == ST_OK && cursor);
    progress_end(&m->progress);
    free(cursor);
    migrate_writer_done(&m->writer);
    m->writer = before;
    *ret_kept = m->seen;
    for (size_t i = 0; i < counts.count; i++)
        *ret_kept -= counts.rows[i].written;
    return st;
}

static enum status finalize(struct migration *m, struct err *err)
{
    int64_t kept = 0;
    enum status st;

    if (backend_layout(m->config) != m->layout) {
        (void)snprintf(m->note, sizeof m->note,
                       "next: set persistence.shared_layout = %s, restart the daemon, and run this "
                       "again: it brings what came meanwhile and removes the old form",
                       name_of(m->layout));
        return ST_OK;
    }
    st = remove_old(m, &kept, err);
    if (st == ST_OK && kept > 0)
        return err_reason(err, ST_CONFLICT, "old_form_in_use",
                          "%lld entries were renewed in the old form: a daemon that still has "
                          "persistence.shared_layout = %s is at work",
                          (long long)kept, name_of(other(m->layout)));
    if (st == ST_OK)
        (void)snprintf(m->note, sizeof m->note, "the old form (%lld entries) has been removed",
                       (long long)m->seen);
    return st;
}

const struct migrate_source migrate_layout = {
    .option = "--layout",
    .column = "in old form",
    .parts = 1,
    .begin = begin,
    .page = page,
    .finalize = finalize,
};
