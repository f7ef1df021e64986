/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/migrate.c -- `climacast migrate` as an owner uses it, on the DynamoDB of the tests.
 *
 * MIGRATE_SCALE is how much of 50,000 items the large tests move, in percent (2). */
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
#include "tests/e2e/harness/tool.h"
#include "tests/e2e/old_tables.h"
#include "tests/test.h"

static char table[DYNAMO_TABLE_SIZE]; /* persistence.table of this test */

static int setup(void **state)
{
    scratch_setup(state);
    dynamo_table_name(table);
    old_tables_drop();
    return 0;
}

static int teardown(void **state)
{
    scratch_teardown(state);
    old_tables_drop();
    return 0;
}

static int scaled(void)
{
    const char *percent = getenv("MIGRATE_SCALE");

    return 500 * (percent ? atoi(percent) : 2);
}

/* The tool's words, on our table. */
static const char *words(const char *backend, const char *layout, const char *rest)
{
    static char all[1500];

    (void)snprintf(all, sizeof all,
                   "--set persistence.backend=%s --set persistence.shared_layout=%s --set "
                   "persistence.table=%s --set dynamodb.endpoint=%s --set sqlite.path=one.db %s",
                   backend, layout, table, dynamo_variable("DYNAMO_ENDPOINT"), rest);
    return all;
}

static void migrate(const char *backend, const char *layout, const char *rest)
{
    char line[300];

    (void)snprintf(line, sizeof line, "migrate %s", rest);
    tool_run(&scratch, words(backend, layout, line));
}

/* ---- what there is ---- */

static struct store *open_store(const char *backend, enum store_layout layout)
{
    struct store *store = NULL;
    struct err err = ERR_NONE;

    if (strcmp(backend, "dynamodb") == 0)
        return dynamo_open(table, layout);
    if (store_sqlite_open(scratch_path(&scratch, "one.db"), layout, true, &store, &err) != ST_OK)
        fail_msg("%s", err.text);
    return store;
}

static struct store *make_store(enum store_layout layout)
{
    struct store *store = dynamo_open(table, layout);

    CHECK_INT(store_create_table(store, dynamo_soon(), NULL), ST_OK);
    return store;
}

static enum status gather(void *data, struct str id, json_t *attributes, struct err *err)
{
    (void)err;
    CHECK(json_object_setn(data, id.p, id.n, attributes) == 0);
    return ST_OK;
}

/* All items by their ids: entries as items of their own, so that layouts can be compared. */
static json_t *contents(const char *backend)
{
    struct store *store = open_store(backend, STORE_LAYOUT_ENTRIES);
    json_t *all = json_object(), *whole, *members, *entry;
    const char *cache, *key;
    char *cursor = NULL, id[400];

    do
        CHECK_INT(store_scan(store, 200, &cursor, gather, all, dynamo_soon(), NULL), ST_OK);
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

static int count_prefix(json_t *all, const char *prefix)
{
    const char *id;
    json_t *value;
    int n = 0;

    json_object_foreach (all, id, value)
        n += strncmp(id, prefix, strlen(prefix)) == 0;
    return n;
}

/* Everything of the old tables is there, once, and under its right key. */
static void check_all(const char *backend, const struct old_tables *old)
{
    json_t *all = contents(backend), *value;
    const char *id;
    int users = 0, n;

    CHECK_INT(count_prefix(all, "SHARED_CACHE#LocationCache#town_"), old->places);
    CHECK_INT(count_prefix(all, "SHARED_CACHE#LocationCache#"), old->places);
    CHECK_INT(count_prefix(all, "SHARED_CACHE#StationCache#K"), old->stations);
    CHECK_INT(count_prefix(all, "SHARED_CACHE#StationCache#"), old->stations);
    CHECK_INT(count_prefix(all, "SHARED_CACHE#ZoneCache#COZ"), old->zones);
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
            CHECK_ROW(n, strncmp(id, "SHARED_CACHE#", 13) == 0); /* and nothing else */
        }
    }
    CHECK_INT(users, old->users);
    json_decref(all);
}

