/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/migrate_tables.c -- `climacast migrate --from-tables`: the four tables of older
 * releases are copied completely, also when it is throttled, killed, run twice, or a daemon is
 * writing. */
#include <jansson.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cache/layout.h"
#include "cache/user.h"
#include "server/base/json_same.h"
#include "tests/e2e/harness.h"
#include "tests/e2e/migration.h"
#include "tests/test.h"

TEST(old_tables_are_copied_completely_and_a_second_run_changes_nothing)
{
    struct store *store = migration_make_store(STORE_LAYOUT_ENTRIES);
    json_t *empty = migration_contents("dynamodb");
    char found[60];

    old_tables_make();
    struct old_tables old = old_tables_fill(migration_scaled());
    migration_run("dynamodb", "entries", "--from-tables --dry-run");
    tool_expect(&scratch, 0, "nothing was written", NULL);
    CHECK(migration_unchanged_take(empty, "dynamodb"));
    int64_t began = clock_mono_ms();
    migration_run("dynamodb", "entries", "--from-tables");
    print_message("    %d items in %.1f s\n", old.items, (double)(clock_mono_ms() - began) / 1e3);
    (void)snprintf(found, sizeof found, "%9d  ok\n", old.users);
    tool_expect(&scratch, 0, found, NULL);
    migration_check_all("dynamodb", &old);
    migration_check_count(store, "LocationCache", old.places);
    migration_check_count(store, "StationCache", old.stations);
    json_t *before = migration_contents("dynamodb");
    migration_run("dynamodb", "entries", "--from-tables");
    tool_expect(&scratch, 0, found, NULL);
    CHECK(migration_unchanged_take(before, "dynamodb"));
    store_free(store);
}

TEST(throttling_and_partial_batches_lose_nothing)
{
    struct store *store = migration_make_store(STORE_LAYOUT_ENTRIES);

    old_tables_make();
    struct old_tables old = old_tables_fill(migration_scaled() / 2);
    dynamo_configure(migration_table,
                     "\"faults\":[{\"kind\":\"unprocessed\",\"operation\":\"BatchWriteItem\","
                     "\"chance\":0.3},{\"kind\":\"unprocessed\",\"operation\":\"BatchGetItem\","
                     "\"chance\":0.2},{\"kind\":\"throttle\",\"chance\":0.05},"
                     "{\"kind\":\"server_error_after\",\"chance\":0.02}]");
    dynamo_configure("LocationCache", "\"faults\":[{\"kind\":\"throttle\",\"chance\":0.2}]");
    dynamo_configure("UserCache", "\"faults\":[{\"kind\":\"throttle\",\"chance\":0.2}]");
    migration_run("dynamodb", "entries", "--from-tables");
    tool_expect(&scratch, 0, "  ok\n", NULL);
    print_message("    %.0f partial batches, %.0f throttled requests\n",
                  dynamo_statistic(migration_table, "fault:unprocessed", "calls"),
                  dynamo_statistic(migration_table, "fault:throttle", "calls"));
    CHECK(dynamo_statistic(migration_table, "fault:unprocessed", "calls") > 0);
    dynamo_configure(migration_table, "\"faults\":[]");
    migration_check_all("dynamodb", &old);
    store_free(store);
}

TEST(a_killed_migration_resumes)
{
    struct store *store = migration_make_store(STORE_LAYOUT_ENTRIES);
    char *said = NULL;
    int kills = 0, resumed = 0;
    int64_t pause = 150;

    old_tables_make();
    struct old_tables old = old_tables_fill(migration_scaled());
    for (int i = 0; i < 60; i++) {
        int status = 0;
        pid_t pid = tool_start(&scratch,
                               migration_arguments("dynamodb", "entries", "migrate --from-tables"));
        clock_sleep_ms(pause + 37 * (i % 7));
        bool killed = kill(pid, SIGKILL) == 0;
        CHECK(waitpid(pid, &status, 0) == pid);
        said = scratch_read(&scratch, "err");
        resumed += !!strstr(said, "resuming");
        free(said);
        if (!killed || !WIFSIGNALED(status))
            break; /* it ended first */
        kills++;
        pause += pause / 5; /* so that it completes eventually at any scale */
    }
    migration_run("dynamodb", "entries", "--from-tables");
    tool_expect(&scratch, 0, "  ok\n", NULL);
    migration_check_all("dynamodb", &old);
    migration_check_count(store, "LocationCache",
                          old.places); /* including what killed runs did not count */
    migration_check_count(store, "StationCache", old.stations);
    migration_check_count(store, "ZoneCache", old.zones);
    print_message("    killed %d times, resumed %d times\n", kills, resumed);
    CHECK(kills >= 2);
    CHECK(resumed >= 1);
    store_free(store);
}

