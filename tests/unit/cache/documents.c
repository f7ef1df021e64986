/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/documents.c -- documents against an upstream that is well, unwell, slow or
 * gone. */
#define _POSIX_C_SOURCE 200809L
#include "cache/documents.h"

#include <pthread.h>
#include <stdlib.h>

#include "server/base/clock.h"
#include "server/base/metrics.h"
#include "tests/test.h"
#include "tests/unit/cache/upstream.h"

static struct world {
    struct http *http;
    struct memory *memory;
    struct metrics *metrics;
    struct documents *documents;
    atomic_int decoded;
} world;

static void world_make(int64_t stale_s)
{
    struct http_settings http = { .user_agent = "test", .system_roots = true };
    struct documents_settings settings = {
        .accept = "application/geo+json", .timeout_ms = 1000, .max_bytes = 2000, .stale_s = stale_s
    };

    upstream_start();
    world.decoded = 0;
    world.http = http_create(&http, NULL);
    world.memory = memory_create(1 << 20);
    world.metrics = metrics_create();
    world.documents = documents_create(&settings, world.http, world.memory, world.metrics);
    CHECK(world.http && world.memory && world.metrics && world.documents);
}

static void world_free(void)
{
    upstream_stop();
    documents_free(world.documents);
    metrics_free(world.metrics);
    memory_free(world.memory);
    http_free(world.http);
}

/* "doc:..." is readable, all else is not. */
static enum status decode(struct str body, void *data, struct object **ret_object, struct err *err)
{
    (void)data;
    atomic_fetch_add(&world.decoded, 1);
    if (!str_starts(body, STR("doc:")))
        return err_set(err, ST_INVALID, "no document");
    *ret_object = object_create(strndup(body.p, body.n), body.n, free);
    return ST_OK;
}

static struct document_request want_of(const char *path, char url[300])
{
    (void)snprintf(url, 300, "http://127.0.0.1:%d%s", upstream.port, path);
    return (struct document_request){ .url = url, .label = "grid", .decode = decode };
}

static int64_t in_ms(int64_t ms)
{
    return clock_mono_ms() + ms;
}

static struct document get_want(struct document_request want)
{
    struct document d;

    documents_get(world.documents, &want, 1, in_ms(5000), &d);
    CHECK((d.status == ST_OK) == !!d.object);
    return d;
}

static struct document get(const char *path)
{
    char url[300];

    return get_want(want_of(path, url));
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
    CHECK((status == ST_OK && !stale) || d.err.text[0]);
    documents_release(&d, 1);
}

static double counted(const char *outcome)
{
    struct metric_family *f =
        metrics_family(world.metrics, METRIC_COUNTER, "climacast_document_requests_total", "", "");

    return metric_value(metric_get(f, "grid", outcome, NULL));
}

/* ---- fresh, stale, revalidated ---- */

TEST(a_fresh_document_is_not_asked_for_again)
{
    char url[300];
    struct document_request want;
    struct document d;

    world_make(7200);
    want = want_of("/a", url);
    documents_get(world.documents, &want, 1, NO_WAIT, &d);
    CHECK_INT(d.status, ST_WOULD_WAIT);
    CHECK(!d.object);
    CHECK_INT(upstream_asked("/a"), 0);
    upstream_then("/a",
                  (struct answer){ 200, "Cache-Control: public, max-age=60\r\n", "doc:1", 0 });
    check(get("/a"), ST_OK, "doc:1", false);
    check(get("/a"), ST_OK, "doc:1", false);
    documents_get(world.documents, &want, 1, NO_WAIT, &d);
    check(d, ST_OK, "doc:1", false);
    CHECK_INT(upstream_asked("/a"), 1);
    CHECK_INT(world.decoded, 1);
    CHECK(upstream_heard("/a", "\r\nAccept: application/geo+json\r\n"));
    CHECK(upstream_heard("/a", "\r\nAccept-Encoding: gzip"));
    CHECK(counted("hit") == 2 && counted("miss") == 1);
    world_free();
}

