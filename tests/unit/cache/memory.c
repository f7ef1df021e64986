/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/memory.c -- the in-process cache tier. */
#include "cache/memory.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "tests/test.h"

static int freed; /* objects whose data was freed, atomic */

static void count_free(void *data)
{
    free(data);
    (void)__atomic_add_fetch(&freed, 1, __ATOMIC_RELAXED);
}

static struct object *make_object(const char *text, size_t bytes)
{
    struct object *o = object_create(strdup(text), bytes, count_free);

    CHECK(o);
    return o;
}

static struct str key_of(const char *text)
{
    return (struct str){ text, strlen(text) };
}

static void put_text(struct memory *m, const char *key, const char *text, size_t bytes,
                     int64_t stamp)
{
    struct object *o = make_object(text, bytes);

    memory_put(m, key_of(key), o, stamp);
    object_release(o);
}

/* `want` is "" for a miss. */
static void check_value(struct memory *m, const char *key, const char *want, int64_t want_stamp)
{
    int64_t stamp = -1;
    struct object *o = memory_get(m, key_of(key), &stamp);

    CHECK_STR(o ? (const char *)o->data : "", want);
    CHECK_INT(stamp, *want ? want_stamp : -1);
    object_release(o);
}

TEST(a_value_is_found_under_its_key_until_it_is_replaced_or_removed)
{
    struct memory *m = memory_create(1 << 20);

    freed = 0;
    check_value(m, "a", "", 0);
    put_text(m, "a", "one", 10, 5);
    put_text(m, "b", "two", 10, -6);
    check_value(m, "a", "one", 5);
    check_value(m, "b", "two", -6);
    put_text(m, "a", "three", 10, 7);
    CHECK_INT(freed, 1);
    check_value(m, "a", "three", 7);
    memory_remove(m, STR("a"));
    memory_remove(m, STR("a"));
    CHECK_INT(freed, 2);
    check_value(m, "a", "", 0);
    memory_free(m);
    CHECK_INT(freed, 3);
}

TEST(adding_does_not_replace)
{
    struct memory *m = memory_create(1 << 20);
    struct object *o = make_object("later", 5);

    memory_add(m, STR("a"), o, 1);
    check_value(m, "a", "later", 1);
    put_text(m, "b", "first", 5, 2);
    memory_add(m, STR("b"), o, 3);
    check_value(m, "b", "first", 2);
    object_release(o);
    memory_free(m);
}

TEST(a_reference_outlives_the_removal_of_the_value)
{
    struct memory *m = memory_create(1 << 20);
    struct object *reference;

    freed = 0;
    put_text(m, "a", "one", 10, 0);
    reference = memory_get(m, STR("a"), NULL);
    put_text(m, "a", "two", 10, 0);
    memory_free(m);
    CHECK_INT(freed, 1);
    CHECK_STR(reference->data, "one");
    object_release(reference);
    CHECK_INT(freed, 2);
    object_release(NULL);
}

TEST(the_bytes_stay_within_the_limit_and_recently_used_values_stay)
{
    enum { BOUND = 1 << 20, COUNT = 5000, BYTES = 1000 };
    struct memory *m = memory_create(BOUND);
    struct memory_stats stats;
    char key[20];

    freed = 0;
    put_text(m, "hot", "hot", BYTES, 0);
    for (int i = 0; i < COUNT; i++) {
        (void)snprintf(key, sizeof key, "key%d", i);
        put_text(m, key, key, BYTES, i);
        check_value(m, key, key, i);
        check_value(m, "hot", "hot", 0);
        stats = memory_stats(m);
        CHECK(stats.bytes <= BOUND && stats.max_bytes <= BOUND);
    }
    check_value(m, "key0", "", 0);
    CHECK(stats.count > BOUND / BYTES / 2 && stats.count < BOUND / BYTES);
    CHECK_INT(stats.evictions, COUNT + 1 - (int)stats.count);
    CHECK_INT(freed, COUNT + 1 - (int)stats.count);
    CHECK_INT(stats.hits, 2 * COUNT);
    CHECK_INT(memory_stats(m).misses, 1);
    memory_free(m);
    CHECK_INT(freed, COUNT + 1);
}

