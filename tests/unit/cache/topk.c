/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/topk.c -- counting names in bounded memory, alone and together. */
#define _XOPEN_SOURCE 700
#include "cache/topk.h"

#include <pthread.h>

#include "server/base/clock.h"
#include "tests/test.h"
#include "tests/unit/cache/redis/redis_server.h"

static void count_times(struct popular *p, const char *name, int times)
{
    for (int i = 0; i < times; i++)
        popular_count(p, str_of(name));
}

static int64_t counted(struct popular *p, const char *name)
{
    static struct popular_name all[POPULAR_SLOTS + POPULAR_TOP];
    size_t n = popular_top(p, all, POPULAR_SLOTS + POPULAR_TOP);

    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].name, name) == 0)
            return all[i].count;
    return 0;
}

TEST(the_most_counted_come_first)
{
    struct popular *p = popular_create();
    struct popular_name top[2];

    count_times(p, "boulder_colorado", 3);
    count_times(p, "80301", 1);
    count_times(p, "seattle_washington", 7);
    CHECK_INT(popular_top(p, top, 2), 2);
    CHECK_STR(top[0].name, "seattle_washington");
    CHECK_INT(top[0].count, 7);
    CHECK_STR(top[1].name, "boulder_colorado");
    popular_free(p);
}

TEST(what_is_no_name_is_not_counted)
{
    struct popular *p = popular_create();
    struct popular_name top[10];
    char longest[POPULAR_NAME_MAX + 2];

    memset(longest, 'x', sizeof longest);
    popular_count(p, STR_NONE);
    popular_count(p, STR("a\nb"));
    popular_count(p, STR("a\tb"));
    popular_count(p, STR("\xFF"));
    popular_count(p, (struct str){ longest, POPULAR_NAME_MAX + 1 });
    popular_count(NULL, STR("nobody"));
    CHECK_INT(popular_top(p, top, 10), 0);
    popular_count(p, (struct str){ longest, POPULAR_NAME_MAX });
    CHECK_INT(popular_top(p, top, 10), 1);
    popular_free(p);
}

TEST(memory_is_bounded_and_who_is_asked_for_often_stays)
{
    struct popular *p = popular_create();
    static struct popular_name all[POPULAR_SLOTS + 1];
    char name[30];

    for (int i = 0; i < 20000; i++) {
        snprintf(name, sizeof name, "place_%d", i);
        popular_count(p, str_of(name));
        popular_count(p, STR("often"));
        if (i % 2 == 0)
            popular_count(p, STR("half_as_often"));
    }
    CHECK_INT(popular_top(p, all, POPULAR_SLOTS + 1), POPULAR_SLOTS);
    CHECK_STR(all[0].name, "often");
    CHECK_STR(all[1].name, "half_as_often");
    CHECK(all[0].count >= 20000 && all[1].count >= 10000); /* never too low */
    popular_free(p);
}

TEST(what_is_learnt_and_what_is_counted_add_up)
{
    struct popular *p = popular_create();
    struct popular_name learnt[] = { { "a", 10 }, { "b", 5 } }, taken[POPULAR_SLOTS];

    popular_learn(p, learnt, 2);
    count_times(p, "b", 7);
    count_times(p, "c", 1);
    CHECK_INT(counted(p, "a"), 10);
    CHECK_INT(counted(p, "b"), 12);
    CHECK_INT(popular_take(p, taken), 2);
    CHECK_INT(counted(p, "b"), 5);
    popular_give_back(p, taken, 2);
    CHECK_INT(counted(p, "b"), 12);
    popular_free(p);
}

