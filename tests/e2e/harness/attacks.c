/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/attacks.c -- what hostile peers do. Each runs until its process is killed. */
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "tests/e2e/harness/attack.h"
#include "tests/e2e/harness/raw_client.h"
#include "tests/e2e/harness/wire.h"
#include "tests/test.h"

enum {
    THREADS = 24,
    ADDRESSES = 20,
    CROWD_MAX = 2000,
    PATIENCE_MS = 2000,
    REQUEST_MAX = 1024 * 1024,
    HELLO_MAX = 4096,
};

/* What one attack's threads share. */
struct plan {
    const struct world *world;
    int number;
    struct attack_counts *counts;
    struct wire *wire;
    /* Append the i-th request. */
    void (*put)(struct plan *p, long i, struct buf *out);
    struct buf fixed; /* a request that is sent again and again */
    atomic_long next;
};

/* ---- addresses and counts ---- */

static const char *source(int number, long i, char out[20])
{
    snprintf(out, 20, "127.0.%d.%ld", number, i % ADDRESSES + 1);
    return out;
}

static struct raw_client *open_client(struct plan *p, long i)
{
    char from[20];

    atomic_fetch_add(&p->counts->connects, 1);
    struct raw_client *c = raw_client_open(p->world->port, source(p->number, i, from), PATIENCE_MS);
    if (!c) {
        atomic_fetch_add(&p->counts->closed, 1);
        clock_sleep_ms(1);
    }
    return c;
}

static int open_socket(struct plan *p, long i)
{
    char from[20];
    struct linger reset = { .l_onoff = 1 }; /* leave no port in TIME_WAIT */
    int fd = raw_client_connect(p->world->port, source(p->number, i, from));

    atomic_fetch_add(&p->counts->connects, 1);
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    else
        clock_sleep_ms(1);
    return fd;
}

static void count_reason(struct attack_counts *counts, const char *word)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    size_t i = 0;

    pthread_mutex_lock(&lock);
    while (i < ATTACK_REASONS_MAX - 1 && counts->reasons[i].word[0] &&
           strcmp(counts->reasons[i].word, word) != 0)
        i++;
    if (!counts->reasons[i].word[0])
        snprintf(counts->reasons[i].word, ATTACK_REASON_SIZE, "%s", word);
    pthread_mutex_unlock(&lock);
    atomic_fetch_add(&counts->reasons[i].n, 1);
}

static void count_response(struct attack_counts *counts, int status, const char *text)
{
    const char *error = strstr(text, "{\"error\":\"");
    char word[ATTACK_REASON_SIZE];

    if (status == 200)
        atomic_fetch_add(&counts->answered, 1);
    else if (status == 0)
        atomic_fetch_add(&counts->closed, 1);
    else if (error && sscanf(error + 10, "%31[a-z_]", word) == 1)
        count_reason(counts, word);
}

static void run_threads(struct plan *p, void *(*run)(void *))
{
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, run, p) != 0)
            _exit(1);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

/* ---- requests, one after the other ---- */

/* Send requests over one connection while it lasts. */
static void send_requests(struct plan *p, struct raw_client *c, struct buf *request)
{
    int status;

    do {
        buf_reset(request);
        p->put(p, atomic_fetch_add(&p->next, 1), request);
        if (!raw_client_send(c, buf_z(request), request->n))
            return;
        status = raw_client_response(c, 4 * PATIENCE_MS);
        count_response(p->counts, status, raw_client_text(c));
    } while (status > 0 && !strstr(raw_client_text(c), "Connection: close"));
}

static void *flood_requests(void *data)
{
    struct plan *p = data;
    struct buf request = BUF_INIT(REQUEST_MAX);

    while (p->counts) /* until the process is killed */ {
        struct raw_client *c = open_client(p, atomic_fetch_add(&p->next, 1));
        if (c)
            send_requests(p, c, &request);
        raw_client_close(c);
    }
    return NULL;
}

static void put_fixed(struct plan *p, long i, struct buf *out)
{
    (void)i;
    buf_put(out, buf_str(&p->fixed));
}

