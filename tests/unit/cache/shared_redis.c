/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/shared_redis.c -- shared entries with a real Redis between memory and store. */
#define _XOPEN_SOURCE 700
#include <stdlib.h>

#include "cache/shared.h"
#include "server/base/clock.h"
#include "server/base/metrics.h"
#include "tests/test.h"
#include "tests/unit/cache/redis/redis_server.h"

enum { INSTANCES = 2, REDIS_MS = 1000 };

static const struct entry_name kbdu = { "StationCache", { "KBDU", 4 } };
#define KBDU_KEY "t:e:StationCache#KBDU"

struct instance {
    struct memory *memory;
    struct metrics *metrics;
    struct redis *redis;
    struct shared *shared;
};

static struct world {
    struct redis_server redis;
    struct store *store;
    struct instance at[INSTANCES];
} world;

static int64_t soon(void)
{
    return clock_mono_ms() + 20000;
}

static void instance_make_with(struct instance *i, int ttl_days, size_t memory_bytes)
{
    struct redis_settings redis = { .url = world.redis.unix_url,
                                    .timeout_ms = REDIS_MS,
                                    .prefix = "t:" };
    struct shared_settings settings = { .ttl_days = ttl_days };

    i->metrics = metrics_create();
    CHECK(redis_create(&redis, i->metrics, &i->redis, NULL) == ST_OK);
    i->memory = memory_create(memory_bytes);
    settings.redis = i->redis;
    i->shared = shared_create(&settings, i->memory, world.store, i->metrics);
    CHECK(i->metrics && i->memory && i->shared);
}

static void instance_make(struct instance *i, int ttl_days)
{
    instance_make_with(i, ttl_days, 1 << 20);
}

static void instance_free(struct instance *i)
{
    shared_free(i->shared);
    redis_free(i->redis);
    memory_free(i->memory);
    metrics_free(i->metrics);
}

static void world_make(int ttl_days)
{
    redis_server_start(&world.redis, NULL);
    world.store = store_memory_create(STORE_LAYOUT_ENTRIES);
    for (int i = 0; i < INSTANCES; i++)
        instance_make(&world.at[i], ttl_days);
}

static void world_free(void)
{
    for (int i = 0; i < INSTANCES; i++)
        instance_free(&world.at[i]);
    store_free(world.store);
    redis_server_stop(&world.redis);
}

static enum status put(int instance, struct entry_name name, const char *text)
{
    json_t *entry = json_loads(text, 0, NULL);
    enum status st = shared_put(world.at[instance].shared, name, entry, soon(), NULL);

    json_decref(entry);
    return st;
}

/* "" when there is none. */
static const char *get(int instance, struct entry_name name, char out[200])
{
    json_t *entry = NULL;
    char *text;

    out[0] = '\0';
    if (shared_get(world.at[instance].shared, name, soon(), &entry, NULL) != ST_OK)
        return out;
    text = json_dumps(entry, JSON_COMPACT | JSON_SORT_KEYS);
    (void)snprintf(out, 200, "%s", text);
    free(text);
    json_decref(entry);
    return out;
}

static double counted(int instance, const char *tier, const char *outcome)
{
    struct metric_family *f = metrics_family(world.at[instance].metrics, METRIC_COUNTER,
                                             "climacast_cache_requests_total", "", "");

    return metric_value(metric_get(f, "StationCache", tier, outcome));
}

static const char *say(char out[200], const char *verb, const char *key)
{
    return REDIS_SAY(world.redis.unix_url, out, verb, key);
}

/* ---- well ---- */

TEST(what_one_instance_wrote_the_other_reads_from_redis)
{
    char out[200];
    int64_t ttl;

    world_make(35);
    CHECK_INT(put(0, kbdu, "{\"name\":\"Boulder\",\"lat\":40.5,\"none\":null}"), ST_OK);
    CHECK_INT(store_remove_entry(world.store, kbdu, soon(), NULL), ST_OK);
    CHECK_STR(get(1, kbdu, out), "{\"lat\":40.5,\"name\":\"Boulder\",\"none\":null}");
    CHECK(counted(1, "redis", "hit") == 1 && counted(1, "store", "miss") == 0);
    CHECK_STR(get(1, kbdu, out), "{\"lat\":40.5,\"name\":\"Boulder\",\"none\":null}");
    CHECK(counted(1, "memory", "hit") == 1 && counted(1, "redis", "hit") == 1);
    ttl = strtol(say(out, "PTTL", KBDU_KEY), NULL, 10);
    CHECK(ttl > INT64_C(34) * 86400000 && ttl <= INT64_C(35) * 86400000);
    world_free();
}

