/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/migrate_rekey.c -- `climacast migrate --rekey`: entries under keys that nobody reads,
 * moved to those that the skill asks for. Where both are there, the one that lives longer stays. */
#include <stdio.h>
#include <string.h>

#include "cache/layout.h"
#include "server/tool/fix_keys.h"
#include "server/tool/migrate.h"
#include "server/tool/store_session.h"

static enum status begin(struct migration *m, struct err *err)
{
    (void)err;
    m->out = NULL; /* the store itself */
    m->total = -1;
    (void)migrate_counts_row(&m->counts, "LocationCache");
    (void)migrate_counts_row(&m->counts, "StationCache");
    (void)migrate_counts_row(&m->counts, "ZoneCache");
    (void)snprintf(m->checkpoint.mode, sizeof m->checkpoint.mode, "migrate --rekey");
    return ST_OK;
}

static enum status take_entry(struct migration *m, const char *cache, struct str key,
                              json_t *stored, struct err *err)
{
    struct migrate_row *row;
    struct str right;

    progress_update(&m->progress, ++m->seen);
    if (!json_is_object(stored) || !layout_cache_valid(str_of(cache)) || !layout_key_valid(key) ||
        !layout_value_valid(stored))
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

static enum status take_whole(struct migration *m, json_t *attributes, struct err *err)
{
    const char *cache, *key;
    json_t *members, *stored;
    size_t n;
    enum status st = ST_OK;

    json_object_foreach (attributes, cache, members) {
        json_object_keylen_foreach (members, key, n, stored) {
            if (st == ST_OK)
                st = take_entry(m, cache, (struct str){ key, n }, stored, err);
        }
    }
    return st;
}

static enum status take_item(void *data, struct str id, json_t *attributes, struct err *err)
{
    struct migration *m = data;
    char cache[STORE_CACHE_MAX + 1];
    struct entry_name name;

    if (m->layout == STORE_LAYOUT_ITEM && str_eqz(id, STORE_SHARED_ID))
        return take_whole(m, attributes, err);
    if (m->layout == STORE_LAYOUT_ENTRIES && layout_entry_id_parse(id, cache, &name))
        return take_entry(m, name.cache, name.key, attributes, err);
    return ST_OK;
}

/* DynamoDB, layout `item`: no need to read all users for it. */
static enum status read_whole(struct migration *m, struct err *err)
{
    json_t *attributes = NULL;
    enum status st =
        store_get(m->into, STR(STORE_SHARED_ID), store_session_deadline(), &attributes, NULL, err);

    if (st == ST_OK)
        st = take_whole(m, attributes, err);
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
