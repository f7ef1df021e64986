/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/http.c -- outbound HTTP against a server that behaves well or badly. */
#include "tests/test.h"

#include "server/base/clock.h"
#include "server/base/http.h"
#include "tests/unit/server/base/http_server.h"

static struct http *client(void)
{
    struct http_settings settings = { .user_agent = "climacast-test", .system_roots = true };
    struct http *h = http_create(&settings, NULL);

    CHECK(h);
    server.requests = server.connections = 0;
    return h;
}

static struct http_request request_to(const char *path)
{
    static _Thread_local char url[16][200];
    static _Thread_local unsigned next;
    char *z = url[next++ % 16];

    (void)snprintf(z, sizeof url[0], "http://127.0.0.1:%d%s", server.port, path);
    return (struct http_request){ .url = z,
                                  .max_bytes = 100000,
                                  .deadline = clock_mono_ms() + 10000,
                                  .redirects = HTTP_REDIRECTS_MAX };
}

TEST(complete_responses_are_ok_whatever_their_status)
{
    static const struct {
        const char *path;
        long status;
        const char *body;
    } cases[] = {
        { "/ok", 200, "hello" },          { "/chunked", 200, "hello" },
        { "/missing", 404, "{}" },        { "/unchanged", 304, "" },
        { "/interim", 200, "1" },         { "/to/here", 200, "hello" },
        { "/to/relative", 200, "hello" }, { "/nowhere", 302, "" },
    };
    struct http *h = client();

    for (size_t i = 0; i < ROWS(cases); i++) {
        struct http_request q = request_to(cases[i].path);
        struct http_response r;
        struct err err = ERR_NONE;
        enum status st = http_call(h, &q, &r, &err);
        if (st != ST_OK)
            fail_msg("row %zu: %s", i, err.text);
        CHECK_INT(r.status, cases[i].status);
        CHECK_SLICE(buf_str(&r.body), cases[i].body);
        http_response_done(&r);
    }
    CHECK_INT(server.connections, 1); /* all on one connection */
    http_free(h);
}

TEST(errors_have_a_status_and_a_text)
{
    static const struct {
        const char *path;
        enum status want;
        const char *text;
    } cases[] = {
        { "/truncated", ST_UNAVAILABLE, "connection lost" },
        { "/cut-chunk", ST_UNAVAILABLE, "connection lost" },
        { "/reset", ST_UNAVAILABLE, "connection lost" },
        { "/no-such-answer", ST_UNAVAILABLE, "connection lost" },
        { "/garbage", ST_UNAVAILABLE, "http://127.0.0.1" },
        { "/large", ST_TOO_LARGE, "over 100000 bytes" },
        { "/large-c", ST_TOO_LARGE, "over 100000 bytes" },
        { "/long-headers", ST_TOO_LARGE, "headers" },
        { "/to/away", ST_INVALID, "to another host" },
        { "/to/port", ST_INVALID, "to another host" },
        { "/to/tls", ST_INVALID, "to another host" },
        { "/to/user", ST_INVALID, "redirect" },
        { "/to/file", ST_INVALID, "redirect" },
        { "/to/loop", ST_INVALID, "more than 5 redirects" },
    };
    struct http *h = client();

    for (size_t i = 0; i < ROWS(cases); i++) {
        struct http_request q = request_to(cases[i].path);
        struct http_response r;
        struct err err = ERR_NONE;
        CHECK_ROW(i, http_call(h, &q, &r, &err) == cases[i].want);
        CHECK_ROW(i, err.status == cases[i].want);
        if (!strstr(err.text, cases[i].text))
            fail_msg("row %zu: \"%s\" lacks \"%s\"", i, err.text, cases[i].text);
        CHECK_INT(r.body.n, 0);
        http_response_done(&r);
    }
    http_free(h);
}

TEST(calls_that_hang_end_at_the_deadline)
{
    static const char *const paths[] = { "/silent", "/drip" };
    struct http *h = client();

    for (size_t i = 0; i < ROWS(paths) * 2; i++) {
        struct http_request q = request_to(paths[i / 2]);
        struct http_response r;
        int64_t begin = clock_mono_ms();
        if (i % 2)
            q.timeout_ms = 100;
        else
            q.deadline = begin + 100;
        CHECK_ROW(i, http_call(h, &q, &r, NULL) == ST_TIMEOUT);
        CHECK_ROW(i, clock_mono_ms() >= begin + 95 && clock_mono_ms() < begin + 5000);
        http_response_done(&r);
    }
    http_free(h);
}

