/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/error.h -- what an answer of DynamoDB means: done, wrong, or worth another try.
 *
 * Pure; thread-safe. */
#ifndef CLIMACAST_CACHE_DYNAMO_ERROR_H
#define CLIMACAST_CACHE_DYNAMO_ERROR_H

#include <jansson.h>
#include <stdbool.h>

#include "server/base/err.h"
#include "server/base/str.h"

enum dynamo_error_class {
    DYNAMO_ERROR_NONE,            /* it did what it was asked */
    DYNAMO_ERROR_CONFLICT,        /* it did nothing: the item is not as the request assumes */
    DYNAMO_ERROR_FATAL,           /* it did nothing, and would not the next time */
    DYNAMO_ERROR_CLOCK_SKEW,      /* our clock and its clock differ */
    DYNAMO_ERROR_BAD_CREDENTIALS, /* it does not take the credentials: newer ones may do */
    DYNAMO_ERROR_RETRYABLE,       /* it did nothing: try again after a while */
    DYNAMO_ERROR_UNKNOWN_OUTCOME, /* it may or may not have done it: try again after a while */
};

/* Where the request went: for the words. */
struct dynamo_error_target {
    const char *table, *region, *endpoint;
};

/* Judge an answer that came whole. `body` is its JSON, NULL when it is none; `crc32` the header of
 * that name, "" when there is none; `raw` what it is to cover. On anything but DONE and CONFLICT
 * `err` is filled. */
enum dynamo_error_class dynamo_error_classify(long http_status, const json_t *body, struct str raw,
                                              const char *crc32,
                                              const struct dynamo_error_target *place,
                                              struct err *err);

#endif
