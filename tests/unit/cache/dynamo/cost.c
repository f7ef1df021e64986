/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/dynamo/cost.c -- what requests cost at DynamoDB, in calls, bytes and capacity
 * units: in both layouts, and as earlier releases did it, by rewriting the whole shared item.
 *
 * Prints a table, which the benchmark shows, and checks the README's claims. The units are what the
 * emulator reports by AWS's rules. */
#include "cache/store.h"
#include "tests/unit/cache/dynamo/cost_case.h"

struct cost {
    double calls, sent, received, units;
};

struct setting {
    const char *name;
    enum store_layout layout;
    bool whole; /* as earlier releases: read and write the whole item */
    int entries;
};

static const struct setting settings[] = {
    { "item", STORE_LAYOUT_ITEM, false, 10 },        { "item", STORE_LAYOUT_ITEM, false, 100 },
    { "item", STORE_LAYOUT_ITEM, false, 400 },       { "entries", STORE_LAYOUT_ENTRIES, false, 10 },
    { "entries", STORE_LAYOUT_ENTRIES, false, 200 }, { "whole item", STORE_LAYOUT_ITEM, true, 10 },
    { "whole item", STORE_LAYOUT_ITEM, true, 100 },  { "whole item", STORE_LAYOUT_ITEM, true, 400 },
};
enum { SETTINGS = sizeof settings / sizeof settings[0] };

static struct entry_name place_name(char key[24], int number)
{
    struct entry_name name = { "LocationCache", { key, 0 } };

    name.key.n = (size_t)snprintf(key, 24, "place_%d", number);
    return name;
}

static void put(struct store *s, int number)
{
    char key[24];
    json_t *entry = cost_entry(number);

    CHECK_INT(
        store_put_entry(s, place_name(key, number), entry, 4000000000, dynamo_deadline(), NULL),
        ST_OK);
    json_decref(entry);
}

static bool look_up(struct store *s, int number)
{
    char key[24];
    json_t *entry = NULL;
    int64_t ttl;
    enum status st =
        store_get_entry(s, place_name(key, number), 0, dynamo_deadline(), &entry, &ttl, NULL);

    json_decref(entry);
    return st == ST_OK;
}

/* As earlier releases did it: two transfers of the whole item for one entry. */
static void put_whole(const char *table, int number)
{
    char key[24];

    (void)place_name(key, number);
    cost_put_whole(table, key, cost_entry(number));
}

static void look_whole(const char *table)
{
    json_decref(dynamo_send(table, "GetItem",
                            "{\"Key\":{\"id\":{\"S\":\"SHARED_CACHE\"}},\"ConsistentRead\":true,"
                            "\"ReturnConsumedCapacity\":\"TOTAL\"}"));
}

/* Creates the initial entries; in layout `item`, all but one at once. */
static void seed(struct store *s, const struct setting *with)
{
    json_t *entries = json_object(), *item = json_pack("{s:o}", "LocationCache", entries);
    int first = 0;
    char key[24];

    if (with->layout == STORE_LAYOUT_ITEM) {
        for (; first < with->entries - 1; first++) {
            (void)place_name(key, first);
            CHECK(json_object_set_new(entries, key, cost_entry(first)) == 0);
        }
        CHECK_INT(store_put(s, STR(STORE_SHARED_ID), item, 0, dynamo_deadline(), NULL), ST_OK);
    }
    for (; first < with->entries; first++)
        put(s, first);
    json_decref(item);
}

static struct cost cost_of(const char *table)
{
    struct cost sum = { 0 };
    json_t *stats = dynamo_control(table, "\"reset_stats\":true"), *one;
    const char *operation;

    json_object_foreach (stats, operation, one) {
        sum.calls += json_number_value(json_object_get(one, "calls"));
        sum.sent += json_number_value(json_object_get(one, "sent"));
        sum.received += json_number_value(json_object_get(one, "received"));
        sum.units += json_number_value(json_object_get(one, "units"));
    }
    json_decref(stats);
    return sum;
}

static void print_cost(const char *layout, int entries, const char *what, struct cost c)
{
    print_message("| %-10s | %7d | %-22s | %5.0f | %8.0f | %8.0f | %6.1f |\n", layout, entries,
                  what, c.calls, c.sent, c.received, c.units);
}

static void measure(const struct setting *with, struct cost *ret_look, struct cost *ret_put)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_create_store(table, with->layout);

    seed(s, with);
    (void)cost_of(table);
    if (with->whole)
        look_whole(table);
    else
        CHECK(look_up(s, 1));
    *ret_look = cost_of(table);
    if (with->whole)
        put_whole(table, with->entries);
    else
        put(s, with->entries);
    *ret_put = cost_of(table);
    CHECK(look_up(s, with->entries));
    store_free(s);
}

TEST(an_entry_costs_what_the_readme_says)
{
    struct cost looks[SETTINGS], puts[SETTINGS];

    print_message("| %-10s | %7s | %-22s | %5s | %8s | %8s | %6s |\n", "layout", "entries", "what",
                  "calls", "sent", "received", "units");
    print_message("| --- | --- | --- | --- | --- | --- | --- |\n");
    for (size_t i = 0; i < SETTINGS; i++) {
        measure(&settings[i], &looks[i], &puts[i]);
        print_cost(settings[i].name, settings[i].entries, "look up an entry", looks[i]);
        print_cost(settings[i].name, settings[i].entries, "put a new entry", puts[i]);
    }
    CHECK(looks[2].received <= looks[0].received + 8); /* the entry alone, however many there are */
    CHECK(puts[2].sent + puts[2].received <= puts[0].sent + puts[0].received + 200);
    CHECK(puts[7].sent > 10 * puts[2].sent); /* as before: the whole item each time */
    CHECK(looks[4].units <= looks[3].units && puts[4].units <= puts[3].units); /* constant */
    CHECK(looks[2].units > looks[0].units); /* AWS charges for the whole item: time for `entries` */
}

TEST(the_cost_of_a_setting_does_not_depend_on_the_cache)
{
    static const char *const path[] = { "UserCache", "u", "rate", NULL };
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_create_store(table, STORE_LAYOUT_ITEM);
    struct store_change change = { path, json_integer(100) };
    struct cost first, again, read;
    json_t *got = NULL;

    (void)cost_of(table);
    CHECK_INT(store_update(s, STR("u"), &change, 1, dynamo_deadline(), NULL), ST_OK);
    first = cost_of(table);
    json_decref(change.value);
    change.value = json_integer(110);
    CHECK_INT(store_update(s, STR("u"), &change, 1, dynamo_deadline(), NULL), ST_OK);
    again = cost_of(table);
    CHECK_INT(store_get(s, STR("u"), dynamo_deadline(), &got, NULL, NULL), ST_OK);
    read = cost_of(table);
    print_cost("any", 0, "save the first setting", first);
    print_cost("any", 0, "save a setting", again);
    print_cost("any", 0, "read the settings", read);
    CHECK(first.calls == 2 && again.calls == 2 && read.calls == 1);
    CHECK(again.units <= 2 && read.units <= 1);
    json_decref(change.value);
    json_decref(got);
    store_free(s);
}

TESTS(an_entry_costs_what_the_readme_says, the_cost_of_a_setting_does_not_depend_on_the_cache)
