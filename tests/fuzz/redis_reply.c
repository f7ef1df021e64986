/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/redis_reply.c -- whatever a Redis sends over its socket, in whatever pieces: a reply
 * is read as it was sent, or the exchange fails; it never waits past its deadline.
 *
 * Input: two bytes (how the rest is meant, and the size of the pieces), then either replies to be
 * encoded (a byte for the kind, one for a length, and the text) or the bytes to send. */
#include "cache/redis/connection.h"

#include <semaphore.h>

#include "server/base/clock.h"
#include "tests/fuzz/fake_redis.h"

enum { COMMANDS_MAX = 4, TEXT_MAX = 40, TIMEOUT_MS = 2000 };

/* What one connection gets to see; written before it connects, read by the thread. */
static struct {
    int listener;
    char path[108];
    struct str bytes;
    size_t piece;
    sem_t done; /* the connection is closed */
} server;

static void send_pieces(int fd)
{
    struct str rest = server.bytes;

    while (rest.n > 0) {
        struct str piece = input_text(&rest, server.piece);
        if (send(fd, piece.p, piece.n, MSG_NOSIGNAL) != (ssize_t)piece.n)
            return;
    }
}

static void *run_server(void *unused)
{
    char dropped[4096];

    (void)unused;
    for (;;) {
        int fd = accept(server.listener, NULL, NULL);
        LAW(fd >= 0);
        send_pieces(fd);
        (void)shutdown(fd, SHUT_WR);
        while (recv(fd, dropped, sizeof dropped, 0) > 0)
            continue;
        (void)close(fd);
        (void)sem_post(&server.done);
    }
    return NULL;
}

static void start_server(void)
{
    static pthread_t thread;

    if (server.listener)
        return;
    server.listener = fake_redis_listen(server.path);
    LAW(sem_init(&server.done, 0, 0) == 0);
    LAW(pthread_create(&thread, NULL, run_server, NULL) == 0);
}

/* ---- replies that are encoded here ---- */

struct expected {
    enum redis_reply_kind kind;
    int64_t integer;
    struct str text;
};

/* Encodes one reply. Text of a status or an error cannot hold line ends. */
static struct expected put_reply(struct buf *out, struct str *in)
{
    unsigned kind = input_byte(in);
    struct str text = input_text(in, input_byte(in));
    struct str line = str_sub(text, 0, str_index(text, '\r'));
    struct expected e = { .kind = REPLY_TEXT, .text = text };

    line = str_sub(line, 0, str_index(line, '\n'));
    switch (kind % 6) {
    case 0:
        fake_redis_put_bulk(out, text);
        break;
    case 1:
        e.text = line;
        buf_printf(out, "+%.*s\r\n", STR_ARG(line));
        e.text.n = strnlen(line.n ? line.p : "", line.n); /* printf ends at a NUL */
        break;
    case 2:
        e = (struct expected){ .kind = REPLY_ERROR, .text = line };
        e.text.n = strnlen(line.n ? line.p : "", line.n);
        buf_printf(out, "-%.*s\r\n", STR_ARG(line));
        break;
    case 3:
        e = (struct expected){ .kind = REPLY_INTEGER };
        for (size_t i = 0; i < text.n && i < 7; i++)
            e.integer = e.integer * 256 + (unsigned char)text.p[i];
        e.integer = kind & 8 ? -e.integer : e.integer;
        buf_printf(out, ":%lld\r\n", (long long)e.integer);
        break;
    case 4:
        e = (struct expected){ .kind = REPLY_NIL };
        buf_putz(out, "$-1\r\n");
        break;
    default:
        e = (struct expected){ .kind = REPLY_UNEXPECTED };
        buf_putz(out, "*2\r\n:1\r\n$1\r\nx\r\n");
        break;
    }
    if (e.text.n > TEXT_MAX && e.kind == REPLY_TEXT)
        e.kind = REPLY_UNEXPECTED;
    if (e.kind == REPLY_ERROR)
        e.text = str_sub(e.text, 0, TEXT_MAX);
    return e;
}

static void check_reply(const struct redis_command *c, const struct expected *e)
{
    LAW(c->kind == e->kind);
    if (e->kind == REPLY_INTEGER)
        LAW(c->integer == e->integer);
    if (e->kind == REPLY_TEXT || e->kind == REPLY_ERROR)
        LAW(str_eq(buf_str(&c->text), e->text));
}

/* ---- the exchange ---- */

static void exchange(struct redis_connection *conn, size_t count, const struct expected *expected)
{
    struct redis_command commands[COMMANDS_MAX] = { 0 };
    struct err err = ERR_NONE;
    enum status st;

    for (size_t i = 0; i < count; i++) {
        commands[i] = (struct redis_command){ { STR("GET"), STR("k") }, .arg_count = 2 };
        commands[i].text = BUF_INIT(TEXT_MAX);
    }
    st = redis_connection_exchange(conn, commands, count, clock_mono_ms() + TIMEOUT_MS, &err);
    LAW(st == ST_OK || (st == ST_UNAVAILABLE && err.text[0]));
    LAW(st == ST_OK || !expected);
    for (size_t i = 0; i < count; i++) {
        LAW(commands[i].text.n <= TEXT_MAX && commands[i].kind <= REPLY_UNEXPECTED);
        if (st == ST_OK && expected)
            check_reply(&commands[i], &expected[i]);
        buf_free(&commands[i].text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = { (const char *)data, size };
    unsigned mode = input_byte(&in);
    size_t count = 1 + mode / 2 % COMMANDS_MAX;
    struct redis_address address = { .db = (int)(mode / 32 % 2) };
    struct buf bytes = BUF_INIT(1 << 20);
    struct expected expected[COMMANDS_MAX];
    struct redis_connection *conn = NULL;
    struct err err = ERR_NONE;
    enum status st;

    start_server();
    (void)snprintf(address.path, sizeof address.path, "%s", server.path);
    if (mode & 64)
        (void)snprintf(address.password, sizeof address.password, "secret");
    server.piece = 1 + input_byte(&in);
    if (mode & 1) {
        buf_putz(&bytes, mode & 64 ? "+OK\r\n" : "");
        buf_putz(&bytes, address.db ? "+OK\r\n" : "");
        buf_putz(&bytes, "+PONG\r\n");
        for (size_t i = 0; i < count; i++)
            expected[i] = put_reply(&bytes, &in);
    } else {
        buf_put(&bytes, in);
    }
    server.bytes = buf_str(&bytes);
    st = redis_connection_open(&address, TIMEOUT_MS, &conn, &err);
    if (st == ST_OK)
        exchange(conn, count, mode & 1 ? expected : NULL);
    else
        LAW(!(mode & 1) && (st == ST_UNAVAILABLE || st == ST_DENIED) && err.text[0]);
    LAW(!address.password[0] || !strstr(err.text, address.password));
    redis_connection_close(conn);
    while (sem_wait(&server.done) != 0)
        continue;
    buf_free(&bytes);
    return 0;
}