static bool unchanged_take(json_t *before, const char *backend)
{
    json_t *after = contents(backend);
    bool same = json_same(before, after);

    json_decref(before);
    json_decref(after);
    return same;
}

static void count_entries(struct store *store, const char *cache, int64_t want)
{
    int64_t n = -1;

    CHECK_INT(store_count_entries(store, cache, dynamo_soon(), &n, NULL), ST_OK);
    CHECK_INT(n, want);
}

/* ---- from the old tables ---- */

TEST(the_old_tables_come_over_whole_and_a_second_run_changes_nothing)
{
    struct store *store = make_store(STORE_LAYOUT_ENTRIES);
    json_t *empty = contents("dynamodb");
    char found[60];

    old_tables_make();
    struct old_tables old = old_tables_fill(scaled());
    migrate("dynamodb", "entries", "--from-tables --dry-run");
    tool_expect(&scratch, 0, "nothing was written", NULL);
    CHECK(unchanged_take(empty, "dynamodb"));
    int64_t began = clock_mono_ms();
    migrate("dynamodb", "entries", "--from-tables");
    print_message("    %d items in %.1f s\n", old.items, (double)(clock_mono_ms() - began) / 1e3);
    (void)snprintf(found, sizeof found, "%9d  ok\n", old.users);
    tool_expect(&scratch, 0, found, NULL);
    check_all("dynamodb", &old);
    count_entries(store, "LocationCache", old.places);
    count_entries(store, "StationCache", old.stations);
    json_t *before = contents("dynamodb");
    migrate("dynamodb", "entries", "--from-tables");
    tool_expect(&scratch, 0, found, NULL);
    CHECK(unchanged_take(before, "dynamodb"));
    store_free(store);
}

TEST(throttling_and_batches_half_done_lose_nothing)
{
    struct store *store = make_store(STORE_LAYOUT_ENTRIES);

    old_tables_make();
    struct old_tables old = old_tables_fill(scaled() / 2);
    dynamo_tell(table, "\"faults\":[{\"kind\":\"unprocessed\",\"operation\":\"BatchWriteItem\","
                       "\"chance\":0.3},{\"kind\":\"unprocessed\",\"operation\":\"BatchGetItem\","
                       "\"chance\":0.2},{\"kind\":\"throttle\",\"chance\":0.05},"
                       "{\"kind\":\"server_error_after\",\"chance\":0.02}]");
    dynamo_tell("LocationCache", "\"faults\":[{\"kind\":\"throttle\",\"chance\":0.2}]");
    dynamo_tell("UserCache", "\"faults\":[{\"kind\":\"throttle\",\"chance\":0.2}]");
    migrate("dynamodb", "entries", "--from-tables");
    tool_expect(&scratch, 0, "  ok\n", NULL);
    print_message("    %.0f batches half done, %.0f requests throttled\n",
                  dynamo_figure(table, "fault:unprocessed", "calls"),
                  dynamo_figure(table, "fault:throttle", "calls"));
    CHECK(dynamo_figure(table, "fault:unprocessed", "calls") > 0);
    dynamo_tell(table, "\"faults\":[]");
    check_all("dynamodb", &old);
    store_free(store);
}

TEST(a_migration_that_is_killed_again_and_again_goes_on)
{
    struct store *store = make_store(STORE_LAYOUT_ENTRIES);
    char *said = NULL;
    int kills = 0, resumed = 0;
    int64_t pause = 150;

    old_tables_make();
    struct old_tables old = old_tables_fill(scaled());
    for (int i = 0; i < 60; i++) {
        int status = 0;
        pid_t pid = tool_start(&scratch, words("dynamodb", "entries", "migrate --from-tables"));
        clock_sleep_ms(pause + 37 * (i % 7));
        bool killed = kill(pid, SIGKILL) == 0;
        CHECK(waitpid(pid, &status, 0) == pid);
        said = scratch_read(&scratch, "err");
        resumed += !!strstr(said, "resuming");
        free(said);
        if (!killed || !WIFSIGNALED(status))
            break; /* it was faster */
        kills++;
        pause += pause / 5; /* so that it ends some day, at any scale */
    }
    migrate("dynamodb", "entries", "--from-tables");
    tool_expect(&scratch, 0, "  ok\n", NULL);
    check_all("dynamodb", &old);
    count_entries(store, "LocationCache", old.places); /* also what the killed had not told */
    count_entries(store, "StationCache", old.stations);
    count_entries(store, "ZoneCache", old.zones);
    print_message("    killed %d times, went on %d times\n", kills, resumed);
    CHECK(kills >= 2);
    CHECK(resumed >= 1);
    store_free(store);
}

