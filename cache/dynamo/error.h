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

enum dynamo_verdict {
    DYNAMO_DONE,     /* it did what it was asked */
    DYNAMO_CONFLICT, /* it did nothing: the item is not as the request assumes */
    DYNAMO_FATAL,    /* it did nothing, and would not the next time */
    DYNAMO_SKEW,     /* our clock and its clock differ */
    DYNAMO_KEYS,     /* it does not take the credentials: newer ones may do */
    DYNAMO_AGAIN,    /* it did nothing: try again after a while */
    DYNAMO_DOUBTFUL, /* it may or may not have done it: try again after a while */
};

/* Where the request went: for the words. */
struct dynamo_place {
    const char *table, *region, *endpoint;
};

/* Judge an answer that came whole. `body` is its JSON, NULL when it is none; `crc32` the header of
 * that name, "" when there is none; `raw` what it is to cover. On anything but DONE and CONFLICT
 * `err` is filled. */
enum dynamo_verdict dynamo_judge(long http_status, const json_t *body, struct str raw,
                                 const char *crc32, const struct dynamo_place *place,
                                 struct err *err);

#endif
