/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/fault_proxy.c -- a loopback port that passes bytes on or fails. One thread
 * accepts, and each connection has a thread of its own. */
#define _GNU_SOURCE /* accept4, memmem */
#include "tests/e2e/harness/fault_proxy.h"

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "tests/test.h"

enum { POLL_MS = 20, DRIP_MS = 100, HANG_MS = 600 * 1000, TRUNCATED_BYTES = 100, CHUNK = 16384 };

const char *const fault_names[FAULTS] = {
    "none", "refused", "reset", "hang", "drip", "truncated", "garbage", "wrong", "huge", "flapping",
};

struct fault_proxy {
    int listener, port, target_port;
    const char *target_path;
    fault_proxy_answer_fn *answer; /* NULL: there is a target */
    const char *wrong, *huge;      /* may be NULL */
    const char *_Atomic match;     /* may be NULL */
    _Atomic int fault;
    atomic_uint generation; /* a connection of an older one is closed */
    atomic_uint accepted, open;
    atomic_bool stop;
    pthread_t thread;
};

struct passage {
    struct fault_proxy *proxy;
    int client, target;
    enum fault fault;
    unsigned generation;
    size_t answered; /* bytes sent to the client */
    const char *match;
    bool is_hit; /* the request contains `match` */
};

static bool is_over(const struct passage *p)
{
    return atomic_load(&p->proxy->stop) || atomic_load(&p->proxy->generation) != p->generation;
}

static void sleep_unless_over(const struct passage *p, int ms)
{
    int64_t deadline = clock_mono_ms() + ms;

    while (!is_over(p) && clock_left_ms(deadline) > 0)
        clock_sleep_ms(clock_left_ms(deadline) < POLL_MS ? clock_left_ms(deadline) : POLL_MS);
}

static int connect_target(const struct fault_proxy *p)
{
    struct sockaddr_un unix_address = { .sun_family = AF_UNIX };
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)p->target_port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(p->target_path ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), status;

    if (p->target_path)
        snprintf(unix_address.sun_path, sizeof unix_address.sun_path, "%s", p->target_path);
    status = p->target_path ? connect(fd, (struct sockaddr *)&unix_address, sizeof unix_address)
                            : connect(fd, (struct sockaddr *)&address, sizeof address);
    if (status == 0)
        return fd;
    close(fd);
    return -1;
}

static void reset(int fd)
{
    struct linger at_once = { .l_onoff = 1 };

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

/* Send what the target answered, damaged by the fault. Returns false to close the connection. */
static bool send_answer(struct passage *p, char *bytes, size_t n)
{
    enum fault fault = p->match && !p->is_hit ? FAULT_NONE : p->fault;

    if (fault == FAULT_RESET)
        reset(p->client);
    if (fault == FAULT_RESET || fault == FAULT_HANG) {
        sleep_unless_over(p, fault == FAULT_HANG ? HANG_MS : 0);
        return false;
    }
    if (fault == FAULT_GARBAGE)
        for (size_t i = 0; i < n; i++)
            bytes[i] = (char)(bytes[i] * 31 + (char)i + 7);
    if (fault == FAULT_TRUNCATED && p->answered + n > TRUNCATED_BYTES)
        n = TRUNCATED_BYTES - p->answered;
    size_t step = fault == FAULT_DRIP ? 1 : n;
    for (size_t at = 0; at < n && !is_over(p); at += step) {
        if (send(p->client, bytes + at, step, MSG_NOSIGNAL) != (ssize_t)step)
            return false;
        if (fault == FAULT_DRIP)
            sleep_unless_over(p, DRIP_MS);
    }
    p->answered += n;
    return fault != FAULT_TRUNCATED || p->answered < TRUNCATED_BYTES;
}

static void send_text(const struct passage *p, const char *text)
{
    if (text)
        (void)send(p->client, text, strlen(text), MSG_NOSIGNAL);
}

/* Instead of asking the target. */
static void send_other(const struct passage *p, char *bytes)
{
    if (p->fault == FAULT_WRONG) {
        send_text(p, p->proxy->wrong);
        return;
    }
    send_text(p, p->proxy->huge);
    memset(bytes, 'x', CHUNK);
    while (!is_over(p) && send(p->client, bytes, CHUNK, MSG_NOSIGNAL) > 0)
        ;
}

/* Returns false to close the connection. */
static bool take_request(struct passage *p, char *bytes, size_t n)
{
    char response[CHUNK];

    if (p->fault == FAULT_WRONG || p->fault == FAULT_HUGE) {
        send_other(p, bytes);
        return false;
    }
    if (p->match && memmem(bytes, n, " HTTP/1.1\r\n", 11)) {
        p->is_hit = memmem(bytes, n, p->match, strlen(p->match));
        p->answered = 0;
    }
    if (!p->proxy->answer)
        return send(p->target, bytes, n, MSG_NOSIGNAL) == (ssize_t)n;
    bytes[n] = '\0';
    p->proxy->answer(bytes, response, sizeof response);
    return send_answer(p, response, strlen(response));
}

static void pass_on(struct passage *p)
{
    char bytes[CHUNK + 1];
    struct pollfd ends[2] = { { .fd = p->client, .events = POLLIN },
                              { .fd = p->target, .events = POLLIN } };

    while (!is_over(p)) {
        if (poll(ends, 2, POLL_MS) <= 0)
            continue;
        ssize_t n = ends[0].revents ? recv(p->client, bytes, CHUNK, 0) : 0;
        if (ends[0].revents && (n <= 0 || !take_request(p, bytes, (size_t)n)))
            return;
        n = ends[1].revents ? recv(p->target, bytes, CHUNK, 0) : 0;
        if (ends[1].revents && (n <= 0 || !send_answer(p, bytes, (size_t)n)))
            return;
    }
}

static void *serve(void *data)
{
    struct passage *p = data;
    bool has_target = !p->proxy->answer;

    if (!p->match && p->fault == FAULT_RESET) {
        reset(p->client);
    } else if (!p->match && p->fault == FAULT_HANG) {
        sleep_unless_over(p, HANG_MS);
    } else if (!has_target || (p->target = connect_target(p->proxy)) >= 0) {
        pass_on(p);
        if (has_target)
            close(p->target);
    }
    close(p->client);
    atomic_fetch_sub(&p->proxy->open, 1);
    free(p);
    return NULL;
}

static void start_passage(struct fault_proxy *proxy, int client)
{
    struct passage *p = calloc(1, sizeof *p);
    unsigned number = atomic_fetch_add(&proxy->accepted, 1);
    pthread_t thread;

    assert_non_null(p);
    *p = (struct passage){ .proxy = proxy,
                           .client = client,
                           .target = -1,
                           .fault = (enum fault)atomic_load(&proxy->fault),
                           .match = atomic_load(&proxy->match),
                           .generation = atomic_load(&proxy->generation) };
    if (p->fault == FAULT_FLAPPING)
        p->fault = number % 2 ? FAULT_NONE : FAULT_RESET;
    atomic_fetch_add(&proxy->open, 1);
    assert_int_equal(pthread_create(&thread, NULL, serve, p), 0);
    pthread_detach(thread);
}

static int listen_on(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 128), 0);
    return fd;
}

