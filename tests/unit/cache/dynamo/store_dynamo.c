/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/dynamo/store_dynamo.c -- what is specific to the DynamoDB backend: error
 * messages, attributes written by other programs, counting, and the table itself. Requirements on
 * all backends are in store_conformance.c, sizes and evictions in size.c, faults in faults.c. */
#include "cache/store.h"

#include "tests/unit/cache/dynamo/store_dynamo_case.h"

/* ---- errors ---- */

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

static const struct aws_credentials_settings test_creds = { .variable = test_variable };

#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLE"

TEST(every_error_has_a_reason_and_says_what_to_do)
{
    static const struct {
        const char *id, *secret, *token, *region, *control;
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
          "credentials_refused", "does not recognize" },
        { "ASIATEST", SECRET "TMP", "token-of-the-tests+/==", "us-east-1", "", false, ST_MISS, "",
          "" },
        { "ASIATEST", SECRET "TMP", NULL, "us-east-1", "", false, ST_DENIED, "credentials_refused",
          "does not recognize" },
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
          ST_UNAVAILABLE, "unreachable", "connection" },
        { "AKIDTEST", SECRET "KEY", NULL, "us-east-1", "\"faults\":[{\"kind\":\"hang\"}]", false,
          ST_TIMEOUT, "timeout", "no answer in time" },
        { "AKIDTEST", SECRET "KEY", NULL, "us-east-1", "\"clock_ms\":3600000", false, ST_MISS, "",
          "" }, /* the clock skew is learned */
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
                                                  .credentials = &test_creds };
        enum status st;
        if (cases[i].no_table)
            dynamo_table_name(table);
        else
            store_free(dynamo_create_store(table, STORE_LAYOUT_ITEM));
        dynamo_configure(table, cases[i].control);
        test_keys[0] = cases[i].id;
        test_keys[1] = cases[i].secret;
        test_keys[2] = cases[i].token;
        CHECK_INT(store_dynamo_open(&settings, dynamo_http(), &s, NULL), ST_OK);
        st = store_get(s, STR("user"),
                       clock_mono_ms() + (strstr(cases[i].control, "faults") ? 400 : 5000), &got,
                       NULL, &err);
        if (st != cases[i].want || strcmp(err.reason, cases[i].reason) != 0 ||
            !strstr(err.text, cases[i].word) || strstr(err.text, SECRET))
            fail_msg("row %d: %s, %s: %s", (int)i, err_status_name(st), err.reason, err.text);
        store_free(s);
    }
}

TEST(an_unreachable_endpoint_is_reported)
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
    CHECK(strstr(err.text, "127.0.0.1:1"));
    store_free(s);
}

TEST(an_item_that_is_too_large_is_reported)
{
    static char text[460000];
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_create_store(table, STORE_LAYOUT_ENTRIES);
    struct err err = ERR_NONE;
    json_t *big;

    memset(text, 'x', sizeof text - 1);
    big = json_pack("{s:s}", "x", text);
    CHECK_INT(store_put(s, STR("u"), big, 0, dynamo_deadline(), &err), ST_TOO_LARGE);
    CHECK_STR(err.reason, "item_too_large");
    err_clear(&err);
    CHECK_INT(store_put_entry(s, (struct entry_name){ "StationCache", STR("K") }, big, 0,
                              dynamo_deadline(), &err),
              ST_TOO_LARGE);
    CHECK_STR(err.reason, "item_too_large");
    json_decref(big);
    store_free(s);
}

TEST(invalid_settings_are_rejected_when_opening)
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

/* ---- attributes of other programs ---- */

