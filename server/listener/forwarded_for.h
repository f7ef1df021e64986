/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/forwarded_for.h -- who the client is, by the X-Forwarded-For of a trusted proxy.
 *
 * Each proxy appends the address that connected to it, so only what trusted proxies appended can be
 * believed: the client is the right-most address that is not a trusted proxy's. Anything to its
 * left may be forged and is not read. Pure, no allocation. */
#ifndef CLIMACAST_SERVER_LISTENER_FORWARDED_FOR_H
#define CLIMACAST_SERVER_LISTENER_FORWARDED_FOR_H

#include <stddef.h>

#include "server/base/err.h"
#include "server/base/ip.h"
#include "server/listener/trusted_proxies.h"

enum { FORWARDED_FOR_BYTES_MAX = 1000, FORWARDED_FOR_LINES_MAX = 8 };

/* The lines of a request; zeroed at first. The values are borrowed. */
struct forwarded_for {
    struct str lines[FORWARDED_FOR_LINES_MAX];
    size_t count; /* may be more than there is room for */
    size_t bytes;
};

/* A line's value, in the order received. */
void forwarded_for_add(struct forwarded_for *f, struct str value);
/* What the lines say, given that a trusted proxy has sent them.
 *   ST_OK         *ret_client is set; if all are trusted proxies, it is the left-most
 *   ST_NOT_FOUND  no address: there is no line, or only empty ones
 *   ST_TOO_LARGE  more than FORWARDED_FOR_BYTES_MAX or FORWARDED_FOR_LINES_MAX (head_too_large)
 *   ST_INVALID    the entry that counts is not an address (forwarded_invalid) */
enum status forwarded_for_client(const struct forwarded_for *f,
                                 const struct trusted_proxies *proxies, struct ip *ret_client,
                                 struct err *err);

#endif
