/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/alexa_request.c -- receives a request and sends its response.
 *
 * - A rejection is sent after the body has been read and dropped, within a limit: a response sent
 *   while the client is still sending is lost to a TCP reset.
 * - What has to wait runs on the workers while the connection is suspended.
 * - X-Forwarded-For counts only when a trusted proxy sends it; then the client it names is the one
 *   whose limits apply. */
#include "server/listener/alexa_request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "server/base/clock.h"
#include "server/base/deadline.h"
#include "server/base/visible.h"
#include "server/listener/connections.h"
#include "server/listener/forwarded_for.h"
#include "server/listener/front.h"
#include "server/listener/http_head.h"
#include "server/listener/mhd_response.h"

enum {
    DROP_FACTOR = 16,       /* a rejected body is read up to this many times the limit */
    BODY_USUAL = 16 * 1024, /* reserved at once; the rest as it comes */
    BUSY_LAG_MS = 50,       /* a front that is slower than this has too much to do */
    LINES_PER_SECOND = 1,
};

enum step { STEP_RECEIVE, STEP_REJECT, STEP_RESPOND };

struct request {
    struct alexa_requests *all;
    struct connection *peer;
    struct MHD_Connection *connection;
    struct workers_task task;
    int64_t deadline; /* monotonic milliseconds */
    struct pipeline_exchange exchange;
    struct buf body;
    size_t dropped; /* bytes of a rejected body */
    enum step step;
    struct err rejection;
    bool held;  /* its response is collected until it is complete */
    bool close; /* the connection, after the response */
};

static void reject(struct request *r, const char *reason, const char *message)
{
    r->step = STEP_REJECT;
    err_clear(&r->rejection);
    err_reason(&r->rejection, ST_DENIED, reason, "%s", message);
}

/* ---- the head ---- */

struct headers {
    struct http_head head;
    struct verify_headers verify;
    struct forwarded_for forwarded;
    int urls, signatures;
};

static enum MHD_Result add_header(void *data, enum MHD_ValueKind kind, const char *name,
                                  size_t name_size, const char *value, size_t value_size)
{
    struct headers *h = data;
    struct str n = { name, name_size }, v = { value, value_size };

    (void)kind;
    http_head_add(&h->head, n, v);
    v = str_trim(v); /* blanks around a value are not part of it */
    if (str_ieqz(n, "SignatureCertChainUrl")) {
        h->urls++;
        h->verify.cert_url = v;
    } else if (str_ieqz(n, "Signature-256")) {
        h->signatures++;
        h->verify.signature256 = v;
    } else if (str_ieqz(n, "Signature"))
        h->verify.signature = v;
    else if (str_ieqz(n, "X-Forwarded-For"))
        forwarded_for_add(&h->forwarded, v);
    return MHD_YES;
}

static void read_head(struct MHD_Connection *connection, const char *method, const char *version,
                      struct headers *h)
{
    const union MHD_ConnectionInfo *size =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

    http_head_start(&h->head, method, version, front_parses_in_place());
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, add_header, h);
    http_head_end(&h->head, size ? size->header_size : 0);
    h->verify.repeated = h->urls > 1 || h->signatures > 1;
}

/* ---- the client behind a proxy ---- */

static void log_ignored(struct request *r)
{
    struct alexa_requests *all = r->all;
    char peer[IP_TEXT_BYTES];
    int64_t suppressed;

    if (log_gate_open(&all->ignored_gate, LINES_PER_SECOND, &suppressed))
        log_line(all->log, LOG_INFO, "proxy_header_ignored",
                 LOG_TEXT("client", ip_format(&r->exchange.address, peer)),
                 LOG_TEXT("error", "X-Forwarded-For from an address that is not in "
                                   "server.trusted_proxies"),
                 LOG_INT("suppressed", suppressed));
}

/* Find out who the client is, and let the connection count for it. Sets the step to STEP_REJECT
 * when that cannot be told, or the client has its share of connections. */
