/* SPDX-License-Identifier: Apache-2.0 */
/* server/alexa_listener.c -- libmicrohttpd, restricted to what it does well.
 *
 * - poll(), not epoll: with TLS, epoll spins on a half-finished handshake.
 * - Connections are accepted here (acceptor.c); libmicrohttpd never listens, so it never has to be
 *   quiesced.
 * - Its timeout catches only idle peers. A client that drips bytes is cut by cut_slow_peers().
 * - It lets two Content-Lengths, a length beside chunks, and a missing Host pass; check_head()
 *   rejects them.
 * - A rejection is sent after the body has been read and dropped, within a limit: a response sent
 *   while the client is still sending is lost to a TCP reset.
 * - It aborts when it is stopped with a suspended connection; alexa_listener_free() asserts that
 *   none is left. */
#include "server/alexa_listener.h"

#include <assert.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utlist.h>

#include "server/acceptor.h"
#include "server/base/clock.h"
#include "server/base/deadline.h"
#include "server/mhd_response.h"

enum {
    CONNECTION_MEMORY = 16 * 1024, /* headers and one read of the body */
    DROP_FACTOR = 16,              /* a rejected body is read up to this many times the limit */
    MHD_LINES_PER_SECOND = 5,
    /* While draining: for how long a connection counts as recently active after it was accepted, and
     * after its last response; for how long its requests are still accepted; how often activity is
     * polled, and how many polls in a row must find none. */
    NEW_CONNECTION_MS = 3000,
    USED_CONNECTION_MS = 300,
    DRAIN_GRACE_MS = 1000,
    DRAIN_POLL_MS = 5,
    DRAIN_QUIET_POLLS = 4,
};

/* One TCP connection. */
struct peer {
    struct alexa_listener *listener;
    int fd;
    atomic_bool used;                /* the head of a request has arrived */
    _Atomic int64_t receiving_since; /* 0 while a request is being answered */
    struct peer *prev, *next;
};

struct alexa_listener {
    struct alexa_listener_settings settings;
    struct MHD_Daemon *daemon;
    struct acceptor *acceptor;
    pthread_mutex_t lock; /* guards peers, and each fd: none is closed while it is held */
    struct peer *peers;
    _Atomic int64_t connections, running;
    _Atomic uint64_t accepted;
    _Atomic int64_t arriving; /* accepted, but not yet picked up by libmicrohttpd's thread */
    _Atomic bool draining;
    _Atomic int64_t reject_after; /* while draining: later requests on used connections get 503 */
    struct log_gate mhd_gate;
};

enum step { STEP_RECEIVE, STEP_REJECT, STEP_RESPOND };

struct request {
    struct alexa_listener *listener;
    struct peer *peer; /* NULL when there was no memory for it */
    struct MHD_Connection *connection;
    struct workers_task task;
    int64_t deadline; /* monotonic milliseconds */
    struct pipeline_exchange exchange;
    struct buf body;
    size_t dropped; /* bytes of a rejected body */
    enum step step;
    struct err rejection;
    bool close; /* the connection, after the response */
};

/* ---- headers ---- */

struct headers {
    struct verify_headers verify;
    int lengths, encodings, hosts, urls, signatures;
    struct str length;
    bool expects;
};

static enum MHD_Result count_header(void *data, enum MHD_ValueKind kind, const char *name,
                                    const char *value)
{
    struct headers *h = data;
    struct str n = str_of(name), v = str_of(value);

    (void)kind;
    if (str_ieqz(n, "Content-Length")) {
        h->lengths++;
        h->length = v;
    } else if (str_ieqz(n, "Transfer-Encoding"))
        h->encodings++;
    else if (str_ieqz(n, "Host"))
        h->hosts++;
    else if (str_ieqz(n, "Expect"))
        h->expects = true;
    else if (str_ieqz(n, "SignatureCertChainUrl")) {
        h->urls++;
        h->verify.cert_url = v;
    } else if (str_ieqz(n, "Signature-256")) {
        h->signatures++;
        h->verify.signature256 = v;
    } else if (str_ieqz(n, "Signature"))
        h->verify.signature = v;
    return MHD_YES;
}

static void reject(struct request *r, const char *reason, const char *message)
{
    r->step = STEP_REJECT;
    err_clear(&r->rejection);
    err_reason(&r->rejection, ST_DENIED, reason, "%s", message);
}

/* Check what can be checked before the body arrives. Returns true when the response should be sent
 * at once, without reading the body. */
