/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/alexa_request.h -- one HTTP request on Alexa's listener: its head is checked, its
 * body collected, and then it goes through the pipeline, on the front thread as far as nothing
 * waits, on a worker otherwise. Paths other than `path`, methods other than POST and oversized
 * bodies are rejected here. */
#ifndef CLIMACAST_SERVER_LISTENER_ALEXA_REQUEST_H
#define CLIMACAST_SERVER_LISTENER_ALEXA_REQUEST_H

#include <microhttpd.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "certs/verify.h"
#include "server/listener/connections.h"
#include "server/listener/parking.h"
#include "server/listener/trusted_proxies.h"
#include "server/listener/workers.h"
#include "server/request/pipeline.h"

/* What all requests share. */
struct alexa_requests {
    struct trusted_proxies proxies;
    bool proxy_protocol;
    struct log *log;
    struct log_gate ignored_gate;
    const char *path;
    size_t max_request_bytes;
    struct pipeline *pipeline;
    struct verify *verify;
    struct workers *workers;
    struct parking *parking;
    _Atomic int64_t running; /* being received or answered */
    atomic_bool draining;
    _Atomic int64_t reject_after; /* while draining: later requests on used connections get 503 */
};

/* Callbacks of libmicrohttpd and of the front (front.h); `data` is the struct alexa_requests. */
enum MHD_Result alexa_request_receive(void *data, struct MHD_Connection *connection,
                                      const char *url, const char *method, const char *version,
                                      const char *upload, size_t *upload_size, void **state);
void alexa_request_completed(void *data, struct MHD_Connection *connection, void **state,
                             enum MHD_RequestTerminationCode code);
void alexa_request_refused(void *data, const struct connection *c, unsigned status,
                           const char **ret_body);
void alexa_request_proxied(void *data, const struct connection *c);

#endif