TEST(attributes_of_other_programs_are_preserved)
{
    static const char put[] =
        "{\"Item\":{\"id\":{\"S\":\"u\"},\"other\":{\"NS\":[\"1\",\"2\"]},"
        "\"attributes\":{\"M\":{\"pi\":{\"N\":\"3.1415926535897932384626433832795028841\"},"
        "\"set\":{\"SS\":[\"a\"]},\"bytes\":{\"B\":\"aGk=\"},"
        "\"UserCache\":{\"M\":{\"u\":{\"M\":{\"lat\":{\"N\":\"40.01500000000000000001\"}}}}}}}}}";
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_create_store(table, STORE_LAYOUT_ITEM);
    uint64_t version = 0;
    json_t *got = NULL;

    json_decref(dynamo_send(table, "PutItem", put));
    CHECK_INT(set(s, "u", "rate", "110", NULL), ST_OK);
    CHECK_INT(store_get(s, STR("u"), dynamo_deadline(), &got, &version, NULL), ST_OK);
    CHECK(json_object_set_new(got, "mine", json_true()) == 0);
    CHECK_INT(store_put(s, STR("u"), got, version, dynamo_deadline(), NULL), ST_OK);
    check_json(got, "{\"pi\":3.141592653589793,\"set\":[\"a\"],\"bytes\":\"aGk=\",\"mine\":true,"
                    "\"UserCache\":{\"u\":{\"lat\":40.015,\"rate\":110}}}");
    check_json(raw_item(table, "u"),
               "{\"id\":{\"S\":\"u\"},\"other\":{\"NS\":[\"1\",\"2\"]},"
               "\"attributes\":{\"M\":{\"pi\":{\"N\":\"3.1415926535897932384626433832795028841\"},"
               "\"set\":{\"SS\":[\"a\"]},\"bytes\":{\"B\":\"aGk=\"},\"mine\":{\"BOOL\":true},"
               "\"UserCache\":{\"M\":{\"u\":{\"M\":{\"lat\":{\"N\":\"40.01500000000000000001\"},"
               "\"rate\":{\"N\":\"110\"}}}}}}}}");
    store_free(s);
}

TEST(a_change_by_another_program_between_read_and_write_is_detected)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_create_store(table, STORE_LAYOUT_ITEM);
    uint64_t version = 0;
    json_t *got = NULL;

    CHECK_INT(set(s, "u", "rate", "100", NULL), ST_OK);
    CHECK_INT(store_get(s, STR("u"), dynamo_deadline(), &got, &version, NULL), ST_OK);
    json_decref(dynamo_send(table, "PutItem",
                            "{\"Item\":{\"id\":{\"S\":\"u\"},\"attributes\":{\"M\":{\"x\":{\"N\":"
                            "\"1\"}}}}}"));
    CHECK_INT(store_put(s, STR("u"), got, version, dynamo_deadline(), NULL), ST_CONFLICT);
    json_decref(got);
    store_free(s);
}

TEST(malformed_items_are_handled)
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
    struct store *s = dynamo_create_store(table, STORE_LAYOUT_ITEM);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char request[400];
        json_t *got = NULL;
        (void)snprintf(request, sizeof request, "{\"Item\":%s}", cases[i].item);
        json_decref(dynamo_send(table, "PutItem", request));
        CHECK_ROW(i, store_get(s, STR("u"), dynamo_deadline(), &got, NULL, NULL) == cases[i].want);
        json_decref(got);
        got = NULL;
        CHECK_ROW(i, set(s, "u", "rate", "90", NULL) == ST_OK); /* repairs the item */
        CHECK_ROW(i, store_get(s, STR("u"), dynamo_deadline(), &got, NULL, NULL) == ST_OK);
        check_json(got, "{\"UserCache\":{\"u\":{\"rate\":90}}}");
    }
    store_free(s);
}

/* ---- counting and cost ---- */

TEST(counting_never_scans)
{
    for (int layout = 0; layout < 2; layout++) {
        char table[DYNAMO_TABLE_SIZE];
        struct store *s =
            dynamo_create_store(table, layout ? STORE_LAYOUT_ENTRIES : STORE_LAYOUT_ITEM);
        for (int i = 0; i < 20; i++)
            put_sized(s, i, i % 4 ? clock_wall_s() + 86400 * i : 0);
        dynamo_configure(table, "\"reset_stats\":true");
        CHECK_INT(count_of(s, "StationCache"), 10);
        CHECK_INT(count_of(s, "ZoneCache"), 10);
        CHECK(dynamo_statistic(table, "Scan", "calls") == 0);
        CHECK(dynamo_statistic(table, "GetItem", "calls") == 2);
        store_free(s);
    }
}

