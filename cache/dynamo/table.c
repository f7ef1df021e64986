/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/table.c -- scans, describes and creates the DynamoDB table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/dynamo/attribute_value.h"
#include "cache/dynamo/internal.h"
#include "cache/dynamo/raw_item.h"
#include "cache/dynamo/table.h"
#include "server/base/backoff.h"
#include "server/base/json.h"

enum { SCAN_MAX = 1000, POLL_FIRST_MS = 100, POLL_MAX_MS = 2000 };

/* ---- scanning ---- */

/* A cursor is 'k' followed by the id of the last item read. */
static enum status put_start_key(const char *cursor, json_t *request, struct err *err)
{
    json_t *key;

    if (!cursor)
        return ST_OK;
    if (cursor[0] != 'k' || !cursor[1] || !str_is_utf8(str_of(cursor)))
        return err_set(err, ST_INVALID, "not a cursor of this table");
    key = json_pack("{s:o}", "id", attribute_value_make_string(str_of(cursor + 1)));
    if (!key || json_object_set_new(request, "ExclusiveStartKey", key) != 0)
        return err_no_memory(err);
    return ST_OK;
}

static enum status cursor_move(char **cursor, const json_t *body, struct err *err)
{
    struct str last =
        attribute_value_string(json_object_get(json_object_get(body, "LastEvaluatedKey"), "id"));
    char *next = last.n > 0 ? malloc(last.n + 2) : NULL;

    if (last.n > 0 && !next)
        return err_no_memory(err);
    if (next) {
        next[0] = 'k';
        memcpy(next + 1, last.p, last.n);
        next[last.n + 1] = '\0';
    }
    free(*cursor);
    *cursor = next;
    return ST_OK;
}

/* The callback: either of the two functions is set. */
struct receiver {
    store_each_fn *each;
    store_each_raw_fn *each_raw;
    void *data;
};

static enum status report_item(json_t *item, const struct receiver *receiver, struct err *err)
{
    struct str id = attribute_value_string(json_object_get(item, "id"));
    json_t *plain = NULL, *raw = NULL;
    enum status st;

    if (id.n == 0 || entry_counter_owns(id))
        return ST_OK;
    st = raw_item_attributes(json_object_get(item, DYNAMO_ATTRIBUTES), &plain, err);
    if (st == ST_OK && receiver->each_raw)
        st = raw_item_extract(item, plain, &raw, err);
    if (st == ST_OK)
        st = receiver->each ? receiver->each(receiver->data, id, plain, err)
                            : receiver->each_raw(receiver->data, id, plain, raw, err);
    json_decref(raw);
    json_decref(plain);
    return st;
}

/* Limits what a scan returns to `id` and `attributes`. */
static enum status project_attributes(json_t *request, struct err *err)
{
    json_t *names = json_pack("{s:s,s:s}", "#i", "id", "#a", DYNAMO_ATTRIBUTES);

    if (json_object_set_new(request, "ExpressionAttributeNames", names) != 0 ||
        json_object_set_new(request, "ProjectionExpression", json_string("#i,#a")) != 0)
        return err_no_memory(err);
    return ST_OK;
}

static enum status scan_page(struct dynamo_store *s, size_t limit, char **cursor,
                             const struct receiver *receiver, int64_t deadline, struct err *err)
{
    struct dynamo_client_response response = { NULL, false };
    json_int_t page_size = limit == 0 ? 1 : limit > SCAN_MAX ? SCAN_MAX : (json_int_t)limit;
    json_t *request = json_pack("{s:I,s:b,s:s}", "Limit", page_size, "ConsistentRead", 1,
                                "ReturnConsumedCapacity", "TOTAL");
    json_t *items, *item;
    size_t i;
    enum status st = request ? put_start_key(*cursor, request, err) : err_no_memory(err);

    if (st == ST_OK && receiver->each)
        st = project_attributes(request, err);
    if (st != ST_OK) {
        json_decref(request);
        return st;
    }
    st = dynamo_client_call(s->client, "Scan", request, deadline, &response, err);
    items = json_object_get(response.body, "Items");
    if (st == ST_OK)
        st = cursor_move(cursor, response.body, err);
    json_array_foreach (items, i, item) {
        if (st == ST_OK)
            st = report_item(item, receiver, err);
    }
    json_decref(response.body);
    return st;
}

enum status dynamo_table_scan(void *self, size_t limit, char **cursor, store_each_fn *each,
                              void *data, int64_t deadline, struct err *err)
{
    const struct receiver receiver = { .each = each, .data = data };

    return scan_page(self, limit, cursor, &receiver, deadline, err);
}

enum status dynamo_table_scan_raw(void *self, size_t limit, char **cursor, store_each_raw_fn *each,
                                  void *data, int64_t deadline, struct err *err)
{
    const struct receiver receiver = { .each_raw = each, .data = data };

    return scan_page(self, limit, cursor, &receiver, deadline, err);
}

/* ---- the table ---- */

json_t *dynamo_table_definition(const char *table)
{
    return json_pack("{s:s,s:s,s:[{s:s,s:s}],s:[{s:s,s:s}]}", "TableName", table, "BillingMode",
                     "PAY_PER_REQUEST", "AttributeDefinitions", "AttributeName", "id",
                     "AttributeType", "S", "KeySchema", "AttributeName", "id", "KeyType", "HASH");
}

