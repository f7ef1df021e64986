/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/admin_listener.h -- the HTTP listener for the operator: plain HTTP, a fixed table of
 * routes.
 *
 * Each connection has its own thread, so a slow page does not delay the others. Pages are protected
 * against DNS rebinding and cross-site requests: see origin.h. */
#ifndef CLIMACAST_SERVER_ADMIN_ADMIN_LISTENER_H
#define CLIMACAST_SERVER_ADMIN_ADMIN_LISTENER_H

#include <stdbool.h>
#include <stddef.h>

#include "server/admin/page.h"
#include "server/base/err.h"
#include "server/base/str.h"

enum { ADMIN_FORM_MAX = 128 * 1024 };

struct admin_listener;

struct admin_request {
    bool post;
    struct str form;  /* body of a POST */
    void *connection; /* private to the listener */
};
/* The value of a query argument, or NULL if the URL does not have it. */
const char *admin_listener_argument(const struct admin_request *request, const char *name);

struct admin_response {
    unsigned status;
    const char *type;
    struct buf body;
    struct buf policy; /* Content-Security-Policy, for browser pages */
};

struct admin_route {
    const char *path;
    bool browser; /* HTML: needs a Host header, and gets security headers */
    bool form;    /* accepts POST, after checking Origin */
    void (*handle)(void *data, const struct admin_request *request,
                   struct admin_response *response);
    bool any_host; /* reveals nothing: Host is not checked */
};

struct admin_listener_settings {
    int fd;                           /* listening socket; owned by the listener from here on */
    const struct admin_route *routes; /* must outlive the listener */
    size_t route_count;
    const char *const *hosts; /* names that Host may have, NULL at the end; must outlive it */
    void *data;               /* passed to each handler */
};
/* Start serving. ST_SYSTEM when the HTTP server cannot start; `fd` is closed then. */
enum status admin_listener_create(const struct admin_listener_settings *settings,
                                  struct admin_listener **ret_admin, struct err *err);
/* Wait for running handlers, then stop. NULL is allowed. */
void admin_listener_free(struct admin_listener *a);

#endif
