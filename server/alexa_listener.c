/* SPDX-License-Identifier: Apache-2.0 */
/* server/alexa_listener.c -- libmicrohttpd, kept to what it does well.
 *
 * - poll and not epoll: with TLS, epoll spins on a half-made handshake.
 * - We accept ourselves (sockets.c); libmicrohttpd never listens, so it need never be quiesced.
 * - Its timeout sees idle peers only: a client that drips bytes is cut by our own clock (tick).
 * - Two Content-Lengths, a length beside chunks and a missing Host pass it: walk_headers() refuses
 *   them.
 * - A refusal is answered after the body has been read and dropped, within a bound: an answer sent
 *   into a client that is still sending is lost to a reset.
 * - Stopping with a suspended connection aborts: alexa_listener_free() asserts that none is left. */
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
#include "server/mhd_response.h"

enum {
    CONNECTION_MEMORY = 16 * 1024, /* headers and one read of the body */
    DROP_FACTOR = 16,              /* a refused body is read up to this many times the bound */
    MHD_LINES_PER_SECOND = 5,
    /* Draining: how long a connection that was just made, or just used, may be about to send a
     * request; for how long a used one is still answered; and how often in a row nothing must be to
     * do. */
    UNTRIED_MS = 3000,
    LIVELY_MS = 300,
    DRAIN_GRACE_MS = 1000,
    DRAIN_LOOK_MS = 5,
    DRAIN_LOOKS = 4,
};

/* One TCP connection. `receiving_since` is 0 while a request is being answered; `tried` once a
 * request's head has come. */
struct peer {
    struct alexa_listener *front;
    int fd;
    atomic_bool tried;
    _Atomic int64_t receiving_since;
    struct peer *prev, *next;
};

struct alexa_listener {
    struct alexa_listener_settings settings;
    struct MHD_Daemon *daemon;
    struct acceptor *acceptor;
    pthread_mutex_t lock; /* guards peers, and each fd against being closed while it is shut down */
    struct peer *peers;
    _Atomic int64_t connections, running;
    _Atomic uint64_t accepted;
    _Atomic int64_t arriving; /* accepted, and not yet taken up by libmicrohttpd's thread */
    _Atomic bool draining;
    _Atomic int64_t refuse_from; /* while draining: new requests get 503 from this moment on */
    struct log_gate mhd_gate;
};

enum step { STEP_RECEIVE, STEP_REFUSE, STEP_ANSWER };

struct request {
    struct alexa_listener *front;
    struct peer *peer;
    struct MHD_Connection *connection;
    struct workers_task work;
    struct pipeline_exchange exchange;
    struct buf body;
    size_t dropped;
    enum step step;
    struct err refusal;
    bool close; /* after the answer */
};

/* ---- headers ---- */

struct headers {
    struct verify_headers verify;
    int lengths, encodings, hosts, urls, signatures;
    struct str length;
    bool expects;
};

