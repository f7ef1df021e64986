/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/migrate_rekey.c -- `climacast migrate --rekey`: entries under keys that nobody reads,
 * moved to those that the skill asks for. Where both are there, the one that lives longer stays. */
#include <stdio.h>
#include <string.h>

#include "cache/layout.h"
#include "cache/shared_caches.h"
#include "server/tool/fix_keys.h"
#include "server/tool/migrate.h"
#include "server/tool/store_session.h"

static enum status begin(struct migration *m, struct err *err)
{
    (void)err;
    m->out = NULL; /* the store itself */
    m->total = -1;
    for (size_t i = 0; i < SHARED_CACHES; i++)
        (void)migrate_counts_row(&m->counts, shared_caches[i]);
    (void)snprintf(m->checkpoint.mode, sizeof m->checkpoint.mode, "migrate --rekey");
    return ST_OK;
}

static enum status take_entry(struct migration *m, const char *cache, struct str key,
                              json_t *stored, struct err *err)
{
    struct migrate_row *row;
    struct str right;

    progress_update(&m->progress, ++m->seen);
    if (!layout_value_valid(stored))
        return ST_OK;
    arena_reset(m->arena);
    right = fix_keys_lookup_key(m->arena, cache, key, stored);
    if (str_eq(right, key) || !layout_key_valid(right))
        return ST_OK;
    row = migrate_counts_row(&m->counts, cache);
    if (m->checking) {
        row->absent++;
        return ST_OK;
    }
    row->read++;
    row->rekeyed++;
    return migrate_writer_entry(&m->writer, cache, right, key, stored, err);
}

static enum status take_member(void *data, const struct layout_member *member, struct err *err)
{
    return member->is_entry ? take_entry(data, member->cache, member->key, member->value, err)
                            : ST_OK;
}

static enum status take_item(void *data, struct str id, json_t *attributes, struct err *err)
{
    const struct migration *m = data;

    if ((m->layout == STORE_LAYOUT_ITEM) != str_eqz(id, STORE_SHARED_ID))
        return ST_OK;
    return layout_each_member(id, attributes, take_member, data, err);
}

/* DynamoDB, layout `item`: no need to read all users for it. */
static enum status read_whole(struct migration *m, struct err *err)
{
    json_t *attributes = NULL;
    enum status st =
        store_get(m->into, STR(STORE_SHARED_ID), store_session_deadline(), &attributes, NULL, err);

    if (st == ST_OK)
        st = layout_each_member(STR(STORE_SHARED_ID), attributes, take_member, m, err);
    json_decref(attributes);
    return st == ST_MISS ? ST_OK : st;
}

static enum status page(struct migration *m, size_t part, char **cursor, struct err *err)
{
    (void)part;
    if (m->writer.whole)
        return read_whole(m, err);
    return store_scan(m->into, MIGRATE_PAGE, cursor, take_item, m, store_session_deadline(), err);
}

const struct migrate_source migrate_rekey = {
    .option = "--rekey",
    .column = "wrong key",
    .moves = true,
    .parts = 1,
    .begin = begin,
    .page = page,
};
