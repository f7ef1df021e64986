/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/proxy_header.h -- parses the PROXY protocol's header, with which a TCP proxy
 * begins a connection, to say who the client is. Pure.
 *
 * Version 1 (a line of text) and 2 (binary), as haproxy.org/download/2.6/doc/proxy-protocol.txt
 * specifies them. */
#ifndef CLIMACAST_SERVER_LISTENER_PROXY_HEADER_H
#define CLIMACAST_SERVER_LISTENER_PROXY_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "server/base/ip.h"

enum { PROXY_HEADER_MAX = 536 /* in bytes, either version, with its extensions */ };

enum proxy_header_state { PROXY_HEADER_INCOMPLETE, PROXY_HEADER_COMPLETE, PROXY_HEADER_INVALID };

struct proxy_header {
    size_t size;      /* of the header; what follows is the client's */
    struct ip client; /* IP_NONE: the proxy speaks for itself, or of something without an address */
    const char *fault; /* when it is invalid; a literal */
};

/* Parse what has arrived so far: at least PROXY_HEADER_MAX bytes are never incomplete. */
enum proxy_header_state proxy_header_parse(struct str bytes, struct proxy_header *ret_header);
/* Are these the first bytes of one? The first five are enough: neither HTTP nor TLS begins so. */
bool proxy_header_begins(struct str bytes);

#endif
