/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/documents_redis.c -- documents are fetched by one instance for all. */
#define _XOPEN_SOURCE 700
#include <pthread.h>

#include "tests/unit/cache/documents_instances.h"

/* ---- sharing ---- */

TEST(a_document_fetched_by_one_instance_is_served_by_all)
{
    char out[200];

    world_make();
    upstream_then("/a", (struct answer){ 200, FRESH "ETag: \"1\"\r\n", "doc:1", 0 });
    upstream_then("/a", (struct answer){ 500, "", "", 0 });
    check_document(get_document(0, "/a"), ST_OK, "doc:1", false);
    for (int i = 0; i < INSTANCES; i++)
        check_document(get_document(i, "/a"), ST_OK, "doc:1", false);
    instance_renew(&world.at[0]);
    check_document(get_document(0, "/a"), ST_OK, "doc:1", false);
    CHECK_INT(upstream_request_count("/a"), 1);
    CHECK(outcome_count(0, "shared") == 1 && outcome_count(1, "shared") == 1 &&
          outcome_count(1, "miss") == 0);
    CHECK_STR(redis_ask("EXISTS", 'l', "/a", out), "0"); /* the lock is released */
    CHECK(strtol(redis_ask("PTTL", 'd', "/a", out), NULL, 10) > 7200 * 1000);
    CHECK(strtol(redis_ask("PTTL", 'd', "/a", out), NULL, 10) < 7300 * 1000);
    world_free();
}

TEST(a_shared_document_keeps_its_age)
{
    struct document d;

    world_make();
    upstream_then("/a", (struct answer){ 200, FRESH, "doc:1", 0 });
    check_document(get_document(0, "/a"), ST_OK, "doc:1", false);
    clock_sleep_ms(2100);
    d = get_document(1, "/a");
    CHECK(d.age_s >= 2 && d.age_s < 30 && clock_wall_s() - d.fetched_at >= 2);
    check_document(d, ST_OK, "doc:1", false);
    world_free();
}

TEST(a_stale_document_is_revalidated_once_for_all_instances)
{
    struct document first, second;

    world_make();
    upstream_then(
        "/a", (struct answer){ 200, "ETag: \"1\"\r\nCache-Control: max-age=0\r\n", "doc:1", 0 });
    upstream_then("/a", (struct answer){ 304, FRESH, NULL, 0 });
    upstream_then("/a", (struct answer){ 500, "", "", 0 });
    first = get_document(0, "/a");
    clock_sleep_ms(1100);
    second = get_document(1, "/a"); /* from Redis, and stale */
    CHECK(upstream_received("/a", "\r\nIf-None-Match: \"1\"\r\n"));
    check_document(get_document(2, "/a"), ST_OK, "doc:1", false); /* renewed in place */
    check_document(get_document(0, "/a"), ST_OK, "doc:1", false);
    check_document(first, ST_OK, "doc:1", false);
    check_document(second, ST_OK, "doc:1", false);
    CHECK_INT(upstream_request_count("/a"), 2);
    CHECK(outcome_count(1, "revalidated") == 1 && outcome_count(2, "shared") == 1 &&
          outcome_count(0, "shared") == 1);
    world_free();
}

TEST(a_revalidation_does_not_touch_another_version)
{
    char out[200];

    world_make();
    upstream_then(
        "/a", (struct answer){ 200, "ETag: \"1\"\r\nCache-Control: max-age=0\r\n", "doc:1", 0 });
    upstream_then("/a", (struct answer){ 304, "Cache-Control: max-age=0\r\n", NULL, 0 });
    check_document(get_document(0, "/a"), ST_OK, "doc:1", false);
    redis_plant('d', "/a", "10000000000001 000060\n\"2\"\n\ndoc:2", "60000");
    check_document(get_document(0, "/a"), ST_OK, "doc:1", false);
    CHECK_STR(redis_ask("GET", 'd', "/a", out), "10000000000001 000060\n\"2\"\n\ndoc:2");
    REDIS_RUN(world.redis.unix_url, out, "FLUSHALL");
    clock_sleep_ms(1100);
    check_document(get_document(0, "/a"), ST_OK, "doc:1", false);
    CHECK_STR(redis_ask("EXISTS", 'd', "/a", out), "0");
    CHECK_INT(upstream_request_count("/a"), 3);
    world_free();
}

TEST(when_upstream_fails_a_stale_shared_document_is_served)
{
    world_make();
    upstream_then("/a", (struct answer){ 200, "Cache-Control: max-age=0\r\n", "doc:1", 0 });
    upstream_then("/a", (struct answer){ 503, "", "", 0 });
    check_document(get_document(0, "/a"), ST_OK, "doc:1", false);
    clock_sleep_ms(1100);
    check_document(get_document(1, "/a"), ST_OK, "doc:1", true);
    CHECK(outcome_count(1, "stale") == 1);
    world_free();
}

