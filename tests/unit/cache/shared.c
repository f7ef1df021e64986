/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/shared.c -- shared entries in memory, in front of a store that may be slow or
 * down, or change during a read. */
#include "cache/shared.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "server/base/clock.h"
#include "tests/test.h"

static const struct entry_name kbdu = { "StationCache", { "KBDU", 4 } };

static int64_t soon(void)
{
    return clock_mono_ms() + 20000;
}

/* A store that forwards to a real one, with faults. */
static struct {
    struct store *real;
    int reads;
    atomic_int writes;
    int write_takes_ms;
    enum status fail_with;
    void (*while_reading)(void);
} faulty;

static enum status faulty_get_entry(void *self, struct entry_name name, int64_t now,
                                    int64_t deadline, json_t **ret_entry, int64_t *ret_ttl,
                                    struct err *err)
{
    enum status st;

    (void)self;
    faulty.reads++;
    if (faulty.fail_with != ST_OK)
        return err_set(err, faulty.fail_with, "injected fault");
    st = store_get_entry(faulty.real, name, now, deadline, ret_entry, ret_ttl, err);
    if (faulty.while_reading)
        faulty.while_reading();
    return st;
}

static enum status faulty_put_entry(void *self, struct entry_name name, json_t *entry, int64_t ttl,
                                    int64_t deadline, struct err *err)
{
    (void)self;
    faulty.writes++;
    clock_sleep_ms(faulty.write_takes_ms);
    if (faulty.fail_with != ST_OK)
        return err_set(err, faulty.fail_with, "injected fault");
    return store_put_entry(faulty.real, name, entry, ttl, deadline, err);
}

static enum status faulty_remove_entry(void *self, struct entry_name name, int64_t deadline,
                                       struct err *err)
{
    (void)self;
    return store_remove_entry(faulty.real, name, deadline, err);
}

static enum status faulty_count_entries(void *self, const char *cache, int64_t deadline,
                                        int64_t *ret_count, struct err *err)
{
    (void)self;
    return store_count_entries(faulty.real, cache, deadline, ret_count, err);
}

static void faulty_free(void *self)
{
    (void)self;
    store_free(faulty.real);
}

static const struct store_ops faulty_ops = {
    .name = "faulty",
    .reads_wait = true,
    .writes_wait = true,
    .get_entry = faulty_get_entry,
    .put_entry = faulty_put_entry,
    .remove_entry = faulty_remove_entry,
    .count_entries = faulty_count_entries,
    .free = faulty_free,
};

static struct world {
    struct memory *memory;
    struct store *store;
    struct metrics *metrics;
    struct shared *shared;
} world;

static void world_make(int ttl_days)
{
    struct shared_settings settings = { .ttl_days = ttl_days };

    memset(&faulty, 0, sizeof faulty);
    faulty.real = store_memory_create(STORE_LAYOUT_ENTRIES);
    world.memory = memory_create(1 << 20);
    world.store = store_wrap(&faulty_ops, NULL);
    world.metrics = metrics_create();
    world.shared = shared_create(&settings, world.memory, world.store, world.metrics);
    CHECK(world.memory && world.store && world.metrics && world.shared);
}

static void world_free(void)
{
    shared_free(world.shared);
    metrics_free(world.metrics);
    store_free(world.store);
    memory_free(world.memory);
}

static enum status put_entry(const char *text)
{
    json_t *entry = json_loads(text, 0, NULL);
    enum status st = shared_put(world.shared, kbdu, entry, soon(), NULL);

    json_decref(entry);
    return st;
}

/* Write an empty entry to the store only. */
static void put_in_store(int64_t ttl)
{
    json_t *entry = json_object();

    CHECK_INT(store_put_entry(faulty.real, kbdu, entry, ttl, soon(), NULL), ST_OK);
    json_decref(entry);
}

