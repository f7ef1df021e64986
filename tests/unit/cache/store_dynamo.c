/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/store_dynamo.c -- what is DynamoDB's own about the store: its errors in words,
 * what other programs put into items, sizes and eviction, counting, and the table itself.  What
 * every store must do is in store_conformance.c, faults are in store_dynamo_faults.c. */
#include "cache/store.h"

#include <pthread.h>

#include "cache/dynamo_item.h"
#include "cache/dynamo_usage.h"
#include "tests/unit/cache/dynamo.h"

/* ---- shorthands ---------------------------------------------------------------------------------
 */

static json_t *json(const char *text)
{
    json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);

    if (!value)
        fail_msg("not JSON: %s", text);
    return value;
}

static void check_take(json_t *got, const char *want)
{
    json_t *wanted = json(want);

    if (!json_equal(got, wanted)) {
        char *text = json_dumps(got, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);
        fail_msg("got %s, want %s", text, want);
    }
    json_decref(got);
    json_decref(wanted);
}

static enum status put_entry(struct store *s, const char *cache, const char *key, const char *entry,
                             int64_t ttl, struct err *err)
{
    json_t *value = json(entry);
    enum status st = store_put_entry(s, (struct entry_name){ cache, str_of(key) }, value, ttl,
                                     dynamo_soon(), err);

    json_decref(value);
    return st;
}

static bool has_entry(struct store *s, const char *cache, const char *key)
{
    json_t *entry = NULL;
    int64_t ttl;
    enum status st = store_get_entry(s, (struct entry_name){ cache, str_of(key) }, clock_wall_s(),
                                     dynamo_soon(), &entry, &ttl, NULL);

    json_decref(entry);
    CHECK(st == ST_OK || st == ST_MISS);
    return st == ST_OK;
}

static int64_t count_of(struct store *s, const char *cache)
{
    int64_t count = -1;

    CHECK_INT(store_count_entries(s, cache, dynamo_soon(), &count, NULL), ST_OK);
    return count;
}

static enum status set(struct store *s, const char *id, const char *setting, const char *value,
                       struct err *err)
{
    const char *const path[] = { "UserCache", id, setting, NULL };
    struct store_change change = { path, json(value) };
    enum status st = store_update(s, str_of(id), &change, 1, dynamo_soon(), err);

    json_decref(change.value);
    return st;
}

/* The item as the table holds it. */
static json_t *raw_item(const char *table, const char *id)
{
    char request[300];
    json_t *answer, *item;

    (void)snprintf(request, sizeof request, "{\"Key\":{\"id\":{\"S\":\"%s\"}}}", id);
    answer = dynamo_raw(table, "GetItem", request);
    item = json_incref(json_object_get(answer, "Item"));
    json_decref(answer);
    return item;
}

/* ---- errors --------------------------------------------------------------------------------- */

static const char *test_keys[3]; /* id, secret, token */

static const char *test_variable(void *data, const char *name)
{
    (void)data;
    if (strcmp(name, "AWS_ACCESS_KEY_ID") == 0)
        return test_keys[0];
    if (strcmp(name, "AWS_SECRET_ACCESS_KEY") == 0)
        return test_keys[1];
    if (strcmp(name, "AWS_SESSION_TOKEN") == 0)
        return test_keys[2];
    return strcmp(name, "AWS_EC2_METADATA_DISABLED") == 0 ? "true" : NULL;
}

static const struct aws_creds_settings test_creds = { .variable = test_variable };

#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLE"

