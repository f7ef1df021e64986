/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/alexa_listener.c -- the threads of the listener, and which of them serves a
 * connection. */
#include "server/listener/alexa_listener.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/base/deadline.h"
#include "server/listener/acceptor.h"
#include "server/listener/alexa_request.h"
#include "server/listener/connections.h"
#include "server/listener/front.h"
#include "server/listener/proxy_arrivals.h"

enum {
    FRONTS_MAX = 65,         /* the last one in use serves strangers */
    OTHER_DESCRIPTORS = 256, /* upstream connections, files */
    /* While draining: for how long a connection counts as recently active after it was accepted,
     * and after its last response; for how long its requests are still accepted; how often activity
     * is polled, and how many polls in a row must find none. */
    NEW_CONNECTION_MS = 3000,
    USED_CONNECTION_MS = 300,
    DRAIN_GRACE_MS = 1000,
    DRAIN_POLL_MS = 5,
    DRAIN_QUIET_POLLS = 4,
};

struct alexa_listener {
    struct alexa_listener_settings settings;
    struct alexa_requests requests;
    struct connections *connections;
    struct front *fronts[FRONTS_MAX];
    size_t known_count;              /* fronts[known_count] serves strangers */
    struct proxy_arrivals *arrivals; /* NULL without the PROXY protocol */
    struct acceptor *acceptor;
};

/* ---- the acceptor's callbacks ---- */

/* The front with the fewest connections, of those that serve such a caller. */
static struct front *choose_front(const struct alexa_listener *l, const struct connection *c)
{
    struct front *best = l->fronts[l->known_count];

    if (!atomic_load(&c->trusted))
        return best;
    best = l->fronts[0];
    for (size_t i = 1; i < l->known_count; i++)
        if (front_load(l->fronts[i]) < front_load(best))
            best = l->fronts[i];
    return best;
}

static void serve_connection(struct alexa_listener *l, int fd, const struct sockaddr *from,
                             socklen_t length, const struct ip *client, bool by_proxy)
{
    int64_t now = clock_mono_ms();
    struct connection *c = connections_admit(l->connections, fd, client, by_proxy, now);

    if (!c)
        close(fd);
    else if (!front_add(choose_front(l, c), c, from, length)) /* fd is closed */
        connections_closed(l->connections, c, now);
}

static void take_connection(void *data, int fd, const struct sockaddr *from, socklen_t length)
{
    struct alexa_listener *l = data;
    struct ip peer = ip_of_sockaddr(from, length);
    bool by_proxy = trusted_proxies_hold(&l->requests.proxies, &peer);

    if (by_proxy && l->arrivals)
        proxy_arrivals_add(l->arrivals, fd, from, length, clock_mono_ms());
    else
        serve_connection(l, fd, from, length, &peer, by_proxy);
}

/* The PROXY header has come. The client it names may be a proxy as well. */
static void take_arrival(void *data, int fd, const struct sockaddr *from, socklen_t length,
                         const struct ip *client)
{
    struct alexa_listener *l = data;
    struct ip peer = client->kind == IP_NONE ? ip_of_sockaddr(from, length) : *client;

    serve_connection(l, fd, from, length, &peer, trusted_proxies_hold(&l->requests.proxies, &peer));
}

static void read_arrivals(void *data, int64_t now_ms)
{
    struct alexa_listener *l = data;

    (void)now_ms;
    proxy_arrivals_read(l->arrivals);
}

static void shed_connections(void *data, int64_t now_ms)
{
    struct alexa_listener *l = data;

    connections_shed(l->connections, now_ms);
}

static void watch_connections(void *data, int64_t now_ms)
{
    struct alexa_listener *l = data;

    connections_cut_slow(l->connections, now_ms, (int64_t)l->settings.connection_timeout_s * 2000);
    if (l->arrivals)
        proxy_arrivals_tick(l->arrivals, now_ms);
    for (size_t i = 0; i <= l->known_count; i++)
        front_probe(l->fronts[i], now_ms);
}

/* ---- create ---- */

/* Allow as many descriptors as the connections may need. The system may not let us; then
 * connections are shed when descriptors run out. */
static void raise_descriptor_limit(const struct alexa_listener *l)
{
    struct rlimit limit;
    const struct alexa_listener_settings *s = &l->settings;
    rlim_t need = (rlim_t)s->max_connections * 11 / 10 + s->other_connections + OTHER_DESCRIPTORS;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= need)
        return;
    limit.rlim_cur = limit.rlim_max < need ? limit.rlim_max : need;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < need)
        log_line(s->log, LOG_WARNING, "too_few_descriptors",
                 LOG_INT("limit", (int64_t)limit.rlim_cur), LOG_INT("needed", (int64_t)need),
                 LOG_TEXT("fix", "lower server.max_connections, or raise the limit (the unit's "
                                 "LimitNOFILE)"));
}

