/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/http_server.h -- a small server in the test's process, good or bad by
 * path.
 *
 * Each connection has its own thread; server_stop() joins them all. */
#ifndef CLIMACAST_TESTS_UNIT_BASE_HTTP_SERVER_H
#define CLIMACAST_TESTS_UNIT_BASE_HTTP_SERVER_H

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/base/clock.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))
enum { CONNECTIONS_MAX = 200, LARGE = 300000 };

static struct {
    int listener, port;
    pthread_t thread;
    atomic_bool stop;
    atomic_int requests, connections; /* reset by tests that count them */
    struct connection {
        pthread_t thread;
        int fd;
    } all[CONNECTIONS_MAX];
    size_t count;
} server;

static void send_text(int fd, const char *text)
{
    size_t n = strlen(text);

    while (n > 0) {
        ssize_t sent = send(fd, text, n, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        text += sent;
        n -= (size_t)sent;
    }
}

static bool wait_ms(int fd, int ms)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };
    int64_t end = clock_mono_ms() + ms;

    while (clock_left_ms(end) > 0 && !server.stop)
        if (poll(&p, 1, clock_left_ms(end) < 10 ? (int)clock_left_ms(end) : 10) > 0)
            return true;
    return false;
}

/* Read one request with its body into `text`; false when the client has disconnected. */
static bool read_request(int fd, char *text, size_t size)
{
    size_t n = 0, want = SIZE_MAX;

    while (n < want) {
        char *end;
        ssize_t got;
        if (n + 1 >= size || !wait_ms(fd, 20000))
            return false;
        got = recv(fd, text + n, size - n - 1, 0);
        if (got <= 0)
            return false;
        n += (size_t)got;
        text[n] = '\0';
        end = strstr(text, "\r\n\r\n");
        if (end && want == SIZE_MAX) {
            const char *length = strstr(text, "Content-Length: ");
            want = (size_t)(end + 4 - text) + (length ? strtoul(length + 16, NULL, 10) : 0);
        }
    }
    return true;
}

/* Return the whole request as the body. */
static void echo(int fd, const char *request)
{
    char head[100];

    (void)snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n",
                   strlen(request));
    send_text(fd, head);
    send_text(fd, request);
}

static void redirect(int fd, const char *to)
{
    char head[3000];

    (void)snprintf(head, sizeof head,
                   "HTTP/1.1 301 Moved\r\nLocation: %s\r\nContent-Length: 6\r\n\r\nmoved\n", to);
    send_text(fd, head);
}