TEST(concurrent_migrations_are_safe_and_a_terminal_shows_a_bar)
{
    struct store *store = migration_make_store(STORE_LAYOUT_ENTRIES);
    struct buf commands = BUF_INIT(8000);
    const char *line = migration_arguments("dynamodb", "entries", "migrate --from-tables");

    old_tables_make();
    struct old_tables old = old_tables_fill(migration_scaled() / 2);
    buf_printf(
        &commands,
        ": ;\"$climacast\" %s >one 2>one.err & first=$!; sleep 0.2; \"$climacast\" %s >two 2>&1; "
        "wait $first; script -qec \"$climacast %s\" bar",
        line, line, line);
    dynamo_configure(migration_table,
                     "\"faults\":[{\"kind\":\"slow\",\"ms\":70,"
                     "\"operation\":\"BatchGetItem\"}]"); /* quick work shows no bar */
    tool_shell(&scratch, buf_z(&commands));
    tool_expect(&scratch, 0, "  ok", NULL);
    char *bar = scratch_read(&scratch, "bar"), *one = scratch_read(&scratch, "one.err");
    if (!strstr(bar, " [#"))
        fail_msg("no bar: %.600s", bar);
    CHECK(!strstr(one, "\033")); /* only the terminal gets one */
    free(bar);
    free(one);
    migration_check_all("dynamodb", &old);
    migration_check_count(store, "LocationCache", old.places);
    buf_free(&commands);
    store_free(store);
}

/* ---- while others write ---- */

static atomic_bool over;
static atomic_int writes;

/* Plays a daemon: users change settings while they are being copied. */
static void *keep_writing(void *data)
{
    struct store *store = data;

    for (int i = 0; !over; i++) {
        char user[40];
        json_t *rate = json_integer(150);
        (void)snprintf(user, sizeof user, "amzn1.ask.account.%d", (i % 40) * 10);
        if (user_set(store, USER_ACCOUNT(str_of(user)), "rate", rate, dynamo_deadline(), NULL) ==
            ST_OK)
            writes++;
        json_decref(rate);
    }
    return NULL;
}

TEST(newer_settings_win_and_missing_ones_are_added)
{
    static const char *const backends[] = { "dynamodb", "sqlite" };
    pthread_t writer;

    old_tables_make();
    struct old_tables old = old_tables_fill(1000);
    store_free(migration_make_store(STORE_LAYOUT_ENTRIES));
    for (size_t b = 0; b < 2; b++) {
        struct store *store = migration_open_store(backends[b], STORE_LAYOUT_ENTRIES);
        json_t *place = json_string("Denver Colorado"), *nothing = json_null();
        CHECK_INT(user_set(store, USER_ACCOUNT(STR("amzn1.ask.account.1")), "location", place,
                           dynamo_deadline(), NULL),
                  ST_OK);
        CHECK_INT(user_set(store, USER_ACCOUNT(STR("amzn1.ask.account.2")), "location", nothing,
                           dynamo_deadline(), NULL),
                  ST_OK);
        json_t *odd = json_pack("{s:s, s:s}", "UserCache", "broken", "note", "mine");
        CHECK_INT(store_put(store, STR("amzn1.ask.account.3"), odd, 0, dynamo_deadline(), NULL),
                  ST_OK);
        over = false;
        writes = 0;
        CHECK(pthread_create(&writer, NULL, keep_writing, store) == 0);
        migration_run(backends[b], "entries", "--from-tables");
        over = true;
        pthread_join(writer, NULL);
        tool_expect(&scratch, 0, "  ok\n", NULL);
        json_t *all = migration_contents(backends[b]);
        for (int user = 0; user < 400; user += 10) {
            if (writes >= 40)
                CHECK_ROW(user, json_integer_value(migration_setting(all, user, "rate")) == 150);
            CHECK_ROW(user, json_integer_value(migration_setting(all, user, "pitch")) == 90);
        }
        CHECK_STR(json_string_value(migration_setting(all, 1, "location")), "Denver Colorado");
        CHECK_INT(json_integer_value(migration_setting(all, 1, "rate")), 81);
        CHECK_STR(json_string_value(migration_setting(all, 2, "location")), "Town 2 Colorado");
        CHECK_INT(json_integer_value(migration_setting(all, 3, "rate")), 83);
        CHECK_SLICE(json_str(json_object_get(all, "amzn1.ask.account.3"), "note"), "mine");
        CHECK_INT(migration_count_prefix(all, "amzn1.ask.account."), old.users);
        print_message("    %s: %d settings written meanwhile\n", backends[b], (int)writes);
        CHECK(writes >= 40);
        json_decref(all);
        json_decref(place);
        json_decref(nothing);
        json_decref(odd);
        store_free(store);
    }
}

