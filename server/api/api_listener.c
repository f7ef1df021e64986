/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/api_listener.c -- the listener, on libmicrohttpd. */
#include "server/api/api_listener.h"

#include <microhttpd.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/api/open_connections.h"
#include "server/base/clock.h"
#include "server/listener/mhd_refusal.h"
#include "server/listener/mhd_response.h"
#include "server/listener/workers.h"
#include "server/request/pipeline.h"

enum {
    IDLE_S = 15,
    WORKERS = 8,
    QUEUE_MAX = 256,
    DROP_MAX = 16 * 1024 * 1024,   /* bytes of a body that are read without being kept */
    BODIES_MAX = 32 * 1024 * 1024, /* bytes of all bodies together */
    CONNECTION_MEMORY = 32 * 1024, /* of libmicrohttpd: the head must fit */
    ROOM = 24,                     /* connections that are being closed while others are accepted */
};

struct api_listener {
    struct api_listener_settings settings;
    struct MHD_Daemon *daemon;
    struct workers *workers;
    struct open_connections *connections;
    _Atomic size_t body_bytes; /* of all requests that are being received or answered */
};

enum step { RECEIVING, WAITING, ANSWERED };

struct exchange {
    struct api_listener *listener;
    struct MHD_Connection *connection;
    struct open_connection *open; /* NULL: out of memory */
    char *url;                    /* as sent, without a scheme and host */
    bool url_too_long;
    bool begun;
    struct api_request request;
    struct buf body;
    size_t dropped;
    enum step step;
    struct api_reply reply;
    struct workers_task task;
};

/* ---- connections ---- */

/* libmicrohttpd 1.0 returns each of its values in the same place, so each is copied at once. */
static int descriptor(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    return info ? info->connect_fd : -1;
}

static struct open_connection *opened(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info ? info->socket_context : NULL;
}

static void on_connection(void *data, struct MHD_Connection *connection, void **socket_context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct api_listener *l = data;

    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        *socket_context = open_connections_add(l->connections, descriptor(connection));
    else
        open_connections_remove(l->connections, *socket_context);
}

/* ---- the head ---- */

/* A proxy may name the host in the URL, too (RFC 9112, 3.2.2). */
static const char *skip_host(const char *uri)
{
    static const char scheme[] = "http://";

    if (strncasecmp(uri, scheme, sizeof scheme - 1) != 0)
        return uri;
    uri += sizeof scheme - 1;
    return uri + strcspn(uri, "/?");
}

/* libmicrohttpd calls this first, with the URL as it was sent. */
static void *begin_exchange(void *data, const char *uri, struct MHD_Connection *connection)
{
    struct exchange *x = calloc(1, sizeof *x);

    mhd_refusal_note(descriptor(connection));
    if (!x)
        return NULL;
    x->listener = data;
    x->connection = connection;
    x->open = opened(connection);
    x->reply = API_REPLY_INIT;
    x->body = BUF_INIT(API_BODY_MAX);
    x->request.started_us = clock_mono_us();
    x->url_too_long = strlen(uri) > API_URL_MAX;
    x->url = strdup(x->url_too_long ? "" : skip_host(uri));
    return x;
}

static void note_header(struct api_request *q, struct str *header, struct str value)
{
    q->repeated = q->repeated || header->p;
    *header = str_trim(value);
    if (!header->p)
        *header = STR("");
}

static enum MHD_Result read_header(void *data, enum MHD_ValueKind kind, const char *name,
                                   size_t name_size, const char *value, size_t value_size)
{
    struct api_request *q = data;
    struct str n = { name, name_size }, v = { value, value_size };

    (void)kind;
    if (str_ieqz(n, "Host"))
        note_header(q, &q->host, v);
    else if (str_ieqz(n, "Origin"))
        note_header(q, &q->origin, v);
    else if (str_ieqz(n, "Authorization"))
        note_header(q, &q->authorization, v);
    else if (str_ieqz(n, "MCP-Protocol-Version"))
        note_header(q, &q->protocol_version, v);
    return MHD_YES;
}

static void read_ends(struct exchange *x)
{
    const union MHD_ConnectionInfo *peer =
        MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    struct sockaddr_storage own;
    socklen_t length = sizeof own;

    if (peer && peer->client_addr)
        x->request.peer = ip_of_sockaddr(peer->client_addr, sizeof(struct sockaddr_storage));
    if (getsockname(descriptor(x->connection), (struct sockaddr *)&own, &length) == 0)
        x->request.own = ip_of_sockaddr((struct sockaddr *)&own, length);
}

