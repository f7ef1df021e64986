/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/topk.c -- the most frequent names: counting and merging. */
#define _XOPEN_SOURCE 700
#include "cache/topk.h"

#include <pthread.h>

#include "server/base/clock.h"
#include "tests/test.h"
#include "tests/unit/cache/redis/redis_server.h"

static void count_times(struct topk *p, const char *name, int times)
{
    for (int i = 0; i < times; i++)
        topk_count(p, str_of(name));
}

static int64_t total_of(struct topk *p, const char *name)
{
    static struct topk_name all[TOPK_SLOTS + TOPK_MERGED_MAX];
    size_t n = topk_top(p, all, TOPK_SLOTS + TOPK_MERGED_MAX);

    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].name, name) == 0)
            return all[i].count;
    return 0;
}

TEST(the_highest_counts_come_first)
{
    struct topk *p = topk_create();
    struct topk_name top[2];

    count_times(p, "boulder_colorado", 3);
    count_times(p, "80301", 1);
    count_times(p, "seattle_washington", 7);
    CHECK_INT(topk_top(p, top, 2), 2);
    CHECK_STR(top[0].name, "seattle_washington");
    CHECK_INT(top[0].count, 7);
    CHECK_STR(top[1].name, "boulder_colorado");
    topk_free(p);
}

TEST(invalid_names_are_not_counted)
{
    struct topk *p = topk_create();
    struct topk_name top[10];
    char longest[TOPK_NAME_MAX + 2];

    memset(longest, 'x', sizeof longest);
    topk_count(p, STR_NONE);
    topk_count(p, STR("a\nb"));
    topk_count(p, STR("a\tb"));
    topk_count(p, STR("\xFF"));
    topk_count(p, (struct str){ longest, TOPK_NAME_MAX + 1 });
    topk_count(NULL, STR("nobody"));
    CHECK_INT(topk_top(p, top, 10), 0);
    topk_count(p, (struct str){ longest, TOPK_NAME_MAX });
    CHECK_INT(topk_top(p, top, 10), 1);
    topk_free(p);
}

TEST(memory_is_bounded_and_frequent_names_stay)
{
    struct topk *p = topk_create();
    static struct topk_name all[TOPK_SLOTS + 1];
    char name[30];

    for (int i = 0; i < 20000; i++) {
        snprintf(name, sizeof name, "place_%d", i);
        topk_count(p, str_of(name));
        topk_count(p, STR("often"));
        if (i % 2 == 0)
            topk_count(p, STR("half_as_often"));
    }
    CHECK_INT(topk_top(p, all, TOPK_SLOTS + 1), TOPK_SLOTS);
    CHECK_STR(all[0].name, "often");
    CHECK_STR(all[1].name, "half_as_often");
    CHECK(all[0].count >= 20000 && all[1].count >= 10000); /* never too low */
    topk_free(p);
}

TEST(merged_and_new_counts_add_up)
{
    struct topk *p = topk_create();
    struct topk_name merged[] = { { "a", 10 }, { "b", 5 } }, drained[TOPK_SLOTS];

    topk_set_merged(p, merged, 2);
    count_times(p, "b", 7);
    count_times(p, "c", 1);
    CHECK_INT(total_of(p, "a"), 10);
    CHECK_INT(total_of(p, "b"), 12);
    CHECK_INT(topk_drain(p, drained), 2);
    CHECK_INT(total_of(p, "b"), 5);
    topk_restore(p, drained, 2);
    CHECK_INT(total_of(p, "b"), 12);
    topk_free(p);
}

