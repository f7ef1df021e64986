/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/migrate.c -- `climacast migrate` to other keys, another layout and another backend, and
 * what it refuses. */
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "cache/layout.h"
#include "cache/user.h"
#include "server/base/json_same.h"
#include "tests/e2e/harness.h"
#include "tests/e2e/migration.h"
#include "tests/test.h"

/* ---- keys ---- */

TEST(rekey_moves_entries_to_the_keys_that_are_looked_up)
{
    static const struct {
        const char *backend, *layout_name;
        enum store_layout layout;
    } tables[] = {
        { "dynamodb", "item", STORE_LAYOUT_ITEM },
        { "dynamodb", "entries", STORE_LAYOUT_ENTRIES },
        { "sqlite", "item", STORE_LAYOUT_ITEM },
        { "sqlite", "entries", STORE_LAYOUT_ENTRIES },
    };
    static const struct {
        const char *cache, *key, *entry, *right;
    } wrong[] = {
        { "LocationCache", "boulder colorado", "{\"n\":1}", "boulder_colorado" },
        { "LocationCache", "St. Louis, MO", "{\"n\":2}", "saint_louis_missouri" },
        { "LocationCache", "philly", "{\"city\":\"Philadelphia\",\"state\":\"PA\"}",
          "philadelphia_pennsylvania" },
        { "LocationCache", "seattle_washington", "{\"n\":4}", "seattle_washington" },
        { "LocationCache", "80301", "{\"city\":\"Boulder\",\"state\":\"CO\"}", "80301" },
        { "StationCache", "https://api.weather.gov/stations/KBDU", "{\"n\":5}", "KBDU" },
        { "ZoneCache", "coz039", "{\"n\":6}", "COZ039" },
        { "ZoneCache", "WAZ558", "{\"n\":7}", "WAZ558" },
    };
    enum { WRONG = sizeof wrong / sizeof wrong[0] };
    int64_t later = clock_wall_s() + 90000;

    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
        (void)unlink(scratch_path(&scratch, "one.db"));
        dynamo_table_name(migration_table);
        store_free(migration_make_store(tables[t].layout));
        struct store *store = migration_open_store(tables[t].backend, tables[t].layout);
        for (size_t i = 0; i < WRONG; i++)
            migration_put_entry(store, wrong[i].cache, wrong[i].key, wrong[i].entry, later);
        /* Where both keys exist, the entry that expires later stays. */
        migration_put_entry(store, "LocationCache", "boulder_colorado", "{\"n\":\"old\"}",
                            later - 60000);
        migration_put_entry(store, "LocationCache", "seattle washington", "{\"n\":\"old\"}",
                            later - 60000);
        json_t *before = migration_contents(tables[t].backend);
        migration_run(tables[t].backend, tables[t].layout_name, "--rekey --dry-run");
        tool_expect(&scratch, 0, "LocationCache             4", NULL);
        CHECK(migration_unchanged_take(before, tables[t].backend));
        migration_run(tables[t].backend, tables[t].layout_name, "--rekey --yes");
        tool_expect(&scratch, 0, "LocationCache             4", NULL);
        json_t *all = migration_contents(tables[t].backend);
        CHECK_INT(migration_count_prefix(all, "SHARED_CACHE#"), WRONG);
        for (size_t i = 0; i < WRONG; i++) {
            char id[200];
            json_t *want = json_loads(wrong[i].entry, 0, NULL), *got;
            (void)snprintf(id, sizeof id, "SHARED_CACHE#%s#%s", wrong[i].cache, wrong[i].right);
            got = json_object_get(all, id);
            CHECK_ROW(i, json_object_del(got, "ttl") == 0);
            CHECK_ROW(i, json_same(got, want));
            json_decref(want);
        }
        migration_check_count(store, "LocationCache", 5);
        json_decref(all);
        before = migration_contents(tables[t].backend);
        migration_run(tables[t].backend, tables[t].layout_name, "--rekey --yes");
        tool_expect(&scratch, 0, "LocationCache             0", NULL);
        CHECK(migration_unchanged_take(before, tables[t].backend));
        store_free(store);
    }
}

/* ---- layouts ---- */

static void check_entry(struct store *store, int n, bool there)
{
    char key[40];
    json_t *entry = NULL;
    int64_t ttl;

    (void)snprintf(key, sizeof key, "town_%d_colorado", n);
    struct entry_name name = { "LocationCache", str_of(key) };
    CHECK_INT(store_get_entry(store, name, 0, dynamo_deadline(), &entry, &ttl, NULL),
              there ? ST_OK : ST_MISS);
    json_decref(entry);
}