static void run_flood(const struct world *w, int number, struct attack_counts *counts,
                      void (*put)(struct plan *, long, struct buf *),
                      void (*prepare)(struct plan *))
{
    struct plan p = { .world = w,
                      .number = number,
                      .counts = counts,
                      .wire = wire_open(w),
                      .put = put,
                      .fixed = BUF_INIT(REQUEST_MAX) };

    if (prepare)
        prepare(&p);
    run_threads(&p, flood_requests);
}

static void put_not_found(struct plan *p, long i, struct buf *out)
{
    (void)p;
    buf_printf(out, "GET /%ld HTTP/1.1\r\nHost: localhost\r\n\r\n", i);
}

static void flood_other_paths(const struct world *w, int number, struct attack_counts *counts)
{
    run_flood(w, number, counts, put_not_found, NULL);
}

static void prepare_replay(struct plan *p)
{
    /* The first one is answered, at an address that does not attack. */
    wire_put_question(p->wire, "user-replayed", SKILL_ID, &p->fixed);
    struct raw_client *c = raw_client_open(p->world->port, NULL, PATIENCE_MS);
    if (c && raw_client_send(c, buf_z(&p->fixed), p->fixed.n))
        raw_client_response(c, PATIENCE_MS);
    raw_client_close(c);
}

static void flood_replays(const struct world *w, int number, struct attack_counts *counts)
{
    run_flood(w, number, counts, put_fixed, prepare_replay);
}

static void prepare_other_skill(struct plan *p)
{
    wire_put_question(p->wire, "user-of-another", "amzn1.ask.skill.another", &p->fixed);
}

static void flood_other_skill(const struct world *w, int number, struct attack_counts *counts)
{
    run_flood(w, number, counts, put_fixed, prepare_other_skill);
}

static void put_junk_url(struct plan *p, long i, struct buf *out)
{
    char url[100];

    (void)p;
    snprintf(url, sizeof url, "https://s3.amazonaws.com/echo.api/junk-%d-%ld.pem", (int)getpid(),
             i);
    wire_put_forged(url, STR("{}"), out);
}

static void flood_junk_urls(const struct world *w, int number, struct attack_counts *counts)
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

static void prepare_large_json(struct plan *p)
{
    struct buf body = BUF_INIT(REQUEST_MAX);

    put_large_json(&body);
    wire_put(p->wire, buf_str(&body), &p->fixed);
    buf_free(&body);
}

static void flood_large_json(const struct world *w, int number, struct attack_counts *counts)
{
    run_flood(w, number, counts, put_fixed, prepare_large_json);
}

static void prepare_forgery(struct plan *p)
{
    struct buf body = BUF_INIT(REQUEST_MAX);

    put_large_json(&body);
    wire_put_forged("https://s3.amazonaws.com/echo.api/good.pem", buf_str(&body), &p->fixed);
    buf_free(&body);
}

static void flood_forgeries(const struct world *w, int number, struct attack_counts *counts)
{
    run_flood(w, number, counts, put_fixed, prepare_forgery);
}

static void put_smuggled(struct plan *p, long i, struct buf *out)
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

static void flood_smuggling(const struct world *w, int number, struct attack_counts *counts)
{
    run_flood(w, number, counts, put_smuggled, NULL);
}

/* Requests without waiting for responses, which are read a while later. */
static void *pipeline_requests(void *data)
{
    struct plan *p = data;
    struct buf request = BUF_INIT(REQUEST_MAX);

    for (int i = 0; i < 100; i++)
        put_not_found(p, i, &request);
    while (p->counts) /* until the process is killed */ {
        struct raw_client *c = open_client(p, atomic_fetch_add(&p->next, 1));
        while (c && raw_client_send(c, buf_z(&request), request.n) && raw_client_drain(c))
            ;
        raw_client_close(c);
    }
    return NULL;
}

static void flood_pipelined(const struct world *w, int number, struct attack_counts *counts)
{
    struct plan p = { .world = w, .number = number, .counts = counts };

    run_threads(&p, pipeline_requests);
}

/* ---- TLS ---- */

static void *update_keys(void *data)
{
    struct plan *p = data;

    while (p->counts) /* until the process is killed */ {
        struct raw_client *c = open_client(p, atomic_fetch_add(&p->next, 1));
        while (c && raw_client_update_keys(c) && raw_client_drain(c))
            ;
        raw_client_close(c);
    }
    return NULL;
}

