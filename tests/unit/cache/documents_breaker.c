/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/documents_breaker.c -- the document cache and an upstream that does not respond:
 * it is left alone, found again without a user, and waited for by a limited number of turns. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>

#include "tests/unit/cache/documents_world.h"

enum { FAILURES = 3, AT_ONCE_MS = 400, RECOVERY_MS = 20000, HANG_MS = 20000 };

static const struct answer refuses = { 0, "", "", 0 }, fine = { 200, "", "doc:1", 0 },
                           hangs = { 200, "", "doc:1", HANG_MS };

/* The document of this path and label, or how it failed. */
static struct document get_labeled(const char *path, const char *label)
{
    char url[300];
    struct document_request request = request_for(path, url);

    request.label = label;
    return get_request(request);
}

static void open_breaker(void)
{
    static const char *const paths[FAILURES] = { "/down/0", "/down/1", "/down/2" };

    for (int i = 0; i < FAILURES; i++) {
        upstream_then(paths[i], refuses);
        check_document(get_document(paths[i]), ST_UNAVAILABLE, NULL, false);
    }
}

static double breaker_metric(const char *name, enum metric_kind kind, const char *label)
{
    return metric_value(
        metric_get(metrics_family(world.metrics, kind, name, "", ""), label, NULL, NULL));
}

static bool is_open(void)
{
    return breaker_metric("climacast_breaker_state", METRIC_GAUGE, "grid") > 0;
}

static void await_recovery(void)
{
    int64_t end = in_ms(RECOVERY_MS);

    while (is_open() && clock_left_ms(end) > 0)
        clock_sleep_ms(5);
    CHECK(!is_open());
}

/* ---- the breaker ---- */

TEST(an_upstream_that_failed_several_times_is_not_asked)
{
    struct document d;

    world_make(7200);
    open_breaker();
    CHECK(is_open());
    upstream_then("/a", fine);
    d = get_document("/a");
    CHECK(strstr(d.err.text, "not called again yet"));
    check_document(d, ST_UNAVAILABLE, NULL, false);
    CHECK_INT(upstream_request_count("/a"), 0);
    CHECK_INT(cached_failure_ms("/a"), 0); /* the document may be fine */
    CHECK(breaker_metric("climacast_breaker_rejected_total", METRIC_COUNTER, "grid") >= 1);
    world_free();
}

TEST(it_is_found_again_without_a_user)
{
    world_make(7200);
    open_breaker();
    for (int i = 0; i < FAILURES; i++)
        upstream_then(i == 0 ? "/down/0" : i == 1 ? "/down/1" : "/down/2", fine);
    await_recovery();
    upstream_then("/a", fine);
    check_document(get_document("/a"), ST_OK, "doc:1", false);
    world_free();
}

TEST(a_stale_document_is_served_at_once)
{
    int64_t quickest = INT64_MAX;

    world_make(7200);
    upstream_then("/a", fine);
    upstream_then("/a", hangs);
    check_document(get_document("/a"), ST_OK, "doc:1", false);
    open_breaker();
    for (int round = 0; round < 3; round++) {
        int64_t began = clock_mono_ms(), took;
        check_document(get_document("/a"), ST_OK, "doc:1", true);
        took = clock_mono_ms() - began;
        quickest = took < quickest ? took : quickest;
    }
    CHECK(quickest < AT_ONCE_MS);
    world_free();
}

TEST(other_kinds_of_documents_are_still_requested)
{
    world_make(7200);
    open_breaker();
    upstream_then("/alerts", fine);
    check_document(get_labeled("/alerts", "alerts"), ST_OK, "doc:1", false);
    world_free();
}

/* The documents that hang: the probe requests one that came before. */
TEST(documents_that_always_fail_do_not_keep_the_others_away)
{
    world_make(7200);
    upstream_then("/good", fine);
    check_document(get_document("/good"), ST_OK, "doc:1", false);
    open_breaker();
    await_recovery();
    upstream_then("/other", fine);
    check_document(get_document("/other"), ST_OK, "doc:1", false);
    world_free();
}