static void check_entry(bool may_wait, const char *want, enum status want_status)
{
    json_t *wanted = want ? json_loads(want, 0, NULL) : NULL;
    struct object *got = NULL;
    struct err err = ERR_NONE;

    CHECK_INT(shared_acquire(world.shared, kbdu, may_wait ? soon() : NO_WAIT, &got, &err),
              want_status);
    CHECK(want ? json_equal(got->data, wanted) : !got);
    object_release(got);
    json_decref(wanted);
}

TEST(an_entry_is_read_from_the_store_once)
{
    world_make(35);
    check_entry(false, NULL, ST_WOULD_WAIT);
    CHECK_INT(faulty.reads, 0);
    put_in_store(clock_wall_s() + 100);
    check_entry(true, "{}", ST_OK);
    check_entry(true, "{}", ST_OK);
    check_entry(false, "{}", ST_OK);
    CHECK_INT(faulty.reads, 1);
    world_free();
}

TEST(a_written_entry_is_in_memory_and_in_the_store)
{
    int64_t ttl = 0, count = 0;
    json_t *got = NULL;

    world_make(35);
    CHECK_INT(put_entry("{\"name\":\"Boulder\",\"ttl\":3}"), ST_OK);
    check_entry(false, "{\"name\":\"Boulder\"}", ST_OK);
    CHECK_INT(faulty.reads, 0);
    CHECK(shared_flush(world.shared, soon()));
    CHECK_INT(store_get_entry(faulty.real, kbdu, 0, soon(), &got, &ttl, NULL), ST_OK);
    json_decref(got);
    CHECK_NEAR((double)(ttl - clock_wall_s()), 35 * 86400.0, 5);
    CHECK_INT(shared_count(world.shared, "StationCache", soon(), &count, NULL), ST_OK);
    CHECK_INT(count, 1);
    world_free();
    world_make(0);
    CHECK_INT(put_entry("{}"), ST_OK);
    CHECK(shared_flush(world.shared, soon()));
    CHECK_INT(store_get_entry(faulty.real, kbdu, 0, soon(), &got, &ttl, NULL), ST_OK);
    json_decref(got);
    CHECK_INT(ttl, 0);
    check_entry(false, "{}", ST_OK);
    world_free();
}

TEST(a_miss_is_remembered_until_the_entry_is_written)
{
    world_make(35);
    check_entry(true, NULL, ST_MISS);
    check_entry(true, NULL, ST_MISS);
    check_entry(false, NULL, ST_MISS);
    CHECK_INT(faulty.reads, 1);
    CHECK_INT(put_entry("{\"a\":1}"), ST_OK);
    check_entry(false, "{\"a\":1}", ST_OK);
    CHECK_INT(shared_remove(world.shared, kbdu, soon(), NULL), ST_OK);
    check_entry(false, NULL, ST_MISS);
    CHECK_INT(put_entry("{\"a\":2}"), ST_OK);
    check_entry(false, "{\"a\":2}", ST_OK);
    world_free();
}

TEST(a_failing_store_is_a_miss_with_an_error_and_is_not_remembered)
{
    struct err err = ERR_NONE;
    struct object *got = NULL;

    world_make(35);
    faulty.fail_with = ST_UNAVAILABLE;
    CHECK_INT(shared_acquire(world.shared, kbdu, soon(), &got, &err), ST_MISS);
    CHECK_INT(err.status, ST_UNAVAILABLE);
    CHECK_INT(faulty.reads, 1);
    faulty.fail_with = ST_OK;
    check_entry(true, NULL, ST_MISS);
    CHECK_INT(faulty.reads, 2);
    world_free();
}

TEST(an_entry_that_expired_in_memory_is_read_from_the_store)
{
    struct object *o;

    world_make(35);
    CHECK_INT(put_entry("{\"a\":1}"), ST_OK);
    CHECK(shared_flush(world.shared, soon()));
    o = memory_get(world.memory, STR("e:StationCache#KBDU"), NULL);
    CHECK(o);
    memory_put(world.memory, STR("e:StationCache#KBDU"), o, clock_wall_s() - 1);
    object_release(o);
    check_entry(false, NULL, ST_WOULD_WAIT);
    check_entry(true, "{\"a\":1}", ST_OK);
    CHECK_INT(faulty.reads, 1);
    world_free();
}