TEST(a_want_may_bound_the_freshness_both_ways)
{
    char url[300];
    struct document_request want;

    world_make(7200);
    upstream_then("/short", (struct answer){ 200, "Cache-Control: no-cache\r\n", "doc:s", 0 });
    upstream_then("/long", (struct answer){ 200, "Cache-Control: max-age=9999\r\n", "doc:l", 0 });
    want = want_of("/short", url);
    want.min_fresh_s = 60;
    check(get_want(want), ST_OK, "doc:s", false);
    check(get_want(want), ST_OK, "doc:s", false);
    CHECK_INT(upstream_asked("/short"), 1);
    want.min_fresh_s = 0;
    check(get_want(want), ST_OK, "doc:s", false);
    CHECK_INT(upstream_asked("/short"), 2);
    want = want_of("/long", url);
    want.max_fresh_s = 1;
    check(get_want(want), ST_OK, "doc:l", false);
    clock_sleep_ms(2010);
    check(get_want(want), ST_OK, "doc:l", false);
    CHECK_INT(upstream_asked("/long"), 2);
    want.max_fresh_s = 0;
    check(get_want(want), ST_OK, "doc:l", false);
    CHECK_INT(upstream_asked("/long"), 2);
    world_free();
}

TEST(an_old_document_is_revalidated_and_kept)
{
    struct document first, second;

    world_make(7200);
    upstream_then("/a", (struct answer){ 200,
                                         "ETag: W/\"x 1\"\r\nLast-Modified: Fri, 01 Jan 2100 "
                                         "00:00:00 GMT\r\nCache-Control: max-age=0\r\n",
                                         "doc:1", 0 });
    upstream_then("/a", (struct answer){ 304, "Cache-Control: max-age=0\r\n", NULL, 0 });
    upstream_then("/a", (struct answer){ 304, "Cache-Control: max-age=60\r\n", NULL, 0 });
    upstream_then("/a", (struct answer){ 500, "", "", 0 });
    first = get("/a");
    CHECK(!upstream_heard("/a", "If-None-Match"));
    second = get("/a");
    CHECK(upstream_heard("/a", "\r\nIf-None-Match: W/\"x 1\"\r\n"));
    CHECK(upstream_heard("/a", "\r\nIf-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\r\n"));
    CHECK(first.object && first.object == second.object);
    check(first, ST_OK, "doc:1", false);
    check(second, ST_OK, "doc:1", false);
    check(get("/a"), ST_OK, "doc:1", false);
    CHECK(upstream_heard("/a", "\r\nIf-None-Match: W/\"x 1\"\r\n")); /* a 304 need not repeat it */
    check(get("/a"), ST_OK, "doc:1", false);
    CHECK_INT(upstream_asked("/a"), 3);
    CHECK_INT(world.decoded, 1);
    CHECK(counted("revalidated") == 2);
    world_free();
}

TEST(what_must_not_be_stored_is_not)
{
    world_make(7200);
    upstream_then("/a", (struct answer){ 200, "Cache-Control: no-store\r\n", "doc:1", 0 });
    upstream_then("/a", (struct answer){ 500, "", "", 0 });
    check(get("/a"), ST_OK, "doc:1", false);
    check(get("/a"), ST_UNAVAILABLE, NULL, false);
    world_free();
}

TEST(when_upstream_fails_the_old_document_is_served_with_its_age)
{
    static const struct answer failures[] = {
        { 500, "Cache-Control: max-age=86400\r\n", "{\"title\":\"x\"}", 0 },
        { 503, "", "<html>", 0 },
        { 403, "Content-Type: text/html\r\n", "<html>blocked", 0 },
        { 429, "", "", 0 },
        { 200, "", "<html>not a document", 0 },
        { 0, NULL, NULL, 0 },
    };

    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
        struct document d;
        world_make(7200);
        upstream_then("/a", (struct answer){ 200, "", "doc:1", 0 });
        upstream_then("/a", failures[i]);
        check(get("/a"), ST_OK, "doc:1", false);
        d = get("/a");
        CHECK_ROW(i, d.http_status == failures[i].status);
        CHECK_ROW(i, d.age_s >= 0 && d.age_s < 10);
        CHECK_ROW(i, clock_wall_s() - d.fetched_at == d.age_s || d.age_s < 3);
        check(d, ST_OK, "doc:1", true);
        CHECK_ROW(i, upstream_asked("/a") == 3); /* tried once more */
        check(get("/a"), ST_OK, "doc:1", true);
        CHECK_ROW(i, upstream_asked("/a") == 3); /* and remembered */
        CHECK_ROW(i, counted("stale") == 2);
        world_free();
    }
}

TEST(what_is_too_old_is_not_served_at_all)
{
    world_make(0);
    upstream_then("/a", (struct answer){ 200, "", "doc:1", 0 });
    upstream_then("/a", (struct answer){ 500, "", "", 0 });
    check(get("/a"), ST_OK, "doc:1", false);
    check(get("/a"), ST_UNAVAILABLE, NULL, false);
    CHECK(counted("failed") == 1);
    world_free();
}