TEST(changing_the_layout_and_back_never_causes_a_miss)
{
    enum { TOWNS = 300 };
    struct store *item = migration_make_store(STORE_LAYOUT_ITEM);
    struct store *entries = migration_open_store("dynamodb", STORE_LAYOUT_ENTRIES);
    json_t *rate = json_integer(120);
    char key[40];

    for (int i = 0; i < TOWNS; i++) {
        (void)snprintf(key, sizeof key, "town_%d_colorado", i);
        migration_put_entry(item, "LocationCache", key, "{\"city\":\"T\"}",
                            clock_wall_s() + 90000 + i);
    }
    CHECK_INT(user_set(item, USER_ACCOUNT(STR("amzn1.u")), "rate", rate, dynamo_deadline(), NULL),
              ST_OK);
    json_decref(rate);
    json_t *before = migration_contents("dynamodb");
    migration_run("dynamodb", "item", "--layout entries"); /* the daemon still uses the old one */
    tool_expect(&scratch, 0, "next: set persistence.shared_layout = entries", NULL);
    for (int i = 0; i < TOWNS; i += 50) {
        check_entry(item, i, true);
        check_entry(entries, i, true);
    }
    migration_put_entry(item, "LocationCache", "town_999_colorado", "{\"city\":\"late\"}",
                        clock_wall_s() + 90000);
    migration_run("dynamodb", "entries", "--layout entries --yes");
    tool_expect(&scratch, 0, "removed the old layout", NULL);
    check_entry(entries, 999, true);
    check_entry(item, 0, false);
    migration_check_count(entries, "LocationCache", TOWNS + 1);
    migration_run("dynamodb", "entries", "--layout entries --yes");
    tool_expect(&scratch, 0, NULL, NULL);

    migration_run("dynamodb", "item", "--layout item --yes"); /* the daemon uses it already */
    tool_expect(&scratch, 0, "removed the old layout", NULL);
    migration_check_count(item, "LocationCache", TOWNS + 1);
    migration_check_count(entries, "LocationCache", 0);
    check_entry(entries, 0, false);
    json_t *after = migration_contents("dynamodb");
    CHECK(json_object_del(after, "SHARED_CACHE#LocationCache#town_999_colorado") == 0);
    CHECK(json_same(before, after));
    json_decref(before);
    json_decref(after);
    tool_run(&scratch, migration_arguments(
                           "dynamodb", "entries",
                           "--set cache.item_max_bytes=10000 migrate --layout entries --yes"));
    tool_expect(&scratch, 0, NULL, NULL);
    tool_run(&scratch,
             migration_arguments("dynamodb", "entries",
                                 "--set cache.item_max_bytes=10000 migrate --layout item"));
    tool_expect(&scratch, 1, NULL, "cache.item_max_bytes");
    check_entry(entries, 0, true);
    migration_run("sqlite", "item", "--layout entries");
    tool_expect(&scratch, 0, "nothing to do", NULL);
    store_free(item);
    store_free(entries);
}

/* ---- backends ---- */

TEST(moving_to_the_other_backend_and_back_changes_nothing)
{
    static const char *const layouts[] = { "item", "entries" };

    for (size_t l = 0; l < 2; l++) {
        dynamo_table_name(migration_table);
        (void)unlink(scratch_path(&scratch, "one.db"));
        struct store *store = migration_open_store("sqlite", STORE_LAYOUT_ITEM);
        json_t *rate = json_real(110.5),
               *odd = json_pack("{s:s,s:{s:i}}", "LastSeen", "today", "Unknown", "n", 1);
        CHECK_INT(store_put(store, STR(STORE_SHARED_ID), odd, 0, dynamo_deadline(), NULL), ST_OK);
        for (int i = 0; i < 350; i++) {
            char name[60];
            (void)snprintf(name, sizeof name, "amzn1.ask.account.%d", i);
            CHECK_INT(
                user_set(store, USER_ACCOUNT(str_of(name)), "rate", rate, dynamo_deadline(), NULL),
                ST_OK);
            (void)snprintf(name, sizeof name, "town_%d_colorado", i);
            migration_put_entry(store, "LocationCache", name, "{\"city\":\"\",\"near\":null}",
                                OLD_TTL + i);
        }
        store_free(store);
        json_t *before = migration_contents("sqlite");
        store_free(migration_make_store(STORE_LAYOUT_ITEM));
        migration_run("sqlite", layouts[l], "--to dynamodb");
        tool_expect(&scratch, 0, "  ok\n", NULL);
        json_t *there = migration_contents("dynamodb");
        CHECK(json_same(before, there));
        json_decref(there);
        (void)unlink(scratch_path(&scratch, "one.db"));
        migration_run("dynamodb", layouts[l], "--to sqlite");
        tool_expect(&scratch, 0, "next: set persistence.backend = sqlite", NULL);
        CHECK(migration_unchanged_take(before, "sqlite"));

        /* A newer setting in the target stays, except with --overwrite. */
        store = migration_open_store("sqlite", STORE_LAYOUT_ITEM);
        json_t *newer = json_integer(77);
        CHECK_INT(user_set(store, USER_ACCOUNT(STR("amzn1.ask.account.7")), "rate", newer,
                           dynamo_deadline(), NULL),
                  ST_OK);
        json_decref(newer);
        before = migration_contents("sqlite");
        migration_run("dynamodb", layouts[l], "--to sqlite");
        tool_expect(&scratch, 0, "  ok\n", NULL);
        CHECK(migration_unchanged_take(before, "sqlite"));
        migration_run("dynamodb", layouts[l], "--to sqlite --overwrite --yes");
        tool_expect(&scratch, 0, "  ok\n", NULL);
        json_t *all = migration_contents("sqlite");
        CHECK_NEAR(json_number_value(migration_setting(all, 7, "rate")), 110.5, 0.001);
        json_decref(all);
        json_decref(rate);
        json_decref(odd);
        store_free(store);
    }
}

