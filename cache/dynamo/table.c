/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/table.c -- pages of the table, and the table itself: what it is, and making it. */
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

/* ---- pages ---- */

/* A cursor is 'k' and the id after which to go on. */
static enum status cursor_key(const char *cursor, json_t *request, struct err *err)
{
    json_t *key;

    if (!cursor)
        return ST_OK;
    if (cursor[0] != 'k' || !cursor[1] || !str_is_utf8(str_of(cursor)))
        return err_set(err, ST_INVALID, "a scan cannot go on at such a place");
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

/* Who is told: one of the two. */
struct listener {
    store_each_fn *each;
    store_each_raw_fn *each_raw;
    void *data;
};

static enum status tell_item(json_t *item, const struct listener *l, struct err *err)
{
    struct str id = attribute_value_string(json_object_get(item, "id"));
    json_t *value = json_object_get(item, DYNAMO_ATTRIBUTES), *plain = NULL, *raw = NULL;
    enum status st = ST_OK;

    if (id.n == 0 || entry_counter_owns(id))
        return ST_OK;
    if (value && !attribute_value_members(value))
        st = err_reason(err, ST_INVALID, "item_malformed", "DynamoDB: an item without a map");
    else if (value)
        st = attribute_value_to_json(value, &plain, err);
    else
        plain = json_object();
    if (st == ST_OK && !plain)
        st = err_no_memory(err);
    if (st == ST_OK && l->each_raw)
        st = raw_item_extract(item, plain, &raw, err);
    if (st == ST_OK)
        st = l->each ? l->each(l->data, id, plain, err) : l->each_raw(l->data, id, plain, raw, err);
    json_decref(raw);
    json_decref(plain);
    return st;
}

/* The names of what a scan asks for, unless it wants all there is. */
static enum status project(json_t *request, struct err *err)
{
    json_t *names = json_pack("{s:s,s:s}", "#i", "id", "#a", DYNAMO_ATTRIBUTES);

    if (json_object_set_new(request, "ExpressionAttributeNames", names) != 0 ||
        json_object_set_new(request, "ProjectionExpression", json_string("#i,#a")) != 0)
        return err_no_memory(err);
    return ST_OK;
}

static enum status scan(struct dynamo_store *s, size_t limit, char **cursor,
                        const struct listener *l, int64_t deadline, struct err *err)
{
    struct dynamo_client_response answer = { NULL, false };
    json_int_t most = limit == 0 ? 1 : limit > SCAN_MAX ? SCAN_MAX : (json_int_t)limit;
    json_t *request = json_pack("{s:I,s:b,s:s}", "Limit", most, "ConsistentRead", 1,
                                "ReturnConsumedCapacity", "TOTAL");
    json_t *items, *item;
    size_t i;
    enum status st = request ? cursor_key(*cursor, request, err) : err_no_memory(err);

    if (st == ST_OK && l->each)
        st = project(request, err);
    if (st != ST_OK) {
        json_decref(request);
        return st;
    }
    st = dynamo_client_call(s->client, "Scan", request, deadline, &answer, err);
    items = json_object_get(answer.body, "Items");
    if (st == ST_OK)
        st = cursor_move(cursor, answer.body, err);
    json_array_foreach (items, i, item) {
        if (st == ST_OK)
            st = tell_item(item, l, err);
    }
    json_decref(answer.body);
    return st;
}

enum status dynamo_table_scan(void *self, size_t limit, char **cursor, store_each_fn *each,
                              void *data, int64_t deadline, struct err *err)
{
    const struct listener l = { .each = each, .data = data };

    return scan(self, limit, cursor, &l, deadline, err);
}

enum status dynamo_table_scan_raw(void *self, size_t limit, char **cursor, store_each_raw_fn *each,
                                  void *data, int64_t deadline, struct err *err)
{
    const struct listener l = { .each_raw = each, .data = data };

    return scan(self, limit, cursor, &l, deadline, err);
}

/* ---- the table ---- */

json_t *dynamo_table_definition(const char *table)
{
    return json_pack("{s:s,s:s,s:[{s:s,s:s}],s:[{s:s,s:s}]}", "TableName", table, "BillingMode",
                     "PAY_PER_REQUEST", "AttributeDefinitions", "AttributeName", "id",
                     "AttributeType", "S", "KeySchema", "AttributeName", "id", "KeyType", "HASH");
}

/* The description of the table; ST_MISS when there is none. */
static enum status describe(struct dynamo_client *d, int64_t deadline, json_t **ret_table,
                            struct err *err)
{
    struct dynamo_client_response answer = { NULL, false };
    struct err own = ERR_NONE;
    json_t *request = json_object();
    enum status st = request
                         ? dynamo_client_call(d, "DescribeTable", request, deadline, &answer, &own)
                         : err_no_memory(&own);

