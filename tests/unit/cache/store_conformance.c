/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/store_conformance.c -- what every store must do, over every backend and layout.
 *
 * A new backend is one row in `openers`. Each check gets a store that is empty and its own. */
#define _XOPEN_SOURCE 700 /* mkdtemp, nftw */
#include "cache/store.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "tests/test.h"
#include "tests/unit/cache/dynamo/dynamo.h"
#include "tests/unit/cache/folder.h"

enum { PATIENCE_MS = 20000 };

static struct store *open_memory(const char *folder, enum store_layout layout)
{
    (void)folder;
    return store_memory_create(layout);
}

static struct store *open_sqlite(const char *folder, enum store_layout layout)
{
    char path[FILE_SIZE];
    struct store *s = NULL;
    struct err err = ERR_NONE;

    (void)snprintf(path, sizeof path, "%s/store.db", folder);
    if (store_sqlite_open(path, layout, true, &s, &err) != ST_OK)
        fail_msg("%s", err.text);
    return s;
}

static struct store *open_dynamo(const char *folder, enum store_layout layout)
{
    char table[DYNAMO_TABLE_SIZE];

    (void)folder;
    return dynamo_create_store(table, layout);
}

static const struct {
    const char *name;
    struct store *(*open)(const char *folder, enum store_layout layout);
} openers[] = {
    { "memory", open_memory },
    { "sqlite", open_sqlite },
    { "dynamodb", open_dynamo },
};

static const struct {
    const char *name;
    enum store_layout layout;
} layouts[] = {
    { "item", STORE_LAYOUT_ITEM },
    { "entries", STORE_LAYOUT_ENTRIES },
};

static int64_t soon(void)
{
    return clock_mono_ms() + PATIENCE_MS;
}

static void on_every_store(void (*check)(struct store *s, enum store_layout layout))
{
    for (size_t b = 0; b < sizeof openers / sizeof openers[0]; b++) {
        for (size_t l = 0; l < sizeof layouts / sizeof layouts[0]; l++) {
            char folder[FOLDER_SIZE];
            struct store *s;
            folder_make(folder);
            print_message("    on %s, layout %s\n", openers[b].name, layouts[l].name);
            s = openers[b].open(folder, layouts[l].layout);
            CHECK(s);
            check(s, layouts[l].layout);
            store_free(s);
            folder_remove(folder);
        }
    }
}

/* ---- shorthands ---- */

static json_t *json(const char *text)
{
    json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);

    CHECK(value);
    return value;
}

/* Equal, numbers by their value: where there is one kind of number, 1.0 comes back as 1. */
static bool same(const json_t *a, const json_t *b)
{
    json_t *object = (json_t *)(uintptr_t)a, *member;
    const char *name;
    size_t i;

    if (json_is_number(a) && json_is_number(b))
        return json_is_integer(a) && json_is_integer(b)
                   ? json_integer_value(a) == json_integer_value(b)
                   : json_number_value(a) == json_number_value(b);
    if (json_typeof(a) != json_typeof(b) || json_object_size(a) != json_object_size(b) ||
        json_array_size(a) != json_array_size(b))
        return false;
    json_object_foreach (object, name, member) {
        if (!json_object_get(b, name) || !same(member, json_object_get(b, name)))
            return false;
    }
    json_array_foreach (a, i, member) {
        if (!same(member, json_array_get(b, i)))
            return false;
    }
    return json_is_object(a) || json_is_array(a) || json_equal(a, b);
}

static void check_json_take(json_t *got, const char *want)
{
    json_t *wanted = json(want);
    char *text = json_dumps(got, JSON_COMPACT | JSON_ENCODE_ANY);

    if (!same(got, wanted))
        fail_msg("got %s, want %s", text, want);
    free(text);
    json_decref(wanted);
    json_decref(got);
}

static void check_item(struct store *s, const char *id, const char *want)
{
    json_t *got = NULL;

    CHECK_INT(store_get(s, str_of(id), soon(), &got, NULL, NULL), want ? ST_OK : ST_MISS);
    if (want)
        check_json_take(got, want);
    CHECK(want || !got);
}

