/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/dynamo/size.c -- the one item of layout `item`: its size by DynamoDB's rules,
 * its limit, and what is evicted at the limit. */
#include "cache/store.h"

#include <pthread.h>

#include "cache/dynamo/attribute_value.h"
#include "cache/dynamo/shared_item_usage.h"
#include "server/base/random.h"
#include "tests/unit/cache/dynamo/store_dynamo_case.h"

enum { SMALL_MAX = 12000 };

/* The size of SHARED_CACHE in bytes, computed independently of the usage. */
static int64_t true_bytes(const char *table)
{
    json_t *item = raw_item(table, "SHARED_CACHE"), *value;
    const char *name;
    int64_t bytes = 0;

    json_object_foreach (item, name, value)
        bytes += (int64_t)(strlen(name) + attribute_value_size(value));
    json_decref(item);
    return bytes;
}

static void check_usage(struct store *s, const char *table)
{
    json_t *item = raw_item(table, "SHARED_CACHE");
    json_t *caches = attribute_value_members(json_object_get(item, "attributes")), *cache;
    struct shared_item_usage usage;
    const char *name;
    int64_t drift;

    shared_item_usage_read(item, &usage);
    CHECK(usage.known);
    drift = usage.bytes - shared_item_usage_measure(item);
    if (drift < -50 || drift > 50)
        fail_msg("usage says %lld bytes, there are %lld", (long long)usage.bytes,
                 (long long)shared_item_usage_measure(item));
    json_object_foreach (caches, name, cache) {
        if (!attribute_value_members(cache))
            continue;
        CHECK_INT(shared_item_usage_count(&usage, name),
                  json_object_size(attribute_value_members(cache)));
        CHECK_INT(count_of(s, name), json_object_size(attribute_value_members(cache)));
    }
    json_decref(item);
}

TEST(the_item_stays_within_its_limit_and_the_soonest_to_expire_are_evicted)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s;
    const int64_t now = clock_wall_s();

    enum { ENTRIES = 120 };
    int found = 0, first = ENTRIES;

    dynamo_table_name(table);
    s = dynamo_open_with(table, STORE_LAYOUT_ITEM, SMALL_MAX, 0);
    CHECK_INT(store_create_table(s, dynamo_deadline(), NULL), ST_OK);
    for (int i = 0; i < ENTRIES; i++) { /* later ones expire later */
        put_sized(s, i, now + 1000 + i);
        CHECK(true_bytes(table) <= SMALL_MAX);
        CHECK(has_sized(s, i)); /* a confirmed entry exists */
    }
    for (int i = ENTRIES - 1; i >= 0; i--) {
        bool there = has_sized(s, i);
        CHECK(!there || first == i + 1); /* no gaps: the oldest were evicted first */
        first = there ? i : first;
        found += there;
    }
    CHECK(found >= SMALL_MAX * 7 / 10 / (ENTRY_BYTES + 40));
    check_usage(s, table);
    store_free(s);
}

/* How many of these entries the item holds, expired or not. */
static int present(const char *table, int from, int to)
{
    json_t *item = raw_item(table, "SHARED_CACHE");
    json_t *caches = json_object_get(item, "attributes");
    int count = 0;

    for (int i = from; i < to; i++) {
        char key[16];
        (void)snprintf(key, sizeof key, "K%04d", i);
        count += !!attribute_value_member(
            attribute_value_member(caches, i % 2 ? "StationCache" : "ZoneCache"), key);
    }
    json_decref(item);
    return count;
}

TEST(expired_entries_are_evicted_first_and_permanent_ones_last)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s;
    const int64_t now = clock_wall_s();
    int more = 100;

    dynamo_table_name(table);
    s = dynamo_open_with(table, STORE_LAYOUT_ITEM, SMALL_MAX, 0);
    CHECK_INT(store_create_table(s, dynamo_deadline(), NULL), ST_OK);
    for (int i = 0; i < 32; i++)
        put_sized(s, i, i < 8 ? now - 100 : i < 16 ? now + 100 + i : i < 24 ? 0 : now + 5000);
    CHECK_INT(present(table, 0, 32), 32); /* no evictions while there is room */
    while (present(table, 0, 8) == 8)
        put_sized(s, more++, now + 9000);
    CHECK_INT(present(table, 0, 8), 0);
    CHECK_INT(present(table, 8, 32), 24);
    while (present(table, 8, 16) > 0)
        put_sized(s, more++, now + 9000);
    CHECK_INT(present(table, 16, 24), 8);
    while (present(table, 24, 32) > 0 && more < 300)
        put_sized(s, more++, now + 9000);
    CHECK_INT(present(table, 16, 24), 8); /* permanent ones */
    check_usage(s, table);
    store_free(s);
}

