/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/admin_listener.c -- the operator's HTTP listener, on libmicrohttpd. */
#include "server/admin/admin_listener.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/admin/origin.h"
#include "server/listener/mhd_refusal.h"
#include "server/listener/mhd_response.h"

#define PLAIN_TEXT "text/plain; charset=utf-8"

enum { CONNECTIONS_MAX = 50, IDLE_S = 10, PAGE_BYTES_MAX = 1024 * 1024 };

struct admin_listener {
    struct admin_listener_settings settings;
    struct MHD_Daemon *daemon;
};

/* A request whose body is still arriving. */
struct upload {
    struct buf form;
};

const char *admin_listener_argument(const struct admin_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name);
}

static struct str request_header(struct MHD_Connection *connection, const char *name)
{
    return str_of(MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name));
}

/* ---- errors ---- */

static void respond_error(struct admin_response *r, unsigned status, const char *message)
{
    r->status = status;
    r->type = PLAIN_TEXT;
    buf_reset(&r->body);
    buf_putz(&r->body, message);
}

/* Browsers always send Host; a probe that speaks HTTP/1.0 may not. */
static bool host_is_allowed(const struct admin_listener *a, const struct admin_route *route,
                            struct str host)
{
    return route->any_host || (host.n == 0 && !route->browser) ||
           origin_host_is_allowed(host, a->settings.hosts);
}

static bool check_request(const struct admin_listener *a, const struct admin_route *route,
                          struct MHD_Connection *connection, bool post, struct admin_response *r)
{
    struct str host = request_header(connection, "Host"),
               origin = request_header(connection, "Origin");

    if (!host_is_allowed(a, route, host))
        respond_error(r, 403,
                      "Open this page at localhost or an IP address, or list this host name in "
                      "admin.hosts.\n");
    else if (post && !route->form)
        respond_error(r, 405, "This page only accepts GET.\n");
    else if (post && !origin_matches_host(origin, host))
        respond_error(r, 403, "Cross-site form submission rejected.\n");
    return r->status == 200;
}

static void respond_not_found(const struct admin_listener *a, struct admin_response *r)
{
    respond_error(r, 404, "Not found. Available pages:");
    for (size_t i = 0; i < a->settings.route_count; i++)
        buf_printf(&r->body, " %s", a->settings.routes[i].path);
    buf_putz(&r->body, "\n");
}

/* ---- one request ---- */

static const struct admin_route *find_route(const struct admin_listener *a, const char *url)
{
    for (size_t i = 0; i < a->settings.route_count; i++)
        if (strcmp(url, a->settings.routes[i].path) == 0)
            return &a->settings.routes[i];
    return NULL;
}

static void answer_request(const struct admin_listener *a, struct MHD_Connection *connection,
                           const struct admin_route *route, const char *method, struct upload *in,
                           struct admin_response *r)
{
    struct admin_request request = { .post = strcmp(method, "POST") == 0,
                                     .form = buf_str(&in->form),
                                     .connection = connection };
    bool get = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;

    if (!route)
        respond_not_found(a, r);
    else if (!get && !request.post)
        respond_error(r, 405, "Method not allowed.\n");
    else if (in->form.failed)
        respond_error(r, 413, "The form is too large.\n");
    else if (check_request(a, route, connection, request.post, r))
        route->handle(a->settings.data, &request, r);
}

static void add_browser_headers(struct MHD_Response *response, const struct admin_response *r)
{
    static const char *const headers[][2] = {
        { "X-Frame-Options", "DENY" },
        /* With no-referrer, a browser would send "Origin: null" with the console's own form. */
        { "Referrer-Policy", "same-origin" },
        { "Cross-Origin-Opener-Policy", "same-origin" },
        { "Cross-Origin-Resource-Policy", "same-origin" },
        { "Permissions-Policy", "camera=(), geolocation=(), microphone=()" },
    };

    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        MHD_add_response_header(response, headers[i][0], headers[i][1]);
    MHD_add_response_header(response, "Content-Security-Policy",
                            r->policy.n > 0 ? buf_z(&r->policy)
                                            : "default-src 'none'; frame-ancestors 'none'");
}

