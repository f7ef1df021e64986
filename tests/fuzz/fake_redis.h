/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/fake_redis.h -- a Redis in a thread, on a Unix socket, whose stored values are the
 * fuzz input.
 *
 * It understands the commands of cache/redis/batch.c so far that it can answer each with a reply of
 * the right kind: GET with what `get` holds for the first letter of the key, everything else with
 * success. */
#ifndef CLIMACAST_TESTS_FAKE_REDIS_H
#define CLIMACAST_TESTS_FAKE_REDIS_H

#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "tests/fuzz/input.h"
#include "tests/fuzz/laws.h"

enum { FAKE_REDIS_PEERS = 16, FAKE_REDIS_BYTES = 4 << 20 };

struct fake_redis {
    char path[108];
    int listener;
    pthread_t thread;
    pthread_mutex_t lock; /* guards `values` */
    struct {
        char letter; /* of the keys that have this value; '\0': unused */
        struct str value;
    } values[4];
    struct fake_redis_peer {
        int fd;
        struct buf in;
    } peers[FAKE_REDIS_PEERS];
};

/* Sets what GET returns for keys that begin with `letter` behind the prefix "p:". */
static inline void fake_redis_set(struct fake_redis *r, unsigned slot, char letter,
                                  struct str value)
{
    pthread_mutex_lock(&r->lock);
    r->values[slot].letter = letter;
    r->values[slot].value = value;
    pthread_mutex_unlock(&r->lock);
}

static inline void fake_redis_put_bulk(struct buf *out, struct str value)
{
    buf_printf(out, "$%zu\r\n", value.n);
    buf_put(out, value);
    buf_putz(out, "\r\n");
}

static inline void fake_redis_get(struct fake_redis *r, struct buf *out, struct str key)
{
    char letter = key.n > 2 ? key.p[2] : '\0';

    pthread_mutex_lock(&r->lock);
    for (size_t i = 0; i < 4; i++)
        if (letter && r->values[i].letter == letter) {
            fake_redis_put_bulk(out, r->values[i].value);
            pthread_mutex_unlock(&r->lock);
            return;
        }
    pthread_mutex_unlock(&r->lock);
    buf_putz(out, "$-1\r\n");
}

/* Takes one number and its line end, such as "*3\r\n", off the front. False: not all of it is
 * there. */
static inline bool fake_redis_number(struct str *in, char mark, size_t *ret_n)
{
    size_t end = str_find(*in, STR("\r\n"));
    int64_t n;

    if (end == in->n)
        return false;
    LAW(in->p[0] == mark && str_to_i64(str_sub(*in, 1, end), &n) && n >= 0);
    *ret_n = (size_t)n;
    *in = str_sub(*in, end + 2, in->n);
    return true;
}

/* Answers the first command of `in`. Returns how many bytes it has; 0 when it is not complete. */
static inline size_t fake_redis_answer(struct fake_redis *r, struct str in, struct buf *out)
{
    struct str rest = in, args[16] = { STR_NONE };
    size_t count, n;

    if (!fake_redis_number(&rest, '*', &count))
        return 0;
    LAW(count >= 1 && count <= 16);
    for (size_t i = 0; i < count; i++) {
        if (!fake_redis_number(&rest, '$', &n) || rest.n < n + 2)
            return 0;
        args[i] = str_sub(rest, 0, n);
        rest = str_sub(rest, n + 2, rest.n);
    }
    if (str_eqz(args[0], "GET"))
        fake_redis_get(r, out, args[1]);
    else if (str_eqz(args[0], "PING"))
        buf_putz(out, "+PONG\r\n");
    else if (str_eqz(args[0], "INFO"))
        fake_redis_put_bulk(out, STR("# Stats\r\nevicted_keys:0\r\n"));
    else if (str_eqz(args[0], "SET"))
        buf_putz(out, "+OK\r\n");
    else
        buf_putz(out, ":1\r\n");
    return in.n - rest.n;
}

static inline void fake_redis_serve(struct fake_redis *r, struct fake_redis_peer *peer)
{
    struct buf out = BUF_INIT(FAKE_REDIS_BYTES);
    char *space = buf_reserve(&peer->in, 64 * 1024);
    ssize_t got = space ? recv(peer->fd, space, 64 * 1024, 0) : -1;
    size_t used = 0, n;

    if (got <= 0) {
        (void)close(peer->fd);
        peer->fd = -1;
        buf_free(&peer->in);
        return;
    }
    buf_grew(&peer->in, (size_t)got);
    while ((n = fake_redis_answer(r, str_sub(buf_str(&peer->in), used, peer->in.n), &out)) > 0)
        used += n;
    memmove(peer->in.p, peer->in.p + used, peer->in.n - used);
    buf_truncate(&peer->in, peer->in.n - used);
    for (size_t sent = 0; sent < out.n;) {
        ssize_t n_sent = send(peer->fd, out.p + sent, out.n - sent, MSG_NOSIGNAL);
        if (n_sent <= 0)
            break;
        sent += (size_t)n_sent;
    }
    buf_free(&out);
}

static inline void fake_redis_accept(struct fake_redis *r)
{
    int fd = accept(r->listener, NULL, NULL);

    for (size_t i = 0; i < FAKE_REDIS_PEERS; i++)
        if (fd >= 0 && r->peers[i].fd < 0) {
            r->peers[i] = (struct fake_redis_peer){ fd, BUF_INIT(FAKE_REDIS_BYTES) };
            return;
        }
    (void)close(fd);
}

static inline void *fake_redis_run(void *data)
{
    struct fake_redis *r = data;

    for (;;) {
        struct pollfd polled[FAKE_REDIS_PEERS + 1];
        for (size_t i = 0; i < FAKE_REDIS_PEERS; i++)
            polled[i] = (struct pollfd){ .fd = r->peers[i].fd, .events = POLLIN };
        polled[FAKE_REDIS_PEERS] = (struct pollfd){ .fd = r->listener, .events = POLLIN };
        if (poll(polled, FAKE_REDIS_PEERS + 1, -1) < 0)
            continue;
        for (size_t i = 0; i < FAKE_REDIS_PEERS; i++)
            if (polled[i].revents)
                fake_redis_serve(r, &r->peers[i]);
        if (polled[FAKE_REDIS_PEERS].revents)
            fake_redis_accept(r);
    }
    return NULL;
}

/* A listening Unix socket in the process's folder. */
static inline int fake_redis_listen(char path[108])
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)snprintf(path, 108, "%.90s/redis", input_folder());
    (void)snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
    LAW(fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(fd, 64) == 0);
    return fd;
}

/* Starts it once; it ends with the process. */
static inline void fake_redis_start(struct fake_redis *r)
{
    for (size_t i = 0; i < FAKE_REDIS_PEERS; i++)
        r->peers[i].fd = -1;
    LAW(pthread_mutex_init(&r->lock, NULL) == 0);
    r->listener = fake_redis_listen(r->path);
    LAW(pthread_create(&r->thread, NULL, fake_redis_run, r) == 0);
}

#endif