TEST(a_json_object_is_merged_and_trimmed)
{
    json_t *object = json_loads("{\"a\": 3, \"odd\": \"text\", \"minus\": -4}", 0, NULL);
    struct topk_name names[TOPK_SLOTS], top[TOPK_MERGED_MAX];

    for (int i = 0; i < TOPK_SLOTS; i++) {
        snprintf(names[i].name, sizeof names[i].name, "place_%03d", i);
        names[i].count = i + 1;
    }
    names[0] = (struct topk_name){ "a", 2000 };
    CHECK_INT(topk_json_merge(object, names, TOPK_SLOTS, NULL), ST_OK);
    CHECK_INT(json_object_size(object), TOPK_MERGED_MAX);
    CHECK_INT(json_integer_value(json_object_get(object, "a")), 2003);
    CHECK_INT(topk_json_read(object, top), TOPK_MERGED_MAX);
    CHECK_STR(top[0].name, "a");
    CHECK_STR(top[1].name, "place_511");
    json_decref(object);
    CHECK_INT(topk_json_read(NULL, top), 0);
}

static void *count_many(void *data)
{
    for (int i = 0; i < 20000; i++)
        topk_count(data, i % 2 ? STR("odd") : STR("even"));
    return NULL;
}

TEST(threads_count_concurrently)
{
    struct topk *p = topk_create();
    pthread_t threads[4];

    for (int i = 0; i < 4; i++)
        CHECK(pthread_create(&threads[i], NULL, count_many, p) == 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    CHECK_INT(total_of(p, "odd"), 40000);
    CHECK_INT(total_of(p, "even"), 40000);
    topk_free(p);
}

TEST(processes_merge_their_counts_in_redis)
{
    struct redis_server server;
    struct topk *one = topk_create(), *two = topk_create();
    struct redis *redis = NULL;
    struct err err = ERR_NONE;
    char name[30], out[200];

    redis_server_start(&server, NULL);
    struct redis_settings settings = { .url = server.unix_url, .timeout_ms = 2000, .prefix = "t:" };
    CHECK_INT(redis_create(&settings, NULL, &redis, &err), ST_OK);
    count_times(one, "boulder_colorado", 5);
    count_times(one, "saint 'louis' \"x\"", 2);
    count_times(two, "boulder_colorado", 4);
    CHECK_INT(topk_redis_merge(one, redis, STR("asked"), clock_mono_ms() + 5000, &err), ST_OK);
    CHECK_INT(topk_redis_merge(two, redis, STR("asked"), clock_mono_ms() + 5000, &err), ST_OK);
    CHECK_INT(total_of(two, "boulder_colorado"), 9);
    CHECK_INT(total_of(two, "saint 'louis' \"x\""), 2);
    CHECK_INT(total_of(one, "boulder_colorado"), 5); /* as of its last merge */
    CHECK_INT(topk_redis_merge(one, redis, STR("asked"), clock_mono_ms() + 5000, &err), ST_OK);
    CHECK_INT(total_of(one, "boulder_colorado"), 9);
    for (int i = 0; i < 1500; i++) {
        snprintf(name, sizeof name, "place_%d", i);
        count_times(one, name, 2);
        if (i % 400 == 399)
            CHECK_INT(topk_redis_merge(one, redis, STR("asked"), clock_mono_ms() + 5000, &err),
                      ST_OK);
    }
    REDIS_RUN(server.unix_url, out, "ZCARD", "t:asked");
    CHECK(atoi(out) <= 1000);
    /* A key of another type, or no Redis at all: the counts are kept for the next merge. */
    REDIS_RUN(server.unix_url, out, "SET", "t:other", "text");
    CHECK_INT(topk_redis_merge(two, redis, STR("other"), clock_mono_ms() + 5000, &err), ST_DENIED);
    redis_server_kill(&server);
    count_times(two, "later", 3);
    CHECK(topk_redis_merge(two, redis, STR("asked"), clock_mono_ms() + 5000, &err) != ST_OK);
    CHECK_INT(total_of(two, "later"), 3);
    redis_free(redis);
    redis_server_stop(&server);
    topk_free(one);
    topk_free(two);
}

TESTS(the_highest_counts_come_first, invalid_names_are_not_counted,
      memory_is_bounded_and_frequent_names_stay, merged_and_new_counts_add_up,
      a_json_object_is_merged_and_trimmed, threads_count_concurrently,
      processes_merge_their_counts_in_redis)
