/* SPDX-License-Identifier: Apache-2.0 */
/* server/alexa_listener.h -- Alexa's listener: TLS, HTTP, bounds; a request in, an answer out.
 *
 * Its threads never wait: what may is handed to the workers while the connection sleeps. SPEC
 * section 3. */
#ifndef CLIMACAST_SERVER_ALEXA_LISTENER_H
#define CLIMACAST_SERVER_ALEXA_LISTENER_H

#include <stddef.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/handshake.h"
#include "server/pipeline.h"
#include "server/workers.h"

struct alexa_listener;

struct alexa_listener_settings {
    const char *path; /* borrowed for the life of the front */
    unsigned threads; /* 0 = one per core */
    unsigned max_connections, max_connections_per_ip;
    unsigned connection_timeout_s;
    size_t max_request_bytes;
    const int *fds; /* listening sockets, taken over */
    size_t fd_count;
    bool inherited; /* as in acceptor.h */
    struct pipeline *pipeline;
    struct workers *workers;
    struct handshake *handshake;
};

enum status alexa_listener_create(const struct alexa_listener_settings *settings,
                                  struct alexa_listener **ret_front, struct err *err);
/* Stop accepting, and wait up to timeout_ms for the requests that are running and for those that
 * are on their way on connections which have just been made or used: each is answered, and its
 * connection closed. What comes much later is answered 503. */
void alexa_listener_drain(struct alexa_listener *f, int64_t timeout_ms);
/* Takes everything down. The workers must have been stopped before (nothing may sleep any more). */
void alexa_listener_free(struct alexa_listener *f);

struct alexa_listener_facts {
    int64_t connections, running; /* now */
    uint64_t accepted;
    bool draining;
};
struct alexa_listener_facts alexa_listener_facts(const struct alexa_listener *f);

#endif