TEST(a_daemon_answers_and_saves_during_a_migration)
{
    char set_table[120], set_endpoint[200], user[40];
    struct world w = { .sets = { "persistence.backend=dynamodb", "persistence.create_table=yes",
                                 "persistence.shared_layout=entries", set_table, set_endpoint } };
    int answered = 0, status = -1;

    (void)snprintf(set_table, sizeof set_table, "persistence.table=%s", migration_table);
    (void)snprintf(set_endpoint, sizeof set_endpoint, "dynamodb.endpoint=%s",
                   dynamo_variable("DYNAMO_ENDPOINT"));
    old_tables_make();
    struct old_tables old = old_tables_fill(migration_scaled());
    world_start(&w);
    pid_t pid =
        tool_start(&scratch, migration_arguments("dynamodb", "entries", "migrate --from-tables"));
    for (; waitpid(pid, &status, WNOHANG) == 0; answered++) {
        (void)snprintf(user, sizeof user, "amzn1.ask.account.%d", answered * 10);
        struct client_response a = client_ask(&w, user, "SetRateIntent", "percent", "140", NULL);
        CHECK_INT(a.status, 200);
        speech_check_says(&a, "140");
        client_response_done(&a);
    }
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    struct client_response a =
        client_ask(&w, "amzn1.ask.account.1", "GetSettingIntent", "setting", "location", NULL);
    speech_check_says(&a, "town 1 colorado");
    client_response_done(&a);
    a = client_ask(&w, "amzn1.ask.account.1", "GetDataIntent", NULL);
    (void)snprintf(user, sizeof user, "%d", old.stations);
    speech_check_says(&a, user);
    client_response_done(&a);
    world_stop(&w);
    json_t *all = migration_contents("dynamodb");
    for (int i = 0; i < answered; i++)
        CHECK_ROW(i, json_integer_value(migration_setting(all, i * 10, "rate")) == 140);
    for (int i = 1; i < migration_scaled() / 2; i += 10) /* of users that sent nothing meanwhile */
        CHECK_ROW(i, json_integer_value(migration_setting(all, i, "rate")) == 80 + i % 50);
    json_decref(all);
    print_message("    %d settings saved by the daemon meanwhile\n", answered);
    CHECK(answered >= 5);
}

/* ---- what is not copied ---- */

TEST(existing_entries_stay_and_expired_ones_are_not_copied)
{
    struct store *store = migration_make_store(STORE_LAYOUT_ITEM);
    json_t *fresh = json_pack("{s:s}", "city", "fresh"), *entry = NULL;
    struct entry_name name = { "LocationCache", STR("boulder_colorado") };
    struct old_batch b = { "LocationCache", BUF_INIT(1 << 20), 0 };
    int64_t soon = clock_wall_s() + 5000, ttl = 0;

    old_tables_make();
    CHECK_INT(store_put_entry(store, name, fresh, soon, dynamo_deadline(), NULL), ST_OK);
    old_batch_put(&b, "\"location\":{\"S\":\"boulder colorado\"},\"city\":{\"S\":\"Boulder\"},"
                      "\"ttl\":{\"N\":\"4102444800\"}");
    old_batch_put(&b, "\"location\":{\"S\":\"denver colorado\"},\"ttl\":{\"N\":\"1600000000\"}");
    old_batch_put(&b, "\"location\":{\"S\":\"aurora colorado\"}");
    old_batch_flush(&b);
    migration_run("dynamodb", "item", "--from-tables");
    tool_expect(&scratch, 0, "LocationCache             3         1", NULL);
    CHECK_INT(store_get_entry(store, name, 0, dynamo_deadline(), &entry, &ttl, NULL), ST_OK);
    CHECK_INT(ttl, soon);
    CHECK(json_equal(entry, fresh));
    json_decref(entry);
    name.key = STR("denver_colorado");
    CHECK_INT(store_get_entry(store, name, 0, dynamo_deadline(), &entry, &ttl, NULL), ST_MISS);
    name.key = STR("aurora_colorado");
    CHECK_INT(store_get_entry(store, name, 0, dynamo_deadline(), &entry, &ttl, NULL), ST_OK);
    CHECK(ttl > clock_wall_s()); /* it was given a TTL */
    json_decref(entry);
    json_decref(fresh);
    buf_free(&b.text);
    store_free(store);
}