    if (st == ST_OK)
        *ret_table = json_incref(json_object_get(answer.body, "Table"));
    else if (st == ST_NOT_FOUND)
        st = ST_MISS;
    else if (err && err->status == ST_OK)
        *err = own;
    json_decref(answer.body);
    return st;
}

/* Is its key what ours is: `id`, a string, alone? */
static bool key_fits(const json_t *table)
{
    return json_array_size(json_object_get(table, "KeySchema")) == 1 &&
           str_eqz(json_str(table, "KeySchema.0.AttributeName"), "id") &&
           str_eqz(json_str(table, "AttributeDefinitions.0.AttributeName"), "id") &&
           str_eqz(json_str(table, "AttributeDefinitions.0.AttributeType"), "S");
}

static bool is_usable(const json_t *table)
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
    enum status st = describe(s->client, deadline, &table, err);

    if (st != ST_OK && st != ST_MISS)
        return st;
    if (st == ST_OK)
        facts.state = !key_fits(table)   ? STORE_WRONG_KEY
                      : is_usable(table) ? STORE_READY
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
                       key_fits(table) ? "key id (S)" : "its key is not id (S)");
    json_decref(table);
    *ret = facts;
    return ST_OK;
}

/* Have DynamoDB remove expired entries by itself. A table without is only fuller: no fault. */
static void expire_by_itself(struct dynamo_client *d, int64_t deadline)
{
    struct dynamo_client_response answer = { NULL, false };
    json_t *request = json_object();
    bool on =
        !request ||
        dynamo_client_call(d, "DescribeTimeToLive", request, deadline, &answer, NULL) != ST_OK ||
        str_starts(json_str(answer.body, "TimeToLiveDescription.TimeToLiveStatus"), STR("ENABL"));

    json_decref(answer.body);
    if (on)
        return;
    request = json_pack("{s:{s:s,s:b}}", "TimeToLiveSpecification", "AttributeName", DYNAMO_TTL,
                        "Enabled", 1);
    if (request)
        (void)dynamo_client_call(d, "UpdateTimeToLive", request, deadline, &answer, NULL);
    json_decref(answer.body);
}

/* Until it can be used; makes it when it is missing, once. */
static enum status wait_for(struct dynamo_client *d, int64_t deadline, struct err *err)
{
    struct backoff backoff = { .first_ms = POLL_FIRST_MS,
                               .max_ms = POLL_MAX_MS,
                               .jitter = BACKOFF_EQUAL_JITTER };
    bool make = true;

    for (;;) {
        struct dynamo_client_response answer = { NULL, false };
        json_t *table = NULL;
        enum status st = describe(d, deadline, &table, err);
        bool usable = is_usable(table), fits = key_fits(table);
        json_decref(table);
        if (st == ST_MISS && make) {
            json_t *definition = dynamo_table_definition(dynamo_client_table(d));
            st = definition
                     ? dynamo_client_call(d, "CreateTable", definition, deadline, &answer, err)
                     : err_no_memory(err);
            json_decref(answer.body);
            make = false;
            st = st == ST_CONFLICT ? ST_OK : st; /* somebody else was faster */
        }
        if (st != ST_OK && st != ST_MISS)
            return st;
        if (usable && !fits)
            return err_reason(err, ST_INVALID, "key_schema",
                              "DynamoDB: table %s exists, and its key is not id (S)",
                              dynamo_client_table(d));
        if (usable)
            return ST_OK;
        if (!backoff_sleep(&backoff, deadline))
            return err_reason(err, ST_TIMEOUT, "table_not_active",
                              "DynamoDB: table %s is not ACTIVE yet", dynamo_client_table(d));
    }
}

enum status dynamo_table_create(void *self, int64_t deadline, struct err *err)
{
    struct dynamo_store *s = self;
    enum status st = wait_for(s->client, deadline, err);

    if (st == ST_OK)
        expire_by_itself(s->client, deadline);
    return st;
}
