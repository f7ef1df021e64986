/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/sigv4.h -- AWS Signature Version 4: what the Authorization header of a request says.
 *
 * Pure: the time is given, nothing is sent, nothing is kept; derived keys are wiped. The stages are
 * open one by one so that each can be held against published vectors; sigv4_authorization() runs
 * them all. Thread-safe. */
#ifndef CLIMACAST_CACHE_DYNAMO_SIGV4_H
#define CLIMACAST_CACHE_DYNAMO_SIGV4_H

#include <stddef.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/base/http.h"
#include "server/base/str.h"

enum {
    SIGV4_HEADERS_MAX = 32, /* signed headers and query parameters of a request */
    SIGV4_STAMP = 17,       /* "20150830T123600Z" and its NUL */
    SIGV4_HEX = 65,
    SIGV4_TEXT_MAX = 65536, /* of a canonical request */
};

/* A request as it goes over the wire. */
struct sigv4_request {
    struct str method;
    struct str path;  /* percent-encoded already; "" stands for "/" */
    struct str query; /* without "?"; percent-encoded already, a '+' is a plus */
    /* Every header that is to be signed, "host" and "x-amz-date" among them, in sending order. */
    const struct http_header *headers;
    size_t header_count;
    struct str body;
};

/* Whom the signature is for, and when. */
struct sigv4_scope {
    int64_t time_s; /* of the server's clock; seconds since 1970 */
    struct str region, service;
};

struct sigv4_key {
    struct str id, secret;
};

void sigv4_stamp(int64_t time_s, char out[SIGV4_STAMP]);

/* Stage 1: the canonical request into `out`, "host;x-amz-date;..." into `names`. ST_INVALID: too
 * many headers or parameters, or a query with a broken escape. */
enum status sigv4_canonical(const struct sigv4_request *request, struct buf *out, struct buf *names,
                            struct err *err);
/* Stage 2. */
void sigv4_string_to_sign(const struct sigv4_scope *scope, struct str canonical, struct buf *out);
/* Stage 3, in lower-case hexadecimal. */
void sigv4_signature(const struct sigv4_scope *scope, struct str secret, struct str string_to_sign,
                     char out[SIGV4_HEX]);

/* All of it: the value of the Authorization header into `out`. */
enum status sigv4_authorization(const struct sigv4_request *request,
                                const struct sigv4_scope *scope, const struct sigv4_key *key,
                                struct buf *out, struct err *err);

#endif