static bool has_one_kind_of_number(struct store *s)
{
    struct store_facts facts;

    CHECK_INT(store_describe(s, soon(), &facts, NULL), ST_OK);
    return strcmp(facts.backend, "dynamodb") == 0;
}

static enum status put(struct store *s, const char *id, const char *attributes, uint64_t version)
{
    json_t *value = json(attributes);
    enum status st = store_put(s, str_of(id), value, version, soon(), NULL);

    json_decref(value);
    return st;
}

static enum status set(struct store *s, const char *id, const char *a, const char *b, const char *c,
                       const char *value)
{
    const char *const path[] = { a, b, c, NULL };
    struct store_change change = { path, value ? json(value) : NULL };
    enum status st = store_update(s, str_of(id), &change, 1, soon(), NULL);

    json_decref(change.value);
    return st;
}

static enum status put_entry(struct store *s, const char *cache, const char *key, const char *entry,
                             int64_t ttl)
{
    json_t *value = json(entry);
    enum status st =
        store_put_entry(s, (struct entry_name){ cache, str_of(key) }, value, ttl, soon(), NULL);

    json_decref(value);
    return st;
}

static void check_entry(struct store *s, const char *cache, const char *key, const char *want,
                        int64_t want_ttl)
{
    struct err err = ERR_NONE;
    json_t *got = NULL;
    int64_t ttl = -7;
    enum status st = store_get_entry(s, (struct entry_name){ cache, str_of(key) }, clock_wall_s(),
                                     soon(), &got, &ttl, &err);

    CHECK_INT(st, want ? ST_OK : ST_MISS);
    CHECK_INT(err.status, ST_OK);
    CHECK_INT(ttl, want ? want_ttl : -7);
    CHECK(want || !got);
    if (want)
        check_json_take(got, want);
}

static int64_t count_of(struct store *s, const char *cache)
{
    int64_t count = -1;

    CHECK_INT(store_count_entries(s, cache, soon(), &count, NULL), ST_OK);
    return count;
}

/* ---- items ---- */

static const char rich[] = "{\"n\":1,\"r\":1.0,\"f\":40.015,\"big\":9007199254740993,\"neg\":-0.25,"
                           "\"tiny\":1e-7,\"null\":null,\"empty\":\"\",\"no\":false,\"yes\":true,"
                           "\"list\":[1,[],{},\"x\",null],\"object\":{\"a\":{\"b\":{}}},"
                           "\"Ünï \\\" \\\\ \\n \\u0001 \\ud83c\\udf26\":\"Cañón\"}";

static void item_round_trip(struct store *s, enum store_layout layout)
{
    uint64_t first = 0, second = 0;
    json_t *got = NULL;

    (void)layout;
    check_item(s, "user", NULL);
    CHECK_INT(put(s, "user", rich, 0), ST_OK);
    check_item(s, "user", rich);
    CHECK_INT(put(s, "Üser#\"'$.[0]%_\n", "{}", 0), ST_OK);
    check_item(s, "Üser#\"'$.[0]%_\n", "{}");
    CHECK_INT(store_get(s, STR("user"), soon(), &got, &first, NULL), ST_OK);
    CHECK(json_is_integer(json_object_get(got, "n")) && json_is_real(json_object_get(got, "f")));
    CHECK(json_is_real(json_object_get(got, "r")) || has_one_kind_of_number(s));
    json_decref(got);
    CHECK(first != 0);
    CHECK_INT(store_get(s, STR("user"), soon(), &got, &second, NULL), ST_OK);
    json_decref(got);
    CHECK(first == second);
}

TEST(an_item_comes_back_as_it_was_put)
{
    on_every_store(item_round_trip);
}