TEST(what_was_read_from_the_store_is_put_into_redis)
{
    json_t *entry = json_pack("{s:s}", "name", "Boulder");
    char out[200];

    world_make(35);
    CHECK_INT(store_put_entry(world.store, kbdu, entry, clock_wall_s() + 100, soon(), NULL), ST_OK);
    CHECK_STR(get(0, kbdu, out), "{\"name\":\"Boulder\"}");
    CHECK(counted(0, "redis", "miss") == 1 && counted(0, "store", "hit") == 1);
    CHECK_INT(store_remove_entry(world.store, kbdu, soon(), NULL), ST_OK);
    CHECK_STR(get(1, kbdu, out), "{\"name\":\"Boulder\"}");
    CHECK(strtol(say(out, "PTTL", KBDU_KEY), NULL, 10) <= 100000);
    json_decref(entry);
    world_free();
}

TEST(an_entry_that_never_expires_does_not_stay_in_redis_for_ever)
{
    char out[200];

    world_make(0);
    CHECK_INT(put(0, kbdu, "{\"a\":1}"), ST_OK);
    CHECK(strtol(say(out, "PTTL", KBDU_KEY), NULL, 10) > 0);
    CHECK_STR(get(1, kbdu, out), "{\"a\":1}");
    world_free();
}

TEST(what_was_removed_is_not_brought_back_by_a_slow_reader)
{
    json_t *entry = json_pack("{s:i}", "a", 1);
    char out[200];

    world_make(35);
    CHECK_INT(put(0, kbdu, "{\"a\":1}"), ST_OK);
    CHECK_INT(shared_remove(world.at[0].shared, kbdu, soon(), NULL), ST_OK);
    CHECK_STR(get(1, kbdu, out), "");
    /* He has read it before it was removed, and adds it only now. */
    CHECK_INT(store_put_entry(world.store, kbdu, entry, 0, soon(), NULL), ST_OK);
    instance_free(&world.at[1]);
    instance_make(&world.at[1], 35);
    CHECK_STR(get(1, kbdu, out), "{\"a\":1}");
    CHECK_STR(say(out, "GET", KBDU_KEY), "");
    CHECK_STR(say(out, "EXISTS", KBDU_KEY), "1"); /* the bar, for some seconds */
    CHECK(strtol(say(out, "PTTL", KBDU_KEY), NULL, 10) <= 3000);
    CHECK_INT(put(0, kbdu, "{\"a\":2}"), ST_OK); /* a writer is let through */
    instance_free(&world.at[1]);
    instance_make(&world.at[1], 35);
    CHECK_STR(get(1, kbdu, out), "{\"a\":2}");
    json_decref(entry);
    world_free();
}

TEST(what_cannot_be_read_is_asked_of_the_store)
{
    static const char *const planted[] = {
        "20\n{\"a\":\"next version\"}",
        "10\n{\"a\":",
        "10\n[1]",
        "10\n",
        "11\n{\"a\":\"expired\"}",
        "10\n{\"\":1}",
        "10\n{\"a\":1,\"a\":2}",
        "{\"a\":0}",
        "",
    };
    char out[200];

    world_make(35);
    CHECK_INT(put(0, kbdu, "{\"a\":\"store\"}"), ST_OK);
    for (size_t i = 0; i < sizeof planted / sizeof planted[0]; i++) {
        REDIS_SAY(world.redis.unix_url, out, "SET", KBDU_KEY, planted[i]);
        instance_free(&world.at[1]);
        instance_make(&world.at[1], 35);
        if (strcmp(get(1, kbdu, out), "{\"a\":\"store\"}") != 0)
            fail_msg("row %zu: %s", i, out);
        CHECK_ROW(i, counted(1, "redis", "miss") == 1 && counted(1, "store", "hit") == 1);
    }
    world_free();
}

/* ---- however many there are ---- */

enum { LOOKS = 200 };

/* What so many look-ups cost Redis. */
struct look_cost {
    int64_t commands, bytes, us;
};

/* A figure of INFO, behind `name` (a Lua pattern). */
static int64_t info(const char *section, const char *name)
{
    char script[300], out[200];

    (void)snprintf(script, sizeof script,
                   "return tonumber(string.match(redis.call('INFO','%s'),'%s(%%d+)') or 0)",
                   section, name);
    return strtoll(REDIS_SAY(world.redis.unix_url, out, "EVAL", script, "0"), NULL, 10);
}

static struct look_cost now_spent(void)
{
    struct look_cost c = { .commands = info("commandstats", "cmdstat_get:calls="),
                           .bytes = info("stats", "net_input_bytes:") +
                                    info("stats", "net_output_bytes:"),
                           .us = info("commandstats", "cmdstat_get:calls=%d+,usec=") };

    return c;
}