static void find_client(struct request *r, const struct headers *h)
{
    struct connection *c = r->peer;
    struct ip client;

    r->exchange.address = c->client;
    if (h->forwarded.count > 0 && !c->by_proxy)
        log_ignored(r);
    else if (h->forwarded.count > 0) {
        enum status st =
            forwarded_for_client(&h->forwarded, &r->all->proxies, &client, &r->rejection);
        if (st == ST_OK) {
            r->exchange.address = client;
            if (!trusted_proxies_hold(&r->all->proxies, &client) &&
                !connection_set_client(c, &client, clock_mono_ms()))
                reject(r, "address_limit", "more than server.max_connections_per_ip");
        } else if (st != ST_NOT_FOUND)
            r->step = STEP_REJECT;
    }
    r->exchange.client = connection_client(c);
}

static const char proxied_reason[] = "proxy_header_unexpected";

static const char *explain_proxy_header(const struct alexa_requests *all,
                                        const struct connection *c)
{
    if (c->by_proxy)
        return all->proxy_protocol ? "a second PROXY header"
                                   : "a PROXY header, but server.proxy_protocol = no";
    return all->proxy_protocol
               ? "a PROXY header from an address that is not in server.trusted_proxies; if it is "
                 "your proxy, add it there"
               : "a PROXY header from an address that is not in server.trusted_proxies; if it is "
                 "your proxy, add it there, and set server.proxy_protocol = yes";
}

void alexa_request_proxied(void *data, const struct connection *c)
{
    struct alexa_requests *all = data;

    pipeline_count_refusal(all->pipeline, &c->client, 0, proxied_reason,
                           explain_proxy_header(all, c));
}

/* The path of a request target. A target in absolute form ("https://host/alexa") is meant for a
 * proxy, but servers must accept it too (RFC 9112, section 3.2.2). */
static const char *target_path(const char *target)
{
    const char *path;

    if (strncasecmp(target, "https://", 8) != 0 && strncasecmp(target, "http://", 7) != 0)
        return target;
    path = strchr(strstr(target, "//") + 2, '/');
    return path ? path : "/";
}

/* Log which path was asked for: a slash too many is easily overlooked. */
static void reject_path(struct request *r, const char *path)
{
    char shown[80];

    (void)snprintf(shown, sizeof shown, "%s", path);
    visible_clean(shown);
    r->step = STEP_REJECT;
    err_clear(&r->rejection);
    err_reason(&r->rejection, ST_DENIED, "not_found", "no such path: %s; server.path is %s", shown,
               r->all->path);
}

/* Check what can be checked before the body arrives. Returns true when the response should be sent
 * at once, without reading the body. */
static bool check_head(struct request *r, const char *url, const char *method,
                       const struct headers *h)
{
    struct alexa_requests *all = r->all;
    uint64_t length = (uint64_t)h->head.length;
    bool large = length > all->max_request_bytes;
    bool first = !atomic_exchange(&r->peer->used, true);
    bool proxied = r->peer->has_proxy_header || strcmp(method, "PROXY") == 0;
    bool late = !first && atomic_load(&all->draining) &&
                clock_left_ms(atomic_load(&all->reject_after)) == 0;

    if (proxied)
        reject(r, proxied_reason, explain_proxy_header(all, r->peer));
    else if (h->head.fault)
        reject(r, "http_malformed", h->head.fault);
    else if (r->step == STEP_REJECT)
        ; /* by find_client() */
    else if (strcmp(target_path(url), all->path) != 0)
        reject_path(r, target_path(url));
    else if (strcmp(method, "POST") != 0)
        reject(r, "method_not_allowed", "only POST is allowed");
    else if (large)
        reject(r, "body_too_large", "larger than server.max_request_bytes");
    else if (late)
        reject(r, "draining", "the daemon is stopping");
    else if (verify_headers_check(all->verify, &h->verify, &r->exchange.signature, &r->rejection) !=
             ST_OK)
        r->step = STEP_REJECT;
    r->close = h->head.fault || proxied || large || late;
    if (r->step == STEP_RECEIVE && length > 0)
        buf_reserve(&r->body, length < BODY_USUAL ? (size_t)length : BODY_USUAL);
    return r->step == STEP_REJECT && (h->head.fault || proxied || h->head.expects ||
                                      length > all->max_request_bytes * DROP_FACTOR);
}