static void item_versions(struct store *s, enum store_layout layout)
{
    uint64_t old = 0, version = 0;
    json_t *got = NULL;

    (void)layout;
    CHECK_INT(put(s, "user", "{\"a\":1}", 99), ST_CONFLICT);
    check_item(s, "user", NULL);
    CHECK_INT(put(s, "user", "{\"a\":1}", 0), ST_OK);
    CHECK_INT(put(s, "user", "{\"a\":2}", 0), ST_CONFLICT);
    CHECK_INT(store_get(s, STR("user"), soon(), &got, &old, NULL), ST_OK);
    json_decref(got);
    CHECK_INT(put(s, "user", "{\"a\":2}", old), ST_OK);
    CHECK_INT(put(s, "user", "{\"a\":3}", old), ST_CONFLICT);
    check_item(s, "user", "{\"a\":2}");
    CHECK_INT(store_get(s, STR("user"), soon(), &got, &version, NULL), ST_OK);
    json_decref(got);
    CHECK_INT(store_delete(s, STR("user"), soon(), NULL), ST_OK);
    CHECK_INT(store_delete(s, STR("user"), soon(), NULL), ST_OK);
    check_item(s, "user", NULL);
    CHECK_INT(put(s, "user", "{\"a\":3}", version), ST_CONFLICT);
}

TEST(a_put_that_is_out_of_date_conflicts)
{
    on_every_store(item_versions);
}

static void item_updates(struct store *s, enum store_layout layout)
{
    static const char *const rate[] = { "UserCache", "u", "rate", NULL };
    static const char *const pitch[] = { "UserCache", "u", "pitch", NULL };
    static const char *const deep[] = { "a", "b", "c", "d", NULL };
    struct store_change changes[] = { { rate, NULL }, { pitch, json("79") }, { deep, json("[]") } };

    (void)layout;
    CHECK_INT(set(s, "u", "UserCache", "u", "rate", NULL), ST_OK);
    check_item(s, "u", NULL); /* removing makes nothing */
    CHECK_INT(set(s, "u", "UserCache", "u", "rate", "110"), ST_OK);
    check_item(s, "u", "{\"UserCache\":{\"u\":{\"rate\":110}}}");
    CHECK_INT(set(s, "u", "note", NULL, NULL, "\"kept\""), ST_OK);
    CHECK_INT(store_update(s, STR("u"), changes, 3, soon(), NULL), ST_OK);
    check_item(s, "u",
               "{\"UserCache\":{\"u\":{\"pitch\":79}},\"note\":\"kept\","
               "\"a\":{\"b\":{\"c\":{\"d\":[]}}}}");
    CHECK_INT(set(s, "u", "note", "x", NULL, NULL), ST_OK); /* not an object: nothing to remove */
    CHECK_INT(set(s, "u", "note", "x", NULL, "null"), ST_OK);
    CHECK_INT(set(s, "u", "a", NULL, NULL, NULL), ST_OK);
    CHECK_INT(set(s, "u", "UserCache", "u", NULL, "null"), ST_OK);
    CHECK_INT(set(s, "u", "UserCache", "u", "rate", "90"), ST_OK);
    check_item(s, "u", "{\"UserCache\":{\"u\":{\"rate\":90}},\"note\":{\"x\":null}}");
    json_decref(changes[1].value);
    json_decref(changes[2].value);
}

TEST(an_update_changes_what_it_names_and_nothing_else)
{
    on_every_store(item_updates);
}