static bool check_head(struct request *r, const char *url, const char *method, const char *version,
                       const struct headers *h)
{
    struct alexa_listener *l = r->listener;
    int64_t length = 0;
    bool malformed = h->lengths > 1 || h->encodings > 1 || (h->lengths && h->encodings) ||
                     h->hosts > 1 || (h->hosts == 0 && strcmp(version, "HTTP/1.1") == 0) ||
                     (h->lengths && (!str_to_i64(h->length, &length) || length < 0));
    bool large = (uint64_t)length > l->settings.max_request_bytes;
    bool first = r->peer && !atomic_exchange(&r->peer->used, true);
    bool late =
        !first && atomic_load(&l->draining) && clock_left_ms(atomic_load(&l->reject_after)) == 0;

    if (malformed)
        reject(r, "http_malformed",
               "Content-Length, Transfer-Encoding or Host is repeated, missing or invalid");
    else if (strcmp(url, l->settings.path) != 0)
        reject(r, "not_found", "no such path");
    else if (strcmp(method, "POST") != 0)
        reject(r, "method_not_allowed", "only POST is allowed");
    else if (large)
        reject(r, "body_too_large", "larger than server.max_request_bytes");
    else if (late)
        reject(r, "draining", "the daemon is stopping");
    else if (verify_headers_check(l->settings.verify, &h->verify, &r->exchange.signature,
                                  &r->rejection) != ST_OK)
        r->step = STEP_REJECT;
    r->close = malformed || large || late;
    if (r->step == STEP_RECEIVE && length > 0)
        buf_reserve(&r->body, (size_t)length);
    return r->step == STEP_REJECT &&
           (malformed || h->expects ||
            (uint64_t)length > l->settings.max_request_bytes * DROP_FACTOR);
}

/* ---- response ---- */

static enum MHD_Result send_response(struct request *r)
{
    struct pipeline_exchange *x = &r->exchange;

    if (r->step == STEP_REJECT)
        pipeline_reject(r->listener->settings.pipeline, x, r->rejection.reason, r->rejection.text);
    struct MHD_Response *response = mhd_response_take(&x->out);
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, "Content-Type", "application/json;charset=UTF-8");
    if (x->status == 405)
        MHD_add_response_header(response, "Allow", "POST");
    if (x->status == 503)
        MHD_add_response_header(response, "Retry-After", "2");
    if (r->close || atomic_load_explicit(&r->listener->draining, memory_order_relaxed))
        MHD_add_response_header(response, "Connection", "close");
    enum MHD_Result queued = MHD_queue_response(r->connection, (unsigned)x->status, response);
    MHD_destroy_response(response);
    return queued;
}

/* On a worker thread, which may block. */
static void run_blocking(struct workers_task *task)
{
    struct request *r = (struct request *)(void *)((char *)task - offsetof(struct request, task));

    pipeline_run(r->listener->settings.pipeline, &r->exchange, r->deadline);
    r->step = STEP_RESPOND;
    MHD_resume_connection(r->connection); /* which may free r at once */
}

/* The body is complete: respond from memory, or suspend the connection while a worker waits. */
static enum MHD_Result run_request(struct request *r)
{
    struct alexa_listener *l = r->listener;

    r->exchange.body = buf_str(&r->body);
    if (pipeline_run(l->settings.pipeline, &r->exchange, NO_WAIT) == ST_OK) {
        r->step = STEP_RESPOND;
        return send_response(r);
    }
    r->task.run = run_blocking;
    MHD_suspend_connection(r->connection);
    if (!workers_submit(l->settings.workers, &r->task)) {
        reject(r, "overloaded", "all workers are busy and the queue is full");
        MHD_resume_connection(r->connection);
    }
    return MHD_YES;
}

/* ---- requests: callbacks of libmicrohttpd ---- */

static enum MHD_Result begin_request(struct alexa_listener *l, struct MHD_Connection *connection,
                                     const char *url, const char *method, const char *version,
                                     void **state)
{
    struct request *r = calloc(1, sizeof *r);
    struct headers h = { .lengths = 0 };
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    if (!r)
        return MHD_NO;
    *state = r;
    atomic_fetch_add(&l->running, 1);
    r->listener = l;
    r->connection = connection;
    r->peer = info ? info->socket_context : NULL;
    r->body = BUF_INIT(l->settings.max_request_bytes);
    r->exchange.started_us = clock_mono_us();
    r->deadline = r->exchange.started_us / 1000 + PIPELINE_TURN_MS;
    MHD_get_connection_values(connection, MHD_HEADER_KIND, count_header, &h);
    h.verify.repeated = h.urls > 1 || h.signatures > 1;
    return check_head(r, url, method, version, &h) ? send_response(r) : MHD_YES;
}

