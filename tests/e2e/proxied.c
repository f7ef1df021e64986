/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/proxied.c -- the daemon behind a proxy: plain HTTP, X-Forwarded-For, the PROXY protocol
 * and unix sockets. The proxy is 127.0.0.9; any other address is a stranger. */
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "tests/e2e/harness.h"
#include "tests/e2e/harness/raw_client.h"
#include "tests/e2e/harness/tool.h"
#include "tests/test.h"

enum { PROMPT_MS = 3000, LONG_BYTES = 20 * 1024, IN_FLIGHT = 2 };

#define PROXY "127.0.0.9"
#define STRANGER "127.0.0.8"
#define TRUST "server.trusted_proxies=" PROXY ",127.0.0.7/32"

/* A signed request with this X-Forwarded-For (NULL: none); returns the status. */
static int ask(struct world *w, const char *source, const char *forwarded)
{
    char line[LONG_BYTES + 100];
    const char *headers[] = { line, NULL };
    const struct client_options options = { .source = source,
                                            .fresh_connection = true,
                                            .headers = forwarded ? headers : NULL };
    json_t *e = envelope_launch("user-proxied");

    snprintf(line, sizeof line, "X-Forwarded-For: %s", forwarded ? forwarded : "");
    struct client_response a = client_post(w, e, &options);
    int status = a.status;
    client_response_done(&a);
    json_decref(e);
    return status;
}

static void expect_log(const struct world *w, const char *text)
{
    int64_t deadline = clock_mono_ms() + PROMPT_MS;
    bool found = false;

    while (!found && clock_left_ms(deadline) > 0) {
        char *log = world_log(w);
        found = strstr(log, text);
        if (!found && clock_left_ms(deadline) < 10)
            fail_msg("not in the log: %s\n%s", text, log);
        free(log);
        clock_sleep_ms(5);
    }
}

/* A connection from the proxy that has sent these bytes. */
static int say(const struct world *w, const char *source, const char *bytes, size_t n)
{
    int fd = raw_client_connect(w->port, source);
    int64_t deadline = clock_mono_ms() + PROMPT_MS;

    CHECK(fd >= 0);
    while (send(fd, bytes, n, MSG_NOSIGNAL) < 0 && clock_left_ms(deadline) > 0)
        clock_sleep_ms(1);
    return fd;
}

/* ---- plain HTTP ---- */

TEST(plain_http_verifies_as_ever_and_logs_the_client_that_the_proxy_names)
{
    struct world w = { .plain = true, .sets = { TRUST, NULL } };
    const struct client_options forged = { .signature = "bm90IGEgc2lnbmF0dXJl" };

    world_start(&w);
    CHECK_INT(ask(&w, PROXY, "203.0.113.5, 192.0.2.1"), 200);
    expect_log(&w, " client=192.0.2.1\n");
    CHECK_INT(ask(&w, PROXY, "203.0.113.5, 192.0.2.2, 127.0.0.7"), 200);
    expect_log(&w, " client=192.0.2.2\n");
    CHECK_INT(ask(&w, PROXY, NULL), 200);
    expect_log(&w, " client=127.0.0.9\n");
    json_t *e = envelope_launch("user-proxied");
    struct client_response a = client_post(&w, e, &forged);
    CHECK_INT(a.status, 400);
    CHECK_STR(a.body, "{\"error\":\"signature_invalid\"}");
    client_response_done(&a);
    json_decref(e);
    CHECK(client_metric(&w, "climacast_certificate_end_timestamp_seconds") < 0);
    a = client_admin_get(&w, "/readyz");
    CHECK_INT(a.status, 200);
    client_response_done(&a);
    a = client_admin_get(&w, "/");
    CHECK(strstr(a.body, "the certificate is the proxy"));
    client_response_done(&a);
    world_stop(&w);
}

TEST(what_a_stranger_says_of_itself_is_ignored)
{
    struct world w = { .plain = true, .sets = { TRUST, NULL } };

    world_start(&w);
    CHECK_INT(ask(&w, STRANGER, "192.0.2.1"), 200);
    expect_log(&w, " client=127.0.0.8\n");
    expect_log(&w, " proxy_header_ignored client=127.0.0.8 error=\"X-Forwarded-For from an address "
                   "that is not in server.trusted_proxies\"");
    char *log = world_log(&w);
    CHECK(!strstr(log, "192.0.2."));
    free(log);
    world_stop(&w);
}

