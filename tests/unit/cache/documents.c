/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/documents.c -- freshness, revalidation and failures of upstream documents. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/cache/documents_world.h"

/* ---- freshness ---- */

TEST(a_fresh_document_is_not_requested_again)
{
    char url[300];
    struct document_request request;
    struct document d;

    world_make(7200);
    request = request_for("/a", url);
    documents_get(world.documents, &request, 1, NO_WAIT, &d);
    CHECK_INT(d.status, ST_WOULD_WAIT);
    CHECK(!d.object);
    CHECK_INT(upstream_request_count("/a"), 0);
    upstream_then("/a",
                  (struct answer){ 200, "Cache-Control: public, max-age=60\r\n", "doc:1", 0 });
    check_document(get_document("/a"), ST_OK, "doc:1", false);
    check_document(get_document("/a"), ST_OK, "doc:1", false);
    documents_get(world.documents, &request, 1, NO_WAIT, &d);
    check_document(d, ST_OK, "doc:1", false);
    CHECK_INT(upstream_request_count("/a"), 1);
    CHECK_INT(world.decoded, 1);
    CHECK(upstream_received("/a", "\r\nAccept: application/geo+json\r\n"));
    CHECK(upstream_received("/a", "\r\nAccept-Encoding: gzip"));
    CHECK(outcome_count("hit") == 2 && outcome_count("miss") == 1);
    world_free();
}

TEST(a_request_may_limit_the_freshness_both_ways)
{
    char url[300];
    struct document_request request;

    world_make(7200);
    upstream_then("/short", (struct answer){ 200, "Cache-Control: no-cache\r\n", "doc:s", 0 });
    upstream_then("/long", (struct answer){ 200, "Cache-Control: max-age=9999\r\n", "doc:l", 0 });
    request = request_for("/short", url);
    request.min_fresh_s = 60;
    check_document(get_request(request), ST_OK, "doc:s", false);
    check_document(get_request(request), ST_OK, "doc:s", false);
    CHECK_INT(upstream_request_count("/short"), 1);
    request.min_fresh_s = 0;
    check_document(get_request(request), ST_OK, "doc:s", false);
    CHECK_INT(upstream_request_count("/short"), 2);
    request = request_for("/long", url);
    request.max_fresh_s = 1;
    check_document(get_request(request), ST_OK, "doc:l", false);
    clock_sleep_ms(2010);
    check_document(get_request(request), ST_OK, "doc:l", false);
    CHECK_INT(upstream_request_count("/long"), 2);
    request.max_fresh_s = 0;
    check_document(get_request(request), ST_OK, "doc:l", false);
    CHECK_INT(upstream_request_count("/long"), 2);
    world_free();
}

TEST(a_stale_document_is_revalidated)
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
    first = get_document("/a");
    CHECK(!upstream_received("/a", "If-None-Match"));
    second = get_document("/a");
    CHECK(upstream_received("/a", "\r\nIf-None-Match: W/\"x 1\"\r\n"));
    CHECK(upstream_received("/a", "\r\nIf-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\r\n"));
    CHECK(first.object && first.object == second.object);
    check_document(first, ST_OK, "doc:1", false);
    check_document(second, ST_OK, "doc:1", false);
    check_document(get_document("/a"), ST_OK, "doc:1", false);
    CHECK(upstream_received("/a", "\r\nIf-None-Match: W/\"x 1\"\r\n")); /* a 304 may omit it */
    check_document(get_document("/a"), ST_OK, "doc:1", false);
    CHECK_INT(upstream_request_count("/a"), 3);
    CHECK_INT(world.decoded, 1);
    CHECK(outcome_count("revalidated") == 2);
    world_free();
}

TEST(a_document_whose_validator_cannot_be_sent_back_is_fetched_in_full)
{
    world_make(7200);
    upstream_then(
        "/a", (struct answer){ 200, "ETag: \"a\tb\"\r\nCache-Control: max-age=0\r\n", "doc:1", 0 });
    upstream_then("/a", (struct answer){ 200, "Cache-Control: max-age=60\r\n", "doc:2", 0 });
    check_document(get_document("/a"), ST_OK, "doc:1", false);
    check_document(get_document("/a"), ST_OK, "doc:2", false);
    CHECK(!upstream_received("/a", "If-None-Match"));
    world_free();
}