static bool start_fronts(struct alexa_listener *l)
{
    const struct alexa_listener_settings *s = &l->settings;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t threads = s->threads ? s->threads : cores > 0 ? (size_t)cores : 1;
    struct front_settings front = { .timeout_s = s->connection_timeout_s,
                                    .connections = l->connections,
                                    .handshake = s->handshake,
                                    .log = s->log,
                                    .on_request = alexa_request_receive,
                                    .on_completed = alexa_request_completed,
                                    .on_refused = alexa_request_refused,
                                    .on_proxy_header = alexa_request_proxied,
                                    .data = &l->requests };

    l->known_count = threads < FRONTS_MAX ? threads : FRONTS_MAX - 1;
    for (size_t i = 0; i <= l->known_count; i++) {
        front.yields = i == l->known_count;
        front.name = front.yields ? "new callers" : "known callers";
        l->fronts[i] = front_create(&front);
        if (!l->fronts[i])
            return false;
    }
    return true;
}

static bool start_threads(struct alexa_listener *l)
{
    const struct alexa_listener_settings *s = &l->settings;
    const struct connections_settings connections = { .max = s->max_connections,
                                                      .max_per_address = s->max_connections_per_ip,
                                                      .pending_bytes_max = s->max_pending_bytes,
                                                      .metrics = s->metrics,
                                                      .log = s->log };
    const struct proxy_arrivals_settings arrivals = {
        .arrived = take_arrival, .data = l, .metrics = s->metrics, .log = s->log
    };
    struct acceptor_settings acceptor = { .fds = s->fds,
                                          .count = s->fd_count,
                                          .inherited = s->fds_inherited,
                                          .connection = take_connection,
                                          .exhausted = shed_connections,
                                          .other_fd = -1,
                                          .other = read_arrivals,
                                          .tick = watch_connections,
                                          .data = l };

    l->connections = connections_create(&connections);
    if (!l->connections || !start_fronts(l))
        return false;
    if (s->proxy_protocol) {
        l->arrivals = proxy_arrivals_create(&arrivals);
        if (!l->arrivals)
            return false;
        acceptor.other_fd = proxy_arrivals_fd(l->arrivals);
    }
    l->acceptor = acceptor_create(&acceptor);
    return l->acceptor;
}

enum status alexa_listener_create(const struct alexa_listener_settings *settings,
                                  struct alexa_listener **ret_listener, struct err *err)
{
    struct alexa_listener *l = calloc(1, sizeof *l);

    if (!l)
        return err_no_memory(err);
    l->settings = *settings;
    if (settings->proxies)
        l->requests.proxies = *settings->proxies;
    l->requests.proxy_protocol = settings->proxy_protocol;
    l->requests.log = settings->log;
    l->requests.path = settings->path;
    l->requests.max_request_bytes = settings->max_request_bytes;
    l->requests.pipeline = settings->pipeline;
    l->requests.verify = settings->verify;
    l->requests.workers = settings->workers;
    l->requests.parking = settings->parking;
    raise_descriptor_limit(l);
    if (!start_threads(l)) {
        alexa_listener_free(l);
        return err_set(err, ST_SYSTEM, "cannot start the listener: out of memory or threads");
    }
    *ret_listener = l;
    return ST_OK;
}

/* ---- drain, free ---- */

void alexa_listener_drain(struct alexa_listener *l, int64_t timeout_ms)
{
    struct alexa_requests *r = &l->requests;
    int64_t deadline = clock_mono_ms() + timeout_ms;

    acceptor_stop(l->acceptor);
    atomic_store(&r->reject_after, clock_mono_ms() + DRAIN_GRACE_MS);
    atomic_store(&r->draining, true);
    for (int quiet = 0; quiet < DRAIN_QUIET_POLLS && clock_left_ms(deadline) > 0; quiet++) {
        clock_sleep_ms(DRAIN_POLL_MS);
        /* A new connection counts for longer: its handshake takes time, and its client has not had
         * a response yet. */
        if (atomic_load(&r->running) > 0 ||
            connections_any_active(l->connections, clock_mono_ms(), NEW_CONNECTION_MS,
                                   USED_CONNECTION_MS))
            quiet = -1;
    }
}

void alexa_listener_free(struct alexa_listener *l)
{
    if (!l)
        return;
    acceptor_free(l->acceptor);
    proxy_arrivals_free(l->arrivals);
    for (size_t i = 0; i < FRONTS_MAX; i++)
        front_free(l->fronts[i]);
    connections_free(l->connections);
    free(l);
}

/* ---- stats ---- */

struct alexa_listener_stats alexa_listener_stats(const struct alexa_listener *l)
{
    struct connections_stats connections = connections_stats(l->connections);

    return (struct alexa_listener_stats){ .connections = (int64_t)connections.open,
                                          .running = atomic_load(&l->requests.running),
                                          .pending_bytes = connections.pending_bytes,
                                          .accepted = connections.admitted,
                                          .draining = atomic_load(&l->requests.draining) };
}

int64_t alexa_listener_stall_ms(const struct alexa_listener *l, const char **ret_thread)
{
    int64_t now = clock_mono_ms(), longest = acceptor_stall_ms(l->acceptor, now);

    *ret_thread = "accepting connections";
    for (size_t i = 0; i <= l->known_count; i++) {
        int64_t stall = front_stall_ms(l->fronts[i], now);
        if (stall <= longest)
            continue;
        longest = stall;
        *ret_thread = i < l->known_count ? "serving known callers" : "serving new callers";
    }
    return longest;
}