TEST(an_object_of_the_store_is_merged_and_trimmed)
{
    json_t *object = json_loads("{\"a\": 3, \"odd\": \"text\", \"minus\": -4}", 0, NULL);
    struct popular_name names[POPULAR_SLOTS], top[POPULAR_TOP];

    for (int i = 0; i < POPULAR_SLOTS; i++) {
        snprintf(names[i].name, sizeof names[i].name, "place_%03d", i);
        names[i].count = i + 1;
    }
    names[0] = (struct popular_name){ "a", 2000 };
    CHECK_INT(popular_merge(object, names, POPULAR_SLOTS, NULL), ST_OK);
    CHECK_INT(json_object_size(object), POPULAR_TOP);
    CHECK_INT(json_integer_value(json_object_get(object, "a")), 2003);
    CHECK_INT(popular_read(object, top), POPULAR_TOP);
    CHECK_STR(top[0].name, "a");
    CHECK_STR(top[1].name, "place_511");
    json_decref(object);
    CHECK_INT(popular_read(NULL, top), 0);
}

static void *count_many(void *data)
{
    for (int i = 0; i < 20000; i++)
        popular_count(data, i % 2 ? STR("odd") : STR("even"));
    return NULL;
}

TEST(threads_count_together)
{
    struct popular *p = popular_create();
    pthread_t threads[4];

    for (int i = 0; i < 4; i++)
        CHECK(pthread_create(&threads[i], NULL, count_many, p) == 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    CHECK_INT(counted(p, "odd"), 40000);
    CHECK_INT(counted(p, "even"), 40000);
    popular_free(p);
}

TEST(processes_count_together_in_redis)
{
    struct redis_server server;
    struct popular *one = popular_create(), *two = popular_create();
    struct redis *redis = NULL;
    struct err err = ERR_NONE;
    char name[30], out[200];

    redis_server_start(&server, NULL);
    struct redis_settings settings = { .url = server.unix_url, .timeout_ms = 2000, .prefix = "t:" };
    CHECK_INT(redis_create(&settings, NULL, &redis, &err), ST_OK);
    count_times(one, "boulder_colorado", 5);
    count_times(one, "saint 'louis' \"x\"", 2);
    count_times(two, "boulder_colorado", 4);
    CHECK_INT(popular_meet(one, redis, STR("asked"), clock_mono_ms() + 5000, &err), ST_OK);
    CHECK_INT(popular_meet(two, redis, STR("asked"), clock_mono_ms() + 5000, &err), ST_OK);
    CHECK_INT(counted(two, "boulder_colorado"), 9);
    CHECK_INT(counted(two, "saint 'louis' \"x\""), 2);
    CHECK_INT(counted(one, "boulder_colorado"), 5); /* as of its own last meeting */
    CHECK_INT(popular_meet(one, redis, STR("asked"), clock_mono_ms() + 5000, &err), ST_OK);
    CHECK_INT(counted(one, "boulder_colorado"), 9);
    for (int i = 0; i < 1500; i++) {
        snprintf(name, sizeof name, "place_%d", i);
        count_times(one, name, 2);
        if (i % 400 == 399)
            CHECK_INT(popular_meet(one, redis, STR("asked"), clock_mono_ms() + 5000, &err), ST_OK);
    }
    REDIS_SAY(server.unix_url, out, "ZCARD", "t:asked");
    CHECK(atoi(out) <= 1000);
    /* something else under the key, and nobody there at all: counts are kept for later */
    REDIS_SAY(server.unix_url, out, "SET", "t:other", "text");
    CHECK_INT(popular_meet(two, redis, STR("other"), clock_mono_ms() + 5000, &err), ST_DENIED);
    redis_server_kill(&server);
    count_times(two, "later", 3);
    CHECK(popular_meet(two, redis, STR("asked"), clock_mono_ms() + 5000, &err) != ST_OK);
    CHECK_INT(counted(two, "later"), 3);
    redis_free(redis);
    redis_server_stop(&server);
    popular_free(one);
    popular_free(two);
}

TESTS(the_most_counted_come_first, what_is_no_name_is_not_counted,
      memory_is_bounded_and_who_is_asked_for_often_stays, what_is_learnt_and_what_is_counted_add_up,
      an_object_of_the_store_is_merged_and_trimmed, threads_count_together,
      processes_count_together_in_redis)
