/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/legacy_table.c -- see the header. A cursor is the text of DynamoDB's own
 * LastEvaluatedKey, whatever the table's key is called. */
#include "cache/dynamo/legacy_table.h"

#include <stdlib.h>
#include <string.h>

#include "cache/dynamo/attribute_value.h"
#include "cache/dynamo/client.h"
#include "server/base/json.h"

struct legacy_table {
    struct dynamo_client *client;
};

enum status legacy_table_open(const struct store_dynamo_settings *settings, struct http *http,
                              struct legacy_table **ret_foreign, struct err *err)
{
    const struct dynamo_client_settings inner = { settings->table,    settings->region,
                                                  settings->endpoint, settings->credentials,
                                                  settings->metrics,  settings->try_ms };
    struct legacy_table *f = calloc(1, sizeof *f);
    enum status st = f ? dynamo_client_create(&inner, http, &f->client, err) : err_no_memory(err);

    if (st == ST_OK)
        *ret_foreign = f;
    else
        free(f);
    return st;
}

void legacy_table_free(struct legacy_table *f)
{
    if (!f)
        return;
    dynamo_client_free(f->client);
    free(f);
}

/* ---- what it is ---- */

static enum status judge(const struct legacy_table *f, const json_t *table, const char *key,
                         struct err *err)
{
    struct str status = json_str(table, "TableStatus");

    if (!str_eqz(status, "ACTIVE") && !str_eqz(status, "UPDATING"))
        return err_reason(err, ST_UNAVAILABLE, "table_not_active", "DynamoDB: table %s is %.*s",
                          dynamo_client_table(f->client), STR_ARG(str_sub(status, 0, 20)));
    if (json_array_size(json_object_get(table, "KeySchema")) != 1 ||
        !str_eqz(json_str(table, "KeySchema.0.AttributeName"), key))
        return err_reason(err, ST_INVALID, "key_schema", "DynamoDB: the key of table %s is not %s",
                          dynamo_client_table(f->client), key);
    return ST_OK;
}

enum status legacy_table_describe(struct legacy_table *f, const char *key, int64_t deadline,
                                  int64_t *ret_items, struct err *err)
{
    struct dynamo_client_response answer = { NULL, false };
    struct err own = ERR_NONE;
    json_t *request = json_object();
    int64_t items = -1;
    enum status st =
        request ? dynamo_client_call(f->client, "DescribeTable", request, deadline, &answer, &own)
                : err_no_memory(&own);

    if (st == ST_OK)
        st = judge(f, json_object_get(answer.body, "Table"), key, &own);
    if (st == ST_OK) {
        (void)json_int(answer.body, "Table.ItemCount", &items);
        *ret_items = items;
    }
    json_decref(answer.body);
    if (st == ST_NOT_FOUND)
        return ST_MISS;
    if (st != ST_OK && err && err->status == ST_OK)
        *err = own;
    return st;
}

/* ---- pages ---- */

static enum status start_at(const char *cursor, json_t *request, struct err *err)
{
    json_t *key = NULL;

    if (!cursor)
        return ST_OK;
    if (json_parse(str_of(cursor), true, &key, NULL) != ST_OK || !json_is_object(key)) {
        json_decref(key);
        return err_set(err, ST_INVALID, "a scan cannot go on at such a place");
    }
    return json_object_set_new(request, "ExclusiveStartKey", key) == 0 ? ST_OK : err_no_memory(err);
}

static enum status cursor_move(char **cursor, const json_t *body, struct err *err)
{
    json_t *last = json_object_get(body, "LastEvaluatedKey");
    char *next = json_object_size(last) > 0 ? json_dumps(last, JSON_COMPACT) : NULL;

    if (json_object_size(last) > 0 && !next)
        return err_no_memory(err);
    free(*cursor);
    *cursor = next;
    return ST_OK;
}

/* A new reference; NULL when it cannot be told. */
static json_t *plain_of(json_t *members)
{
    json_t *value = attribute_value_make_map(json_incref(members)), *plain = NULL;

    if (!value || attribute_value_to_json(value, &plain, NULL) != ST_OK)
        plain = NULL;
    json_decref(value);
    return plain;
}

enum status legacy_table_scan(struct legacy_table *f, size_t limit, char **cursor,
                              legacy_table_each_fn *each, void *data, int64_t deadline,
                              struct err *err)
{
    struct dynamo_client_response answer = { NULL, false };
    json_t *request = json_pack("{s:I,s:b,s:s}", "Limit", (json_int_t)(limit ? limit : 1),
                                "ConsistentRead", 1, "ReturnConsumedCapacity", "TOTAL");
    json_t *item;
    size_t i;
    enum status st = request ? start_at(*cursor, request, err) : err_no_memory(err);

    if (st != ST_OK) {
        json_decref(request);
        return st;
    }
    st = dynamo_client_call(f->client, "Scan", request, deadline, &answer, err);
    if (st == ST_OK)
        st = cursor_move(cursor, answer.body, err);
    json_array_foreach (json_object_get(answer.body, "Items"), i, item) {
        json_t *plain = plain_of(item);
        if (st == ST_OK)
            st = each(data, plain, err);
        json_decref(plain);
    }
    json_decref(answer.body);
    return st;
}