TEST(counts_follow_writes_removals_and_renewals)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_create_store(table, STORE_LAYOUT_ENTRIES), *other;
    const int64_t now = clock_wall_s(), day = 86400;
    json_t *attributes = parse_json("{\"a\":1,\"ttl\":4000000000}");

    CHECK_INT(put_entry(s, "ZoneCache", "A", "{}", now + day, NULL), ST_OK);
    CHECK_INT(put_entry(s, "ZoneCache", "A", "{}", now + 9 * day, NULL), ST_OK);
    CHECK_INT(put_entry(s, "ZoneCache", "A", "{}", 0, NULL), ST_OK);
    CHECK_INT(count_of(s, "ZoneCache"), 1);
    CHECK_INT(store_put(s, STR("SHARED_CACHE#ZoneCache#B"), attributes, 0, dynamo_deadline(), NULL),
              ST_OK);
    other = dynamo_open(table, STORE_LAYOUT_ENTRIES);
    CHECK_INT(count_of(other, "ZoneCache"), 2);
    CHECK_INT(put_entry(other, "ZoneCache", "C", "{}", now + day, NULL), ST_OK);
    CHECK_INT(store_delete(s, STR("SHARED_CACHE#ZoneCache#B"), dynamo_deadline(), NULL), ST_OK);
    CHECK_INT(store_delete(s, STR("SHARED_CACHE#ZoneCache#B"), dynamo_deadline(), NULL), ST_OK);
    CHECK_INT(count_of(s, "ZoneCache"), 2);
    CHECK_INT(put_entry(s, "ZoneCache", "D", "{}", now - 3 * day, NULL), ST_OK);
    CHECK_INT(count_of(s, "ZoneCache"), 2); /* DynamoDB may remove it without notice */
    CHECK(!has_entry(s, "ZoneCache", "D"));
    CHECK_INT(count_of(s, "ZoneCache"), 2);
    check_json(raw_item(table, "SHARED_CACHE#ZoneCache#A"),
               "{\"id\":{\"S\":\"SHARED_CACHE#ZoneCache#A\"},\"attributes\":{\"M\":{}}}");
    json_decref(attributes);
    store_free(s);
    store_free(other);
}

TEST(the_ttl_of_an_entry_is_stored_where_dynamodb_expects_it)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_create_store(table, STORE_LAYOUT_ENTRIES);

    CHECK_INT(put_entry(s, "StationCache", "KBDU", "{\"n\":1}", 4000000000, NULL), ST_OK);
    check_json(raw_item(table, "SHARED_CACHE#StationCache#KBDU"),
               "{\"id\":{\"S\":\"SHARED_CACHE#StationCache#KBDU\"},\"ttl\":{\"N\":\"4000000000\"},"
               "\"attributes\":{\"M\":{\"n\":{\"N\":\"1\"},\"ttl\":{\"N\":\"4000000000\"}}}}");
    store_free(s);
}

/* The bytes received for lookups of a missing and an existing entry. */
static double bytes_of_lookups(struct store *s, const char *table)
{
    dynamo_configure(table, "\"reset_stats\":true");
    CHECK(!has_entry(s, "StationCache", "none"));
    CHECK(has_sized(s, 1));
    CHECK(dynamo_statistic(table, "GetItem", "calls") == 2);
    return dynamo_statistic(table, "GetItem", "received");
}

/* Adds entries from..to-1, bypassing the store, 25 items per request. */
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
        json_decref(dynamo_send(table, "BatchWriteItem", buf_z(&b)));
        buf_free(&b);
    }
}

/* The same in layout `item`, by rewriting the item. */
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
    CHECK_INT(store_get(s, STR(STORE_SHARED_ID), dynamo_deadline(), &item, &version, NULL), ST_OK);
    json_decref(item);
    item = json_pack("{s:o,s:o}", "ZoneCache", caches[0], "StationCache", caches[1]);
    CHECK_INT(store_put(s, STR(STORE_SHARED_ID), item, version, dynamo_deadline(), NULL), ST_OK);
    json_decref(item);
}