TEST(a_past_deadline_sends_nothing)
{
    struct http *h = client();
    struct http_request q = request_to("/ok");
    struct http_response r;

    q.deadline = clock_mono_ms() - 1;
    CHECK_INT(http_call(h, &q, &r, NULL), ST_TIMEOUT);
    http_response_done(&r);
    CHECK_INT(server.requests, 0);
    http_free(h);
}

TEST(bad_urls_and_headers_are_refused_without_sending)
{
    static const char *const urls[] = { "",
                                        "ok",
                                        "ftp://127.0.0.1/x",
                                        "file:///etc/passwd",
                                        "http://user:pass@127.0.0.1/",
                                        "http://127.0.0.1:99999/",
                                        "http://127.0.0.1/a\r\nX: y",
                                        "http://",
                                        NULL };
    static const struct http_header headers[] = {
        { { "X", 1 }, { "a\r\nY: b", 7 } },
        { { "X: y\r\nZ", 7 }, { "a", 1 } },
        { { "", 0 }, { "a", 1 } },
        { { "X Y", 3 }, { "a", 1 } },
    };
    struct http *h = client();
    struct http_response r;

    for (size_t i = 0; i < ROWS(urls); i++) {
        struct http_request q = request_to("/ok");
        q.url = urls[i];
        CHECK_ROW(i, http_call(h, &q, &r, NULL) == ST_INVALID);
        http_response_done(&r);
    }
    for (size_t i = 0; i < ROWS(headers); i++) {
        struct http_request q = request_to("/ok");
        q.headers = &headers[i];
        q.header_count = 1;
        CHECK_ROW(i, http_call(h, &q, &r, NULL) == ST_INVALID);
        http_response_done(&r);
    }
    CHECK_INT(server.requests, 0);
    http_free(h);
}

TEST(a_closed_port_is_unavailable)
{
    struct http *h = client();
    struct http_request q = request_to("/ok");
    struct http_response r;
    struct err err = ERR_NONE;

    q.url = "http://127.0.0.1:1/secret?key=hush";
    CHECK_INT(http_call(h, &q, &r, &err), ST_UNAVAILABLE);
    CHECK(strstr(err.text, "http://127.0.0.1:1"));
    CHECK(!strstr(err.text, "hush") && !strstr(err.text, "secret"));
    http_response_done(&r);
    http_free(h);
}

