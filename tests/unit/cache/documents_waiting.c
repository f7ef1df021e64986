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
    CHECK(clock_mono_ms() - began < 5000); /* one request may take a second */
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

    world_make_with(7200, PATIENT_MS);
    for (int i = 0; i < COUNT; i++) {
        requests[i] = request_for(paths[i], urls[i]);
        if (i < 6)
            upstream_then(paths[i], (struct answer){ i == 3 ? 404 : 200, "", "doc:x", 400 });
    }
    began = clock_mono_ms();
    documents_get(world.documents, requests, COUNT, in_ms(5000), documents);
    CHECK(clock_mono_ms() - began < 2200); /* in sequence it would be 2400 */
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
        { 200, "Cache-Control: max-age=60\r\n", "doc:x", 600 },
        { 200, "Cache-Control: no-cache\r\n", "doc:x",
          600 }, /* fresh enough for those who waited */
        { 404, "", "{}", 600 },
    };

    for (size_t k = 0; k < sizeof answers / sizeof answers[0]; k++) {
        struct caller callers[CALLERS];
        world_make_with(7200, PATIENT_MS);
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

    world_make_with(7200, PATIENT_MS);
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

    world_make_with(7200, PATIENT_MS);
    upstream_then("/a", (struct answer){ 200, "", "doc:a", 600 });
    run_callers(callers, 2, 100);
    check_document(callers[0].documents[0], ST_TIMEOUT, NULL, false);
    check_document(callers[1].documents[0], ST_OK, "doc:a", false);
    world_free();
}

/* ---- documents side by side ---- */

static double response_count(const char *code)
{
    struct metric_family *f =
        metrics_family(world.metrics, METRIC_COUNTER, "climacast_upstream_responses_total", "", "");

    return metric_value(metric_get(f, "grid", code, NULL));
}

/* Upstream responds to a request of "/a" after so much of its time, and to the second, which is
 * made when that is up. */
struct race {
    double first; /* of upstream's time for a request */
    struct answer second;
    const char *right;
    int canceled; /* requests */
};

/* Is the right document returned, before the second request runs out of time? */
static bool runs_well(const struct race *r, int64_t upstream_ms)
{
    int64_t began;

    world_make_with(7200, upstream_ms);
    upstream_then("/a",
                  (struct answer){ 200, "", "doc:late", (int)(r->first * (double)upstream_ms) });
    upstream_then("/a", r->second);
    began = clock_mono_ms();
    struct document d = get_document("/a");
    bool well = d.status == ST_OK && strcmp(d.object->data, r->right) == 0 &&
                clock_mono_ms() - began < 2 * upstream_ms - 100 &&
                upstream_request_count("/a") == 2 && response_count("canceled") == r->canceled &&
                response_count("timeout") == 0;
    documents_release(&d, 1);
    world_free();
    return well;
}

/* On a busy machine each may need more than one try, with more time. */
TEST(a_late_response_is_used_if_it_comes_before_that_of_the_second_request)
{
    static const struct race races[] = {
        { 1.3, { 200, "", "doc:second", 20000 }, "doc:late", 1 },
        { 20, { 200, "", "doc:second", 100 }, "doc:second", 1 },
        { 1.5, { 503, "", "", 0 }, "doc:late", 0 },
    };

    for (size_t i = 0; i < sizeof races / sizeof races[0]; i++) {
        bool well = false;
        for (int tried = 1; tried <= 3 && !well; tried++)
            well = runs_well(&races[i], tried * UPSTREAM_MS * 3 / 4);
        CHECK_ROW(i, well);
    }
}

TEST(a_document_that_hangs_does_not_hold_up_those_that_wait_for_another)
{
    struct caller callers[] = {
        { { "/hangs", "/fast" }, 2, 5000, { { .status = ST_OK } } },
        { { "/fast" }, 1, 5000, { { .status = ST_OK } } },
    };
    pthread_t threads[2];
    int64_t began;

    world_make(7200);
    upstream_then("/hangs", (struct answer){ 200, "", "doc:x", 20000 });
    upstream_then("/fast", (struct answer){ 200, "", "doc:fast", 300 });
    for (int i = 0; i < 2; i++) {
        CHECK(pthread_create(&threads[i], NULL, run_caller, &callers[i]) == 0);
        clock_sleep_ms(100);
    }
    began = clock_mono_ms();
    CHECK(pthread_join(threads[1], NULL) == 0);
    CHECK(clock_mono_ms() - began < 1700); /* the other caller waits for two seconds */
    CHECK(pthread_join(threads[0], NULL) == 0);
    check_document(callers[0].documents[0], ST_TIMEOUT, NULL, false);
    check_document(callers[0].documents[1], ST_OK, "doc:fast", false);
    check_document(callers[1].documents[0], ST_OK, "doc:fast", false);
    CHECK_INT(upstream_request_count("/fast"), 1);
    world_free();
}

