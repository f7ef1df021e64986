/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/error.h -- classifies DynamoDB's responses: success, a definite error, or worth a
 * retry. Pure functions; thread-safe. */
#ifndef CLIMACAST_CACHE_DYNAMO_ERROR_H
#define CLIMACAST_CACHE_DYNAMO_ERROR_H

#include <jansson.h>
#include <stdbool.h>

#include "server/base/err.h"
#include "server/base/str.h"

enum dynamo_error_class {
    DYNAMO_ERROR_NONE,            /* success */
    DYNAMO_ERROR_CONFLICT,        /* nothing was done: the request's conditions do not hold */
    DYNAMO_ERROR_FATAL,           /* nothing was done, and a retry would fail as well */
    DYNAMO_ERROR_CLOCK_SKEW,      /* nothing was done: the local clock and the server's differ */
    DYNAMO_ERROR_BAD_CREDENTIALS, /* nothing was done: the credentials may need renewal */
    DYNAMO_ERROR_RETRYABLE,       /* nothing was done: retry after a wait */
    DYNAMO_ERROR_UNKNOWN_OUTCOME, /* it may or may not have been done: retry after a wait */
};

/* Where the request was sent, for error messages. */
struct dynamo_error_target {
    const char *table, *region, *endpoint;
};

/* Classifies a response. `body` is its JSON, or NULL if it is not JSON; `raw` is its text, and
 * `crc32` the header with that text's checksum, "" if there is none. `err` is set for every class
 * but NONE and CONFLICT. */
enum dynamo_error_class dynamo_error_classify(long http_status, const json_t *body, struct str raw,
                                              const char *crc32,
                                              const struct dynamo_error_target *target,
                                              struct err *err);

#endif
