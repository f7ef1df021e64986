/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/migrate_to.c -- `climacast migrate --to sqlite|dynamodb`: copies everything from one
 * backend to the other, from either layout. */
#include <stdio.h>
#include <string.h>

#include "cache/item_json.h"
#include "cache/layout.h"
#include "server/tool/migrate.h"
#include "server/tool/shared_tree.h"
#include "server/tool/store_session.h"

enum { ENTRIES, USERS, PARTS };

static enum status begin_to(struct migration *m, struct err *err)
{
    const char *from = strcmp(m->argument, "sqlite") == 0 ? "dynamodb" : "sqlite";
    struct store_facts facts;
    enum status st = migrate_open(m, from, STORE_LAYOUT_ENTRIES, false, &m->origin, err);

    if (st == ST_OK)
        st = store_describe(m->origin, store_session_deadline(), &facts, err);
    if (st != ST_OK) {
        err_context(err, "source");
        return st;
    }
    m->total = facts.items;
    migrate_counts_add_caches(&m->counts);
    (void)migrate_counts_row(&m->counts, MIGRATE_USERS);
    (void)snprintf(m->checkpoint.mode, sizeof m->checkpoint.mode, "migrate --to %s, from %s %s",
                   m->argument, from,
                   config_text(m->config, strcmp(from, "sqlite") == 0 ? CONFIG_SQLITE_PATH
                                                                      : CONFIG_PERSISTENCE_TABLE));
    return ST_OK;
}

static enum status copy_member(void *data, const struct layout_member *member, struct err *err)
{
    struct migration *m = data;

    if (member->is_entry)
        return migrate_entry(m, member->cache, member->key, member->value, err);
    return m->writer.dry_run ? ST_OK : shared_tree_write_other(m->target, member, err);
}

static enum status copy_shared(void *data, struct str id, json_t *attributes, struct err *err)
{
    return layout_each_member(id, attributes, copy_member, data, err);
}

/* What the skill keeps for itself, such as its statistics: copied if the target has none. */
static enum status copy_internal(struct migration *m, struct str id, json_t *attributes,
                                 struct err *err)
{
    enum status st;

    if (m->writer.dry_run || !item_json_valid(attributes))
        return ST_OK;
    st = store_put(m->target, id, attributes, 0, store_session_deadline(), err);
    if (st == ST_CONFLICT)
        err_clear(err);
    return st == ST_CONFLICT ? ST_OK : st;
}

static enum status copy_user(void *data, struct str id, json_t *attributes, struct err *err)
{
    struct migration *m = data;

    if (layout_is_shared(id) || layout_is_transient(id) || migrate_checkpoint_owns(id))
        return ST_OK;
    if (layout_is_internal(id))
        return copy_internal(m, id, attributes, err);
    (void)migrate_count_read(m, MIGRATE_USERS);
    if (!item_json_valid(attributes)) {
        migrate_count_unusable(m, MIGRATE_USERS, "invalid settings");
        return ST_OK;
    }
    return migrate_writer_user(&m->writer, id, attributes, err);
}

static enum status page_to(struct migration *m, size_t part, char **cursor, struct err *err)
{
    return store_scan(m->origin, MIGRATE_PAGE, cursor, part == USERS ? copy_user : copy_shared, m,
                      store_session_deadline(), err);
}

static enum status finalize_to(struct migration *m, struct err *err)
{
    (void)err;
    if (!config_is(m->config, CONFIG_PERSISTENCE_BACKEND, m->argument))
        (void)snprintf(m->note, sizeof m->note,
                       "next: set persistence.backend = %s and restart the daemon, then run this "
                       "again to copy what it saved meanwhile",
                       m->argument);
    return ST_OK;
}

const struct migrate_source migrate_to = {
    .option = "--to",
    .column = "in source",
    .parts = PARTS,
    .users = { false, true },
    .begin = begin_to,
    .page = page_to,
    .finalize = finalize_to,
};
