/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/shared.c -- shared entries: memory first, then a store that may be slow, down or
 * written to meanwhile. */
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

/* A store that passes on to a real one, and misbehaves as told. */
static struct {
    struct store *real;
    int reads;
    atomic_int writes;
    int write_takes_ms;
    enum status fail_with;
    void (*while_reading)(void);
} odd;

static enum status odd_get_entry(void *self, struct entry_name name, int64_t now, int64_t deadline,
                                 json_t **ret_entry, int64_t *ret_ttl, struct err *err)
{
    enum status st;

    (void)self;
    odd.reads++;
    if (odd.fail_with != ST_OK)
        return err_set(err, odd.fail_with, "told to fail");
    st = store_get_entry(odd.real, name, now, deadline, ret_entry, ret_ttl, err);
    if (odd.while_reading)
        odd.while_reading();
    return st;
}

static enum status odd_put_entry(void *self, struct entry_name name, json_t *entry, int64_t ttl,
                                 int64_t deadline, struct err *err)
{
    (void)self;
    odd.writes++;
    clock_sleep_ms(odd.write_takes_ms);
    if (odd.fail_with != ST_OK)
        return err_set(err, odd.fail_with, "told to fail");
    return store_put_entry(odd.real, name, entry, ttl, deadline, err);
}

static enum status odd_remove_entry(void *self, struct entry_name name, int64_t deadline,
                                    struct err *err)
{
    (void)self;
    return store_remove_entry(odd.real, name, deadline, err);
}

static enum status odd_count_entries(void *self, const char *cache, int64_t deadline,
                                     int64_t *ret_count, struct err *err)
{
    (void)self;
    return store_count_entries(odd.real, cache, deadline, ret_count, err);
}

static void odd_free(void *self)
{
    (void)self;
    store_free(odd.real);
}

