/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/dynamo_owner.c -- doctor, backup, restore, user and stats on a DynamoDB table, and what
 * a user hears when the table is down.
 *
 * DYNAMO_SCALE=100 also waits for the end of a turn. */
#define _XOPEN_SOURCE 700
#include <jansson.h>
#include <stdlib.h>

#include "cache/user.h"
#include "server/base/json_same.h"
#include "tests/e2e/harness.h"
#include "tests/e2e/harness/tool.h"
#include "tests/test.h"
#include "tests/unit/cache/dynamo/dynamo.h"

enum { APOLOGY_MS = 7000 };

static char table[DYNAMO_TABLE_SIZE], table_set[100], endpoint_set[200];

/* Run `climacast ARGUMENTS` on a table. */
static void tool(const char *name, enum store_layout layout, const char *arguments)
{
    char line[1000];

    (void)snprintf(line, sizeof line,
                   "--set persistence.backend=dynamodb --set persistence.table=%s --set "
                   "dynamodb.endpoint=%s --set persistence.shared_layout=%s %s",
                   name, dynamo_variable("DYNAMO_ENDPOINT"),
                   layout == STORE_LAYOUT_ITEM ? "item" : "entries", arguments);
    tool_run(&scratch, line);
}

/* ---- backup, restore ---- */

static void put_item(struct store *store, const char *id, const char *text)
{
    json_t *attributes = json_loads(text, 0, NULL);

    CHECK_INT(store_put(store, str_of(id), attributes, 0, dynamo_deadline(), NULL), ST_OK);
    json_decref(attributes);
}

static void put_entry(struct store *store, const char *cache, const char *key, const char *text,
                      int64_t ttl)
{
    json_t *entry = json_loads(text, 0, NULL);
    struct entry_name name = { cache, str_of(key) };

    CHECK_INT(store_put_entry(store, name, entry, ttl, dynamo_deadline(), NULL), ST_OK);
    json_decref(entry);
}

/* A table with every kind of item. */
static void fill(struct store *store)
{
    json_t *rate = json_integer(110);

    put_item(store, STORE_SHARED_ID, "{\"Unknown\": {\"n\": 1.5}, \"LastSeen\": \"today\"}");
    put_entry(store, "LocationCache", "boulder_colorado",
              "{\"city\": \"Boulder\", \"coords\": \"40.015,-105.2705\", \"elevation\": 1655.25}",
              4102444800);
    put_entry(store, "LocationCache", "80301", "{\"city\": \"Boulder\"}", 0);
    put_entry(store, "StationCache", "KBDU", "{\"name\": \"Boulder Municipal Airport\"}",
              clock_wall_s() - 60); /* expired, but not removed yet */
    CHECK_INT(user_set(store, USER_ACCOUNT(STR("amzn1.ask.account.A")), "rate", rate,
                       dynamo_deadline(), NULL),
              ST_OK);
    put_item(store, "amzn1.ask.account.C",
             "{\"UserCache\": {\"amzn1.ask.account.C\": {\"note\": \"\", \"\xC3\xA9\": [1, "
             "-2.5e-7, true, null, {\"deep\": [\"\\u0001\\n\"]}]}}, \"other\": 12345678901234567}");
    json_decref(rate);
}

static enum status gather(void *data, struct str id, json_t *attributes, struct err *err)
{
    (void)err;
    CHECK(json_object_setn(data, id.p, id.n, attributes) == 0);
    return ST_OK;
}

static json_t *contents(struct store *store)
{
    json_t *all = json_object();
    char *cursor = NULL;

    do
        CHECK_INT(store_scan(store, 3, &cursor, gather, all, dynamo_deadline(), NULL), ST_OK);
    while (cursor);
    return all;
}

static void check_same(struct store *one, struct store *two)
{
    json_t *a = contents(one), *b = contents(two);

    if (!json_same(a, b)) {
        char *x = json_dumps(a, JSON_SORT_KEYS), *y = json_dumps(b, JSON_SORT_KEYS);
        fail_msg("%s\nis not\n%s", x, y);
    }
    json_decref(a);
    json_decref(b);
}

