/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/fake_nws.h -- a small HTTP server on loopback with fixed responses,
 * which counts requests.
 *
 * It runs in a thread, handles one connection at a time and closes it after the response. Paths
 * without a route give a 404 like that of NWS. Routes may be added and changed while it runs. */
#ifndef CLIMACAST_TESTS_FAKE_NWS_H
#define CLIMACAST_TESTS_FAKE_NWS_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { FAKE_ROUTES_MAX = 32, FAKE_PATH_MAX = 512, FAKE_REQUEST_MAX = 8192 };

struct fake_route {
    char path[FAKE_PATH_MAX]; /* with its query; "?*" at its end: with any query */
    int status;
    const char *body; /* must outlive the fake */
    size_t n;         /* its bytes */
    int asked;
};
struct fake {
    int listener;
    char base[64]; /* "http://127.0.0.1:40123" */
    pthread_t thread;
    atomic_bool stop;
    pthread_mutex_t lock; /* guards the following */
    struct fake_route routes[FAKE_ROUTES_MAX];
    size_t count;
    int asked;   /* all requests */
    int max_age; /* in the Cache-Control of every response */
};

/* Call with the lock held. NULL when there is no such route. */
static inline struct fake_route *fake_find(struct fake *f, const char *path)
{
    for (size_t i = 0; i < f->count; i++) {
        const char *route = f->routes[i].path, *any = strstr(route, "?*");
        if (strcmp(route, path) == 0 ||
            (any && strncmp(route, path, (size_t)(any + 1 - route)) == 0))
            return &f->routes[i];
    }
    return NULL;
}

/* Sets the response for `path`. */
static inline void fake_set_bytes(struct fake *f, const char *path, int status, const char *body,
                                  size_t n)
{
    struct fake_route *route;

    pthread_mutex_lock(&f->lock);
    route = fake_find(f, path);
    if (!route && f->count < FAKE_ROUTES_MAX) {
        route = &f->routes[f->count++];
        route->asked = 0;
        snprintf(route->path, sizeof route->path, "%s", path);
    }
    if (route) {
        route->status = status;
        route->body = body;
        route->n = n;
    }
    pthread_mutex_unlock(&f->lock);
}

static inline void fake_set(struct fake *f, const char *path, int status, const char *body)
{
    fake_set_bytes(f, path, status, body, strlen(body));
}

/* Sets the max-age of all responses, in seconds; initially 3600. */
static inline void fake_set_max_age(struct fake *f, int seconds)
{
    pthread_mutex_lock(&f->lock);
    f->max_age = seconds;
    pthread_mutex_unlock(&f->lock);
}

/* How often a path was requested; NULL for all requests. */
static inline int fake_asked(struct fake *f, const char *path)
{
    struct fake_route *route;
    int asked;

    pthread_mutex_lock(&f->lock);
    route = path ? fake_find(f, path) : NULL;
    asked = route ? route->asked : path ? 0 : f->asked;
    pthread_mutex_unlock(&f->lock);
    return asked;
}

static inline void fake_send(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);

        if (sent <= 0)
            return;
        p += sent;
        n -= (size_t)sent;
    }
}

static inline void fake_answer(struct fake *f, int fd, const char *path)
{
    const char *body = "{\"type\":\"https://api.weather.gov/problems/NotFound\",\"title\":\"Not "
                       "Found\",\"status\":404}";
    char head[256];
    int status = 404, max_age, n;
    size_t bytes = strlen(body);
    struct fake_route *route;

    pthread_mutex_lock(&f->lock);
    f->asked++;
    max_age = f->max_age;
    route = fake_find(f, path);
    if (route) {
        route->asked++;
        status = route->status;
        body = route->body;
        bytes = route->n;
    }
    pthread_mutex_unlock(&f->lock);
    n = snprintf(head, sizeof head,
                 "HTTP/1.1 %d Fake\r\nContent-Type: application/geo+json\r\n"
                 "Cache-Control: max-age=%d\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
                 status, max_age, bytes);
    fake_send(fd, head, (size_t)n);
    fake_send(fd, body, bytes);
}

static inline void fake_serve(struct fake *f, int fd)
{
    char request[FAKE_REQUEST_MAX + 1], path[FAKE_PATH_MAX];
    size_t n = 0;

    request[0] = '\0';
    while (!strstr(request, "\r\n\r\n") && n < FAKE_REQUEST_MAX) {
        ssize_t got = recv(fd, request + n, FAKE_REQUEST_MAX - n, 0);

        if (got <= 0)
            return;
        n += (size_t)got;
        request[n] = '\0';
    }
    if (sscanf(request, "GET %511s HTTP/1.1", path) == 1)
        fake_answer(f, fd, path);
}

static inline void *fake_run(void *data)
{
    struct fake *f = data;

    while (!atomic_load(&f->stop)) {
        struct pollfd ready = { .fd = f->listener, .events = POLLIN };
        struct timeval patience = { .tv_sec = 2 };
        int fd;

        if (poll(&ready, 1, 20) != 1)
            continue;
        fd = accept(f->listener, NULL, NULL);
        if (fd < 0)
            continue;
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        fake_serve(f, fd);
        close(fd);
    }
    return NULL;
}

static inline bool fake_start(struct fake *f)
{
    struct sockaddr_in at = { .sin_family = AF_INET };
    struct sockaddr *address = (struct sockaddr *)&at;
    socklen_t size = sizeof at;

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    f->count = 0;
    f->asked = 0;
    f->max_age = 3600;
    atomic_init(&f->stop, false);
    pthread_mutex_init(&f->lock, NULL);
    f->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (f->listener < 0 || bind(f->listener, address, size) != 0 || listen(f->listener, 32) != 0 ||
        getsockname(f->listener, address, &size) != 0)
        return false;
    snprintf(f->base, sizeof f->base, "http://127.0.0.1:%d", (int)ntohs(at.sin_port));
    return pthread_create(&f->thread, NULL, fake_run, f) == 0;
}

static inline void fake_stop(struct fake *f)
{
    atomic_store(&f->stop, true);
    pthread_join(f->thread, NULL);
    close(f->listener);
    pthread_mutex_destroy(&f->lock);
}

#endif
