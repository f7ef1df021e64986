/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/migrate_tables.c -- `climacast migrate --from-tables`: copies the four tables of
 * older releases, which are only read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/dynamo/legacy_table.h"
#include "cache/item_json.h"
#include "cache/layout.h"
#include "server/base/clock.h"
#include "server/base/json.h"
#include "server/services/backend.h"
#include "server/tool/fix_keys.h"
#include "server/tool/migrate.h"
#include "server/tool/old_tables.h"
#include "server/tool/store_session.h"

enum { DAY_S = 86400 };

enum { USERS = OLD_TABLES - 1 };

/* ---- opening ---- */

static enum status open_table(struct migration *m, size_t i, struct err *err)
{
    const struct store_dynamo_settings settings = {
        .table = old_tables[i].name,
        .region = config_text(m->config, CONFIG_DYNAMODB_REGION),
        .endpoint = config_text(m->config, CONFIG_DYNAMODB_ENDPOINT),
    };
    int64_t items = 0;
    enum status st = ST_OK;

    if (config_is(m->config, CONFIG_PERSISTENCE_TABLE, old_tables[i].name))
        return err_reason(err, ST_INVALID, "setting",
                          "persistence.table = %s is the name of an old table", old_tables[i].name);
    st = legacy_table_open(&settings, m->http, &m->tables[i], err);
    if (st == ST_OK)
        st = legacy_table_describe(m->tables[i], old_tables[i].key, store_session_deadline(),
                                   &items, err);
    if (st == ST_MISS) {
        legacy_table_free(m->tables[i]);
        m->tables[i] = NULL;
        return ST_OK;
    }
    m->total += items > 0 ? items : 0;
    return st;
}

static enum status check_missing(struct migration *m, struct err *err)
{
    const char *region = config_text(m->config, CONFIG_DYNAMODB_REGION);
    char missing[120] = "";
    size_t count = 0, used = 0;

    for (size_t i = 0; i < OLD_TABLES; i++) {
        if (m->tables[i])
            continue;
        count++;
        used += (size_t)snprintf(missing + used, sizeof missing - used, "%s%s", used ? ", " : "",
                                 old_tables[i].name);
    }
    if (count == OLD_TABLES)
        return err_reason(err, ST_NOT_FOUND, "old_tables_missing",
                          "no old tables (%s) in region %s", missing, region);
    if (count > 0 && !m->skip_missing)
        return err_reason(err, ST_NOT_FOUND, "old_table_missing", "no table %s in region %s",
                          missing, region);
    return ST_OK;
}

static enum status begin_tables(struct migration *m, struct err *err)
{
    enum status st = ST_OK;

    m->total = 0;
    for (size_t i = 0; i < OLD_TABLES && st == ST_OK; i++) {
        (void)migrate_counts_row(&m->counts, old_tables[i].name);
        st = open_table(m, i, err);
    }
    if (st == ST_OK)
        st = check_missing(m, err);
    m->writer.if_absent = true; /* existing entries were written by the current skill */
    (void)snprintf(m->checkpoint.mode, sizeof m->checkpoint.mode, "migrate --from-tables, in %s %s",
                   config_text(m->config, CONFIG_DYNAMODB_REGION),
                   config_text(m->config, CONFIG_DYNAMODB_ENDPOINT));
    return st;
}

/* ---- items ---- */

struct table_page {
    struct migration *m;
    size_t table;
};

static enum status copy_user_item(struct migration *m, struct str id, json_t *item, struct err *err)
{
    char name[STORE_ID_MAX + 1];
    json_t *attributes;
    enum status st = ST_OK;

    (void)migrate_count_read(m, MIGRATE_USERS);
    if (id.n == 0 || id.n > STORE_ID_MAX || str_starts(id, STR(STORE_SHARED_ID))) {
        migrate_count_unusable(m, MIGRATE_USERS, "an item without a user id");
        return ST_OK;
    }
    memcpy(name, id.p, id.n);
    name[id.n] = '\0';
    attributes = json_pack("{s:{s:O}}", MIGRATE_USERS, name, item);
    if (!attributes || !item_json_valid(attributes))
        migrate_count_unusable(m, MIGRATE_USERS, "invalid settings");
    else
        st = migrate_writer_user(&m->writer, id, attributes, err);
    json_decref(attributes);
    return st;
}

/* Entries without a TTL get the configured one. */
static void add_ttl(const struct migration *m, json_t *item)
{
    int64_t days = config_int(m->config, CONFIG_CACHE_TTL_DAYS);

    if (layout_ttl(item) == 0 && days > 0)
        (void)json_object_set_new(item, "ttl", json_integer(clock_wall_s() + days * DAY_S));
}

static enum status copy_table_item(void *data, json_t *item, struct err *err)
{
    const struct table_page *p = data;
    struct migration *m = p->m;
    const char *cache = old_tables[p->table].name;
    struct str key = json_str(item, old_tables[p->table].key), right;

    if (key.n == 0) {
        (void)migrate_count_read(m, cache);
        migrate_count_unusable(m, cache, "an unreadable item");
        return ST_OK;
    }
    if (p->table == USERS)
        return copy_user_item(m, key, item, err);
    add_ttl(m, item);
    arena_reset(m->arena);
    right = fix_keys_lookup_key(m->arena, cache, key, item);
    migrate_counts_row(&m->counts, cache)->rekeyed += !str_eq(right, key);
    return migrate_entry(m, cache, right, item, err);
}

static enum status page_table(struct migration *m, size_t part, char **cursor, struct err *err)
{
    struct table_page p = { m, part };

    if (!m->tables[part])
        return ST_OK;
    return legacy_table_scan(m->tables[part], MIGRATE_PAGE, cursor, copy_table_item, &p,
                             store_session_deadline(), err);
}

const struct migrate_source migrate_tables = {
    .option = "--from-tables",
    .column = "in old table",
    .parts = OLD_TABLES,
    .users = { false, false, false, true },
    .begin = begin_tables,
    .page = page_table,
};
