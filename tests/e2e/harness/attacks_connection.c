/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/attacks_connection.c -- attacks on connections: handshakes, garbage, and
 * connections that send little or nothing. Each runs until its process is killed. */
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "tests/e2e/harness/attack_plan.h"
#include "tests/test.h"

enum { CROWD_MAX = 2000, HELLO_MAX = 4096 };

/* ---- TLS ---- */

static void *update_keys(void *data)
{
    struct attack_plan *p = data;

    while (p->counts) /* until the process is killed */ {
        struct raw_client *c = attack_open_client(p, atomic_fetch_add(&p->next, 1));
        while (c && raw_client_update_keys(c) && raw_client_drain(c))
            ;
        raw_client_close(c);
    }
    return NULL;
}

void attack_key_updates(const struct world *w, int number, struct attack_counts *counts)
{
    struct attack_plan p = { .world = w, .number = number, .counts = counts };

    attack_run_threads(&p, update_keys);
}

static void *complete_handshakes(void *data)
{
    struct attack_plan *p = data;

    while (p->counts) /* until the process is killed */
        raw_client_close(attack_open_client(p, atomic_fetch_add(&p->next, 1)));
    return NULL;
}

void attack_handshake_flood(const struct world *w, int number, struct attack_counts *counts)
{
    struct attack_plan p = { .world = w, .number = number, .counts = counts };

    attack_run_threads(&p, complete_handshakes);
}

/* Send the same bytes to each of a ring of new connections, and hang up on the oldest. */
static void cycle_sockets(struct attack_plan *p, size_t ring, void (*send_to)(int fd, long i))
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
        *fd = attack_open_socket(p, i);
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
void attack_hello_flood(const struct world *w, int number, struct attack_counts *counts)
{
    struct attack_plan p = { .world = w, .number = number, .counts = counts };

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
    case 2: /* which makes a thread spin if it polls with epoll */
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

void attack_tls_garbage(const struct world *w, int number, struct attack_counts *counts)
{
    struct attack_plan p = { .world = w, .number = number, .counts = counts };

    hello_size = raw_client_hello(hello, sizeof hello);
    cycle_sockets(&p, 500, send_garbage);
}

/* ---- connections ---- */

void attack_connect_flood(const struct world *w, int number, struct attack_counts *counts)
{
    struct attack_plan p = { .world = w, .number = number, .counts = counts };

    cycle_sockets(&p, 1, NULL);
}

void attack_connection_bursts(const struct world *w, int number, struct attack_counts *counts)
{
    struct attack_plan p = { .world = w, .number = number, .counts = counts };
    static int fds[CROWD_MAX];

    for (;;) {
        for (int i = 0; i < CROWD_MAX; i++)
            fds[i] = attack_open_socket(&p, i);
        clock_sleep_ms(50);
        for (int i = 0; i < CROWD_MAX; i++)
            if (fds[i] >= 0)
                close(fds[i]);
    }
}

/* Hold as many connections as we can get; what the daemon closes is opened again. */
void attack_idle_connections(const struct world *w, int number, struct attack_counts *counts)
{
    struct attack_plan p = { .world = w, .number = number, .counts = counts };
    static int fds[CROWD_MAX];

    for (int i = 0; i < CROWD_MAX; i++)
        fds[i] = -1;
    for (;;) {
        for (int i = 0; i < CROWD_MAX; i++) {
            if (fds[i] >= 0 && !raw_client_is_closed(fds[i], 0))
                continue;
            if (fds[i] >= 0)
                close(fds[i]);
            fds[i] = attack_open_socket(&p, i);
        }
        clock_sleep_ms(100);
    }
}

/* Send `text` byte by byte over many TLS connections at once: the first `at_once` bytes at the
 * start, and the last one again and again. */
static void drip(struct attack_plan *p, int clients_max, const char *text, size_t at_once)
{
    static struct raw_client *clients[CROWD_MAX];
    static size_t sent[CROWD_MAX];
    size_t n = strlen(text);

    for (;;) {
        for (int i = 0; i < clients_max; i++) {
            if (!clients[i]) {
                clients[i] = attack_open_client(p, i);
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

void attack_idle_sessions(const struct world *w, int number, struct attack_counts *counts)
{
    struct attack_plan p = { .world = w, .number = number, .counts = counts };
    static struct raw_client *clients[CROWD_MAX];

    for (;;) {
        for (int i = 0; i < 1000; i++) {
            if (clients[i] && raw_client_drain(clients[i]))
                continue;
            raw_client_close(clients[i]);
            clients[i] = attack_open_client(&p, i);
        }
        clock_sleep_ms(100);
    }
}

void attack_slow_heads(const struct world *w, int number, struct attack_counts *counts)
{
    struct attack_plan p = { .world = w, .number = number, .counts = counts };

    drip(&p, 400, "POST /alexa HTTP/1.1\r\nHost: localhost\r\nX: a", 0);
}

void attack_slow_bodies(const struct world *w, int number, struct attack_counts *counts)
{
    struct attack_plan p = { .world = w, .number = number, .counts = counts };
    struct buf text = BUF_INIT(ATTACK_REQUEST_MAX), body = BUF_INIT(ATTACK_REQUEST_MAX);

    while (body.n < 200 * 1000)
        buf_putz(&body, "{\"a\":[1]} ");
    wire_put_forged("https://s3.amazonaws.com/echo.api/good.pem", buf_str(&body), &text);
    drip(&p, 400, buf_z(&text), text.n - body.n + 100);
}

void attack_unfinished_bodies(const struct world *w, int number, struct attack_counts *counts)
{
    struct attack_plan p = { .world = w, .number = number, .counts = counts };
    struct buf text = BUF_INIT(ATTACK_REQUEST_MAX), body = BUF_INIT(ATTACK_REQUEST_MAX);

    while (body.n < 262000)
        buf_putz(&body, "{\"a\":[1]} ");
    wire_put_forged("https://s3.amazonaws.com/echo.api/good.pem", buf_str(&body), &text);
    drip(&p, 900, buf_z(&text), text.n - 1000);
}