TEST(two_at_once_do_no_harm_and_a_terminal_sees_a_bar)
{
    struct store *store = make_store(STORE_LAYOUT_ENTRIES);
    struct buf commands = BUF_INIT(8000);
    const char *line = words("dynamodb", "entries", "migrate --from-tables");

    old_tables_make();
    struct old_tables old = old_tables_fill(scaled() / 2);
    buf_printf(
        &commands,
        ": ;\"$climacast\" %s >one 2>one.err & first=$!; sleep 0.2; \"$climacast\" %s >two 2>&1; "
        "wait $first; script -qec \"$climacast %s\" bar",
        line, line, line);
    dynamo_tell(table, "\"faults\":[{\"kind\":\"slow\",\"ms\":70,"
                       "\"operation\":\"BatchGetItem\"}]"); /* a bar is for what takes time */
    tool_shell(&scratch, buf_z(&commands));
    tool_expect(&scratch, 0, "  ok", NULL);
    char *bar = scratch_read(&scratch, "bar"), *one = scratch_read(&scratch, "one.err");
    if (!strstr(bar, " [#"))
        fail_msg("no bar: %.600s", bar);
    CHECK(!strstr(one, "\033")); /* and nobody else */
    free(bar);
    free(one);
    check_all("dynamodb", &old);
    count_entries(store, "LocationCache", old.places);
    buf_free(&commands);
    store_free(store);
}

/* ---- beside those who write ---- */

static atomic_bool over;
static atomic_int writes;

/* A daemon's part: users who change their settings while they are being moved. */
static void *keep_writing(void *data)
{
    struct store *store = data;

    for (int i = 0; !over; i++) {
        char user[40];
        json_t *rate = json_integer(150);
        (void)snprintf(user, sizeof user, "amzn1.ask.account.%d", (i % 40) * 10);
        if (user_set(store, str_of(user), "rate", rate, dynamo_soon(), NULL) == ST_OK)
            writes++;
        json_decref(rate);
    }
    return NULL;
}

static json_t *setting(json_t *all, int user, const char *name)
{
    char id[40];

    (void)snprintf(id, sizeof id, "amzn1.ask.account.%d", user);
    return json_object_get(
        json_object_get(json_object_get(json_object_get(all, id), "UserCache"), id), name);
}