TEST(a_table_survives_a_trip_through_sqlite_in_either_layout)
{
    for (int layout = 0; layout < 2; layout++) {
        enum store_layout mine = layout ? STORE_LAYOUT_ENTRIES : STORE_LAYOUT_ITEM;
        enum store_layout other = layout ? STORE_LAYOUT_ITEM : STORE_LAYOUT_ENTRIES;
        char first[DYNAMO_TABLE_SIZE], second[DYNAMO_TABLE_SIZE], third[DYNAMO_TABLE_SIZE];
        struct store *one = dynamo_create_store(first, mine),
                     *two = dynamo_create_store(second, other);
        struct store *three = dynamo_create_store(third, mine);
        int64_t count = 0;

        fill(one);
        tool(first, mine, "backup saved");
        tool_expect(&scratch, 0, NULL, " items written to saved\n");
        tool_shell(&scratch,
                   "rm -f here.db*; \"$climacast\" --set persistence.backend=sqlite --set "
                   "sqlite.path=here.db restore saved");
        tool_expect(&scratch, 0, "shared entries            3", NULL);
        tool_shell(&scratch,
                   "\"$climacast\" --set persistence.backend=sqlite --set sqlite.path=here.db "
                   "backup again");
        tool_expect(&scratch, 0, NULL, NULL);
        tool(second, other, "restore again");
        tool_expect(&scratch, 0, "users                     2          2", NULL);
        CHECK_INT(store_count_entries(two, "LocationCache", dynamo_deadline(), &count, NULL),
                  ST_OK);
        CHECK_INT(count, 2);
        tool(second, other, "backup saved"); /* and from the other layout back to this one */
        tool(third, mine, "restore saved");
        tool_expect(&scratch, 0, NULL, NULL);
        check_same(one, three);
        tool(third, mine, "restore saved");
        tool_expect(&scratch, 0, "users                     2          0          2", NULL);
        store_free(one);
        store_free(two);
        store_free(three);
    }
}

/* An item that plain JSON cannot hold, except for its rate and note; `%s` is the last of 38
 * digits. */
#define FOREIGN                                                                                    \
    "{\"Item\":{\"id\":{\"S\":\"amzn1.ask.account.X\"},\"attributes\":{\"M\":{\"UserCache\":{"     \
    "\"M\":{"                                                                                      \
    "\"amzn1.ask.account.X\":{\"M\":{\"rate\":{\"N\":\"110\"},\"note\":{\"S\":\"\"},\"long\":{"    \
    "\"N\":"                                                                                       \
    "\"-1.234567890123456789012345678901234567%s\"},\"names\":{\"SS\":[\"b\",\"a\"]},\"counts\":{" \
    "\"NS\":[\"1\",\"0.1\"]},\"raw\":{\"B\":\"AAEC/"                                               \
    "w==\"},\"pieces\":{\"BS\":[\"AQ==\",\"Ag==\"]}}}}}}"                                          \
    "},\"beside\":{\"L\":[{\"SS\":[\"one\"]},{\"NULL\":true}]}}}"

static void put_foreign(const char *name, const char *digit)
{
    struct buf request = BUF_INIT(2000);

    buf_printf(&request, FOREIGN, digit);
    json_decref(dynamo_send(name, "PutItem", buf_z(&request)));
    buf_free(&request);
}

/* The item in DynamoDB's JSON. */
static char *raw_of(const char *name)
{
    json_t *answer = dynamo_send(name, "GetItem",
                                 "{\"Key\":{\"id\":{\"S\":\"amzn1.ask.account.X\"}},"
                                 "\"ConsistentRead\":true}");
    char *text = json_dumps(json_object_get(answer, "Item"), JSON_SORT_KEYS);

    CHECK(text);
    json_decref(answer);
    return text;
}

static void check_same_raw(const char *one, const char *two)
{
    char *a = raw_of(one), *b = raw_of(two);

    CHECK_STR(a, b);
    free(a);
    free(b);
}