TEST(no_store_is_obeyed)
{
    world_make(7200);
    upstream_then("/a", (struct answer){ 200, "Cache-Control: no-store\r\n", "doc:1", 0 });
    upstream_then("/a", (struct answer){ 500, "", "", 0 });
    check_document(get_document("/a"), ST_OK, "doc:1", false);
    check_document(get_document("/a"), ST_UNAVAILABLE, NULL, false);
    world_free();
}

TEST(when_upstream_fails_the_stale_document_is_served_with_its_age)
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
        check_document(get_document("/a"), ST_OK, "doc:1", false);
        d = get_document("/a");
        CHECK_ROW(i, d.http_status == failures[i].status);
        CHECK_ROW(i, d.age_s >= 0 && d.age_s < 10);
        CHECK_ROW(i, clock_wall_s() - d.fetched_at == d.age_s || d.age_s < 3);
        check_document(d, ST_OK, "doc:1", true);
        CHECK_ROW(i, upstream_request_count("/a") == 3); /* retried once */
        check_document(get_document("/a"), ST_OK, "doc:1", true);
        CHECK_ROW(i, upstream_request_count("/a") == 3); /* and cached */
        CHECK_ROW(i, outcome_count("stale") == 2);
        world_free();
    }
}

TEST(a_document_that_is_too_old_is_not_served)
{
    world_make(0);
    upstream_then("/a", (struct answer){ 200, "", "doc:1", 0 });
    upstream_then("/a", (struct answer){ 500, "", "", 0 });
    check_document(get_document("/a"), ST_OK, "doc:1", false);
    check_document(get_document("/a"), ST_UNAVAILABLE, NULL, false);
    CHECK(outcome_count("failed") == 1);
    world_free();
}

/* ---- failures ---- */

TEST(a_failed_request_is_retried_once)
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
        { { 200, "", "doc:late", 1500 }, 2, ST_OK }, /* longer than timeout_ms */
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
        d = get_document("/a");
        if (d.status != cases[i].status)
            fail_msg("row %zu: %s, %s", i, err_status_name(d.status), d.err.text);
        CHECK_ROW(i, upstream_request_count("/a") == cases[i].asked);
        CHECK_ROW(i, d.status == ST_OK || d.http_status == cases[i].first.status);
        check_document(d, cases[i].status, "doc:1", false);
        world_free();
    }
}

TEST(a_failure_is_cached_for_at_most_five_seconds)
{
    char url[300];
    struct document_request request;

    world_make(7200);
    request = request_for("/a", url);
    upstream_then("/a", (struct answer){ 404, "Cache-Control: max-age=86400\r\n", "{}", 0 });
    check_document(get_document("/a"), ST_NOT_FOUND, NULL, false);
    check_document(get_document("/a"), ST_NOT_FOUND, NULL, false);
    CHECK_INT(upstream_request_count("/a"), 1);
    CHECK(cached_failure_ms("/a") > 0 && cached_failure_ms("/a") <= 5000);
    request.must_be_fresh = true;
    check_document(get_request(request), ST_NOT_FOUND, NULL, false); /* although it is cached */
    CHECK_INT(upstream_request_count("/a"), 2);
    documents_forget(world.documents, url, in_ms(5000));
    check_document(get_document("/a"), ST_NOT_FOUND, NULL, false);
    CHECK_INT(upstream_request_count("/a"), 3);
    world_free();
}