/* Header values live as long as the request. */
static void read_head(struct exchange *x, const char *method)
{
    struct str url = str_of(x->url);
    size_t mark = str_index(url, '?');

    x->begun = true;
    x->request.method = str_of(method);
    x->request.path = str_sub(url, 0, mark);
    x->request.query = str_sub(url, mark + 1, url.n);
    MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, read_header, &x->request);
    read_ends(x);
}

static uint64_t content_length(struct MHD_Connection *connection)
{
    const char *text = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Length");

    return text ? strtoull(text, NULL, 10) : 0;
}

/* A client that sends this waits for our consent, and so gets a refusal at once. */
static bool expects_consent(struct MHD_Connection *connection)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Expect");
}

/* ---- the response ---- */

static enum MHD_Result send_reply(struct exchange *x)
{
    struct api_reply *r = &x->reply;
    char seconds[12];
    struct MHD_Response *response = mhd_response_take(&r->body);

    if (!response)
        return MHD_NO;
    if (r->status != 202)
        MHD_add_response_header(response, "Content-Type", "application/json");
    MHD_add_response_header(response, "Cache-Control", "no-store");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    if (r->status == 401)
        MHD_add_response_header(response, "WWW-Authenticate", "Bearer");
    if (r->allow)
        MHD_add_response_header(response, "Allow", r->allow);
    if (r->retry_after_s > 0) {
        (void)snprintf(seconds, sizeof seconds, "%d", r->retry_after_s);
        MHD_add_response_header(response, "Retry-After", seconds);
    }
    enum MHD_Result queued = MHD_queue_response(x->connection, r->status, response);
    MHD_destroy_response(response);
    return queued;
}

static void run_on_worker(struct workers_task *task)
{
    struct exchange *x =
        (struct exchange *)(void *)((char *)task - offsetof(struct exchange, task));
    const struct api_listener_settings *s = &x->listener->settings;

    if (s->handle(s->data, &x->request, clock_mono_ms() + PIPELINE_TURN_MS, &x->reply) != ST_OK)
        api_reply_error(&x->reply, API_weather_unavailable,
                        STR("Please try again in a little while."));
    x->step = ANSWERED;
    MHD_resume_connection(x->connection); /* which may free x at once */
}

static enum MHD_Result run_exchange(struct exchange *x)
{
    const struct api_listener_settings *s = &x->listener->settings;

    open_connections_begin(x->open);
    x->request.body = buf_str(&x->body);
    x->request.body_too_large = x->body.failed || x->dropped > 0;
    if (x->url_too_long)
        api_reply_error(&x->reply, API_too_long, STR("The URL is too long."));
    else if (s->handle(s->data, &x->request, NO_WAIT, &x->reply) == ST_WOULD_WAIT) {
        x->step = WAITING;
        x->task.run = run_on_worker;
        MHD_suspend_connection(x->connection);
        if (workers_submit(x->listener->workers, &x->task, WORKERS_VERIFIED))
            return MHD_YES;
        api_reply_error(&x->reply, API_rate_limited, STR("Too many requests are waiting."));
        x->reply.retry_after_s = 1;
        x->step = ANSWERED;
        MHD_resume_connection(x->connection);
        return MHD_YES;
    }
    x->step = ANSWERED;
    return send_reply(x);
}

/* Without the body, which is too large, so that nothing can be waited for. */
static enum MHD_Result refuse_at_once(struct exchange *x)
{
    const struct api_listener_settings *s = &x->listener->settings;

    x->request.body_too_large = true;
    if (s->handle(s->data, &x->request, NO_WAIT, &x->reply) == ST_WOULD_WAIT)
        api_reply_error(&x->reply, API_too_large, STR("The body is larger than 1 MB."));
    x->step = ANSWERED;
    return send_reply(x);
}

/* ---- the body ---- */

/* Beyond a limit it is read without being kept, so that the client reads the refusal. */
static enum MHD_Result receive_body(struct exchange *x, const char *data, size_t n)
{
    struct api_listener *l = x->listener;
    bool room = atomic_load(&l->body_bytes) + n <= BODIES_MAX;