/* ---- the response ---- */

/* On a busy front that serves strangers, a caller who has become trusted is better off with a new
 * connection, which another front will serve. */
static bool should_reconnect(const struct request *r, int64_t now)
{
    struct front *f = r->peer->front;

    return r->exchange.status == 200 && front_yields(f) && front_lag_ms(f, now) > BUSY_LAG_MS;
}

static enum MHD_Result send_response(struct request *r)
{
    struct pipeline_exchange *x = &r->exchange;
    int64_t now = clock_mono_ms();

    atomic_store(&r->peer->waiting_since, now);
    if (r->step == STEP_REJECT)
        pipeline_reject(r->all->pipeline, x, r->rejection.reason, r->rejection.text);
    else if (x->status == 200)
        connection_note_verified(r->peer, now);
    const size_t n = x->out.n;
    struct MHD_Response *response = mhd_response_take(&x->out);
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, "Content-Type", "application/json;charset=UTF-8");
    if (x->status == 405)
        MHD_add_response_header(response, "Allow", "POST");
    if (x->status == 503)
        MHD_add_response_header(response, "Retry-After", "2");
    if (r->close || atomic_load_explicit(&r->all->draining, memory_order_relaxed) ||
        should_reconnect(r, now))
        MHD_add_response_header(response, "Connection", "close");
    r->held = front_hold_output(r->peer, n);
    enum MHD_Result queued = MHD_queue_response(r->connection, (unsigned)x->status, response);
    MHD_destroy_response(response);
    return queued;
}

void alexa_request_refused(void *data, const struct connection *c, unsigned status,
                           const char **ret_body)
{
    static const struct {
        unsigned status; /* 0: any other */
        const char *reason, *message;
    } rows[] = {
        { 413, "body_too_large", "Content-Length is too large for a number" },
        { 414, "head_too_large", "larger than 16 KB" },
        { 431, "head_too_large", "larger than 16 KB" },
        { 505, "http_malformed", "not HTTP/1.0 or 1.1" },
        { 0, "http_malformed", "libmicrohttpd cannot parse it" },
    };
    static _Thread_local char body[80];
    struct alexa_requests *all = data;
    const struct ip unknown = { .kind = IP_NONE };
    const char *reason = proxied_reason, *message;
    size_t i = 0;

    while (rows[i].status != 0 && rows[i].status != status)
        i++;
    if (c && c->has_proxy_header) {
        message = explain_proxy_header(all, c);
    } else {
        reason = rows[i].reason;
        message = rows[i].message;
    }
    pipeline_count_refusal(all->pipeline, c ? &c->client : &unknown, (int)status, reason, message);
    (void)snprintf(body, sizeof body, "{\"error\":\"%s\"}", reason);
    *ret_body = body;
}

/* On a worker thread, which may block. When too many wait for the same upstream service, the thread
 * is needed for others: the request is parked. */
static void run_blocking(struct workers_task *task)
{
    struct request *r = (struct request *)(void *)((char *)task - offsetof(struct request, task));
    struct alexa_requests *all = r->all;
    int64_t latest = r->deadline - PIPELINE_TURN_MS / 2;

    r->exchange.limited = true;
    r->exchange.last_try = clock_left_ms(latest) == 0;
    if (pipeline_run(all->pipeline, &r->exchange, r->deadline) == ST_WOULD_WAIT) {
        if (parking_put(all->parking, task, latest))
            return;
        r->exchange.last_try = true;
        pipeline_run(all->pipeline, &r->exchange, r->deadline);
    }
    r->step = STEP_RESPOND;
    MHD_resume_connection(r->connection); /* which may free r at once */
    parking_task_ended(all->parking);
}

/* The body is complete: respond from memory, or suspend the connection while a worker waits. */
static enum MHD_Result run_request(struct request *r)
{
    struct alexa_requests *all = r->all;