TEST(every_refusal_has_a_word_and_says_what_to_do)
{
    static const struct {
        const char *id, *secret, *token, *region, *wish;
        bool no_table;
        enum status want;
        const char *reason, *word;
    } cases[] = {
        { NULL, NULL, NULL, "us-east-1", "", false, ST_DENIED, "no_credentials", "AWS_ACCESS" },
        { "AKIDTEST", SECRET "KEY", NULL, "us-east-1", "", true, ST_NOT_FOUND, "table_missing",
          "climacast table create" },
        { "AKIDTEST", SECRET "KEY", NULL, "eu-west-1", "", false, ST_DENIED, "wrong_region",
          "not in region eu-west-1" },
        { "AKIDTEST", SECRET "not", NULL, "us-east-1", "", false, ST_DENIED, "signature_refused",
          "secret access key" },
        { "AKIDNOBODY", SECRET "KEY", NULL, "us-east-1", "", false, ST_DENIED,
          "credentials_refused", "does not know" },
        { "ASIATEST", SECRET "TMP", "token-of-the-tests+/==", "us-east-1", "", false, ST_MISS, "",
          "" },
        { "ASIATEST", SECRET "TMP", NULL, "us-east-1", "", false, ST_DENIED, "credentials_refused",
          "does not know" },
        { "ASIAEXPIRED", SECRET "OLD", "token-that-is-over", "us-east-1", "", false, ST_DENIED,
          "credentials_expired", "expired" },
        { "AKIDTEST", SECRET "KEY", NULL, "us-east-1", "\"denied\":[\"GetItem\"]", false, ST_DENIED,
          "access_denied", "not authorized to perform: dynamodb:GetItem" },
        { "AKIDTEST", SECRET "KEY", NULL, "us-east-1", "\"faults\":[{\"kind\":\"throttle\"}]",
          false, ST_UNAVAILABLE, "throttled", "throttled" },
        { "AKIDTEST", SECRET "KEY", NULL, "us-east-1", "\"faults\":[{\"kind\":\"throttling\"}]",
          false, ST_UNAVAILABLE, "throttled", "throttled" },
        { "AKIDTEST", SECRET "KEY", NULL, "us-east-1", "\"faults\":[{\"kind\":\"limit\"}]", false,
          ST_UNAVAILABLE, "throttled", "limit" },
        { "AKIDTEST", SECRET "KEY", NULL, "us-east-1", "\"faults\":[{\"kind\":\"server_error\"}]",
          false, ST_UNAVAILABLE, "server_fault", "500" },
        { "AKIDTEST", SECRET "KEY", NULL, "us-east-1", "\"faults\":[{\"kind\":\"unavailable\"}]",
          false, ST_UNAVAILABLE, "server_fault", "503" },
        { "AKIDTEST", SECRET "KEY", NULL, "us-east-1", "\"faults\":[{\"kind\":\"garbage\"}]", false,
          ST_UNAVAILABLE, "answer_unreadable", "not DynamoDB's" },
        { "AKIDTEST", SECRET "KEY", NULL, "us-east-1", "\"faults\":[{\"kind\":\"bad_crc\"}]", false,
          ST_UNAVAILABLE, "answer_damaged", "checksum" },
        { "AKIDTEST", SECRET "KEY", NULL, "us-east-1", "\"faults\":[{\"kind\":\"reset\"}]", false,
          ST_UNAVAILABLE, "unreachable", "brok" },
        { "AKIDTEST", SECRET "KEY", NULL, "us-east-1", "\"faults\":[{\"kind\":\"hang\"}]", false,
          ST_TIMEOUT, "timeout", "no answer in time" },
        { "AKIDTEST", SECRET "KEY", NULL, "us-east-1", "\"clock_ms\":3600000", false, ST_MISS, "",
          "" }, /* learnt */
        { "AKIDTEST", SECRET "KEY", NULL, "us-east-1", "\"clock_ms\":-86400000", false, ST_MISS, "",
          "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char table[DYNAMO_TABLE_SIZE];
        struct err err = ERR_NONE;
        struct store *s;
        json_t *got = NULL;
        struct store_dynamo_settings settings = { .table = table,
                                                  .region = cases[i].region,
                                                  .endpoint = dynamo_variable("DYNAMO_ENDPOINT"),
                                                  .creds = &test_creds };
        enum status st;
        if (cases[i].no_table)
            dynamo_table_name(table);
        else
            store_free(dynamo_make(table, STORE_LAYOUT_ITEM));
        dynamo_tell(table, cases[i].wish);
        test_keys[0] = cases[i].id;
        test_keys[1] = cases[i].secret;
        test_keys[2] = cases[i].token;
        CHECK_INT(store_dynamo_open(&settings, dynamo_http(), &s, NULL), ST_OK);
        st = store_get(s, STR("user"),
                       clock_mono_ms() + (strstr(cases[i].wish, "faults") ? 400 : 5000), &got, NULL,
                       &err);
        if (st != cases[i].want || strcmp(err.reason, cases[i].reason) != 0 ||
            !strstr(err.text, cases[i].word) || strstr(err.text, SECRET))
            fail_msg("row %d: %s, %s: %s", (int)i, status_name(st), err.reason, err.text);
        store_free(s);
    }
}

TEST(an_endpoint_that_is_not_there_is_told_so)
{
    struct store_dynamo_settings settings = { .table = "table",
                                              .region = "us-east-1",
                                              .endpoint = "http://127.0.0.1:1" };
    struct store *s = NULL;
    struct err err = ERR_NONE;
    json_t *got = NULL;

    CHECK_INT(store_dynamo_open(&settings, dynamo_http(), &s, NULL), ST_OK);
    CHECK_INT(store_get(s, STR("u"), clock_mono_ms() + 300, &got, NULL, &err), ST_UNAVAILABLE);
    CHECK_STR(err.reason, "unreachable");
    CHECK(strstr(err.text, "127.0.0.1:1") != NULL);
    store_free(s);
}

TEST(an_item_that_is_too_large_is_told_so)
{
    static char text[460000];
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_make(table, STORE_LAYOUT_ENTRIES);
    struct err err = ERR_NONE;
    json_t *big;

    memset(text, 'x', sizeof text - 1);
    big = json_pack("{s:s}", "x", text);
    CHECK_INT(store_put(s, STR("u"), big, 0, dynamo_soon(), &err), ST_TOO_LARGE);
    CHECK_STR(err.reason, "item_too_large");
    err_clear(&err);
    CHECK_INT(store_put_entry(s, (struct entry_name){ "StationCache", STR("K") }, big, 0,
                              dynamo_soon(), &err),
              ST_TOO_LARGE);
    CHECK_STR(err.reason, "item_too_large");
    json_decref(big);
    store_free(s);
}

TEST(settings_that_cannot_be_are_refused_at_the_start)
{
    static const struct {
        const char *table, *region, *endpoint, *word;
    } cases[] = {
        { "ab", "us-east-1", NULL, "persistence.table" },
        { "a table", "us-east-1", NULL, "persistence.table" },
        { NULL, "us-east-1", NULL, "persistence.table" },
        { "table", "us east", NULL, "dynamodb.region" },
        { "table", "", NULL, "dynamodb.region" },
        { "table", "us-east-1", "ftp://x", "dynamodb.endpoint" },
        { "table", "us-east-1", "https://", "dynamodb.endpoint" },
        { "table", "us-east-1", "https://x/path", "dynamodb.endpoint" },
        { "table", "us-east-1", "https://user@x", "dynamodb.endpoint" },
        { "table", "us-east-1", "https://x?y", "dynamodb.endpoint" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct store_dynamo_settings settings = { .table = cases[i].table,
                                                  .region = cases[i].region,
                                                  .endpoint = cases[i].endpoint };
        struct store *s = NULL;
        struct err err = ERR_NONE;
        CHECK_ROW(i, store_dynamo_open(&settings, dynamo_http(), &s, &err) == ST_INVALID);
        CHECK_STR(err.reason, "setting");
        CHECK_ROW(i, strstr(err.text, cases[i].word) && !s);
    }
}

/* ---- what other programs put there ---------------------------------------------------------- */

TEST(what_is_not_ours_in_an_item_stays_as_it_is)
{
    static const char put[] =
        "{\"Item\":{\"id\":{\"S\":\"u\"},\"other\":{\"NS\":[\"1\",\"2\"]},"
        "\"attributes\":{\"M\":{\"pi\":{\"N\":\"3.1415926535897932384626433832795028841\"},"
        "\"set\":{\"SS\":[\"a\"]},\"bytes\":{\"B\":\"aGk=\"},"
        "\"UserCache\":{\"M\":{\"u\":{\"M\":{\"lat\":{\"N\":\"40.01500000000000000001\"}}}}}}}}}";
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_make(table, STORE_LAYOUT_ITEM);
    uint64_t version = 0;
    json_t *got = NULL;

    json_decref(dynamo_raw(table, "PutItem", put));
    CHECK_INT(set(s, "u", "rate", "110", NULL), ST_OK);
    CHECK_INT(store_get(s, STR("u"), dynamo_soon(), &got, &version, NULL), ST_OK);
    CHECK(json_object_set_new(got, "mine", json_true()) == 0);
    CHECK_INT(store_put(s, STR("u"), got, version, dynamo_soon(), NULL), ST_OK);
    check_take(got, "{\"pi\":3.141592653589793,\"set\":[\"a\"],\"bytes\":\"aGk=\",\"mine\":true,"
                    "\"UserCache\":{\"u\":{\"lat\":40.015,\"rate\":110}}}");
    check_take(raw_item(table, "u"),
               "{\"id\":{\"S\":\"u\"},\"other\":{\"NS\":[\"1\",\"2\"]},"
               "\"attributes\":{\"M\":{\"pi\":{\"N\":\"3.1415926535897932384626433832795028841\"},"
               "\"set\":{\"SS\":[\"a\"]},\"bytes\":{\"B\":\"aGk=\"},\"mine\":{\"BOOL\":true},"
               "\"UserCache\":{\"M\":{\"u\":{\"M\":{\"lat\":{\"N\":\"40.01500000000000000001\"},"
               "\"rate\":{\"N\":\"110\"}}}}}}}}");
    store_free(s);
}

TEST(a_change_by_another_program_between_read_and_write_is_seen)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_make(table, STORE_LAYOUT_ITEM);
    uint64_t version = 0;
    json_t *got = NULL;

    CHECK_INT(set(s, "u", "rate", "100", NULL), ST_OK);
    CHECK_INT(store_get(s, STR("u"), dynamo_soon(), &got, &version, NULL), ST_OK);
    json_decref(dynamo_raw(table, "PutItem",
                           "{\"Item\":{\"id\":{\"S\":\"u\"},\"attributes\":{\"M\":{\"x\":{\"N\":"
                           "\"1\"}}}}}"));
    CHECK_INT(store_put(s, STR("u"), got, version, dynamo_soon(), NULL), ST_CONFLICT);
    json_decref(got);
    store_free(s);
}

TEST(an_item_of_odd_shape_is_no_reason_to_fall)
{
    static const struct {
        const char *item;
        enum status want;
    } cases[] = {
        { "{\"id\":{\"S\":\"u\"}}", ST_OK },
        { "{\"id\":{\"S\":\"u\"},\"attributes\":{\"S\":\"text\"}}", ST_INVALID },
        { "{\"id\":{\"S\":\"u\"},\"attributes\":{\"NULL\":true}}", ST_INVALID },
        { "{\"id\":{\"S\":\"u\"},\"attributes\":{\"L\":[{\"N\":\"1\"}]}}", ST_INVALID },
        { "{\"id\":{\"S\":\"u\"},\"attributes\":{\"M\":{\"UserCache\":{\"L\":[]}}}}", ST_OK },
        { "{\"id\":{\"S\":\"u\"},\"attributes\":{\"M\":{\"UserCache\":{\"M\":{\"u\":{\"NULL\":true}"
          "}}"
          "}}}",
          ST_OK },
    };
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_make(table, STORE_LAYOUT_ITEM);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char request[400];
        json_t *got = NULL;
        (void)snprintf(request, sizeof request, "{\"Item\":%s}", cases[i].item);
        json_decref(dynamo_raw(table, "PutItem", request));
        CHECK_ROW(i, store_get(s, STR("u"), dynamo_soon(), &got, NULL, NULL) == cases[i].want);
        json_decref(got);
        got = NULL;
        CHECK_ROW(i, set(s, "u", "rate", "90", NULL) == ST_OK); /* repaired on the way, no more */
        CHECK_ROW(i, store_get(s, STR("u"), dynamo_soon(), &got, NULL, NULL) == ST_OK);
        check_take(got, "{\"UserCache\":{\"u\":{\"rate\":90}}}");
    }
    store_free(s);
}