TEST(data_beyond_plain_json_is_restored_exactly)
{
    char first[DYNAMO_TABLE_SIZE], second[DYNAMO_TABLE_SIZE];
    struct store *one = dynamo_create_store(first, STORE_LAYOUT_ITEM);
    struct store *two = dynamo_create_store(second, STORE_LAYOUT_ENTRIES);
    char *text;

    fill(one);
    put_foreign(first, "8");
    text = raw_of(first);
    CHECK(strstr(text, "-1.2345678901234567890123456789012345678\""));
    free(text);
    tool(first, STORE_LAYOUT_ITEM, "backup saved");
    tool_expect(&scratch, 0, NULL, NULL);
    tool_shell(&scratch, "grep account.A saved"); /* plain JSON holds this one */
    tool_expect(&scratch, 0, "\"rate\":110", NULL);
    CHECK(!strstr(scratch.out, "\"dynamodb\":"));
    tool(second, STORE_LAYOUT_ENTRIES, "restore saved");
    tool_expect(&scratch, 0, "users                     3          3          0          0", NULL);
    check_same_raw(first, second);
    tool(second, STORE_LAYOUT_ENTRIES, "restore saved");
    tool_expect(&scratch, 0, "users                     3          0          3          0", NULL);
    put_foreign(second, "7"); /* a digit beyond the precision of plain JSON */
    tool(second, STORE_LAYOUT_ENTRIES, "restore saved");
    tool_expect(&scratch, 1, "", "nothing was written: 1 users' items and 0 shared entries");
    tool(second, STORE_LAYOUT_ENTRIES, "restore --overwrite --yes saved");
    tool_expect(&scratch, 0, "users                     3          1          2          0", NULL);
    check_same_raw(first, second);
    /* SQLite stores plain JSON, and its backup has format 1. */
    tool_shell(&scratch,
               "\"$climacast\" --set persistence.backend=sqlite --set sqlite.path=plain.db "
               "restore saved && \"$climacast\" --set persistence.backend=sqlite --set "
               "sqlite.path=plain.db backup again && grep account.X again && head -n 1 again");
    tool_expect(&scratch, 0, "\"long\":-1.2345678901234567", NULL);
    tool_expect(&scratch, 0, "\"raw\":\"AAEC/w==\"", NULL);
    tool_expect(&scratch, 0, "{\"climacast_backup\":1,", NULL);
    tool_shell(&scratch, "grep -c '\"dynamodb\":' again");
    tool_expect(&scratch, 1, "0\n", NULL);
    store_free(one);
    store_free(two);
}

TEST(user_shows_exports_and_deletes)
{
    struct store *store = dynamo_create_store(table, STORE_LAYOUT_ITEM);

    fill(store);
    tool(table, STORE_LAYOUT_ITEM, "user show amzn1.ask.account.A");
    tool_expect(&scratch, 0, "rate       110\n", NULL);
    tool(table, STORE_LAYOUT_ITEM, "user export amzn1.ask.account.C");
    tool_expect(&scratch, 0, "12345678901234567", NULL);
    tool(table, STORE_LAYOUT_ITEM, "user delete --yes amzn1.ask.account.A");
    tool_expect(&scratch, 0, "deleted\n", NULL);
    tool(table, STORE_LAYOUT_ITEM, "user show amzn1.ask.account.A");
    tool_expect(&scratch, 1, "", "no data about this user");
    tool(table, STORE_LAYOUT_ITEM, "stats");
    tool_expect(&scratch, 0, "LocationCache", NULL);
    tool(table, STORE_LAYOUT_ITEM, "stats --json");
    tool_expect(&scratch, 0, "\"limit\": 350000", NULL);
    store_free(store);
}

TEST(errors_of_the_table_are_reported_and_nothing_is_written)
{
    struct store *store = dynamo_create_store(table, STORE_LAYOUT_ITEM);

    fill(store);
    dynamo_configure(table, "\"denied\":[\"Scan\"]");
    tool(table, STORE_LAYOUT_ITEM, "backup saved");
    tool_expect(&scratch, 1, "", "not authorized to perform: dynamodb:Scan");
    tool_shell(&scratch, "ls | grep saved");
    tool_expect(&scratch, 1, "", NULL);
    tool("t-not-there", STORE_LAYOUT_ITEM, "backup saved");
    tool_expect(&scratch, 1, "", "there is no table ");
    tool_expect(&scratch, 1, "", "\n  fix: climacast table create");
    tool_shell(&scratch,
               "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY; AWS_EC2_METADATA_DISABLED=true "
               "HOME=/nonexistent \"$climacast\" --set persistence.backend=dynamodb backup x");
    tool_expect(&scratch, 1, "", "AWS_ACCESS_KEY_ID");
    store_free(store);
}

/* ---- a daemon ---- */

static struct store *start_daemon(void)
{
    struct store *store = dynamo_create_store(table, STORE_LAYOUT_ENTRIES);

    (void)snprintf(table_set, sizeof table_set, "persistence.table=%s", table);
    (void)snprintf(endpoint_set, sizeof endpoint_set, "dynamodb.endpoint=%s",
                   dynamo_variable("DYNAMO_ENDPOINT"));
    world = (struct world){ .sets = { "persistence.backend=dynamodb", table_set, endpoint_set,
                                      "persistence.shared_layout=entries" } };
    world_start(&world);
    return store;
}