TEST(newer_settings_stay_and_older_ones_fill_what_is_missing)
{
    static const char *const backends[] = { "dynamodb", "sqlite" };
    pthread_t writer;

    old_tables_make();
    struct old_tables old = old_tables_fill(1000);
    store_free(make_store(STORE_LAYOUT_ENTRIES));
    for (size_t b = 0; b < 2; b++) {
        struct store *store = open_store(backends[b], STORE_LAYOUT_ENTRIES);
        json_t *place = json_string("Denver Colorado"), *nothing = json_null();
        CHECK_INT(
            user_set(store, STR("amzn1.ask.account.1"), "location", place, dynamo_soon(), NULL),
            ST_OK);
        CHECK_INT(
            user_set(store, STR("amzn1.ask.account.2"), "location", nothing, dynamo_soon(), NULL),
            ST_OK);
        json_t *odd = json_pack("{s:s, s:s}", "UserCache", "broken", "note", "mine");
        CHECK_INT(store_put(store, STR("amzn1.ask.account.3"), odd, 0, dynamo_soon(), NULL), ST_OK);
        over = false;
        writes = 0;
        CHECK(pthread_create(&writer, NULL, keep_writing, store) == 0);
        migrate(backends[b], "entries", "--from-tables");
        over = true;
        pthread_join(writer, NULL);
        tool_expect(&scratch, 0, "  ok\n", NULL);
        json_t *all = contents(backends[b]);
        for (int user = 0; user < 400; user += 10) {
            if (writes >= 40)
                CHECK_ROW(user, json_integer_value(setting(all, user, "rate")) == 150);
            CHECK_ROW(user, json_integer_value(setting(all, user, "pitch")) == 90);
        }
        CHECK_STR(json_string_value(setting(all, 1, "location")), "Denver Colorado");
        CHECK_INT(json_integer_value(setting(all, 1, "rate")), 81);
        CHECK_STR(json_string_value(setting(all, 2, "location")), "Town 2 Colorado");
        CHECK_INT(json_integer_value(setting(all, 3, "rate")), 83);
        CHECK_SLICE(json_str(json_object_get(all, "amzn1.ask.account.3"), "note"), "mine");
        CHECK_INT(count_prefix(all, "amzn1.ask.account."), old.users);
        print_message("    %s: %d settings written meanwhile\n", backends[b], (int)writes);
        CHECK(writes >= 40);
        json_decref(all);
        json_decref(place);
        json_decref(nothing);
        json_decref(odd);
        store_free(store);
    }
}

TEST(a_daemon_answers_and_saves_while_its_table_is_filled)
{
    char set_table[120], set_endpoint[200], user[40];
    struct world w = { .sets = { "persistence.backend=dynamodb", "persistence.create_table=yes",
                                 "persistence.shared_layout=entries", set_table, set_endpoint } };
    int answered = 0, status = -1;

    (void)snprintf(set_table, sizeof set_table, "persistence.table=%s", table);
    (void)snprintf(set_endpoint, sizeof set_endpoint, "dynamodb.endpoint=%s",
                   dynamo_variable("DYNAMO_ENDPOINT"));
    old_tables_make();
    struct old_tables old = old_tables_fill(scaled());
    world_start(&w);
    pid_t pid = tool_start(&scratch, words("dynamodb", "entries", "migrate --from-tables"));
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
    json_t *all = contents("dynamodb");
    for (int i = 0; i < answered; i++)
        CHECK_ROW(i, json_integer_value(setting(all, i * 10, "rate")) == 140);
    for (int i = 1; i < scaled() / 2; i += 10) /* of nobody who spoke meanwhile */
        CHECK_ROW(i, json_integer_value(setting(all, i, "rate")) == 80 + i % 50);
    json_decref(all);
    print_message("    %d settings saved by the daemon meanwhile\n", answered);
    CHECK(answered >= 5);
}

TEST(an_entry_of_today_stays_and_an_expired_one_is_not_moved)
{
    struct store *store = make_store(STORE_LAYOUT_ITEM);
    json_t *fresh = json_pack("{s:s}", "city", "fresh"), *entry = NULL;
    struct entry_name name = { "LocationCache", STR("boulder_colorado") };
    struct old_batch b = { "LocationCache", BUF_INIT(1 << 20), 0 };
    int64_t soon = clock_wall_s() + 5000, ttl = 0;

    old_tables_make();
    CHECK_INT(store_put_entry(store, name, fresh, soon, dynamo_soon(), NULL), ST_OK);
    old_put(&b, "\"location\":{\"S\":\"boulder colorado\"},\"city\":{\"S\":\"Boulder\"},"
                "\"ttl\":{\"N\":\"4102444800\"}");
    old_put(&b, "\"location\":{\"S\":\"denver colorado\"},\"ttl\":{\"N\":\"1600000000\"}");
    old_put(&b, "\"location\":{\"S\":\"aurora colorado\"}");
    old_flush(&b);
    migrate("dynamodb", "item", "--from-tables");
    tool_expect(&scratch, 0, "LocationCache             3         1", NULL);
    CHECK_INT(store_get_entry(store, name, 0, dynamo_soon(), &entry, &ttl, NULL), ST_OK);
    CHECK_INT(ttl, soon);
    CHECK(json_equal(entry, fresh));
    json_decref(entry);
    name.key = STR("denver_colorado");
    CHECK_INT(store_get_entry(store, name, 0, dynamo_soon(), &entry, &ttl, NULL), ST_MISS);
    name.key = STR("aurora_colorado");
    CHECK_INT(store_get_entry(store, name, 0, dynamo_soon(), &entry, &ttl, NULL), ST_OK);
    CHECK(ttl > clock_wall_s()); /* it gets a lifetime */
    json_decref(entry);
    json_decref(fresh);
    buf_free(&b.text);
    store_free(store);
}

