/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/store_writers.c -- concurrent writers, on every backend. */
#define _XOPEN_SOURCE 700 /* mkdtemp, nftw */
#include <pthread.h>

#include "tests/unit/cache/every_store.h"

enum { ROUNDS = 100, ROUNDS_REMOTE = 40, WRITERS = 4 };

static int rounds; /* fewer when each crosses a network */

struct writer {
    struct store *store;
    int number, failures;
};

static void run_writers(struct store *s, void *(*work)(void *writer))
{
    pthread_t threads[WRITERS];
    struct writer writers[WRITERS];

    rounds = has_one_number_type(s) ? ROUNDS_REMOTE : ROUNDS;
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

TEST(writers_of_different_settings_all_succeed)
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

TEST(of_two_writes_with_one_version_one_succeeds)
{
    on_every_store(concurrent_puts);
}

TESTS(writers_of_different_settings_all_succeed, writers_of_different_entries_lose_none,
      of_two_writes_with_one_version_one_succeeds)
