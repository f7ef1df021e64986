/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/documents_redis.c -- several instances over one Redis: documents are fetched
 * once for all, and right answers come whatever happens to Redis.
 *
 * An instance is what a process has: memory, connections, documents. Most tests have a few in one
 * process; the cold start has three processes. */
#define _XOPEN_SOURCE 700
#include <pthread.h>
#include <stdlib.h>

#include "cache/documents.h"
#include "server/base/clock.h"
#include "server/base/metrics.h"
#include "tests/test.h"
#include "tests/unit/cache/redis/redis_server.h"
#include "tests/unit/cache/redis/slow_proxy.h"
#include "tests/unit/cache/upstream.h"

/* Redis is given long, for a machine that has much else to do, but where it is too slow. */
enum { INSTANCES = 3, REDIS_MS = 1000, REDIS_SHORT_MS = 200, UPSTREAM_MS = 1000 };

struct instance {
    struct http *http;
    struct memory *memory;
    struct metrics *metrics;
    struct redis *redis;
    struct documents *documents;
};

static struct world {
    struct redis_server redis;
    struct instance at[INSTANCES];
} world;

/* "doc:..." is readable, all else is not. */
static enum status decode(struct str body, void *data, struct object **ret_object, struct err *err)
{
    (void)data;
    if (!str_starts(body, STR("doc:")))
        return err_set(err, ST_INVALID, "no document");
    *ret_object = object_create(strndup(body.p, body.n), body.n, free);
    return ST_OK;
}

static void instance_make(struct instance *i, const char *redis_url, int64_t redis_ms)
{
    struct http_settings http = { .user_agent = "test", .system_roots = true };
    struct documents_settings settings = {
        .accept = "a/b", .timeout_ms = UPSTREAM_MS, .max_bytes = 2000, .stale_s = 7200
    };
    struct redis_settings redis = { .url = redis_url, .timeout_ms = redis_ms, .prefix = "t:" };

    i->metrics = metrics_create();
    CHECK(redis_create(&redis, i->metrics, &i->redis, NULL) == ST_OK);
    i->http = http_create(&http, NULL);
    i->memory = memory_create(1 << 20);
    settings.redis = i->redis;
    i->documents = documents_create(&settings, i->http, i->memory, i->metrics);
    CHECK(i->http && i->memory && i->metrics && i->documents);
}

static void instance_free(struct instance *i)
{
    documents_free(i->documents);
    redis_free(i->redis);
    metrics_free(i->metrics);
    memory_free(i->memory);
    http_free(i->http);
}

/* Forget all this instance knows, as after a restart. */
static void instance_renew(struct instance *i)
{
    instance_free(i);
    instance_make(i, world.redis.unix_url, REDIS_MS);
}

static void world_make(void)
{
    redis_server_start(&world.redis, NULL);
    upstream_start();
    for (int i = 0; i < INSTANCES; i++)
        instance_make(&world.at[i], world.redis.unix_url, REDIS_MS);
}

static void world_free(void)
{
    for (int i = 0; i < INSTANCES; i++)
        instance_free(&world.at[i]);
    upstream_stop();
    redis_server_stop(&world.redis);
}

static int64_t in_ms(int64_t ms)
{
    return clock_mono_ms() + ms;
}

static struct document_request want_of(const char *path, char url[300])
{
    (void)snprintf(url, 300, "http://127.0.0.1:%d%s", upstream.port, path);
    return (struct document_request){ .url = url, .label = "grid", .decode = decode };
}

static struct document get(int instance, const char *path)
{
    char url[300];
    struct document_request want = want_of(path, url);
    struct document d;

    documents_get(world.at[instance].documents, &want, 1, in_ms(5000), &d);
    return d;
}

/* Check and release. */
static void check(struct document d, enum status status, const char *text, bool stale)
{
    if (d.status != status)
        fail_msg("got %s (%s), want %s", err_status_name(d.status), d.err.text,
                 err_status_name(status));
    if (status == ST_OK)
        CHECK_STR(d.object->data, text);
    CHECK(d.stale == stale);
    documents_release(&d, 1);
}

