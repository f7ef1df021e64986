/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/migrate_layout.c -- `climacast migrate --layout item|entries`: moves shared entries
 * from one item into items of their own, or back, in the same DynamoDB table.
 *
 * It takes two runs, so that the daemon never starts with an empty cache. The first copies the
 * entries while the daemon still reads the old layout. Then the operator sets
 * persistence.shared_layout and restarts the daemon. The second run copies what was added meanwhile
 * and removes the old layout. If the key is set already, one run does both. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/layout.h"
#include "server/services/backend.h"
#include "server/tool/migrate.h"
#include "server/tool/store_session.h"

static const char *layout_name(enum store_layout layout)
{
    return layout == STORE_LAYOUT_ITEM ? "item" : "entries";
}

static enum store_layout other_layout(enum store_layout layout)
{
    return layout == STORE_LAYOUT_ITEM ? STORE_LAYOUT_ENTRIES : STORE_LAYOUT_ITEM;
}

static enum status begin_layout(struct migration *m, struct err *err)
{
    struct store_facts facts = { .items = -1 };
    enum status st;

    if (!config_is(m->config, CONFIG_PERSISTENCE_BACKEND, "dynamodb")) {
        m->nothing_to_do = true;
        (void)snprintf(m->note, sizeof m->note,
                       "nothing to do: %s stores both layouts the same way",
                       config_text(m->config, CONFIG_PERSISTENCE_BACKEND));
        return ST_OK;
    }
    st = migrate_open(m, "dynamodb", other_layout(m->layout), false, &m->origin, err);
    if (st == ST_OK)
        st = store_describe(m->origin, store_session_deadline(), &facts, err);
    m->total = -1;
    migrate_counts_add_caches(&m->counts);
    (void)snprintf(m->checkpoint.mode, sizeof m->checkpoint.mode, "migrate --layout %s",
                   m->argument);
    return st;
}

/* ---- reading the old layout ---- */

typedef enum status entry_fn(struct migration *m, const char *cache, struct str key, json_t *stored,
                             struct err *err);

struct reading {
    struct migration *m;
    entry_fn *each;
};

/* Anything but entries is left alone. */
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
        return store_scan(m->origin, MIGRATE_PAGE, cursor, read_entry_item, &r,
                          store_session_deadline(), err);
    st = store_get(m->origin, STR(STORE_SHARED_ID), store_session_deadline(), &attributes, NULL,
                   err);
    if (st == ST_OK)
        st = layout_each_member(STR(STORE_SHARED_ID), attributes, read_member, &r, err);
    json_decref(attributes);
    return st == ST_MISS ? ST_OK : st;
}

static enum status page_layout(struct migration *m, size_t part, char **cursor, struct err *err)
{
    (void)part;
    return read_page(m, migrate_entry, cursor, err);
}

/* ---- removing the old layout ---- */

static enum status remove_entry(struct migration *m, const char *cache, struct str key,
                                json_t *stored, struct err *err)
{
    progress_update(&m->progress, ++m->items_read);
    return migrate_writer_entry(&m->writer, cache, STR_NONE, key, stored, err);
}

/* With a writer of entries that have only an old key. *ret_renewed: entries that stay because they
 * were updated meanwhile. */
static enum status remove_old_layout(struct migration *m, int64_t *ret_renewed, struct err *err)
{
    struct migrate_counts counts = { .count = 0 };
    struct migrate_writer writer = { .store = m->origin,
                                     .counts = &counts,
                                     .one_write = m->layout == STORE_LAYOUT_ENTRIES,
                                     .max_bytes = INT64_MAX / 2 };
    struct migrate_writer before = m->writer;
    char *cursor = NULL;
    enum status st;

    m->writer = writer;
    m->items_read = 0;
    progress_begin(&m->progress, "removing the old layout", -1);
    do {
        st = read_page(m, remove_entry, &cursor, err);
        if (st == ST_OK)
            st = migrate_writer_flush(&m->writer, true, err);
    } while (st == ST_OK && cursor);
    progress_end(&m->progress);
    free(cursor);
    migrate_writer_done(&m->writer);
    m->writer = before;
    *ret_renewed = m->items_read;
    for (size_t i = 0; i < counts.count; i++)
        *ret_renewed -= counts.rows[i].written;
    return st;
}

static enum status finalize_layout(struct migration *m, struct err *err)
{
    int64_t renewed = 0;
    enum status st;

    if (backend_layout(m->config) != m->layout) {
        (void)snprintf(m->note, sizeof m->note,
                       "next: set persistence.shared_layout = %s and restart the daemon, then run "
                       "this again to copy what was added meanwhile and remove the old layout",
                       layout_name(m->layout));
        return ST_OK;
    }
    st = remove_old_layout(m, &renewed, err);
    if (st == ST_OK && renewed > 0)
        return err_reason(err, ST_CONFLICT, "old_form_in_use",
                          "%lld entries were updated in the old layout: a daemon with "
                          "persistence.shared_layout = %s is still running",
                          (long long)renewed, layout_name(other_layout(m->layout)));
    if (st == ST_OK)
        (void)snprintf(m->note, sizeof m->note, "removed the old layout (%lld entries)",
                       (long long)m->items_read);
    return st;
}

const struct migrate_source migrate_layout = {
    .option = "--layout",
    .column = "old layout",
    .parts = 1,
    .begin = begin_layout,
    .page = page_layout,
    .finalize = finalize_layout,
};