static void refusals(struct store *s, enum store_layout layout)
{
    static const char *const too_deep[] = { "a", "b", "c", "d", "e", NULL };
    static const char *const nothing[] = { NULL };
    static const char *const unnamed[] = { "a", "", NULL };
    static const char *const *const paths[] = { too_deep, nothing, unnamed };
    char long_id[STORE_ID_MAX + 2], long_key[STORE_KEY_MAX + 2];
    json_t *object = json_object(), *list = json_array(), *got = NULL, *inner = object;
    const struct str bad_ids[] = {
        STR_NONE, STR("\xff"), STR("a\0b"), { long_id, STORE_ID_MAX + 1 }
    };
    int64_t ttl;

    (void)layout;
    memset(long_id, 'x', sizeof long_id);
    memset(long_key, 'x', sizeof long_key);
    for (size_t i = 0; i < sizeof bad_ids / sizeof bad_ids[0]; i++) {
        CHECK_ROW(i, store_get(s, bad_ids[i], soon(), &got, NULL, NULL) == ST_INVALID);
        CHECK_ROW(i, store_put(s, bad_ids[i], object, 0, soon(), NULL) == ST_INVALID);
    }
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct store_change change = { paths[i], object };
        CHECK_ROW(i, store_update(s, STR("u"), &change, 1, soon(), NULL) == ST_INVALID);
    }
    CHECK_INT(store_put(s, STR("u"), list, 0, soon(), NULL), ST_INVALID);
    CHECK_INT(put_entry(s, "Station Cache", "K", "{}", 0), ST_INVALID);
    CHECK_INT(put_entry(s, "", "K", "{}", 0), ST_INVALID);
    CHECK_INT(put_entry(s, "StationCache", "", "{}", 0), ST_INVALID);
    CHECK_INT(put_entry(s, "StationCache", "K", "[]", 0), ST_INVALID);
    CHECK_INT(put_entry(s, "StationCache", "K", "{}", -1), ST_INVALID);
    long_key[STORE_KEY_MAX + 1] = '\0';
    CHECK_INT(put_entry(s, "StationCache", long_key, "{}", 0), ST_INVALID);
    long_key[STORE_KEY_MAX] = '\0';
    CHECK_INT(put_entry(s, "StationCache", long_key, "{}", 0), ST_OK);
    CHECK_INT(put(s, "u", "{\"\":1}", 0), ST_INVALID);
    for (int i = 0; i < STORE_NESTING_MAX + 1; i++) {
        json_t *next = json_object();
        CHECK(json_object_set_new(inner, "x", next) == 0);
        inner = next;
    }
    CHECK_INT(store_put(s, STR("u"), object, 0, soon(), NULL), ST_INVALID);
    CHECK_INT(store_get(s, STR("u"), clock_mono_ms() - 1, &got, NULL, NULL), ST_TIMEOUT);
    CHECK_INT(store_get_entry(s, (struct entry_name){ "StationCache", STR("K") }, 0,
                              clock_mono_ms() - 1, &got, &ttl, NULL),
              ST_TIMEOUT);
    check_item(s, "u", NULL);
    json_decref(object);
    json_decref(list);
}

TEST(what_no_store_could_keep_is_refused_by_all)
{
    on_every_store(refusals);
}

/* ---- entries ---- */

static void entry_round_trip(struct store *s, enum store_layout layout)
{
    static const char *const keys[] = { "KBDU", "boulder_colorado",          "cañon_city_colorado",
                                        "a#b",  "o'fallon \"x\" $.[1] \\ %", "\xf0\x9f\x8c\xa6" };
    const int64_t later = clock_wall_s() + 1000;

    (void)layout;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        char text[80];
        (void)snprintf(text, sizeof text, "{\"row\":%zu,\"name\":\"\",\"x\":null}", i);
        check_entry(s, "LocationCache", keys[i], NULL, 0);
        CHECK_INT(put_entry(s, "LocationCache", keys[i], text, later), ST_OK);
        check_entry(s, "LocationCache", keys[i], text, later);
        check_entry(s, "ZoneCache", keys[i], NULL, 0);
        CHECK_INT(count_of(s, "LocationCache"), i + 1);
    }
    CHECK_INT(put_entry(s, "LocationCache", "a#b", "{\"ttl\":5,\"y\":1.5}", 0), ST_OK);
    check_entry(s, "LocationCache", "a#b", "{\"y\":1.5}", 0);
    CHECK_INT(count_of(s, "LocationCache"), sizeof keys / sizeof keys[0]);
    CHECK_INT(count_of(s, "StationCache"), 0);
    CHECK_INT(
        store_remove_entry(s, (struct entry_name){ "LocationCache", STR("a#b") }, soon(), NULL),
        ST_OK);
    CHECK_INT(
        store_remove_entry(s, (struct entry_name){ "LocationCache", STR("a#b") }, soon(), NULL),
        ST_OK);
    check_entry(s, "LocationCache", "a#b", NULL, 0);
    check_entry(s, "LocationCache", "KBDU", "{\"row\":0,\"name\":\"\",\"x\":null}", later);
    CHECK_INT(count_of(s, "LocationCache"), sizeof keys / sizeof keys[0] - 1);
}

TEST(an_entry_comes_back_as_it_was_put)
{
    on_every_store(entry_round_trip);
}

