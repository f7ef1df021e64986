/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/shared_redis.c -- shared entries with Redis between memory and the store. */
#define _XOPEN_SOURCE 700
#include <stdlib.h>

#include "cache/shared.h"
#include "server/base/clock.h"
#include "server/base/metrics.h"
#include "tests/test.h"
#include "tests/unit/cache/redis/redis_server.h"
#include "tests/unit/cache/redis/slow_proxy.h"

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

static void instance_make_with(struct instance *i, int ttl_days, size_t memory_bytes,
                               const char *redis_url, int64_t redis_ms)
{
    struct redis_settings redis = { .url = redis_url, .timeout_ms = redis_ms, .prefix = "t:" };
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
    instance_make_with(i, ttl_days, 1 << 20, world.redis.unix_url, REDIS_MS);
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

static enum status put_entry(int instance, struct entry_name name, const char *text)
{
    json_t *entry = json_loads(text, 0, NULL);
    enum status st = shared_put(world.at[instance].shared, name, entry, soon(), NULL);

    CHECK(shared_flush(world.at[instance].shared, soon())); /* the other instance reads the store */
    json_decref(entry);
    return st;
}

/* "" when there is none. */
static const char *get_entry(int instance, struct entry_name name, char out[200])
{
    struct object *entry = NULL;
    char *text;

    out[0] = '\0';
    if (shared_acquire(world.at[instance].shared, name, soon(), &entry, NULL) != ST_OK)
        return out;
    text = json_dumps(entry->data, JSON_COMPACT | JSON_SORT_KEYS);
    (void)snprintf(out, 200, "%s", text);
    free(text);
    object_release(entry);
    return out;
}

static double lookup_count(int instance, const char *tier, const char *outcome)
{
    struct metric_family *f = metrics_family(world.at[instance].metrics, METRIC_COUNTER,
                                             "climacast_cache_requests_total", "", "");

    return metric_value(metric_get(f, "StationCache", tier, outcome));
}

static const char *redis_ask(char out[200], const char *verb, const char *key)
{
    return REDIS_RUN(world.redis.unix_url, out, verb, key);
}

/* ---- reading and writing ---- */

TEST(an_entry_written_by_one_instance_is_read_by_another)
{
    char out[200];
    int64_t ttl;

    world_make(35);
    CHECK_INT(put_entry(0, kbdu, "{\"name\":\"Boulder\",\"lat\":40.5,\"none\":null}"), ST_OK);
    CHECK_INT(store_remove_entry(world.store, kbdu, soon(), NULL), ST_OK);
    CHECK_STR(get_entry(1, kbdu, out), "{\"lat\":40.5,\"name\":\"Boulder\",\"none\":null}");
    CHECK(lookup_count(1, "redis", "hit") == 1 && lookup_count(1, "store", "miss") == 0);
    CHECK_STR(get_entry(1, kbdu, out), "{\"lat\":40.5,\"name\":\"Boulder\",\"none\":null}");
    CHECK(lookup_count(1, "memory", "hit") == 1 && lookup_count(1, "redis", "hit") == 1);
    ttl = strtol(redis_ask(out, "PTTL", KBDU_KEY), NULL, 10);
    CHECK(ttl > INT64_C(34) * 86400000 && ttl <= INT64_C(35) * 86400000);
    world_free();
}

TEST(an_entry_read_from_the_store_is_added_to_redis)
{
    json_t *entry = json_pack("{s:s}", "name", "Boulder");
    char out[200];

    world_make(35);
    CHECK_INT(store_put_entry(world.store, kbdu, entry, clock_wall_s() + 100, soon(), NULL), ST_OK);
    CHECK_STR(get_entry(0, kbdu, out), "{\"name\":\"Boulder\"}");
    CHECK(lookup_count(0, "redis", "miss") == 1 && lookup_count(0, "store", "hit") == 1);
    CHECK_INT(store_remove_entry(world.store, kbdu, soon(), NULL), ST_OK);
    CHECK_STR(get_entry(1, kbdu, out), "{\"name\":\"Boulder\"}");
    CHECK(strtol(redis_ask(out, "PTTL", KBDU_KEY), NULL, 10) <= 100000);
    json_decref(entry);
    world_free();
}

TEST(an_entry_that_never_expires_still_expires_in_redis)
{
    char out[200];

    world_make(0);
    CHECK_INT(put_entry(0, kbdu, "{\"a\":1}"), ST_OK);
    CHECK(strtol(redis_ask(out, "PTTL", KBDU_KEY), NULL, 10) > 0);
    CHECK_STR(get_entry(1, kbdu, out), "{\"a\":1}");
    world_free();
}

TEST(a_slow_reader_does_not_restore_a_removed_entry)
{
    json_t *entry = json_pack("{s:i}", "a", 1);
    char out[200];

    world_make(35);
    CHECK_INT(put_entry(0, kbdu, "{\"a\":1}"), ST_OK);
    CHECK_INT(shared_remove(world.at[0].shared, kbdu, soon(), NULL), ST_OK);
    CHECK(shared_flush(world.at[0].shared, soon()));
    CHECK_STR(get_entry(1, kbdu, out), "");
    /* Another instance read it before it was removed and adds it only now. */
    CHECK_INT(store_put_entry(world.store, kbdu, entry, 0, soon(), NULL), ST_OK);
    instance_free(&world.at[1]);
    instance_make(&world.at[1], 35);
    CHECK_STR(get_entry(1, kbdu, out), "{\"a\":1}");
    CHECK_STR(redis_ask(out, "GET", KBDU_KEY), "");
    CHECK_STR(redis_ask(out, "EXISTS", KBDU_KEY), "1"); /* the tombstone */
    CHECK(strtol(redis_ask(out, "PTTL", KBDU_KEY), NULL, 10) <= 3000);
    CHECK_INT(put_entry(0, kbdu, "{\"a\":2}"), ST_OK); /* a write replaces it */
    instance_free(&world.at[1]);
    instance_make(&world.at[1], 35);
    CHECK_STR(get_entry(1, kbdu, out), "{\"a\":2}");
    json_decref(entry);
    world_free();
}

TEST(an_unreadable_record_is_read_from_the_store)
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
    CHECK_INT(put_entry(0, kbdu, "{\"a\":\"store\"}"), ST_OK);
    for (size_t i = 0; i < sizeof planted / sizeof planted[0]; i++) {
        REDIS_RUN(world.redis.unix_url, out, "SET", KBDU_KEY, planted[i]);
        instance_free(&world.at[1]);
        instance_make(&world.at[1], 35);
        if (strcmp(get_entry(1, kbdu, out), "{\"a\":\"store\"}") != 0)
            fail_msg("row %zu: %s", i, out);
        CHECK_ROW(i, lookup_count(1, "redis", "miss") == 1 && lookup_count(1, "store", "hit") == 1);
    }
    world_free();
}

