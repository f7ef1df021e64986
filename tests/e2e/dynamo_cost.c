/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/dynamo_cost.c -- what a question costs at DynamoDB: calls, bytes and units, of the real
 * daemon in both layouts, and of the program before us, which read and wrote the whole shared item.
 *
 * Prints the table that `make bench` shows and README has, and holds its claims. Units are those
 * that the emulator counts by AWS's rules. */
#include <stdlib.h>

#include "cache/store.h"
#include "tests/e2e/harness.h"
#include "tests/test.h"
#include "tests/unit/cache/dynamo/cost_case.h"

enum { FEW = 10, MANY = 400, SOME = 40 }; /* entries that are there before */

struct cost {
    double calls, sent, received, read_units, write_units;
};

/* The same question three times: of a place that nobody knows, that this daemon knows, and that
 * stands in the table. */
enum { COLD, WARM, RESTARTED, KINDS };
static const char *const kinds[KINDS] = { "new place", "place in memory", "place in the table" };

/* What has been asked of the table since the last time. */
static struct cost cost_of(const char *table)
{
    struct cost sum = { 0 };
    json_t *stats = dynamo_control(table, "\"reset_stats\":true"), *one;
    const char *operation;

    json_object_foreach (stats, operation, one) {
        double units = json_number_value(json_object_get(one, "units"));
        if (strstr(operation, "Table") || strstr(operation, "TimeToLive"))
            continue; /* a daemon that starts looks whether it is there */
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

/* ---- the table before the question ---- */

/* As the tests of cost have it, with its end. */
static json_t *an_entry(int number)
{
    json_t *entry = cost_entry(number);

    CHECK(json_object_set_new(entry, "ttl", json_integer(4000000000)) == 0);
    return entry;
}

static void put_place(struct store *s, int number)
{
    char key[24];
    json_t *entry = an_entry(number);
    struct entry_name place = { "LocationCache", { key, 0 } };

    place.key.n = (size_t)snprintf(key, sizeof key, "place_%d", number);
    CHECK_INT(store_put_entry(s, place, entry, 4000000000, dynamo_soon(), NULL), ST_OK);
    json_decref(entry);
}

/* So many places; in one item all but one at once. */
static void seed(struct store *s, enum store_layout layout, int count)
{
    json_t *entries = json_object(), *item = json_pack("{s:o}", "LocationCache", entries);
    int first = 0;
    char key[24];

    for (; layout == STORE_LAYOUT_ITEM && first < count - 1; first++) {
        (void)snprintf(key, sizeof key, "place_%d", first);
        CHECK(json_object_set_new(entries, key, an_entry(first)) == 0);
    }
    if (layout == STORE_LAYOUT_ITEM)
        CHECK_INT(store_put(s, STR(STORE_SHARED_ID), item, 0, dynamo_soon(), NULL), ST_OK);
    for (; first < count; first++)
        put_place(s, first);
    json_decref(item);
}

static int64_t entries_in(struct store *s)
{
    static const char *const caches[] = { "LocationCache", "StationCache", "ZoneCache" };
    int64_t count, sum = 0;

    for (size_t i = 0; i < 3; i++) {
        CHECK_INT(store_count_entries(s, caches[i], dynamo_soon(), &count, NULL), ST_OK);
        sum += count;
    }
    return sum;
}

/* ---- ours ---- */

static struct cost ask_once(struct world *w, const char *table)
{
    struct client_response a;

    (void)cost_of(table);
    a = client_ask(w, "user-cost", "MetricIntent", "metric", "temperature", "when_any", "tomorrow",
                   "location", "boulder colorado", NULL);
    speech_check_valid(&a);
    speech_check_says(&a, "Boulder, Colorado");
    client_response_done(&a);
    return cost_of(table);
}

/* *ret_learnt: entries that the new place made. */
static void measure(enum store_layout layout, int entries, struct cost costs[KINDS],
                    int64_t *ret_learnt)
{
    static struct world w;
    char table[DYNAMO_TABLE_SIZE], table_set[100], endpoint_set[200];
    struct store *s = dynamo_make(table, layout);

    seed(s, layout, entries);
    (void)snprintf(table_set, sizeof table_set, "persistence.table=%s", table);
    (void)snprintf(endpoint_set, sizeof endpoint_set, "dynamodb.endpoint=%s",
                   dynamo_variable("DYNAMO_ENDPOINT"));
    w = (struct world){ .sets = { "persistence.backend=dynamodb", table_set, endpoint_set,
                                  layout == STORE_LAYOUT_ITEM
                                      ? "persistence.shared_layout=item"
                                      : "persistence.shared_layout=entries" } };
    world_start(&w);
    costs[COLD] = ask_once(&w, table);
    costs[WARM] = ask_once(&w, table);
    for (int i = 0; i < 3 && costs[WARM].calls > 1; i++) /* a slow machine learns in two goes */
        costs[WARM] = ask_once(&w, table);
    CHECK_INT(world_stop_daemon(&w), 0);
    world_start_daemon(&w);
    costs[RESTARTED] = ask_once(&w, table);
    *ret_learnt = entries_in(s) - entries;
    world_stop(&w);
    store_free(s);
}

/* ---- as the program before us did it ---- */

/* One more entry: the whole item is read, and written. */
static void put_whole(const char *table, int number)
{
    char key[24];

    (void)snprintf(key, sizeof key, "more_%d", number);
    cost_put_whole(table, key, an_entry(number));
}

/* Settings, then the shared item once, which is kind: each of its look-ups read it anew. A place
 * that is new puts as many entries as ours does. */
static void measure_before(int entries, int64_t learnt, struct cost costs[KINDS])
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_make(table, STORE_LAYOUT_ITEM);

    seed(s, STORE_LAYOUT_ITEM, entries);
    (void)cost_of(table);
    json_decref(cost_read_whole(table, "user-cost"));
    for (int i = 0; i < (int)learnt; i++)
        put_whole(table, i);
    costs[COLD] = cost_of(table);
    json_decref(cost_read_whole(table, "user-cost"));
    json_decref(cost_read_whole(table, STORE_SHARED_ID));
    costs[WARM] = costs[RESTARTED] = cost_of(table);
    store_free(s);
}

static void print_all(const char *layout, int entries, const struct cost costs[KINDS])
{
    for (int kind = 0; kind < KINDS; kind++)
        print_cost(layout, entries, kinds[kind], costs[kind]);
}

TEST(what_a_question_costs_is_as_the_readme_says)
{
    static const int sizes[2] = { FEW, MANY };
    struct cost item[2][KINDS], own[2][KINDS], before[2][KINDS];
    int64_t learnt = 0;

    print_message("| layout  | entries | question about     | calls |    sent | received | read "
                  "units | write units |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for (int i = 0; i < 2; i++) {
        measure(STORE_LAYOUT_ITEM, sizes[i], item[i], &learnt);
        print_all("item", sizes[i], item[i]);
    }
    for (int i = 0; i < 2; i++) {
        measure(STORE_LAYOUT_ENTRIES, i ? SOME : FEW, own[i], &learnt);
        print_all("entries", i ? SOME : FEW, own[i]);
    }
    for (int i = 0; i < 2; i++) {
        measure_before(sizes[i], learnt, before[i]);
        print_all("before", sizes[i], before[i]);
    }
    CHECK(learnt >= 3);
    for (int i = 0; i < 2; i++) { /* in memory: the user's settings, and no more */
        CHECK(item[i][WARM].calls == 1 && own[i][WARM].calls == 1);
        CHECK(item[i][WARM].read_units <= 1 && own[i][WARM].read_units <= 1);
        CHECK(item[i][WARM].write_units == 0 && own[i][WARM].write_units == 0);
    }
    /* `entries` does not grow; `item` brings no more bytes, though AWS counts the whole item. */
    CHECK(own[1][COLD].write_units < 2 * own[0][COLD].write_units);
    CHECK(own[1][RESTARTED].read_units <= own[0][RESTARTED].read_units);
    CHECK(item[1][RESTARTED].received <= item[0][RESTARTED].received + 100);
    CHECK(item[1][COLD].write_units > item[0][COLD].write_units);
    CHECK(before[1][COLD].sent > 10 * item[1][COLD].sent);
}

TESTS(what_a_question_costs_is_as_the_readme_says)
