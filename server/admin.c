/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin.c -- a few pages for the operator and for what watches the daemon.
 *
 * One thread is plenty here, and it may wait a little for the store.  Nothing is changed through
 * this listener. */
#include "server/admin.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 50, IDLE_S = 10, PAGE_BYTES_MAX = 1024 * 1024 };

struct admin {
    struct admin_settings settings;
    struct MHD_Daemon *daemon;
};

struct page {
    unsigned status;
    const char *type;
    struct buf body;
};

static void page_health(struct admin *a, struct page *p)
{
    (void)a;
    buf_putz(&p->body, "ok\n");
}

static void page_ready(struct admin *a, struct page *p)
{
    if (a->settings.ready(a->settings.data, &p->body))
        buf_putz(&p->body, "ready\n");
    else
        p->status = 503;
}

static void page_metrics(struct admin *a, struct page *p)
{
    p->type = "text/plain; version=0.0.4; charset=utf-8";
    metrics_write(a->settings.metrics, &p->body);
    if (a->settings.more_metrics)
        a->settings.more_metrics(a->settings.data, &p->body);
}

static const struct {
    const char *path;
    void (*write)(struct admin *a, struct page *p);
} pages[] = {
    { "/healthz", page_health },
    { "/readyz", page_ready },
    { "/metrics", page_metrics },
};

static void find_page(struct admin *a, const char *url, const char *method, struct page *p)
{
    bool get = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        if (strcmp(url, pages[i].path) != 0)
            continue;
        if (get)
            pages[i].write(a, p);
        else {
            p->status = 405;
            buf_putz(&p->body, "only GET is understood here\n");
        }
        return;
    }
    p->status = 404;
    buf_putz(&p->body, "there are: /healthz /readyz /metrics\n");
}

static enum MHD_Result send_page(struct MHD_Connection *connection, struct page *p)
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
    if (p->status == 405)
        MHD_add_response_header(response, "Allow", "GET, HEAD");
    enum MHD_Result queued = MHD_queue_response(connection, p->status, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result on_request(void *data, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **state)
{
    (void)version;
    (void)upload;
    if (!*state) {
        *state = data; /* seen once: the second call has the whole request */
        return MHD_YES;
    }
    if (*upload_size)
        return MHD_NO; /* nothing here takes a body */
    struct page p = { 200, "text/plain; charset=utf-8", BUF_INIT(PAGE_BYTES_MAX) };
    find_page(data, url, method, &p);
    enum MHD_Result sent = send_page(connection, &p);
    buf_free(&p.body);
    return sent;
}

enum status admin_create(const struct admin_settings *settings, struct admin **ret_admin,
                         struct err *err)
{
    struct admin *a = calloc(1, sizeof *a);
    if (a) {
        a->settings = *settings;
        a->daemon = MHD_start_daemon(
            MHD_USE_POLL_INTERNAL_THREAD, 0, NULL, NULL, on_request, a, MHD_OPTION_LISTEN_SOCKET,
            settings->fd, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S, MHD_OPTION_END);
    }
    if (!a || !a->daemon) {
        close(settings->fd);
        free(a);
        return err_set(err, ST_SYSTEM, "cannot start the admin listener");
    }
    *ret_admin = a;
    return ST_OK;
}

void admin_free(struct admin *a)
{
    if (!a)
        return;
    MHD_stop_daemon(a->daemon);
    free(a);
}
