/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/documents_redis_faults.c -- documents while Redis is down, slow, full or
 * empty. */
#define _XOPEN_SOURCE 700
#include <pthread.h>

#include "tests/unit/cache/documents_instances.h"
#include "tests/unit/cache/redis/slow_proxy.h"

TEST(answers_are_right_whatever_happens_to_redis)
{
    enum { KILLED, PAUSED, FULL, FLUSHED, RECOVERED, FAULTS };
    static const char *const paths[FAULTS][INSTANCES] = { { "/k0", "/k1", "/k2" },
                                                          { "/p0", "/p1", "/p2" },
                                                          { "/o0", "/o1", "/o2" },
                                                          { "/f0", "/f1", "/f2" },
                                                          { "/w0", "/w1", "/w2" } };
    char out[200];

    world_make();
    for (int t = 0; t < FAULTS; t++) {
        switch (t) {
        case KILLED:
            redis_server_kill(&world.redis);
            break;
        case PAUSED:
            redis_server_run(&world.redis);
            redis_server_await(world.redis.unix_url);
            redis_server_signal(&world.redis, SIGSTOP);
            break;
        case FULL:
            redis_server_signal(&world.redis, SIGCONT);
            REDIS_RUN(world.redis.unix_url, out, "CONFIG", "SET", "maxmemory", "1");
            break;
        case FLUSHED:
            REDIS_RUN(world.redis.unix_url, out, "CONFIG", "SET", "maxmemory", "0");
            REDIS_RUN(world.redis.unix_url, out, "FLUSHALL");
            break;
        default:
            break;
        }
        for (int i = 0; i < INSTANCES; i++)
            for (int round = 0; round < 2; round++) {
                int64_t began = clock_mono_ms();
                if (round == 0)
                    upstream_then(paths[t][i], (struct answer){ 200, FRESH, "doc:x", 0 });
                check_document(get_document(i, paths[t][i]), ST_OK, "doc:x", false);
                CHECK(clock_mono_ms() - began < 4 * REDIS_MS);
            }
    }
    for (int i = 0; i < INSTANCES; i++) {
        int64_t end = in_ms(10000);
        while (!redis_up(world.at[i].redis) && clock_left_ms(end) > 0)
            clock_sleep_ms(10);
    }
    upstream_then("/end", (struct answer){ 200, FRESH, "doc:x", 0 });
    for (int i = 0; i < INSTANCES; i++)
        check_document(get_document(i, "/end"), ST_OK, "doc:x", false);
    CHECK_INT(upstream_request_count("/end"), 1);
    world_free();
}

TEST(a_slow_redis_costs_one_timeout_and_then_nothing)
{
    static const char *const paths[] = { "/0", "/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8" };
    struct instance *i = &world.at[0];
    int64_t slowest = 0, began;
    int slow = 0;
    char url[64];

    world_make();
    proxy_start(world.redis.socket, url);
    instance_free(i);
    instance_make(i, url, REDIS_SHORT_MS);
    CHECK(redis_up(i->redis));
    proxy.delay_ms = 500;
    for (size_t k = 0; k < sizeof paths / sizeof paths[0]; k++) {
        int64_t took;
        upstream_then(paths[k], (struct answer){ 200, FRESH, "doc:x", 0 });
        began = clock_mono_ms();
        check_document(get_document(0, paths[k]), ST_OK, "doc:x", false);
        took = clock_mono_ms() - began;
        slow += took >= REDIS_SHORT_MS;
        slowest = took > slowest ? took : slowest;
    }
    CHECK(slow <= 3 && slowest < 500 * 3); /* one; a busy machine adds some */
    proxy.delay_ms = 0;
    world_free();
    proxy_stop();
}

TEST(no_wait_never_asks_redis)
{
    char url[300];
    struct document_request request;
    struct document d;
    int64_t began;

    world_make();
    upstream_then("/a", (struct answer){ 200, FRESH, "doc:a", 0 });
    check_document(get_document(0, "/a"), ST_OK, "doc:a", false);
    redis_server_signal(&world.redis, SIGSTOP);
    request = request_for("/a", url);
    began = clock_mono_ms();
    documents_get(world.at[1].documents, &request, 1, NO_WAIT, &d);
    CHECK_INT(d.status, ST_WOULD_WAIT);
    documents_get(world.at[0].documents, &request, 1, NO_WAIT, &d);
    check_document(d, ST_OK, "doc:a", false);
    CHECK(clock_mono_ms() - began < REDIS_MS);
    redis_server_signal(&world.redis, SIGCONT);
    world_free();
}

static void *slow_redis_down(void *data)
{
    (void)data;
    clock_sleep_ms(300);
    proxy.delay_ms = 4000;
    return NULL;
}

/* Redis becomes slow while upstream is asked, so only storing the document is slow. */
TEST(storing_in_redis_ends_at_the_deadline)
{
    struct instance *i = &world.at[0];
    struct document_request request;
    struct document d;
    pthread_t thread;
    int64_t began;
    char url[300], redis_url[64];

    world_make_with(PATIENT_MS);
    proxy_start(world.redis.socket, redis_url);
    instance_free(i);
    instance_make(i, redis_url, 6000);
    CHECK(redis_up(i->redis));
    upstream_then("/a", (struct answer){ 200, FRESH, "doc:a", 700 });
    request = request_for("/a", url);
    began = clock_mono_ms();
    CHECK(pthread_create(&thread, NULL, slow_redis_down, NULL) == 0);
    documents_get(i->documents, &request, 1, in_ms(3000), &d);
    CHECK(clock_mono_ms() - began < 4300); /* Redis would take 4000 more than upstream */
    check_document(d, ST_OK, "doc:a", false);
    (void)pthread_join(thread, NULL);
    proxy.delay_ms = 0;
    world_free();
    proxy_stop();
}

TESTS(answers_are_right_whatever_happens_to_redis, a_slow_redis_costs_one_timeout_and_then_nothing,
      no_wait_never_asks_redis, storing_in_redis_ends_at_the_deadline)
