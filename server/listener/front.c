/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/front.c -- one libmicrohttpd daemon and its thread, restricted to what it does
 * well.
 *
 * - poll(), not epoll: with TLS, epoll spins on a half-finished handshake.
 * - It never listens, so it never has to be quiesced (acceptor.c accepts).
 * - It must never reach its own limit of connections: version 0.9.75 then returns without unlocking
 *   a mutex, and its thread hangs for good. connections.c keeps far below the limit set here.
 * - Its own error responses are replaced (mhd_refusal.h), so each of its steps on a connection must
 *   be noted. With TLS, a read need not touch the socket, as GnuTLS may still hold a part of a
 *   record, so GnuTLS's function for reading is replaced by one that takes note. */
#define _GNU_SOURCE /* nice, pthread_setname_np, RTLD_NEXT */
#include "server/listener/front.h"

#include <dlfcn.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/listener/mhd_refusal.h"
#include "server/listener/proxy_header.h"

enum {
    CONNECTION_MEMORY = 16 * 1024, /* headers and one read of the body */
    CONNECTION_LIMIT = 1000 * 1000,
    MHD_LINES_PER_SECOND = 5,
    PROBE_PERIOD_MS = 1000,
    YIELDING_NICE = 5,
};

enum probe_state { PROBE_NONE, PROBE_SENT, PROBE_OPENED };

struct front {
    struct front_settings settings;
    struct MHD_Daemon *daemon;
    atomic_size_t load;
    struct log_gate log_gate;
    /* Of the thread itself. */
    bool is_set_up;
    /* The probe. */
    int probe_end;    /* ours, of the accepting thread; -1: none */
    int64_t probe_at; /* when the next one is due */
    atomic_int probe_fd;
    _Atomic enum probe_state probe_state;
    _Atomic int64_t probe_sent_ms;
    _Atomic int64_t probe_took_ms; /* the last one */
};

/* What a probe has as its socket context. */
static char probe_mark;

struct connection *front_connection(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info ? info->socket_context : NULL;
}

/* Will the kernel take so many bytes at once? What fits into a record it nearly always does. */
static bool has_room(int fd, size_t n)
{
    enum { RECORD_BYTES = 16 * 1024, HEAD_BYTES = 4096 };
    size_t need = n + n / 4 + HEAD_BYTES; /* the kernel counts its own records of them, too */
    int queued = 0, room = 0;
    socklen_t length = sizeof room;

    if (n + HEAD_BYTES / 4 <= RECORD_BYTES)
        return true;
    return ioctl(fd, SIOCOUTQ, &queued) == 0 && queued == 0 &&
           getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, &length) == 0 && need <= (size_t)room;
}

bool front_hold_output(struct connection *c, size_t n)
{
    if (!c->session || !has_room(c->fd, n))
        return false;
    handshake_hold(c->session);
    return true;
}

void front_release_output(struct connection *c)
{
    int off = 0;

    if (!c->session)
        return;
    /* libmicrohttpd corks the socket before its first response, and takes it for corked from then
     * on. It has pushed by now, so a corked socket would hold this back for 200 ms. */
    if (!c->uncorked)
        c->uncorked = setsockopt(c->fd, IPPROTO_TCP, TCP_CORK, &off, sizeof off) == 0;
    if (!handshake_release(c->session))
        shutdown(c->fd, SHUT_RDWR);
}

bool front_parses_in_place(void)
{
    return MHD_get_version()[0] == '0';
}

/* ---- errors of libmicrohttpd ---- */

/* Answer in place of libmicrohttpd, which is about to send an error. */
static void send_refusal(struct front *f, unsigned status)
{
    struct connection *c = connections_find(f->settings.connections, mhd_refusal_fd());
    const char *body = "";
    char text[MHD_REFUSAL_BYTES];

    f->settings.on_refused(f->settings.data, c, status, &body);
    if (!c)
        return;
    atomic_store(&c->used, true);
    size_t n = mhd_refusal_write(status, "application/json;charset=UTF-8", body, text, sizeof text);
    if (c->session) {
        handshake_send_last(c->session, text, n);
        shutdown(c->fd, SHUT_WR);
    } else
        mhd_refusal_send(c->fd, text, n);
}

/* A probe never completes its handshake. */
static bool is_about_probe(const struct front *f, const char *format)
{
    static const char start[] = "Error: received handshake message";

    return atomic_load(&f->probe_state) == PROBE_OPENED &&
           strncmp(format, start, sizeof start - 1) == 0;
}