TEST(lookups_do_not_read_more_as_the_cache_grows)
{
    for (int layout = 0; layout < 2; layout++) {
        char table[DYNAMO_TABLE_SIZE];
        struct store *s =
            dynamo_create_store(table, layout ? STORE_LAYOUT_ENTRIES : STORE_LAYOUT_ITEM);
        double few;
        for (int i = 0; i < 10; i++)
            put_sized(s, i, 0);
        few = bytes_of_lookups(s, table);
        if (layout)
            fill_entries(table, 10, dynamo_scaled(10000));
        else
            fill_item(s, 500);
        CHECK(bytes_of_lookups(s, table) <= few + 4); /* units may be reported with more digits */
        store_free(s);
    }
}

/* ---- the table ---- */

TEST(the_table_is_described_created_and_waited_for)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store_facts facts;
    struct store *s;

    dynamo_table_name(table);
    s = dynamo_open(table, STORE_LAYOUT_ITEM);
    CHECK_INT(store_describe(s, dynamo_deadline(), &facts, NULL), ST_OK);
    CHECK(facts.state == STORE_MISSING && strstr(facts.detail, table));
    CHECK_INT(store_create_table(s, dynamo_deadline(), NULL), ST_OK);
    CHECK_INT(store_create_table(s, dynamo_deadline(), NULL), ST_OK); /* idempotent */
    CHECK_INT(store_describe(s, dynamo_deadline(), &facts, NULL), ST_OK);
    CHECK_INT(facts.state, STORE_READY);
    CHECK(strstr(facts.detail, "ACTIVE") && strstr(facts.detail, "on demand"));
    CHECK_STR(facts.backend, "dynamodb");
    CHECK(dynamo_statistic(table, "UpdateTimeToLive", "calls") == 1);
    store_free(s);
}

TEST(a_table_with_another_key_is_rejected)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store_facts facts;
    struct err err = ERR_NONE;
    struct store *s;

    dynamo_table_name(table);
    s = dynamo_open(table, STORE_LAYOUT_ITEM);
    json_decref(
        dynamo_send(table, "CreateTable",
                    "{\"BillingMode\":\"PAY_PER_REQUEST\",\"AttributeDefinitions\":[{"
                    "\"AttributeName\":\"location\",\"AttributeType\":\"S\"}],\"KeySchema\":"
                    "[{\"AttributeName\":\"location\",\"KeyType\":\"HASH\"}]}"));
    CHECK_INT(store_create_table(s, dynamo_deadline(), &err), ST_INVALID);
    CHECK_STR(err.reason, "key_schema");
    CHECK_INT(store_describe(s, dynamo_deadline(), &facts, NULL), ST_OK);
    CHECK(facts.state == STORE_WRONG_KEY && strstr(facts.detail, "key is not id"));
    store_free(s);
}

TEST(a_table_is_created_even_without_permission_to_set_its_expiry)
{
    char table[DYNAMO_TABLE_SIZE];
    struct err err = ERR_NONE;
    struct store *s;

    dynamo_table_name(table);
    dynamo_configure(table, "\"denied\":[\"DescribeTimeToLive\",\"UpdateTimeToLive\"]");
    s = dynamo_open(table, STORE_LAYOUT_ENTRIES);
    CHECK_INT(store_create_table(s, dynamo_deadline(), &err), ST_OK);
    dynamo_configure(table, "\"denied\":[\"DescribeTable\"]");
    CHECK_INT(store_create_table(s, dynamo_deadline(), &err), ST_DENIED);
    CHECK_STR(err.reason, "access_denied");
    store_free(s);
}

TESTS(every_error_has_a_reason_and_says_what_to_do, an_unreachable_endpoint_is_reported,
      an_item_that_is_too_large_is_reported, invalid_settings_are_rejected_when_opening,
      attributes_of_other_programs_are_preserved,
      a_change_by_another_program_between_read_and_write_is_detected, malformed_items_are_handled,
      counting_never_scans, counts_follow_writes_removals_and_renewals,
      the_ttl_of_an_entry_is_stored_where_dynamodb_expects_it,
      lookups_do_not_read_more_as_the_cache_grows, the_table_is_described_created_and_waited_for,
      a_table_with_another_key_is_rejected,
      a_table_is_created_even_without_permission_to_set_its_expiry)
