/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/front.h -- a front thread: speaks TLS and HTTP, or plain HTTP, on the connections
 * it is given, by one libmicrohttpd daemon of its own.
 *
 * A daemon each, rather than libmicrohttpd's thread pool: so the caller decides which thread serves
 * a connection, and each thread can be probed. A probe is a connection like any other, to which
 * nobody speaks: the thread must open it, read its end, and close it. */
#ifndef CLIMACAST_SERVER_LISTENER_FRONT_H
#define CLIMACAST_SERVER_LISTENER_FRONT_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "server/listener/connections.h"
#include "server/listener/handshake.h"
#include "server/log/log.h"

struct front;

/* All pointers are borrowed. A request finds its struct connection as its socket context, see
 * front_connection(). */
struct front_settings {
    const char *name;   /* of the thread; at most 15 bytes, a literal */
    unsigned timeout_s; /* of idle connections */
    bool yields;        /* gives way to other threads when the processor is busy */
    struct connections *connections;
    struct handshake *handshake; /* NULL: plain HTTP */
    struct log *log;
    MHD_AccessHandlerCallback on_request;
    MHD_RequestCompletedCallback on_completed;
    /* libmicrohttpd has refused a request of `c` (NULL: unknown) before on_request saw all of it.
     * Sets *ret_body, JSON, which is sent instead of libmicrohttpd's own response; it must be short
     * and stay valid until the next call on this thread. */
    void (*on_refused)(void *data, const struct connection *c, unsigned status,
                       const char **ret_body);
    /* `c` began with a PROXY header and is closed without an answer: GnuTLS cannot read it, nor can
     * libmicrohttpd read version 2. */
    void (*on_proxy_header)(void *data, const struct connection *c);
    void *data; /* for the four */
};

/* Start the thread. NULL: out of memory or threads. */
struct front *front_create(const struct front_settings *settings);
/* End the thread, closing its connections; none may be suspended. NULL is allowed. */
void front_free(struct front *f);

/* ---- the accepting thread ---- */

/* Serve an admitted connection. Returns false when there is no memory; then the descriptor is
 * closed and the connection remains the caller's. */
bool front_add(struct front *f, struct connection *c, const struct sockaddr *from,
               socklen_t length);
/* Its connections, including those it has not yet opened. */
size_t front_load(const struct front *f);
/* Send a probe about once a second, unless one is on its way. */
void front_probe(struct front *f, int64_t now_ms);

/* ---- any thread ---- */

bool front_yields(const struct front *f);

/* For how long the current probe has been on its way; 0 when none is. */
int64_t front_stall_ms(const struct front *f, int64_t now_ms);
/* How long the last probe took, or the current one if it is slower already. */
int64_t front_lag_ms(const struct front *f, int64_t now_ms);

/* ---- in on_request and on_completed ---- */

struct connection *front_connection(struct MHD_Connection *connection); /* NULL: no memory for it */
/* Put what libmicrohttpd sends between these two, a head and a body of `n` bytes, into as few TLS
 * records as possible: by itself it makes one of the head, and goes through its loop for each of
 * the body. Hold only what front_hold_output() returns true for, as the send buffer of the socket
 * has room then. If it has none in spite of that, the connection is cut. */
bool front_hold_output(struct connection *c, size_t n);
void front_release_output(struct connection *c);
/* Does libmicrohttpd parse heads in place? See http_head.h. */
bool front_parses_in_place(void);

#endif
