/* SPDX-License-Identifier: Apache-2.0 */
/* server/sockets.c -- bind, listen or inherit, accept. */
#define _GNU_SOURCE /* accept4 */
#include "server/sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/config.h"

enum {
    BACKLOG = 1024,
    LISTENERS_MAX = 16,
    TICK_MS = 500,
    ACCEPT_PAUSE_MS = 20,
    FIRST_INHERITED = 3, /* after stdin, stdout and stderr: sd_listen_fds(3) */
};

static bool parse(const char *address, struct sockaddr_storage *ret, socklen_t *ret_length)
{
    char host[256];
    uint16_t port;

    memset(ret, 0, sizeof *ret);
    struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)ret;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)ret;
    if (!config_split_address(address, host, &port))
        return false;
    if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        *ret_length = sizeof *v4;
        return true;
    }
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    *ret_length = sizeof *v6;
    return inet_pton(AF_INET6, host, &v6->sin6_addr) == 1;
}

enum status socket_listen(const char *address, int *ret_fd, struct err *err)
{
    struct sockaddr_storage to;
    socklen_t length;
    int on = 1;

    if (!parse(address, &to, &length))
        return err_set(err, ST_INVALID, "cannot listen on %s: not a numeric addr:port", address);
    int fd = socket(to.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return err_set(err, ST_SYSTEM, "cannot listen on %s: %s", address, strerror(errno));
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (to.ss_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&to, length) == 0 && listen(fd, BACKLOG) == 0) {
        *ret_fd = fd;
        return ST_OK;
    }
    int fault = errno;
    close(fd);
    return err_set(
        err, ST_SYSTEM, "cannot listen on %s: %s%s", address, strerror(fault),
        fault == EADDRINUSE ? " (another program has the port: stop it or change the address)"
        : fault == EACCES   ? " (a port under 1024 needs CAP_NET_BIND_SERVICE or socket activation)"
                            : "");
}

void socket_name(int fd, char out[80])
{
    struct sockaddr_storage at;
    socklen_t length = sizeof at;
    char host[INET6_ADDRSTRLEN] = "?";

    out[0] = '\0';
    if (getsockname(fd, (struct sockaddr *)&at, &length) != 0)
        return;
    if (at.ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)&at;
        inet_ntop(AF_INET, &v4->sin_addr, host, sizeof host);
        snprintf(out, 80, "%s:%u", host, ntohs(v4->sin_port));
    } else if (at.ss_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)&at;
        inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof host);
        snprintf(out, 80, "[%s]:%u", host, ntohs(v6->sin6_port));
    }
}

bool socket_is_loopback(int fd)
{
    char name[80], host[256];
    uint16_t port;

    socket_name(fd, name);
    return config_split_address(name, host, &port) && config_is_loopback(host);
}

/* The number in that environment variable, or -1. */
static int64_t number_of(const char *variable)
{
    const char *text = getenv(variable);
    int64_t n;

    return text && str_to_i64(str_of(text), &n) ? n : -1;
}

static bool is_tcp_listener(int fd)
{
    int domain = 0, type = 0, listening = 0;
    socklen_t n = sizeof domain;
    bool told = getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &n) == 0;

    n = sizeof type;
    told = told && getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n) == 0;
    n = sizeof listening;
    told = told && getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &n) == 0;
    return told && (domain == AF_INET || domain == AF_INET6) && type == SOCK_STREAM && listening;
}

enum status sockets_inherited(int *fds, size_t room, size_t *ret_count, struct err *err)
{
    int64_t count = number_of("LISTEN_FDS");

    *ret_count = 0;
    if (count <= 0 || number_of("LISTEN_PID") != getpid())
        return ST_OK;
    if ((uint64_t)count > room)
        return err_set(err, ST_INVALID, "LISTEN_FDS hands over %lld sockets: at most %zu",
                       (long long)count, room);
    for (int i = 0; i < (int)count; i++) {
        fds[i] = FIRST_INHERITED + i;
        if (!is_tcp_listener(fds[i]) || fcntl(fds[i], F_SETFD, FD_CLOEXEC) != 0)
            return err_set(err, ST_INVALID,
                           "descriptor %d, handed over by LISTEN_FDS, is no listening TCP socket",
                           fds[i]);
    }
    *ret_count = (size_t)count;
    return ST_OK;
}

struct acceptor {
    struct acceptor_settings settings;
    int fds[LISTENERS_MAX];
    int stop_pipe[2];
    pthread_t thread;
    bool running;
};

/* Accept until the socket has no more. Out of descriptors: pause, and let others be closed
 * meanwhile. */
static void drain_socket(struct acceptor *a, int listener)
{
    for (;;) {
        struct sockaddr_storage from;
        socklen_t length = sizeof from;
        int on = 1;
        int fd = accept4(listener, (struct sockaddr *)&from, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            a->settings.connection(a->settings.data, fd, (struct sockaddr *)&from, length);
            continue;
        }
        if (errno == EINTR || errno == ECONNABORTED)
            continue;
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            clock_sleep_ms(ACCEPT_PAUSE_MS);
        return;
    }
}

static void *accept_loop(void *data)
{
    struct acceptor *a = data;
    struct pollfd polled[LISTENERS_MAX + 1];
    size_t n = a->settings.count;
    int64_t next_tick = clock_mono_ms() + TICK_MS;

    for (size_t i = 0; i < n; i++)
        polled[i] = (struct pollfd){ .fd = a->fds[i], .events = POLLIN };
    polled[n] = (struct pollfd){ .fd = a->stop_pipe[0], .events = POLLIN };
    for (;;) {
        poll(polled, (nfds_t)(n + 1), (int)clock_left_ms(next_tick));
        for (size_t i = 0; i < n; i++)
            if (polled[i].revents)
                drain_socket(a, a->fds[i]);
        if (polled[n].revents)
            return NULL;
        int64_t now = clock_mono_ms();
        if (now >= next_tick) {
            a->settings.tick(a->settings.data, now);
            next_tick = now + TICK_MS;
        }
    }
}

struct acceptor *acceptor_create(const struct acceptor_settings *settings)
{
    struct acceptor *a = calloc(1, sizeof *a);

    if (!a)
        return NULL;
    a->settings = *settings;
    if (a->settings.count > LISTENERS_MAX)
        a->settings.count = LISTENERS_MAX;
    for (size_t i = 0; i < a->settings.count; i++) {
        a->fds[i] = settings->fds[i];
        fcntl(a->fds[i], F_SETFL, fcntl(a->fds[i], F_GETFL) | O_NONBLOCK);
    }
    a->settings.fds = a->fds;
    if (pipe2(a->stop_pipe, O_CLOEXEC) != 0) {
        free(a);
        return NULL;
    }
    a->running = pthread_create(&a->thread, NULL, accept_loop, a) == 0;
    if (!a->running) {
        acceptor_free(a);
        return NULL;
    }
    return a;
}

void acceptor_stop(struct acceptor *a)
{
    if (!a->running)
        return;
    a->running = false;
    if (write(a->stop_pipe[1], "x", 1) != 1) {
        /* A pipe that nobody has filled takes a byte. */
    }
    pthread_join(a->thread, NULL);
    for (size_t i = 0; i < a->settings.count; i++) {
        if (!a->settings.handed_over)
            drain_socket(a, a->fds[i]);
        close(a->fds[i]);
    }
}

void acceptor_free(struct acceptor *a)
{
    if (!a)
        return;
    acceptor_stop(a);
    close(a->stop_pipe[0]);
    close(a->stop_pipe[1]);
    free(a);
}
