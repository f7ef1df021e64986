/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/store_conformance.c -- what every backend must do, in both layouts. */
#define _XOPEN_SOURCE 700 /* mkdtemp, nftw */
#include <stdlib.h>

#include "tests/unit/cache/every_store.h"

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
    CHECK_INT(put_item(s, "user", rich, 0), ST_OK);
    check_item(s, "user", rich);
    CHECK_INT(put_item(s, "Üser#\"'$.[0]%_\n", "{}", 0), ST_OK);
    check_item(s, "Üser#\"'$.[0]%_\n", "{}");
    CHECK_INT(store_get(s, STR("user"), soon(), &got, &first, NULL), ST_OK);
    CHECK(json_is_integer(json_object_get(got, "n")) && json_is_real(json_object_get(got, "f")));
    CHECK(json_is_real(json_object_get(got, "r")) || has_one_number_type(s));
    json_decref(got);
    CHECK(first != 0);
    CHECK_INT(store_get(s, STR("user"), soon(), &got, &second, NULL), ST_OK);
    json_decref(got);
    CHECK(first == second);
}

TEST(an_item_is_read_as_it_was_written)
{
    on_every_store(item_round_trip);
}

static void item_versions(struct store *s, enum store_layout layout)
{
    uint64_t old = 0, version = 0;
    json_t *got = NULL;

    (void)layout;
    CHECK_INT(put_item(s, "user", "{\"a\":1}", 99), ST_CONFLICT);
    check_item(s, "user", NULL);
    CHECK_INT(put_item(s, "user", "{\"a\":1}", 0), ST_OK);
    CHECK_INT(put_item(s, "user", "{\"a\":2}", 0), ST_CONFLICT);
    CHECK_INT(store_get(s, STR("user"), soon(), &got, &old, NULL), ST_OK);
    json_decref(got);
    CHECK_INT(put_item(s, "user", "{\"a\":2}", old), ST_OK);
    CHECK_INT(put_item(s, "user", "{\"a\":3}", old), ST_CONFLICT);
    check_item(s, "user", "{\"a\":2}");
    CHECK_INT(store_get(s, STR("user"), soon(), &got, &version, NULL), ST_OK);
    json_decref(got);
    CHECK_INT(store_delete(s, STR("user"), soon(), NULL), ST_OK);
    CHECK_INT(store_delete(s, STR("user"), soon(), NULL), ST_OK);
    check_item(s, "user", NULL);
    CHECK_INT(put_item(s, "user", "{\"a\":3}", version), ST_CONFLICT);
}

TEST(a_write_with_an_old_version_conflicts)
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
    CHECK_INT(set_member(s, "u", "UserCache", "u", "rate", NULL), ST_OK);
    check_item(s, "u", NULL); /* removing does not create the item */
    CHECK_INT(set_member(s, "u", "UserCache", "u", "rate", "110"), ST_OK);
    check_item(s, "u", "{\"UserCache\":{\"u\":{\"rate\":110}}}");
    CHECK_INT(set_member(s, "u", "note", NULL, NULL, "\"kept\""), ST_OK);
    CHECK_INT(store_update(s, STR("u"), changes, 3, soon(), NULL), ST_OK);
    check_item(s, "u",
               "{\"UserCache\":{\"u\":{\"pitch\":79}},\"note\":\"kept\","
               "\"a\":{\"b\":{\"c\":{\"d\":[]}}}}");
    CHECK_INT(set_member(s, "u", "note", "x", NULL, NULL),
              ST_OK); /* not an object: nothing to remove */
    CHECK_INT(set_member(s, "u", "note", "x", NULL, "null"), ST_OK);
    CHECK_INT(set_member(s, "u", "a", NULL, NULL, NULL), ST_OK);
    CHECK_INT(set_member(s, "u", "UserCache", "u", NULL, "null"), ST_OK);
    CHECK_INT(set_member(s, "u", "UserCache", "u", "rate", "90"), ST_OK);
    check_item(s, "u", "{\"UserCache\":{\"u\":{\"rate\":90}},\"note\":{\"x\":null}}");
    json_decref(changes[1].value);
    json_decref(changes[2].value);
}

TEST(an_update_changes_only_the_members_it_names)
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
    CHECK_INT(put_item(s, "u", "{\"\":1}", 0), ST_INVALID);
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

TEST(invalid_arguments_are_rejected_by_every_backend)
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