static enum MHD_Result see_header(void *data, enum MHD_ValueKind kind, const char *name,
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

static void refuse(struct request *r, const char *reason, const char *why)
{
    r->step = STEP_REFUSE;
    err_clear(&r->refusal);
    err_reason(&r->refusal, ST_DENIED, reason, "%s", why);
}

/* What can be judged before the first byte of the body. True: answer now, the body is not worth
 * waiting for. */
static bool judge_head(struct request *r, const char *url, const char *method, const char *version,
                       const struct headers *h)
{
    struct alexa_listener *f = r->front;
    int64_t length = 0;
    bool malformed = h->lengths > 1 || h->encodings > 1 || (h->lengths && h->encodings) ||
                     h->hosts > 1 || (h->hosts == 0 && strcmp(version, "HTTP/1.1") == 0) ||
                     (h->lengths && (!str_to_i64(h->length, &length) || length < 0));
    bool large = (uint64_t)length > f->settings.max_request_bytes;
    bool first = r->peer && !atomic_exchange(&r->peer->tried, true);
    bool late =
        !first && atomic_load(&f->draining) && clock_left_ms(atomic_load(&f->refuse_from)) == 0;

    if (malformed)
        refuse(r, "http_malformed", "length, transfer coding or host repeated or missing");
    else if (strcmp(url, f->settings.path) != 0)
        refuse(r, "not_found", "no such path");
    else if (strcmp(method, "POST") != 0)
        refuse(r, "method_not_allowed", "only POST is understood");
    else if (large)
        refuse(r, "body_too_large", "over server.max_request_bytes");
    else if (late)
        refuse(r, "draining", "the daemon is stopping");
    else if (verify_headers_check(f->settings.pipeline->verify, &h->verify, &r->exchange.signature,
                                  &r->refusal) != ST_OK)
        r->step = STEP_REFUSE;
    r->close = malformed || large || late;
    if (r->step == STEP_RECEIVE && length > 0)
        buf_reserve(&r->body, (size_t)length);
    return r->step == STEP_REFUSE &&
           (malformed || h->expects ||
            (uint64_t)length > f->settings.max_request_bytes * DROP_FACTOR);
}

/* ---- answering ---- */

static enum MHD_Result answer(struct request *r)
{
    struct pipeline_exchange *x = &r->exchange;

    if (r->step == STEP_REFUSE)
        pipeline_reject(r->front->settings.pipeline, x, r->refusal.reason, r->refusal.text);
    struct MHD_Response *response = mhd_response_take(&x->out);
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, "Content-Type", "application/json;charset=UTF-8");
    if (x->status == 405)
        MHD_add_response_header(response, "Allow", "POST");
    if (x->status == 503)
        MHD_add_response_header(response, "Retry-After", "2");
    if (r->close || atomic_load_explicit(&r->front->draining, memory_order_relaxed))
        MHD_add_response_header(response, "Connection", "close");
    enum MHD_Result queued = MHD_queue_response(r->connection, (unsigned)x->status, response);
    MHD_destroy_response(response);
    return queued;
}

/* On a worker: the turn may wait now. */
static void run_waiting(struct workers_task *work)
{
    struct request *r = (struct request *)(void *)((char *)work - offsetof(struct request, work));

    pipeline_run(r->front->settings.pipeline, &r->exchange, true);
    r->step = STEP_ANSWER;
    MHD_resume_connection(r->connection); /* r may be gone from here on */
}

/* The body is whole: answer from memory, or sleep while a worker does the waiting. */
static enum MHD_Result run(struct request *r)
{
    struct alexa_listener *f = r->front;

    r->exchange.body = buf_str(&r->body);
    if (pipeline_run(f->settings.pipeline, &r->exchange, false) == ST_OK) {
        r->step = STEP_ANSWER;
        return answer(r);
    }
    r->work.run = run_waiting;
    MHD_suspend_connection(r->connection);
    if (!workers_submit(f->settings.workers, &r->work)) {
        refuse(r, "overloaded", "every worker is busy and the queue is full");
        MHD_resume_connection(r->connection);
    }
    return MHD_YES;
}

/* ---- libmicrohttpd's callbacks ---- */

static enum MHD_Result begin(struct alexa_listener *f, struct MHD_Connection *connection,
                             const char *url, const char *method, const char *version, void **state)
{
    struct request *r = calloc(1, sizeof *r);
    struct headers h = { .lengths = 0 };
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    if (!r)
        return MHD_NO;
    *state = r;
    atomic_fetch_add(&f->running, 1);
    r->front = f;
    r->connection = connection;
    r->peer = info ? info->socket_context : NULL;
    r->body = BUF_INIT(f->settings.max_request_bytes);
    r->exchange.started_us = clock_mono_us();
    r->exchange.deadline = r->exchange.started_us / 1000 + PIPELINE_TURN_MS;
    MHD_get_connection_values(connection, MHD_HEADER_KIND, see_header, &h);
    h.verify.repeated = h.urls > 1 || h.signatures > 1;
    return judge_head(r, url, method, version, &h) ? answer(r) : MHD_YES;
}