TEST(headers_that_are_too_long_or_no_address_are_refused_with_one_line)
{
    struct world w = { .plain = true, .sets = { TRUST, NULL } };
    char text[LONG_BYTES + 1] = "";

    world_start(&w);
    CHECK_INT(ask(&w, PROXY, "unknown"), 400);
    expect_log(&w, "refused reason=forwarded_invalid status=400");
    memset(text, ' ', LONG_BYTES);
    memcpy(text, "192.0.2.1,", 10);
    text[1002] = '1';
    text[1003] = '\0';
    CHECK_INT(ask(&w, PROXY, text), 431);
    expect_log(&w, "error=\"X-Forwarded-For: more than 1000 bytes or 8 lines\"");
    text[1003] = ' ';
    text[LONG_BYTES - 1] = '1';
    CHECK_INT(ask(&w, STRANGER, text), 431);
    expect_log(&w, "error=\"larger than 16 KB\"");
    CHECK_INT(ask(&w, PROXY, "192.0.2.1"), 200);
    world_stop(&w);
}

TEST(each_client_behind_the_proxy_has_its_share_and_the_proxy_has_none)
{
    struct world w = { .plain = true, .sets = { TRUST, "server.max_connections_per_ip=2", NULL } };
    static const char unfinished[] = "POST /alexa HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n"
                                     "SignatureCertChainUrl: x\r\nSignature-256: x\r\n"
                                     "X-Forwarded-For: 192.0.2.1\r\n\r\n12345";
    int fds[IN_FLIGHT + 4];
    size_t n = 0;

    world_start(&w);
    while (n < IN_FLIGHT)
        fds[n++] = say(&w, PROXY, unfinished, sizeof unfinished - 1);
    while (n < IN_FLIGHT + 4) /* idle connections of the proxy count for nobody */
        fds[n++] = say(&w, PROXY, "", 0);
    int64_t deadline = clock_mono_ms() + PROMPT_MS;
    while (client_metric(&w, "climacast_requests_running") < IN_FLIGHT)
        CHECK(clock_left_ms(deadline) > 0);
    CHECK_INT(ask(&w, PROXY, "192.0.2.1"), 503);
    expect_log(&w, " connection_refused reason=address_limit client=192.0.2.1 suppressed=0");
    CHECK(client_metric(&w, "climacast_connections_refused_total{reason=\"address_limit\"}") == 1);
    CHECK(client_metric(&w, "climacast_refusals_total{reason=\"address_limit\"}") == 1);
    CHECK_INT(ask(&w, PROXY, "192.0.2.2"), 200);
    while (n > 0)
        close(fds[--n]);
    deadline = clock_mono_ms() + PROMPT_MS;
    while (client_metric(&w, "climacast_requests_running") > 0)
        CHECK(clock_left_ms(deadline) > 0);
    CHECK_INT(ask(&w, PROXY, "192.0.2.1"), 200);
    world_stop(&w);
}

/* ---- what libmicrohttpd refuses by itself ---- */

/* What the daemon sends until it closes the connection. */
static void read_all(int fd, char *out, size_t size)
{
    int64_t deadline = clock_mono_ms() + PROMPT_MS;
    size_t n = 0;
    ssize_t more;

    do {
        more = recv(fd, out + n, size - 1 - n, MSG_DONTWAIT);
        if (more > 0)
            n += (size_t)more;
        else if (more < 0)
            clock_sleep_ms(1);
    } while (more != 0 && n < size - 1 && clock_left_ms(deadline) > 0);
    out[n] = '\0';
}

TEST(requests_that_cannot_be_parsed_get_an_answer_like_all_others)
{
    static const struct {
        const char *start; /* the rest is 'a' */
        int status;
        const char *reason;
    } cases[] = {
        { "POST /alexa HTTP/9.1\r\nHost: x\r\n\r\n", 505, "http_malformed" },
        { "POST /alexa HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
          "SignatureCertChainUrl: https://s3.amazonaws.com/echo.api/good.pem\r\n"
          "Signature-256: AAAA\r\n\r\nzz\r\n",
          400, "http_malformed" },
        { "POST /alexa HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n", 413,
          "body_too_large" },
        { "POST /", 414, "head_too_large" },
        { "POST /alexa HTTP/1.1\r\nHost: x\r\nX: ", 431, "head_too_large" },
        { "POST /alexa HTTP/1.1\r\nHost: x\r\nCookie: a=", 431, "head_too_large" },
    };
    struct world w = { .plain = true, .sets = { TRUST, NULL } };
    char text[LONG_BYTES], answer[1000], want[200];

    world_start(&w);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        memset(text, 'a', sizeof text);
        memcpy(text, cases[i].start, strlen(cases[i].start));
        int fd = say(&w, PROXY, text, sizeof text);
        read_all(fd, answer, sizeof answer);
        close(fd);
        snprintf(want, sizeof want, "\r\n\r\n{\"error\":\"%s\"}", cases[i].reason);
        const char *body = strstr(answer, want);
        if (atoi(answer + strlen("HTTP/1.1 ")) != cases[i].status || !body || body[strlen(want)] ||
            !strstr(answer, "\r\nContent-Type: application/json;charset=UTF-8\r\n"))
            fail_msg("row %zu: want %d %s, got: %s", i, cases[i].status, cases[i].reason, answer);
    }
    expect_log(&w, " refused reason=http_malformed status=505 ");
    expect_log(&w, " error=\"larger than 16 KB\"");
    char *log = world_log(&w);
    CHECK(!strstr(log, "client=unknown"));
    free(log);
    CHECK_INT(ask(&w, PROXY, "192.0.2.1"), 200);
    world_stop(&w);
}

