/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/entry_counter_rebuild.c -- recounts the entries of layout `entries` by a scan of the
 * whole table, which returns only ids and ttls, and corrects the entry counter. */
#include <stdio.h>
#include <string.h>

#include "cache/dynamo/attribute_value.h"
#include "cache/dynamo/internal.h"
#include "cache/layout.h"
#include "cache/shared_caches.h"
#include "server/base/clock.h"

enum { PAGE = 1000, DAY_S = 86400, DAY_NAME_SIZE = 32 };

/* Counts one entry under the day on which it expires. `counts` is {"StationCache": {"d20415":
 * 12}}. */
static enum status count_expiry(json_t *counts, const char *cache, int64_t ttl, int64_t now,
                                struct err *err)
{
    json_t *days = json_object_get(counts, cache);
    char day[DAY_NAME_SIZE];

    if (!days) {
        days = json_object();
        if (json_object_set_new(counts, cache, days) != 0)
            return err_no_memory(err);
    }
    if (ttl > 0 && ttl / DAY_S < now / DAY_S)
        return ST_OK; /* the counter ignores days that are over */
    (void)snprintf(day, sizeof day, "d%lld", (long long)(ttl / DAY_S));
    if (json_object_set_new(days, day,
                            json_integer(json_integer_value(json_object_get(days, day)) + 1)) != 0)
        return err_no_memory(err);
    return ST_OK;
}

static enum status count_item(json_t *counts, const json_t *item, int64_t now, struct err *err)
{
    struct str id = attribute_value_string(json_object_get(item, "id"));
    char cache[STORE_CACHE_MAX + 1];
    struct entry_name name;
    json_t *plain = NULL;
    enum status st = ST_OK;

    if (!layout_entry_id_parse(id, cache, &name))
        return ST_OK;
    if (json_object_get(item, DYNAMO_ATTRIBUTES))
        st = attribute_value_to_json(json_object_get(item, DYNAMO_ATTRIBUTES), &plain, err);
    if (st == ST_OK)
        st = count_expiry(counts, cache, layout_ttl(plain), now, err);
    json_decref(plain);
    return st;
}

/* Counts one page. *start is the key of the last item read: NULL at the beginning and after the
 * last page. */
static enum status count_page(struct dynamo_store *s, json_t **start, json_t *counts, int64_t now,
                              int64_t deadline, struct err *err)
{
    struct dynamo_client_response response = { NULL, false };
    json_t *request = json_pack("{s:i,s:b,s:s,s:s,s:{s:s,s:s,s:s}}", "Limit", PAGE,
                                "ConsistentRead", 1, "ReturnConsumedCapacity", "TOTAL",
                                "ProjectionExpression", "#i,#a.#t", "ExpressionAttributeNames",
                                "#i", "id", "#a", DYNAMO_ATTRIBUTES, "#t", DYNAMO_TTL);
    json_t *item;
    size_t i;
    enum status st;

    if (!request || (*start && json_object_set(request, "ExclusiveStartKey", *start) != 0)) {
        json_decref(request);
        return err_no_memory(err);
    }
    st = dynamo_client_call(s->client, "Scan", request, deadline, &response, err);
    json_array_foreach (json_object_get(response.body, "Items"), i, item) {
        if (st == ST_OK)
            st = count_item(counts, item, now, err);
    }
    json_decref(*start);
    *start = json_incref(json_object_get(response.body, "LastEvaluatedKey"));
    json_decref(response.body);
    return st;
}

enum status entry_counter_rebuild(void *self, int64_t deadline, struct err *err)
{
    struct dynamo_store *s = self;
    json_t *counts, *start = NULL, *days;
    int64_t now = clock_wall_s();
    const char *cache;
    enum status st = ST_OK;

    if (s->layout != STORE_LAYOUT_ENTRIES)
        return ST_OK;
    counts = json_object();
    for (size_t i = 0; i < SHARED_CACHES; i++)
        if (json_object_set_new(counts, shared_caches[i], json_object()) != 0)
            st = err_no_memory(err);
    if (st == ST_OK)
        do
            st = count_page(s, &start, counts, now, deadline, err);
        while (st == ST_OK && start);
    json_decref(start);
    json_object_foreach (counts, cache, days) {
        if (st == ST_OK)
            st = entry_counter_correct(s->counter, cache, days, now, deadline, err);
    }
    json_decref(counts);
    return st;
}