/* ---- the one item: size and eviction -------------------------------------------------------- */

enum { SMALL_MAX = 12000, ENTRY_BYTES = 300 };

static void put_sized(struct store *s, int number, int64_t ttl)
{
    char key[16], text[ENTRY_BYTES + 40];

    (void)snprintf(key, sizeof key, "K%04d", number);
    (void)snprintf(text, sizeof text, "{\"text\":\"%0*d\"}", ENTRY_BYTES, number);
    CHECK_INT(put_entry(s, number % 2 ? "StationCache" : "ZoneCache", key, text, ttl, NULL), ST_OK);
}

static bool has_sized(struct store *s, int number)
{
    char key[16];

    (void)snprintf(key, sizeof key, "K%04d", number);
    return has_entry(s, number % 2 ? "StationCache" : "ZoneCache", key);
}

/* Bytes of SHARED_CACHE, counted from outside as DynamoDB does. */
static int64_t true_bytes(const char *table)
{
    json_t *item = raw_item(table, "SHARED_CACHE"), *value;
    const char *name;
    int64_t bytes = 0;

    json_object_foreach(item, name, value) bytes += (int64_t)(strlen(name) + dynamo_size(value));
    json_decref(item);
    return bytes;
}

static void check_usage(struct store *s, const char *table)
{
    json_t *item = raw_item(table, "SHARED_CACHE");
    json_t *caches = dynamo_members(json_object_get(item, "attributes")), *cache;
    struct usage usage;
    const char *name;
    int64_t drift;

    usage_read(item, &usage);
    CHECK(usage.known);
    drift = usage.bytes - usage_measure(item);
    if (drift < -50 || drift > 50)
        fail_msg("usage says %lld bytes, there are %lld", (long long)usage.bytes,
                 (long long)usage_measure(item));
    json_object_foreach(caches, name, cache)
    {
        if (!dynamo_members(cache))
            continue;
        CHECK_INT(usage_count(&usage, name), json_object_size(dynamo_members(cache)));
        CHECK_INT(count_of(s, name), json_object_size(dynamo_members(cache)));
    }
    json_decref(item);
}

