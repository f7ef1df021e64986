/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/http_head.h -- checks the head of a request for forms that two servers may read
 * differently, which is what request smuggling needs (RFC 9112, sections 2.2, 5 and 6).
 *
 * libmicrohttpd 0.9 parses a head in place: where a line was folded, or cut at a NUL, or ended in a
 * bare LF, the next name doesn't begin two bytes after the value. So the names and values are
 * checked together with where they are in memory. Pure, no allocation. */
#ifndef CLIMACAST_SERVER_LISTENER_HTTP_HEAD_H
#define CLIMACAST_SERVER_LISTENER_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/str.h"

struct http_head {
    const char *fault; /* what is wrong, NULL while nothing is; a literal */
    bool expects;      /* Expect: 100-continue, or anything else */
    bool chunked;
    int64_t length; /* Content-Length; 0 without one */
    /* Private. */
    const char *start, *next; /* of the head; of the next line */
    bool is_contiguous, is_http10;
    int lengths, encodings, hosts;
};

/* The request line. `contiguous`: the head was parsed in place, as by libmicrohttpd 0.9. */
void http_head_start(struct http_head *h, const char *method, const char *version, bool contiguous);
/* A header line, in the order received. */
void http_head_add(struct http_head *h, struct str name, struct str value);
/* All lines were added. `size`: bytes from the method to the end of the empty line; 0: unknown. */
void http_head_end(struct http_head *h, size_t size);

#endif