/* ---- failing ---- */

TEST(a_failure_is_tried_once_more)
{
    static const struct {
        struct answer first;
        int asked;
        enum status status;
    } cases[] = {
        { { 500, "", "", 0 }, 2, ST_OK },
        { { 503, "", "<html>", 0 }, 2, ST_OK },
        { { 0, NULL, NULL, 0 }, 2, ST_OK },
        { { 200, "", "garbage", 0 }, 2, ST_OK },
        { { 200, "", "", 0 }, 2, ST_OK },
        { { 204, "", NULL, 0 }, 2, ST_OK },
        { { 403, "", "<html>", 0 }, 2, ST_OK },
        { { 304, "", NULL, 0 }, 2, ST_OK },
        { { 200, "", "doc:late", 1500 }, 2, ST_OK }, /* past the time of one call */
        { { 400, "", "{}", 0 }, 1, ST_UNAVAILABLE },
        { { 404, "", "{}", 0 }, 1, ST_NOT_FOUND },
        { { 410, "", "{}", 0 }, 1, ST_NOT_FOUND },
        { { 302, "Location: http://example.invalid/\r\n", "", 0 }, 1, ST_INVALID },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct document d;
        world_make(7200);
        upstream_then("/a", cases[i].first);
        upstream_then("/a", (struct answer){ 200, "", "doc:1", 0 });
        d = get("/a");
        if (d.status != cases[i].status)
            fail_msg("row %zu: %s, %s", i, err_status_name(d.status), d.err.text);
        CHECK_ROW(i, upstream_asked("/a") == cases[i].asked);
        CHECK_ROW(i, d.status == ST_OK || d.http_status == cases[i].first.status);
        check(d, cases[i].status, "doc:1", false);
        world_free();
    }
}

/* How long a failure is still remembered, in milliseconds; 0: not at all. */
static int64_t remembered_ms(const char *path)
{
    char key[300];
    int64_t until = 0;
    struct object *o;

    (void)snprintf(key, sizeof key, "f:http://127.0.0.1:%d%s", upstream.port, path);
    o = memory_get(world.memory, (struct str){ key, strlen(key) }, &until);
    object_release(o);
    return o ? until - clock_mono_ms() : 0;
}

TEST(a_failure_is_remembered_for_five_seconds_at_most)
{
    char url[300];
    struct document_request want;

    world_make(7200);
    want = want_of("/a", url);
    upstream_then("/a", (struct answer){ 404, "Cache-Control: max-age=86400\r\n", "{}", 0 });
    check(get("/a"), ST_NOT_FOUND, NULL, false);
    check(get("/a"), ST_NOT_FOUND, NULL, false);
    CHECK_INT(upstream_asked("/a"), 1);
    CHECK(remembered_ms("/a") > 0 && remembered_ms("/a") <= 5000);
    want.must_be_fresh = true;
    check(get_want(want), ST_NOT_FOUND, NULL, false); /* asks although it is remembered */
    CHECK_INT(upstream_asked("/a"), 2);
    documents_forget(world.documents, url, in_ms(5000));
    check(get("/a"), ST_NOT_FOUND, NULL, false);
    CHECK_INT(upstream_asked("/a"), 3);
    world_free();
}

TEST(a_document_that_is_gone_is_not_served_stale)
{
    world_make(7200);
    upstream_then("/a", (struct answer){ 200, "", "doc:1", 0 });
    upstream_then("/a", (struct answer){ 404, "", "{}", 0 });
    upstream_then("/a", (struct answer){ 500, "", "", 0 });
    check(get("/a"), ST_OK, "doc:1", false);
    check(get("/a"), ST_NOT_FOUND, NULL, false);
    check(get("/a"), ST_NOT_FOUND, NULL, false);
    CHECK_INT(upstream_asked("/a"), 2);
    world_free();
}

