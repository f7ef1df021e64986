/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/dynamo/cost_case.h -- shared by the tests of cost: an entry of typical size, and
 * how earlier releases worked, which read and wrote the whole shared item. */
#ifndef CLIMACAST_TESTS_COST_CASE_H
#define CLIMACAST_TESTS_COST_CASE_H

#include "cache/dynamo/attribute_value.h"
#include "tests/unit/cache/dynamo/dynamo.h"

/* About the size of a place: names, numbers, URLs. */
static inline json_t *cost_entry(int number)
{
    return json_pack("{s:i,s:s,s:f,s:f,s:s,s:s,s:s,s:s}", "n", number, "city", "Boulder", "lat",
                     40.0149, "lon", -105.2705, "zone", "COZ039", "county", "COC013", "timeZone",
                     "America/Denver", "text",
                     "a line of text of the length that addresses of documents have, three times "
                     "over: https://api.weather.gov/gridpoints/BOU/54,74 and some more of it, to "
                     "make an entry of some four hundred bytes, as real ones are, names included");
}

/* The response to a GetItem of the whole item. */
static inline json_t *cost_read_whole(const char *table, const char *id)
{
    char request[200];

    (void)snprintf(request, sizeof request,
                   "{\"Key\":{\"id\":{\"S\":\"%s\"}},\"ConsistentRead\":true,"
                   "\"ReturnConsumedCapacity\":\"TOTAL\"}",
                   id);
    return dynamo_send(table, "GetItem", request);
}

/* Adds a place by reading and writing the whole item. Takes ownership of `entry`. */
static inline void cost_put_whole(const char *table, const char *key, json_t *entry)
{
    json_t *read = cost_read_whole(table, STORE_SHARED_ID), *item = json_object_get(read, "Item");
    json_t *value = NULL, *write;
    char *text;

    CHECK_INT(attribute_value_from_json(entry, &value, NULL), ST_OK);
    CHECK(json_object_set_new(attribute_value_members(attribute_value_member(
                                  json_object_get(item, "attributes"), "LocationCache")),
                              key, value) == 0);
    write = json_pack("{s:O,s:s}", "Item", item, "ReturnConsumedCapacity", "TOTAL");
    text = json_dumps(write, JSON_COMPACT);
    json_decref(dynamo_send(table, "PutItem", text));
    free(text);
    json_decref(write);
    json_decref(entry);
    json_decref(read);
}

#endif
