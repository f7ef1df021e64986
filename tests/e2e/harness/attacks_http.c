/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/attacks_http.c -- attacks with complete requests: floods, replays, forgeries,
 * smuggling, large JSON. Each runs until its process is killed. */
#include <unistd.h>

#include "tests/e2e/harness/attack_plan.h"
#include "tests/test.h"

/* ---- requests, one after the other ---- */

/* Send requests over one connection while it lasts. */
static void send_requests(struct attack_plan *p, struct raw_client *c, struct buf *request)
{
    int status;

    do {
        buf_reset(request);
        p->put(p, atomic_fetch_add(&p->next, 1), request);
        /* A refusal may come before all is sent. */
        (void)raw_client_send(c, buf_z(request), request->n);
        status = raw_client_response(c, 4 * ATTACK_PATIENCE_MS);
        attack_count_response(p->counts, status, raw_client_text(c));
    } while (status > 0 && !strstr(raw_client_text(c), "Connection: close"));
}

static void *flood_requests(void *data)
{
    struct attack_plan *p = data;
    struct buf request = BUF_INIT(ATTACK_REQUEST_MAX);

    while (p->counts) /* until the process is killed */ {
        struct raw_client *c = attack_open_client(p, atomic_fetch_add(&p->next, 1));
        if (c)
            send_requests(p, c, &request);
        raw_client_close(c);
    }
    return NULL;
}

static void put_fixed(struct attack_plan *p, long i, struct buf *out)
{
    (void)i;
    buf_put(out, buf_str(&p->fixed));
}

static void run_flood(const struct world *w, int number, struct attack_counts *counts,
                      void (*put)(struct attack_plan *, long, struct buf *),
                      void (*prepare)(struct attack_plan *))
{
    struct attack_plan p = { .world = w,
                             .number = number,
                             .counts = counts,
                             .wire = wire_open(w),
                             .put = put,
                             .fixed = BUF_INIT(ATTACK_REQUEST_MAX) };

    if (prepare)
        prepare(&p);
    attack_run_threads(&p, flood_requests);
}

static void put_not_found(struct attack_plan *p, long i, struct buf *out)
{
    (void)p;
    buf_printf(out, "GET /%ld HTTP/1.1\r\nHost: localhost\r\n\r\n", i);
}

void attack_other_paths(const struct world *w, int number, struct attack_counts *counts)
{
    run_flood(w, number, counts, put_not_found, NULL);
}

static void prepare_replay(struct attack_plan *p)
{
    /* The first one is answered, at an address that does not attack. */
    wire_put_question(p->wire, "user-replayed", SKILL_ID, &p->fixed);
    struct raw_client *c = raw_client_open(p->world->port, NULL, ATTACK_PATIENCE_MS);
    if (c && raw_client_send(c, buf_z(&p->fixed), p->fixed.n))
        raw_client_response(c, ATTACK_PATIENCE_MS);
    raw_client_close(c);
}

void attack_replays(const struct world *w, int number, struct attack_counts *counts)
{
    run_flood(w, number, counts, put_fixed, prepare_replay);
}

static void prepare_other_skill(struct attack_plan *p)
{
    wire_put_question(p->wire, "user-of-another", "amzn1.ask.skill.another", &p->fixed);
}

void attack_other_skill(const struct world *w, int number, struct attack_counts *counts)
{
    run_flood(w, number, counts, put_fixed, prepare_other_skill);
}

static void put_junk_url(struct attack_plan *p, long i, struct buf *out)
{
    char url[100];

    (void)p;
    snprintf(url, sizeof url, "https://s3.amazonaws.com/echo.api/junk-%d-%ld.pem", (int)getpid(),
             i);
    wire_put_forged(url, STR("{}"), out);
}

void attack_junk_urls(const struct world *w, int number, struct attack_counts *counts)
{
    run_flood(w, number, counts, put_junk_url, NULL);
}

/* A deep and wide document, almost as large as it may be. */
static void put_large_json(struct buf *body)
{
    enum { ENOUGH = 250 * 1000 };

    buf_putz(body, "{\"version\":\"1.0\",\"session\":{\"attributes\":{\"a\":[");
    while (body->n < ENOUGH)
        buf_putz(
            body,
            "[[[{\"a name\":\"\\u00e9\\ud83d\\ude00 and a text of usual length, with escapes \\n "
            "\\\"here\\\" and there\",\"another\":[1,2.5e3,null,true]}]]],");
    buf_putz(body, "0]}}}");
}

