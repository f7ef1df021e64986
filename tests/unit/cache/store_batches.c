/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/store_batches.c -- batches of items and entries on every backend, and batches
 * that DynamoDB leaves partly unprocessed. */
#define _XOPEN_SOURCE 700 /* mkdtemp, nftw */
#include <stdlib.h>

#include "tests/unit/cache/every_store.h"

enum { MANY = 230 }; /* more than two batches of each kind */

/* ---- items ---- */

struct many {
    char names[MANY][40];
    struct store_item items[MANY];
    struct store_entry entries[MANY];
};

static void name_items(struct many *m)
{
    for (int i = 0; i < MANY; i++) {
        (void)snprintf(m->names[i], sizeof m->names[i], "amzn1.ask.account.%d", i);
        m->items[i] = (struct store_item){ .id = str_of(m->names[i]) };
    }
}

static void items_check(struct store *s, enum store_layout layout)
{
    static struct many m;
    struct err err = ERR_NONE;

    (void)layout;
    name_items(&m);
    CHECK_INT(store_get_items(s, m.items, MANY, soon(), &err), ST_OK);
    for (int i = 0; i < MANY; i++) {
        CHECK_ROW(i, !m.items[i].attributes && m.items[i].version == 0);
        m.items[i].attributes = json_pack("{s:{s:i}}", "UserCache", "rate", i);
    }
    CHECK_INT(store_put_items(s, m.items, MANY, soon(), &err), ST_OK);
    for (int i = 0; i < MANY; i++) {
        CHECK_ROW(i, m.items[i].done);
        json_decref(m.items[i].attributes);
    }
    CHECK_INT(store_get_items(s, m.items, MANY, soon(), &err), ST_OK);
    for (int i = 0; i < MANY; i++) {
        json_t *rate = json_object_get(json_object_get(m.items[i].attributes, "UserCache"), "rate");
        uint64_t version = 0;
        json_t *one = NULL;
        CHECK_ROW(i, json_integer_value(rate) == i);
        if (i % 50 == 0) {
            CHECK_INT(store_get(s, m.items[i].id, soon(), &one, &version, &err), ST_OK);
            CHECK_ROW(i, version == m.items[i].version);
            json_decref(one);
        }
    }
    /* Another writer changes every third one. */
    for (int i = 0; i < MANY; i++) {
        json_t *theirs = json_pack("{s:s}", "by", "somebody");
        if (i % 3 == 0)
            CHECK_INT(store_put(s, m.items[i].id, theirs, m.items[i].version, soon(), &err), ST_OK);
        json_decref(theirs);
        (void)json_object_set_new(m.items[i].attributes, "more", json_true());
    }
    CHECK_INT(store_put_items(s, m.items, MANY, soon(), &err), ST_OK);
    for (int i = 0; i < MANY; i++) {
        CHECK_ROW(i, m.items[i].done == (i % 3 != 0));
        json_decref(m.items[i].attributes);
    }
    CHECK_INT(store_get_items(s, m.items, MANY, soon(), &err), ST_OK);
    for (int i = 0; i < MANY; i++) {
        CHECK_ROW(i, !json_object_get(m.items[i].attributes, "by") == (i % 3 != 0));
        CHECK_ROW(i, !json_object_get(m.items[i].attributes, "more") == (i % 3 == 0));
        json_decref(m.items[i].attributes);
    }
}

TEST(a_batch_of_items_is_written_except_for_conflicts)
{
    on_every_store(items_check);
}

/* ---- entries ---- */

static void name_entries(struct many *m, int64_t ttl)
{
    for (int i = 0; i < MANY; i++) {
        (void)snprintf(m->names[i], sizeof m->names[i], "town_%d_colorado", i);
        m->entries[i] = (struct store_entry){
            .name = { i % 2 ? "LocationCache" : "StationCache", str_of(m->names[i]) },
            .stored = json_pack("{s:i}", "n", i),
        };
        if (ttl > 0)
            (void)json_object_set_new(m->entries[i].stored, "ttl", json_integer(ttl + i));
    }
}

static void drop_entries(struct many *m)
{
    for (int i = 0; i < MANY; i++)
        json_decref(m->entries[i].stored);
}

static int done_count(const struct many *m)
{
    int n = 0;

    for (int i = 0; i < MANY; i++)
        n += m->entries[i].done;
    return n;
}

