/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/dynamo/store_dynamo_case.h -- shorthands for entries, settings and items in a
 * DynamoDB store. */
#ifndef CLIMACAST_TESTS_STORE_DYNAMO_CASE_H
#define CLIMACAST_TESTS_STORE_DYNAMO_CASE_H

#include "cache/store.h"
#include "tests/unit/cache/dynamo/dynamo.h"
#include "tests/unit/cache/dynamo/json_case.h"

static inline enum status put_entry(struct store *s, const char *cache, const char *key,
                                    const char *entry, int64_t ttl, struct err *err)
{
    json_t *value = parse_json(entry);
    enum status st = store_put_entry(s, (struct entry_name){ cache, str_of(key) }, value, ttl,
                                     dynamo_deadline(), err);

    json_decref(value);
    return st;
}

static inline bool has_entry(struct store *s, const char *cache, const char *key)
{
    json_t *entry = NULL;
    int64_t ttl;
    enum status st = store_get_entry(s, (struct entry_name){ cache, str_of(key) }, clock_wall_s(),
                                     dynamo_deadline(), &entry, &ttl, NULL);

    json_decref(entry);
    CHECK(st == ST_OK || st == ST_MISS);
    return st == ST_OK;
}

static inline int64_t count_of(struct store *s, const char *cache)
{
    int64_t count = -1;

    CHECK_INT(store_count_entries(s, cache, dynamo_deadline(), &count, NULL), ST_OK);
    return count;
}

static inline enum status set(struct store *s, const char *id, const char *setting,
                              const char *value, struct err *err)
{
    const char *const path[] = { "UserCache", id, setting, NULL };
    struct store_change change = { path, parse_json(value) };
    enum status st = store_update(s, str_of(id), &change, 1, dynamo_deadline(), err);

    json_decref(change.value);
    return st;
}

/* The item as stored in the table, attribute values included. */
static inline json_t *raw_item(const char *table, const char *id)
{
    char request[300];
    json_t *response, *item;

    (void)snprintf(request, sizeof request, "{\"Key\":{\"id\":{\"S\":\"%s\"}}}", id);
    response = dynamo_send(table, "GetItem", request);
    item = json_incref(json_object_get(response, "Item"));
    json_decref(response);
    return item;
}

/* Numbered entries of equal size. */
enum { ENTRY_BYTES = 300 };

static inline void put_sized(struct store *s, int number, int64_t ttl)
{
    char key[16], text[ENTRY_BYTES + 40];

    (void)snprintf(key, sizeof key, "K%04d", number);
    (void)snprintf(text, sizeof text, "{\"text\":\"%0*d\"}", ENTRY_BYTES, number);
    CHECK_INT(put_entry(s, number % 2 ? "StationCache" : "ZoneCache", key, text, ttl, NULL), ST_OK);
}

static inline bool has_sized(struct store *s, int number)
{
    char key[16];

    (void)snprintf(key, sizeof key, "K%04d", number);
    return has_entry(s, number % 2 ? "StationCache" : "ZoneCache", key);
}

#endif