TEST(an_entry_is_read_as_it_was_written)
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
    CHECK_INT(count_of(s, "ZoneCache"), 2); /* reading removed the expired ones */
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
        CHECK_INT(
            put_item(s, "SHARED_CACHE#ZoneCache#COZ040", "{\"name\":\"y\",\"ttl\":4000000001}", 0),
            ST_OK);
        CHECK_INT(store_delete(s, STR("SHARED_CACHE#ZoneCache#COZ039"), soon(), NULL), ST_OK);
    } else {
        check_item(s, "SHARED_CACHE#StationCache#KBDU", NULL);
        check_item(s, STORE_SHARED_ID,
                   "{\"StationCache\":{\"KBDU\":{\"name\":\"Boulder\",\"ttl\":4000000000}},"
                   "\"ZoneCache\":{\"COZ039\":{\"name\":\"x\"}}}");
        CHECK_INT(set_member(s, STORE_SHARED_ID, "ZoneCache", "COZ040", NULL,
                             "{\"name\":\"y\",\"ttl\":4000000001}"),
                  ST_OK);
        CHECK_INT(set_member(s, STORE_SHARED_ID, "ZoneCache", "COZ039", NULL, NULL), ST_OK);
    }
    check_entry(s, "ZoneCache", "COZ040", "{\"name\":\"y\"}", 4000000001);
    check_entry(s, "ZoneCache", "COZ039", NULL, 0);
    check_entry(s, "StationCache", "KBDU", "{\"name\":\"Boulder\"}", 4000000000);
}

TEST(entries_are_stored_in_items_as_the_layout_says)
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
    CHECK_INT(put_item(s, STORE_SHARED_ID, odd, 0), ST_OK);
    check_item(s, STORE_SHARED_ID, odd); /* unknown members are left alone */
    CHECK_INT(put_item(s, STORE_SHARED_ID, "{}", 0), ST_CONFLICT);
    check_entry(s, "LocationCache", "a", "{\"x\":1.5}", 4000000000);
    check_entry(s, "LocationCache", "c", "{}", 0);
    CHECK_INT(put_entry(s, "StationCache", "K", "{}", 0), ST_OK);
    CHECK_INT(store_get(s, STR(STORE_SHARED_ID), soon(), &got, &version, NULL), ST_OK);
    json_decref(got);
    CHECK_INT(put_entry(s, "StationCache", "L", "{}", 0), ST_OK);
    CHECK_INT(put_item(s, STORE_SHARED_ID, "{}", version),
              ST_CONFLICT); /* entries are part of its version */
    CHECK_INT(store_get(s, STR(STORE_SHARED_ID), soon(), &got, &version, NULL), ST_OK);
    json_decref(got);
    CHECK_INT(put_item(s, STORE_SHARED_ID, "{\"StationCache\":{\"L\":{\"n\":1}}}", version), ST_OK);
    check_item(s, STORE_SHARED_ID, "{\"StationCache\":{\"L\":{\"n\":1}}}");
    CHECK_INT(count_of(s, "LocationCache"), 0);
    CHECK_INT(count_of(s, "StationCache"), 1);
    CHECK_INT(set_member(s, STORE_SHARED_ID, "StationCache", "L", "n", "2"), ST_OK);
    check_entry(s, "StationCache", "L", "{\"n\":2}", 0);
    CHECK_INT(set_member(s, STORE_SHARED_ID, "StationCache", NULL, NULL, NULL), ST_OK);
    check_item(s, STORE_SHARED_ID, "{}");
    CHECK_INT(put_entry(s, "StationCache", "K", "{}", 0), ST_OK);
    CHECK_INT(store_delete(s, STR(STORE_SHARED_ID), soon(), NULL), ST_OK);
    check_item(s, STORE_SHARED_ID, NULL);
    CHECK_INT(count_of(s, "StationCache"), 0);
}

TEST(the_shared_item_can_be_replaced)
{
    on_every_store(whole_item);
}

/* ---- scanning ---- */

static enum status collect_item(void *data, struct str id, json_t *attributes, struct err *err)
{
    char *name = strndup(id.p, id.n);