static void *accept_all(void *data)
{
    struct fault_proxy *p = data;

    while (!atomic_load(&p->stop)) {
        bool refuses = atomic_load(&p->fault) == FAULT_REFUSED;
        if (refuses && p->listener >= 0) {
            close(p->listener);
            p->listener = -1;
        }
        if (!refuses && p->listener < 0)
            p->listener = listen_on(p->port);
        struct pollfd polled = { .fd = p->listener, .events = POLLIN };
        if (poll(&polled, 1, POLL_MS) <= 0)
            continue;
        int client = accept4(p->listener, NULL, NULL, SOCK_CLOEXEC);
        if (client >= 0)
            start_passage(p, client);
    }
    return NULL;
}

static struct fault_proxy *create_proxy(int port, const char *path, fault_proxy_answer_fn *answer)
{
    struct fault_proxy *p = calloc(1, sizeof *p);
    struct sockaddr_in address;
    socklen_t size = sizeof address;

    assert_non_null(p);
    p->target_port = port;
    p->target_path = path;
    p->answer = answer;
    p->listener = listen_on(0);
    assert_int_equal(getsockname(p->listener, (struct sockaddr *)&address, &size), 0);
    p->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&p->thread, NULL, accept_all, p), 0);
    return p;
}

struct fault_proxy *fault_proxy_start(int port, const char *path)
{
    return create_proxy(port, path, NULL);
}

struct fault_proxy *fault_proxy_serve(fault_proxy_answer_fn *answer)
{
    return create_proxy(0, NULL, answer);
}

void fault_proxy_set_texts(struct fault_proxy *p, const char *wrong, const char *huge)
{
    p->wrong = wrong;
    p->huge = huge;
}

void fault_proxy_set_match(struct fault_proxy *p, const char *words)
{
    atomic_store(&p->match, words);
}

int fault_proxy_port(const struct fault_proxy *p)
{
    return p->port;
}

void fault_proxy_set(struct fault_proxy *p, enum fault fault)
{
    atomic_store(&p->fault, fault);
    atomic_fetch_add(&p->generation, 1);
    clock_sleep_ms(3 * POLL_MS); /* the accepting thread has seen it by then */
}

void fault_proxy_stop(struct fault_proxy *p)
{
    atomic_store(&p->stop, true);
    pthread_join(p->thread, NULL);
    while (atomic_load(&p->open) > 0)
        clock_sleep_ms(POLL_MS);
    if (p->listener >= 0)
        close(p->listener);
    free(p);
}