TEST(any_response_counts_as_one)
{
    static const struct {
        const char *path;
        struct answer answer;
    } rows[] = {
        { "/0", { 500, "", "", 0 } }, { "/1", { 503, "", "", 0 } },    { "/2", { 429, "", "", 0 } },
        { "/3", { 404, "", "", 0 } }, { "/4", { 200, "", "odd", 0 } }, { "/5", { 302, "", "", 0 } },
    };

    world_make(7200);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct document d;
        upstream_then(rows[i].path, rows[i].answer);
        d = get_document(rows[i].path);
        CHECK_ROW(i, d.status != ST_OK && !is_open());
    }
    CHECK(metric_value(metric_get(metrics_family(world.metrics, METRIC_COUNTER,
                                                 "climacast_upstream_responses_total", "", ""),
                                  "grid", "unreadable", NULL)) > 0);
    world_free();
}

/* One user who asks for alerts makes three requests, each of them twice. */
TEST(requests_of_one_call_are_one_failure)
{
    char urls[4][300];
    static const char *const paths[] = { "/0", "/1", "/2", "/3" };
    struct document_request requests[4];
    struct document documents[4];

    world_make(7200);
    for (int i = 0; i < 4; i++) {
        requests[i] = request_for(paths[i], urls[i]);
        upstream_then(paths[i], refuses);
    }
    documents_get(world.documents, requests, 4, in_ms(5000), documents);
    for (int i = 0; i < 4; i++) {
        check_document(documents[i], ST_UNAVAILABLE, NULL, false);
        CHECK_INT(upstream_request_count(paths[i]), 2);
    }
    CHECK(!is_open());
    world_free();
}

TEST(a_deadline_that_is_too_short_says_nothing_about_upstream)
{
    char url[300];
    static const char *const paths[] = { "/0", "/1", "/2", "/3", "/4" };

    world_make(7200);
    for (int i = 0; i < 5; i++) {
        struct document_request request = request_for(paths[i], url);
        struct document d;
        upstream_then(paths[i], hangs);
        documents_get(world.documents, &request, 1, in_ms(100), &d);
        check_document(d, ST_TIMEOUT, NULL, false);
    }
    CHECK(!is_open());
    world_free();
}

static void *get_hanging(void *path)
{
    struct document d = get_document(path);

    documents_release(&d, 1);
    return NULL;
}

/* The first to fail may still try a second time. */
TEST(callers_that_hang_together_give_up_after_the_first_attempt)
{
    static char paths[6][8];
    pthread_t threads[6];
    int attempts = 0;

    world_make(7200);
    for (int i = 0; i < 6; i++) {
        (void)snprintf(paths[i], sizeof paths[i], "/h%d", i);
        upstream_then(paths[i], hangs);
    }
    for (int i = 0; i < 6; i++)
        CHECK(pthread_create(&threads[i], NULL, get_hanging, paths[i]) == 0);
    for (int i = 0; i < 6; i++)
        (void)pthread_join(threads[i], NULL);
    for (int i = 0; i < 6; i++)
        attempts += upstream_request_count(paths[i]);
    CHECK(attempts <= 6 + 1 + 1); /* one of them may be a probe */
    CHECK(is_open());
    world_free();
}

/* ---- the limit on waiting turns ---- */

static struct document get_with(const char *path, struct bulkhead_pass *pass)
{
    char url[300];
    struct document_request request = request_for(path, url);
    struct document d;

    documents_get_waiting(world.documents, &request, 1,
                          &(struct documents_wait){ .deadline = in_ms(5000), .pass = pass }, &d);
    return d;
}