static void entry_expiry(struct store *s, enum store_layout layout)
{
    const int64_t now = clock_wall_s();

    (void)layout;
    CHECK_INT(put_entry(s, "ZoneCache", "past", "{\"a\":1}", now - 5), ST_OK);
    CHECK_INT(put_entry(s, "ZoneCache", "now", "{\"a\":1}", now), ST_OK);
    CHECK_INT(put_entry(s, "ZoneCache", "ever", "{\"a\":1}", 0), ST_OK);
    CHECK_INT(put_entry(s, "ZoneCache", "later", "{\"a\":1}", now + 500), ST_OK);
    check_entry(s, "ZoneCache", "past", NULL, 0);
    check_entry(s, "ZoneCache", "now", NULL, 0);
    check_entry(s, "ZoneCache", "ever", "{\"a\":1}", 0);
    check_entry(s, "ZoneCache", "later", "{\"a\":1}", now + 500);
    CHECK_INT(count_of(s, "ZoneCache"), 2); /* what has expired was removed when it was met */
    CHECK_INT(put_entry(s, "ZoneCache", "past", "{\"a\":2}", now + 9), ST_OK);
    check_entry(s, "ZoneCache", "past", "{\"a\":2}", now + 9);
}

TEST(an_expired_entry_is_a_miss_and_is_removed)
{
    on_every_store(entry_expiry);
}

static void data_model(struct store *s, enum store_layout layout)
{
    CHECK_INT(put_entry(s, "StationCache", "KBDU", "{\"name\":\"Boulder\"}", 4000000000), ST_OK);
    CHECK_INT(put_entry(s, "ZoneCache", "COZ039", "{\"name\":\"x\"}", 0), ST_OK);
    if (layout == STORE_LAYOUT_ENTRIES) {
        check_item(s, STORE_SHARED_ID, NULL);
        check_item(s, "SHARED_CACHE#StationCache#KBDU",
                   "{\"name\":\"Boulder\",\"ttl\":4000000000}");
        check_item(s, "SHARED_CACHE#ZoneCache#COZ039", "{\"name\":\"x\"}");
        CHECK_INT(put(s, "SHARED_CACHE#ZoneCache#COZ040", "{\"name\":\"y\",\"ttl\":4000000001}", 0),
                  ST_OK);
        CHECK_INT(store_delete(s, STR("SHARED_CACHE#ZoneCache#COZ039"), soon(), NULL), ST_OK);
    } else {
        check_item(s, "SHARED_CACHE#StationCache#KBDU", NULL);
        check_item(s, STORE_SHARED_ID,
                   "{\"StationCache\":{\"KBDU\":{\"name\":\"Boulder\",\"ttl\":4000000000}},"
                   "\"ZoneCache\":{\"COZ039\":{\"name\":\"x\"}}}");
        CHECK_INT(set(s, STORE_SHARED_ID, "ZoneCache", "COZ040", NULL,
                      "{\"name\":\"y\",\"ttl\":4000000001}"),
                  ST_OK);
        CHECK_INT(set(s, STORE_SHARED_ID, "ZoneCache", "COZ039", NULL, NULL), ST_OK);
    }
    check_entry(s, "ZoneCache", "COZ040", "{\"name\":\"y\"}", 4000000001);
    check_entry(s, "ZoneCache", "COZ039", NULL, 0);
    check_entry(s, "StationCache", "KBDU", "{\"name\":\"Boulder\"}", 4000000000);
}

TEST(entries_lie_in_items_as_the_layout_says)
{
    on_every_store(data_model);
}

