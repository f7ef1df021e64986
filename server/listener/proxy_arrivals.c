/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/proxy_arrivals.c -- a bounded list of connections, watched by epoll.
 *
 * The bytes are looked at before they are taken, so that exactly the header is: what follows
 * belongs to TLS or HTTP. Usually all of it is there at once, and nothing has to wait. */
#include "server/listener/proxy_arrivals.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>
#include <utlist.h>

#include "server/listener/proxy_header.h"

enum { WAITING_MAX = 256, WAIT_MS = 5000, EVENTS_MAX = 16, LINES_PER_SECOND = 1 };

struct arrival {
    int fd;
    struct sockaddr_storage from;
    socklen_t from_length;
    int64_t since_ms;
    size_t n;
    char bytes[PROXY_HEADER_MAX];
    struct arrival *prev, *next;
};

struct proxy_arrivals {
    struct proxy_arrivals_settings settings;
    int epoll;
    struct arrival *waiting; /* oldest first */
    size_t count;
    struct metric_family *refused;
    struct log_gate gate;
};

struct proxy_arrivals *proxy_arrivals_create(const struct proxy_arrivals_settings *settings)
{
    struct proxy_arrivals *a = calloc(1, sizeof *a);

    if (!a)
        return NULL;
    a->settings = *settings;
    a->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (a->epoll < 0) {
        free(a);
        return NULL;
    }
    a->refused =
        metrics_family(settings->metrics, METRIC_COUNTER, "climacast_connections_refused_total",
                       "reason", "Connections closed as soon as they were accepted, by reason.");
    return a;
}

/* Forget it, leaving its descriptor open. */
static void remove_arrival(struct proxy_arrivals *a, struct arrival *at)
{
    DL_DELETE(a->waiting, at);
    a->count--;
    (void)epoll_ctl(a->epoll, EPOLL_CTL_DEL, at->fd, NULL);
    free(at);
}

void proxy_arrivals_free(struct proxy_arrivals *a)
{
    if (!a)
        return;
    while (a->waiting) {
        (void)close(a->waiting->fd);
        remove_arrival(a, a->waiting);
    }
    (void)close(a->epoll);
    free(a);
}

static void refuse_arrival(struct proxy_arrivals *a, struct arrival *at, const char *fault)
{
    struct ip ip = ip_of_sockaddr((const struct sockaddr *)&at->from, at->from_length);
    char proxy[IP_TEXT_BYTES];
    int64_t suppressed;

    metric_add(metric_get(a->refused, "proxy_header", NULL, NULL), 1);
    if (log_gate_open(&a->gate, LINES_PER_SECOND, &suppressed))
        log_line(a->settings.log, LOG_WARNING, "proxy_header_refused",
                 LOG_TEXT("proxy", ip_format(&ip, proxy)), LOG_TEXT("error", fault),
                 LOG_TEXT("fix", "let the proxy send a PROXY header, or set "
                                 "server.proxy_protocol = no"),
                 LOG_INT("suppressed", suppressed));
    (void)close(at->fd);
    remove_arrival(a, at);
}

static void complete_arrival(struct proxy_arrivals *a, struct arrival *at, const struct ip *client)
{
    int fd = at->fd;
    struct sockaddr_storage from = at->from;
    socklen_t length = at->from_length;

    remove_arrival(a, at);
    a->settings.arrived(a->settings.data, fd, (struct sockaddr *)&from, length, client);
}

/* Take n bytes that are known to be there. */
static bool take_bytes(struct arrival *at, size_t n)
{
    if (n > 0 && recv(at->fd, at->bytes + at->n, n, 0) != (ssize_t)n)
        return false;
    at->n += n;
    return true;
}

static void read_arrival(struct proxy_arrivals *a, struct arrival *at)
{
    struct proxy_header header;
    ssize_t got = recv(at->fd, at->bytes + at->n, sizeof at->bytes - at->n, MSG_PEEK);

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0 && at->n == 0) {
        (void)close(at->fd);
        remove_arrival(a, at);
        return;
    }
    if (got <= 0) {
        refuse_arrival(a, at, "the connection ended within it");
        return;
    }
    struct str seen = { at->bytes, at->n + (size_t)got };
    enum proxy_header_state state = proxy_header_parse(seen, &header);
    size_t wanted = state == PROXY_HEADER_COMPLETE ? header.size - at->n : (size_t)got;
    if (state == PROXY_HEADER_INVALID || !take_bytes(at, wanted))
        refuse_arrival(a, at, header.fault ? header.fault : "it cannot be read");
    else if (state == PROXY_HEADER_COMPLETE)
        complete_arrival(a, at, &header.client);
}

void proxy_arrivals_add(struct proxy_arrivals *a, int fd, const struct sockaddr *from,
                        socklen_t length, int64_t now_ms)
{
    struct arrival *at = calloc(1, sizeof *at);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = at };

    if (!at || length > sizeof at->from) {
        free(at);
        (void)close(fd);
        return;
    }
    at->fd = fd;
    memcpy(&at->from, from, length);
    at->from_length = length;
    at->since_ms = now_ms;
    DL_APPEND(a->waiting, at);
    a->count++;
    if (a->count > WAITING_MAX)
        refuse_arrival(a, at, "too many connections without one");
    else if (epoll_ctl(a->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        refuse_arrival(a, at, "out of memory");
    else
        read_arrival(a, at);
}

int proxy_arrivals_fd(const struct proxy_arrivals *a)
{
    return a->epoll;
}

void proxy_arrivals_read(struct proxy_arrivals *a)
{
    struct epoll_event events[EVENTS_MAX];
    int n = epoll_wait(a->epoll, events, EVENTS_MAX, 0);

    for (int i = 0; i < n; i++)
        read_arrival(a, events[i].data.ptr);
}

void proxy_arrivals_tick(struct proxy_arrivals *a, int64_t now_ms)
{
    while (a->waiting && now_ms - a->waiting->since_ms > WAIT_MS)
        refuse_arrival(a, a->waiting, "it did not arrive within 5 seconds");
}