TEST(a_lowered_limit_is_reached_in_several_requests)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s;
    const int64_t now = clock_wall_s();

    dynamo_table_name(table);
    s = dynamo_open_with(table, STORE_LAYOUT_ITEM, 100000, 0);
    CHECK_INT(store_create_table(s, dynamo_deadline(), NULL), ST_OK);
    for (int i = 0; i < 250; i++)
        put_sized(s, i, now + 1000 + i);
    store_free(s);
    s = dynamo_open_with(table, STORE_LAYOUT_ITEM, SMALL_MAX, 0);
    put_sized(s, 300, now + 5000); /* needs more evictions than fit into one request */
    CHECK(true_bytes(table) <= SMALL_MAX);
    CHECK(has_sized(s, 300) && has_sized(s, 249) && !has_sized(s, 0));
    check_usage(s, table);
    store_free(s);
}

TEST(an_entry_larger_than_the_limit_is_rejected_and_evicts_nothing)
{
    char table[DYNAMO_TABLE_SIZE], text[SMALL_MAX + 100];
    struct store *s;
    struct err err = ERR_NONE;

    dynamo_table_name(table);
    s = dynamo_open_with(table, STORE_LAYOUT_ITEM, SMALL_MAX, 0);
    CHECK_INT(store_create_table(s, dynamo_deadline(), NULL), ST_OK);
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

TEST(concurrent_writers_stay_within_the_limit)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *stores[3];
    pthread_t threads[3];

    dynamo_table_name(table);
    for (int i = 0; i < 3; i++)
        stores[i] = dynamo_open_with(table, STORE_LAYOUT_ITEM, SMALL_MAX, 0);
    CHECK_INT(store_create_table(stores[0], dynamo_deadline(), NULL), ST_OK);
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

TEST(a_write_by_another_program_causes_a_recount)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_create_store(table, STORE_LAYOUT_ITEM);

    json_decref(dynamo_send(
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
    /* Another program adds an entry and does not maintain the usage. */
    json_decref(dynamo_send(table, "UpdateItem",
                            "{\"Key\":{\"id\":{\"S\":\"SHARED_CACHE\"}},\"UpdateExpression\":\"SET "
                            "#a.StationCache.KNEW = :v\",\"ExpressionAttributeNames\":{\"#a\":"
                            "\"attributes\"},\"ExpressionAttributeValues\":{\":v\":{\"M\":{}}}}"));
    CHECK_INT(put_entry(s, "StationCache", "KDEN", "{\"a\":1}", 0, NULL), ST_OK);
    check_usage(s, table);
    CHECK_INT(count_of(s, "StationCache"), 4);
    CHECK_INT(store_remove_entry(s, (struct entry_name){ "StationCache", STR("KNEW") },
                                 dynamo_deadline(), NULL),
              ST_OK);
    check_usage(s, table);
    store_free(s);
}

TEST(impossible_usage_numbers_cause_a_recount)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_create_store(table, STORE_LAYOUT_ITEM);

    json_decref(dynamo_send(
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
    json_decref(dynamo_send(table, "PutItem",
                            "{\"Item\":{\"id\":{\"S\":\"SHARED_CACHE_COUNT#StationCache\"},\"d0\":{"
                            "\"N\":\"9223372036854775807\"},\"d90000\":{\"N\":"
                            "\"9223372036854775807\"},\"d90001\":{\"N\":\"3\"}}}"));
    CHECK_INT(count_of(s, "StationCache"), 3);
    store_free(s);
}

TESTS(the_item_stays_within_its_limit_and_the_soonest_to_expire_are_evicted,
      expired_entries_are_evicted_first_and_permanent_ones_last,
      a_lowered_limit_is_reached_in_several_requests,
      an_entry_larger_than_the_limit_is_rejected_and_evicts_nothing,
      concurrent_writers_stay_within_the_limit, a_write_by_another_program_causes_a_recount,
      impossible_usage_numbers_cause_a_recount)