static void whole_item(struct store *s, enum store_layout layout)
{
    static const char odd[] = "{\"LocationCache\":{\"a\":{\"x\":1.5,\"ttl\":4000000000},\"b\":7,"
                              "\"c\":{\"ttl\":\"soon\"}},\"StationCache\":{},\"note\":[1],"
                              "\"Odd name!\":{\"k\":{}}}";
    uint64_t version = 0;
    json_t *got = NULL;

    if (layout != STORE_LAYOUT_ITEM)
        return;
    CHECK_INT(put(s, STORE_SHARED_ID, odd, 0), ST_OK);
    check_item(s, STORE_SHARED_ID, odd); /* what it does not know is left alone */
    CHECK_INT(put(s, STORE_SHARED_ID, "{}", 0), ST_CONFLICT);
    check_entry(s, "LocationCache", "a", "{\"x\":1.5}", 4000000000);
    check_entry(s, "LocationCache", "c", "{}", 0);
    CHECK_INT(put_entry(s, "StationCache", "K", "{}", 0), ST_OK);
    CHECK_INT(store_get(s, STR(STORE_SHARED_ID), soon(), &got, &version, NULL), ST_OK);
    json_decref(got);
    CHECK_INT(put_entry(s, "StationCache", "L", "{}", 0), ST_OK);
    CHECK_INT(put(s, STORE_SHARED_ID, "{}", version), ST_CONFLICT); /* an entry is part of it */
    CHECK_INT(store_get(s, STR(STORE_SHARED_ID), soon(), &got, &version, NULL), ST_OK);
    json_decref(got);
    CHECK_INT(put(s, STORE_SHARED_ID, "{\"StationCache\":{\"L\":{\"n\":1}}}", version), ST_OK);
    check_item(s, STORE_SHARED_ID, "{\"StationCache\":{\"L\":{\"n\":1}}}");
    CHECK_INT(count_of(s, "LocationCache"), 0);
    CHECK_INT(count_of(s, "StationCache"), 1);
    CHECK_INT(set(s, STORE_SHARED_ID, "StationCache", "L", "n", "2"), ST_OK);
    check_entry(s, "StationCache", "L", "{\"n\":2}", 0);
    CHECK_INT(set(s, STORE_SHARED_ID, "StationCache", NULL, NULL, NULL), ST_OK);
    check_item(s, STORE_SHARED_ID, "{}");
    CHECK_INT(put_entry(s, "StationCache", "K", "{}", 0), ST_OK);
    CHECK_INT(store_delete(s, STR(STORE_SHARED_ID), soon(), NULL), ST_OK);
    check_item(s, STORE_SHARED_ID, NULL);
    CHECK_INT(count_of(s, "StationCache"), 0);
}

TEST(the_shared_item_can_be_written_whole)
{
    on_every_store(whole_item);
}

/* ---- scanning ---- */

static enum status gather(void *data, struct str id, json_t *attributes, struct err *err)
{
    char *name = strndup(id.p, id.n);

    (void)err;
    if (json_object_get(data, name))
        fail_msg("%s came twice", name);
    CHECK(json_object_set(data, name, attributes) == 0);
    free(name);
    return ST_OK;
}

static json_t *scan_all(struct store *s, size_t limit)
{
    json_t *all = json_object();
    char *cursor = NULL;
    int pages = 0;

    do {
        CHECK_INT(store_scan(s, limit, &cursor, gather, all, soon(), NULL), ST_OK);
        CHECK(++pages < 100);
    } while (cursor);
    return all;
}

static void scanning(struct store *s, enum store_layout layout)
{
    static const char *const want[] = {
        "{\"u1\":{\"a\":1},\"u2\":{},\"Zü\":{\"b\":null},\"SHARED_CACHE\":{\"StationCache\":{\"K\":"
        "{},"
        "\"L\":{\"ttl\":4000000000}},\"ZoneCache\":{\"Z#1\":{}}}}",
        "{\"u1\":{\"a\":1},\"u2\":{},\"Zü\":{\"b\":null},\"SHARED_CACHE#StationCache#K\":{},"
        "\"SHARED_CACHE#StationCache#L\":{\"ttl\":4000000000},\"SHARED_CACHE#ZoneCache#Z#1\":{}}",
    };
    char *cursor = strdup("?");

    for (size_t limit = 1; limit < 9; limit++)
        check_json_take(scan_all(s, limit), "{}");
    CHECK_INT(put(s, "u1", "{\"a\":1}", 0), ST_OK);
    CHECK_INT(put(s, "u2", "{}", 0), ST_OK);
    CHECK_INT(put(s, "Zü", "{\"b\":null}", 0), ST_OK);
    CHECK_INT(put_entry(s, "StationCache", "K", "{}", 0), ST_OK);
    CHECK_INT(put_entry(s, "StationCache", "L", "{}", 4000000000), ST_OK);
    CHECK_INT(put_entry(s, "ZoneCache", "Z#1", "{}", 0), ST_OK);
    for (size_t limit = 1; limit < 9; limit++)
        check_json_take(scan_all(s, limit), want[layout == STORE_LAYOUT_ENTRIES]);
    CHECK(store_scan(s, 1, &cursor, gather, NULL, soon(), NULL) == ST_INVALID);
    free(cursor);
}