static double counted(int instance, const char *outcome)
{
    struct metric_family *f = metrics_family(world.at[instance].metrics, METRIC_COUNTER,
                                             "climacast_document_requests_total", "", "");

    return metric_value(metric_get(f, "grid", outcome, NULL));
}

/* A command about the key of that kind for that path. */
static const char *about(const char *verb, char kind, const char *path, char out[200])
{
    char key[320];

    (void)snprintf(key, sizeof key, "t:%c:http://127.0.0.1:%d%s", kind, upstream.port, path);
    return REDIS_SAY(world.redis.unix_url, out, verb, key);
}

static void plant(char kind, const char *path, const char *value, const char *expiry_ms)
{
    char key[320], out[200];

    (void)snprintf(key, sizeof key, "t:%c:http://127.0.0.1:%d%s", kind, upstream.port, path);
    REDIS_SAY(world.redis.unix_url, out, "SET", key, value, "PX", expiry_ms);
}

#define FRESH "Cache-Control: max-age=60\r\n"

/* ---- one fetches, all have it ---- */

TEST(what_one_instance_fetched_the_others_find)
{
    char out[200];

    world_make();
    upstream_then("/a", (struct answer){ 200, FRESH "ETag: \"1\"\r\n", "doc:1", 0 });
    upstream_then("/a", (struct answer){ 500, "", "", 0 });
    check(get(0, "/a"), ST_OK, "doc:1", false);
    for (int i = 0; i < INSTANCES; i++)
        check(get(i, "/a"), ST_OK, "doc:1", false);
    instance_renew(&world.at[0]);
    check(get(0, "/a"), ST_OK, "doc:1", false);
    CHECK_INT(upstream_asked("/a"), 1);
    CHECK(counted(0, "shared") == 1 && counted(1, "shared") == 1 && counted(1, "miss") == 0);
    CHECK_STR(about("EXISTS", 'l', "/a", out), "0"); /* the lock is gone */
    CHECK(strtol(about("PTTL", 'd', "/a", out), NULL, 10) > 7200 * 1000);
    CHECK(strtol(about("PTTL", 'd', "/a", out), NULL, 10) < 7300 * 1000);
    world_free();
}

TEST(its_age_travels_with_it)
{
    struct document d;

    world_make();
    upstream_then("/a", (struct answer){ 200, FRESH, "doc:1", 0 });
    check(get(0, "/a"), ST_OK, "doc:1", false);
    clock_sleep_ms(2100);
    d = get(1, "/a");
    CHECK(d.age_s >= 2 && d.age_s < 30 && clock_wall_s() - d.fetched_at >= 2);
    check(d, ST_OK, "doc:1", false);
    world_free();
}

TEST(an_old_one_is_revalidated_once_for_all)
{
    struct document first, second;

    world_make();
    upstream_then(
        "/a", (struct answer){ 200, "ETag: \"1\"\r\nCache-Control: max-age=0\r\n", "doc:1", 0 });
    upstream_then("/a", (struct answer){ 304, FRESH, NULL, 0 });
    upstream_then("/a", (struct answer){ 500, "", "", 0 });
    first = get(0, "/a");
    clock_sleep_ms(1100);
    second = get(1, "/a"); /* from Redis, and too old */
    CHECK(upstream_heard("/a", "\r\nIf-None-Match: \"1\"\r\n"));
    check(get(2, "/a"), ST_OK, "doc:1", false); /* renewed in place */
    check(get(0, "/a"), ST_OK, "doc:1", false);
    check(first, ST_OK, "doc:1", false);
    check(second, ST_OK, "doc:1", false);
    CHECK_INT(upstream_asked("/a"), 2);
    CHECK(counted(1, "revalidated") == 1 && counted(2, "shared") == 1 && counted(0, "shared") == 1);
    world_free();
}