TEST(memory_only_and_no_store_documents_are_not_in_redis)
{
    char url[300], out[200];
    struct document_request request;
    struct document d;

    world_make();
    upstream_then("/key", (struct answer){ 200, FRESH, "doc:k", 0 });
    upstream_then("/key", (struct answer){ 404, "", "", 0 });
    upstream_then("/once", (struct answer){ 200, "Cache-Control: no-store\r\n", "doc:o", 0 });
    request = request_for("/key", url);
    request.memory_only = true;
    for (int i = 0; i < 2; i++) {
        documents_get(world.at[0].documents, &request, 1, in_ms(5000), &d);
        check_document(d, ST_OK, "doc:k", false);
    }
    documents_get(world.at[1].documents, &request, 1, in_ms(5000), &d);
    check_document(d, ST_NOT_FOUND, NULL, false);
    for (int i = 0; i < INSTANCES; i++)
        check_document(get_document(i, "/once"), ST_OK, "doc:o", false);
    CHECK_INT(upstream_request_count("/key"), 2);
    CHECK_INT(upstream_request_count("/once"), 3);
    CHECK_STR(REDIS_RUN(world.redis.unix_url, out, "DBSIZE"), "0");
    world_free();
}

TEST(a_404_and_forget_remove_the_document_for_all_instances)
{
    char url[300], out[200];

    world_make();
    upstream_then("/a", (struct answer){ 200, "Cache-Control: max-age=0\r\n", "doc:1", 0 });
    upstream_then("/a", (struct answer){ 404, "", "{}", 0 });
    upstream_then("/b", (struct answer){ 200, FRESH, "doc:b", 0 });
    check_document(get_document(0, "/a"), ST_OK, "doc:1", false);
    clock_sleep_ms(1100);
    check_document(get_document(1, "/a"), ST_NOT_FOUND, NULL, false);
    CHECK_STR(redis_ask("EXISTS", 'd', "/a", out), "0");
    check_document(get_document(0, "/b"), ST_OK, "doc:b", false);
    (void)request_for("/b", url);
    documents_forget(world.at[0].documents, url, in_ms(5000));
    check_document(get_document(0, "/b"), ST_OK, "doc:b", false);
    CHECK_INT(upstream_request_count("/b"), 2);
    world_free();
}

TEST(an_unreadable_record_is_replaced)
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
        redis_plant('d', path, planted[i], "60000");
        check_document(get_document(0, path), ST_OK, "doc:1", false);
        check_document(get_document(1, path), ST_OK, "doc:1", false);
        CHECK_ROW(i, upstream_request_count(path) == 1);
        CHECK_ROW(i, strstr(redis_ask("GET", 'd', path, out), "\n\n\ndoc:1"));
    }
    world_free();
}

/* ---- concurrent misses ---- */

struct caller {
    int instance;
    const char *paths[3];
    size_t count;
    pthread_t thread;
    struct document documents[3];
    int64_t took_ms;
};

static void *run_caller(void *data)
{
    struct caller *c = data;
    char urls[3][300];
    struct document_request requests[3];
    int64_t began = clock_mono_ms();

    for (size_t i = 0; i < c->count; i++)
        requests[i] = request_for(c->paths[i], urls[i]);
    documents_get(world.at[c->instance].documents, requests, c->count, in_ms(5000), c->documents);
    c->took_ms = clock_mono_ms() - began;
    return NULL;
}

static void run_callers(struct caller *callers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        CHECK(pthread_create(&callers[i].thread, NULL, run_caller, &callers[i]) == 0);
    for (size_t i = 0; i < count; i++)
        CHECK(pthread_join(callers[i].thread, NULL) == 0);
}

TEST(instances_that_miss_at_once_make_one_request)
{
    static const char *const headers[] = { FRESH, "Cache-Control: no-cache\r\n" };

    for (int k = 0; k < 2; k++) {
        struct caller callers[12];
        world_make_with(PATIENT_MS);
        upstream_then("/a", (struct answer){ 200, headers[k], "doc:a", 500 });
        upstream_then("/b", (struct answer){ 200, headers[k], "doc:b", 400 });
        upstream_then("/c", (struct answer){ 200, headers[k], "doc:c", 600 });
        for (int i = 0; i < 12; i++)
            callers[i] =
                (struct caller){ .instance = i % INSTANCES,
                                 .paths = { i % 2 ? "/a" : "/c", "/b", i % 2 ? "/c" : "/a" },
                                 .count = 3 };
        run_callers(callers, 12);
        for (int i = 0; i < 12; i++) {
            check_document(callers[i].documents[0], ST_OK, i % 2 ? "doc:a" : "doc:c", false);
            check_document(callers[i].documents[1], ST_OK, "doc:b", false);
            check_document(callers[i].documents[2], ST_OK, i % 2 ? "doc:c" : "doc:a", false);
        }
        CHECK_INT(upstream_request_count("/a"), 1);
        CHECK_INT(upstream_request_count("/b"), 1);
        CHECK_INT(upstream_request_count("/c"), 1);
        world_free();
    }
}