TEST(a_problem_document_says_what_a_404_means)
{
    static const struct {
        const char *body, *problem;
    } cases[] = {
        { "{\"type\":\"https://api.weather.gov/problems/InvalidPoint\",\"status\":404}",
          "InvalidPoint" },
        { "{\"type\":\"about:blank\"}", "" },
        { "{\"type\":\"https://api.weather.gov/problems/\"}", "" },
        { "{\"type\":\"/a/two words\"}", "" },
        { "{\"type\":\"/a/ThisWordIsFarTooLongToBeOneOfThem\"}", "" },
        { "{\"type\":7}", "" },
        { "{}", "" },
        { "", "" },
        { "<html>Not Found</html>", "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct document d;
        world_make(7200);
        upstream_then("/a", (struct answer){ 404, "", cases[i].body, 0 });
        for (int again = 0; again < 2; again++) { /* also when the failure is cached */
            d = get_document("/a");
            CHECK_STR(d.problem, cases[i].problem);
            check_document(d, ST_NOT_FOUND, NULL, false);
        }
        CHECK_INT(upstream_request_count("/a"), 1);
        world_free();
    }
}

TEST(a_document_that_is_gone_is_not_served_stale)
{
    world_make(7200);
    upstream_then("/a", (struct answer){ 200, "", "doc:1", 0 });
    upstream_then("/a", (struct answer){ 404, "", "{}", 0 });
    upstream_then("/a", (struct answer){ 500, "", "", 0 });
    check_document(get_document("/a"), ST_OK, "doc:1", false);
    check_document(get_document("/a"), ST_NOT_FOUND, NULL, false);
    check_document(get_document("/a"), ST_NOT_FOUND, NULL, false);
    CHECK_INT(upstream_request_count("/a"), 2);
    world_free();
}

TEST(must_be_fresh_ignores_a_cached_failure)
{
    char url[300];
    struct document_request request;

    world_make(7200);
    request = request_for("/a", url);
    request.must_be_fresh = true;
    upstream_then("/a", (struct answer){ 200, "", "doc:1", 0 });
    upstream_then("/a", (struct answer){ 500, "", "", 0 });
    upstream_then("/a", (struct answer){ 500, "", "", 0 });
    upstream_then("/a", (struct answer){ 200, "", "doc:2", 0 });
    check_document(get_request(request), ST_OK, "doc:1", false);
    check_document(get_request(request), ST_OK, "doc:1", true);
    CHECK_INT(upstream_request_count("/a"), 3);
    check_document(get_request(request), ST_OK, "doc:2", false);
    CHECK_INT(cached_failure_ms("/a"), 0); /* a success removes the failure */
    world_free();
}

TEST(a_body_over_the_limit_is_rejected)
{
    static char big[2101];

    world_make(7200);
    memset(big, 'x', sizeof big - 1);
    memcpy(big, "doc:", 4);
    upstream_then("/a", (struct answer){ 200, "", big, 0 });
    check_document(get_document("/a"), ST_INVALID, NULL, false);
    CHECK_INT(upstream_request_count("/a"), 1);
    world_free();
}

TEST(redirects_on_the_same_host_are_followed)
{
    world_make(7200);
    upstream_then("/a", (struct answer){ 301, "Location: /b\r\n", "{}", 0 });
    upstream_then("/b", (struct answer){ 200, "Cache-Control: max-age=60\r\n", "doc:b", 0 });
    check_document(get_document("/a"), ST_OK, "doc:b", false);
    check_document(get_document("/a"), ST_OK, "doc:b", false);
    CHECK_INT(upstream_request_count("/a"), 1);
    world_free();
}

TEST(a_url_that_is_too_long_is_rejected)
{
    static char url[3000];
    struct document_request request = { .url = url, .label = "grid", .decode = decode };

    world_make(7200);
    memset(url, 'x', sizeof url - 1);
    check_document(get_request(request), ST_INVALID, NULL, false);
    documents_forget(world.documents, url, in_ms(5000));
    world_free();
}

TESTS(a_fresh_document_is_not_requested_again, a_request_may_limit_the_freshness_both_ways,
      a_stale_document_is_revalidated,
      a_document_whose_validator_cannot_be_sent_back_is_fetched_in_full, no_store_is_obeyed,
      when_upstream_fails_the_stale_document_is_served_with_its_age,
      a_document_that_is_too_old_is_not_served, a_failed_request_is_retried_once,
      a_failure_is_cached_for_at_most_five_seconds, a_problem_document_says_what_a_404_means,
      a_document_that_is_gone_is_not_served_stale, must_be_fresh_ignores_a_cached_failure,
      a_body_over_the_limit_is_rejected, redirects_on_the_same_host_are_followed,
      a_url_that_is_too_long_is_rejected)