TEST(what_must_be_fresh_is_asked_for_and_marked_when_it_is_not)
{
    char url[300];
    struct document_request want;

    world_make(7200);
    want = want_of("/a", url);
    want.must_be_fresh = true;
    upstream_then("/a", (struct answer){ 200, "", "doc:1", 0 });
    upstream_then("/a", (struct answer){ 500, "", "", 0 });
    upstream_then("/a", (struct answer){ 500, "", "", 0 });
    upstream_then("/a", (struct answer){ 200, "", "doc:2", 0 });
    check(get_want(want), ST_OK, "doc:1", false);
    check(get_want(want), ST_OK, "doc:1", true);
    CHECK_INT(upstream_asked("/a"), 3);
    check(get_want(want), ST_OK, "doc:2", false);
    CHECK_INT(remembered_ms("/a"), 0); /* a success wipes the failure out */
    world_free();
}

TEST(a_body_over_the_bound_is_refused)
{
    static char big[2101];

    world_make(7200);
    memset(big, 'x', sizeof big - 1);
    memcpy(big, "doc:", 4);
    upstream_then("/a", (struct answer){ 200, "", big, 0 });
    check(get("/a"), ST_INVALID, NULL, false);
    CHECK_INT(upstream_asked("/a"), 1);
    world_free();
}

TEST(redirects_on_the_same_host_are_followed)
{
    world_make(7200);
    upstream_then("/a", (struct answer){ 301, "Location: /b\r\n", "{}", 0 });
    upstream_then("/b", (struct answer){ 200, "Cache-Control: max-age=60\r\n", "doc:b", 0 });
    check(get("/a"), ST_OK, "doc:b", false);
    check(get("/a"), ST_OK, "doc:b", false);
    CHECK_INT(upstream_asked("/a"), 1);
    world_free();
}

TEST(a_url_too_long_is_refused)
{
    static char url[3000];
    struct document_request want = { .url = url, .label = "grid", .decode = decode };

    world_make(7200);
    memset(url, 'x', sizeof url - 1);
    check(get_want(want), ST_INVALID, NULL, false);
    documents_forget(world.documents, url, in_ms(5000));
    world_free();
}

/* ---- time ---- */

TEST(the_deadline_ends_all_waiting)
{
    char url[300];
    struct document_request want;
    struct document d;
    int64_t began;

    world_make(7200);
    want = want_of("/a", url);
    upstream_then("/a", (struct answer){ 200, "", "doc:1", 3000 });
    upstream_then("/a", (struct answer){ 200, "", "doc:2", 0 });
    began = clock_mono_ms();
    documents_get(world.documents, &want, 1, in_ms(300), &d);
    check(d, ST_TIMEOUT, NULL, false);
    CHECK(clock_mono_ms() - began < 2000);
    documents_get(world.documents, &want, 1, in_ms(-5), &d);
    check(d, ST_TIMEOUT, NULL, false);
    CHECK_INT(upstream_asked("/a"), 1);
    CHECK_INT(remembered_ms("/a"), 0); /* our haste says nothing about upstream */
    check(get("/a"), ST_OK, "doc:2", false);
    upstream_then("/a", (struct answer){ 200, "", "doc:3", 3000 });
    began = clock_mono_ms();
    documents_get(world.documents, &want, 1, in_ms(300), &d);
    check(d, ST_OK, "doc:2", true);
    documents_get(world.documents, &want, 1, in_ms(-5), &d);
    check(d, ST_OK, "doc:2", true);
    CHECK(clock_mono_ms() - began < 2000);
    world_free();
}

TEST(a_hanging_upstream_is_not_waited_for_twice_when_something_is_kept)
{
    int64_t began;

    world_make(7200);
    upstream_then("/a", (struct answer){ 200, "", "doc:1", 0 });
    upstream_then("/a", (struct answer){ 200, "", "doc:2", 20000 });
    check(get("/a"), ST_OK, "doc:1", false);
    began = clock_mono_ms();
    check(get("/a"), ST_OK, "doc:1", true);
    CHECK(clock_mono_ms() - began < 1900); /* one call may take a second */
    CHECK_INT(upstream_asked("/a"), 2);
    world_free();
}

TEST(several_documents_are_fetched_side_by_side)
{
    static const char *const paths[] = { "/0", "/1", "/2", "/3", "/4", "/5", "/0", "/1" };

    enum { COUNT = sizeof paths / sizeof paths[0] };
    char urls[COUNT][300];
    struct document_request wants[COUNT];
    struct document documents[COUNT];
    int64_t began;

    world_make(7200);
    for (int i = 0; i < COUNT; i++) {
        wants[i] = want_of(paths[i], urls[i]);
        if (i < 6)
            upstream_then(paths[i], (struct answer){ i == 3 ? 404 : 200, "", "doc:x", 400 });
    }
    began = clock_mono_ms();
    documents_get(world.documents, wants, COUNT, in_ms(5000), documents);
    CHECK(clock_mono_ms() - began < 1500); /* one after the other would be 2400 */
    for (int i = 0; i < COUNT; i++)
        check(documents[i], i == 3 ? ST_NOT_FOUND : ST_OK, "doc:x", false);
    for (int i = 0; i < 6; i++)
        CHECK_INT(upstream_asked(paths[i]), 1); /* twins are asked for once */
    documents_get(world.documents, wants, 0, in_ms(5000), documents);
    world_free();
}

