/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/client.h -- a DynamoDB client: signs and sends an operation, and retries it.
 *
 * Transient failures (throttling, server faults, broken connections, responses that fail their
 * checksum) are retried with exponential backoff until the deadline. A write may therefore reach
 * the table twice: callers must make it conditional or idempotent, and check `outcome_unknown`. A
 * difference between the server's clock and the local one is learned from responses and corrected
 * for. Thread-safe. */
#ifndef CLIMACAST_CACHE_DYNAMO_CLIENT_H
#define CLIMACAST_CACHE_DYNAMO_CLIENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "cache/dynamo/aws_credentials.h"
#include "cache/dynamo/expression.h"
#include "server/base/err.h"
#include "server/base/http.h"
#include "server/base/metrics.h"

struct dynamo_client;

struct dynamo_client_settings {
    const char *table, *region;
    const char *endpoint;                               /* NULL or "": the region's default */
    const struct aws_credentials_settings *credentials; /* NULL: AWS's default sources */
    struct metrics *metrics;                            /* NULL: no metrics */
    int64_t try_ms; /* timeout of one attempt at a single item; 0: 2000 */
};

/* Creates a client; sends nothing. `settings` is copied; `http` is borrowed and must outlive the
 * client. ST_INVALID, reason "setting": an invalid table, region or endpoint. */
enum status dynamo_client_create(const struct dynamo_client_settings *settings, struct http *http,
                                 struct dynamo_client **ret_client, struct err *err);
void dynamo_client_free(struct dynamo_client *c); /* NULL is allowed */
const char *dynamo_client_table(const struct dynamo_client *c);
const char *dynamo_client_region(const struct dynamo_client *c);

struct dynamo_client_response {
    json_t *body;         /* NULL unless ST_OK; the caller must json_decref() it */
    bool outcome_unknown; /* an earlier attempt may have succeeded: a conflict may be with itself */
};

/* Carries out one operation, such as "GetItem". Takes ownership of `request` and adds its
 * TableName, unless it is a batch ("RequestItems"), which names its tables itself.
 *   ST_OK        ret_response->body is set
 *   ST_CONFLICT  the item does not meet the request's conditions; `err` is untouched
 *   ST_TIMEOUT, ST_UNAVAILABLE, ST_DENIED, ST_NOT_FOUND, ST_TOO_LARGE, ST_INVALID  see err; a write
 *                may still have happened if ret_response->outcome_unknown (and err's, in the calls
 *                below) */
enum status dynamo_client_call(struct dynamo_client *c, const char *operation, json_t *request,
                               int64_t deadline, struct dynamo_client_response *ret_response,
                               struct err *err);

/* ---- operations on one item; `e` is consumed, even on failure ---- */

/* GetItem of what `e` projects. *ret_item is a new reference to the item's attributes, or NULL if
 * there is no such item. */
enum status dynamo_client_get_item(struct dynamo_client *c, struct str id,
                                   struct dynamo_expression *e, bool consistent, int64_t deadline,
                                   json_t **ret_item, struct err *err);
/* UpdateItem as `e` says. `ret_outcome_unknown` and `ret_before` may be NULL; *ret_before is what
 * the changed attributes were before, a new reference or NULL. */
enum status dynamo_client_update_item(struct dynamo_client *c, struct str id,
                                      struct dynamo_expression *e, int64_t deadline,
                                      bool *ret_outcome_unknown, json_t **ret_before,
                                      struct err *err);
/* DeleteItem if the conditions in `e` hold. `ret_outcome_unknown` and `ret_before` may be NULL;
 * *ret_before is the deleted item, a new reference or NULL. */
enum status dynamo_client_delete_item(struct dynamo_client *c, struct str id,
                                      struct dynamo_expression *e, int64_t deadline,
                                      bool *ret_outcome_unknown, json_t **ret_before,
                                      struct err *err);

#endif
