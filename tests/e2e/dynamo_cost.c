/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/dynamo_cost.c -- the DynamoDB cost of a request in calls, bytes and capacity units, for
 * both layouts of the real daemon, and for the original program, which read and wrote the whole
 * shared item each time.
 *
 * Prints the table that `make bench` shows and README.md contains, and verifies what README.md
 * claims about it. The emulator counts capacity units by AWS's rules. */
#include <stdlib.h>

#include "cache/store.h"
#include "tests/e2e/harness.h"
#include "tests/test.h"
#include "tests/unit/cache/dynamo/cost_case.h"

enum { FEW = 10, MANY = 400, SOME = 40 }; /* entries that exist before the request */

struct cost {
    double calls, sent, received, read_units, write_units;
};

/* The same request for a place that is not cached, that is in memory, and that is in the table. */
enum { COLD, WARM, RESTARTED, KINDS };
static const char *const kinds[KINDS] = { "new place", "place in memory", "place in the table" };

/* The cost of all calls since the previous call of this function. */
static struct cost take_cost(const char *table)
{
    struct cost sum = { 0 };
    json_t *stats = dynamo_control(table, "\"reset_stats\":true"), *one;
    const char *operation;

    json_object_foreach (stats, operation, one) {
        double units = json_number_value(json_object_get(one, "units"));
        if (strstr(operation, "Table") || strstr(operation, "TimeToLive"))
            continue; /* part of startup */
        sum.calls += json_number_value(json_object_get(one, "calls"));
        sum.sent += json_number_value(json_object_get(one, "sent"));
        sum.received += json_number_value(json_object_get(one, "received"));
        *(strcmp(operation, "GetItem") == 0 ? &sum.read_units : &sum.write_units) += units;
    }
    json_decref(stats);
    return sum;
}

static void print_cost(const char *layout, int entries, const char *what, struct cost c)
{
    print_message("| %-7s | %7d | %-18s | %5.0f | %7.0f | %8.0f | %10.1f | %11.1f |\n", layout,
                  entries, what, c.calls, c.sent, c.received, c.read_units, c.write_units);
}

/* ---- filling the table ---- */

/* An entry as in cost_case.h, with a TTL. */
static json_t *make_entry(int number)
{
    json_t *entry = cost_entry(number);

    CHECK(json_object_set_new(entry, "ttl", json_integer(4000000000)) == 0);
    return entry;
}

static void put_place(struct store *s, int number)
{
    char key[24];
    json_t *entry = make_entry(number);
    struct entry_name place = { "LocationCache", { key, 0 } };

    place.key.n = (size_t)snprintf(key, sizeof key, "place_%d", number);
    CHECK_INT(store_put_entry(s, place, entry, 4000000000, dynamo_deadline(), NULL), ST_OK);
    json_decref(entry);
}

/* Stores `count` places. In the item layout, all but one are written at once. */
static void seed(struct store *s, enum store_layout layout, int count)
{
    json_t *entries = json_object(), *item = json_pack("{s:o}", "LocationCache", entries);
    int first = 0;
    char key[24];

    for (; layout == STORE_LAYOUT_ITEM && first < count - 1; first++) {
        (void)snprintf(key, sizeof key, "place_%d", first);
        CHECK(json_object_set_new(entries, key, make_entry(first)) == 0);
    }
    if (layout == STORE_LAYOUT_ITEM)
        CHECK_INT(store_put(s, STR(STORE_SHARED_ID), item, 0, dynamo_deadline(), NULL), ST_OK);
    for (; first < count; first++)
        put_place(s, first);
    json_decref(item);
}

static int64_t entries_in(struct store *s)
{
    static const char *const caches[] = { "LocationCache", "StationCache", "ZoneCache" };
    int64_t count, sum = 0;

    for (size_t i = 0; i < 3; i++) {
        CHECK_INT(store_count_entries(s, caches[i], dynamo_deadline(), &count, NULL), ST_OK);
        sum += count;
    }
    return sum;
}

/* ---- this program ---- */

static struct cost cost_of_request(struct world *w, const char *table)
{
    struct client_response a;

    (void)take_cost(table);
    a = client_ask(w, "user-cost", "MetricIntent", "metric", "temperature", "when_any", "tomorrow",
                   "location", "boulder colorado", NULL);
    speech_check_valid(&a);
    speech_check_says(&a, "Boulder, Colorado");
    client_response_done(&a);
    client_await_writes(w);
    return take_cost(table);
}

/* The first request of a process also reads which certificate chains were valid, and saves a new
 * one; that is not part of the cost of a question. */
static void greet(struct world *w)
{
    json_t *envelope = envelope_launch("user-first");
    struct client_response a = client_post(w, envelope, NULL);

    CHECK_INT(a.status, 200);
    client_response_done(&a);
    json_decref(envelope);
}

