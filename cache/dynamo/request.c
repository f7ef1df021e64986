/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/request.c -- the requests that nearly all we do is made of: get, update and delete
 * one item. */
#include "cache/dynamo/attribute_value.h"
#include "cache/dynamo/client.h"

json_t *dynamo_client_key_request(struct str id)
{
    return json_pack("{s:{s:o},s:s}", "Key", "id", attribute_value_make_string(id),
                     "ReturnConsumedCapacity", "TOTAL");
}

/* Put `e` into a request for the item; frees `e`. */
static enum status prepare(struct str id, struct dynamo_expression *e, json_t **ret_request,
                           struct err *err)
{
    json_t *request = dynamo_client_key_request(id);
    enum status st = request ? dynamo_expression_finish(e, request, err) : err_no_memory(err);

    dynamo_expression_done(e);
    if (st == ST_OK)
        *ret_request = request;
    else
        json_decref(request);
    return st;
}

enum status dynamo_client_get_item(struct dynamo_client *d, struct str id,
                                   struct dynamo_expression *e, bool consistent, int64_t deadline,
                                   json_t **ret_item, struct err *err)
{
    struct dynamo_client_response answer = { NULL, false };
    json_t *request = NULL;
    enum status st = prepare(id, e, &request, err);

    if (st != ST_OK)
        return st;
    if (consistent)
        (void)json_object_set_new(request, "ConsistentRead", json_true());
    st = dynamo_client_call(d, "GetItem", request, deadline, &answer, err);
    if (st == ST_OK)
        *ret_item = json_incref(json_object_get(answer.body, "Item"));
    json_decref(answer.body);
    return st;
}

static enum status change(struct dynamo_client *d, const char *operation, struct str id,
                          struct dynamo_expression *e, const char *returned, int64_t deadline,
                          bool *ret_outcome_unknown, json_t **ret_before, struct err *err)
{
    struct dynamo_client_response answer = { NULL, false };
    json_t *request = NULL;
    enum status st = prepare(id, e, &request, err);

    if (st != ST_OK)
        return st;
    if (ret_before)
        (void)json_object_set_new(request, "ReturnValues", json_string(returned));
    st = dynamo_client_call(d, operation, request, deadline, &answer, err);
    if (ret_outcome_unknown)
        *ret_outcome_unknown = answer.outcome_unknown;
    if (st == ST_OK && ret_before)
        *ret_before = json_incref(json_object_get(answer.body, "Attributes"));
    json_decref(answer.body);
    return st;
}

enum status dynamo_client_update_item(struct dynamo_client *d, struct str id,
                                      struct dynamo_expression *e, int64_t deadline,
                                      bool *ret_outcome_unknown, json_t **ret_before,
                                      struct err *err)
{
    return change(d, "UpdateItem", id, e, "UPDATED_OLD", deadline, ret_outcome_unknown, ret_before,
                  err);
}

enum status dynamo_client_delete_item(struct dynamo_client *d, struct str id,
                                      struct dynamo_expression *e, int64_t deadline,
                                      bool *ret_outcome_unknown, json_t **ret_before,
                                      struct err *err)
{
    return change(d, "DeleteItem", id, e, "ALL_OLD", deadline, ret_outcome_unknown, ret_before,
                  err);
}