TEST(a_value_over_an_eighth_of_the_limit_is_not_stored)
{
    struct memory *m = memory_create(80000);

    put_text(m, "small", "small", 100, 0);
    put_text(m, "a", "big", 10001, 0);
    check_value(m, "a", "", 0);
    put_text(m, "a", "fits", 5000, 0);
    check_value(m, "a", "fits", 0);
    put_text(m, "a", "big", 10001, 0);
    check_value(m, "a", "", 0); /* nor is the old one, which is outdated */
    check_value(m, "small", "small", 0);
    memory_free(m);
    m = memory_create(0);
    put_text(m, "a", "nothing fits", 0, 0);
    check_value(m, "a", "", 0);
    CHECK_INT(memory_stats(m).bytes, 0);
    memory_free(m);
}

enum { LOOKUPS = 200 };

/* The CPU time of LOOKUPS lookups among `count` values, in nanoseconds: the minimum of several
 * runs. */
static int64_t lookup_cost_ns(int count)
{
    enum { TIMES = 50 };
    static char keys[LOOKUPS][20];
    struct memory *m = memory_create(64 << 20);
    int64_t least = INT64_MAX;
    char key[20];

    for (int i = 0; i < count; i++) {
        (void)snprintf(key, sizeof key, "key%05d", i);
        put_text(m, key, key, 500, i);
    }
    CHECK_INT(memory_stats(m).count, count);
    for (int i = 0; i < LOOKUPS; i++)
        (void)snprintf(keys[i], sizeof keys[i], "key%05d", i * 997 % count);
    for (int t = 0; t < TIMES; t++) {
        struct timespec from, to;
        CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from) == 0);
        for (int i = 0; i < LOOKUPS; i++)
            object_release(memory_get(m, key_of(keys[i]), NULL));
        CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to) == 0);
        int64_t took = (to.tv_sec - from.tv_sec) * INT64_C(1000000000) + to.tv_nsec - from.tv_nsec;
        least = took < least ? took : least;
    }
    CHECK_INT(memory_stats(m).hits, LOOKUPS * TIMES);
    memory_free(m);
    return least;
}

TEST(a_lookup_costs_the_same_among_ten_thousand_values)
{
    /* CPU cache misses cost some; scanning a shard would take hundreds of times as long. */
    enum { FACTOR = 6 };
    int64_t few = lookup_cost_ns(10), many = lookup_cost_ns(10000);

    print_message("    %d lookups: %lld ns among 10 entries, %lld ns among 10,000\n", LOOKUPS,
                  (long long)few, (long long)many);
    CHECK(many < FACTOR * few);
}

enum { THREADS = 4, ROUNDS = 3000, KEYS = 50 };

static void *use_memory(void *data)
{
    struct memory *m = data;
    char key[20];

    for (int i = 0; i < ROUNDS; i++) {
        struct object *o;
        (void)snprintf(key, sizeof key, "key%d", i * 7 % KEYS);
        o = memory_get(m, key_of(key), NULL);
        if (o && strcmp(o->data, key) != 0)
            return data;
        object_release(o);
        if (i % 3 == 0)
            put_text(m, key, key, 500, i);
        if (i % 11 == 0)
            memory_remove(m, key_of(key));
    }
    return NULL;
}

TEST(threads_use_it_concurrently)
{
    struct memory *m = memory_create(100000);
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, use_memory, m) == 0);
    for (int i = 0; i < THREADS; i++) {
        void *result;
        CHECK(pthread_join(threads[i], &result) == 0);
        CHECK(!result);
    }
    CHECK(memory_stats(m).bytes <= 100000);
    memory_free(m);
}

TESTS(a_value_is_found_under_its_key_until_it_is_replaced_or_removed, adding_does_not_replace,
      a_reference_outlives_the_removal_of_the_value,
      the_bytes_stay_within_the_limit_and_recently_used_values_stay,
      a_lookup_costs_the_same_among_ten_thousand_values,
      a_value_over_an_eighth_of_the_limit_is_not_stored, threads_use_it_concurrently)