TEST(old_tables_are_copied_to_sqlite)
{
    old_tables_make();
    struct old_tables old = old_tables_fill(migration_scaled());

    migration_run("sqlite", "item", "--from-tables --dry-run");
    tool_expect(&scratch, 0, "nothing was written", NULL);
    CHECK(access(scratch_path(&scratch, "one.db"), F_OK) != 0);
    migration_run("sqlite", "item", "--from-tables");
    tool_expect(&scratch, 0, "  ok\n", NULL);
    migration_check_all("sqlite", &old);
    json_t *before = migration_contents("sqlite");
    migration_run("sqlite", "item", "--from-tables");
    tool_expect(&scratch, 0, "  ok\n", NULL);
    CHECK(migration_unchanged_take(before, "sqlite"));
}

TEST(more_entries_than_one_item_holds_are_refused_before_any_write)
{
    struct store *store = migration_make_store(STORE_LAYOUT_ITEM);
    json_t *empty;

    old_tables_make();
    struct old_tables old = old_tables_fill(400);
    empty = migration_contents("dynamodb");
    tool_run(&scratch,
             migration_arguments("dynamodb", "item",
                                 "--set cache.item_max_bytes=20000 migrate --from-tables"));
    tool_expect(&scratch, 1, "", "(cache.item_max_bytes)");
    tool_expect(&scratch, 1, "", "fix: set persistence.shared_layout = entries");
    CHECK(migration_unchanged_take(empty, "dynamodb"));
    migration_run("dynamodb", "item", "--from-tables");
    tool_expect(&scratch, 0, "  ok\n", NULL);
    migration_check_all("dynamodb", &old);
    migration_check_count(store, "LocationCache", old.places);
    store_free(store);
}

TEST(unusable_items_are_counted_and_the_rest_is_copied)
{
    struct store *store = migration_make_store(STORE_LAYOUT_ENTRIES);
    struct old_batch b = { "UserCache", BUF_INIT(1 << 20), 0 };

    old_tables_make();
    struct old_tables old = old_tables_fill(50);
    old_batch_put(&b, "\"userid\":{\"S\":\"SHARED_CACHE\"},\"rate\":{\"N\":\"1\"}");
    old_batch_flush(&b);
    buf_free(&b.text);
    migration_run("dynamodb", "entries", "--from-tables");
    tool_expect(&scratch, 1, "unusable\n",
                "1 items cannot be migrated, such as UserCache: an item without a user id");
    migration_check_all("dynamodb", &old);
    store_free(store);
}

TEST(a_migration_stopped_by_a_full_disk_resumes)
{
    old_tables_make();
    struct old_tables old = old_tables_fill(1500);
    char commands[1800];

    (void)snprintf(commands, sizeof commands, "ulimit -f 400; \"$climacast\" %s",
                   migration_arguments("sqlite", "item", "migrate --from-tables"));
    tool_shell(&scratch, commands);
    tool_expect(&scratch, 1, "", "climacast migrate: ");
    CHECK(strstr(scratch.err, "fix: free space"));
    migration_run("sqlite", "item", "--from-tables");
    tool_expect(&scratch, 0, "  ok\n", NULL);
    migration_check_all("sqlite", &old);
}

TESTS_EACH_WITH(migration_setup, migration_teardown,
                old_tables_are_copied_completely_and_a_second_run_changes_nothing,
                throttling_and_partial_batches_lose_nothing, a_killed_migration_resumes,
                concurrent_migrations_are_safe_and_a_terminal_shows_a_bar,
                newer_settings_win_and_missing_ones_are_added,
                a_daemon_answers_and_saves_during_a_migration,
                existing_entries_stay_and_expired_ones_are_not_copied,
                old_tables_are_copied_to_sqlite,
                more_entries_than_one_item_holds_are_refused_before_any_write,
                unusable_items_are_counted_and_the_rest_is_copied,
                a_migration_stopped_by_a_full_disk_resumes)