TEST(the_item_never_grows_past_its_bound_and_the_nearest_to_expiry_go)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s;
    const int64_t now = clock_wall_s();
    enum { ENTRIES = 120 };
    int met = 0, first = ENTRIES;

    dynamo_table_name(table);
    s = dynamo_open_with(table, STORE_LAYOUT_ITEM, SMALL_MAX, 0);
    CHECK_INT(store_create_table(s, dynamo_soon(), NULL), ST_OK);
    for (int i = 0; i < ENTRIES; i++) { /* later ones live longer */
        put_sized(s, i, now + 1000 + i);
        CHECK(true_bytes(table) <= SMALL_MAX);
        CHECK(has_sized(s, i)); /* what was confirmed is there */
    }
    for (int i = ENTRIES - 1; i >= 0; i--) {
        bool there = has_sized(s, i);
        CHECK(!there || first == i + 1); /* no holes: the oldest went first */
        first = there ? i : first;
        met += there;
    }
    CHECK(met >= SMALL_MAX * 7 / 10 / (ENTRY_BYTES + 40));
    check_usage(s, table);
    store_free(s);
}

/* How many of these are in the item, whatever their ttl says? */
static int present(const char *table, int from, int to)
{
    json_t *item = raw_item(table, "SHARED_CACHE");
    json_t *caches = json_object_get(item, "attributes");
    int count = 0;

    for (int i = from; i < to; i++) {
        char key[16];
        (void)snprintf(key, sizeof key, "K%04d", i);
        count +=
            dynamo_member(dynamo_member(caches, i % 2 ? "StationCache" : "ZoneCache"), key) != NULL;
    }
    json_decref(item);
    return count;
}

