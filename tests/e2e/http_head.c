/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/http_head.c -- malformed and ambiguous HTTP over real TLS connections: each gets
 * exactly one response, at once, and the connection is closed. */
#include <pthread.h>
#include <stdlib.h>

#include "server/base/clock.h"
#include "tests/e2e/harness.h"
#include "tests/e2e/harness/raw_client.h"
#include "tests/test.h"

enum { AT_ONCE_MS = 5000 }; /* of which a response needs a few; the idle timeout is 15000 */

#define LINE "POST /alexa HTTP/1.1\r\n"
#define HOST "Host: localhost\r\n"
#define LENGTH "Content-Length: 2\r\n\r\n{}"
#define CHUNKED "Transfer-Encoding: chunked\r\n"
#define CHUNKS "\r\n2\r\n{}\r\n0\r\n\r\n"

struct form {
    const char *name, *text;
    size_t size; /* with NULs */
    int status;
    const char *reason;
};
#define FORM(name, status, reason, text)             \
    {                                                \
        name, text, sizeof(text) - 1, status, reason \
    }

static const struct form refused[] = {
    FORM("a folded line", 400, "http_malformed", LINE HOST "X-A: 1\r\n 2\r\n" LENGTH),
    FORM("a folded coding", 400, "http_malformed",
         LINE HOST "Transfer-Encoding:\r\n chunked\r\n" CHUNKS),
    FORM("a folded length", 400, "http_malformed", LINE HOST "Content-Length: 2\r\n\t0\r\n\r\n{}"),
    FORM("a first line folded", 400, "http_malformed", LINE " X: 1\r\n" HOST LENGTH),
    FORM("NUL in a value", 400, "http_malformed", LINE HOST "X-A: a\0b\r\n" LENGTH),
    FORM("NUL after a value", 400, "http_malformed", LINE HOST "X-A: a\0\r\n" LENGTH),
    FORM("NUL in a name", 400, "http_malformed", LINE HOST "X\0A: a\r\n" LENGTH),
    FORM("NUL before a line", 400, "http_malformed", LINE HOST "\0X-A: a\r\n" LENGTH),
    FORM("NUL before the last line", 400, "http_malformed", LINE HOST "\0\r\n"),
    FORM("a space before the colon", 400, "http_malformed",
         LINE HOST "Transfer-Encoding : chunked\r\n" CHUNKS),
    FORM("a space before the length's colon", 400, "http_malformed",
         LINE HOST "Content-Length : 2\r\n\r\n{}"),
    FORM("an unknown coding", 400, "http_malformed",
         LINE HOST "Transfer-Encoding: gzip, chunked\r\n" CHUNKS),
    FORM("an unknown coding without a body", 400, "http_malformed",
         LINE HOST "Transfer-Encoding: gzip\r\n\r\n"),
    FORM("identity", 400, "http_malformed", LINE HOST "Transfer-Encoding: identity\r\n" LENGTH),
    FORM("a coding and a length", 400, "http_malformed", LINE HOST CHUNKED LENGTH),
    FORM("a length and a coding", 400, "http_malformed",
         LINE HOST "Content-Length: 2\r\n" CHUNKED CHUNKS),
    FORM("two lengths", 400, "http_malformed", LINE HOST "Content-Length: 3\r\n" LENGTH),
    FORM("two codings", 400, "http_malformed", LINE HOST CHUNKED CHUNKED CHUNKS),
    FORM("a coding in HTTP/1.0", 400, "http_malformed",
         "POST /alexa HTTP/1.0\r\n" HOST CHUNKED CHUNKS),
    FORM("a length that is no number", 400, "http_malformed",
         LINE HOST "Content-Length: two\r\n\r\n{}"),
    FORM("a negative length", 400, "http_malformed", LINE HOST "Content-Length: -2\r\n\r\n{}"),
    FORM("a signed length", 400, "http_malformed", LINE HOST "Content-Length: +2\r\n\r\n{}"),
    FORM("an endless length", 413, "body_too_large",
         LINE HOST "Content-Length: 99999999999999999999999999\r\n\r\n{}"),
    FORM("no Host", 400, "http_malformed", LINE LENGTH),
    FORM("no Host in a later version", 400, "http_malformed", "POST /alexa HTTP/1.2\r\n" LENGTH),
    FORM("two Hosts", 400, "http_malformed", LINE HOST HOST LENGTH),
    FORM("bare LF", 400, "http_malformed", "POST /alexa HTTP/1.1\nHost: x\n" LENGTH),
    FORM("one bare LF", 400, "http_malformed", LINE "Host: x\n" LENGTH),
    FORM("bare CR", 400, "http_malformed", LINE HOST "X: a\rb\r\n" LENGTH),
    FORM("no colon", 400, "http_malformed", LINE HOST "X\r\n" LENGTH),
    FORM("no name", 400, "http_malformed", LINE HOST ": x\r\n" LENGTH),
    FORM("no version", 400, "http_malformed", "POST /alexa\r\n" HOST LENGTH),
    FORM("version 9", 505, "http_malformed", "POST /alexa HTTP/9.1\r\n" HOST LENGTH),
    FORM("a method of control characters", 400, "http_malformed",
         "\x01\x02 /alexa HTTP/1.1\r\n" HOST LENGTH),
    FORM("a chunk that is no number", 400, "http_malformed",
         LINE HOST "SignatureCertChainUrl: https://s3.amazonaws.com/echo.api/good.pem\r\n"
                   "Signature-256: AAAA\r\n" CHUNKED "\r\nzz\r\n{}\r\n0\r\n\r\n"),
    FORM("lines after the body", 400, "http_malformed",
         LINE HOST "SignatureCertChainUrl: https://s3.amazonaws.com/echo.api/good.pem\r\n"
                   "Signature-256: AAAA\r\n" CHUNKED "\r\n2\r\n{}\r\n0\r\nX: 1\r\n\r\n"),
};

