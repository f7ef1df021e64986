/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/migrate_rekey.c -- `climacast migrate --rekey`: moves entries from obsolete keys to
 * the keys that the skill looks up. If both exist, the one that expires later stays. */
#include <stdio.h>
#include <string.h>

#include "cache/item_json.h"
#include "cache/layout.h"
#include "server/tool/fix_keys.h"
#include "server/tool/migrate.h"
#include "server/tool/store_session.h"

static enum status begin_rekey(struct migration *m, struct err *err)
{
    (void)err;
    m->origin = NULL; /* it reads the target */
    m->total = -1;
    migrate_counts_add_caches(&m->counts);
    (void)snprintf(m->checkpoint.mode, sizeof m->checkpoint.mode, "migrate --rekey");
    return ST_OK;
}

static enum status rekey_entry(struct migration *m, const char *cache, struct str key,
                               json_t *stored, struct err *err)
{
    struct migrate_row *row;
    struct str right;

    progress_update(&m->progress, ++m->items_read);
    if (!item_json_valid(stored))
        return ST_OK;
    arena_reset(m->arena);
    right = fix_keys_lookup_key(m->arena, cache, key, stored);
    if (str_eq(right, key) || !layout_key_valid(right))
        return ST_OK;
    row = migrate_counts_row(&m->counts, cache);
    if (m->verifying) {
        row->missing++;
        return ST_OK;
    }
    row->read++;
    row->rekeyed++;
    return migrate_writer_entry(&m->writer, cache, right, key, stored, err);
}

static enum status rekey_member(void *data, const struct layout_member *member, struct err *err)
{
    return member->is_entry ? rekey_entry(data, member->cache, member->key, member->value, err)
                            : ST_OK;
}

static enum status rekey_item(void *data, struct str id, json_t *attributes, struct err *err)
{
    const struct migration *m = data;

    if ((m->layout == STORE_LAYOUT_ITEM) != str_eqz(id, STORE_SHARED_ID))
        return ST_OK;
    return layout_each_member(id, attributes, rekey_member, data, err);
}

/* DynamoDB, layout `item`: read one item instead of scanning the table. */
static enum status rekey_shared_item(struct migration *m, struct err *err)
{
    json_t *attributes = NULL;
    enum status st = store_get(m->target, STR(STORE_SHARED_ID), store_session_deadline(),
                               &attributes, NULL, err);

    if (st == ST_OK)
        st = layout_each_member(STR(STORE_SHARED_ID), attributes, rekey_member, m, err);
    json_decref(attributes);
    return st == ST_MISS ? ST_OK : st;
}

static enum status page_rekey(struct migration *m, size_t part, char **cursor, struct err *err)
{
    (void)part;
    if (m->writer.one_write)
        return rekey_shared_item(m, err);
    return store_scan(m->target, MIGRATE_PAGE, cursor, rekey_item, m, store_session_deadline(),
                      err);
}

const struct migrate_source migrate_rekey = {
    .option = "--rekey",
    .column = "obsolete key",
    .moves = true,
    .parts = 1,
    .begin = begin_rekey,
    .page = page_rekey,
};