static void write_newer_entry(void)
{
    faulty.while_reading = NULL;
    CHECK_INT(put_entry("{\"newer\":true}"), ST_OK);
}

static void remove_entry(void)
{
    faulty.while_reading = NULL;
    CHECK_INT(shared_remove(world.shared, kbdu, soon(), NULL), ST_OK);
}

TEST(a_write_during_a_read_is_not_lost)
{
    world_make(35);
    put_in_store(0);
    faulty.while_reading = write_newer_entry;
    check_entry(true, "{}", ST_OK);
    check_entry(true, "{\"newer\":true}", ST_OK);
    CHECK(shared_flush(world.shared, soon()));
    memory_remove(world.memory, STR("e:StationCache#KBDU"));
    faulty.while_reading = remove_entry;
    check_entry(true, "{\"newer\":true}", ST_OK);
    check_entry(true, NULL, ST_MISS);
    world_free();
}

TEST(an_invalid_name_is_a_miss)
{
    json_t *entry = json_object();
    struct object *got = NULL;
    struct err err = ERR_NONE;
    struct entry_name faulty_name = { "Station Cache", STR("K") },
                      empty = { "StationCache", STR_NONE };

    world_make(35);
    CHECK_INT(shared_acquire(world.shared, faulty_name, soon(), &got, &err), ST_MISS);
    CHECK_INT(err.status, ST_INVALID);
    CHECK_INT(shared_acquire(world.shared, empty, soon(), &got, NULL), ST_MISS);
    CHECK_INT(shared_put(world.shared, empty, entry, soon(), NULL), ST_INVALID);
    CHECK_INT(shared_remove(world.shared, empty, soon(), NULL), ST_INVALID);
    CHECK_INT(faulty.reads, 0);
    json_decref(entry);
    world_free();
}

/* ---- concurrent writes ---- */

static void *put_one(void *data)
{
    *(enum status *)data = put_entry("{\"name\":\"Boulder\"}");
    return NULL;
}

static int put_by_many(void)
{
    enum { MANY = 16 };
    pthread_t threads[MANY];
    enum status st[MANY];

    faulty.writes = 0;
    for (int i = 0; i < MANY; i++)
        CHECK(pthread_create(&threads[i], NULL, put_one, &st[i]) == 0);
    for (int i = 0; i < MANY; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
        CHECK_INT(st[i], ST_OK);
    }
    CHECK(shared_flush(world.shared, soon()));
    return faulty.writes;
}

TEST(an_entry_that_many_threads_write_at_once_is_written_once)
{
    for (int ttl_days = 0; ttl_days < 36; ttl_days += 35) {
        world_make(ttl_days);
        faulty.write_takes_ms = 50;
        CHECK_INT(put_by_many(), 1);
        CHECK_INT(put_by_many(), 0); /* a little later */
        check_entry(false, "{\"name\":\"Boulder\"}", ST_OK);
        CHECK_INT(put_entry("{\"name\":\"Denver\"}"), ST_OK);
        CHECK(shared_flush(world.shared, soon()));
        CHECK_INT(faulty.writes, 1);
        check_entry(false, "{\"name\":\"Denver\"}", ST_OK);
        CHECK_INT(shared_remove(world.shared, kbdu, soon(), NULL), ST_OK);
        CHECK_INT(put_entry("{\"name\":\"Denver\"}"), ST_OK);
        CHECK(shared_flush(world.shared, soon()));
        CHECK_INT(faulty.writes, 2);
        world_free();
    }
}

TESTS(an_entry_is_read_from_the_store_once, a_written_entry_is_in_memory_and_in_the_store,
      a_miss_is_remembered_until_the_entry_is_written,
      a_failing_store_is_a_miss_with_an_error_and_is_not_remembered,
      an_entry_that_expired_in_memory_is_read_from_the_store, a_write_during_a_read_is_not_lost,
      an_invalid_name_is_a_miss, an_entry_that_many_threads_write_at_once_is_written_once)
