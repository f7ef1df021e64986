/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/sigv4.h -- AWS Signature Version 4: computes the Authorization header of a request.
 *
 * Pure functions of their arguments, time included; derived keys are wiped. The stages are exported
 * so that tests can compare each with published vectors; sigv4_authorization() runs all of them.
 * Thread-safe. */
#ifndef CLIMACAST_CACHE_DYNAMO_SIGV4_H
#define CLIMACAST_CACHE_DYNAMO_SIGV4_H

#include <stddef.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/base/http.h"
#include "server/base/str.h"

enum {
    SIGV4_HEADERS_MAX = 32, /* signed headers, and query parameters, of a request */
    SIGV4_STAMP_SIZE = 17,  /* "20150830T123600Z", NUL included */
    SIGV4_HEX_SIZE = 65,    /* a signature, NUL included */
    SIGV4_TEXT_MAX = 65536, /* bytes of a canonical request */
};

/* A request in the form in which it is sent. */
struct sigv4_request {
    struct str method;
    struct str path;  /* percent-encoded; "" means "/" */
    struct str query; /* without "?", percent-encoded; '+' is a literal plus */
    /* All headers to sign, including "host" and "x-amz-date", in the order in which they are
     * sent. */
    const struct http_header *headers;
    size_t header_count;
    struct str body;
};

/* What the signature is valid for. */
struct sigv4_scope {
    int64_t time_s; /* by the server's clock, in seconds since 1970 */
    struct str region, service;
};

struct sigv4_key {
    struct str id, secret;
};

/* The time as "20150830T123600Z". */
void sigv4_stamp(int64_t time_s, char out[SIGV4_STAMP_SIZE]);

/* Stage 1: writes the canonical request to `out` and "host;x-amz-date;..." to `names`. ST_INVALID:
 * too many headers or parameters, or a malformed percent-encoding in the query. ST_SYSTEM: out of
 * memory. */
enum status sigv4_canonical(const struct sigv4_request *request, struct buf *out, struct buf *names,
                            struct err *err);
/* Stage 2: writes the string to sign to `out`. False: out of memory. */
bool sigv4_string_to_sign(const struct sigv4_scope *scope, struct str canonical, struct buf *out);
/* Stage 3: the signature in lower-case hexadecimal. False: out of memory. */
bool sigv4_signature(const struct sigv4_scope *scope, struct str secret, struct str string_to_sign,
                     char out[SIGV4_HEX_SIZE]);

/* All stages: writes the value of the Authorization header to `out`. ST_INVALID as above. */
enum status sigv4_authorization(const struct sigv4_request *request,
                                const struct sigv4_scope *scope, const struct sigv4_key *key,
                                struct buf *out, struct err *err);

#endif