TEST(a_scan_meets_every_item_once)
{
    on_every_store(scanning);
}

/* ---- several at once ---- */

enum { ROUNDS = 100, ROUNDS_AFAR = 40, WRITERS = 4 };

static int rounds; /* fewer where each crosses a network */

struct writer {
    struct store *store;
    int number, failures;
};

static void run_writers(struct store *s, void *(*work)(void *writer))
{
    pthread_t threads[WRITERS];
    struct writer writers[WRITERS];

    rounds = has_one_kind_of_number(s) ? ROUNDS_AFAR : ROUNDS;
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (struct writer){ s, i, 0 };
        CHECK(pthread_create(&threads[i], NULL, work, &writers[i]) == 0);
    }
    for (int i = 0; i < WRITERS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
        CHECK_INT(writers[i].failures, 0);
    }
}

static void *write_settings(void *data)
{
    struct writer *w = data;
    char name[8];
    const char *const path[] = { "UserCache", "u", name, NULL };

    (void)snprintf(name, sizeof name, "s%d", w->number);
    for (int i = 1; i <= rounds; i++) {
        struct store_change change = { path, json_integer(i) };
        w->failures += store_update(w->store, STR("u"), &change, 1, soon(), NULL) != ST_OK;
        json_decref(change.value);
    }
    return NULL;
}

static void concurrent_settings(struct store *s, enum store_layout layout)
{
    char want[100];

    (void)layout;
    run_writers(s, write_settings);
    (void)snprintf(want, sizeof want,
                   "{\"UserCache\":{\"u\":{\"s0\":%d,\"s1\":%d,\"s2\":%d,\"s3\":%d}}}", rounds,
                   rounds, rounds, rounds);
    check_item(s, "u", want);
}

TEST(writers_of_different_settings_all_win)
{
    on_every_store(concurrent_settings);
}

static void *write_entries(void *data)
{
    struct writer *w = data;
    json_t *entry = json_object(), *got;
    int64_t ttl;
    char key[16];

    for (int i = 0; i < rounds; i++) {
        struct entry_name name = { i % 2 ? "StationCache" : "ZoneCache", { key, 0 } };
        name.key.n = (size_t)snprintf(key, sizeof key, "K%d_%d", w->number, i);
        w->failures += store_put_entry(w->store, name, entry, 0, soon(), NULL) != ST_OK;
        got = NULL;
        w->failures += store_get_entry(w->store, name, 0, soon(), &got, &ttl, NULL) != ST_OK;
        json_decref(got);
    }
    json_decref(entry);
    return NULL;
}

static void concurrent_entries(struct store *s, enum store_layout layout)
{
    (void)layout;
    run_writers(s, write_entries);
    CHECK_INT(count_of(s, "StationCache"), WRITERS * rounds / 2);
    CHECK_INT(count_of(s, "ZoneCache"), WRITERS * rounds / 2);
}

TEST(writers_of_different_entries_lose_none)
{
    on_every_store(concurrent_entries);
}

static void *count_up(void *data)
{
    struct writer *w = data;

    for (int done = 0; done < rounds / 4;) {
        json_t *got = NULL, *next = json_object();
        uint64_t version = 0;
        enum status st = store_get(w->store, STR("u"), soon(), &got, &version, NULL);
        json_int_t n = json_integer_value(json_object_get(got, "n"));
        (void)json_object_set_new(next, "n", json_integer(n + 1));
        if (st == ST_OK || st == ST_MISS)
            st = store_put(w->store, STR("u"), next, version, soon(), NULL);
        json_decref(got);
        json_decref(next);
        done += st == ST_OK;
        if (st != ST_OK && st != ST_CONFLICT) {
            w->failures++;
            break;
        }
    }
    return NULL;
}