/* ---- the PROXY protocol ---- */

TEST(a_proxy_header_precedes_tls_and_only_trusted_proxies_must_send_one)
{
    struct world w = { .sets = { TRUST, "server.proxy_protocol=yes", NULL } };
    const struct client_options headed = { .source = PROXY,
                                           .fresh_connection = true,
                                           .proxy_header = true };
    json_t *e = envelope_launch("user-proxied");

    world_start(&w);
    struct client_response a = client_post(&w, e, &headed);
    if (a.status != 200)
        fail_msg("%d %s %s", a.status, a.error, a.body);
    client_response_done(&a);
    expect_log(&w, " client=127.0.0.9\n");
    json_decref(e);
    CHECK_INT(ask(&w, STRANGER, NULL), 200);
    CHECK_INT(ask(&w, PROXY, NULL), 0);
    expect_log(&w, " proxy_header_refused proxy=127.0.0.9 error=\"there is no header\"");
    CHECK_INT(client_metric(&w, "climacast_connections_refused_total{reason=\"proxy_header\"}"), 1);
    world_stop(&w);
}

/* Both name a client, 192.0.2.1 and 192.0.2.2. */
static const struct str headers[] = {
    STR("PROXY TCP4 192.0.2.1 198.51.100.2 52000 443\r\n"),
    STR("\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c\xc0\x00\x02\x02\xc6\x33\x64\x02\xcb\x20\x01\xbb"),
};

/* With TLS and without, a connection that begins with a header that is not expected. */
static void check_unexpected(bool plain, const char *setting, const char *source, const char *why)
{
    struct world w = { .plain = plain, .sets = { TRUST, setting, NULL } };
    char line[400];

    world_start(&w);
    (void)snprintf(line, sizeof line, " error=\"a PROXY header%s\" id=\"\" client=%s ", why,
                   source);
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        struct buf bytes = BUF_INIT(1000);
        buf_put(&bytes, headers[i]);
        buf_putz(&bytes, "POST /alexa HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
        int fd = say(&w, source, bytes.p, bytes.n);
        CHECK(raw_client_is_closed(fd, PROMPT_MS));
        close(fd);
        buf_free(&bytes);
    }
    expect_log(&w, line);
    expect_log(&w, " refused reason=proxy_header_unexpected ");
    CHECK_INT(client_metric(&w, "climacast_refusals_total{reason=\"proxy_header_unexpected\"}"), 2);
    char *log = world_log(&w);
    CHECK(!strstr(log, "192.0.2."));
    free(log);
    CHECK_INT(ask(&w, STRANGER, NULL), 200);
    world_stop(&w);
}

TEST(a_proxy_header_that_is_not_expected_is_told_with_its_cause)
{
    static const char untrusted[] =
        " from an address that is not in server.trusted_proxies; if it is your proxy, add it there";
    static const char neither[] = " from an address that is not in server.trusted_proxies; if it "
                                  "is your proxy, add it there, and set server.proxy_protocol = "
                                  "yes";

    for (int plain = 0; plain < 2; plain++) {
        check_unexpected(plain, "server.proxy_protocol=yes", STRANGER, untrusted);
        check_unexpected(plain, "server.proxy_protocol=no", STRANGER, neither);
        check_unexpected(plain, "server.proxy_protocol=no", PROXY,
                         ", but server.proxy_protocol = no");
    }
}

TEST(both_versions_of_the_proxy_header_tell_the_client)
{
    static const char *const clients[] = { "client=192.0.2.1 ", "client=192.0.2.2 " };
    struct world w = { .plain = true, .sets = { TRUST, "server.proxy_protocol=yes", NULL } };

    world_start(&w);
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        struct buf bytes = BUF_INIT(1000);
        buf_put(&bytes, headers[i]);
        buf_putz(&bytes, "POST /alexa HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
        int fd = say(&w, PROXY, bytes.p, bytes.n);
        expect_log(&w, clients[i]);
        close(fd);
        buf_free(&bytes);
    }
    world_stop(&w);
}

