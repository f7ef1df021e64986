/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/admin_listener.h -- the operator's listener: plain HTTP, a handful of pages, a thread for
 * each connection, so that a page which waits holds up no other. SPEC section 9.
 *
 * What is for a browser is given to no page of somebody else's: see origin.h. */
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
    void *connection; /* the listener's own */
};
/* An argument behind the "?", NULL when there is none. */
const char *admin_listener_argument(const struct admin_request *request, const char *name);

struct admin_response {
    unsigned status;
    const char *type;
    struct buf body;
    struct buf policy; /* Content-Security-Policy of a page for browsers */
};

struct admin_route {
    const char *path;
    bool browser; /* HTML: Host is checked, and what a browser may do with it is bounded */
    bool form;    /* takes a POST, whose Origin is checked */
    void (*write)(void *data, const struct admin_request *request, struct admin_response *page);
};

struct admin_listener_settings {
    int fd; /* listening socket, taken over */
    const struct admin_route *routes;
    size_t route_count;
    void *data;
};
enum status admin_listener_create(const struct admin_listener_settings *settings,
                                  struct admin_listener **ret_admin, struct err *err);
/* Waits for pages that are being written. NULL allowed. */
void admin_listener_free(struct admin_listener *a);

#endif