    if (x->dropped == 0 && room && x->body.n + n <= API_BODY_MAX) {
        size_t before = x->body.n;
        buf_put(&x->body, (struct str){ data, n });
        atomic_fetch_add(&l->body_bytes, x->body.n - before);
        return MHD_YES;
    }
    x->dropped += n;
    return x->dropped <= DROP_MAX ? MHD_YES : MHD_NO;
}

static enum MHD_Result on_request(void *data, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *chunk,
                                  size_t *upload_size, void **state)
{
    struct exchange *x = *state;

    (void)data;
    (void)url;
    (void)version;
    if (!x || !x->url)
        return MHD_NO;
    if (!x->begun) {
        read_head(x, method);
        uint64_t length = content_length(connection);
        bool at_once = length > DROP_MAX || (length > API_BODY_MAX && expects_consent(connection));
        return at_once ? refuse_at_once(x) : MHD_YES;
    }
    if (x->step == ANSWERED)
        return send_reply(x);
    if (*upload_size) {
        enum MHD_Result more = receive_body(x, chunk, *upload_size);
        *upload_size = 0;
        return more;
    }
    return run_exchange(x);
}

static void on_completed(void *data, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode code)
{
    struct exchange *x = *state;

    (void)data;
    (void)code;
    mhd_refusal_note(descriptor(connection)); /* the next request may have been read already */
    if (!x)
        return;
    open_connections_end(x->listener->connections, x->open);
    atomic_fetch_sub(&x->listener->body_bytes, x->body.n);
    buf_free(&x->body);
    api_reply_done(&x->reply);
    free(x->url);
    free(x);
    *state = NULL;
}

/* ---- errors of libmicrohttpd ---- */

/* Answer in place of libmicrohttpd, which is about to send an error. */
__attribute__((format(printf, 2, 0))) static void on_mhd_line(void *data, const char *format,
                                                              va_list args)
{
    struct api_reply reply = API_REPLY_INIT;
    char text[MHD_REFUSAL_BYTES];
    unsigned status;

    (void)data;
    if (!mhd_refusal_announced(format, args, &status))
        return;
    if (status == 413)
        api_reply_error(&reply, API_too_large, STR("The body is larger than 1 MB."));
    else if (status == 414 || status == 431)
        api_reply_error(&reply, API_too_long, STR("The URL or a header is too long."));
    else
        api_reply_error(&reply, API_parameter_invalid, STR("The request is not valid HTTP."));
    size_t n =
        mhd_refusal_write(reply.status, "application/json", buf_z(&reply.body), text, sizeof text);
    mhd_refusal_send(mhd_refusal_fd(), text, n);
    api_reply_done(&reply);
}

/* ---- create and free ---- */

static struct MHD_Daemon *start_daemon(struct api_listener *l)
{
    return MHD_start_daemon(
        MHD_USE_POLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_ERROR_LOG,
        0, NULL, NULL, on_request, l, MHD_OPTION_EXTERNAL_LOGGER, on_mhd_line, l,
        MHD_OPTION_LISTEN_SOCKET, l->settings.fd, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)(API_CONNECTIONS_MAX + ROOM), MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_URI_LOG_CALLBACK,
        begin_exchange, l, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, l, MHD_OPTION_END);
}

enum status api_listener_create(const struct api_listener_settings *settings,
                                struct api_listener **ret_listener, struct err *err)
{
    struct api_listener *l = calloc(1, sizeof *l);

    if (l) {
        l->settings = *settings;
        l->workers = workers_create(WORKERS, QUEUE_MAX);
        l->connections = open_connections_create(API_CONNECTIONS_MAX);
        if (l->workers && l->connections)
            l->daemon = start_daemon(l);
    }
    if (!l || !l->daemon) {
        close(settings->fd);
        workers_free(l ? l->workers : NULL);
        open_connections_free(l ? l->connections : NULL);
        free(l);
        return err_set(err, ST_SYSTEM, "cannot start the listener of the API");
    }
    *ret_listener = l;
    return ST_OK;
}

void api_listener_free(struct api_listener *l)
{
    if (!l)
        return;
    workers_stop(l->workers); /* resumes what is suspended */
    MHD_stop_daemon(l->daemon);
    workers_free(l->workers);
    open_connections_free(l->connections);
    free(l);
}