static const struct store_ops odd_ops = {
    .name = "odd",
    .reads_wait = true,
    .writes_wait = true,
    .get_entry = odd_get_entry,
    .put_entry = odd_put_entry,
    .remove_entry = odd_remove_entry,
    .count_entries = odd_count_entries,
    .free = odd_free,
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

    memset(&odd, 0, sizeof odd);
    odd.real = store_memory_create(STORE_LAYOUT_ENTRIES);
    world.memory = memory_create(1 << 20);
    world.store = store_wrap(&odd_ops, NULL);
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

static enum status put(const char *text)
{
    json_t *entry = json_loads(text, 0, NULL);
    enum status st = shared_put(world.shared, kbdu, entry, soon(), NULL);

    json_decref(entry);
    return st;
}

/* An empty entry into the store, behind the back of the tier. */
static void put_behind(int64_t ttl)
{
    json_t *entry = json_object();

    CHECK_INT(store_put_entry(odd.real, kbdu, entry, ttl, soon(), NULL), ST_OK);
    json_decref(entry);
}

static void check(bool may_wait, const char *want, enum status want_status)
{
    json_t *got = NULL, *wanted = want ? json_loads(want, 0, NULL) : NULL;
    struct err err = ERR_NONE;

    CHECK_INT(shared_get(world.shared, kbdu, may_wait ? soon() : NO_WAIT, &got, &err), want_status);
    CHECK(want ? json_equal(got, wanted) : !got);
    json_decref(got);
    json_decref(wanted);
}

TEST(an_entry_is_read_from_the_store_once)
{
    world_make(35);
    check(false, NULL, ST_WOULD_WAIT);
    CHECK_INT(odd.reads, 0);
    put_behind(clock_wall_s() + 100);
    check(true, "{}", ST_OK);
    check(true, "{}", ST_OK);
    check(false, "{}", ST_OK);
    CHECK_INT(odd.reads, 1);
    world_free();
}

TEST(what_was_written_is_read_from_memory_and_lies_in_the_store)
{
    int64_t ttl = 0, count = 0;
    json_t *got = NULL;

    world_make(35);
    CHECK_INT(put("{\"name\":\"Boulder\",\"ttl\":3}"), ST_OK);
    check(false, "{\"name\":\"Boulder\"}", ST_OK);
    CHECK_INT(odd.reads, 0);
    CHECK_INT(store_get_entry(odd.real, kbdu, 0, soon(), &got, &ttl, NULL), ST_OK);
    json_decref(got);
    CHECK_NEAR((double)(ttl - clock_wall_s()), 35 * 86400.0, 5);
    CHECK_INT(shared_count(world.shared, "StationCache", soon(), &count, NULL), ST_OK);
    CHECK_INT(count, 1);
    world_free();
    world_make(0);
    CHECK_INT(put("{}"), ST_OK);
    CHECK_INT(store_get_entry(odd.real, kbdu, 0, soon(), &got, &ttl, NULL), ST_OK);
    json_decref(got);
    CHECK_INT(ttl, 0);
    check(false, "{}", ST_OK);
    world_free();
}

TEST(a_miss_is_remembered_but_gives_way_to_a_write)
{
    world_make(35);
    check(true, NULL, ST_MISS);
    check(true, NULL, ST_MISS);
    check(false, NULL, ST_MISS);
    CHECK_INT(odd.reads, 1);
    CHECK_INT(put("{\"a\":1}"), ST_OK);
    check(false, "{\"a\":1}", ST_OK);
    CHECK_INT(shared_remove(world.shared, kbdu, soon(), NULL), ST_OK);
    check(false, NULL, ST_MISS);
    CHECK_INT(put("{\"a\":2}"), ST_OK);
    check(false, "{\"a\":2}", ST_OK);
    world_free();
}

TEST(a_store_that_fails_is_a_miss_that_says_why_and_is_asked_again)
{
    struct err err = ERR_NONE;
    json_t *got = NULL;

    world_make(35);
    odd.fail_with = ST_UNAVAILABLE;
    CHECK_INT(shared_get(world.shared, kbdu, soon(), &got, &err), ST_MISS);
    CHECK_INT(err.status, ST_UNAVAILABLE);
    CHECK_INT(put("{\"a\":1}"), ST_UNAVAILABLE);
    check(true, "{\"a\":1}", ST_OK); /* it lies in memory all the same */
    memory_remove(world.memory, STR("e:StationCache#KBDU"));
    odd.fail_with = ST_OK;
    check(true, NULL, ST_MISS);
    CHECK_INT(odd.reads, 2);
    world_free();
}

TEST(an_expired_entry_in_memory_is_asked_of_the_store_again)
{
    struct object *o;

    world_make(35);
    CHECK_INT(put("{\"a\":1}"), ST_OK);
    o = memory_get(world.memory, STR("e:StationCache#KBDU"), NULL);
    CHECK(o);
    memory_put(world.memory, STR("e:StationCache#KBDU"), o, clock_wall_s() - 1);
    object_release(o);
    check(false, NULL, ST_WOULD_WAIT);
    check(true, "{\"a\":1}", ST_OK);
    CHECK_INT(odd.reads, 1);
    world_free();
}

static void write_newer(void)
{
    odd.while_reading = NULL;
    CHECK_INT(put("{\"newer\":true}"), ST_OK);
}

static void remove_it(void)
{
    odd.while_reading = NULL;
    CHECK_INT(shared_remove(world.shared, kbdu, soon(), NULL), ST_OK);
}

TEST(what_is_written_during_a_read_is_not_lost)
{
    world_make(35);
    put_behind(0);
    odd.while_reading = write_newer;
    check(true, "{}", ST_OK);
    check(true, "{\"newer\":true}", ST_OK);
    memory_remove(world.memory, STR("e:StationCache#KBDU"));
    odd.while_reading = remove_it;
    check(true, "{\"newer\":true}", ST_OK);
    check(true, NULL, ST_MISS);
    world_free();
}

TEST(names_that_no_store_takes_are_a_miss)
{
    json_t *got = NULL, *entry = json_object();
    struct err err = ERR_NONE;
    struct entry_name odd_name = { "Station Cache", STR("K") },
                      empty = { "StationCache", STR_NONE };

    world_make(35);
    CHECK_INT(shared_get(world.shared, odd_name, soon(), &got, &err), ST_MISS);
    CHECK_INT(err.status, ST_INVALID);
    CHECK_INT(shared_get(world.shared, empty, soon(), &got, NULL), ST_MISS);
    CHECK_INT(shared_put(world.shared, empty, entry, soon(), NULL), ST_INVALID);
    CHECK_INT(shared_remove(world.shared, empty, soon(), NULL), ST_INVALID);
    CHECK_INT(odd.reads, 0);
    json_decref(entry);
    world_free();
}

/* ---- many who bring the same ---- */

static void *put_one(void *data)
{
    *(enum status *)data = put("{\"name\":\"Boulder\"}");
    return NULL;
}

static int put_by_many(enum status want)
{
    enum { MANY = 16 };
    pthread_t threads[MANY];
    enum status st[MANY];

    odd.writes = 0;
    for (int i = 0; i < MANY; i++)
        CHECK(pthread_create(&threads[i], NULL, put_one, &st[i]) == 0);
    for (int i = 0; i < MANY; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
        CHECK_INT(st[i], want);
    }
    return odd.writes;
}

TEST(an_entry_that_many_bring_at_once_is_written_once)
{
    for (int ttl_days = 0; ttl_days < 36; ttl_days += 35) {
        world_make(ttl_days);
        odd.write_takes_ms = 50;
        CHECK_INT(put_by_many(ST_OK), 1);
        CHECK_INT(put_by_many(ST_OK), 0); /* they come a little later */
        check(false, "{\"name\":\"Boulder\"}", ST_OK);
        CHECK_INT(put("{\"name\":\"Denver\"}"), ST_OK);
        CHECK_INT(odd.writes, 1);
        check(false, "{\"name\":\"Denver\"}", ST_OK);
        CHECK_INT(shared_remove(world.shared, kbdu, soon(), NULL), ST_OK);
        CHECK_INT(put("{\"name\":\"Denver\"}"), ST_OK);
        CHECK_INT(odd.writes, 2);
        world_free();
    }
}

TEST(what_could_not_be_written_is_written_when_it_is_brought_again)
{
    world_make(35);
    odd.write_takes_ms = 50;
    odd.fail_with = ST_UNAVAILABLE;
    CHECK(put_by_many(ST_UNAVAILABLE) >= 1);
    check(false, "{\"name\":\"Boulder\"}", ST_OK);
    odd.fail_with = ST_OK;
    CHECK_INT(put_by_many(ST_OK), 1);
    world_free();
}

TESTS(an_entry_is_read_from_the_store_once,
      what_was_written_is_read_from_memory_and_lies_in_the_store,
      a_miss_is_remembered_but_gives_way_to_a_write,
      a_store_that_fails_is_a_miss_that_says_why_and_is_asked_again,
      an_expired_entry_in_memory_is_asked_of_the_store_again,
      what_is_written_during_a_read_is_not_lost, names_that_no_store_takes_are_a_miss,
      an_entry_that_many_bring_at_once_is_written_once,
      what_could_not_be_written_is_written_when_it_is_brought_again)