TEST(a_failure_is_shared_with_the_instances_that_waited)
{
    static const struct {
        struct answer answer;
        int asked;
        enum status status;
    } cases[] = {
        { { 500, "", "", 100 }, 2, ST_UNAVAILABLE },
        { { 404, "", "{\"type\":\"/problems/InvalidPoint\"}", 200 }, 1, ST_NOT_FOUND },
        { { 200, "", "garbage", 100 }, 2, ST_INVALID },
        { { 200, FRESH, "doc:late", 2800 }, 2, ST_TIMEOUT },
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
        run_callers(callers, 6);
        for (int i = 0; i < 6; i++) {
            CHECK_ROW(k,
                      callers[i].documents[0].http_status == (k == 3 ? 0 : cases[k].answer.status));
            CHECK_STR(callers[i].documents[0].problem, k == 1 ? "InvalidPoint" : "");
            check_document(callers[i].documents[0], cases[k].status, NULL, false);
            CHECK_ROW(k, callers[i].took_ms < 4000);
        }
        if (upstream_request_count("/a") > cases[k].asked + (k == 3)) /* a lock may run out */
            fail_msg("row %zu: asked %d times", k, upstream_request_count("/a"));
        left_ms = strtol(redis_ask("PTTL", 'f', "/a", out), NULL, 10);
        CHECK_ROW(k, left_ms == -2 || (left_ms > 0 && left_ms <= 1000)); /* it expires soon */
        world_free();
    }
}

TEST(the_lock_of_a_dead_instance_expires)
{
    struct caller callers[3];
    char out[200];

    world_make();
    upstream_then("/a", (struct answer){ 200, FRESH, "doc:a", 0 });
    redis_plant('l', "/a", "token of a dead instance", "1000");
    for (int i = 0; i < 3; i++)
        callers[i] = (struct caller){ .instance = i, .paths = { "/a" }, .count = 1 };
    run_callers(callers, 3);
    for (int i = 0; i < 3; i++) {
        check_document(callers[i].documents[0], ST_OK, "doc:a", false);
        CHECK_ROW(i, callers[i].took_ms >= 300 && callers[i].took_ms < 2400);
    }
    CHECK_INT(upstream_request_count("/a"), 1);
    upstream_then("/b", (struct answer){ 200, FRESH, "doc:b", 0 });
    redis_plant('l', "/b", "token of a hanging instance", "60000");
    callers[0] = (struct caller){ .instance = 0, .paths = { "/b" }, .count = 1 };
    run_callers(callers, 1);
    check_document(callers[0].documents[0], ST_OK, "doc:b", false);
    CHECK(callers[0].took_ms >= 2000 && callers[0].took_ms < 4000); /* half of its time */
    CHECK_STR(redis_ask("GET", 'l', "/b", out),
              "token of a hanging instance"); /* another instance holds it */
    world_free();
}

/* ---- a cold start of three processes ---- */

enum { COLD_THREADS = 20, COLD_EACH = 10 };
static const char *const cold_paths[] = { "/point", "/stations", "/zone" };

static void *cold_thread(void *data)
{
    struct document documents[3];
    struct document_request requests[3];
    char urls[3][300];
    intptr_t right = 0;

    (void)data;
    for (size_t k = 0; k < 3; k++)
        requests[k] = request_for(cold_paths[k], urls[k]);
    for (int i = 0; i < COLD_EACH; i++) {
        documents_get(world.at[0].documents, requests, 3, in_ms(6000), documents);
        right += documents[0].status == ST_OK && documents[1].status == ST_OK &&
                 documents[2].status == ST_OK;
        documents_release(documents, 3);
    }
    return (void *)right;
}

/* The child waits for the go, makes its requests and reports how many answers were right. */
static void cold_child(int go, int done)
{
    pthread_t threads[COLD_THREADS];
    int right = 0;

    if (read(go, &upstream.port, sizeof upstream.port) != sizeof upstream.port)
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
    _exit(write(done, &right, sizeof right) == sizeof right ? 0 : 1);
}

TEST(a_cold_start_of_three_processes_makes_one_request_per_document)
{
    int go[INSTANCES][2], done[INSTANCES][2];
    pid_t children[INSTANCES];

    world.upstream_ms = PATIENT_MS;
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
        print_message("    %s: %d run_caller(s) for %d requests\n", cold_paths[k],
                      upstream_request_count(cold_paths[k]), INSTANCES * COLD_THREADS * COLD_EACH);
        CHECK(upstream_request_count(cold_paths[k]) == 1 ||
              upstream_request_count(cold_paths[k]) == 2);
    }
    upstream_stop();
    redis_server_stop(&world.redis);
}

TESTS(a_cold_start_of_three_processes_makes_one_request_per_document,
      a_document_fetched_by_one_instance_is_served_by_all, a_shared_document_keeps_its_age,
      a_stale_document_is_revalidated_once_for_all_instances,
      a_revalidation_does_not_touch_another_version,
      when_upstream_fails_a_stale_shared_document_is_served,
      memory_only_and_no_store_documents_are_not_in_redis,
      a_404_and_forget_remove_the_document_for_all_instances, an_unreadable_record_is_replaced,
      instances_that_miss_at_once_make_one_request,
      a_failure_is_shared_with_the_instances_that_waited, the_lock_of_a_dead_instance_expires)