static enum MHD_Result receive_body(struct request *r, const char *data, size_t n)
{
    if (r->step == STEP_RECEIVE) {
        buf_put(&r->body, (struct str){ data, n });
        if (!r->body.failed)
            return MHD_YES;
        reject(r, "body_too_large", "larger than server.max_request_bytes");
        r->close = true;
    }
    r->dropped += n;
    return r->dropped <= r->listener->settings.max_request_bytes * DROP_FACTOR ? MHD_YES : MHD_NO;
}

static enum MHD_Result on_request(void *data, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **state)
{
    struct request *r = *state;

    if (!r)
        return begin_request(data, connection, url, method, version, state);
    if (*upload_size) {
        size_t n = *upload_size;
        *upload_size = 0;
        return receive_body(r, upload, n);
    }
    if (r->peer)
        atomic_store(&r->peer->receiving_since, 0);
    return r->step == STEP_RECEIVE ? run_request(r) : send_response(r);
}

static void on_completed(void *data, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode code)
{
    struct alexa_listener *l = data;
    struct request *r = *state;

    (void)connection;
    (void)code;
    if (!r)
        return;
    *state = NULL;
    if (r->peer)
        atomic_store(&r->peer->receiving_since, clock_mono_ms());
    pipeline_exchange_done(l->settings.pipeline, &r->exchange);
    buf_free(&r->body);
    free(r);
    atomic_fetch_sub(&l->running, 1);
}

/* ---- connections: callbacks of libmicrohttpd ---- */

static void add_peer(struct alexa_listener *l, struct MHD_Connection *connection, void **context)
{
    const union MHD_ConnectionInfo *fd =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    const union MHD_ConnectionInfo *tls =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    struct peer *p = calloc(1, sizeof *p);

    atomic_fetch_add(&l->connections, 1);
    if (tls && tls->tls_session)
        handshake_enable_tickets(l->settings.handshake, tls->tls_session);
    if (!p || !fd) {
        free(p);
        return;
    }
    p->listener = l;
    p->fd = fd->connect_fd;
    atomic_init(&p->receiving_since, clock_mono_ms());
    *context = p;
    pthread_mutex_lock(&l->lock);
    DL_APPEND(l->peers, p);
    pthread_mutex_unlock(&l->lock);
}

static void on_connection(void *data, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode event)
{
    struct alexa_listener *l = data;

    if (event == MHD_CONNECTION_NOTIFY_STARTED) {
        add_peer(l, connection, context);
        atomic_fetch_sub(&l->arriving, 1); /* only now: it is among the peers */
        return;
    }
    struct peer *p = *context;
    atomic_fetch_sub(&l->connections, 1);
    if (!p)
        return;
    pthread_mutex_lock(&l->lock);
    DL_DELETE(l->peers, p);
    pthread_mutex_unlock(&l->lock);
    free(p);
}

/* libmicrohttpd sets the session's pointer to its connection, whose socket context is our peer. */
static int on_certificate(gnutls_session_t session, const struct gnutls_cert_retr_st *info,
                          gnutls_pcert_st **pcert, unsigned int *pcert_length,
                          gnutls_ocsp_data_st **ocsp, unsigned int *ocsp_length,
                          gnutls_privkey_t *key, unsigned int *flags)
{
    (void)info;
    struct MHD_Connection *connection = gnutls_session_get_ptr(session);
    const union MHD_ConnectionInfo *context =
        connection ? MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT) : NULL;
    const struct peer *p = context ? context->socket_context : NULL;
    *ocsp = NULL;
    *ocsp_length = 0;
    *flags = 0;
    return p ? handshake_current(p->listener->settings.handshake, pcert, pcert_length, key) : -1;
}

__attribute__((format(printf, 2, 0))) static void on_mhd_line(void *data, const char *format,
                                                              va_list args)
{
    struct alexa_listener *l = data;
    struct log *log = l->settings.log;
    int64_t suppressed;

    if (!log_enabled(log, LOG_DEBUG) ||
        !log_gate_open(&l->mhd_gate, MHD_LINES_PER_SECOND, &suppressed))
        return;
    struct buf line = BUF_INIT(500);
    buf_vprintf(&line, format, args);
    log_line(log, LOG_DEBUG, "http", LOG_STR("message", str_trim(buf_str(&line))),
             LOG_INT("suppressed", suppressed));
    buf_free(&line);
}

/* ---- the acceptor's callbacks ---- */

static void hand_over_connection(void *data, int fd, const struct sockaddr *address,
                                 socklen_t length)
{
    struct alexa_listener *l = data;

    atomic_fetch_add(&l->accepted, 1);
    atomic_fetch_add(&l->arriving, 1);
    if (MHD_add_connection(l->daemon, fd, address, length) != MHD_YES) /* fd is closed */
        atomic_fetch_sub(&l->arriving, 1);
}