TEST(a_confirmation_of_another_text_changes_nothing)
{
    char out[200];

    world_make();
    upstream_then(
        "/a", (struct answer){ 200, "ETag: \"1\"\r\nCache-Control: max-age=0\r\n", "doc:1", 0 });
    upstream_then("/a", (struct answer){ 304, "Cache-Control: max-age=0\r\n", NULL, 0 });
    check(get(0, "/a"), ST_OK, "doc:1", false);
    plant('d', "/a", "10000000000001 000060\n\"2\"\n\ndoc:2", "60000");
    check(get(0, "/a"), ST_OK, "doc:1", false);
    CHECK_STR(about("GET", 'd', "/a", out), "10000000000001 000060\n\"2\"\n\ndoc:2");
    REDIS_SAY(world.redis.unix_url, out, "FLUSHALL");
    clock_sleep_ms(1100);
    check(get(0, "/a"), ST_OK, "doc:1", false);
    CHECK_STR(about("EXISTS", 'd', "/a", out), "0");
    CHECK_INT(upstream_asked("/a"), 3);
    world_free();
}

TEST(when_upstream_fails_another_instances_document_is_served_with_its_age)
{
    world_make();
    upstream_then("/a", (struct answer){ 200, "Cache-Control: max-age=0\r\n", "doc:1", 0 });
    upstream_then("/a", (struct answer){ 503, "", "", 0 });
    check(get(0, "/a"), ST_OK, "doc:1", false);
    clock_sleep_ms(1100);
    check(get(1, "/a"), ST_OK, "doc:1", true);
    CHECK(counted(1, "stale") == 1);
    world_free();
}

TEST(what_is_not_to_be_shared_is_not_in_redis)
{
    char url[300], out[200];
    struct document_request want;
    struct document d;

    world_make();
    upstream_then("/key", (struct answer){ 200, FRESH, "doc:k", 0 });
    upstream_then("/key", (struct answer){ 404, "", "", 0 });
    upstream_then("/once", (struct answer){ 200, "Cache-Control: no-store\r\n", "doc:o", 0 });
    want = want_of("/key", url);
    want.memory_only = true;
    for (int i = 0; i < 2; i++) {
        documents_get(world.at[0].documents, &want, 1, in_ms(5000), &d);
        check(d, ST_OK, "doc:k", false);
    }
    documents_get(world.at[1].documents, &want, 1, in_ms(5000), &d);
    check(d, ST_NOT_FOUND, NULL, false);
    for (int i = 0; i < INSTANCES; i++)
        check(get(i, "/once"), ST_OK, "doc:o", false);
    CHECK_INT(upstream_asked("/key"), 2);
    CHECK_INT(upstream_asked("/once"), 3);
    CHECK_STR(REDIS_SAY(world.redis.unix_url, out, "DBSIZE"), "0");
    world_free();
}

TEST(what_is_gone_is_gone_for_all)
{
    char url[300], out[200];

    world_make();
    upstream_then("/a", (struct answer){ 200, "Cache-Control: max-age=0\r\n", "doc:1", 0 });
    upstream_then("/a", (struct answer){ 404, "", "{}", 0 });
    upstream_then("/b", (struct answer){ 200, FRESH, "doc:b", 0 });
    check(get(0, "/a"), ST_OK, "doc:1", false);
    clock_sleep_ms(1100);
    check(get(1, "/a"), ST_NOT_FOUND, NULL, false);
    CHECK_STR(about("EXISTS", 'd', "/a", out), "0");
    check(get(0, "/b"), ST_OK, "doc:b", false);
    (void)want_of("/b", url);
    documents_forget(world.at[0].documents, url, in_ms(5000));
    check(get(0, "/b"), ST_OK, "doc:b", false);
    CHECK_INT(upstream_asked("/b"), 2);
    world_free();
}

TEST(what_cannot_be_read_counts_as_absent_and_is_replaced)
{
    static char future[100];
    const char *const planted[] = {
        "21781712000123 000060\n\n\ndoc:next version",
        "",
        "garbage",
        "11781712000123 000060\n\n\nno document",
        "11781712000123 999999\n\n\ndoc:fresh for ever",
        future,
    };

    (void)snprintf(future, sizeof future, "1%lld 000060\n\n\ndoc:from the future",
                   (long long)clock_wall_ms() + 3600 * 1000);
    world_make();
    for (size_t i = 0; i < sizeof planted / sizeof planted[0]; i++) {
        static const char *const paths[] = { "/0", "/1", "/2", "/3", "/4", "/5" };
        const char *path = paths[i];
        char out[200];
        upstream_then(path, (struct answer){ 200, FRESH, "doc:1", 0 });
        plant('d', path, planted[i], "60000");
        check(get(0, path), ST_OK, "doc:1", false);
        check(get(1, path), ST_OK, "doc:1", false);
        CHECK_ROW(i, upstream_asked(path) == 1);
        CHECK_ROW(i, strstr(about("GET", 'd', path, out), "\n\n\ndoc:1"));
    }
    world_free();
}

