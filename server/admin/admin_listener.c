/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/admin_listener.c -- see the header. */
#include "server/admin/admin_listener.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/admin/origin.h"

enum { CONNECTIONS_MAX = 50, IDLE_S = 10, PAGE_BYTES_MAX = 1024 * 1024 };

struct admin_listener {
    struct admin_listener_settings settings;
    struct MHD_Daemon *daemon;
};

/* A request on its way in. */
struct incoming {
    struct buf form;
};

const char *admin_listener_argument(const struct admin_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name);
}

static struct str header(struct MHD_Connection *connection, const char *name)
{
    return str_of(MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name));
}

/* ---- what is refused ---- */

static void refuse(struct admin_response *p, unsigned status, const char *words)
{
    p->status = status;
    p->type = "text/plain; charset=utf-8";
    buf_reset(&p->body);
    buf_putz(&p->body, words);
}

static bool is_allowed(const struct admin_route *route, struct MHD_Connection *connection,
                       bool post, struct admin_response *p)
{
    struct str host = header(connection, "Host"), origin = header(connection, "Origin");

    if (route->browser && !origin_host_is_allowed(host))
        refuse(p, 403, "open this page by address or as localhost, not by another name\n");
    else if (post && !route->form)
        refuse(p, 405, "only GET is understood here\n");
    else if (post && !origin_matches_host(origin, host))
        refuse(p, 403, "this form was not sent by a page of this daemon\n");
    return p->status == 200;
}

static void not_found(const struct admin_listener *a, struct admin_response *p)
{
    refuse(p, 404, "there are:");
    for (size_t i = 0; i < a->settings.route_count; i++)
        buf_printf(&p->body, " %s", a->settings.routes[i].path);
    buf_putz(&p->body, "\n");
}

/* ---- one request ---- */

static const struct admin_route *find_route(const struct admin_listener *a, const char *url)
{
    for (size_t i = 0; i < a->settings.route_count; i++)
        if (strcmp(url, a->settings.routes[i].path) == 0)
            return &a->settings.routes[i];
    return NULL;
}

static void write_page(const struct admin_listener *a, struct MHD_Connection *connection,
                       const struct admin_route *route, const char *method, struct incoming *in,
                       struct admin_response *p)
{
    struct admin_request request = { .post = strcmp(method, "POST") == 0,
                                     .form = buf_str(&in->form),
                                     .connection = connection };
    bool get = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;

    if (!route)
        not_found(a, p);
    else if (!get && !request.post)
        refuse(p, 405, "this method is not understood here\n");
    else if (in->form.failed)
        refuse(p, 413, "the form is too large\n");
    else if (is_allowed(route, connection, request.post, p))
        route->write(a->settings.data, &request, p);
}

static void add_browser_headers(struct MHD_Response *response, const struct admin_response *p)
{
    static const char *const headers[][2] = {
        { "X-Frame-Options", "DENY" },
        /* With no-referrer a browser would hide the Origin of our own form from us. */
        { "Referrer-Policy", "same-origin" },
        { "Cross-Origin-Opener-Policy", "same-origin" },
        { "Cross-Origin-Resource-Policy", "same-origin" },
        { "Permissions-Policy", "camera=(), geolocation=(), microphone=()" },
    };

    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        MHD_add_response_header(response, headers[i][0], headers[i][1]);
    MHD_add_response_header(response, "Content-Security-Policy",
                            p->policy.n > 0 ? buf_z(&p->policy)
                                            : "default-src 'none'; frame-ancestors 'none'");
}

static enum MHD_Result send_page(struct MHD_Connection *connection, const struct admin_route *route,
                                 struct admin_response *p)
{
    size_t n;
    char *body = buf_take(&p->body, &n);

    if (!body)
        return MHD_NO;
    struct MHD_Response *response = MHD_create_response_from_buffer(n, body, MHD_RESPMEM_MUST_FREE);
    if (!response) {
        free(body);
        return MHD_NO;
    }
    MHD_add_response_header(response, "Content-Type", p->type);
    MHD_add_response_header(response, "Cache-Control", "no-store");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    if (route && route->browser)
        add_browser_headers(response, p);
    if (p->status == 405)
        MHD_add_response_header(response, "Allow",
                                route && route->form ? "GET, HEAD, POST" : "GET, HEAD");
    enum MHD_Result queued = MHD_queue_response(connection, p->status, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result on_request(void *data, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **state)
{
    const struct admin_listener *a = data;
    struct incoming *in = *state;

    (void)version;
    if (!in) {
        *state = in = calloc(1, sizeof *in);
        if (in)
            in->form = BUF_INIT(ADMIN_FORM_MAX);
        return in ? MHD_YES : MHD_NO;
    }
    if (*upload_size) {
        buf_put(&in->form, (struct str){ upload, *upload_size });
        *upload_size = 0;
        return MHD_YES;
    }
    struct admin_response p = { 200, "text/plain; charset=utf-8", BUF_INIT(PAGE_BYTES_MAX),
                                BUF_INIT(PAGE_POLICY_MAX) };
    const struct admin_route *route = find_route(a, url);
    write_page(a, connection, route, method, in, &p);
    enum MHD_Result sent = send_page(connection, route, &p);
    buf_free(&p.body);
    buf_free(&p.policy);
    return sent;
}

static void on_completed(void *data, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode code)
{
    struct incoming *in = *state;

    (void)data;
    (void)connection;
    (void)code;
    if (in)
        buf_free(&in->form);
    free(in);
    *state = NULL;
}

enum status admin_listener_create(const struct admin_listener_settings *settings,
                                  struct admin_listener **ret_admin, struct err *err)
{
    struct admin_listener *a = calloc(1, sizeof *a);

    if (a) {
        a->settings = *settings;
        a->daemon = MHD_start_daemon(
            MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL, 0, NULL,
            NULL, on_request, a, MHD_OPTION_LISTEN_SOCKET, settings->fd,
            MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
            (unsigned)IDLE_S, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_END);
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