enum status dynamo_table_read_description(struct dynamo_client *client, int64_t deadline,
                                          json_t **ret_table, struct err *err)
{
    struct dynamo_client_response response = { NULL, false };
    struct err failure = ERR_NONE;
    json_t *request = json_object();
    enum status st = request ? dynamo_client_call(client, "DescribeTable", request, deadline,
                                                  &response, &failure)
                             : err_no_memory(&failure);

    if (st == ST_OK)
        *ret_table = json_incref(json_object_get(response.body, "Table"));
    else if (st == ST_NOT_FOUND)
        st = ST_MISS;
    else if (err && err->status == ST_OK)
        *err = failure;
    json_decref(response.body);
    return st;
}

/* Is the table's key `id`, a string, and nothing else? */
static bool has_id_key(const json_t *table)
{
    return json_array_size(json_object_get(table, "KeySchema")) == 1 &&
           str_eqz(json_str(table, "KeySchema.0.AttributeName"), "id") &&
           str_eqz(json_str(table, "AttributeDefinitions.0.AttributeName"), "id") &&
           str_eqz(json_str(table, "AttributeDefinitions.0.AttributeType"), "S");
}

bool dynamo_table_is_active(const json_t *table)
{
    struct str status = json_str(table, "TableStatus");

    return str_eqz(status, "ACTIVE") || str_eqz(status, "UPDATING");
}

enum status dynamo_table_describe(void *self, int64_t deadline, struct store_facts *ret,
                                  struct err *err)
{
    struct dynamo_store *s = self;
    struct store_facts facts = { "dynamodb", STORE_MISSING, -1, -1, "" };
    json_t *table = NULL;
    enum status st = dynamo_table_read_description(s->client, deadline, &table, err);

    if (st != ST_OK && st != ST_MISS)
        return st;
    if (st == ST_OK)
        facts.state = !has_id_key(table)              ? STORE_WRONG_KEY
                      : dynamo_table_is_active(table) ? STORE_READY
                                                      : STORE_NOT_ACTIVE;
    (void)json_int(table, "ItemCount", &facts.items);
    (void)json_int(table, "TableSizeBytes", &facts.bytes);
    if (st == ST_MISS)
        (void)snprintf(facts.detail, sizeof facts.detail, "no table %.60s in %s",
                       dynamo_client_table(s->client), dynamo_client_region(s->client));
    else
        (void)snprintf(facts.detail, sizeof facts.detail, "table %.60s in %s: %.*s, %s, %s",
                       dynamo_client_table(s->client), dynamo_client_region(s->client),
                       STR_ARG(str_sub(json_str(table, "TableStatus"), 0, 20)),
                       str_eqz(json_str(table, "BillingModeSummary.BillingMode"), "PAY_PER_REQUEST")
                           ? "on demand"
                           : "provisioned",
                       has_id_key(table) ? "key id (S)" : "its key is not id (S)");
    json_decref(table);
    *ret = facts;
    return ST_OK;
}

/* Enables DynamoDB's own expiry, if it is off. Errors are ignored: without it, expired entries only
 * stay longer. */
static void enable_expiry(struct dynamo_client *client, int64_t deadline)
{
    struct dynamo_client_response response = { NULL, false };
    json_t *request = json_object();
    bool on =
        !request ||
        dynamo_client_call(client, "DescribeTimeToLive", request, deadline, &response, NULL) !=
            ST_OK ||
        str_starts(json_str(response.body, "TimeToLiveDescription.TimeToLiveStatus"), STR("ENABL"));

    json_decref(response.body);
    if (on)
        return;
    request = json_pack("{s:{s:s,s:b}}", "TimeToLiveSpecification", "AttributeName", DYNAMO_TTL,
                        "Enabled", 1);
    if (!request)
        return;
    (void)dynamo_client_call(client, "UpdateTimeToLive", request, deadline, &response, NULL);
    json_decref(response.body);
}

/* Asks for the table to be created; ST_OK also if another process has created it first. */
static enum status start_creation(struct dynamo_client *client, int64_t deadline, struct err *err)
{
    struct dynamo_client_response response = { NULL, false };
    json_t *definition = dynamo_table_definition(dynamo_client_table(client));
    enum status st =
        definition ? dynamo_client_call(client, "CreateTable", definition, deadline, &response, err)
                   : err_no_memory(err);

    json_decref(response.body);
    return st == ST_CONFLICT ? ST_OK : st;
}

/* Waits until the table is usable. Creates it, once, if it is missing. */
static enum status wait_until_usable(struct dynamo_client *client, int64_t deadline,
                                     struct err *err)
{
    struct backoff backoff = { .first_ms = POLL_FIRST_MS,
                               .max_ms = POLL_MAX_MS,
                               .jitter = BACKOFF_EQUAL_JITTER };
    bool may_create = true;

    for (;;) {
        json_t *table = NULL;
        enum status st = dynamo_table_read_description(client, deadline, &table, err);
        bool usable = dynamo_table_is_active(table), key_ok = has_id_key(table);
        json_decref(table);
        if (st == ST_MISS && may_create) {
            st = start_creation(client, deadline, err);
            may_create = false;
        }
        if (st != ST_OK && st != ST_MISS)
            return st;
        if (usable && !key_ok)
            return err_reason(err, ST_INVALID, "key_schema",
                              "DynamoDB: table %s exists, but its key is not id (S)",
                              dynamo_client_table(client));
        if (usable)
            return ST_OK;
        if (!backoff_sleep(&backoff, deadline))
            return err_reason(err, ST_TIMEOUT, "table_not_active",
                              "DynamoDB: table %s is not ACTIVE yet", dynamo_client_table(client));
    }
}

enum status dynamo_table_create(void *self, int64_t deadline, struct err *err)
{
    struct dynamo_store *s = self;
    enum status st = wait_until_usable(s->client, deadline, err);

    if (st == ST_OK)
        enable_expiry(s->client, deadline);
    return st;
}