/* ---- unix sockets, and the tool ---- */

static void write_config(const struct world *w, const char *listen, const char *more)
{
    char text[2000];

    snprintf(text, sizeof text,
             "[server]\nlisten = %s\ntls = no\ntrusted_proxies = 127.0.0.1\n%s"
             "[admin]\nlisten = 127.0.0.1:%d\n[alexa]\nskill_ids = %s\n"
             "trust_anchors = %s/root.pem\ncertificate_connect_to = 127.0.0.1:%d\n"
             "[http]\nca_bundle = %s/root.pem\n[weather]\nbase_url = http://127.0.0.1:%d\nnow = "
             "%s\ncontact = me@example.org\n"
             "[persistence]\nbackend = sqlite\n[sqlite]\npath = %s/climacast.db\n",
             listen, more, w->admin_port, SKILL_ID, w->certs, w->s3_port, w->certs, w->sim_port,
             WORLD_NOW, w->dir);
    scratch_write(&scratch, "conf", text);
}

static void expect_tool_works(void)
{
    tool_run(&scratch, "--config conf ask LaunchRequest");
    tool_expect(&scratch, 0, "Clima Cast", NULL);
    tool_shell(&scratch, "\"$climacast\" --config conf request --curl LaunchRequest >request.sh && "
                         "sh ./request.sh");
    tool_expect(&scratch, 0, "outputSpeech", NULL);
    tool_run(&scratch, "--config conf certify");
    tool_expect(&scratch, 0, ", 0 failed", NULL);
    tool_run(&scratch, "--config conf doctor");
    tool_expect(&scratch, 0, "(plain HTTP, for a proxy)", NULL);
    tool_expect(&scratch, 0, "ok   certificate: not applicable: server.tls = no", NULL);
    CHECK(!strstr(scratch.out, "FAIL"));
}

TEST(the_tool_speaks_plain_http_to_a_port)
{
    struct world w = { .plain = true, .sets = { "server.trusted_proxies=127.0.0.1", NULL } };
    char listen[40];

    world_start(&w);
    snprintf(listen, sizeof listen, "127.0.0.1:%d", w.port);
    write_config(&w, listen, "");
    expect_tool_works();
    world_stop(&w);
}

TEST(the_tool_sends_a_proxy_header_where_the_daemon_expects_one)
{
    struct world w = { .plain = true,
                       .sets = { "server.trusted_proxies=127.0.0.1", "server.proxy_protocol=yes",
                                 NULL } };
    char listen[40];

    world_start(&w);
    snprintf(listen, sizeof listen, "127.0.0.1:%d", w.port);
    write_config(&w, listen, "proxy_protocol = yes\n");
    expect_tool_works();
    world_stop(&w);
}

TEST(the_tool_speaks_plain_http_to_a_unix_socket)
{
    static char listen[300];
    struct world w = { .plain = true, .sets = { listen, NULL } };

    snprintf(listen, sizeof listen, "server.listen=unix:%s/alexa.sock", scratch.dir);
    world_start(&w);
    expect_log(&w, " listening address=unix:/");
    write_config(&w, listen + strlen("server.listen="), "");
    expect_tool_works();
    expect_log(&w, " client=unix\n");
    world_kill_daemon(&w); /* the file of its socket is left, and replaced */
    world_start_daemon(&w);
    tool_run(&scratch, "--config conf ask LaunchRequest");
    tool_expect(&scratch, 0, "Clima Cast", NULL);
    world_stop(&w);
}

TESTS_EACH_WITH(scratch_setup, scratch_teardown,
                plain_http_verifies_as_ever_and_logs_the_client_that_the_proxy_names,
                what_a_stranger_says_of_itself_is_ignored,
                headers_that_are_too_long_or_no_address_are_refused_with_one_line,
                each_client_behind_the_proxy_has_its_share_and_the_proxy_has_none,
                requests_that_cannot_be_parsed_get_an_answer_like_all_others,
                a_proxy_header_precedes_tls_and_only_trusted_proxies_must_send_one,
                a_proxy_header_that_is_not_expected_is_told_with_its_cause,
                both_versions_of_the_proxy_header_tell_the_client,
                the_tool_speaks_plain_http_to_a_port,
                the_tool_sends_a_proxy_header_where_the_daemon_expects_one,
                the_tool_speaks_plain_http_to_a_unix_socket)