__attribute__((format(printf, 2, 0))) static void on_mhd_line(void *data, const char *format,
                                                              va_list args)
{
    struct front *f = data;
    struct log *log = f->settings.log;
    int64_t suppressed;
    unsigned status;
    va_list again;

    va_copy(again, args);
    if (mhd_refusal_announced(format, again, &status))
        send_refusal(f, status);
    va_end(again);
    if (!log_enabled(log, LOG_DEBUG) || is_about_probe(f, format) ||
        !log_gate_open(&f->log_gate, MHD_LINES_PER_SECOND, &suppressed))
        return;
    struct buf line = BUF_INIT(500);
    buf_vprintf(&line, format, args);
    log_line(log, LOG_DEBUG, "http", LOG_STR("message", str_trim(buf_str(&line))),
             LOG_INT("suppressed", suppressed));
    buf_free(&line);
}

/* ---- connections ---- */

static void note_current(struct MHD_Connection *connection)
{
    struct connection *c = connection ? front_connection(connection) : NULL;

    mhd_refusal_note(c && (void *)c != &probe_mark ? c->fd : -1);
}

/* Is this the thread of a front? */
static _Thread_local bool is_front;

static ssize_t (*next_record_recv)(gnutls_session_t session, void *data, size_t n);

__attribute__((constructor)) static void find_record_recv(void)
{
    *(void **)&next_record_recv = dlsym(RTLD_NEXT, "gnutls_record_recv");
}

/* The linker prefers this one to that of the library. */
ssize_t gnutls_record_recv(gnutls_session_t session, void *data, size_t n)
{
    if (is_front)
        note_current(gnutls_session_get_ptr(session));
    return next_record_recv(session, data, n);
}

static void *on_request_line(void *data, const char *uri, struct MHD_Connection *connection)
{
    (void)data;
    (void)uri;
    note_current(connection);
    return NULL;
}

static void on_completed(void *data, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode code)
{
    struct front *f = data;

    note_current(connection); /* the next request may have been read with this one */
    f->settings.on_completed(f->settings.data, connection, context, code);
}

/* A PROXY header that has not been taken off the connection (proxy_arrivals.h). */
static void on_read(void *data, int fd, struct str bytes)
{
    struct front *f = data;
    struct connection *c =
        proxy_header_begins(bytes) ? connections_find(f->settings.connections, fd) : NULL;

    if (c && !atomic_load(&c->used))
        c->has_proxy_header = true;
}

/* On the thread itself, which libmicrohttpd has started. */
static void set_up_thread(struct front *f)
{
    if (f->is_set_up)
        return;
    f->is_set_up = true;
    is_front = true;
    mhd_refusal_watch(on_read, f);
    pthread_setname_np(pthread_self(), f->settings.name);
    if (f->settings.yields) /* of Linux, a thread has a priority of its own */
        (void)!nice(YIELDING_NICE);
}

/* A probe, or a connection that was admitted. libmicrohttpd 1.0 returns each of its values in the
 * same place, so each is copied at once. */
static void open_connection(struct front *f, struct MHD_Connection *connection, void **context)
{
    const int fd =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;

    set_up_thread(f);
    if (atomic_load(&f->probe_state) == PROBE_SENT && fd == atomic_load(&f->probe_fd)) {
        connections_forget_lost(f->settings.connections, f, atomic_load(&f->probe_sent_ms));
        atomic_store(&f->probe_state, PROBE_OPENED);
        *context = &probe_mark;
        return;
    }
    struct connection *c = connections_opened(f->settings.connections, fd, clock_mono_ms());
    const union MHD_ConnectionInfo *tls =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    *context = c;
    if (!c || !tls)
        return;
    c->session = tls->tls_session;
    handshake_begin(f->settings.handshake, c->session);
}

static void close_connection(struct front *f, void *context)
{
    int64_t now = clock_mono_ms();
    struct connection *c = context;

    if (context == &probe_mark) {
        atomic_store(&f->probe_took_ms, now - atomic_load(&f->probe_sent_ms));
        atomic_store(&f->probe_state, PROBE_NONE);
        return;
    }
    if (!c)
        return;
    if (mhd_refusal_fd() == c->fd)
        mhd_refusal_note(-1);
    if (c->has_proxy_header && !atomic_load(&c->used))
        f->settings.on_proxy_header(f->settings.data, c);
    connections_closed(f->settings.connections, c, now);
}

static void on_connection(void *data, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode event)
{
    if (event == MHD_CONNECTION_NOTIFY_STARTED)
        open_connection(data, connection, context);
    else
        close_connection(data, *context);
}

/* libmicrohttpd sets the session's pointer to its connection. */
static int on_certificate(gnutls_session_t session, const struct gnutls_cert_retr_st *info,
                          gnutls_pcert_st **pcert, unsigned int *pcert_length,
                          gnutls_ocsp_data_st **ocsp, unsigned int *ocsp_length,
                          gnutls_privkey_t *key, unsigned int *flags)
{
    (void)info;
    struct MHD_Connection *connection = gnutls_session_get_ptr(session);
    struct connection *c = connection ? front_connection(connection) : NULL;
    *ocsp = NULL;
    *ocsp_length = 0;
    *flags = 0;
    return c ? handshake_current(c->front->settings.handshake, pcert, pcert_length, key) : -1;
}