    r->exchange.body = buf_str(&r->body);
    enum status st = pipeline_run(all->pipeline, &r->exchange, NO_WAIT);
    bool verified = r->exchange.stage != PIPELINE_BYTES;
    if (verified)
        connection_give_bytes(r->peer);
    if (st == ST_OK) {
        r->step = STEP_RESPOND;
        return send_response(r);
    }
    r->task.run = run_blocking;
    MHD_suspend_connection(r->connection);
    if (!workers_submit(all->workers, &r->task, verified ? WORKERS_VERIFIED : WORKERS_UNVERIFIED)) {
        reject(r, "overloaded", "all workers are busy and the queue is full");
        MHD_resume_connection(r->connection);
    }
    return MHD_YES;
}

/* ---- callbacks of libmicrohttpd ---- */

static enum MHD_Result begin_request(struct alexa_requests *all, struct MHD_Connection *connection,
                                     const char *url, const char *method, const char *version,
                                     void **state)
{
    struct connection *peer = front_connection(connection);
    struct request *r = peer ? calloc(1, sizeof *r) : NULL;
    struct headers h = { .urls = 0 };

    if (!r)
        return MHD_NO;
    *state = r;
    atomic_fetch_add(&all->running, 1);
    r->all = all;
    r->connection = connection;
    r->peer = peer;
    r->body = BUF_INIT(all->max_request_bytes);
    r->exchange.started_us = clock_mono_us();
    r->deadline = r->exchange.started_us / 1000 + PIPELINE_TURN_MS;
    read_head(connection, method, version, &h);
    find_client(r, &h);
    return check_head(r, url, method, &h) ? send_response(r) : MHD_YES;
}

static enum MHD_Result receive_body(struct request *r, const char *data, size_t n)
{
    if (r->step == STEP_RECEIVE) {
        if (connection_take_bytes(r->peer, n, clock_mono_ms())) {
            buf_put(&r->body, (struct str){ data, n });
            if (!r->body.failed)
                return MHD_YES;
            if (r->body.full)
                reject(r, "body_too_large", "larger than server.max_request_bytes");
            else
                reject(r, "overloaded", "out of memory");
        } else
            reject(r, "overloaded",
                   "the bodies of unfinished requests take more than server.max_pending_bytes");
        connection_give_bytes(r->peer);
        buf_free(&r->body);
        r->close = true;
    }
    r->dropped += n;
    return r->dropped <= r->all->max_request_bytes * DROP_FACTOR ? MHD_YES : MHD_NO;
}

enum MHD_Result alexa_request_receive(void *data, struct MHD_Connection *connection,
                                      const char *url, const char *method, const char *version,
                                      const char *upload, size_t *upload_size, void **state)
{
    struct request *r = *state;

    if (!r)
        return begin_request(data, connection, url, method, version, state);
    if (*upload_size) {
        size_t n = *upload_size;
        *upload_size = 0;
        return receive_body(r, upload, n);
    }
    atomic_store(&r->peer->waiting_since, 0);
    if (r->step == STEP_RECEIVE &&
        MHD_get_connection_values_n(connection, MHD_FOOTER_KIND, NULL, NULL) > 0) {
        reject(r, "http_malformed", "header lines after the body");
        r->close = true;
    }
    return r->step == STEP_RECEIVE ? run_request(r) : send_response(r);
}

void alexa_request_completed(void *data, struct MHD_Connection *connection, void **state,
                             enum MHD_RequestTerminationCode code)
{
    struct alexa_requests *all = data;
    struct request *r = *state;

    (void)connection;
    (void)code;
    if (!r)
        return;
    *state = NULL;
    if (r->held)
        front_release_output(r->peer);
    connection_give_bytes(r->peer);
    connection_reset_client(r->peer, clock_mono_ms());
    atomic_store(&r->peer->waiting_since, clock_mono_ms());
    pipeline_exchange_done(all->pipeline, &r->exchange);
    buf_free(&r->body);
    free(r);
    atomic_fetch_sub(&all->running, 1);
}