/* The least of a few times: others on the machine cost time, too. */
static struct look_cost cost_among(int count)
{
    struct look_cost least = { .us = INT64_MAX };
    char script[300], out[200], key[20], want[20];

    (void)snprintf(script, sizeof script,
                   "for i=0,%d do redis.call('SET',string.format('t:e:StationCache#K%%05d',i),"
                   "'10\\n{\"a\":'..(10000+i)..'}','PX',600000) end return redis.call('DBSIZE')",
                   count - 1);
    CHECK_INT(strtol(REDIS_SAY(world.redis.unix_url, out, "EVAL", script, "0"), NULL, 10), count);
    for (int t = 0; t < 10; t++) {
        struct look_cost before = now_spent(), after;
        for (int i = 0; i < LOOKS; i++) {
            int n = i * 997 % count;
            struct entry_name name = { "StationCache", STR_NONE };
            (void)snprintf(key, sizeof key, "K%05d", n);
            (void)snprintf(want, sizeof want, "{\"a\":%d}", 10000 + n);
            name.key = str_of(key);
            CHECK_STR(get(1, name, out), want);
        }
        after = now_spent();
        after.commands -= before.commands;
        after.bytes -= before.bytes;
        after.us -= before.us;
        if (after.us < least.us)
            least = after;
    }
    return least;
}

TEST(a_look_up_among_ten_thousand_costs_redis_what_it_costs_among_ten)
{
    struct look_cost few, many;

    world_make(35);
    instance_free(&world.at[1]);
    instance_make_with(&world.at[1], 35, 0); /* whose memory keeps nothing */
    few = cost_among(10);
    many = cost_among(10000);
    print_message("    %d look-ups: %lld commands, %lld bytes, %lld us among 10 entries; %lld "
                  "commands, %lld bytes, %lld us among 10,000\n",
                  LOOKS, (long long)few.commands, (long long)few.bytes, (long long)few.us,
                  (long long)many.commands, (long long)many.bytes, (long long)many.us);
    CHECK_INT(few.commands, LOOKS);
    CHECK_INT(many.commands, LOOKS);
    CHECK(many.bytes < few.bytes + few.bytes / 2);
    /* Redis's own clock runs on while others have the processor; going through all would take a
     * hundred microseconds a look-up. */
    CHECK(many.us < 10 * few.us + 5 * LOOKS);
    world_free();
}

/* ---- not well ---- */

TEST(without_redis_entries_are_as_right_and_nobody_waits_twice)
{
    char out[200];
    int64_t began;

    world_make(35);
    redis_server_signal(&world.redis, SIGSTOP);
    began = clock_mono_ms();
    for (int i = 0; i < 50; i++) {
        char key[20], text[40];
        struct entry_name name = { "StationCache", STR_NONE };
        (void)snprintf(key, sizeof key, "K%03d", i);
        (void)snprintf(text, sizeof text, "{\"a\":%d}", i);
        name.key = str_of(key);
        CHECK_INT(put(0, name, text), ST_OK);
        CHECK_STR(get(0, name, out), text);
        CHECK_STR(get(1, name, out), text); /* by way of the store */
        CHECK_INT(shared_remove(world.at[0].shared, name, soon(), NULL), ST_OK);
    }
    CHECK(clock_mono_ms() - began < 5 * REDIS_MS);
    CHECK(counted(1, "redis", "skipped") >= 45);
    redis_server_signal(&world.redis, SIGCONT);
    world_free();
}

TEST(who_may_not_wait_never_asks_redis)
{
    struct object *held = NULL;
    int64_t began;

    world_make(35);
    CHECK_INT(put(0, kbdu, "{\"a\":1}"), ST_OK);
    redis_server_signal(&world.redis, SIGSTOP);
    began = clock_mono_ms();
    CHECK_INT(shared_acquire(world.at[1].shared, kbdu, NO_WAIT, &held, NULL), ST_OK);
    object_release(held);
    CHECK(clock_mono_ms() - began < REDIS_MS);
    CHECK(counted(1, "redis", "hit") == 0 && counted(1, "redis", "skipped") == 0);
    redis_server_signal(&world.redis, SIGCONT);
    world_free();
}

TESTS(what_one_instance_wrote_the_other_reads_from_redis,
      what_was_read_from_the_store_is_put_into_redis,
      an_entry_that_never_expires_does_not_stay_in_redis_for_ever,
      what_was_removed_is_not_brought_back_by_a_slow_reader,
      what_cannot_be_read_is_asked_of_the_store,
      a_look_up_among_ten_thousand_costs_redis_what_it_costs_among_ten,
      without_redis_entries_are_as_right_and_nobody_waits_twice, who_may_not_wait_never_asks_redis)