/* ---- at the same moment ---- */

struct caller {
    int instance;
    const char *paths[3];
    size_t count;
    pthread_t thread;
    struct document documents[3];
    int64_t took_ms;
};

static void *call(void *data)
{
    struct caller *c = data;
    char urls[3][300];
    struct document_request wants[3];
    int64_t began = clock_mono_ms();

    for (size_t i = 0; i < c->count; i++)
        wants[i] = want_of(c->paths[i], urls[i]);
    documents_get(world.at[c->instance].documents, wants, c->count, in_ms(5000), c->documents);
    c->took_ms = clock_mono_ms() - began;
    return NULL;
}

static void call_all(struct caller *callers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        CHECK(pthread_create(&callers[i].thread, NULL, call, &callers[i]) == 0);
    for (size_t i = 0; i < count; i++)
        CHECK(pthread_join(callers[i].thread, NULL) == 0);
}

TEST(instances_that_miss_at_the_same_moment_make_one_call)
{
    static const char *const headers[] = { FRESH, "Cache-Control: no-cache\r\n" };

    for (int k = 0; k < 2; k++) {
        struct caller callers[12];
        world_make();
        upstream_then("/a", (struct answer){ 200, headers[k], "doc:a", 300 });
        upstream_then("/b", (struct answer){ 200, headers[k], "doc:b", 200 });
        upstream_then("/c", (struct answer){ 200, headers[k], "doc:c", 400 });
        for (int i = 0; i < 12; i++)
            callers[i] =
                (struct caller){ .instance = i % INSTANCES,
                                 .paths = { i % 2 ? "/a" : "/c", "/b", i % 2 ? "/c" : "/a" },
                                 .count = 3 };
        call_all(callers, 12);
        for (int i = 0; i < 12; i++) {
            check(callers[i].documents[0], ST_OK, i % 2 ? "doc:a" : "doc:c", false);
            check(callers[i].documents[1], ST_OK, "doc:b", false);
            check(callers[i].documents[2], ST_OK, i % 2 ? "doc:c" : "doc:a", false);
        }
        CHECK_INT(upstream_asked("/a"), 1);
        CHECK_INT(upstream_asked("/b"), 1);
        CHECK_INT(upstream_asked("/c"), 1);
        world_free();
    }
}

TEST(a_failure_is_told_to_those_who_waited)
{
    static const struct {
        struct answer answer;
        int asked;
        enum status status;
    } cases[] = {
        { { 500, "", "", 100 }, 2, ST_UNAVAILABLE },
        { { 404, "", "", 200 }, 1, ST_NOT_FOUND },
        { { 200, "", "garbage", 100 }, 2, ST_INVALID },
        { { 200, FRESH, "doc:late", 1800 }, 2, ST_TIMEOUT },
    };

    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        struct caller callers[6];
        char out[200];
        long left_ms;
        world_make();
        upstream_then("/a", cases[k].answer);
        for (int i = 0; i < 6; i++)
            callers[i] =
                (struct caller){ .instance = i % INSTANCES, .paths = { "/a" }, .count = 1 };
        call_all(callers, 6);
        for (int i = 0; i < 6; i++) {
            CHECK_ROW(k,
                      callers[i].documents[0].http_status == (k == 3 ? 0 : cases[k].answer.status));
            check(callers[i].documents[0], cases[k].status, NULL, false);
            CHECK_ROW(k, callers[i].took_ms < 4000);
        }
        if (upstream_asked("/a") > cases[k].asked + (k == 3)) /* a lock may run out */
            fail_msg("row %zu: asked %d times", k, upstream_asked("/a"));
        left_ms = strtol(about("PTTL", 'f', "/a", out), NULL, 10);
        CHECK_ROW(k, left_ms == -2 || (left_ms > 0 && left_ms <= 1000)); /* soon forgotten */
        world_free();
    }
}

