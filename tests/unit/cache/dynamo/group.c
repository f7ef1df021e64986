/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/dynamo/group.c -- entries that are written together to the item SHARED_CACHE:
 * what it costs, a full item, faults, and two writers at once. */
#include <pthread.h>

#include "cache/store.h"
#include "tests/unit/cache/dynamo/cost_case.h"

enum { GROUP = 8, ROUNDS = 5 };

/* Half of the group is in each cache. */
static void write_group(struct store *s, const char *prefix, int round, enum status want)
{
    struct store_write writes[GROUP];
    char keys[GROUP][24];

    for (int i = 0; i < GROUP; i++) {
        (void)snprintf(keys[i], sizeof keys[i], "%s_%d_%d", prefix, round, i);
        writes[i] =
            (struct store_write){ .name = { i % 2 ? "ZoneCache" : "StationCache", str_of(keys[i]) },
                                  .entry = cost_entry(i),
                                  .ttl = 4000000000 + round };
    }
    store_write_entries(s, writes, GROUP, dynamo_deadline());
    for (int i = 0; i < GROUP; i++) {
        if (writes[i].status != want)
            fail_msg("%s: status %d, %s", keys[i], writes[i].status, writes[i].err.text);
        json_decref(writes[i].entry);
    }
}

static enum status put_place(struct store *s)
{
    json_t *entry = cost_entry(0);
    enum status st = store_put_entry(s, (struct entry_name){ "LocationCache", STR("boulder") },
                                     entry, 0, dynamo_deadline(), NULL);

    json_decref(entry);
    return st;
}

static int64_t count_of(struct store *s, const char *cache)
{
    int64_t count = -1;

    CHECK_INT(store_count_entries(s, cache, dynamo_deadline(), &count, NULL), ST_OK);
    return count;
}

static void check_present(struct store *s, const char *key)
{
    json_t *entry = NULL;
    int64_t ttl;

    CHECK_INT(store_get_entry(s, (struct entry_name){ "StationCache", str_of(key) }, 0,
                              dynamo_deadline(), &entry, &ttl, NULL),
              ST_OK);
    json_decref(entry);
}

static int calls_of(const char *table)
{
    json_t *stats = dynamo_control(table, "\"reset_stats\":true"), *one;
    const char *operation;
    double calls = 0;

    json_object_foreach (stats, operation, one) {
        calls += json_number_value(json_object_get(one, "calls"));
    }
    json_decref(stats);
    return (int)calls;
}

TEST(a_group_is_one_read_and_one_write)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_create_store(table, STORE_LAYOUT_ITEM);

    CHECK_INT(put_place(s), ST_OK); /* creates the item */
    (void)calls_of(table);
    write_group(s, "first", 0, ST_OK); /* creates its caches */
    CHECK_INT(calls_of(table), 2);
    write_group(s, "new", 0, ST_OK);
    CHECK_INT(calls_of(table), 2);
    write_group(s, "new", 0, ST_OK); /* the same again */
    CHECK_INT(calls_of(table), 2);
    CHECK_INT(count_of(s, "StationCache"), GROUP);
    CHECK_INT(count_of(s, "ZoneCache"), GROUP);
    store_free(s);
}

TEST(a_group_that_does_not_fit_makes_room)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s;

    store_free(dynamo_create_store(table, STORE_LAYOUT_ITEM));
    s = dynamo_open_with(table, STORE_LAYOUT_ITEM, 12000, 2000);
    for (int i = 0; i < ROUNDS; i++)
        write_group(s, "k", i, ST_OK);
    check_present(s, "k_4_6");
    CHECK(count_of(s, "StationCache") < ROUNDS * GROUP / 2);
    store_free(s);
}

TEST(a_group_is_counted_once_whatever_fails)
{
    static const char *const faults[] = { "throttle", "reset", "reset_after", "truncate",
                                          "server_error_after" };
    char table[DYNAMO_TABLE_SIZE], settings[120];
    struct store *s = dynamo_create_store(table, STORE_LAYOUT_ITEM);
    int rounds = 1;

    write_group(s, "k", 0, ST_OK);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        (void)snprintf(settings, sizeof settings,
                       "\"faults\":[{\"kind\":\"%s\",\"times\":1,\"operation\":\"UpdateItem\"}]",
                       faults[i]);
        dynamo_configure(table, settings);
        write_group(s, "k", rounds++, ST_OK);
    }
    CHECK_INT(count_of(s, "StationCache"), rounds * GROUP / 2);
    CHECK_INT(count_of(s, "ZoneCache"), rounds * GROUP / 2);
    store_free(s);
}

struct writer {
    struct store *store;
    const char *prefix;
};

static void *write_groups(void *data)
{
    const struct writer *w = data;

    for (int i = 0; i < ROUNDS; i++)
        write_group(w->store, w->prefix, i, ST_OK);
    return NULL;
}

TEST(two_writers_lose_no_entry)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_create_store(table, STORE_LAYOUT_ITEM);
    struct writer writers[] = { { s, "a" }, { s, "b" } };
    pthread_t threads[2];

    write_group(s, "first", 0, ST_OK);
    for (int i = 0; i < 2; i++)
        CHECK(pthread_create(&threads[i], NULL, write_groups, &writers[i]) == 0);
    for (int i = 0; i < 2; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    CHECK_INT(count_of(s, "StationCache"), (2 * ROUNDS + 1) * GROUP / 2);
    CHECK_INT(count_of(s, "ZoneCache"), (2 * ROUNDS + 1) * GROUP / 2);
    check_present(s, "a_4_0");
    check_present(s, "b_0_6");
    store_free(s);
}

TESTS(a_group_is_one_read_and_one_write, a_group_that_does_not_fit_makes_room,
      a_group_is_counted_once_whatever_fails, two_writers_lose_no_entry)
