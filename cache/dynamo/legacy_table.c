/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/legacy_table.c -- reads the DynamoDB tables of older releases page by page.
 *
 * A cursor is the text of DynamoDB's own LastEvaluatedKey, because each table's key has another
 * name. */
#include "cache/dynamo/legacy_table.h"

#include <stdlib.h>
#include <string.h>

#include "cache/dynamo/attribute_value.h"
#include "cache/dynamo/client.h"
#include "cache/dynamo/table.h"
#include "server/base/json.h"

struct legacy_table {
    struct dynamo_client *client;
};

enum status legacy_table_open(const struct store_dynamo_settings *settings, struct http *http,
                              struct legacy_table **ret_table, struct err *err)
{
    const struct dynamo_client_settings inner = { settings->table,    settings->region,
                                                  settings->endpoint, settings->credentials,
                                                  settings->metrics,  settings->try_ms };
    struct legacy_table *t = calloc(1, sizeof *t);
    enum status st = t ? dynamo_client_create(&inner, http, &t->client, err) : err_no_memory(err);

    if (st == ST_OK)
        *ret_table = t;
    else
        free(t);
    return st;
}

void legacy_table_free(struct legacy_table *t)
{
    if (!t)
        return;
    dynamo_client_free(t->client);
    free(t);
}

/* ---- checking ---- */

static enum status check_description(const struct legacy_table *t, const json_t *table,
                                     const char *key, struct err *err)
{
    if (!dynamo_table_is_active(table))
        return err_reason(err, ST_UNAVAILABLE, "table_not_active", "DynamoDB: table %s is %.*s",
                          dynamo_client_table(t->client),
                          STR_ARG(str_sub(json_str(table, "TableStatus"), 0, 20)));
    if (json_array_size(json_object_get(table, "KeySchema")) != 1 ||
        !str_eqz(json_str(table, "KeySchema.0.AttributeName"), key))
        return err_reason(err, ST_INVALID, "key_schema", "DynamoDB: the key of table %s is not %s",
                          dynamo_client_table(t->client), key);
    return ST_OK;
}

enum status legacy_table_describe(struct legacy_table *t, const char *key, int64_t deadline,
                                  int64_t *ret_items, struct err *err)
{
    json_t *table = NULL;
    int64_t items = -1;
    enum status st = dynamo_table_read_description(t->client, deadline, &table, err);

    if (st == ST_OK)
        st = check_description(t, table, key, err);
    if (st == ST_OK) {
        (void)json_int(table, "ItemCount", &items);
        *ret_items = items;
    }
    json_decref(table);
    return st;
}

/* ---- scanning ---- */

static enum status put_start_key(const char *cursor, json_t *request, struct err *err)
{
    json_t *key = NULL;

    if (!cursor)
        return ST_OK;
    if (json_parse(str_of(cursor), true, &key, NULL) != ST_OK || !json_is_object(key)) {
        json_decref(key);
        return err_set(err, ST_INVALID, "not a cursor of this table");
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

/* An item as plain JSON, a new reference; NULL if JSON cannot represent it. */
static json_t *item_to_plain(json_t *members)
{
    json_t *value = attribute_value_make_map(json_incref(members)), *plain = NULL;

    if (!value || attribute_value_to_json(value, &plain, NULL) != ST_OK)
        plain = NULL;
    json_decref(value);
    return plain;
}

enum status legacy_table_scan(struct legacy_table *t, size_t limit, char **cursor,
                              legacy_table_each_fn *each, void *data, int64_t deadline,
                              struct err *err)
{
    struct dynamo_client_response response = { NULL, false };
    json_t *request = json_pack("{s:I,s:b,s:s}", "Limit", (json_int_t)(limit ? limit : 1),
                                "ConsistentRead", 1, "ReturnConsumedCapacity", "TOTAL");
    json_t *item;
    size_t i;
    enum status st = request ? put_start_key(*cursor, request, err) : err_no_memory(err);

    if (st != ST_OK) {
        json_decref(request);
        return st;
    }
    st = dynamo_client_call(t->client, "Scan", request, deadline, &response, err);
    if (st == ST_OK)
        st = cursor_move(cursor, response.body, err);
    json_array_foreach (json_object_get(response.body, "Items"), i, item) {
        json_t *plain = item_to_plain(item);
        if (st == ST_OK)
            st = each(data, plain, err);
        json_decref(plain);
    }
    json_decref(response.body);
    return st;
}