static enum MHD_Result send_response(struct MHD_Connection *connection,
                                     const struct admin_route *route, struct admin_response *r)
{
    struct MHD_Response *response = mhd_response_take(&r->body);

    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, "Content-Type", r->type);
    MHD_add_response_header(response, "Cache-Control", "no-store");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    if (route && route->browser)
        add_browser_headers(response, r);
    if (r->status == 405)
        MHD_add_response_header(response, "Allow",
                                route && route->form ? "GET, HEAD, POST" : "GET, HEAD");
    enum MHD_Result queued = MHD_queue_response(connection, r->status, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result on_admin_request(void *data, struct MHD_Connection *connection,
                                        const char *url, const char *method, const char *version,
                                        const char *chunk, size_t *upload_size, void **state)
{
    const struct admin_listener *a = data;
    struct upload *in = *state;

    (void)version;
    if (!in) {
        *state = in = calloc(1, sizeof *in);
        if (in)
            in->form = BUF_INIT(ADMIN_FORM_MAX);
        return in ? MHD_YES : MHD_NO;
    }
    if (*upload_size) {
        buf_put(&in->form, (struct str){ chunk, *upload_size });
        *upload_size = 0;
        return MHD_YES;
    }
    struct admin_response r = { 200, PLAIN_TEXT, BUF_INIT(PAGE_BYTES_MAX),
                                BUF_INIT(PAGE_POLICY_MAX) };
    const struct admin_route *route = find_route(a, url);
    answer_request(a, connection, route, method, in, &r);
    enum MHD_Result sent = send_response(connection, route, &r);
    buf_free(&r.body);
    buf_free(&r.policy);
    return sent;
}

/* A connection has a thread of its own, but a page that asks the store or an upstream reads on it,
 * too. */
static void note_connection(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    mhd_refusal_note(info ? info->connect_fd : -1);
}

static void *on_request_line(void *data, const char *uri, struct MHD_Connection *connection)
{
    (void)data;
    (void)uri;
    note_connection(connection);
    return NULL;
}

static void on_admin_request_completed(void *data, struct MHD_Connection *connection, void **state,
                                       enum MHD_RequestTerminationCode code)
{
    struct upload *in = *state;

    (void)data;
    (void)code;
    note_connection(connection); /* the next request may have been read already */
    if (in)
        buf_free(&in->form);
    free(in);
    *state = NULL;
}

/* Answer in place of libmicrohttpd, which is about to send an error. */
__attribute__((format(printf, 2, 0))) static void on_mhd_line(void *data, const char *format,
                                                              va_list args)
{
    const char *message = "The request is not valid HTTP.\n";
    char text[MHD_REFUSAL_BYTES];
    unsigned status;

    (void)data;
    if (!mhd_refusal_announced(format, args, &status))
        return;
    if (status == 413)
        message = "The form is too large.\n";
    else if (status == 414 || status == 431)
        message = "The URL or a header is too long.\n";
    size_t n = mhd_refusal_write(status, PLAIN_TEXT, message, text, sizeof text);
    mhd_refusal_send(mhd_refusal_fd(), text, n);
}

enum status admin_listener_create(const struct admin_listener_settings *settings,
                                  struct admin_listener **ret_admin, struct err *err)
{
    struct admin_listener *a = calloc(1, sizeof *a);

    if (a) {
        a->settings = *settings;
        a->daemon = MHD_start_daemon(
            MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL |
                MHD_USE_ERROR_LOG,
            0, NULL, NULL, on_admin_request, a, MHD_OPTION_EXTERNAL_LOGGER, on_mhd_line, a,
            MHD_OPTION_LISTEN_SOCKET, settings->fd, MHD_OPTION_CONNECTION_LIMIT,
            (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,
            MHD_OPTION_URI_LOG_CALLBACK, on_request_line, a, MHD_OPTION_NOTIFY_COMPLETED,
            on_admin_request_completed, NULL, MHD_OPTION_END);
    }
    if (!a || !a->daemon) {
        close(settings->fd);
        free(a);
        return err_set(err, ST_SYSTEM, "cannot start the admin listener");
    }
    *ret_admin = a;
    return ST_OK;
}

void admin_listener_free(struct admin_listener *a)
{
    if (!a)
        return;
    MHD_stop_daemon(a->daemon);
    free(a);
}