    (void)err;
    if (json_object_get(data, name))
        fail_msg("%s was visited twice", name);
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
        CHECK_INT(store_scan(s, limit, &cursor, collect_item, all, soon(), NULL), ST_OK);
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
    CHECK_INT(put_item(s, "u1", "{\"a\":1}", 0), ST_OK);
    CHECK_INT(put_item(s, "u2", "{}", 0), ST_OK);
    CHECK_INT(put_item(s, "Zü", "{\"b\":null}", 0), ST_OK);
    CHECK_INT(put_entry(s, "StationCache", "K", "{}", 0), ST_OK);
    CHECK_INT(put_entry(s, "StationCache", "L", "{}", 4000000000), ST_OK);
    CHECK_INT(put_entry(s, "ZoneCache", "Z#1", "{}", 0), ST_OK);
    for (size_t limit = 1; limit < 9; limit++)
        check_json_take(scan_all(s, limit), want[layout == STORE_LAYOUT_ENTRIES]);
    CHECK(store_scan(s, 1, &cursor, collect_item, NULL, soon(), NULL) == ST_INVALID);
    free(cursor);
}

TEST(a_scan_visits_every_item_once)
{
    on_every_store(scanning);
}

/* ---- NO_WAIT ---- */

/* With NO_WAIT a call returns the answer or ST_WOULD_WAIT, never an error. */
static bool answered_at_once(enum status st, enum status want)
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
    CHECK_INT(put_item(s, "user", "{\"a\":1}", 0), ST_OK);
    CHECK_INT(put_entry(s, "StationCache", "KBDU", "{\"a\":1}", 0), ST_OK);
    CHECK_INT(put_entry(s, "ZoneCache", "past", "{\"a\":1}", now + 1), ST_OK);
    (void)answered_at_once(store_get(s, STR("nobody"), NO_WAIT, &got, NULL, &err), ST_MISS);
    if (answered_at_once(store_get(s, STR("user"), NO_WAIT, &got, NULL, &err), ST_OK))
        check_json_take(got, "{\"a\":1}");
    if (answered_at_once(store_get_entry(s, kbdu, now, NO_WAIT, &got, &ttl, &err), ST_OK))
        check_json_take(got, "{\"a\":1}");
    (void)answered_at_once(store_get_entry(s, past, now + 2, NO_WAIT, &got, &ttl, &err), ST_MISS);
    (void)answered_at_once(store_update(s, STR("user"), &change, 1, NO_WAIT, &err), ST_OK);
    (void)answered_at_once(store_put(s, STR("new"), value, 0, NO_WAIT, &err), ST_OK);
    (void)answered_at_once(store_delete(s, STR("nobody"), NO_WAIT, &err), ST_OK);
    (void)answered_at_once(store_put_entry(s, kbdu, value, 0, NO_WAIT, &err), ST_OK);
    (void)answered_at_once(store_remove_entry(s, past, NO_WAIT, &err), ST_OK);
    CHECK_INT(err.status, ST_OK);
    json_decref(value);
}

TEST(no_wait_returns_the_answer_or_would_wait)
{
    on_every_store(never_waits);
}

static void described(struct store *s, enum store_layout layout)
{
    struct store_facts facts;
    json_t *empty = json_object();

    (void)layout;
    CHECK_INT(store_create_table(s, soon(), NULL), ST_OK);
    CHECK_INT(store_describe(s, soon(), &facts, NULL), ST_OK);
    CHECK(facts.state == STORE_READY && facts.backend && facts.detail[0]);
    CHECK(facts.items <= 0);
    CHECK_INT(store_put(s, STR(STORE_SHARED_ID "_STATS"), empty, 0, soon(), NULL), ST_OK);
    CHECK_INT(store_put(s, STR("user"), empty, 0, soon(), NULL), ST_OK);
    CHECK_INT(store_describe(s, soon(), &facts, NULL), ST_OK);
    if (strcmp(facts.backend, "dynamodb") != 0) /* it counts at times of its own */
        CHECK_INT(facts.items, 1);              /* the skill's own item is not counted */
    json_decref(empty);
}

TEST(a_store_describes_itself)
{
    on_every_store(described);
}

TESTS(an_item_is_read_as_it_was_written, a_write_with_an_old_version_conflicts,
      an_update_changes_only_the_members_it_names, invalid_arguments_are_rejected_by_every_backend,
      an_entry_is_read_as_it_was_written, an_expired_entry_is_a_miss_and_is_removed,
      entries_are_stored_in_items_as_the_layout_says, the_shared_item_can_be_replaced,
      a_scan_visits_every_item_once, no_wait_returns_the_answer_or_would_wait,
      a_store_describes_itself)