static void doctor(const char *more)
{
    char line[2000];

    (void)snprintf(line, sizeof line,
                   "--set server.listen=127.0.0.1:%d --set admin.listen=127.0.0.1:%d --set "
                   "server.certificate=%s/localhost.pem --set server.private_key=%s/localhost.key "
                   "--set alexa.skill_ids=%s --set alexa.trust_anchors=%s/root.pem --set "
                   "alexa.certificate_connect_to=127.0.0.1:%d --set http.ca_bundle=%s/root.pem "
                   "--set weather.base_url=http://127.0.0.1:%d --set weather.contact=me@here.org "
                   "%s doctor",
                   world.port, world.admin_port, world.certs, world.certs, SKILL_ID, world.certs,
                   world.s3_port, world.certs, world.sim_port, more);
    tool(table, STORE_LAYOUT_ENTRIES, line);
}

static void check_line(const char *holds)
{
    if (!strstr(scratch.out, holds))
        fail_msg("\"%s\" is not in:\n%s%s", holds, scratch.out, scratch.err);
}

TEST(doctor_checks_the_table)
{
    struct store *store = start_daemon();
    struct client_response a = client_ask(&world, "doctor-user", "MetricIntent", "metric",
                                          "temperature", "location", "boulder colorado", NULL);

    speech_check_valid(&a);
    client_response_done(&a);
    client_await_writes(&world);
    doctor("");
    tool_expect(&scratch, 0, NULL, "");
    check_line("ok   store: dynamodb answers");
    check_line("ok   credentials: accepted by AWS");
    check_line("ok   region: us-east-1");
    check_line("ACTIVE, on demand, key id (S)");
    check_line("ok   key-schema: id (S)");
    check_line("ok   write: wrote, read and removed a test item");
    check_line("ok   read: ");
    check_line("ok   user-item: ");
    check_line("ok   shared-cache: LocationCache 1");
    check_line("ok   old-tables: ");
    doctor("--set dynamodb.region=eu-west-1");
    tool_expect(&scratch, 1, "FAIL region: ", "");
    doctor("--set persistence.table=t-not-there");
    tool_expect(&scratch, 1, "FAIL table: ", "");
    dynamo_configure(table, "\"denied\":[\"UpdateItem\"]");
    doctor("");
    tool_expect(&scratch, 1, "FAIL write: ", "");
    check_line("dynamodb:UpdateItem");
    dynamo_configure(table, "\"denied\":[]");
    world_stop(&world);
    store_free(store);
}

static int rate_of(struct store *store)
{
    json_t *got = NULL;
    int64_t rate = -1;

    if (store_get(store, STR("user-owner"), dynamo_deadline(), &got, NULL, NULL) == ST_OK)
        (void)json_int(got, "UserCache.user-owner.rate", &rate);
    json_decref(got);
    return (int)rate;
}

static void set_rate(const char *percent, const char *says)
{
    struct client_response a =
        client_ask(&world, "user-owner", "SetRateIntent", "percent", percent, NULL);

    CHECK_INT(a.status, 200);
    speech_check_valid(&a);
    speech_check_says(&a, says);
    CHECK(a.ms < APOLOGY_MS);
    client_response_done(&a);
}

TEST(a_failed_save_is_answered_with_an_apology)
{
    struct store *store = start_daemon();

    set_rate("110", "110");
    CHECK_INT(rate_of(store), 110);
    dynamo_configure(table, "\"denied\":[\"UpdateItem\"]");
    set_rate("120", "sorry");
    dynamo_configure(table, "\"denied\":[]");
    CHECK_INT(rate_of(store), 110);
    if (dynamo_scaled(100) == 100) { /* each takes a whole turn */
        static const char *const kinds[] = { "server_error", "throttle", "hang", "bad_crc" };
        for (size_t i = 0; i < 4; i++) {
            char wish[100];
            (void)snprintf(wish, sizeof wish, "\"faults\":[{\"kind\":\"%s\"}]", kinds[i]);
            dynamo_configure(table, wish);
            set_rate("120", "sorry");
            dynamo_configure(table, "\"faults\":[]");
            if (strcmp(kinds[i], "bad_crc") !=
                0) /* that write succeeded, though the daemon could not know */
                CHECK_INT(rate_of(store), 110);
        }
    }
    set_rate("130", "130");
    CHECK_INT(rate_of(store), 130);
    world_stop(&world);
    store_free(store);
}

TESTS_EACH_WITH(scratch_setup, scratch_teardown,
                a_table_survives_a_trip_through_sqlite_in_either_layout,
                data_beyond_plain_json_is_restored_exactly, user_shows_exports_and_deletes,
                errors_of_the_table_are_reported_and_nothing_is_written, doctor_checks_the_table,
                a_failed_save_is_answered_with_an_apology)