/* ---- cost ---- */

enum { LOOKUPS = 200 };

/* What they cost Redis. */
struct lookup_cost {
    int64_t commands, bytes, us;
};

/* The number behind `name` (a Lua pattern) in the output of INFO. */
static int64_t info(const char *section, const char *name)
{
    char script[300], out[200];

    (void)snprintf(script, sizeof script,
                   "return tonumber(string.match(redis.call('INFO','%s'),'%s(%%d+)') or 0)",
                   section, name);
    return strtoll(REDIS_RUN(world.redis.unix_url, out, "EVAL", script, "0"), NULL, 10);
}

static struct lookup_cost current_cost(void)
{
    struct lookup_cost c = { .commands = info("commandstats", "cmdstat_get:calls="),
                             .bytes = info("stats", "net_input_bytes:") +
                                      info("stats", "net_output_bytes:"),
                             .us = info("commandstats", "cmdstat_get:calls=%d+,usec=") };

    return c;
}

/* The minimum of several runs, since the machine may be busy. */
static struct lookup_cost lookup_cost(int count)
{
    struct lookup_cost least = { .us = INT64_MAX };
    char script[300], out[200], key[20], want[20];

    (void)snprintf(script, sizeof script,
                   "for i=0,%d do redis.call('SET',string.format('t:e:StationCache#K%%05d',i),"
                   "'10\\n{\"a\":'..(10000+i)..'}','PX',600000) end return redis.call('DBSIZE')",
                   count - 1);
    CHECK_INT(strtol(REDIS_RUN(world.redis.unix_url, out, "EVAL", script, "0"), NULL, 10), count);
    for (int t = 0; t < 10; t++) {
        struct lookup_cost before = current_cost(), after;
        for (int i = 0; i < LOOKUPS; i++) {
            int n = i * 997 % count;
            struct entry_name name = { "StationCache", STR_NONE };
            (void)snprintf(key, sizeof key, "K%05d", n);
            (void)snprintf(want, sizeof want, "{\"a\":%d}", 10000 + n);
            name.key = str_of(key);
            CHECK_STR(get_entry(1, name, out), want);
        }
        after = current_cost();
        after.commands -= before.commands;
        after.bytes -= before.bytes;
        after.us -= before.us;
        if (after.us < least.us)
            least = after;
    }
    return least;
}