static void flood_key_updates(const struct world *w, int number, struct attack_counts *counts)
{
    struct plan p = { .world = w, .number = number, .counts = counts };

    run_threads(&p, update_keys);
}

static void *complete_handshakes(void *data)
{
    struct plan *p = data;

    while (p->counts) /* until the process is killed */
        raw_client_close(open_client(p, atomic_fetch_add(&p->next, 1)));
    return NULL;
}

static void flood_handshakes(const struct world *w, int number, struct attack_counts *counts)
{
    struct plan p = { .world = w, .number = number, .counts = counts };

    run_threads(&p, complete_handshakes);
}

/* Send the same bytes to each of a ring of new connections, and hang up on the oldest. */
static void cycle_sockets(struct plan *p, size_t ring, void (*send_to)(int fd, long i))
{
    static int fds[CROWD_MAX];

    for (size_t i = 0; i < ring; i++)
        fds[i] = -1;
    for (long i = 0;; i++) {
        int *fd = &fds[(size_t)i % ring];
        if (*fd >= 0) {
            (void)raw_client_is_closed(*fd, 0); /* reads what came */
            close(*fd);
        }
        *fd = open_socket(p, i);
        if (*fd >= 0 && send_to)
            send_to(*fd, i);
    }
}

static char hello[HELLO_MAX];
static size_t hello_size;