TEST(the_old_tables_come_over_into_sqlite)
{
    old_tables_make();
    struct old_tables old = old_tables_fill(scaled());

    migrate("sqlite", "item", "--from-tables --dry-run");
    tool_expect(&scratch, 0, "nothing was written", NULL);
    CHECK(access(scratch_path(&scratch, "one.db"), F_OK) != 0);
    migrate("sqlite", "item", "--from-tables");
    tool_expect(&scratch, 0, "  ok\n", NULL);
    check_all("sqlite", &old);
    json_t *before = contents("sqlite");
    migrate("sqlite", "item", "--from-tables");
    tool_expect(&scratch, 0, "  ok\n", NULL);
    CHECK(unchanged_take(before, "sqlite"));
}

TEST(more_than_the_one_item_can_hold_is_refused_and_nothing_is_written)
{
    struct store *store = make_store(STORE_LAYOUT_ITEM);
    json_t *empty;

    old_tables_make();
    struct old_tables old = old_tables_fill(400);
    empty = contents("dynamodb");
    tool_run(&scratch,
             words("dynamodb", "item", "--set cache.item_max_bytes=20000 migrate --from-tables"));
    tool_expect(&scratch, 1, "", "(cache.item_max_bytes)");
    tool_expect(&scratch, 1, "", "fix: set persistence.shared_layout = entries");
    CHECK(unchanged_take(empty, "dynamodb"));
    migrate("dynamodb", "item", "--from-tables");
    tool_expect(&scratch, 0, "  ok\n", NULL);
    check_all("dynamodb", &old);
    count_entries(store, "LocationCache", old.places);
    store_free(store);
}

/* ---- wrong keys ---- */

static void put_entry(struct store *store, const char *cache, const char *key, const char *text,
                      int64_t ttl)
{
    json_t *entry = json_loads(text, 0, NULL);
    struct entry_name name = { cache, str_of(key) };

    CHECK_INT(store_put_entry(store, name, entry, ttl, dynamo_soon(), NULL), ST_OK);
    json_decref(entry);
}

TEST(entries_under_wrong_keys_move_to_those_that_are_read)
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
        dynamo_table_name(table);
        store_free(make_store(tables[t].layout));
        struct store *store = open_store(tables[t].backend, tables[t].layout);
        for (size_t i = 0; i < WRONG; i++)
            put_entry(store, wrong[i].cache, wrong[i].key, wrong[i].entry, later);
        /* Both spellings are there: the one that lives longer stays. */
        put_entry(store, "LocationCache", "boulder_colorado", "{\"n\":\"old\"}", later - 60000);
        put_entry(store, "LocationCache", "seattle washington", "{\"n\":\"old\"}", later - 60000);
        json_t *before = contents(tables[t].backend);
        migrate(tables[t].backend, tables[t].layout_name, "--rekey --dry-run");
        tool_expect(&scratch, 0, "LocationCache             4", NULL);
        CHECK(unchanged_take(before, tables[t].backend));
        migrate(tables[t].backend, tables[t].layout_name, "--rekey");
        tool_expect(&scratch, 0, "LocationCache             4", NULL);
        json_t *all = contents(tables[t].backend);
        CHECK_INT(count_prefix(all, "SHARED_CACHE#"), WRONG);
        for (size_t i = 0; i < WRONG; i++) {
            char id[200];
            json_t *want = json_loads(wrong[i].entry, 0, NULL), *got;
            (void)snprintf(id, sizeof id, "SHARED_CACHE#%s#%s", wrong[i].cache, wrong[i].right);
            got = json_object_get(all, id);
            CHECK_ROW(i, json_object_del(got, "ttl") == 0);
            CHECK_ROW(i, json_same(got, want));
            json_decref(want);
        }
        count_entries(store, "LocationCache", 5);
        json_decref(all);
        before = contents(tables[t].backend);
        migrate(tables[t].backend, tables[t].layout_name, "--rekey");
        tool_expect(&scratch, 0, "LocationCache             0", NULL);
        CHECK(unchanged_take(before, tables[t].backend));
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
    CHECK_INT(store_get_entry(store, name, 0, dynamo_soon(), &entry, &ttl, NULL),
              there ? ST_OK : ST_MISS);
    json_decref(entry);
}