/* ---- several callers ---- */

enum { CALLERS = 8 };

struct caller {
    const char *paths[2];
    size_t count;
    int64_t wait_ms;
    struct document documents[2];
};

static void *call(void *data)
{
    struct caller *c = data;
    char urls[2][300];
    struct document_request wants[2];

    for (size_t i = 0; i < c->count; i++)
        wants[i] = want_of(c->paths[i], urls[i]);
    documents_get(world.documents, wants, c->count, in_ms(c->wait_ms), c->documents);
    return NULL;
}

static void call_all(struct caller *callers, size_t count, int stagger_ms)
{
    pthread_t threads[CALLERS];

    for (size_t i = 0; i < count; i++) {
        CHECK(pthread_create(&threads[i], NULL, call, &callers[i]) == 0);
        clock_sleep_ms(stagger_ms);
    }
    for (size_t i = 0; i < count; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
}

TEST(callers_of_one_document_make_one_call)
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
        call_all(callers, CALLERS, 0);
        for (int i = 0; i < CALLERS; i++)
            check(callers[i].documents[0], k == 2 ? ST_NOT_FOUND : ST_OK, "doc:x", false);
        CHECK_ROW(k, upstream_asked("/a") == 1);
        world_free();
    }
}

TEST(callers_who_want_the_same_in_another_order_do_not_lock_up)
{
    struct caller callers[CALLERS];

    world_make(7200);
    upstream_then("/a", (struct answer){ 200, "Cache-Control: max-age=60\r\n", "doc:a", 200 });
    upstream_then("/b", (struct answer){ 200, "Cache-Control: max-age=60\r\n", "doc:b", 200 });
    for (int i = 0; i < CALLERS; i++)
        callers[i] = (struct caller){
            { i % 2 ? "/a" : "/b", i % 2 ? "/b" : "/a" }, 2, 5000, { { .status = ST_OK } }
        };
    call_all(callers, CALLERS, 0);
    for (int i = 0; i < CALLERS; i++)
        for (int k = 0; k < 2; k++)
            check(callers[i].documents[k], ST_OK, (i + k) % 2 ? "doc:a" : "doc:b", false);
    CHECK_INT(upstream_asked("/a"), 1);
    CHECK_INT(upstream_asked("/b"), 1);
    world_free();
}

TEST(a_hasty_caller_does_not_spoil_it_for_those_who_wait)
{
    struct caller callers[] = {
        { { "/a" }, 1, 300, { { .status = ST_OK } } },
        { { "/a" }, 1, 5000, { { .status = ST_OK } } },
    };

    world_make(7200);
    upstream_then("/a", (struct answer){ 200, "", "doc:a", 600 });
    call_all(callers, 2, 100);
    check(callers[0].documents[0], ST_TIMEOUT, NULL, false);
    check(callers[1].documents[0], ST_OK, "doc:a", false);
    world_free();
}

TESTS(a_fresh_document_is_not_asked_for_again, a_want_may_bound_the_freshness_both_ways,
      an_old_document_is_revalidated_and_kept, what_must_not_be_stored_is_not,
      when_upstream_fails_the_old_document_is_served_with_its_age,
      what_is_too_old_is_not_served_at_all, a_failure_is_tried_once_more,
      a_failure_is_remembered_for_five_seconds_at_most, a_document_that_is_gone_is_not_served_stale,
      what_must_be_fresh_is_asked_for_and_marked_when_it_is_not, a_body_over_the_bound_is_refused,
      redirects_on_the_same_host_are_followed, a_url_too_long_is_refused,
      the_deadline_ends_all_waiting,
      a_hanging_upstream_is_not_waited_for_twice_when_something_is_kept,
      several_documents_are_fetched_side_by_side, callers_of_one_document_make_one_call,
      callers_who_want_the_same_in_another_order_do_not_lock_up,
      a_hasty_caller_does_not_spoil_it_for_those_who_wait)