static enum MHD_Result take_body(struct request *r, const char *data, size_t n)
{
    if (r->step == STEP_RECEIVE) {
        buf_put(&r->body, (struct str){ data, n });
        if (!r->body.failed)
            return MHD_YES;
        refuse(r, "body_too_large", "over server.max_request_bytes");
        r->close = true;
    }
    r->dropped += n;
    return r->dropped <= r->front->settings.max_request_bytes * DROP_FACTOR ? MHD_YES : MHD_NO;
}

static enum MHD_Result on_request(void *data, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **state)
{
    struct request *r = *state;

    if (!r)
        return begin(data, connection, url, method, version, state);
    if (*upload_size) {
        size_t n = *upload_size;
        *upload_size = 0;
        return take_body(r, upload, n);
    }
    if (r->peer)
        atomic_store(&r->peer->receiving_since, 0);
    return r->step == STEP_RECEIVE ? run(r) : answer(r);
}

static void on_completed(void *data, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode why)
{
    struct alexa_listener *f = data;
    struct request *r = *state;

    (void)connection;
    (void)why;
    if (!r)
        return;
    *state = NULL;
    if (r->peer)
        atomic_store(&r->peer->receiving_since, clock_mono_ms());
    pipeline_exchange_done(f->settings.pipeline, &r->exchange);
    buf_free(&r->body);
    free(r);
    atomic_fetch_sub(&f->running, 1);
}

static void peer_started(struct alexa_listener *f, struct MHD_Connection *connection,
                         void **context)
{
    const union MHD_ConnectionInfo *fd =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    const union MHD_ConnectionInfo *tls =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    struct peer *p = calloc(1, sizeof *p);

    atomic_fetch_add(&f->connections, 1);
    if (tls && tls->tls_session)
        handshake_enable_tickets(f->settings.handshake, tls->tls_session);
    if (!p || !fd) {
        free(p);
        return;
    }
    p->front = f;
    p->fd = fd->connect_fd;
    atomic_init(&p->receiving_since, clock_mono_ms());
    *context = p;
    pthread_mutex_lock(&f->lock);
    DL_APPEND(f->peers, p);
    pthread_mutex_unlock(&f->lock);
}

static void on_connection(void *data, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct alexa_listener *f = data;

    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        peer_started(f, connection, context);
        atomic_fetch_sub(&f->arriving, 1); /* now that it is among the peers */
        return;
    }
    struct peer *p = *context;
    atomic_fetch_sub(&f->connections, 1);
    if (!p)
        return;
    pthread_mutex_lock(&f->lock);
    DL_DELETE(f->peers, p);
    pthread_mutex_unlock(&f->lock);
    free(p);
}

/* libmicrohttpd makes its connection the session's pointer; our peer hangs on the connection. */
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
    return p ? handshake_current(p->front->settings.handshake, pcert, pcert_length, key) : -1;
}

__attribute__((format(printf, 2, 0))) static void on_mhd_line(void *data, const char *format,
                                                              va_list args)
{
    struct alexa_listener *f = data;
    struct log *log = f->settings.pipeline->parts->log;
    int64_t held;

    if (!log_enabled(log, LOG_DEBUG) || !log_gate_open(&f->mhd_gate, MHD_LINES_PER_SECOND, &held))
        return;
    struct buf line = BUF_INIT(500);
    buf_vprintf(&line, format, args);
    log_line(log, LOG_DEBUG, "http", LOG_STR("message", str_trim(buf_str(&line))),
             LOG_INT("suppressed", held));
    buf_free(&line);
}

/* ---- the acceptor's callbacks ---- */

static void take_connection(void *data, int fd, const struct sockaddr *address, socklen_t length)
{
    struct alexa_listener *f = data;

    atomic_fetch_add(&f->accepted, 1);
    atomic_fetch_add(&f->arriving, 1);
    if (MHD_add_connection(f->daemon, fd, address, length) != MHD_YES) /* it has closed fd */
        atomic_fetch_sub(&f->arriving, 1);
}

