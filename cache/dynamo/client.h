/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/client.h -- one operation of DynamoDB: signed, sent, judged, and tried again.
 *
 * What can pass (throttling, a server's fault, a connection that breaks, an answer that does not
 * fit its checksum) is tried again after a random wait that may double each time, until the
 * deadline. So a write may reach the table twice: whoever asks for one must make it conditional or
 * such that doing it twice is doing it once, and look at `outcome_unknown`. A clock that differs from the
 * server's is learnt from its answers and allowed for. Thread-safe. */
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
    const char *endpoint;                               /* NULL or "": the region's own */
    const struct aws_credentials_settings *credentials; /* NULL: as AWS's tools do */
    struct metrics *metrics;                            /* NULL: none are kept */
    int64_t try_ms;                                     /* of one try at an item; 0: 2000 */
};

/* ST_INVALID: a name that cannot be one, reason "setting". */
enum status dynamo_client_create(const struct dynamo_client_settings *settings, struct http *http,
                                 struct dynamo_client **ret_dynamo, struct err *err);
void dynamo_client_free(struct dynamo_client *d); /* NULL is allowed */
const char *dynamo_client_table(const struct dynamo_client *d);
const char *dynamo_client_region(const struct dynamo_client *d);

struct dynamo_client_response {
    json_t *body;         /* NULL unless ST_OK; json_decref() it */
    bool outcome_unknown; /* an earlier try may have done it: a conflict may be with ourselves */
};

/* `request` is taken over and gets its TableName, unless it is a batch ("RequestItems").
 *   ST_OK        answer->body is the caller's
 *   ST_CONFLICT  the item is not as the request assumes: `err` is untouched
 *   ST_TIMEOUT, ST_UNAVAILABLE, ST_DENIED, ST_NOT_FOUND, ST_TOO_LARGE, ST_INVALID  as err says; a
 *                write is then in doubt when answer->outcome_unknown */
enum status dynamo_client_call(struct dynamo_client *d, const char *operation, json_t *request,
                               int64_t deadline, struct dynamo_client_response *answer,
                               struct err *err);

/* ---- what most requests have in common ---- */

/* {"Key": {"id": {"S": id}}}; NULL: no memory. */
json_t *dynamo_client_key_request(struct str id);
/* GetItem of what `e` projects; *ret_item is the item's members, a new reference, NULL: there is
 * none. `e` is used up. */
enum status dynamo_client_get_item(struct dynamo_client *d, struct str id,
                                   struct dynamo_expression *e, bool consistent, int64_t deadline,
                                   json_t **ret_item, struct err *err);
/* UpdateItem as `e` says, which is used up. `returned` (may be NULL) is what was there before of
 * the attributes that changed: a new reference or NULL. */
enum status dynamo_client_update_item(struct dynamo_client *d, struct str id,
                                      struct dynamo_expression *e, int64_t deadline,
                                      bool *ret_outcome_unknown, json_t **ret_before,
                                      struct err *err);
/* DeleteItem on `e`'s conditions, which is used up; *ret_before (may be NULL) is the item that
 * went: a new reference or NULL. */
enum status dynamo_client_delete_item(struct dynamo_client *d, struct str id,
                                      struct dynamo_expression *e, int64_t deadline,
                                      bool *ret_outcome_unknown, json_t **ret_before,
                                      struct err *err);

#endif