TEST(a_lock_whose_holder_died_is_waited_out)
{
    struct caller callers[3];
    char out[200];

    world_make();
    upstream_then("/a", (struct answer){ 200, FRESH, "doc:a", 0 });
    plant('l', "/a", "of the dead", "700");
    for (int i = 0; i < 3; i++)
        callers[i] = (struct caller){ .instance = i, .paths = { "/a" }, .count = 1 };
    call_all(callers, 3);
    for (int i = 0; i < 3; i++) {
        check(callers[i].documents[0], ST_OK, "doc:a", false);
        CHECK_ROW(i, callers[i].took_ms >= 500 && callers[i].took_ms < 2000);
    }
    CHECK_INT(upstream_asked("/a"), 1);
    upstream_then("/b", (struct answer){ 200, FRESH, "doc:b", 0 });
    plant('l', "/b", "of one who hangs", "60000");
    callers[0] = (struct caller){ .instance = 0, .paths = { "/b" }, .count = 1 };
    call_all(callers, 1);
    check(callers[0].documents[0], ST_OK, "doc:b", false);
    CHECK(callers[0].took_ms >= 2000 && callers[0].took_ms < 4000); /* half of the time there is */
    CHECK_STR(about("GET", 'l', "/b", out), "of one who hangs");    /* not ours to take away */
    world_free();
}

/* ---- Redis in trouble ---- */

TEST(answers_are_right_whatever_happens_to_redis)
{
    enum { KILLED, PAUSED, FULL, FLUSHED, WELL_AGAIN, TROUBLES };
    static const char *const paths[TROUBLES][INSTANCES] = { { "/k0", "/k1", "/k2" },
                                                            { "/p0", "/p1", "/p2" },
                                                            { "/o0", "/o1", "/o2" },
                                                            { "/f0", "/f1", "/f2" },
                                                            { "/w0", "/w1", "/w2" } };
    char out[200];

    world_make();
    for (int t = 0; t < TROUBLES; t++) {
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
            REDIS_SAY(world.redis.unix_url, out, "CONFIG", "SET", "maxmemory", "1");
            break;
        case FLUSHED:
            REDIS_SAY(world.redis.unix_url, out, "CONFIG", "SET", "maxmemory", "0");
            REDIS_SAY(world.redis.unix_url, out, "FLUSHALL");
            break;
        default:
            break;
        }
        for (int i = 0; i < INSTANCES; i++)
            for (int round = 0; round < 2; round++) {
                int64_t began = clock_mono_ms();
                if (round == 0)
                    upstream_then(paths[t][i], (struct answer){ 200, FRESH, "doc:x", 0 });
                check(get(i, paths[t][i]), ST_OK, "doc:x", false);
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
        check(get(i, "/end"), ST_OK, "doc:x", false);
    CHECK_INT(upstream_asked("/end"), 1);
    world_free();
}

TEST(a_redis_that_turns_slow_costs_one_timeout_and_then_nothing)
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
        check(get(0, paths[k]), ST_OK, "doc:x", false);
        took = clock_mono_ms() - began;
        slow += took >= REDIS_SHORT_MS;
        slowest = took > slowest ? took : slowest;
    }
    CHECK(slow <= 3 && slowest < 500 * 3); /* one, and what a busy machine adds */
    proxy.delay_ms = 0;
    world_free();
    proxy_stop();
}

TEST(who_may_not_wait_never_asks_redis)
{
    char url[300];
    struct document_request want;
    struct document d;
    int64_t began;

    world_make();
    upstream_then("/a", (struct answer){ 200, FRESH, "doc:a", 0 });
    check(get(0, "/a"), ST_OK, "doc:a", false);
    redis_server_signal(&world.redis, SIGSTOP);
    want = want_of("/a", url);
    began = clock_mono_ms();
    documents_get(world.at[1].documents, &want, 1, NO_WAIT, &d);
    CHECK_INT(d.status, ST_WOULD_WAIT);
    documents_get(world.at[0].documents, &want, 1, NO_WAIT, &d);
    check(d, ST_OK, "doc:a", false);
    CHECK(clock_mono_ms() - began < REDIS_MS);
    redis_server_signal(&world.redis, SIGCONT);
    world_free();
}

/* ---- a cold start of three processes ---- */