/* A moment after either has come. */
static int64_t until_one_has_come(void *data, const struct document *documents)
{
    int64_t *until = data;

    if (*until == 0 && (documents[0].status == ST_OK || documents[1].status == ST_OK))
        *until = in_ms(200);
    return *until ? *until : INT64_MAX;
}

static void *get_what_hangs(void *unused)
{
    struct document d;
    char url[300];
    struct document_request request = request_for("/hangs", url);

    (void)unused;
    documents_get(world.documents, &request, 1, in_ms(4000), &d);
    documents_release(&d, 1);
    return NULL;
}

TEST(a_caller_stops_waiting_when_it_has_enough)
{
    for (int follows = 0; follows < 2; follows++) {
        char urls[2][300];
        struct document documents[2];
        int64_t until = 0, began;
        pthread_t other;
        world_make(7200);
        upstream_then("/hangs", (struct answer){ 200, "", "doc:x", 20000 });
        upstream_then("/fast", (struct answer){ 200, "", "doc:fast", 200 });
        struct document_request requests[] = { request_for("/hangs", urls[0]),
                                               request_for("/fast", urls[1]) };
        const struct documents_wait wait = { .deadline = in_ms(5000),
                                             .until = until_one_has_come,
                                             .until_data = &until };
        if (follows) { /* another thread asks for the one that hangs */
            CHECK(pthread_create(&other, NULL, get_what_hangs, NULL) == 0);
            clock_sleep_ms(50);
        }
        began = clock_mono_ms();
        documents_get_waiting(world.documents, requests, 2, &wait, documents);
        CHECK_ROW(follows, clock_mono_ms() - began < 1900); /* two requests take two seconds */
        check_document(documents[0], ST_TIMEOUT, NULL, false);
        check_document(documents[1], ST_OK, "doc:fast", false);
        CHECK_INT(cached_failure_ms("/hangs"), 0); /* that says nothing about upstream */
        if (follows)
            CHECK(pthread_join(other, NULL) == 0);
        world_free();
    }
}

TEST(what_came_since_the_turn_began_is_new_enough)
{
    struct document_request request;
    char url[300];
    int64_t began = clock_mono_us();

    world_make(7200);
    upstream_then("/a", (struct answer){ 200, "Cache-Control: max-age=0\r\n", "doc:1", 0 });
    upstream_then("/b", (struct answer){ 404, "", "{}", 0 });
    for (int i = 0; i < 2; i++) {
        request = request_for("/a", url);
        request.must_be_fresh = true;
        request.since_us = began;
        check_document(get_request(request), ST_OK, "doc:1", false);
        request.url = request_for("/b", url).url;
        check_document(get_request(request), ST_NOT_FOUND, NULL, false);
    }
    CHECK_INT(upstream_request_count("/a"), 1);
    CHECK_INT(upstream_request_count("/b"), 1);
    request.since_us = clock_mono_us();
    check_document(get_request(request), ST_NOT_FOUND, NULL, false);
    CHECK_INT(upstream_request_count("/b"), 2);
    world_free();
}

TESTS(the_deadline_ends_all_waiting, a_timeout_is_not_retried_when_a_stale_document_can_be_served,
      several_documents_are_fetched_in_parallel,
      concurrent_callers_of_one_document_make_one_request,
      callers_that_name_documents_in_different_orders_do_not_deadlock,
      a_caller_with_a_short_deadline_does_not_fail_the_others,
      a_late_response_is_used_if_it_comes_before_that_of_the_second_request,
      a_document_that_hangs_does_not_hold_up_those_that_wait_for_another,
      a_caller_stops_waiting_when_it_has_enough, what_came_since_the_turn_began_is_new_enough)