TEST(a_layout_is_changed_there_and_back_and_at_no_time_is_anything_missed)
{
    enum { TOWNS = 300 };
    struct store *item = make_store(STORE_LAYOUT_ITEM);
    struct store *entries = open_store("dynamodb", STORE_LAYOUT_ENTRIES);
    json_t *rate = json_integer(120);
    char key[40];

    for (int i = 0; i < TOWNS; i++) {
        (void)snprintf(key, sizeof key, "town_%d_colorado", i);
        put_entry(item, "LocationCache", key, "{\"city\":\"T\"}", clock_wall_s() + 90000 + i);
    }
    CHECK_INT(user_set(item, STR("amzn1.u"), "rate", rate, dynamo_soon(), NULL), ST_OK);
    json_decref(rate);
    json_t *before = contents("dynamodb");
    migrate("dynamodb", "item", "--layout entries"); /* the daemon has the old one yet */
    tool_expect(&scratch, 0, "next: set persistence.shared_layout = entries", NULL);
    for (int i = 0; i < TOWNS; i += 50) {
        check_entry(item, i, true);
        check_entry(entries, i, true);
    }
    put_entry(item, "LocationCache", "town_999_colorado", "{\"city\":\"late\"}",
              clock_wall_s() + 90000);
    migrate("dynamodb", "entries", "--layout entries");
    tool_expect(&scratch, 0, "removed the old layout", NULL);
    check_entry(entries, 999, true);
    check_entry(item, 0, false);
    count_entries(entries, "LocationCache", TOWNS + 1);
    migrate("dynamodb", "entries", "--layout entries");
    tool_expect(&scratch, 0, NULL, NULL);

    migrate("dynamodb", "item", "--layout item"); /* the daemon has it already */
    tool_expect(&scratch, 0, "removed the old layout", NULL);
    count_entries(item, "LocationCache", TOWNS + 1);
    count_entries(entries, "LocationCache", 0);
    check_entry(entries, 0, false);
    json_t *after = contents("dynamodb");
    CHECK(json_object_del(after, "SHARED_CACHE#LocationCache#town_999_colorado") == 0);
    CHECK(json_same(before, after));
    json_decref(before);
    json_decref(after);
    tool_run(&scratch, words("dynamodb", "entries",
                             "--set cache.item_max_bytes=10000 migrate --layout entries"));
    tool_expect(&scratch, 0, NULL, NULL);
    tool_run(&scratch, words("dynamodb", "entries",
                             "--set cache.item_max_bytes=10000 migrate --layout item"));
    tool_expect(&scratch, 1, NULL, "cache.item_max_bytes");
    check_entry(entries, 0, true);
    migrate("sqlite", "item", "--layout entries");
    tool_expect(&scratch, 0, "nothing to do", NULL);
    store_free(item);
    store_free(entries);
}

/* ---- backends ---- */