/* *ret_added: how many entries the new place added. */
static void measure(enum store_layout layout, int entries, struct cost costs[KINDS],
                    int64_t *ret_added)
{
    static struct world w;
    char table[DYNAMO_TABLE_SIZE], table_set[100], endpoint_set[200];
    struct store *s = dynamo_create_store(table, layout);

    seed(s, layout, entries);
    (void)snprintf(table_set, sizeof table_set, "persistence.table=%s", table);
    (void)snprintf(endpoint_set, sizeof endpoint_set, "dynamodb.endpoint=%s",
                   dynamo_variable("DYNAMO_ENDPOINT"));
    w = (struct world){ .sets = { "persistence.backend=dynamodb", table_set, endpoint_set,
                                  layout == STORE_LAYOUT_ITEM
                                      ? "persistence.shared_layout=item"
                                      : "persistence.shared_layout=entries" } };
    world_start(&w);
    greet(&w);
    costs[COLD] = cost_of_request(&w, table);
    costs[WARM] = cost_of_request(&w, table);
    for (int i = 0; i < 3 && costs[WARM].calls > 1;
         i++) /* a slow machine may need two attempts to cache everything */
        costs[WARM] = cost_of_request(&w, table);
    world_restart_daemon(&w);
    greet(&w);
    costs[RESTARTED] = cost_of_request(&w, table);
    *ret_added = entries_in(s) - entries;
    world_stop(&w);
    store_free(s);
}

/* ---- the original program ---- */

/* Adds an entry by reading and writing the whole item. */
static void put_whole(const char *table, int number)
{
    char key[24];

    (void)snprintf(key, sizeof key, "more_%d", number);
    cost_put_whole(table, key, make_entry(number));
}

/* Reads the settings, then the shared item once. That is generous: the original read it for every
 * lookup. A new place adds as many entries as it does here. */
static void measure_before(int entries, int64_t added, struct cost costs[KINDS])
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_create_store(table, STORE_LAYOUT_ITEM);

    seed(s, STORE_LAYOUT_ITEM, entries);
    (void)take_cost(table);
    json_decref(cost_read_whole(table, "user-cost"));
    for (int i = 0; i < (int)added; i++)
        put_whole(table, i);
    costs[COLD] = take_cost(table);
    json_decref(cost_read_whole(table, "user-cost"));
    json_decref(cost_read_whole(table, STORE_SHARED_ID));
    costs[WARM] = costs[RESTARTED] = take_cost(table);
    store_free(s);
}

static void print_all(const char *layout, int entries, const struct cost costs[KINDS])
{
    for (int kind = 0; kind < KINDS; kind++)
        print_cost(layout, entries, kinds[kind], costs[kind]);
}

TEST(request_costs_match_the_readme)
{
    static const int sizes[2] = { FEW, MANY };
    struct cost item[2][KINDS], own[2][KINDS], before[2][KINDS];
    int64_t added = 0;

    print_message("| layout  | entries | question about     | calls |    sent | received | read "
                  "units | write units |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for (int i = 0; i < 2; i++) {
        measure(STORE_LAYOUT_ITEM, sizes[i], item[i], &added);
        print_all("item", sizes[i], item[i]);
    }
    for (int i = 0; i < 2; i++) {
        measure(STORE_LAYOUT_ENTRIES, i ? SOME : FEW, own[i], &added);
        print_all("entries", i ? SOME : FEW, own[i]);
    }
    for (int i = 0; i < 2; i++) {
        measure_before(sizes[i], added, before[i]);
        print_all("before", sizes[i], before[i]);
    }
    CHECK(added >= 3);
    for (int i = 0; i < 2; i++) { /* in memory: only the user's settings are read */
        CHECK(item[i][WARM].calls == 1 && own[i][WARM].calls == 1);
        CHECK(item[i][WARM].read_units <= 1 && own[i][WARM].read_units <= 1);
        CHECK(item[i][WARM].write_units == 0 && own[i][WARM].write_units == 0);
    }
    for (int i = 0; i < 2; i++) /* the settings and the place */
        CHECK(item[i][RESTARTED].calls == 2 && own[i][RESTARTED].calls == 2);
    /* `entries` does not grow with the table. `item` transfers no more bytes, but AWS charges for
     * the whole item. */
    CHECK(item[1][COLD].calls < own[1][COLD].calls); /* one update of all entries */
    CHECK(own[1][COLD].write_units < 2 * own[0][COLD].write_units);
    CHECK(own[1][RESTARTED].read_units <= own[0][RESTARTED].read_units);
    CHECK(item[1][RESTARTED].received <= item[0][RESTARTED].received + 100);
    CHECK(item[1][COLD].write_units > item[0][COLD].write_units);
    CHECK(before[1][COLD].sent > 10 * item[1][COLD].sent);
}

TESTS(request_costs_match_the_readme)