/* ---- errors ---- */

TEST(errors_come_with_a_fix)
{
    migration_run("dynamodb", "item", "--from-tables");
    tool_expect(&scratch, 1, "", "fix: climacast table create");
    struct store *store = migration_make_store(STORE_LAYOUT_ITEM);
    migration_run("dynamodb", "item", "--from-tables");
    tool_expect(
        &scratch, 1, "",
        "no old tables (LocationCache, StationCache, ZoneCache, UserCache) in region us-east-1");
    old_table_make("LocationCache", "location");
    old_table_make("StationCache", "id");
    old_table_make("UserCache", "userid");
    migration_run("dynamodb", "item", "--from-tables");
    tool_expect(&scratch, 1, "", "no table ZoneCache in region us-east-1");
    tool_expect(&scratch, 1, "", "--skip-missing");
    migration_run("dynamodb", "item", "--from-tables --skip-missing");
    tool_expect(&scratch, 0, "ok", NULL);
    old_table_make("ZoneCache", "zone");
    migration_run("dynamodb", "item", "--from-tables");
    tool_expect(&scratch, 1, "", "the key of table ZoneCache is not id");
    old_tables_make();
    (void)old_tables_fill(100);
    dynamo_configure("StationCache", "\"denied\":[\"Scan\"]");
    migration_run("dynamodb", "item", "--from-tables");
    tool_expect(&scratch, 1, "", "climacast table policy --operator");
    dynamo_configure("StationCache", "\"denied\":[]");
    migration_put_entry(store, "LocationCache", "boulder_colorado", "{}", 0);
    migration_run("dynamodb", "entries", "--from-tables");
    tool_expect(&scratch, 1, "", "the table has 1 entries in layout `item`");
    tool_expect(&scratch, 1, "", "climacast migrate --layout");
    json_t *half = json_pack("{s:s}", "mode", "migrate --to dynamodb, from sqlite x.db");
    CHECK_INT(store_put(store, STR("SHARED_CACHE_MIGRATION"), half, 0, dynamo_deadline(), NULL),
              ST_OK);
    json_decref(half);
    migration_run("dynamodb", "item", "--from-tables");
    tool_expect(&scratch, 1, "",
                "an unfinished migration (migrate --to dynamodb, from sqlite x.db");
    tool_expect(&scratch, 1, "", "--restart");
    migration_run("dynamodb", "item", "--from-tables --restart");
    tool_expect(&scratch, 0, "  ok\n", NULL);
    migration_run("dynamodb", "item", "--to dynamodb");
    tool_expect(&scratch, 1, "", "source: ");
    migration_run("memory", "item", "--from-tables");
    tool_expect(&scratch, 1, "", "exists only inside the daemon");
    store_free(store);
}

TEST(usage_errors_are_explained)
{
    static const char *const wrong[] = { "",           "--from-tables --rekey",
                                         "--layout x", "--to redis",
                                         "more",       "--rekey --overwrite",
                                         "--layout",   "--to sqlite --skip-missing" };

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        migration_run("dynamodb", "item", wrong[i]);
        tool_expect(&scratch, 2, "", "climacast migrate: ");
    }
}

TESTS_EACH_WITH(migration_setup, migration_teardown,
                rekey_moves_entries_to_the_keys_that_are_looked_up,
                changing_the_layout_and_back_never_causes_a_miss,
                moving_to_the_other_backend_and_back_changes_nothing, errors_come_with_a_fix,
                usage_errors_are_explained)