static int count_heads(const char *text)
{
    int n = 0;

    for (; (text = strstr(text, "HTTP/1.1 ")); text++)
        n++;
    return n;
}

static void expect_one_response(const char *name, const char *text, int status, const char *reason)
{
    char error[60];

    snprintf(error, sizeof error, "{\"error\":\"%s\"}", reason);
    if (count_heads(text) != 1 || atoi(text + 9) != status || !strstr(text, error) ||
        !strstr(text, "\r\nConnection: close\r\n"))
        fail_msg("%s: want one response %d %s, got: %s", name, status, reason, text);
}

static double counted(const char *reason)
{
    char series[100];

    snprintf(series, sizeof series, "climacast_refusals_total{reason=\"%s\"}", reason);
    double n = client_metric(&world, series);
    return n < 0 ? 0 : n;
}

static void expect_refusal(const struct form *f)
{
    double before = counted(f->reason);
    struct raw_client *c = raw_client_open(world.port, NULL, AT_ONCE_MS);
    bool closed;

    CHECK(c);
    raw_client_send(c, f->text, f->size);
    const char *text = raw_client_read(c, AT_ONCE_MS, &closed);
    expect_one_response(f->name, text, f->status, f->reason);
    if (!closed)
        fail_msg("%s: the connection stays open", f->name);
    raw_client_close(c);
    if (counted(f->reason) != before + 1)
        fail_msg("%s: counted %.0f times", f->name, counted(f->reason) - before);
}

TEST(ambiguous_and_malformed_requests_get_one_response_at_once)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        expect_refusal(&refused[i]);
}

TEST(heads_that_are_too_large_are_refused_once)
{
    enum { LONG = 20000 };
    static const struct {
        const char *name, *start;
        int status;
    } cases[] = { { "a long URL", "POST /", 414 },
                  { "a long header", LINE HOST "X: ", 431 },
                  { "long cookies", LINE HOST "Cookie: a=", 431 } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = malloc(LONG + 1);
        size_t n = strlen(cases[i].start);
        memset(text, 'a', LONG);
        memcpy(text, cases[i].start, n);
        expect_refusal(
            &(struct form){ cases[i].name, text, LONG, cases[i].status, "head_too_large" });
        /* Cookies that fit, but not twice: libmicrohttpd copies them. */
        n = (size_t)snprintf(text, LONG, LINE HOST "Cookie: ");
        size_t end = n + 9000;
        memset(text + n, ';', end - n);
        n = end + (size_t)snprintf(text + end, LONG - end, "\r\n" LENGTH);
        expect_refusal(&(struct form){ "copied cookies", text, n, 431, "head_too_large" });
        free(text);
    }
}