TEST(from_one_backend_to_the_other_and_back_is_the_same)
{
    static const char *const layouts[] = { "item", "entries" };

    for (size_t l = 0; l < 2; l++) {
        dynamo_table_name(table);
        (void)unlink(scratch_path(&scratch, "one.db"));
        struct store *store = open_store("sqlite", STORE_LAYOUT_ITEM);
        json_t *rate = json_real(110.5),
               *odd = json_pack("{s:s,s:{s:i}}", "LastSeen", "today", "Unknown", "n", 1);
        CHECK_INT(store_put(store, STR(STORE_SHARED_ID), odd, 0, dynamo_soon(), NULL), ST_OK);
        for (int i = 0; i < 350; i++) {
            char name[60];
            (void)snprintf(name, sizeof name, "amzn1.ask.account.%d", i);
            CHECK_INT(user_set(store, str_of(name), "rate", rate, dynamo_soon(), NULL), ST_OK);
            (void)snprintf(name, sizeof name, "town_%d_colorado", i);
            put_entry(store, "LocationCache", name, "{\"city\":\"\",\"near\":null}", OLD_TTL + i);
        }
        store_free(store);
        json_t *before = contents("sqlite");
        store_free(make_store(STORE_LAYOUT_ITEM));
        migrate("sqlite", layouts[l], "--to dynamodb");
        tool_expect(&scratch, 0, "  ok\n", NULL);
        json_t *there = contents("dynamodb");
        CHECK(json_same(before, there));
        json_decref(there);
        (void)unlink(scratch_path(&scratch, "one.db"));
        migrate("dynamodb", layouts[l], "--to sqlite");
        tool_expect(&scratch, 0, "next: set persistence.backend = sqlite", NULL);
        CHECK(unchanged_take(before, "sqlite"));

        /* Somebody has used the new one already: that stays, unless told. */
        store = open_store("sqlite", STORE_LAYOUT_ITEM);
        json_t *newer = json_integer(77);
        CHECK_INT(user_set(store, STR("amzn1.ask.account.7"), "rate", newer, dynamo_soon(), NULL),
                  ST_OK);
        json_decref(newer);
        before = contents("sqlite");
        migrate("dynamodb", layouts[l], "--to sqlite");
        tool_expect(&scratch, 0, "  ok\n", NULL);
        CHECK(unchanged_take(before, "sqlite"));
        migrate("dynamodb", layouts[l], "--to sqlite --overwrite");
        tool_expect(&scratch, 0, "  ok\n", NULL);
        json_t *all = contents("sqlite");
        CHECK_NEAR(json_number_value(setting(all, 7, "rate")), 110.5, 0.001);
        json_decref(all);
        json_decref(rate);
        json_decref(odd);
        store_free(store);
    }
}

/* ---- what is refused ---- */

TEST(what_cannot_be_is_told_with_what_to_do)
{
    migrate("dynamodb", "item", "--from-tables");
    tool_expect(&scratch, 1, "", "fix: climacast table create");
    struct store *store = make_store(STORE_LAYOUT_ITEM);
    migrate("dynamodb", "item", "--from-tables");
    tool_expect(
        &scratch, 1, "",
        "no old tables (LocationCache, StationCache, ZoneCache, UserCache) in region us-east-1");
    old_table_make("LocationCache", "location");
    old_table_make("StationCache", "id");
    old_table_make("UserCache", "userid");
    migrate("dynamodb", "item", "--from-tables");
    tool_expect(&scratch, 1, "", "no table ZoneCache in region us-east-1");
    tool_expect(&scratch, 1, "", "--skip-missing");
    migrate("dynamodb", "item", "--from-tables --skip-missing");
    tool_expect(&scratch, 0, "ok", NULL);
    old_table_make("ZoneCache", "zone");
    migrate("dynamodb", "item", "--from-tables");
    tool_expect(&scratch, 1, "", "the key of table ZoneCache is not id");
    old_tables_make();
    (void)old_tables_fill(100);
    dynamo_tell("StationCache", "\"denied\":[\"Scan\"]");
    migrate("dynamodb", "item", "--from-tables");
    tool_expect(&scratch, 1, "", "climacast table policy --operator");
    dynamo_tell("StationCache", "\"denied\":[]");
    put_entry(store, "LocationCache", "boulder_colorado", "{}", 0);
    migrate("dynamodb", "entries", "--from-tables");
    tool_expect(&scratch, 1, "", "the table has 1 entries in layout `item`");
    tool_expect(&scratch, 1, "", "climacast migrate --layout");
    json_t *half = json_pack("{s:s}", "mode", "migrate --to dynamodb, from sqlite x.db");
    CHECK_INT(store_put(store, STR("SHARED_CACHE_MIGRATION"), half, 0, dynamo_soon(), NULL), ST_OK);
    json_decref(half);
    migrate("dynamodb", "item", "--from-tables");
    tool_expect(&scratch, 1, "",
                "an unfinished migration (migrate --to dynamodb, from sqlite x.db");
    tool_expect(&scratch, 1, "", "--restart");
    migrate("dynamodb", "item", "--from-tables --restart");
    tool_expect(&scratch, 0, "  ok\n", NULL);
    migrate("dynamodb", "item", "--to dynamodb");
    tool_expect(&scratch, 1, "", "source: ");
    migrate("memory", "item", "--from-tables");
    tool_expect(&scratch, 1, "", "exists only inside the daemon");
    store_free(store);
}

