/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/every_store.h -- runs a check on every backend in both layouts.
 *
 * A new backend is one row in `openers`. Each check gets an empty store of its own. */
#ifndef CLIMACAST_TESTS_UNIT_CACHE_EVERY_STORE_H
#define CLIMACAST_TESTS_UNIT_CACHE_EVERY_STORE_H

#include <stdlib.h>
#include <unistd.h>

#include "cache/store.h"
#include "server/base/clock.h"
#include "tests/test.h"
#include "tests/unit/cache/dynamo/dynamo.h"
#include "tests/unit/cache/folder.h"

enum { PATIENCE_MS = 20000 };

static inline struct store *open_memory(const char *folder, enum store_layout layout)
{
    (void)folder;
    return store_memory_create(layout);
}

static inline struct store *open_sqlite(const char *folder, enum store_layout layout)
{
    char path[FILE_SIZE];
    struct store *s = NULL;
    struct err err = ERR_NONE;

    (void)snprintf(path, sizeof path, "%s/store.db", folder);
    if (store_sqlite_open(path, layout, true, &s, &err) != ST_OK)
        fail_msg("%s", err.text);
    return s;
}

static inline struct store *open_dynamo(const char *folder, enum store_layout layout)
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

static inline int64_t soon(void)
{
    return clock_mono_ms() + PATIENCE_MS;
}

static inline void on_every_store(void (*check)(struct store *s, enum store_layout layout))
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

/* ---- helpers ---- */

static inline json_t *json(const char *text)
{
    json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);

    CHECK(value);
    return value;
}

/* Equal JSON. Numbers are compared by value: DynamoDB has one number type, so 1.0 is read as 1. */
static inline bool equal_json(const json_t *a, const json_t *b)
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
        if (!json_object_get(b, name) || !equal_json(member, json_object_get(b, name)))
            return false;
    }
    json_array_foreach (a, i, member) {
        if (!equal_json(member, json_array_get(b, i)))
            return false;
    }
    return json_is_object(a) || json_is_array(a) || json_equal(a, b);
}

static inline void check_json_take(json_t *got, const char *want)
{
    json_t *wanted = json(want);
    char *text = json_dumps(got, JSON_COMPACT | JSON_ENCODE_ANY);

    if (!equal_json(got, wanted))
        fail_msg("got %s, want %s", text, want);
    free(text);
    json_decref(wanted);
    json_decref(got);
}

static inline void check_item(struct store *s, const char *id, const char *want)
{
    struct object *shared = NULL;
    json_t *got = NULL;

    CHECK_INT(store_get(s, str_of(id), soon(), &got, NULL, NULL), want ? ST_OK : ST_MISS);
    if (want)
        check_json_take(got, want);
    CHECK(want || !got);
    CHECK_INT(store_acquire(s, str_of(id), soon(), &shared, NULL), want ? ST_OK : ST_MISS);
    if (want)
        check_json_take(json_deep_copy(shared->data), want);
    CHECK(want || !shared);
    object_release(shared);
}

static inline bool has_one_number_type(struct store *s)
{
    struct store_facts facts;

    CHECK_INT(store_describe(s, soon(), &facts, NULL), ST_OK);
    return strcmp(facts.backend, "dynamodb") == 0;
}

static inline enum status put_item(struct store *s, const char *id, const char *attributes,
                                   uint64_t version)
{
    json_t *value = json(attributes);
    enum status st = store_put(s, str_of(id), value, version, soon(), NULL);

    json_decref(value);
    return st;
}

static inline enum status set_member(struct store *s, const char *id, const char *a, const char *b,
                                     const char *c, const char *value)
{
    const char *const path[] = { a, b, c, NULL };
    struct store_change change = { path, value ? json(value) : NULL };
    enum status st = store_update(s, str_of(id), &change, 1, soon(), NULL);

    json_decref(change.value);
    return st;
}

static inline enum status put_entry(struct store *s, const char *cache, const char *key,
                                    const char *entry, int64_t ttl)
{
    json_t *value = json(entry);
    enum status st =
        store_put_entry(s, (struct entry_name){ cache, str_of(key) }, value, ttl, soon(), NULL);

    json_decref(value);
    return st;
}

static inline void check_entry(struct store *s, const char *cache, const char *key,
                               const char *want, int64_t want_ttl)
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

static inline int64_t count_of(struct store *s, const char *cache)
{
    int64_t count = -1;

    CHECK_INT(store_count_entries(s, cache, soon(), &count, NULL), ST_OK);
    return count;
}

#endif