TEST(expired_entries_go_before_all_others_and_those_without_end_last)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s;
    const int64_t now = clock_wall_s();
    int more = 100;

    dynamo_table_name(table);
    s = dynamo_open_with(table, STORE_LAYOUT_ITEM, SMALL_MAX, 0);
    CHECK_INT(store_create_table(s, dynamo_soon(), NULL), ST_OK);
    for (int i = 0; i < 32; i++)
        put_sized(s, i, i < 8 ? now - 100 : i < 16 ? now + 100 + i : i < 24 ? 0 : now + 5000);
    CHECK_INT(present(table, 0, 32), 32); /* nothing goes while there is room */
    while (present(table, 0, 8) == 8)
        put_sized(s, more++, now + 9000);
    CHECK_INT(present(table, 0, 8), 0);
    CHECK_INT(present(table, 8, 32), 24);
    while (present(table, 8, 16) > 0)
        put_sized(s, more++, now + 9000);
    CHECK_INT(present(table, 16, 24), 8);
    while (present(table, 24, 32) > 0 && more < 300)
        put_sized(s, more++, now + 9000);
    CHECK_INT(present(table, 16, 24), 8); /* they never expire */
    check_usage(s, table);
    store_free(s);
}

TEST(a_lowered_bound_is_reached_step_by_step)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s;
    const int64_t now = clock_wall_s();

    dynamo_table_name(table);
    s = dynamo_open_with(table, STORE_LAYOUT_ITEM, 100000, 0);
    CHECK_INT(store_create_table(s, dynamo_soon(), NULL), ST_OK);
    for (int i = 0; i < 250; i++)
        put_sized(s, i, now + 1000 + i);
    store_free(s);
    s = dynamo_open_with(table, STORE_LAYOUT_ITEM, SMALL_MAX, 0);
    put_sized(s, 300, now + 5000); /* more than one request can remove has to go */
    CHECK(true_bytes(table) <= SMALL_MAX);
    CHECK(has_sized(s, 300) && has_sized(s, 249) && !has_sized(s, 0));
    check_usage(s, table);
    store_free(s);
}

TEST(an_entry_larger_than_the_bound_is_refused_and_nothing_goes_for_it)
{
    char table[DYNAMO_TABLE_SIZE], text[SMALL_MAX + 100];
    struct store *s;
    struct err err = ERR_NONE;

    dynamo_table_name(table);
    s = dynamo_open_with(table, STORE_LAYOUT_ITEM, SMALL_MAX, 0);
    CHECK_INT(store_create_table(s, dynamo_soon(), NULL), ST_OK);
    put_sized(s, 1, 0);
    (void)snprintf(text, sizeof text, "{\"x\":\"%0*d\"}", SMALL_MAX, 7);
    CHECK_INT(put_entry(s, "StationCache", "big", text, 0, &err), ST_TOO_LARGE);
    CHECK_STR(err.reason, "item_too_large");
    CHECK(has_sized(s, 1));
    store_free(s);
}

static void *fill(void *data)
{
    struct store *s = data;
    const int64_t now = clock_wall_s();
    uint64_t mine = random_u64() % 1000;

    for (int i = 0; i < 60; i++)
        put_sized(s, (int)mine * 100 + i, now + 1000 + i);
    return NULL;
}

TEST(writers_at_the_bound_keep_it_together)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *stores[3];
    pthread_t threads[3];

    dynamo_table_name(table);
    for (int i = 0; i < 3; i++)
        stores[i] = dynamo_open_with(table, STORE_LAYOUT_ITEM, SMALL_MAX, 0);
    CHECK_INT(store_create_table(stores[0], dynamo_soon(), NULL), ST_OK);
    for (int i = 0; i < 3; i++)
        CHECK(pthread_create(&threads[i], NULL, fill, stores[i]) == 0);
    for (int i = 0; i < 40; i++) {
        CHECK(true_bytes(table) <= SMALL_MAX);
        clock_sleep_ms(20);
    }
    for (int i = 0; i < 3; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    CHECK(true_bytes(table) <= SMALL_MAX);
    check_usage(stores[0], table);
    for (int i = 0; i < 3; i++)
        store_free(stores[i]);
}

