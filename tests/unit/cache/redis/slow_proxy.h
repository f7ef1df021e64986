/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/redis/slow_proxy.h -- a loopback port in front of a Unix socket that delays
 * every reply by `delay_ms`. */
#ifndef CLIMACAST_TESTS_UNIT_CACHE_SLOW_PROXY_H
#define CLIMACAST_TESTS_UNIT_CACHE_SLOW_PROXY_H

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "tests/test.h"

enum { PROXY_THREADS = 400 };

static struct {
    int listener, port;
    const char *path; /* of the socket behind it */
    atomic_int delay_ms;
    atomic_bool stop;
    pthread_t thread, threads[PROXY_THREADS];
    size_t count; /* of the listening thread */
} proxy;

static void proxy_wait(int ms)
{
    int64_t end = clock_mono_ms() + ms;

    while (!proxy.stop && clock_left_ms(end) > 0)
        clock_sleep_ms(clock_left_ms(end) < 5 ? clock_left_ms(end) : 5);
}

/* Returns false when that side has closed the connection. */
static bool proxy_pass(int from, int to, int delay_ms)
{
    char bytes[16384];
    ssize_t got = recv(from, bytes, sizeof bytes, 0);

    if (got <= 0)
        return false;
    proxy_wait(delay_ms);
    return send(to, bytes, (size_t)got, MSG_NOSIGNAL) == got;
}

static void *proxy_serve(void *data)
{
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    struct pollfd p[2] = { { .fd = (int)(intptr_t)data, .events = POLLIN }, { .events = POLLIN } };
    bool open;

    (void)snprintf(to.sun_path, sizeof to.sun_path, "%s", proxy.path);
    p[1].fd = socket(AF_UNIX, SOCK_STREAM, 0);
    open = connect(p[1].fd, (struct sockaddr *)&to, sizeof to) == 0;
    while (open && !proxy.stop) {
        if (poll(p, 2, 20) <= 0)
            continue;
        if (p[0].revents)
            open = proxy_pass(p[0].fd, p[1].fd, 0);
        if (open && p[1].revents)
            open = proxy_pass(p[1].fd, p[0].fd, proxy.delay_ms);
    }
    (void)close(p[0].fd);
    (void)close(p[1].fd);
    return NULL;
}

static void *proxy_listen(void *data)
{
    (void)data;
    while (!proxy.stop) {
        struct pollfd p = { .fd = proxy.listener, .events = POLLIN };
        int fd;
        if (poll(&p, 1, 20) <= 0 || proxy.count == PROXY_THREADS)
            continue;
        fd = accept(proxy.listener, NULL, NULL);
        if (fd >= 0 && pthread_create(&proxy.threads[proxy.count], NULL, proxy_serve,
                                      (void *)(intptr_t)fd) == 0)
            proxy.count++;
    }
    return NULL;
}

static inline void proxy_start(const char *path, char url[64])
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof at;

    proxy.path = path;
    proxy.stop = false;
    proxy.delay_ms = 0;
    proxy.count = 0;
    proxy.listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(proxy.listener, (struct sockaddr *)&at, sizeof at) == 0);
    CHECK(listen(proxy.listener, 64) == 0);
    CHECK(getsockname(proxy.listener, (struct sockaddr *)&at, &size) == 0);
    proxy.port = ntohs(at.sin_port);
    (void)snprintf(url, 64, "redis://127.0.0.1:%d", proxy.port);
    CHECK(pthread_create(&proxy.thread, NULL, proxy_listen, NULL) == 0);
}

static inline void proxy_stop(void)
{
    proxy.stop = true;
    (void)pthread_join(proxy.thread, NULL);
    for (size_t i = 0; i < proxy.count; i++)
        (void)pthread_join(proxy.threads[i], NULL);
    (void)close(proxy.listener);
}

#endif
