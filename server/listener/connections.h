/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/connections.h -- the open connections: who may have one, which must go when they
 * run short, and how much memory the bodies of unverified requests may take.
 *
 * Connections are cheap for an attacker, so they are not first come, first served:
 *
 *   - An address has at most its share of them.
 *   - Callers from addresses that have sent verified requests are trusted. A tenth of the
 *     connections is reserved for them.
 *   - A proxy that names its clients request by request (X-Forwarded-For) has connections of its
 *     own without such a limit; each counts for the client while a request of that client is on it.
 *   - When connections run short, a newcomer displaces the oldest connection that has not sent a
 *     verified request and has none being processed. One from an address that is not trusted
 *     displaces none that is younger than two seconds, so that those have time for a request, too.
 *
 * A connection is admitted by the thread that accepts, and has its own thread (front.h) from then
 * on; the functions say which thread calls. Everything else is thread-safe. */
#ifndef CLIMACAST_SERVER_LISTENER_CONNECTIONS_H
#define CLIMACAST_SERVER_LISTENER_CONNECTIONS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/ip.h"
#include "server/base/metrics.h"
#include "server/log/log.h"

struct connections;
struct address;
struct front;

struct connections_settings {
    size_t max;
    size_t max_per_address;   /* 0: no limit */
    size_t pending_bytes_max; /* bodies of unverified requests, all together */
    struct metrics *metrics;
    struct log *log; /* NULL is allowed */
};

struct connection {
    int fd;
    struct front *_Atomic front; /* set by front_add(), as is the next one */
    atomic_size_t *load;         /* of the front; one less when the connection is closed */
    void *session;               /* GnuTLS's */
    struct ip client; /* whom it counts for: the peer, or the client that a proxy has named */
    struct address *address;
    bool by_proxy; /* the peer is a proxy that names its clients request by request */
    struct ip proxy;
    int64_t accepted_ms;
    atomic_bool trusted; /* its address is, or it has sent a verified request itself */
    atomic_bool verified;
    atomic_bool used;      /* the head of a request has arrived */
    bool has_proxy_header; /* it began with a PROXY header that nobody has asked for */
    /* Since when it has been the peer's turn to send or read, in monotonic milliseconds; 0 while a
     * request is processed. */
    _Atomic int64_t waiting_since;
    _Atomic size_t body_bytes; /* of its unverified request */
    bool uncorked;             /* TCP_CORK has been switched off (front.c) */
    /* Private. */
    struct connections *all;
    bool open, closing;
    struct connection *prev, *next;                 /* of the verified or the unverified ones */
    struct connection *address_prev, *address_next; /* of its address */
};

/* NULL: out of memory. */
struct connections *connections_create(const struct connections_settings *settings);
void connections_free(struct connections *cs); /* none may be left; NULL is allowed */

/* ---- the accepting thread ---- */

/* A connection with this descriptor from this client, or, `by_proxy`, from a trusted proxy. NULL:
 * it is refused, counted and logged; the caller closes it. */
struct connection *connections_admit(struct connections *cs, int fd, const struct ip *client,
                                     bool by_proxy, int64_t now_ms);
/* Shut down the oldest connections without a verified request, because descriptors ran out. */
void connections_shed(struct connections *cs, int64_t now_ms);
/* Shut down those that have been sending one request, or reading one response, for longer than
 * max_ms, however steadily. */
void connections_cut_slow(struct connections *cs, int64_t now_ms, int64_t max_ms);

/* ---- the connection's thread ---- */

/* The admitted connection with this descriptor is open from now on. NULL: there is none. */
struct connection *connections_opened(struct connections *cs, int fd, int64_t now_ms);
/* The open connection with this descriptor; NULL: there is none. */
struct connection *connections_find(struct connections *cs, int fd);
/* It is about to be closed: frees it. Also called for one that could not be opened. */
void connections_closed(struct connections *cs, struct connection *c, int64_t now_ms);
/* Forget connections of this thread that were admitted before before_ms, but never opened: the
 * thread opens them in order, so it had no memory for them. */
void connections_forget_lost(struct connections *cs, const struct front *front, int64_t before_ms);

/* The proxy at the other end has named the client whose request arrives now. Returns false when
 * that client has its share of connections already; counted and logged. */
bool connection_set_client(struct connection *c, const struct ip *client, int64_t now_ms);
/* That request has ended: the connection is the proxy's again. Does nothing for any other. */
void connection_reset_client(struct connection *c, int64_t now_ms);

/* A number that stands for the client's address (address_number()). */
uint64_t connection_client(const struct connection *c);
/* A request on it was verified. */
void connection_note_verified(struct connection *c, int64_t now_ms);
/* n more bytes of a body have arrived. Returns false when all bodies together take too much; then
 * the slowest other one is cut. A body that is alone always fits. */
bool connection_take_bytes(struct connection *c, size_t n, int64_t now_ms);
/* The body is verified, or gone. */
void connection_give_bytes(struct connection *c);

/* ---- any thread ---- */

struct connections_stats {
    size_t open, arriving; /* arriving: admitted, not yet opened */
    size_t pending_bytes;
    uint64_t admitted; /* since the start */
};
struct connections_stats connections_stats(struct connections *cs);
/* Is one arriving, or was one opened within new_ms, or used within used_ms? */
bool connections_any_active(struct connections *cs, int64_t now_ms, int64_t new_ms,
                            int64_t used_ms);

#endif