TEST(an_item_that_no_store_can_keep_is_counted_and_the_rest_comes_over)
{
    struct store *store = make_store(STORE_LAYOUT_ENTRIES);
    struct old_batch b = { "UserCache", BUF_INIT(1 << 20), 0 };

    old_tables_make();
    struct old_tables old = old_tables_fill(50);
    old_put(&b, "\"userid\":{\"S\":\"SHARED_CACHE\"},\"rate\":{\"N\":\"1\"}");
    old_flush(&b);
    buf_free(&b.text);
    migrate("dynamodb", "entries", "--from-tables");
    tool_expect(&scratch, 1, "unusable\n",
                "1 items cannot be migrated, such as UserCache: an item without a user id");
    check_all("dynamodb", &old);
    store_free(store);
}

TEST(a_full_disk_ends_it_and_it_goes_on_when_there_is_room)
{
    old_tables_make();
    struct old_tables old = old_tables_fill(1500);
    char commands[1800];

    (void)snprintf(commands, sizeof commands, "ulimit -f 400; \"$climacast\" %s",
                   words("sqlite", "item", "migrate --from-tables"));
    tool_shell(&scratch, commands);
    tool_expect(&scratch, 1, "", "climacast migrate: ");
    CHECK(strstr(scratch.err, "fix: free space"));
    migrate("sqlite", "item", "--from-tables");
    tool_expect(&scratch, 0, "  ok\n", NULL);
    check_all("sqlite", &old);
}

TEST(used_wrongly_it_says_how)
{
    static const char *const wrong[] = { "",           "--from-tables --rekey",
                                         "--layout x", "--to redis",
                                         "more",       "--rekey --overwrite",
                                         "--layout",   "--to sqlite --skip-missing" };

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        migrate("dynamodb", "item", wrong[i]);
        tool_expect(&scratch, 2, "", "climacast migrate: ");
    }
}

TESTS_EACH_WITH(setup, teardown, the_old_tables_come_over_whole_and_a_second_run_changes_nothing,
                throttling_and_batches_half_done_lose_nothing,
                a_migration_that_is_killed_again_and_again_goes_on,
                two_at_once_do_no_harm_and_a_terminal_sees_a_bar,
                newer_settings_stay_and_older_ones_fill_what_is_missing,
                a_daemon_answers_and_saves_while_its_table_is_filled,
                an_entry_of_today_stays_and_an_expired_one_is_not_moved,
                the_old_tables_come_over_into_sqlite,
                more_than_the_one_item_can_hold_is_refused_and_nothing_is_written,
                entries_under_wrong_keys_move_to_those_that_are_read,
                a_layout_is_changed_there_and_back_and_at_no_time_is_anything_missed,
                from_one_backend_to_the_other_and_back_is_the_same,
                what_cannot_be_is_told_with_what_to_do,
                an_item_that_no_store_can_keep_is_counted_and_the_rest_comes_over,
                a_full_disk_ends_it_and_it_goes_on_when_there_is_room, used_wrongly_it_says_how)
