/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/migration.h -- shared by the tests of `climacast migrate`: runs it on a table of the
 * test's own in the DynamoDB of the tests, or on one.db in the scratch folder, and checks the
 * result.
 *
 * MIGRATE_SCALE sets how much of 50,000 items the large tests copy, in percent (default 2). */
#ifndef CLIMACAST_TESTS_E2E_MIGRATION_H
#define CLIMACAST_TESTS_E2E_MIGRATION_H

#include <jansson.h>
#include <stdlib.h>

#include "cache/layout.h"
#include "cache/user.h"
#include "server/base/json_same.h"
#include "tests/e2e/harness/tool.h"
#include "tests/e2e/old_tables.h"
#include "tests/test.h"

static char migration_table[DYNAMO_TABLE_SIZE]; /* persistence.table of the test */

static inline int migration_setup(void **state)
{
    scratch_setup(state);
    dynamo_table_name(migration_table);
    old_tables_drop();
    return 0;
}

static inline int migration_teardown(void **state)
{
    scratch_teardown(state);
    old_tables_drop();
    return 0;
}

static inline int migration_scaled(void)
{
    const char *percent = getenv("MIGRATE_SCALE");

    return 500 * (percent ? atoi(percent) : 2);
}

/* Arguments that select the store, followed by `rest`. Static buffer. */
static inline const char *migration_arguments(const char *backend, const char *layout,
                                              const char *rest)
{
    static char all[1500];

    (void)snprintf(all, sizeof all,
                   "--set persistence.backend=%s --set persistence.shared_layout=%s --set "
                   "persistence.table=%s --set dynamodb.endpoint=%s --set sqlite.path=one.db %s",
                   backend, layout, migration_table, dynamo_variable("DYNAMO_ENDPOINT"), rest);
    return all;
}

static inline void migration_run(const char *backend, const char *layout, const char *rest)
{
    char line[300];

    (void)snprintf(line, sizeof line, "migrate %s", rest);
    tool_run(&scratch, migration_arguments(backend, layout, line));
}

/* ---- stores ---- */

static inline struct store *migration_open_store(const char *backend, enum store_layout layout)
{
    struct store *store = NULL;
    struct err err = ERR_NONE;

    if (strcmp(backend, "dynamodb") == 0)
        return dynamo_open(migration_table, layout);
    if (store_sqlite_open(scratch_path(&scratch, "one.db"), layout, true, &store, &err) != ST_OK)
        fail_msg("%s", err.text);
    return store;
}

static inline struct store *migration_make_store(enum store_layout layout)
{
    struct store *store = dynamo_open(migration_table, layout);

    CHECK_INT(store_create_table(store, dynamo_deadline(), NULL), ST_OK);
    return store;
}

static inline void migration_put_entry(struct store *store, const char *cache, const char *key,
                                       const char *text, int64_t ttl)
{
    json_t *entry = json_loads(text, 0, NULL);
    struct entry_name name = { cache, str_of(key) };

    CHECK_INT(store_put_entry(store, name, entry, ttl, dynamo_deadline(), NULL), ST_OK);
    json_decref(entry);
}

static inline enum status migration_collect_item(void *data, struct str id, json_t *attributes,
                                                 struct err *err)
{
    (void)err;
    CHECK(json_object_setn(data, id.p, id.n, attributes) == 0);
    return ST_OK;
}

/* All items by id. Shared entries appear as in layout `entries`, whatever the layout. */
static inline json_t *migration_contents(const char *backend)
{
    struct store *store = migration_open_store(backend, STORE_LAYOUT_ENTRIES);
    json_t *all = json_object(), *whole, *members, *entry;
    const char *cache, *key;
    char *cursor = NULL, id[400];

    do
        CHECK_INT(
            store_scan(store, 200, &cursor, migration_collect_item, all, dynamo_deadline(), NULL),
            ST_OK);
    while (cursor);
    store_free(store);
    whole = json_incref(json_object_get(all, STORE_SHARED_ID));
    (void)json_object_del(all, STORE_SHARED_ID);
    json_object_foreach (whole, cache, members) {
        json_object_foreach (members, key, entry) {
            (void)snprintf(id, sizeof id, "%s#%s#%s", STORE_SHARED_ID, cache, key);
            CHECK(json_object_set(all, id, entry) == 0);
        }
    }
    json_decref(whole);
    return all;
}

/* ---- checks ---- */

static inline int migration_count_prefix(json_t *all, const char *prefix)
{
    const char *id;
    json_t *value;
    int n = 0;

    json_object_foreach (all, id, value)
        n += strncmp(id, prefix, strlen(prefix)) == 0;
    return n;
}

/* Everything of the old tables exists exactly once, under the right key. */
static inline void migration_check_all(const char *backend, const struct old_tables *old)
{
    json_t *all = migration_contents(backend), *value;
    const char *id;
    int users = 0, n;

    CHECK_INT(migration_count_prefix(all, "SHARED_CACHE#LocationCache#town_"), old->places);
    CHECK_INT(migration_count_prefix(all, "SHARED_CACHE#LocationCache#"), old->places);
    CHECK_INT(migration_count_prefix(all, "SHARED_CACHE#StationCache#K"), old->stations);
    CHECK_INT(migration_count_prefix(all, "SHARED_CACHE#StationCache#"), old->stations);
    CHECK_INT(migration_count_prefix(all, "SHARED_CACHE#ZoneCache#COZ"), old->zones);
    json_object_foreach (all, id, value) {
        if (sscanf(id, "SHARED_CACHE#LocationCache#town_%d_colorado", &n) == 1) {
            CHECK_INT(layout_ttl(value), OLD_TTL + n);
            CHECK_SLICE(json_str(value, "observationStations.1"), "KBJC");
        } else if (sscanf(id, "amzn1.ask.account.%d", &n) == 1) {
            json_t *settings = json_object_get(json_object_get(value, "UserCache"), id);
            CHECK_INT(json_integer_value(json_object_get(settings, "rate")), 80 + n % 50);
            CHECK_SLICE(json_str(settings, "userid"), id);
            users++;
        } else {
            CHECK_ROW(n, strncmp(id, "SHARED_CACHE#", 13) == 0); /* nothing else */
        }
    }
    CHECK_INT(users, old->users);
    json_decref(all);
}

static inline bool migration_unchanged_take(json_t *before, const char *backend)
{
    json_t *after = migration_contents(backend);
    bool same = json_same(before, after);

    json_decref(before);
    json_decref(after);
    return same;
}

static inline void migration_check_count(struct store *store, const char *cache, int64_t want)
{
    int64_t n = -1;

    CHECK_INT(store_count_entries(store, cache, dynamo_deadline(), &n, NULL), ST_OK);
    CHECK_INT(n, want);
}

static inline json_t *migration_setting(json_t *all, int user, const char *name)
{
    char id[40];

    (void)snprintf(id, sizeof id, "amzn1.ask.account.%d", user);
    return json_object_get(
        json_object_get(json_object_get(json_object_get(all, id), "UserCache"), id), name);
}

#endif