TEST(pipelined_requests_are_answered_one_by_one)
{
    static const char two[] = LINE HOST LENGTH LINE HOST LENGTH;
    struct raw_client *c = raw_client_open(world.port, NULL, AT_ONCE_MS);
    int64_t deadline = clock_mono_ms() + AT_ONCE_MS;
    const char *text = "";
    int heads = 0;

    CHECK(c);
    raw_client_send_text(c, two);
    while (heads < 2 && clock_left_ms(deadline) > 0) {
        text = raw_client_read(c, 300, NULL);
        heads += count_heads(text);
    }
    CHECK_INT(heads, 2);
    raw_client_close(c);
}

/* ---- beside other connections ---- */

enum { PEERS = 12, ROUNDS = 10 };

/* What a peer sends each time, and what it must receive. */
struct peer {
    const char *text;
    size_t size;
    const char *expected[2]; /* in this order, of each response */
    char wrong[600];         /* "" while nothing is */
};

static void run_round(struct peer *p)
{
    struct raw_client *c = raw_client_open(world.port, NULL, AT_ONCE_MS);
    const char *text = "", *at;

    if (c && raw_client_send(c, p->text, p->size))
        text = raw_client_read(c, AT_ONCE_MS, NULL);
    at = text;
    for (size_t i = 0; i < 2 && p->expected[i] && at; i++)
        at = strstr(at, p->expected[i]);
    if (!at || count_heads(text) != 1 + !!p->expected[1])
        (void)snprintf(p->wrong, sizeof p->wrong, "%.500s", text);
    raw_client_close(c);
}

static void *run_peer(void *data)
{
    for (int i = 0; i < ROUNDS; i++)
        run_round(data);
    return NULL;
}

/* Each peer must get its own responses, whatever the others are doing. */
static void run_peers(const struct peer *model)
{
    static struct peer peers[PEERS];
    pthread_t threads[PEERS];

    for (int i = 0; i < PEERS; i++) {
        peers[i] = *model;
        CHECK(pthread_create(&threads[i], NULL, run_peer, &peers[i]) == 0);
    }
    for (int i = 0; i < PEERS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < PEERS; i++)
        if (peers[i].wrong[0])
            fail_msg("want %s, got: %s", model->expected[0], peers[i].wrong);
}

/* libmicrohttpd reads a large TLS record in parts, and other connections between them. */
TEST(a_head_that_is_too_large_is_refused_on_its_own_connection)
{
    enum { LONG = 40000 };
    char *text = malloc(LONG);
    int n = snprintf(text, LONG, LINE HOST "X: ");

    memset(text + n, 'a', (size_t)(LONG - n));
    run_peers(&(struct peer){ text, LONG, { "{\"error\":\"head_too_large\"}" }, "" });
    free(text);
}

/* The second request is parsed when the first has been answered, by a worker: meanwhile, other
 * connections are read. */
TEST(a_malformed_request_that_was_pipelined_is_refused_on_its_own_connection)
{
    static const char two[] =
        LINE HOST "SignatureCertChainUrl: https://s3.amazonaws.com/echo.api/none.pem\r\n"
                  "Signature-256: AAAA\r\n" LENGTH "POST /alexa HTTP/9.1\r\n" HOST LENGTH;

    run_peers(&(struct peer){
        two,
        sizeof two - 1,
        { "{\"error\":\"certificate_unavailable\"}", "{\"error\":\"http_malformed\"}" },
        "" });
}

TESTS_WITH(world_setup, world_teardown, ambiguous_and_malformed_requests_get_one_response_at_once,
           heads_that_are_too_large_are_refused_once, pipelined_requests_are_answered_one_by_one,
           a_head_that_is_too_large_is_refused_on_its_own_connection,
           a_malformed_request_that_was_pipelined_is_refused_on_its_own_connection)