static void prepare_large_json(struct attack_plan *p)
{
    struct buf body = BUF_INIT(ATTACK_REQUEST_MAX);

    put_large_json(&body);
    wire_put(p->wire, buf_str(&body), &p->fixed);
    buf_free(&body);
}

void attack_large_json(const struct world *w, int number, struct attack_counts *counts)
{
    run_flood(w, number, counts, put_fixed, prepare_large_json);
}

static void prepare_forgery(struct attack_plan *p)
{
    struct buf body = BUF_INIT(ATTACK_REQUEST_MAX);

    put_large_json(&body);
    wire_put_forged("https://s3.amazonaws.com/echo.api/good.pem", buf_str(&body), &p->fixed);
    buf_free(&body);
}

void attack_forgeries(const struct world *w, int number, struct attack_counts *counts)
{
    run_flood(w, number, counts, put_fixed, prepare_forgery);
}

static void put_smuggled(struct attack_plan *p, long i, struct buf *out)
{
    static const struct str forms[] = {
        STR("Transfer-Encoding:\r\n chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"),
        STR("Transfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
        STR("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
        STR("Content-Length: 5\r\nContent-Length: 6\r\n\r\n0\r\n\r\n"),
        STR("Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        STR("X: a\0\r\nContent-Length: 0\r\n\r\n"),
        STR("\0Content-Length: 10\r\n\r\n0123456789"),
        STR("Content-Length: five\r\n\r\n12345"),
        STR("Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n"),
        STR("Transfer-Encoding: chunked\r\n\r\nz\r\n"),
    };

    (void)p;
    buf_putz(out, "POST /alexa HTTP/1.1\r\nHost: localhost\r\n");
    buf_put(out, forms[(size_t)i % (sizeof forms / sizeof forms[0])]);
}

void attack_smuggling(const struct world *w, int number, struct attack_counts *counts)
{
    run_flood(w, number, counts, put_smuggled, NULL);
}

static void put_filling(struct buf *out, size_t size, const char *filling)
{
    for (size_t end = out->n + size; out->n < end;)
        buf_put(out, str_sub(str_of(filling), 0, end - out->n));
}

#define START "POST /alexa HTTP/1.1\r\nHost: localhost\r\n"
#define SIGNED                                                              \
    "SignatureCertChainUrl: https://s3.amazonaws.com/echo.api/good.pem\r\n" \
    "Signature-256: AAAA\r\n"

/* Heads and bodies that are larger than they may be, announced or not. */
static void put_oversized(struct attack_plan *p, long i, struct buf *out)
{
    enum { HEAD_BYTES = 40 * 1000, BODY_BYTES = 300 * 1000 };
    static const struct {
        const char *start, *filling;
        size_t size;
        const char *end;
    } forms[] = {
        { START "Content-Length: 300000\r\n\r\n", "a body ", BODY_BYTES, "" },
        { START "Content-Length: 300000000\r\n\r\n", "a body ", HEAD_BYTES, "" },
        { START SIGNED "Transfer-Encoding: chunked\r\n\r\n493e0\r\n", "a chunk ", BODY_BYTES,
          "\r\n0\r\n\r\n" },
        { "POST /", "path/", HEAD_BYTES, " HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { START "X: ", "a value ", HEAD_BYTES, "\r\n\r\n" },
        { START, "A-header-name: and a value of it\r\n", HEAD_BYTES, "\r\n" },
    };
    size_t form = (size_t)i % (sizeof forms / sizeof forms[0]);

    (void)p;
    buf_putz(out, forms[form].start);
    put_filling(out, forms[form].size, forms[form].filling);
    buf_putz(out, forms[form].end);
}

void attack_oversized(const struct world *w, int number, struct attack_counts *counts)
{
    run_flood(w, number, counts, put_oversized, NULL);
}

/* Requests without waiting for responses, which are read a while later. */
static void *pipeline_requests(void *data)
{
    struct attack_plan *p = data;
    struct buf request = BUF_INIT(ATTACK_REQUEST_MAX);

    for (int i = 0; i < 100; i++)
        put_not_found(p, i, &request);
    while (p->counts) /* until the process is killed */ {
        struct raw_client *c = attack_open_client(p, atomic_fetch_add(&p->next, 1));
        while (c && raw_client_send(c, buf_z(&request), request.n) && raw_client_drain(c))
            ;
        raw_client_close(c);
    }
    return NULL;
}

void attack_pipelined(const struct world *w, int number, struct attack_counts *counts)
{
    struct attack_plan p = { .world = w, .number = number, .counts = counts };

    attack_run_threads(&p, pipeline_requests);
}