/* Shut down connections that have been sending one request for too long, however steadily. */
static void cut_slow_peers(void *data, int64_t now_ms)
{
    struct alexa_listener *l = data;
    int64_t max_ms = (int64_t)l->settings.connection_timeout_s * 2000;
    struct peer *p;

    pthread_mutex_lock(&l->lock);
    DL_FOREACH (l->peers, p) {
        int64_t since = atomic_load(&p->receiving_since);
        if (since != 0 && now_ms - since > max_ms)
            shutdown(p->fd, SHUT_RDWR);
    }
    pthread_mutex_unlock(&l->lock);
}

/* ---- create, drain, free ---- */

static struct MHD_Daemon *start_mhd(struct alexa_listener *l)
{
    const struct alexa_listener_settings *s = &l->settings;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned threads = s->threads ? s->threads : cores > 0 ? (unsigned)cores : 1;
    struct MHD_OptionItem options[] = {
        { MHD_OPTION_CONNECTION_LIMIT, (intptr_t)s->max_connections, NULL },
        { MHD_OPTION_PER_IP_CONNECTION_LIMIT, (intptr_t)s->max_connections_per_ip, NULL },
        { MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)s->connection_timeout_s, NULL },
        { MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL },
        { MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL },
        { threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, (intptr_t)threads, NULL },
        { MHD_OPTION_END, 0, NULL },
    };

    return MHD_start_daemon(
        MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_TLS | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ITC |
            MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG,
        0, NULL, NULL, on_request, l, MHD_OPTION_EXTERNAL_LOGGER, on_mhd_line, l,
        MHD_OPTION_HTTPS_PRIORITIES, HANDSHAKE_PRIORITIES, MHD_OPTION_HTTPS_CERT_CALLBACK2,
        on_certificate, MHD_OPTION_NOTIFY_COMPLETED, on_completed, l, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, l, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

enum status alexa_listener_create(const struct alexa_listener_settings *settings,
                                  struct alexa_listener **ret_listener, struct err *err)
{
    struct alexa_listener *l = calloc(1, sizeof *l);

    if (!l)
        return err_no_memory(err);
    l->settings = *settings;
    pthread_mutex_init(&l->lock, NULL);
    l->daemon = start_mhd(l);
    struct acceptor_settings acceptor = { .fds = settings->fds,
                                          .count = settings->fd_count,
                                          .inherited = settings->fds_inherited,
                                          .connection = hand_over_connection,
                                          .tick = cut_slow_peers,
                                          .data = l };
    if (l->daemon)
        l->acceptor = acceptor_create(&acceptor);
    if (!l->acceptor) {
        alexa_listener_free(l);
        return err_set(err, ST_SYSTEM, "cannot start the HTTPS server: out of memory or threads");
    }
    *ret_listener = l;
    return ST_OK;
}

/* Is a connection arriving, or open and recently accepted or used? A new one counts for longer: its
 * handshake takes time, and its client has not had a response yet. */
static bool any_recently_active(struct alexa_listener *l)
{
    int64_t now = clock_mono_ms();
    struct peer *p;
    bool found = atomic_load(&l->arriving) > 0;

    pthread_mutex_lock(&l->lock);
    DL_FOREACH (l->peers, p) {
        int64_t window = atomic_load(&p->used) ? USED_CONNECTION_MS : NEW_CONNECTION_MS;
        found = found || atomic_load(&p->receiving_since) > now - window;
    }
    pthread_mutex_unlock(&l->lock);
    return found;
}

void alexa_listener_drain(struct alexa_listener *l, int64_t timeout_ms)
{
    int64_t deadline = clock_mono_ms() + timeout_ms;

    acceptor_stop(l->acceptor);
    atomic_store(&l->reject_after, clock_mono_ms() + DRAIN_GRACE_MS);
    atomic_store(&l->draining, true);
    for (int quiet = 0; quiet < DRAIN_QUIET_POLLS && clock_left_ms(deadline) > 0; quiet++) {
        clock_sleep_ms(DRAIN_POLL_MS);
        if (atomic_load(&l->running) > 0 || any_recently_active(l))
            quiet = -1;
    }
}

void alexa_listener_free(struct alexa_listener *l)
{
    if (!l)
        return;
    acceptor_free(l->acceptor);
    if (l->daemon)
        MHD_stop_daemon(l->daemon);
    assert(!l->peers);
    pthread_mutex_destroy(&l->lock);
    free(l);
}

struct alexa_listener_stats alexa_listener_stats(const struct alexa_listener *l)
{
    return (struct alexa_listener_stats){ .connections = atomic_load(&l->connections),
                                          .running = atomic_load(&l->running),
                                          .accepted = atomic_load(&l->accepted),
                                          .draining = atomic_load(&l->draining) };
}