static void entries_check(struct store *s, enum store_layout layout)
{
    static struct many m, longer;
    struct err err = ERR_NONE;
    json_t *entry = NULL;
    int64_t later = clock_wall_s() + 100000, ttl;

    (void)layout;
    name_entries(&m, later);
    CHECK_INT(store_add_entries(s, m.entries, MANY, true, soon(), &err), ST_OK);
    CHECK_INT(done_count(&m), MANY);
    CHECK_INT(count_of(s, "LocationCache"), 0); /* a dry run */
    CHECK_INT(store_add_entries(s, m.entries, MANY, false, soon(), &err), ST_OK);
    CHECK_INT(done_count(&m), MANY);
    CHECK_INT(count_of(s, "LocationCache"), MANY / 2);
    CHECK_INT(count_of(s, "StationCache"), MANY / 2);
    CHECK_INT(store_add_entries(s, m.entries, MANY, false, soon(), &err), ST_OK);
    CHECK_INT(done_count(&m), 0); /* they expire at the same time */
    CHECK_INT(store_get_entry(s, m.entries[7].name, 0, soon(), &entry, &ttl, &err), ST_OK);
    CHECK_INT(ttl, later + 7);
    CHECK_INT(json_integer_value(json_object_get(entry, "n")), 7);
    json_decref(entry);

    name_entries(&longer, 0); /* never expires */
    if (store_add_entries(s, longer.entries, 10, false, soon(), &err) != ST_OK)
        fail_msg("%s", err.text);
    CHECK_INT(done_count(&longer), 10);
    CHECK_INT(store_add_entries(s, m.entries, MANY, true, soon(), &err), ST_OK);
    CHECK_INT(done_count(&m), 0);
    CHECK_INT(count_of(s, "LocationCache"), MANY / 2);
    drop_entries(&m);
    drop_entries(&longer);
}

TEST(a_batch_adds_entries_unless_one_expires_later)
{
    on_every_store(entries_check);
}

static void move_check(struct store *s, enum store_layout layout)
{
    static struct many m;
    char keys[MANY][40];
    struct err err = ERR_NONE;
    json_t *entry = NULL;
    int64_t ttl;

    (void)layout;
    name_entries(&m, clock_wall_s() + 100000);
    CHECK_INT(store_add_entries(s, m.entries, MANY, false, soon(), &err), ST_OK);
    for (int i = 0; i < MANY; i++) {
        (void)snprintf(keys[i], sizeof keys[i], "moved_%d", i);
        m.entries[i].old_key = m.entries[i].name.key;
        m.entries[i].name.key = str_of(keys[i]);
    }
    CHECK_INT(store_add_entries(s, m.entries, MANY, false, soon(), &err), ST_OK);
    CHECK_INT(done_count(&m), MANY);
    CHECK_INT(count_of(s, "LocationCache"), MANY / 2);
    CHECK_INT(store_get_entry(s, m.entries[9].name, 0, soon(), &entry, &ttl, &err), ST_OK);
    json_decref(entry);
    m.entries[9].name.key = m.entries[9].old_key;
    CHECK_INT(store_get_entry(s, m.entries[9].name, 0, soon(), &entry, &ttl, &err), ST_MISS);
    drop_entries(&m);
}

TEST(a_moved_entry_leaves_its_old_key)
{
    on_every_store(move_check);
}

static void remove_check(struct store *s, enum store_layout layout)
{
    static struct many m;
    struct err err = ERR_NONE;
    json_t *renewed = json_pack("{s:i}", "n", 1);

    name_entries(&m, clock_wall_s() + 100000);
    CHECK_INT(store_add_entries(s, m.entries, MANY, false, soon(), &err), ST_OK);
    CHECK_INT(store_put_entry(s, m.entries[1].name, renewed, clock_wall_s() + 900000, soon(), &err),
              ST_OK);
    for (int i = 0; i < MANY; i++) {
        m.entries[i].old_key = m.entries[i].name.key;
        m.entries[i].name.key = STR_NONE;
    }
    CHECK_INT(store_add_entries(s, m.entries, MANY, false, soon(), &err), ST_OK);
    CHECK_INT(count_of(s, "StationCache"), 0);
    /* In layout `item` a renewed entry stays. */
    if (layout == STORE_LAYOUT_ITEM) {
        CHECK_INT(done_count(&m), MANY - 1);
        CHECK_INT(count_of(s, "LocationCache"), 1);
    }
    drop_entries(&m);
    json_decref(renewed);
}

TEST(a_batch_removes_entries)
{
    on_every_store(remove_check);
}

/* ---- batches in DynamoDB ---- */

TEST(unprocessed_parts_of_a_batch_are_retried)
{
    static struct many m;
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_create_store(table, STORE_LAYOUT_ENTRIES);
    struct err err = ERR_NONE;

    dynamo_configure(table,
                     "\"faults\":["
                     "{\"kind\":\"unprocessed\",\"operation\":\"BatchWriteItem\",\"times\":9},"
                     "{\"kind\":\"unprocessed\",\"operation\":\"BatchGetItem\",\"share\":0,"
                     "\"times\":2},"
                     "{\"kind\":\"throttle\",\"operation\":\"BatchWriteItem\",\"times\":2}]");
    name_entries(&m, clock_wall_s() + 100000);
    CHECK_INT(store_add_entries(s, m.entries, MANY, false, soon(), &err), ST_OK);
    CHECK_INT(done_count(&m), MANY);
    CHECK_INT(dynamo_statistic(table, "fault:unprocessed", "calls"), 11);
    CHECK_INT(count_of(s, "LocationCache") + count_of(s, "StationCache"), MANY);
    CHECK_INT(store_add_entries(s, m.entries, MANY, true, soon(), &err), ST_OK);
    CHECK_INT(done_count(&m), 0);
    drop_entries(&m);
    store_free(s);
}