static void drip(int fd)
{
    send_text(fd, "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
    for (int i = 0; i < 5000 && !wait_ms(fd, 10); i++)
        send_text(fd, "x");
}

static void large(int fd, bool chunked)
{
    static char block[1001];

    memset(block, 'x', 1000);
    send_text(fd, chunked ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                          : "HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n");
    for (int i = 0; i < LARGE / 1000; i++) {
        if (chunked)
            send_text(fd, "3e8\r\n");
        send_text(fd, block);
        if (chunked)
            send_text(fd, "\r\n");
    }
    if (chunked)
        send_text(fd, "0\r\n\r\n");
}

static void long_headers(int fd)
{
    send_text(fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n");
    for (int i = 0; i < 3000; i++)
        send_text(fd, "X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n");
    send_text(fd, "\r\n");
}

static void compressed(int fd, bool bomb)
{
    /* "hello " five times, and 200,000 times "a" */
    static const char small[] = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9\x57"
                                "\xc8\xc0\x41\x02\x00\xbe\xcb\x8a\xbd\x1e\x00\x00\x00";
    static const char much[] = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xed\xc1\x31\x01\x00\x00"
                               "\x00\xc2\xa0\xac\xeb\x5f\xc2\x0c\xfe\x40\x01\x00\x00\x00\x00\x00"
                               "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
                               "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
                               "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
                               "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
                               "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
                               "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
                               "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
                               "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
                               "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
                               "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
                               "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
                               "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xaf\x01\x9b\x53"
                               "\x69\xe0\x40\x0d\x03\x00";
    char head[100];

    (void)snprintf(head, sizeof head,
                   "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n",
                   bomb ? sizeof much - 1 : sizeof small - 1);
    send_text(fd, head);
    (void)send(fd, bomb ? much : small, bomb ? sizeof much - 1 : sizeof small - 1, MSG_NOSIGNAL);
}

static const struct {
    const char *path, *answer;
} fixed[] = {
    { "/ok", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello" },
    { "/chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "3\r\nhel\r\n2\r\nlo\r\n0\r\nETag: \"in a trailer\"\r\n\r\n" },
    { "/missing", "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}" },
    { "/unchanged", "HTTP/1.1 304 Not Modified\r\nETag: \"e\"\r\n\r\n" },
    { "/interim", "HTTP/1.1 103 Early Hints\r\nETag: \"early\"\r\n\r\n"
                  "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1" },
    { "/headers", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nETag: W/\"abc\"\r\n"
                  "last-modified: Sun, 06 Nov 1994 08:49:37 GMT\r\nEXPIRES: 0\r\nAge: 17\r\n"
                  "Cache-Control: public\r\nCache-Control: max-age=60\r\nDate: now\r\n"
                  "Content-Type:   application/geo+json  \r\nRetry-After: 5\r\n"
                  "x-amz-crc32: 123\r\nETag: second\r\n\r\n" },
    { "/nowhere", "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n" },
    { "/garbage", "<html>nothing like HTTP</html>\r\n\r\n" },
};

/* Respond by path; false: close the connection. */
static bool answer(int fd, const char *request, int nth)
{
    char path[64] = "", to[100];
    size_t n;

    (void)sscanf(request, "%*s %63s", path);
    n = strlen(path);
    for (size_t i = 0; i < ROWS(fixed); i++) {
        if (strcmp(path, fixed[i].path) == 0) {
            send_text(fd, fixed[i].answer);
            return strcmp(path, "/garbage") != 0;
        }
    }
    if (strncmp(path, "/echo", 5) == 0) {
        echo(fd, request);
    } else if (strcmp(path, "/dies-when-kept") == 0) {
        if (nth > 1)
            return false;
        send_text(fd, fixed[0].answer);
    } else if (strcmp(path, "/truncated") == 0) {
        send_text(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
        return false;
    } else if (strcmp(path, "/cut-chunk") == 0) {
        send_text(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        return false;
    } else if (strcmp(path, "/reset") == 0) {
        (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 },
                         sizeof(struct linger));
        return false;
    } else if (strcmp(path, "/silent") == 0) {
        (void)wait_ms(fd, 20000);
        return false;
    } else if (strcmp(path, "/drip") == 0) {
        drip(fd);
        return false;
    } else if (strcmp(path, "/slow") == 0) {
        (void)wait_ms(fd, 100);
        send_text(fd, fixed[0].answer);
    } else if (strncmp(path, "/large", 6) == 0) {
        large(fd, path[n - 1] == 'c');
    } else if (strncmp(path, "/gzip", 5) == 0) {
        compressed(fd, path[n - 1] == 'b');
    } else if (strcmp(path, "/long-headers") == 0) {
        long_headers(fd);
    } else if (strcmp(path, "/to/here") == 0) {
        (void)snprintf(to, sizeof to, "http://127.0.0.1:%d/ok", server.port);
        redirect(fd, to);
    } else if (strcmp(path, "/to/relative") == 0) {
        redirect(fd, "../to/./here");
    } else if (strcmp(path, "/to/loop") == 0) {
        redirect(fd, "/to/loop");
    } else if (strcmp(path, "/to/away") == 0) {
        redirect(fd, "http://example.invalid/ok");
    } else if (strcmp(path, "/to/port") == 0) {
        redirect(fd, "http://127.0.0.1:1/ok");
    } else if (strcmp(path, "/to/tls") == 0) {
        (void)snprintf(to, sizeof to, "https://127.0.0.1:%d/ok", server.port);
        redirect(fd, to);
    } else if (strcmp(path, "/to/user") == 0) {
        (void)snprintf(to, sizeof to, "http://user@127.0.0.1:%d/ok", server.port);
        redirect(fd, to);
    } else if (strcmp(path, "/to/file") == 0) {
        redirect(fd, "file:///etc/passwd");
    } else {
        return false;
    }
    return true;
}

static void *serve(void *data)
{
    struct connection *c = data;
    static const size_t size = 200000;
    char *request = malloc(size);

    for (int nth = 1; read_request(c->fd, request, size); nth++) {
        atomic_fetch_add(&server.requests, 1);
        if (!answer(c->fd, request, nth))
            break;
    }
    free(request);
    (void)close(c->fd);
    return NULL;
}

static void *listen_on(void *data)
{
    (void)data;
    while (!server.stop) {
        struct connection *c = &server.all[server.count];
        if (!wait_ms(server.listener, 20) || server.count == CONNECTIONS_MAX)
            continue;
        c->fd = accept(server.listener, NULL, NULL);
        atomic_fetch_add(&server.connections, 1);
        if (c->fd >= 0 && pthread_create(&c->thread, NULL, serve, c) == 0)
            server.count++;
    }
    return NULL;
}

static int server_start(void **state)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof at;

    (void)state;
    server.listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(server.listener, (struct sockaddr *)&at, sizeof at) != 0 ||
        listen(server.listener, 64) != 0 ||
        getsockname(server.listener, (struct sockaddr *)&at, &size) != 0)
        return -1;
    server.port = ntohs(at.sin_port);
    return pthread_create(&server.thread, NULL, listen_on, NULL);
}

static int server_stop(void **state)
{
    (void)state;
    server.stop = true;
    (void)pthread_join(server.thread, NULL);
    for (size_t i = 0; i < server.count; i++)
        (void)pthread_join(server.all[i].thread, NULL);
    return close(server.listener);
}

#endif
