/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/documents_waiting.c -- deadlines and concurrent callers of the document
 * cache. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>

#include "tests/unit/cache/documents_world.h"

/* ---- deadlines ---- */

TEST(the_deadline_ends_all_waiting)
{
    char url[300];
    struct document_request request;
    struct document d;
    int64_t began;

    world_make(7200);
    request = request_for("/a", url);
    upstream_then("/a", (struct answer){ 200, "", "doc:1", 3000 });
    upstream_then("/a", (struct answer){ 200, "", "doc:2", 0 });
    began = clock_mono_ms();
    documents_get(world.documents, &request, 1, in_ms(300), &d);
    check_document(d, ST_TIMEOUT, NULL, false);
    CHECK(clock_mono_ms() - began < 2000);
    documents_get(world.documents, &request, 1, in_ms(-5), &d);
    check_document(d, ST_TIMEOUT, NULL, false);
    CHECK_INT(upstream_request_count("/a"), 1);
    CHECK_INT(cached_failure_ms("/a"), 0); /* a short deadline says nothing about upstream */
    check_document(get_document("/a"), ST_OK, "doc:2", false);
    upstream_then("/a", (struct answer){ 200, "", "doc:3", 3000 });
    began = clock_mono_ms();
    documents_get(world.documents, &request, 1, in_ms(300), &d);
    check_document(d, ST_OK, "doc:2", true);
    documents_get(world.documents, &request, 1, in_ms(-5), &d);
    check_document(d, ST_OK, "doc:2", true);
    CHECK(clock_mono_ms() - began < 2000);
    world_free();
}

TEST(a_timeout_is_not_retried_when_a_stale_document_can_be_served)
{
    int64_t began;

    world_make(7200);
    upstream_then("/a", (struct answer){ 200, "", "doc:1", 0 });
    upstream_then("/a", (struct answer){ 200, "", "doc:2", 20000 });
    check_document(get_document("/a"), ST_OK, "doc:1", false);
    began = clock_mono_ms();
    check_document(get_document("/a"), ST_OK, "doc:1", true);
    CHECK(clock_mono_ms() - began < 1900); /* one request may take a second */
    CHECK_INT(upstream_request_count("/a"), 2);
    world_free();
}

TEST(several_documents_are_fetched_in_parallel)
{
    static const char *const paths[] = { "/0", "/1", "/2", "/3", "/4", "/5", "/0", "/1" };

    enum { COUNT = sizeof paths / sizeof paths[0] };
    char urls[COUNT][300];
    struct document_request requests[COUNT];
    struct document documents[COUNT];
    int64_t began;

    world_make(7200);
    for (int i = 0; i < COUNT; i++) {
        requests[i] = request_for(paths[i], urls[i]);
        if (i < 6)
            upstream_then(paths[i], (struct answer){ i == 3 ? 404 : 200, "", "doc:x", 400 });
    }
    began = clock_mono_ms();
    documents_get(world.documents, requests, COUNT, in_ms(5000), documents);
    CHECK(clock_mono_ms() - began < 1500); /* in sequence it would be 2400 */
    for (int i = 0; i < COUNT; i++)
        check_document(documents[i], i == 3 ? ST_NOT_FOUND : ST_OK, "doc:x", false);
    for (int i = 0; i < 6; i++)
        CHECK_INT(upstream_request_count(paths[i]), 1); /* duplicates are requested once */
    documents_get(world.documents, requests, 0, in_ms(5000), documents);
    world_free();
}

/* ---- concurrent callers ---- */

enum { CALLERS = 8 };

struct caller {
    const char *paths[2];
    size_t count;
    int64_t wait_ms;
    struct document documents[2];
};

static void *run_caller(void *data)
{
    struct caller *c = data;
    char urls[2][300];
    struct document_request requests[2];

    for (size_t i = 0; i < c->count; i++)
        requests[i] = request_for(c->paths[i], urls[i]);
    documents_get(world.documents, requests, c->count, in_ms(c->wait_ms), c->documents);
    return NULL;
}

static void run_callers(struct caller *callers, size_t count, int stagger_ms)
{
    pthread_t threads[CALLERS];

    for (size_t i = 0; i < count; i++) {
        CHECK(pthread_create(&threads[i], NULL, run_caller, &callers[i]) == 0);
        clock_sleep_ms(stagger_ms);
    }
    for (size_t i = 0; i < count; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
}

TEST(concurrent_callers_of_one_document_make_one_request)
{
    static const struct answer answers[] = {
        { 200, "Cache-Control: max-age=60\r\n", "doc:x", 400 },
        { 200, "Cache-Control: no-cache\r\n", "doc:x",
          400 }, /* fresh enough for those who waited */
        { 404, "", "{}", 400 },
    };

    for (size_t k = 0; k < sizeof answers / sizeof answers[0]; k++) {
        struct caller callers[CALLERS];
        world_make(7200);
        upstream_then("/a", answers[k]);
        for (int i = 0; i < CALLERS; i++)
            callers[i] = (struct caller){ { "/a" }, 1, 5000, { { .status = ST_OK } } };
        run_callers(callers, CALLERS, 0);
        for (int i = 0; i < CALLERS; i++)
            check_document(callers[i].documents[0], k == 2 ? ST_NOT_FOUND : ST_OK, "doc:x", false);
        CHECK_ROW(k, upstream_request_count("/a") == 1);
        world_free();
    }
}

TEST(callers_that_name_documents_in_different_orders_do_not_deadlock)
{
    struct caller callers[CALLERS];

    world_make(7200);
    upstream_then("/a", (struct answer){ 200, "Cache-Control: max-age=60\r\n", "doc:a", 200 });
    upstream_then("/b", (struct answer){ 200, "Cache-Control: max-age=60\r\n", "doc:b", 200 });
    for (int i = 0; i < CALLERS; i++)
        callers[i] = (struct caller){
            { i % 2 ? "/a" : "/b", i % 2 ? "/b" : "/a" }, 2, 5000, { { .status = ST_OK } }
        };
    run_callers(callers, CALLERS, 0);
    for (int i = 0; i < CALLERS; i++)
        for (int k = 0; k < 2; k++)
            check_document(callers[i].documents[k], ST_OK, (i + k) % 2 ? "doc:a" : "doc:b", false);
    CHECK_INT(upstream_request_count("/a"), 1);
    CHECK_INT(upstream_request_count("/b"), 1);
    world_free();
}

TEST(a_caller_with_a_short_deadline_does_not_fail_the_others)
{
    struct caller callers[] = {
        { { "/a" }, 1, 300, { { .status = ST_OK } } },
        { { "/a" }, 1, 5000, { { .status = ST_OK } } },
    };

    world_make(7200);
    upstream_then("/a", (struct answer){ 200, "", "doc:a", 600 });
    run_callers(callers, 2, 100);
    check_document(callers[0].documents[0], ST_TIMEOUT, NULL, false);
    check_document(callers[1].documents[0], ST_OK, "doc:a", false);
    world_free();
}

TESTS(the_deadline_ends_all_waiting, a_timeout_is_not_retried_when_a_stale_document_can_be_served,
      several_documents_are_fetched_in_parallel,
      concurrent_callers_of_one_document_make_one_request,
      callers_that_name_documents_in_different_orders_do_not_deadlock,
      a_caller_with_a_short_deadline_does_not_fail_the_others)
