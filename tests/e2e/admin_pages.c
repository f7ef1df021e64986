/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/admin_pages.c -- the dashboard and the test console over HTTP: security headers, which
 * requests are rejected, and what the console accepts. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "tests/e2e/harness.h"
#include "tests/e2e/harness/raw_client.h"
#include "tests/test.h"

enum { FORM = 4000, LONG = 40 * 1024, PROMPT_MS = 3000 };

static struct world with, without; /* a daemon with the test console, and one without */

static int start(void **state)
{
    (void)state;
    with.sets[0] = "admin.simulator=yes";
    with.sets[1] = "admin.hosts=monitor.example, other.example";
    world_start(&with);
    world_start(&without);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    world_stop(&without);
    world_stop(&with);
    return 0;
}

static void check_header(const struct client_response *a, const char *line)
{
    if (!strstr(a->headers, line))
        fail_msg("no \"%s\" in:\n%s", line, a->headers);
}

static void check_body(const struct client_response *a, const char *words)
{
    if (!strstr(a->body, words))
        fail_msg("HTTP %d, no \"%s\" in:\n%s", a->status, words, a->body);
}

/* Read the token of the console's forms. */
static void read_token(char out[33])
{
    static const char mark[] = "name=\"token\" value=\"";
    struct client_response a = client_admin_get(&with, "/console");
    const char *at = strstr(a.body, mark);

    CHECK_INT(a.status, 200);
    CHECK(at);
    snprintf(out, 33, "%.32s", at + strlen(mark));
    client_response_done(&a);
}

/* POST a form with the token and the right Origin. */
static struct client_response send_form(const char *fields)
{
    char token[33], form[FORM], origin[100];

    read_token(token);
    snprintf(form, sizeof form, "token=%s&%s", token, fields);
    snprintf(origin, sizeof origin, "Origin: http://127.0.0.1:%d", with.admin_port);
    const char *const headers[] = { origin, NULL };
    return client_admin_send(&with, "POST", "/console", headers, form);
}

TEST(security_headers_forbid_scripts_framing_and_caching)
{
    static const char *const pages[] = { "/", "/console" };

    for (size_t i = 0; i < 2; i++) {
        struct client_response a = client_admin_get(&with, pages[i]);
        CHECK_INT(a.status, 200);
        check_header(&a, "Content-Type: text/html; charset=utf-8\r\n");
        check_header(&a, "Content-Security-Policy: default-src 'none'; style-src 'sha256-");
        check_header(&a, "frame-ancestors 'none'");
        check_header(&a, "base-uri 'none'");
        check_header(&a, i == 0 ? "script-src 'none'" : "script-src 'sha256-");
        check_header(&a, "X-Content-Type-Options: nosniff\r\n");
        check_header(&a, "X-Frame-Options: DENY\r\n");
        check_header(&a, "Referrer-Policy: same-origin\r\n");
        check_header(&a, "Cache-Control: no-store\r\n");
        CHECK(!strstr(a.headers, "unsafe-inline") && !strstr(a.headers, "Access-Control"));
        CHECK(!strstr(a.body, "<script") || i == 1);
        client_response_done(&a);
    }
}

TEST(the_dashboard_shows_recent_requests)
{
    struct client_response a = client_ask(&with, "user-dashboard", "MetricIntent", "metric",
                                          "temperature", "location", "boulder colorado", NULL);

    CHECK_INT(a.status, 200);
    client_response_done(&a);
    static const struct client_options unsigned_request = { .no_signature = true };
    json_t *e = envelope_launch("user-dashboard");
    a = client_post(&with, e, &unsigned_request);
    CHECK_INT(a.status, 400);
    client_response_done(&a);
    json_decref(e);
    static const char *const expected[] = { "MetricIntent",     "signature_missing",
                                            "Boulder Colorado", "LocationCache",
                                            "sqlite",           "localhost",
                                            "days left" };
    static const char *const paths[] = { "/", "/?range=day&refresh=no", "/?range=%22%3E%3Cb%3E" };
    for (size_t p = 0; p < 3; p++) {
        a = client_admin_get(&with, paths[p]);
        CHECK_INT(a.status, 200);
        for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
            check_body(&a, expected[i]);
        check_body(&a, p == 1 ? "Resume auto-refresh" : "Pause auto-refresh");
        CHECK(!strstr(a.body, "<b>\""));
        CHECK(!strstr(a.body, "user-dashboard"));
        client_response_done(&a);
    }
}

