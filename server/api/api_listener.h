/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/api_listener.h -- the HTTP listener of the JSON API and the MCP server: plain HTTP, on
 * its own threads, so that it cannot get in the way of Alexa's requests.
 *
 * A request is first run on the thread that reads the connections, which must not wait; only if it
 * would have to does a worker take over. */
#ifndef CLIMACAST_SERVER_API_API_LISTENER_H
#define CLIMACAST_SERVER_API_API_LISTENER_H

#include <stdbool.h>

#include "server/api/api_reply.h"
#include "server/base/err.h"
#include "server/base/ip.h"

enum {
    API_URL_MAX = 8 * 1024,     /* bytes */
    API_BODY_MAX = 1024 * 1024, /* bytes of a request */
    API_CONNECTIONS_MAX = 1024, /* then the one that has been idle longest makes room */
};

/* A request that has arrived completely. */
struct api_request {
    struct str method;
    struct str path, query;                                   /* of the URL, as sent */
    struct str host, origin, authorization, protocol_version; /* headers; STR_NONE when absent */
    bool repeated;                                            /* one of them occurs twice */
    struct ip peer, own;                                      /* both ends of the connection */
    struct str body;
    bool body_too_large;
    int64_t started_us; /* monotonic */
    bool admitted;      /* for the handler: kept between the runs of a request */
};

/* Handles a request.
 *   ST_OK          the reply is set
 *   ST_WOULD_WAIT  it must wait, and the deadline is NO_WAIT: it is run again on a worker */
typedef enum status api_handle_fn(void *data, struct api_request *request, int64_t deadline,
                                  struct api_reply *reply);

struct api_listener_settings {
    int fd;                /* listening socket; owned by the listener from here on */
    api_handle_fn *handle; /* called on several threads */
    void *data;
};

struct api_listener;

/* ST_SYSTEM when the HTTP server cannot start; `fd` is closed then. */
enum status api_listener_create(const struct api_listener_settings *settings,
                                struct api_listener **ret_listener, struct err *err);
/* Waits for running requests, then stops. NULL is allowed. */
void api_listener_free(struct api_listener *l);

#endif