TEST(another_program_that_writes_the_whole_item_makes_us_count_anew)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_make(table, STORE_LAYOUT_ITEM);

    json_decref(dynamo_raw(
        table, "PutItem",
        "{\"Item\":{\"id\":{\"S\":\"SHARED_CACHE\"},\"attributes\":{\"M\":{\"StationCache\":{\"M\":"
        "{"
        "\"KBDU\":{\"M\":{\"name\":{\"S\":\"Boulder\"}}},\"KSEA\":{\"M\":{}}}},\"LocationCache\":{"
        "\"M\":{}},\"note\":{\"S\":\"kept\"}}}}}"));
    CHECK_INT(count_of(s, "StationCache"), 2);
    CHECK_INT(count_of(s, "LocationCache"), 0);
    CHECK(has_entry(s, "StationCache", "KBDU"));
    check_usage(s, table);
    CHECK_INT(put_entry(s, "LocationCache", "boulder_colorado", "{\"a\":1}", 0, NULL), ST_OK);
    CHECK_INT(put_entry(s, "ZoneCache", "COZ039", "{\"a\":1}", 0, NULL), ST_OK);
    check_usage(s, table);
    /* One that adds an entry and does not know of our usage. */
    json_decref(dynamo_raw(table, "UpdateItem",
                           "{\"Key\":{\"id\":{\"S\":\"SHARED_CACHE\"}},\"UpdateExpression\":\"SET "
                           "#a.StationCache.KNEW = :v\",\"ExpressionAttributeNames\":{\"#a\":"
                           "\"attributes\"},\"ExpressionAttributeValues\":{\":v\":{\"M\":{}}}}"));
    CHECK_INT(put_entry(s, "StationCache", "KDEN", "{\"a\":1}", 0, NULL), ST_OK);
    check_usage(s, table);
    CHECK_INT(count_of(s, "StationCache"), 4);
    CHECK_INT(store_remove_entry(s, (struct entry_name){ "StationCache", STR("KNEW") },
                                 dynamo_soon(), NULL),
              ST_OK);
    check_usage(s, table);
    store_free(s);
}

TEST(numbers_that_nobody_can_have_counted_are_counted_anew)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_make(table, STORE_LAYOUT_ITEM);

    json_decref(dynamo_raw(
        table, "PutItem",
        "{\"Item\":{\"id\":{\"S\":\"SHARED_CACHE\"},\"climacast_usage\":{\"M\":{\"bytes\":{\"N\":"
        "\"9223372036854775807\"},\"writes\":{\"N\":\"9223372036854775807\"},\"count\":{\"M\":{"
        "\"StationCache\":{\"N\":\"9223372036854775807\"}}}}},\"attributes\":{\"M\":{"
        "\"StationCache\":{\"M\":{\"KBDU\":{\"M\":{}}}}}}}}"));
    CHECK_INT(count_of(s, "StationCache"), 1);
    CHECK_INT(put_entry(s, "StationCache", "KDEN", "{\"a\":1}", 0, NULL), ST_OK);
    CHECK_INT(count_of(s, "StationCache"), 2);
    check_usage(s, table);
    store_free(s);
    s = dynamo_open(table, STORE_LAYOUT_ENTRIES);
    json_decref(dynamo_raw(table, "PutItem",
                           "{\"Item\":{\"id\":{\"S\":\"SHARED_CACHE_COUNT#StationCache\"},\"d0\":{"
                           "\"N\":\"9223372036854775807\"},\"d90000\":{\"N\":"
                           "\"9223372036854775807\"},\"d90001\":{\"N\":\"3\"}}}"));
    CHECK_INT(count_of(s, "StationCache"), 3);
    store_free(s);
}

/* ---- counting and cost ---------------------------------------------------------------------- */

TEST(counting_never_scans)
{
    for (int layout = 0; layout < 2; layout++) {
        char table[DYNAMO_TABLE_SIZE];
        struct store *s = dynamo_make(table, layout ? STORE_LAYOUT_ENTRIES : STORE_LAYOUT_ITEM);
        for (int i = 0; i < 20; i++)
            put_sized(s, i, i % 4 ? clock_wall_s() + 86400 * i : 0);
        dynamo_tell(table, "\"reset_stats\":true");
        CHECK_INT(count_of(s, "StationCache"), 10);
        CHECK_INT(count_of(s, "ZoneCache"), 10);
        CHECK(dynamo_figure(table, "Scan", "calls") == 0);
        CHECK(dynamo_figure(table, "GetItem", "calls") == 2);
        store_free(s);
    }
}