TEST(pages_are_not_served_to_a_rebound_name)
{
    static const char *const foreign[] = { "Host: evil.example", NULL };
    static const char *const local[] = { "Host: localhost:9999", NULL };
    static const char *const named[] = { "Host: Monitor.Example:9180", NULL };
    static const char *const pages[] = { "/", "/console", "/metrics", "/readyz" };

    for (size_t i = 0; i < 4; i++) {
        struct client_response a = client_admin_send(&with, "GET", pages[i], foreign, NULL);
        CHECK_INT(a.status, 403);
        CHECK(!strstr(a.body, "token") && !strstr(a.body, "climacast"));
        client_response_done(&a);
        a = client_admin_send(&with, "GET", pages[i], local, NULL);
        CHECK_INT(a.status, 200);
        client_response_done(&a);
        a = client_admin_send(&with, "GET", pages[i], named, NULL); /* one of admin.hosts */
        CHECK_INT(a.status, 200);
        client_response_done(&a);
        a = client_admin_send(&without, "GET", pages[i], named, NULL);
        CHECK_INT(a.status, i == 1 ? 404 : 403);
        client_response_done(&a);
    }
    /* "ok" says nothing, and probes use all sorts of names. */
    struct client_response a = client_admin_send(&with, "GET", "/healthz", foreign, NULL);
    CHECK_INT(a.status, 200);
    client_response_done(&a);
}

/* curl removes the header when its value is empty. */
TEST(a_probe_without_a_host_is_answered_but_no_browser_page)
{
    static const struct {
        const char *path;
        int status;
    } pages[] = { { "/healthz", 200 }, { "/readyz", 200 }, { "/metrics", 200 }, { "/", 403 } };
    static const char *const none[] = { "Host:", NULL };

    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        struct client_response a = client_admin_send(&with, "GET", pages[i].path, none, NULL);
        CHECK_ROW(i, a.status == pages[i].status);
        client_response_done(&a);
    }
}

TEST(other_methods_are_rejected)
{
    struct client_response a = client_admin_send(&with, "POST", "/", NULL, "x=1");

    CHECK_INT(a.status, 405);
    check_header(&a, "Allow: GET, HEAD\r\n");
    client_response_done(&a);
    a = client_admin_send(&with, "DELETE", "/console", NULL, NULL);
    CHECK_INT(a.status, 405);
    check_header(&a, "Allow: GET, HEAD, POST\r\n");
    client_response_done(&a);
    a = client_admin_send(&with, "HEAD", "/", NULL, NULL);
    CHECK_INT(a.status, 200);
    client_response_done(&a);
}

/* What the listener sends for these bytes, until it closes the connection. */
static void exchange(const char *bytes, size_t n, char *out, size_t size)
{
    int fd = raw_client_connect(with.admin_port, NULL);
    int64_t deadline = clock_mono_ms() + PROMPT_MS;
    size_t sent = 0, got = 0;
    ssize_t more = -1;
    bool reset = false; /* it closes without having read everything */

    CHECK(fd >= 0);
    while (more != 0 && !reset && got < size - 1 && clock_left_ms(deadline) > 0) {
        ssize_t took = sent < n ? send(fd, bytes + sent, n - sent, MSG_NOSIGNAL) : 0;
        sent += took > 0 ? (size_t)took : 0;
        more = recv(fd, out + got, size - 1 - got, MSG_DONTWAIT);
        got += more > 0 ? (size_t)more : 0;
        reset = more < 0 && errno == ECONNRESET;
        if (more < 0)
            clock_sleep_ms(1);
    }
    close(fd);
    out[got] = '\0';
}

#define MALFORMED "The request is not valid HTTP.\n"
#define FORM_TOO_LARGE "The form is too large.\n"
#define HEAD_TOO_LONG "The URL or a header is too long.\n"