static void send_hello(int fd, long i)
{
    (void)i;
    (void)!send(fd, hello, hello_size, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* Costs the daemon a key exchange and a signature each, and us nothing. */
static void flood_hellos(const struct world *w, int number, struct attack_counts *counts)
{
    struct plan p = { .world = w, .number = number, .counts = counts };

    hello_size = raw_client_hello(hello, sizeof hello);
    cycle_sockets(&p, 500, send_hello);
}

static void send_garbage(int fd, long i)
{
    static char noise[600];
    static const char oversized[] = "\x16\x03\x01\xff\xff\x01\x00\xff\xfb\x03\x03";

    switch (i % 5) {
    case 0:
        for (size_t k = 0; k < sizeof noise; k++)
            noise[k] = (char)rand();
        (void)!send(fd, noise, sizeof noise, MSG_DONTWAIT | MSG_NOSIGNAL);
        break;
    case 1:
        (void)!send(fd, oversized, sizeof oversized - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
        break;
    case 2: /* which once made a thread spin */
        (void)!send(fd, hello, 9, MSG_DONTWAIT | MSG_NOSIGNAL);
        break;
    case 3:
        (void)!send(fd, "GET / HTTP/1.0\r\n\r\n", 18, MSG_DONTWAIT | MSG_NOSIGNAL);
        break;
    default:
        memcpy(noise, hello, hello_size < sizeof noise ? hello_size : sizeof noise);
        noise[10 + rand() % 200] ^= (char)(1 + rand() % 255);
        (void)!send(fd, noise, hello_size < sizeof noise ? hello_size : sizeof noise,
                    MSG_DONTWAIT | MSG_NOSIGNAL);
    }
}

static void flood_garbage(const struct world *w, int number, struct attack_counts *counts)
{
    struct plan p = { .world = w, .number = number, .counts = counts };

    hello_size = raw_client_hello(hello, sizeof hello);
    cycle_sockets(&p, 500, send_garbage);
}

/* ---- connections ---- */

static void flood_connections(const struct world *w, int number, struct attack_counts *counts)
{
    struct plan p = { .world = w, .number = number, .counts = counts };

    cycle_sockets(&p, 1, NULL);
}

static void burst(const struct world *w, int number, struct attack_counts *counts)
{
    struct plan p = { .world = w, .number = number, .counts = counts };
    static int fds[CROWD_MAX];

    for (;;) {
        for (int i = 0; i < CROWD_MAX; i++)
            fds[i] = open_socket(&p, i);
        clock_sleep_ms(50);
        for (int i = 0; i < CROWD_MAX; i++)
            if (fds[i] >= 0)
                close(fds[i]);
    }
}

/* Hold as many connections as we can get; what the daemon closes is opened again. */
static void hold_sockets(const struct world *w, int number, struct attack_counts *counts)
{
    struct plan p = { .world = w, .number = number, .counts = counts };
    static int fds[CROWD_MAX];

    for (int i = 0; i < CROWD_MAX; i++)
        fds[i] = -1;
    for (;;) {
        for (int i = 0; i < CROWD_MAX; i++) {
            if (fds[i] >= 0 && !raw_client_is_closed(fds[i], 0))
                continue;
            if (fds[i] >= 0)
                close(fds[i]);
            fds[i] = open_socket(&p, i);
        }
        clock_sleep_ms(100);
    }
}

/* Send `text` byte by byte over many TLS connections at once: the first `at_once` bytes at the start,
 * and the last one again and again. */
static void drip(struct plan *p, int clients_max, const char *text, size_t at_once)
{
    static struct raw_client *clients[CROWD_MAX];
    static size_t sent[CROWD_MAX];
    size_t n = strlen(text);

    for (;;) {
        for (int i = 0; i < clients_max; i++) {
            if (!clients[i]) {
                clients[i] = open_client(p, i);
                sent[i] = at_once;
                if (clients[i])
                    raw_client_send(clients[i], text, at_once);
            } else if (raw_client_drain(clients[i]) &&
                       raw_client_send(clients[i], text + sent[i], 1)) {
                sent[i] += sent[i] + 1 < n;
            } else {
                raw_client_close(clients[i]);
                clients[i] = NULL;
            }
        }
        clock_sleep_ms(20);
    }
}

static void hold_sessions(const struct world *w, int number, struct attack_counts *counts)
{
    struct plan p = { .world = w, .number = number, .counts = counts };
    static struct raw_client *clients[CROWD_MAX];

    for (;;) {
        for (int i = 0; i < 1000; i++) {
            if (clients[i] && raw_client_drain(clients[i]))
                continue;
            raw_client_close(clients[i]);
            clients[i] = open_client(&p, i);
        }
        clock_sleep_ms(100);
    }
}

static void drip_heads(const struct world *w, int number, struct attack_counts *counts)
{
    struct plan p = { .world = w, .number = number, .counts = counts };

    drip(&p, 400, "POST /alexa HTTP/1.1\r\nHost: localhost\r\nX: a", 0);
}

static void drip_bodies(const struct world *w, int number, struct attack_counts *counts)
{
    struct plan p = { .world = w, .number = number, .counts = counts };
    struct buf text = BUF_INIT(REQUEST_MAX), body = BUF_INIT(REQUEST_MAX);

    while (body.n < 200 * 1000)
        buf_putz(&body, "{\"a\":[1]} ");
    wire_put_forged("https://s3.amazonaws.com/echo.api/good.pem", buf_str(&body), &text);
    drip(&p, 400, buf_z(&text), text.n - body.n + 100);
}

static void hold_bodies(const struct world *w, int number, struct attack_counts *counts)
{
    struct plan p = { .world = w, .number = number, .counts = counts };
    struct buf text = BUF_INIT(REQUEST_MAX), body = BUF_INIT(REQUEST_MAX);

    while (body.n < 262000)
        buf_putz(&body, "{\"a\":[1]} ");
    wire_put_forged("https://s3.amazonaws.com/echo.api/good.pem", buf_str(&body), &text);
    drip(&p, 900, buf_z(&text), text.n - 1000);
}

/* ---- the table ---- */

const struct attack attacks[] = {
    { "slow heads", drip_heads },
    { "slow bodies", drip_bodies },
    { "unfinished bodies of 256 KB", hold_bodies },
    { "idle connections", hold_sockets },
    { "idle TLS sessions", hold_sessions },
    { "connect flood", flood_connections },
    { "bursts of 2,000 connections", burst },
    { "handshake flood", flood_handshakes },
    { "hello flood", flood_hellos },
    { "TLS garbage", flood_garbage },
    { "key update flood", flood_key_updates },
    { "pipelined requests", flood_pipelined },
    { "requests for other paths", flood_other_paths },
    { "smuggling forms", flood_smuggling },
    { "replays", flood_replays },
    { "junk certificate URLs", flood_junk_urls },
    { "signed for another skill", flood_other_skill },
    { "signed JSON of 250 KB", flood_large_json },
    { "forged JSON of 250 KB", flood_forgeries },
};
const size_t attack_count = sizeof attacks / sizeof attacks[0];