TEST(a_lookup_costs_redis_the_same_among_ten_thousand_entries)
{
    struct lookup_cost few, many;

    world_make(35);
    instance_free(&world.at[1]);
    instance_make_with(&world.at[1], 35, 0, world.redis.unix_url,
                       REDIS_MS); /* without a memory tier */
    few = lookup_cost(10);
    many = lookup_cost(10000);
    print_message("    %d lookups: %lld commands, %lld bytes, %lld us among 10 entries; %lld "
                  "commands, %lld bytes, %lld us among 10,000\n",
                  LOOKUPS, (long long)few.commands, (long long)few.bytes, (long long)few.us,
                  (long long)many.commands, (long long)many.bytes, (long long)many.us);
    CHECK_INT(few.commands, LOOKUPS);
    CHECK_INT(many.commands, LOOKUPS);
    CHECK(many.bytes < few.bytes + few.bytes / 2);
    /* Redis measures wall time, so a busy machine adds some; a scan would take 100 us per
     * lookup. */
    CHECK(many.us < 10 * few.us + 5 * LOOKUPS);
    world_free();
}

/* ---- faults ---- */

TEST(a_hanging_redis_costs_one_timeout_and_changes_no_answer)
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
        CHECK_INT(put_entry(0, name, text), ST_OK);
        CHECK_STR(get_entry(0, name, out), text);
        CHECK(shared_flush(world.at[0].shared, soon()));
        CHECK_STR(get_entry(1, name, out), text); /* from the store */
        CHECK_INT(shared_remove(world.at[0].shared, name, soon(), NULL), ST_OK);
    }
    CHECK(clock_mono_ms() - began < 5 * REDIS_MS);
    CHECK(lookup_count(1, "redis", "skipped") >= 45);
    redis_server_signal(&world.redis, SIGCONT);
    world_free();
}

TEST(no_wait_never_asks_redis)
{
    struct object *entry = NULL;
    int64_t began;

    world_make(35);
    CHECK_INT(put_entry(0, kbdu, "{\"a\":1}"), ST_OK);
    redis_server_signal(&world.redis, SIGSTOP);
    began = clock_mono_ms();
    CHECK_INT(shared_acquire(world.at[1].shared, kbdu, NO_WAIT, &entry, NULL), ST_OK);
    object_release(entry);
    CHECK(clock_mono_ms() - began < REDIS_MS);
    CHECK(lookup_count(1, "redis", "hit") == 0 && lookup_count(1, "redis", "skipped") == 0);
    redis_server_signal(&world.redis, SIGCONT);
    world_free();
}

TEST(writing_to_a_slow_redis_ends_at_the_deadline)
{
    enum { DELAY_MS = 3000, TURN_MS = 500, MAX_MS = 2000 };
    struct instance *i = &world.at[0];
    json_t *entry = json_pack("{s:i}", "a", 1);
    char url[64];
    int64_t began;

    world_make(35);
    proxy_start(world.redis.socket, url);
    instance_free(i);
    instance_make_with(i, 35, 1 << 20, url, 6000);
    CHECK(redis_up(i->redis));
    proxy.delay_ms = DELAY_MS;
    began = clock_mono_ms();
    (void)shared_put(i->shared, kbdu, entry, began + TURN_MS, NULL);
    CHECK(clock_mono_ms() - began < MAX_MS);
    began = clock_mono_ms();
    (void)shared_remove(i->shared, kbdu, began + TURN_MS, NULL);
    CHECK(clock_mono_ms() - began < MAX_MS);
    CHECK(redis_up(i->redis)); /* a short deadline does not trip the breaker */
    proxy.delay_ms = 0;
    world_free();
    proxy_stop();
    json_decref(entry);
}

TESTS(an_entry_written_by_one_instance_is_read_by_another,
      an_entry_read_from_the_store_is_added_to_redis,
      an_entry_that_never_expires_still_expires_in_redis,
      a_slow_reader_does_not_restore_a_removed_entry, an_unreadable_record_is_read_from_the_store,
      a_lookup_costs_redis_the_same_among_ten_thousand_entries,
      a_hanging_redis_costs_one_timeout_and_changes_no_answer, no_wait_never_asks_redis,
      writing_to_a_slow_redis_ends_at_the_deadline)