TEST(requests_that_cannot_be_parsed_get_an_answer_like_all_others)
{
    static const struct {
        const char *start; /* unless it ends a line, 'a' follows */
        int status;
        const char *body;
    } cases[] = {
        { "GET / HTTP/9.1\r\nHost: x\r\n\r\n", 505, MALFORMED },
        { "POST /console HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400,
          MALFORMED },
        { "POST /console HTTP/1.1\r\nHost: x\r\nContent-Length: two\r\n\r\n", 400, MALFORMED },
        { "POST /console HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
          413, FORM_TOO_LARGE },
        { "GET /", 414, HEAD_TOO_LONG },
        { "GET / HTTP/1.1\r\nHost: x\r\nX: ", 431, HEAD_TOO_LONG },
        /* The second one of a connection, after a page that asked the store. */
        { "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/9.1\r\nHost: x\r\n\r\n", 505,
          MALFORMED },
    };
    char text[LONG], answer[3000], status[20];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t n = strlen(cases[i].start);
        memset(text, 'a', sizeof text);
        memcpy(text, cases[i].start, n);
        exchange(text, text[n - 1] == '\n' ? n : sizeof text, answer, sizeof answer);
        snprintf(status, sizeof status, "HTTP/1.1 %d ", cases[i].status);
        const char *head = strstr(answer, status), *body = head ? strstr(head, "\r\n\r\n") : NULL;
        if (!body || strcmp(body + 4, cases[i].body) != 0 ||
            !strstr(head, "\r\nContent-Type: text/plain; charset=utf-8\r\n"))
            fail_msg("row %zu: want %d %s, got: %s", i, cases[i].status, cases[i].body, answer);
    }
}

TEST(the_console_is_off_by_default)
{
    static const char *const methods[] = { "GET", "POST" };

    for (size_t i = 0; i < 2; i++) {
        struct client_response a =
            client_admin_send(&without, methods[i], "/console", NULL, i ? "phrase=x" : NULL);
        CHECK_INT(a.status, 404);
        CHECK(!strstr(a.body, "/console"));
        client_response_done(&a);
    }
    struct client_response a = client_admin_get(&without, "/");
    CHECK_INT(a.status, 200);
    CHECK(!strstr(a.body, "/console"));
    client_response_done(&a);
}

TEST(cross_site_forms_are_rejected)
{
    char token[33], good[200], origin[100];

    read_token(token);
    snprintf(good, sizeof good, "token=%s&kind=intent&intent=LaunchRequest", token);
    snprintf(origin, sizeof origin, "Origin: http://127.0.0.1:%d", with.admin_port);
    const struct {
        const char *origin, *host, *form;
    } cases[] = {
        { origin, NULL, "kind=intent&intent=LaunchRequest" },
        { origin, NULL, "token=&kind=intent&intent=LaunchRequest" },
        { origin, NULL, "token=00000000000000000000000000000000&intent=LaunchRequest" },
        { NULL, NULL, good },
        { "Origin: null", NULL, good },
        { "Origin: http://evil.example", NULL, good },
        { "Origin: http://127.0.0.1:1", NULL, good },
        { "Origin: http://evil.example", "Host: evil.example", good },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *headers[3] = { NULL };
        size_t n = 0;
        if (cases[i].origin)
            headers[n++] = cases[i].origin;
        if (cases[i].host)
            headers[n++] = cases[i].host;
        struct client_response a =
            client_admin_send(&with, "POST", "/console", headers, cases[i].form);
        CHECK_ROW(i, a.status == 403);
        CHECK_ROW(i, !strstr(a.body, "outputSpeech"));
        client_response_done(&a);
    }
}

TEST(a_phrase_is_matched_and_answered)
{
    struct client_response a =
        send_form("kind=phrase&phrase=what%27s+the+temperature+in+boulder+colorado");

    CHECK_INT(a.status, 200);
    check_body(&a, "<code>MetricIntent</code>");
    check_body(&a, "<dt>location</dt><dd>boulder colorado</dd>");
    check_body(&a, "in Boulder, Colorado");
    check_body(&a, "id=\"card\"");
    check_body(&a, "&quot;type&quot;: &quot;IntentRequest&quot;");
    check_body(&a, "&quot;outputSpeech&quot;");
    client_response_done(&a);
    a = send_form("kind=phrase&phrase=colorless+green+ideas+sleep+furiously");
    check_body(&a, "AMAZON.FallbackIntent");
    check_body(&a, "No sample utterance matches");
    client_response_done(&a);
}

TEST(an_intent_is_sent_with_its_own_slots_only)
{
    struct client_response a =
        send_form("kind=intent&intent=MetricIntent&slot-metric=wind&slot-location="
                  "seattle+washington&slot-percent=90&slot-nonsense=1");

    CHECK_INT(a.status, 200);
    check_body(&a, "in Seattle, Washington");
    CHECK(!strstr(a.body, "<dt>percent</dt>") && !strstr(a.body, "nonsense"));
    client_response_done(&a);
    a = send_form("kind=intent&intent=SessionEndedRequest");
    CHECK_INT(a.status, 200);
    check_body(&a, "No speech.");
    client_response_done(&a);
    a = send_form("kind=intent&intent=DropTableIntent");
    check_body(&a, "has no such intent");
    client_response_done(&a);
    a = send_form("kind=phrase&phrase=");
    check_body(&a, "Type what a user would say");
    client_response_done(&a);
}