enum { COLD_THREADS = 20, COLD_EACH = 10 };
static const char *const cold_paths[] = { "/point", "/stations", "/zone" };

static void *cold_thread(void *data)
{
    struct document documents[3];
    struct document_request wants[3];
    char urls[3][300];
    intptr_t right = 0;

    (void)data;
    for (size_t k = 0; k < 3; k++)
        wants[k] = want_of(cold_paths[k], urls[k]);
    for (int i = 0; i < COLD_EACH; i++) {
        documents_get(world.at[0].documents, wants, 3, in_ms(6000), documents);
        right += documents[0].status == ST_OK && documents[1].status == ST_OK &&
                 documents[2].status == ST_OK;
        documents_release(documents, 3);
    }
    return (void *)right;
}

/* What a child does: wait for the word, ask, say how often the answer was right. */
static void cold_child(int hear, int say)
{
    pthread_t threads[COLD_THREADS];
    int right = 0;

    if (read(hear, &upstream.port, sizeof upstream.port) != sizeof upstream.port)
        _exit(1);
    instance_make(&world.at[0], world.redis.unix_url, REDIS_MS);
    for (int i = 0; i < COLD_THREADS; i++)
        if (pthread_create(&threads[i], NULL, cold_thread, NULL) != 0)
            _exit(1);
    for (int i = 0; i < COLD_THREADS; i++) {
        void *sum = NULL;
        (void)pthread_join(threads[i], &sum);
        right += (int)(intptr_t)sum;
    }
    instance_free(&world.at[0]);
    _exit(write(say, &right, sizeof right) == sizeof right ? 0 : 1);
}

TEST(a_cold_start_of_three_processes_makes_one_call_for_a_document)
{
    int go[INSTANCES][2], done[INSTANCES][2];
    pid_t children[INSTANCES];

    redis_server_start(&world.redis, NULL);
    for (int i = 0; i < INSTANCES; i++) { /* before this process has threads */
        CHECK(pipe(go[i]) == 0 && pipe(done[i]) == 0);
        children[i] = fork();
        CHECK(children[i] >= 0);
        if (children[i] == 0) {
            (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
            cold_child(go[i][0], done[i][1]);
        }
    }
    upstream_start();
    for (size_t k = 0; k < 3; k++)
        upstream_then(cold_paths[k], (struct answer){ 200, FRESH, "doc:x", 150 });
    for (int i = 0; i < INSTANCES; i++)
        CHECK(write(go[i][1], &upstream.port, sizeof upstream.port) == sizeof upstream.port);
    for (int i = 0; i < INSTANCES; i++) {
        int right = 0, status = 1;
        CHECK(read(done[i][0], &right, sizeof right) == sizeof right);
        CHECK(waitpid(children[i], &status, 0) == children[i] && status == 0);
        CHECK_INT(right, COLD_THREADS * COLD_EACH);
        for (int k = 0; k < 2; k++)
            (void)(close(go[i][k]), close(done[i][k]));
    }
    for (size_t k = 0; k < 3; k++) {
        print_message("    %s: %d call(s) for %d requests\n", cold_paths[k],
                      upstream_asked(cold_paths[k]), INSTANCES * COLD_THREADS * COLD_EACH);
        CHECK(upstream_asked(cold_paths[k]) == 1 || upstream_asked(cold_paths[k]) == 2);
    }
    upstream_stop();
    redis_server_stop(&world.redis);
}

TESTS(a_cold_start_of_three_processes_makes_one_call_for_a_document,
      what_one_instance_fetched_the_others_find, its_age_travels_with_it,
      an_old_one_is_revalidated_once_for_all, a_confirmation_of_another_text_changes_nothing,
      when_upstream_fails_another_instances_document_is_served_with_its_age,
      what_is_not_to_be_shared_is_not_in_redis, what_is_gone_is_gone_for_all,
      what_cannot_be_read_counts_as_absent_and_is_replaced,
      instances_that_miss_at_the_same_moment_make_one_call, a_failure_is_told_to_those_who_waited,
      a_lock_whose_holder_died_is_waited_out, answers_are_right_whatever_happens_to_redis,
      a_redis_that_turns_slow_costs_one_timeout_and_then_nothing, who_may_not_wait_never_asks_redis)