/* Cut those that have been sending one request for too long, whatever trickles in. */
static void tick(void *data, int64_t now_ms)
{
    struct alexa_listener *f = data;
    int64_t most = (int64_t)f->settings.connection_timeout_s * 2000;
    struct peer *p;

    pthread_mutex_lock(&f->lock);
    DL_FOREACH (f->peers, p) {
        int64_t since = atomic_load(&p->receiving_since);
        if (since != 0 && now_ms - since > most)
            shutdown(p->fd, SHUT_RDWR);
    }
    pthread_mutex_unlock(&f->lock);
}

/* ---- life ---- */

static struct MHD_Daemon *start_mhd(struct alexa_listener *f)
{
    const struct alexa_listener_settings *s = &f->settings;
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
        0, NULL, NULL, on_request, f, MHD_OPTION_EXTERNAL_LOGGER, on_mhd_line, f,
        MHD_OPTION_HTTPS_PRIORITIES, HANDSHAKE_PRIORITIES, MHD_OPTION_HTTPS_CERT_CALLBACK2,
        on_certificate, MHD_OPTION_NOTIFY_COMPLETED, on_completed, f, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, f, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

enum status alexa_listener_create(const struct alexa_listener_settings *settings,
                                  struct alexa_listener **ret_front, struct err *err)
{
    struct alexa_listener *f = calloc(1, sizeof *f);

    if (!f)
        return err_no_memory(err);
    f->settings = *settings;
    pthread_mutex_init(&f->lock, NULL);
    f->daemon = start_mhd(f);
    struct acceptor_settings acceptor = { .fds = settings->fds,
                                          .count = settings->fd_count,
                                          .inherited = settings->inherited,
                                          .connection = take_connection,
                                          .tick = tick,
                                          .data = f };
    if (f->daemon)
        f->acceptor = acceptor_create(&acceptor);
    if (!f->acceptor) {
        alexa_listener_free(f);
        return err_set(err, ST_SYSTEM, "cannot start the HTTPS server");
    }
    *ret_front = f;
    return ST_OK;
}

/* Is a connection on its way, or open and moments ago made or given its last answer? An untried one
 * gets longer: its handshake takes time, and its request was accepted with it. */
static bool any_lively(struct alexa_listener *f)
{
    int64_t now = clock_mono_ms();
    struct peer *p;
    bool found = atomic_load(&f->arriving) > 0;

    pthread_mutex_lock(&f->lock);
    DL_FOREACH (f->peers, p) {
        int64_t patience = atomic_load(&p->tried) ? LIVELY_MS : UNTRIED_MS;
        found = found || atomic_load(&p->receiving_since) > now - patience;
    }
    pthread_mutex_unlock(&f->lock);
    return found;
}

void alexa_listener_drain(struct alexa_listener *f, int64_t timeout_ms)
{
    int64_t deadline = clock_mono_ms() + timeout_ms;

    acceptor_stop(f->acceptor);
    atomic_store(&f->refuse_from, clock_mono_ms() + DRAIN_GRACE_MS);
    atomic_store(&f->draining, true);
    for (int quiet = 0; quiet < DRAIN_LOOKS && clock_left_ms(deadline) > 0; quiet++) {
        clock_sleep_ms(DRAIN_LOOK_MS);
        if (atomic_load(&f->running) > 0 || any_lively(f))
            quiet = -1;
    }
}

void alexa_listener_free(struct alexa_listener *f)
{
    if (!f)
        return;
    acceptor_free(f->acceptor);
    if (f->daemon)
        MHD_stop_daemon(f->daemon);
    assert(!f->peers);
    pthread_mutex_destroy(&f->lock);
    free(f);
}

struct alexa_listener_facts alexa_listener_facts(const struct alexa_listener *f)
{
    return (struct alexa_listener_facts){ .connections = atomic_load(&f->connections),
                                          .running = atomic_load(&f->running),
                                          .accepted = atomic_load(&f->accepted),
                                          .draining = atomic_load(&f->draining) };
}