TEST(an_open_session_continues)
{
    struct client_response a = send_form("kind=intent&intent=LaunchRequest");

    check_body(&a, "the session stays open");
    check_body(&a, "name=\"attributes\"");
    client_response_done(&a);
    a = send_form("kind=intent&intent=AMAZON.HelpIntent&open=yes&attributes=%7B%7D");
    check_body(&a, "&quot;new&quot;: false");
    client_response_done(&a);
    a = send_form("kind=intent&intent=AMAZON.HelpIntent&open=yes&attributes=nonsense");
    CHECK_INT(a.status, 200);
    check_body(&a, "id=\"problem\"");
    client_response_done(&a);
}

TEST(typed_text_never_becomes_markup)
{
    struct client_response a =
        send_form("kind=intent&intent=MetricIntent&slot-metric=wind&slot-location="
                  "%3Cscript%3Ealert%281%29%3C%2Fscript%3E%22%27%26");

    CHECK_INT(a.status, 200);
    CHECK(!strstr(a.body, "<script>alert"));
    check_body(&a, "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;");
    client_response_done(&a);
}

TEST(a_form_that_is_too_large_is_rejected)
{
    enum { LARGE = 300000 };
    char *form = calloc(1, LARGE + 1);
    memset(form, 'a', LARGE);
    struct client_response a = client_admin_send(&with, "POST", "/console", NULL, form);
    CHECK(a.status == 413 || a.status == 0);
    client_response_done(&a);
    free(form);
}

/* POST a form from another thread. */
static void *ask_in_the_background(void *text)
{
    char command[FORM];

    snprintf(command, sizeof command,
             "curl -s -o /dev/null --noproxy '*' -H 'Origin: http://127.0.0.1:%d' -d '%s' "
             "http://127.0.0.1:%d/console",
             with.admin_port, (const char *)text, with.admin_port);
    CHECK_INT(system(command), 0);
    return NULL;
}

TEST(a_slow_request_does_not_delay_other_pages)
{
    char token[33], form[300];
    pthread_t asker;

    read_token(token);
    snprintf(
        form, sizeof form,
        "token=%s&kind=intent&intent=MetricIntent&slot-metric=wind&slot-location=miami+florida",
        token);
    sim_clear_log(&with);
    sim_add_fault(&with, "{\"match\":\"/points\",\"kind\":\"delay\",\"ms\":2500}");
    CHECK_INT(pthread_create(&asker, NULL, ask_in_the_background, form), 0);
    int64_t deadline = clock_mono_ms() + 5000;
    while (sim_count_requests(&with, "/points/") == 0 && clock_left_ms(deadline) > 0)
        clock_sleep_ms(10);
    struct client_response a = client_admin_get(&with, "/healthz");
    CHECK_INT(a.status, 200);
    CHECK(a.ms < 1500);
    client_response_done(&a);
    CHECK_INT(pthread_join(asker, NULL), 0);
    sim_clear_faults(&with);
}

TEST(the_daemon_is_still_ready_and_exits_cleanly)
{
    struct client_response a = client_admin_get(&with, "/readyz");

    CHECK_INT(a.status, 200);
    client_response_done(&a);
    CHECK_INT(world_stop_daemon(&with), 0);
    world_start_daemon(&with);
}

TESTS_WITH(start, stop, security_headers_forbid_scripts_framing_and_caching,
           the_dashboard_shows_recent_requests, pages_are_not_served_to_a_rebound_name,
           a_probe_without_a_host_is_answered_but_no_browser_page, other_methods_are_rejected,
           requests_that_cannot_be_parsed_get_an_answer_like_all_others,
           the_console_is_off_by_default, cross_site_forms_are_rejected,
           a_phrase_is_matched_and_answered, an_intent_is_sent_with_its_own_slots_only,
           an_open_session_continues, typed_text_never_becomes_markup,
           a_form_that_is_too_large_is_rejected, a_slow_request_does_not_delay_other_pages,
           the_daemon_is_still_ready_and_exits_cleanly)