TEST(a_batch_that_is_never_processed_ends_at_the_deadline)
{
    static struct many m;
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_create_store(table, STORE_LAYOUT_ENTRIES);
    struct err err = ERR_NONE;

    dynamo_configure(table,
                     "\"faults\":[{\"kind\":\"unprocessed\",\"operation\":\"BatchWriteItem\","
                     "\"share\":0}]");
    name_entries(&m, clock_wall_s() + 100000);
    enum status st = store_add_entries(s, m.entries, MANY, false, clock_mono_ms() + 500, &err);
    /* The deadline passes between two calls or, on a busy machine, during one. */
    if (st != ST_TIMEOUT) {
        CHECK_INT(st, ST_UNAVAILABLE);
        CHECK_STR(err.reason, "throttled");
    }
    drop_entries(&m);
    store_free(s);
}

TEST(entries_that_do_not_fit_in_the_item_are_all_rejected)
{
    static struct many m;
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_create_store(table, STORE_LAYOUT_ITEM), *small;
    struct err err = ERR_NONE;

    small = dynamo_open_with(table, STORE_LAYOUT_ITEM, 5000, 0);
    name_entries(&m, clock_wall_s() + 100000);
    CHECK_INT(store_add_entries(small, m.entries, MANY, false, soon(), &err), ST_TOO_LARGE);
    CHECK_STR(err.reason, "item_too_large");
    CHECK_INT(count_of(s, "LocationCache"), 0);
    drop_entries(&m);
    store_free(s);
    store_free(small);
}

/* ---- writes that belong to one question ---- */

enum { WRITES = 20, BAD = 9, REMOVED = 12 };

static void put_together(struct store *s, const char *middle, enum status want_middle)
{
    static char keys[WRITES][20];
    struct store_write writes[WRITES];

    for (int i = 0; i < WRITES; i++) {
        (void)snprintf(keys[i], sizeof keys[i], "K%d", i);
        writes[i] = (struct store_write){
            .name = { i % 2 ? "ZoneCache" : "StationCache", str_of(i == BAD ? middle : keys[i]) },
            .entry = i == REMOVED ? NULL : json_pack("{s:i}", "n", i),
            .ttl = i % 3 ? 4000000000 : 0,
            .status = ST_SYSTEM,
        };
    }
    store_write_entries(s, writes, WRITES, soon());
    for (int i = 0; i < WRITES; i++) {
        CHECK_INT(writes[i].status, i == BAD ? want_middle : ST_OK);
        CHECK_INT(writes[i].err.status, writes[i].status);
        json_decref(writes[i].entry);
    }
}

static void writes_check(struct store *s, enum store_layout layout)
{
    (void)layout;
    CHECK_INT(put_entry(s, "StationCache", "K12", "{\"n\":1}", 0), ST_OK);
    CHECK_INT(put_entry(s, "StationCache", "K4", "{\"old\":1}", 4000000001), ST_OK);
    put_together(s, "K9", ST_OK);
    check_entry(s, "StationCache", "K0", "{\"n\":0}", 0);
    check_entry(s, "StationCache", "K4", "{\"n\":4}", 4000000000); /* the newer one */
    check_entry(s, "ZoneCache", "K9", "{\"n\":9}", 0);
    check_entry(s, "StationCache", "K12", NULL, 0);
    CHECK_INT(count_of(s, "ZoneCache"), WRITES / 2);
    CHECK_INT(count_of(s, "StationCache"), WRITES / 2 - 1);
}

TEST(entries_that_are_written_together_replace_and_remove)
{
    on_every_store(writes_check);
}

static void bad_write_check(struct store *s, enum store_layout layout)
{
    (void)layout;
    put_together(s, "not UTF-8: \xff", ST_INVALID);
    CHECK_INT(count_of(s, "ZoneCache"), WRITES / 2 - 1);
    check_entry(s, "ZoneCache", "K19", "{\"n\":19}", 4000000000);
}

TEST(one_that_is_rejected_does_not_hold_up_the_others)
{
    on_every_store(bad_write_check);
}

TESTS(a_batch_of_items_is_written_except_for_conflicts,
      a_batch_adds_entries_unless_one_expires_later, a_moved_entry_leaves_its_old_key,
      a_batch_removes_entries, unprocessed_parts_of_a_batch_are_retried,
      a_batch_that_is_never_processed_ends_at_the_deadline,
      entries_that_do_not_fit_in_the_item_are_all_rejected,
      entries_that_are_written_together_replace_and_remove,
      one_that_is_rejected_does_not_hold_up_the_others)
