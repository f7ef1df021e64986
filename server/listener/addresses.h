/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/addresses.h -- the addresses of callers: how many connections each has, and which
 * are trusted because they have sent verified requests.
 *
 * An IPv6 caller is known by its /64 network, since it may choose any address in there. The table
 * is bounded: an address is in it while it has connections, and so are the last few thousand
 * trusted ones. Not thread-safe, except where noted. */
#ifndef CLIMACAST_SERVER_LISTENER_ADDRESSES_H
#define CLIMACAST_SERVER_LISTENER_ADDRESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/ip.h"

enum {
    ADDRESS_TRUSTED_MS = 24 * 60 * 60 * 1000, /* after the last verified request */
    ADDRESS_UNUSED_MAX = 50,                  /* more unused connections than this end the trust */
    ADDRESS_UNUSED_HALVED_MS = 10 * 1000,     /* half of them are forgotten every ten seconds */
};

struct addresses;
struct connection;

struct address {
    uint8_t key[16];
    size_t open, closing;           /* connections; closing: those of them that are being closed */
    struct connection *connections; /* the owner's list of them */
    _Atomic int64_t verified_ms;    /* when its last verified request came; 0: none yet */
    /* Connections that ended without a verified request, as of unused_at_ms. */
    int64_t unused;
    int64_t unused_at_ms;
    /* Private. */
    struct address *chain;
    struct address *prev, *next; /* of those without connections, oldest first */
};

/* For up to connections_max connections. NULL: out of memory. */
struct addresses *addresses_create(size_t connections_max);
void addresses_free(struct addresses *as);

/* The caller's address, with one more connection. NULL: out of memory. */
struct address *addresses_take(struct addresses *as, const struct ip *ip);
/* One of its connections has ended. May free the address. */
void addresses_give(struct addresses *as, struct address *a);

/* A number that no other address has; 0 for anything but an IP address. Thread-safe. */
uint64_t address_number(const struct address *a);
/* A verified request came from there. Thread-safe. */
void address_note_verified(struct address *a, int64_t now_ms);
/* A connection from there ended without a verified request. */
void address_note_unused(struct address *a, int64_t now_ms);
/* Has it sent verified requests recently, and not opened too many connections without one? */
bool address_is_trusted(struct address *a, int64_t now_ms);

#endif