TEST(a_turn_beyond_the_limit_does_not_wait)
{
    struct bulkhead *bulkhead = bulkhead_create(1, NULL);
    struct bulkhead_pass first = { .bulkhead = bulkhead }, second = { .bulkhead = bulkhead };
    struct document d;

    world_make(7200);
    upstream_then("/a", fine);
    upstream_then("/b", fine);
    check_document(get_with("/a", &first), ST_OK, "doc:1", false);
    d = get_with("/b", &second);
    CHECK(d.status == ST_WOULD_WAIT && second.turned_away);
    CHECK_INT(upstream_request_count("/b"), 0);
    second.last_try = true;
    d = get_with("/b", &second);
    CHECK_STR(d.err.reason, "crowded");
    check_document(d, ST_UNAVAILABLE, NULL, false);
    CHECK_INT(cached_failure_ms("/b"), 0);
    bulkhead_leave(&first);
    second = (struct bulkhead_pass){ .bulkhead = bulkhead };
    check_document(get_with("/b", &second), ST_OK, "doc:1", false);
    bulkhead_leave(&second);
    bulkhead_free(bulkhead);
    world_free();
}

TEST(what_is_in_memory_needs_no_place)
{
    struct bulkhead *bulkhead = bulkhead_create(1, NULL);
    struct bulkhead_pass first = { .bulkhead = bulkhead }, second = { .bulkhead = bulkhead };

    world_make(7200);
    upstream_then("/fresh", (struct answer){ 200, "Cache-Control: max-age=600\r\n", "doc:1", 0 });
    upstream_then("/stale", fine);
    upstream_then("/new", fine);
    check_document(get_document("/fresh"), ST_OK, "doc:1", false);
    check_document(get_document("/stale"), ST_OK, "doc:1", false);
    check_document(get_with("/new", &first), ST_OK, "doc:1", false);
    check_document(get_with("/fresh", &second), ST_OK, "doc:1", false);
    CHECK(!second.turned_away);
    check_document(get_with("/stale", &second), ST_OK, "doc:1", true);
    bulkhead_leave(&first);
    bulkhead_free(bulkhead);
    world_free();
}

struct follower {
    struct bulkhead_pass pass;
    struct document document;
};

static void *get_following(void *data)
{
    struct follower *f = data;

    f->document = get_with("/slow", &f->pass);
    return NULL;
}

/* A thread that waits for another one's request is as busy as that one. */
TEST(those_that_wait_for_the_same_document_count_too)
{
    struct bulkhead *bulkhead = bulkhead_create(2, NULL);
    struct follower followers[4] = { { .pass = { .bulkhead = NULL } } };
    pthread_t threads[4];
    int served = 0;

    world_make(7200);
    upstream_then("/slow", (struct answer){ 200, "Cache-Control: max-age=600\r\n", "doc:1", 500 });
    for (int i = 0; i < 4; i++) {
        followers[i].pass.bulkhead = bulkhead;
        CHECK(pthread_create(&threads[i], NULL, get_following, &followers[i]) == 0);
    }
    for (int i = 0; i < 4; i++) {
        (void)pthread_join(threads[i], NULL);
        served += followers[i].document.status == ST_OK;
        CHECK((followers[i].document.status == ST_WOULD_WAIT) == followers[i].pass.turned_away);
        documents_release(&followers[i].document, 1);
        bulkhead_leave(&followers[i].pass);
    }
    CHECK_INT(served, 2);
    bulkhead_free(bulkhead);
    world_free();
}

TESTS(an_upstream_that_failed_several_times_is_not_asked, it_is_found_again_without_a_user,
      a_stale_document_is_served_at_once, other_kinds_of_documents_are_still_requested,
      documents_that_always_fail_do_not_keep_the_others_away, any_response_counts_as_one,
      requests_of_one_call_are_one_failure,
      a_deadline_that_is_too_short_says_nothing_about_upstream,
      callers_that_hang_together_give_up_after_the_first_attempt,
      a_turn_beyond_the_limit_does_not_wait, what_is_in_memory_needs_no_place,
      those_that_wait_for_the_same_document_count_too)
