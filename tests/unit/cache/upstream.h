/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/upstream.h -- an HTTP server in the test's own process with planned answers.
 *
 * A path has a list of answers, given one after the other; the last one is repeated. Each
 * connection has a thread and serves one request; upstream_stop() joins them all. */
#ifndef CLIMACAST_TESTS_UNIT_CACHE_UPSTREAM_H
#define CLIMACAST_TESTS_UNIT_CACHE_UPSTREAM_H

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "tests/test.h"

enum { UPSTREAM_PLANS = 32, UPSTREAM_ANSWERS = 4, UPSTREAM_THREADS = 200, UPSTREAM_REQUEST = 4096 };

struct answer {
    int status; /* 0: close the connection without a response */
    const char *headers, *body;
    int delay_ms;
};

static struct {
    int listener, port;
    pthread_t thread, threads[UPSTREAM_THREADS];
    size_t thread_count; /* of the listening thread */
    atomic_bool stop;
    pthread_mutex_t lock; /* guards all below */
    struct plan {
        const char *path;
        struct answer answers[UPSTREAM_ANSWERS];
        size_t count;
        int requests;
        char last_request[UPSTREAM_REQUEST];
    } plans[UPSTREAM_PLANS];
    size_t plan_count;
} upstream = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* ---- planning, by the test ---- */

static struct plan *plan_find(const char *path)
{
    for (size_t i = 0; i < upstream.plan_count; i++)
        if (strcmp(upstream.plans[i].path, path) == 0)
            return &upstream.plans[i];
    return NULL;
}

static inline void upstream_then(const char *path, struct answer answer)
{
    struct plan *p;

    (void)pthread_mutex_lock(&upstream.lock);
    p = plan_find(path);
    if (!p) {
        p = &upstream.plans[upstream.plan_count++];
        memset(p, 0, sizeof *p);
        p->path = path;
    }
    p->answers[p->count++] = answer;
    (void)pthread_mutex_unlock(&upstream.lock);
}

/* The number of requests for a path. */
static inline int upstream_request_count(const char *path)
{
    const struct plan *p;
    int requests;

    (void)pthread_mutex_lock(&upstream.lock);
    p = plan_find(path);
    requests = p ? p->requests : 0;
    (void)pthread_mutex_unlock(&upstream.lock);
    return requests;
}

/* Did the last request for the path contain this line? */
static inline bool upstream_received(const char *path, const char *line)
{
    const struct plan *p;
    bool received;

    (void)pthread_mutex_lock(&upstream.lock);
    p = plan_find(path);
    received = p && strstr(p->last_request, line);
    (void)pthread_mutex_unlock(&upstream.lock);
    return received;
}

/* ---- serving ---- */

static void upstream_wait(int ms)
{
    int64_t end = clock_mono_ms() + ms;

    while (!upstream.stop && clock_left_ms(end) > 0)
        clock_sleep_ms(clock_left_ms(end) < 10 ? clock_left_ms(end) : 10);
}

static bool upstream_receive(int fd, char *request)
{
    size_t n = 0;

    while (n + 1 < UPSTREAM_REQUEST) {
        struct pollfd p = { .fd = fd, .events = POLLIN };
        ssize_t got;
        if (upstream.stop)
            return false;
        if (poll(&p, 1, 20) == 0)
            continue;
        got = recv(fd, request + n, UPSTREAM_REQUEST - n - 1, 0);
        if (got <= 0)
            return false;
        n += (size_t)got;
        request[n] = '\0';
        if (strstr(request, "\r\n\r\n"))
            return true;
    }
    return false;
}

static struct answer upstream_choose(const char *request)
{
    struct answer answer = { 501, "", "no such plan", 0 };
    char path[256] = "";
    struct plan *p;

    (void)sscanf(request, "%*s %255s", path);
    (void)pthread_mutex_lock(&upstream.lock);
    p = plan_find(path);
    if (p) {
        answer = p->answers[(size_t)p->requests < p->count ? (size_t)p->requests : p->count - 1];
        p->requests++;
        (void)snprintf(p->last_request, sizeof p->last_request, "%s", request);
    }
    (void)pthread_mutex_unlock(&upstream.lock);
    return answer;
}

static void *upstream_serve(void *data)
{
    int fd = (int)(intptr_t)data;
    char request[UPSTREAM_REQUEST], head[1000];
    struct answer a;

    if (upstream_receive(fd, request)) {
        a = upstream_choose(request);
        upstream_wait(a.delay_ms);
        if (a.status) {
            (void)snprintf(head, sizeof head,
                           "HTTP/1.1 %d X\r\n%sContent-Length: %zu\r\nConnection: close\r\n\r\n",
                           a.status, a.headers ? a.headers : "", a.body ? strlen(a.body) : 0);
            (void)send(fd, head, strlen(head), MSG_NOSIGNAL);
            if (a.body)
                (void)send(fd, a.body, strlen(a.body), MSG_NOSIGNAL);
        }
    }
    (void)close(fd);
    return NULL;
}

static void *upstream_listen(void *data)
{
    (void)data;
    while (!upstream.stop) {
        struct pollfd p = { .fd = upstream.listener, .events = POLLIN };
        int fd;
        if (poll(&p, 1, 20) <= 0 || upstream.thread_count == UPSTREAM_THREADS)
            continue;
        fd = accept(upstream.listener, NULL, NULL);
        if (fd >= 0 && pthread_create(&upstream.threads[upstream.thread_count], NULL,
                                      upstream_serve, (void *)(intptr_t)fd) == 0)
            upstream.thread_count++;
    }
    return NULL;
}

static inline void upstream_start(void)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof at;

    upstream.stop = false;
    upstream.plan_count = upstream.thread_count = 0;
    upstream.listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(upstream.listener, (struct sockaddr *)&at, sizeof at) == 0);
    CHECK(listen(upstream.listener, 64) == 0);
    CHECK(getsockname(upstream.listener, (struct sockaddr *)&at, &size) == 0);
    upstream.port = ntohs(at.sin_port);
    CHECK(pthread_create(&upstream.thread, NULL, upstream_listen, NULL) == 0);
}

static inline void upstream_stop(void)
{
    upstream.stop = true;
    (void)pthread_join(upstream.thread, NULL);
    for (size_t i = 0; i < upstream.thread_count; i++)
        (void)pthread_join(upstream.threads[i], NULL);
    (void)close(upstream.listener);
}

#endif
