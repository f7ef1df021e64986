/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/migrate_to.c -- `climacast migrate --to sqlite|dynamodb`: everything of one backend
 * into the other. Entries are read one by one whichever layout they have there. */
#include <stdio.h>
#include <string.h>

#include "cache/layout.h"
#include "cache/shared_caches.h"
#include "server/tool/migrate.h"
#include "server/tool/store_session.h"

enum { ENTRIES, USERS, PARTS };

static enum status begin(struct migration *m, struct err *err)
{
    const char *from = strcmp(m->argument, "sqlite") == 0 ? "dynamodb" : "sqlite";
    struct store_facts facts;
    enum status st = migrate_open(m, from, STORE_LAYOUT_ENTRIES, false, &m->out, err);

    if (st == ST_OK)
        st = store_describe(m->out, store_session_deadline(), &facts, err);
    if (st != ST_OK) {
        err_context(err, "where it comes from");
        return st;
    }
    m->total = facts.items;
    for (size_t i = 0; i < SHARED_CACHES; i++)
        (void)migrate_counts_row(&m->counts, shared_caches[i]);
    (void)migrate_counts_row(&m->counts, MIGRATE_USERS);
    (void)snprintf(m->checkpoint.mode, sizeof m->checkpoint.mode, "migrate --to %s, from %s %s",
                   m->argument, from,
                   config_text(m->config, strcmp(from, "sqlite") == 0 ? CONFIG_SQLITE_PATH
                                                                      : CONFIG_PERSISTENCE_TABLE));
    return ST_OK;
}

/* What is no entry, an attribute of other programs: added by its path where it is missing. */
static enum status take_odd(struct migration *m, const char *cache, const char *key, json_t *value,
                            struct err *err)
{
    const char *const path[] = { cache, key, NULL };
    const struct store_change change = { path, value };
    json_t *now = NULL, *there;
    enum status st;

    if (m->writer.look)
        return ST_OK;
    st = store_get(m->into, STR(STORE_SHARED_ID), store_session_deadline(), &now, NULL, err);
    there = json_object_get(now, cache);
    if (key && there)
        there = json_object_get(there, key);
    if (st == ST_MISS || (st == ST_OK && !there))
        st = store_update(m->into, STR(STORE_SHARED_ID), &change, 1, store_session_deadline(), err);
    json_decref(now);
    return st;
}

static enum status take_member(void *data, const struct layout_member *member, struct err *err)
{
    struct migration *m = data;

    if (member->is_entry)
        return migrate_entry(m, member->cache, member->key, member->value, err);
    if (!member->key.p && json_is_object(member->value)) /* an empty cache */
        return ST_OK;
    return take_odd(m, member->cache, member->key.p, member->value, err);
}

static enum status take_shared(void *data, struct str id, json_t *attributes, struct err *err)
{
    return layout_each_member(id, attributes, take_member, data, err);
}

static enum status take_user(void *data, struct str id, json_t *attributes, struct err *err)
{
    struct migration *m = data;

    if (layout_is_shared(id) || migrate_checkpoint_owns(id))
        return ST_OK;
    (void)migrate_count_read(m, MIGRATE_USERS);
    if (!layout_value_valid(attributes)) {
        migrate_count_unusable(m, MIGRATE_USERS, "settings that no store can keep");
        return ST_OK;
    }
    return migrate_writer_user(&m->writer, id, attributes, err);
}

static enum status page(struct migration *m, size_t part, char **cursor, struct err *err)
{
    return store_scan(m->out, MIGRATE_PAGE, cursor, part == USERS ? take_user : take_shared, m,
                      store_session_deadline(), err);
}

static enum status finalize(struct migration *m, struct err *err)
{
    (void)err;
    if (!config_is(m->config, CONFIG_PERSISTENCE_BACKEND, m->argument))
        (void)snprintf(m->note, sizeof m->note,
                       "next: set persistence.backend = %s and restart the daemon; what it saves "
                       "until then in the other one is brought over by running this again",
                       m->argument);
    return ST_OK;
}

const struct migrate_source migrate_to = {
    .option = "--to",
    .column = "in source",
    .parts = PARTS,
    .users = { false, true },
    .begin = begin,
    .page = page,
    .finalize = finalize,
};