bool front_add(struct front *f, struct connection *c, const struct sockaddr *from, socklen_t length)
{
    c->front = f;
    c->load = &f->load;
    atomic_fetch_add(&f->load, 1);
    return MHD_add_connection(f->daemon, c->fd, from, length) == MHD_YES;
}

size_t front_load(const struct front *f)
{
    return atomic_load(&f->load);
}

bool front_yields(const struct front *f)
{
    return f->settings.yields;
}

/* ---- probes ---- */

static void send_probe(struct front *f, int64_t now_ms)
{
    struct sockaddr_un nobody = { .sun_family = AF_UNIX };
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
        return;
    shutdown(ends[0], SHUT_WR); /* so that the thread reads the end at once */
    f->probe_end = ends[0];
    atomic_store(&f->probe_fd, ends[1]);
    atomic_store(&f->probe_sent_ms, now_ms);
    atomic_store(&f->probe_state, PROBE_SENT);
    if (MHD_add_connection(f->daemon, ends[1], (struct sockaddr *)&nobody, sizeof nobody) !=
        MHD_YES)
        atomic_store(&f->probe_state, PROBE_NONE); /* no memory: the next one will tell more */
}

/* Did the thread close the probe without opening it, having no memory for it? That is an answer,
 * too. */
static bool is_probe_lost(const struct front *f)
{
    char dropped[64];
    ssize_t n;

    do {
        n = recv(f->probe_end, dropped, sizeof dropped, MSG_DONTWAIT);
    } while (n > 0);
    return n == 0 && atomic_load(&f->probe_state) == PROBE_SENT;
}

static void end_probe(struct front *f)
{
    if (f->probe_end >= 0)
        close(f->probe_end);
    f->probe_end = -1;
}

void front_probe(struct front *f, int64_t now_ms)
{
    if (f->probe_end >= 0 && is_probe_lost(f))
        atomic_store(&f->probe_state, PROBE_NONE);
    if (atomic_load(&f->probe_state) != PROBE_NONE)
        return;
    end_probe(f);
    if (now_ms < f->probe_at)
        return;
    f->probe_at = now_ms + PROBE_PERIOD_MS;
    send_probe(f, now_ms);
}

int64_t front_stall_ms(const struct front *f, int64_t now_ms)
{
    int64_t sent = atomic_load(&f->probe_sent_ms);

    return atomic_load(&f->probe_state) == PROBE_NONE || now_ms < sent ? 0 : now_ms - sent;
}

int64_t front_lag_ms(const struct front *f, int64_t now_ms)
{
    int64_t stall = front_stall_ms(f, now_ms), took = atomic_load(&f->probe_took_ms);

    return stall > took ? stall : took;
}

/* ---- create and free ---- */

static struct MHD_Daemon *start_daemon(struct front *f)
{
    const struct front_settings *s = &f->settings;
    struct MHD_OptionItem options[] = {
        { MHD_OPTION_CONNECTION_LIMIT, CONNECTION_LIMIT, NULL },
        { MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)s->timeout_s, NULL },
        { MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL },
        /* We check what it would check, because its own response has its head twice then. */
        { MHD_OPTION_STRICT_FOR_CLIENT, 0, NULL },
        { MHD_OPTION_END, 0, NULL },
    };

    /* Without TLS, the options end before those of TLS. */
    return MHD_start_daemon(
        MHD_USE_POLL_INTERNAL_THREAD | (s->handshake ? MHD_USE_TLS : MHD_NO_FLAG) |
            MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG,
        0, NULL, NULL, s->on_request, s->data, MHD_OPTION_EXTERNAL_LOGGER, on_mhd_line, f,
        MHD_OPTION_URI_LOG_CALLBACK, on_request_line, f, MHD_OPTION_NOTIFY_COMPLETED, on_completed,
        f, MHD_OPTION_NOTIFY_CONNECTION, on_connection, f, MHD_OPTION_ARRAY, options,
        s->handshake ? MHD_OPTION_HTTPS_PRIORITIES : MHD_OPTION_END, HANDSHAKE_PRIORITIES,
        MHD_OPTION_HTTPS_CERT_CALLBACK2, on_certificate, MHD_OPTION_END);
}

struct front *front_create(const struct front_settings *settings)
{
    struct front *f = calloc(1, sizeof *f);

    if (!f)
        return NULL;
    f->settings = *settings;
    f->probe_end = -1;
    f->daemon = start_daemon(f);
    if (f->daemon)
        return f;
    free(f);
    return NULL;
}

void front_free(struct front *f)
{
    if (!f)
        return;
    MHD_stop_daemon(f->daemon);
    end_probe(f);
    free(f);
}