TEST(counts_follow_what_comes_goes_and_is_renewed)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_make(table, STORE_LAYOUT_ENTRIES), *other;
    const int64_t now = clock_wall_s(), day = 86400;
    json_t *attributes = json("{\"a\":1,\"ttl\":4000000000}");

    CHECK_INT(put_entry(s, "ZoneCache", "A", "{}", now + day, NULL), ST_OK);
    CHECK_INT(put_entry(s, "ZoneCache", "A", "{}", now + 9 * day, NULL), ST_OK);
    CHECK_INT(put_entry(s, "ZoneCache", "A", "{}", 0, NULL), ST_OK);
    CHECK_INT(count_of(s, "ZoneCache"), 1);
    CHECK_INT(store_put(s, STR("SHARED_CACHE#ZoneCache#B"), attributes, 0, dynamo_soon(), NULL),
              ST_OK);
    other = dynamo_open(table, STORE_LAYOUT_ENTRIES);
    CHECK_INT(count_of(other, "ZoneCache"), 2);
    CHECK_INT(put_entry(other, "ZoneCache", "C", "{}", now + day, NULL), ST_OK);
    CHECK_INT(store_delete(s, STR("SHARED_CACHE#ZoneCache#B"), dynamo_soon(), NULL), ST_OK);
    CHECK_INT(store_delete(s, STR("SHARED_CACHE#ZoneCache#B"), dynamo_soon(), NULL), ST_OK);
    CHECK_INT(count_of(s, "ZoneCache"), 2);
    CHECK_INT(put_entry(s, "ZoneCache", "D", "{}", now - 3 * day, NULL), ST_OK);
    CHECK_INT(count_of(s, "ZoneCache"), 2); /* DynamoDB removes it by itself, and tells nobody */
    CHECK(!has_entry(s, "ZoneCache", "D"));
    CHECK_INT(count_of(s, "ZoneCache"), 2);
    check_take(raw_item(table, "SHARED_CACHE#ZoneCache#A"),
               "{\"id\":{\"S\":\"SHARED_CACHE#ZoneCache#A\"},\"attributes\":{\"M\":{}}}");
    json_decref(attributes);
    store_free(s);
    store_free(other);
}

TEST(an_entry_of_its_own_has_its_ttl_where_dynamodb_looks_for_it)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_make(table, STORE_LAYOUT_ENTRIES);

    CHECK_INT(put_entry(s, "StationCache", "KBDU", "{\"n\":1}", 4000000000, NULL), ST_OK);
    check_take(raw_item(table, "SHARED_CACHE#StationCache#KBDU"),
               "{\"id\":{\"S\":\"SHARED_CACHE#StationCache#KBDU\"},\"ttl\":{\"N\":\"4000000000\"},"
               "\"attributes\":{\"M\":{\"n\":{\"N\":\"1\"},\"ttl\":{\"N\":\"4000000000\"}}}}");
    store_free(s);
}

/* Bytes that one look-up of a missing entry and one of a present entry bring over the wire. */
static double bytes_of_lookups(struct store *s, const char *table)
{
    dynamo_tell(table, "\"reset_stats\":true");
    CHECK(!has_entry(s, "StationCache", "none"));
    CHECK(has_sized(s, 1));
    CHECK(dynamo_figure(table, "GetItem", "calls") == 2);
    return dynamo_figure(table, "GetItem", "received");
}

/* Entries from..to-1 past the store, 25 items a request. */
static void fill_entries(const char *table, int from, int to)
{
    while (from < to) {
        struct buf b = BUF_INIT(1 << 20);
        buf_printf(&b, "{\"RequestItems\":{\"%s\":[", table);
        for (int i = 0; i < 25 && from < to; i++, from++)
            buf_printf(&b,
                       "%s{\"PutRequest\":{\"Item\":{\"id\":{\"S\":\"SHARED_CACHE#%s#K%04d\"},"
                       "\"attributes\":{\"M\":{\"text\":{\"S\":\"%0*d\"}}}}}}",
                       i ? "," : "", from % 2 ? "StationCache" : "ZoneCache", from, ENTRY_BYTES,
                       from);
        buf_putz(&b, "]}}");
        json_decref(dynamo_raw(table, "BatchWriteItem", buf_z(&b)));
        buf_free(&b);
    }
}

/* The same into the one item, which is written anew. */
static void fill_item(struct store *s, int to)
{
    json_t *caches[2] = { json_object(), json_object() }, *item;
    uint64_t version = 0;
    char key[16], text[ENTRY_BYTES + 40];

    for (int i = 0; i < to; i++) {
        (void)snprintf(key, sizeof key, "K%04d", i);
        (void)snprintf(text, sizeof text, "%0*d", ENTRY_BYTES, i);
        CHECK(json_object_set_new(caches[i % 2], key, json_pack("{s:s}", "text", text)) == 0);
    }
    CHECK_INT(store_get(s, STR(STORE_SHARED_ID), dynamo_soon(), &item, &version, NULL), ST_OK);
    json_decref(item);
    item = json_pack("{s:o,s:o}", "ZoneCache", caches[0], "StationCache", caches[1]);
    CHECK_INT(store_put(s, STR(STORE_SHARED_ID), item, version, dynamo_soon(), NULL), ST_OK);
    json_decref(item);
}