static void concurrent_puts(struct store *s, enum store_layout layout)
{
    char want[40];

    (void)layout;
    run_writers(s, count_up);
    (void)snprintf(want, sizeof want, "{\"n\":%d}", WRITERS * (rounds / 4));
    check_item(s, "u", want);
}

TEST(of_two_puts_by_one_version_one_wins)
{
    on_every_store(concurrent_puts);
}

/* ---- not waiting ---- */

/* What may not wait is given the answer or is told to come again, and never a fault. */
static bool at_once(enum status st, enum status want)
{
    if (st != want && st != ST_WOULD_WAIT)
        fail_msg("%s, not %s", err_status_name(st), err_status_name(want));
    return st == want;
}

static void never_waits(struct store *s, enum store_layout layout)
{
    const struct entry_name kbdu = { "StationCache", STR("KBDU") },
                            past = { "ZoneCache", STR("past") };
    const char *const path[] = { "a", NULL };
    struct err err = ERR_NONE;
    json_t *value = json("{\"a\":1}"), *got = NULL;
    struct store_change change = { path, value };
    int64_t ttl = 0, now = clock_wall_s();

    (void)layout;
    CHECK_INT(put(s, "user", "{\"a\":1}", 0), ST_OK);
    CHECK_INT(put_entry(s, "StationCache", "KBDU", "{\"a\":1}", 0), ST_OK);
    CHECK_INT(put_entry(s, "ZoneCache", "past", "{\"a\":1}", now + 1), ST_OK);
    (void)at_once(store_get(s, STR("nobody"), NO_WAIT, &got, NULL, &err), ST_MISS);
    if (at_once(store_get(s, STR("user"), NO_WAIT, &got, NULL, &err), ST_OK))
        check_json_take(got, "{\"a\":1}");
    if (at_once(store_get_entry(s, kbdu, now, NO_WAIT, &got, &ttl, &err), ST_OK))
        check_json_take(got, "{\"a\":1}");
    (void)at_once(store_get_entry(s, past, now + 2, NO_WAIT, &got, &ttl, &err), ST_MISS);
    (void)at_once(store_update(s, STR("user"), &change, 1, NO_WAIT, &err), ST_OK);
    (void)at_once(store_put(s, STR("new"), value, 0, NO_WAIT, &err), ST_OK);
    (void)at_once(store_delete(s, STR("nobody"), NO_WAIT, &err), ST_OK);
    (void)at_once(store_put_entry(s, kbdu, value, 0, NO_WAIT, &err), ST_OK);
    (void)at_once(store_remove_entry(s, past, NO_WAIT, &err), ST_OK);
    CHECK_INT(err.status, ST_OK);
    json_decref(value);
}

TEST(who_may_not_wait_is_answered_at_once_or_told_so)
{
    on_every_store(never_waits);
}

static void described(struct store *s, enum store_layout layout)
{
    struct store_facts facts;

    (void)layout;
    CHECK_INT(store_create_table(s, soon(), NULL), ST_OK);
    CHECK_INT(store_describe(s, soon(), &facts, NULL), ST_OK);
    CHECK(facts.state == STORE_READY && facts.backend && facts.detail[0]);
    CHECK(facts.items <= 0);
}

TEST(a_store_describes_itself)
{
    on_every_store(described);
}

TESTS(an_item_comes_back_as_it_was_put, a_put_that_is_out_of_date_conflicts,
      an_update_changes_what_it_names_and_nothing_else, what_no_store_could_keep_is_refused_by_all,
      an_entry_comes_back_as_it_was_put, an_expired_entry_is_a_miss_and_is_removed,
      entries_lie_in_items_as_the_layout_says, the_shared_item_can_be_written_whole,
      a_scan_meets_every_item_once, writers_of_different_settings_all_win,
      writers_of_different_entries_lose_none, of_two_puts_by_one_version_one_wins,
      who_may_not_wait_is_answered_at_once_or_told_so, a_store_describes_itself)