TEST(known_response_headers_are_stored)
{
    struct http *h = client();
    struct http_request q = request_to("/headers");
    struct http_response r;

    CHECK_INT(http_call(h, &q, &r, NULL), ST_OK);
    CHECK_STR(r.etag, "W/\"abc\"");
    CHECK_STR(r.last_modified, "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK_STR(r.expires, "0");
    CHECK_STR(r.date, "now");
    CHECK_STR(r.cache_control, "public, max-age=60");
    CHECK_STR(r.content_type, "application/geo+json");
    CHECK_STR(r.retry_after, "5");
    CHECK_STR(r.crc32, "123");
    CHECK_INT(r.age_s, 17);
    http_response_done(&r);
    q = request_to("/interim");
    CHECK_INT(http_call(h, &q, &r, NULL), ST_OK);
    CHECK_STR(r.etag, ""); /* from the interim response */
    http_response_done(&r);
    q = request_to("/to/relative");
    CHECK_INT(http_call(h, &q, &r, NULL), ST_OK);
    CHECK(str_ends(str_of(r.effective_url), STR("/ok")));
    CHECK_STR(r.location, "");
    http_response_done(&r);
    http_free(h);
}

static void check_has(const struct http_response *r, const char *text, bool has)
{
    if (!!strstr(buf_z(&r->body), text) != has)
        fail_msg("\"%s\" is %s in:\n%s", text, has ? "not" : "", buf_z(&r->body));
}

TEST(requests_are_sent_as_specified)
{
    static const struct http_header headers[] = {
        { { "Accept", 6 }, { "application/geo+json", 20 } },
        { { "X-Empty", 7 }, { NULL, 0 } },
    };
    static char body[50001];
    struct http *h = client();
    struct http_request q = request_to("/echo/../a//b?c=%20d");
    struct http_response r;

    q.headers = headers;
    q.header_count = ROWS(headers);
    CHECK_INT(http_call(h, &q, &r, NULL), ST_OK);
    check_has(&r, "GET /", true);
    http_response_done(&r);
    q.url = request_to("/echo/x/../a//b?c=%20d").url;
    CHECK_INT(http_call(h, &q, &r, NULL), ST_OK);
    check_has(&r, "GET /echo/x/../a//b?c=%20d HTTP/1.1\r\n", true);
    check_has(&r, "Accept: application/geo+json\r\n", true);
    check_has(&r, "X-Empty:\r\n", true);
    check_has(&r, "User-Agent: climacast-test\r\n", true);
    check_has(&r, "Accept-Encoding", false);
    http_response_done(&r);
    memset(body, 'b', sizeof body - 1);
    q = request_to("/echo");
    q.method = "POST";
    q.body = str_of(body);
    CHECK_INT(http_call(h, &q, &r, NULL), ST_OK);
    check_has(&r, "POST /echo HTTP/1.1\r\n", true);
    check_has(&r, "Content-Length: 50000\r\n", true);
    check_has(&r, "Content-Type", false);
    check_has(&r, "Expect", false);
    check_has(&r, body, true);
    http_response_done(&r);
    q.method = "PUT";
    q.body = STR_NONE;
    q.compressed = true;
    CHECK_INT(http_call(h, &q, &r, NULL), ST_OK);
    check_has(&r, "PUT /echo HTTP/1.1\r\n", true);
    check_has(&r, "Content-Length: 0\r\n", true);
    check_has(&r, "Accept-Encoding: gzip\r\n", true);
    http_response_done(&r);
    q = request_to("/echo"); /* nothing of that is left in the handle */
    CHECK_INT(http_call(h, &q, &r, NULL), ST_OK);
    check_has(&r, "GET /echo HTTP/1.1\r\n", true);
    check_has(&r, "Content-Length", false);
    http_response_done(&r);
    http_free(h);
}

TEST(a_post_is_never_redirected)
{
    struct http *h = client();
    struct http_request q = request_to("/to/here");
    struct http_response r;

    q.method = "POST";
    q.body = STR("x");
    CHECK_INT(http_call(h, &q, &r, NULL), ST_OK);
    CHECK_INT(r.status, 301);
    CHECK(str_ends(str_of(r.location), STR("/ok")));
    http_response_done(&r);
    q = request_to("/to/here");
    q.redirects = 0;
    CHECK_INT(http_call(h, &q, &r, NULL), ST_OK);
    CHECK_INT(r.status, 301);
    CHECK_SLICE(buf_str(&r.body), "moved\n");
    http_response_done(&r);
    http_free(h);
}

TEST(compressed_answers_are_bounded_after_inflation)
{
    struct http *h = client();
    struct http_request q = request_to("/gzip");
    struct http_response r;

    q.compressed = true;
    CHECK_INT(http_call(h, &q, &r, NULL), ST_OK);
    CHECK_SLICE(buf_str(&r.body), "hello hello hello hello hello ");
    http_response_done(&r);
    q = request_to("/gzip-bomb");
    q.compressed = true;
    CHECK_INT(http_call(h, &q, &r, NULL), ST_TOO_LARGE);
    http_response_done(&r);
    q.max_bytes = 200000;
    CHECK_INT(http_call(h, &q, &r, NULL), ST_OK);
    CHECK_INT(r.body.n, 200000);
    http_response_done(&r);
    http_free(h);
}

TEST(writes_are_not_resent_on_a_new_connection)
{
    struct http *h = client();
    struct http_request q = request_to("/dies-when-kept");
    struct http_response r;
    struct err err = ERR_NONE;

    q.method = "POST";
    q.body = STR("x");
    CHECK_INT(http_call(h, &q, &r, NULL), ST_OK);
    http_response_done(&r);
    CHECK_INT(http_call(h, &q, &r, NULL), ST_OK); /* resent by libcurl */
    http_response_done(&r);
    CHECK_INT(server.requests, 3);
    q.once = true;
    CHECK_INT(http_call(h, &q, &r, &err), ST_UNAVAILABLE);
    CHECK(strstr(err.text, "keep-alive connection was closed"));
    http_response_done(&r);
    CHECK_INT(server.requests, 4);
    CHECK_INT(http_call(h, &q, &r, NULL), ST_OK);
    http_response_done(&r);
    http_free(h);
}

TEST(connect_to_changes_the_address_only)
{
    struct http *h = client();
    struct http_request q = request_to("/echo");
    struct http_response r;
    char to[64];

    (void)snprintf(to, sizeof to, "127.0.0.1:%d", server.port);
    q.url = "http://upstream.invalid/echo";
    q.connect_to = to;
    CHECK_INT(http_call(h, &q, &r, NULL), ST_OK);
    check_has(&r, "Host: upstream.invalid\r\n", true);
    http_response_done(&r);
    http_free(h);
}

TEST(concurrent_calls_have_independent_outcomes)
{
    static const struct {
        const char *path;
        enum status want;
    } cases[] = {
        { "/slow", ST_OK },         { "/ok", ST_OK },          { "/reset", ST_UNAVAILABLE },
        { "/large", ST_TOO_LARGE }, { "/slow", ST_OK },        { "/silent", ST_TIMEOUT },
        { "/to/loop", ST_INVALID }, { "/slow", ST_OK },        { "/to/here", ST_OK },
        { "/slow", ST_OK },         { "bad url", ST_INVALID }, { "/missing", ST_OK },
        { "/chunked", ST_OK },      { "/slow", ST_OK },        { "/slow", ST_OK },
    };
    struct http_job *jobs = calloc(ROWS(cases), sizeof *jobs);
    struct http *h = client();
    int64_t begin = clock_mono_ms();

    for (size_t i = 0; i < ROWS(cases); i++) {
        jobs[i].request = request_to(cases[i].path);
        if (cases[i].path[0] != '/')
            jobs[i].request.url = cases[i].path;
        if (cases[i].want == ST_TIMEOUT)
            jobs[i].request.timeout_ms = 300;
    }
    http_call_all(h, jobs, ROWS(cases));
    CHECK(clock_mono_ms() - begin < 8000);
    for (size_t i = 0; i < ROWS(cases); i++) {
        CHECK_ROW(i, jobs[i].status == cases[i].want);
        CHECK_ROW(i, jobs[i].err.status == cases[i].want);
        http_response_done(&jobs[i].response);
    }
    http_call_all(h, NULL, 0);
    free(jobs);
    http_free(h);
}

/* Whatever has become of the others, the lane can be used again. */
TEST(calls_can_be_given_up)
{
    struct http *h = client();

    for (int wait_ms = 0; wait_ms <= 400; wait_ms += 100) {
        struct http_job *jobs = calloc(12, sizeof *jobs), *job;
        struct http_calls *calls = http_calls_open(h);
        for (size_t i = 0; i < 12; i++) { /* more than at a time */
            jobs[i].request = request_to(i == 0 ? "/ok" : "/silent");
            jobs[i].request.timeout_ms = 200; /* they end together */
            http_calls_add(calls, &jobs[i]);
        }
        job = http_calls_next(calls, clock_mono_ms() + 2000);
        CHECK(job == &jobs[0] && job->done && job->status == ST_OK);
        http_response_done(&job->response);
        clock_sleep_ms(wait_ms);
        job = http_calls_next(calls, clock_mono_ms());
        CHECK(!job || job->status == ST_TIMEOUT);
        http_calls_cancel(calls, &jobs[11]);
        CHECK(jobs[11].done && jobs[11].status == ST_TIMEOUT);
        http_calls_close(calls);
        for (size_t i = 1; i < 12; i++) {
            CHECK(jobs[i].done && jobs[i].status == ST_TIMEOUT && jobs[i].err.text[0]);
            http_response_done(&jobs[i].response);
        }
        free(jobs);
        struct http_job next = { .request = request_to("/ok") };
        http_call_all(h, &next, 1);
        CHECK_INT(next.status, ST_OK);
        http_response_done(&next.response);
    }
    http_free(h);
}

static void *call_often(void *data)
{
    struct http *h = data;
    uintptr_t good = 0;

    for (int i = 0; i < 25; i++) {
        struct http_job jobs[2] = { { .request = request_to("/ok") },
                                    { .request = request_to(i % 5 ? "/chunked" : "/to/here") } };
        http_call_all(h, jobs, 2);
        for (size_t k = 0; k < 2; k++) {
            good += jobs[k].status == ST_OK && str_eqz(buf_str(&jobs[k].response.body), "hello");
            http_response_done(&jobs[k].response);
        }
    }
    return (void *)good;
}

TEST(threads_share_the_pool_but_no_connection)
{
    enum { THREADS = 4 };
    struct http *h = client();
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, call_often, h), 0);
    for (int i = 0; i < THREADS; i++) {
        void *good = NULL;
        CHECK_INT(pthread_join(threads[i], &good), 0);
        CHECK_INT((uintptr_t)good, 50);
    }
    CHECK(server.connections <= 2 * THREADS);
    http_free(h);
}

/* Requests go straight to the test server, whatever proxy the machine uses. */
static int set_up(void **state)
{
    (void)unsetenv("http_proxy");
    (void)unsetenv("all_proxy");
    return server_start(state);
}

TESTS_WITH(set_up, server_stop, complete_responses_are_ok_whatever_their_status,
           errors_have_a_status_and_a_text, calls_that_hang_end_at_the_deadline,
           a_past_deadline_sends_nothing, bad_urls_and_headers_are_refused_without_sending,
           a_closed_port_is_unavailable, known_response_headers_are_stored,
           requests_are_sent_as_specified, a_post_is_never_redirected,
           compressed_answers_are_bounded_after_inflation,
           writes_are_not_resent_on_a_new_connection, connect_to_changes_the_address_only,
           concurrent_calls_have_independent_outcomes, calls_can_be_given_up,
           threads_share_the_pool_but_no_connection)
