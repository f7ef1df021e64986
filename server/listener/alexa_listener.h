/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/alexa_listener.h -- the listener for Alexa: TLS, HTTP, and limits on both. Behind
 * a proxy it may speak plain HTTP.
 *
 * One thread accepts connections (acceptor.h), and connections.h decides who may have one. Front
 * threads (front.h), which never block, speak TLS and HTTP: `threads` of them serve callers who
 * have sent verified requests, one more serves everybody else. So strangers, however many and
 * however busy, take neither connections nor turns from known callers. */
#ifndef CLIMACAST_SERVER_LISTENER_ALEXA_LISTENER_H
#define CLIMACAST_SERVER_LISTENER_ALEXA_LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "certs/verify.h"
#include "server/base/err.h"
#include "server/base/metrics.h"
#include "server/listener/handshake.h"
#include "server/listener/parking.h"
#include "server/listener/trusted_proxies.h"
#include "server/listener/workers.h"
#include "server/log/log.h"
#include "server/request/pipeline.h"

struct alexa_listener;

/* Pointers are borrowed and must outlive the listener. */
struct alexa_listener_settings {
    const char *path;
    unsigned threads; /* 0: one per core */
    unsigned max_connections;
    unsigned max_connections_per_ip; /* 0: no limit */
    unsigned other_connections;      /* of other listeners: the limit of descriptors covers them */
    unsigned connection_timeout_s;
    size_t max_request_bytes;
    size_t max_pending_bytes; /* bodies of unverified requests, all together */
    const int *fds;           /* listening sockets; closed when draining begins */
    size_t fd_count;
    bool fds_inherited; /* as in acceptor.h */
    struct pipeline *pipeline;
    struct verify *verify;
    struct workers *workers;
    struct parking *parking;
    struct handshake *handshake;           /* NULL: plain HTTP */
    const struct trusted_proxies *proxies; /* copied; NULL: none */
    bool proxy_protocol;                   /* they begin each connection with a PROXY header */
    struct metrics *metrics;
    struct log *log;
};

enum status alexa_listener_create(const struct alexa_listener_settings *settings,
                                  struct alexa_listener **ret_listener, struct err *err);

/* Stop accepting, and wait up to timeout_ms for the requests that are running and for those that
 * are about to arrive on recently active connections. Each gets its response, and its connection is
 * closed. Requests that arrive much later get a 503. */
void alexa_listener_drain(struct alexa_listener *l, int64_t timeout_ms);

/* The workers must have been stopped before, so that no connection is suspended. NULL is
 * allowed. */
void alexa_listener_free(struct alexa_listener *l);

struct alexa_listener_stats {
    int64_t connections, running; /* now */
    size_t pending_bytes;         /* bodies of unverified requests */
    uint64_t accepted;            /* since the start */
    bool draining;
};
struct alexa_listener_stats alexa_listener_stats(const struct alexa_listener *l);

/* How long the accepting thread has been late, or the slowest front thread has not answered its
 * probe. *ret_thread names it, a literal. */
int64_t alexa_listener_stall_ms(const struct alexa_listener *l, const char **ret_thread);

#endif