TEST(what_a_lookup_reads_does_not_grow_with_the_cache)
{
    for (int layout = 0; layout < 2; layout++) {
        char table[DYNAMO_TABLE_SIZE];
        struct store *s = dynamo_make(table, layout ? STORE_LAYOUT_ENTRIES : STORE_LAYOUT_ITEM);
        double few;
        for (int i = 0; i < 10; i++)
            put_sized(s, i, 0);
        few = bytes_of_lookups(s, table);
        if (layout)
            fill_entries(table, 10, dynamo_scaled(10000));
        else
            fill_item(s, 500);
        CHECK(bytes_of_lookups(s, table) <= few + 4); /* units are told with more digits */
        store_free(s);
    }
}

/* ---- the table ------------------------------------------------------------------------------ */

TEST(the_table_is_described_made_and_waited_for)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store_facts facts;
    struct store *s;

    dynamo_table_name(table);
    s = dynamo_open(table, STORE_LAYOUT_ITEM);
    CHECK_INT(store_describe(s, dynamo_soon(), &facts, NULL), ST_OK);
    CHECK(!facts.exists && strstr(facts.detail, table));
    CHECK_INT(store_create_table(s, dynamo_soon(), NULL), ST_OK);
    CHECK_INT(store_create_table(s, dynamo_soon(), NULL), ST_OK); /* once more does no harm */
    CHECK_INT(store_describe(s, dynamo_soon(), &facts, NULL), ST_OK);
    CHECK(facts.exists && strstr(facts.detail, "ACTIVE") && strstr(facts.detail, "on demand"));
    CHECK_STR(facts.backend, "dynamodb");
    CHECK(dynamo_figure(table, "UpdateTimeToLive", "calls") == 1);
    store_free(s);
}

TEST(a_table_with_another_key_is_told_apart)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store_facts facts;
    struct err err = ERR_NONE;
    struct store *s;

    dynamo_table_name(table);
    s = dynamo_open(table, STORE_LAYOUT_ITEM);
    json_decref(dynamo_raw(table, "CreateTable",
                           "{\"BillingMode\":\"PAY_PER_REQUEST\",\"AttributeDefinitions\":[{"
                           "\"AttributeName\":\"location\",\"AttributeType\":\"S\"}],\"KeySchema\":"
                           "[{\"AttributeName\":\"location\",\"KeyType\":\"HASH\"}]}"));
    CHECK_INT(store_create_table(s, dynamo_soon(), &err), ST_INVALID);
    CHECK_STR(err.reason, "key_schema");
    CHECK_INT(store_describe(s, dynamo_soon(), &facts, NULL), ST_OK);
    CHECK(!facts.exists && strstr(facts.detail, "key is not id"));
    store_free(s);
}

TEST(a_table_may_be_made_without_the_right_to_set_its_expiry)
{
    char table[DYNAMO_TABLE_SIZE];
    struct err err = ERR_NONE;
    struct store *s;

    dynamo_table_name(table);
    dynamo_tell(table, "\"denied\":[\"DescribeTimeToLive\",\"UpdateTimeToLive\"]");
    s = dynamo_open(table, STORE_LAYOUT_ENTRIES);
    CHECK_INT(store_create_table(s, dynamo_soon(), &err), ST_OK);
    dynamo_tell(table, "\"denied\":[\"DescribeTable\"]");
    CHECK_INT(store_create_table(s, dynamo_soon(), &err), ST_DENIED);
    CHECK_STR(err.reason, "access_denied");
    store_free(s);
}

TESTS(every_refusal_has_a_word_and_says_what_to_do, an_endpoint_that_is_not_there_is_told_so,
      an_item_that_is_too_large_is_told_so, settings_that_cannot_be_are_refused_at_the_start,
      what_is_not_ours_in_an_item_stays_as_it_is,
      a_change_by_another_program_between_read_and_write_is_seen,
      an_item_of_odd_shape_is_no_reason_to_fall,
      the_item_never_grows_past_its_bound_and_the_nearest_to_expiry_go,
      expired_entries_go_before_all_others_and_those_without_end_last,
      a_lowered_bound_is_reached_step_by_step,
      an_entry_larger_than_the_bound_is_refused_and_nothing_goes_for_it,
      writers_at_the_bound_keep_it_together,
      another_program_that_writes_the_whole_item_makes_us_count_anew,
      numbers_that_nobody_can_have_counted_are_counted_anew, counting_never_scans,
      counts_follow_what_comes_goes_and_is_renewed,
      an_entry_of_its_own_has_its_ttl_where_dynamodb_looks_for_it,
      what_a_lookup_reads_does_not_grow_with_the_cache, the_table_is_described_made_and_waited_for,
      a_table_with_another_key_is_told_apart,
      a_table_may_be_made_without_the_right_to_set_its_expiry)
