/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/old_tables.h -- creates and fills the four tables of older releases in the DynamoDB of
 * the tests.
 *
 * Of every ten items five are users, three places, one a station and one a zone. Places are stored
 * under "town 12 colorado" or "town_12_colorado", every eleventh under both; stations and zones
 * under ids or URLs. So the tests know what a migration must produce. */
#ifndef CLIMACAST_TESTS_E2E_OLD_TABLES_H
#define CLIMACAST_TESTS_E2E_OLD_TABLES_H

#include <jansson.h>

#include "tests/unit/cache/dynamo/dynamo.h"

#define OLD_TTL 4102444800LL /* 2100 */

struct old_tables {
    int users, places, stations, zones; /* expected after the migration */
    int items;                          /* in the four tables */
};

static const struct {
    const char *table, *key;
} old_tables[] = {
    { "LocationCache", "location" },
    { "StationCache", "id" },
    { "ZoneCache", "id" },
    { "UserCache", "userid" },
};

static inline void old_tables_drop(void)
{
    for (int i = 0; i < 4; i++) {
        const struct dynamo_client_settings settings = { .table = old_tables[i].table,
                                                         .region = "us-east-1",
                                                         .endpoint =
                                                             dynamo_variable("DYNAMO_ENDPOINT") };
        struct dynamo_client *d = NULL;
        struct dynamo_client_response answer;
        dynamo_configure(old_tables[i].table, "\"faults\":[],\"denied\":[],\"reset_stats\":true");
        CHECK_INT(dynamo_client_create(&settings, dynamo_http(), &d, NULL), ST_OK);
        (void)dynamo_client_call(d, "DeleteTable", json_object(), dynamo_deadline(), &answer, NULL);
        json_decref(answer.body);
        for (int tries = 0; tries < 200; tries++) { /* until it no longer exists */
            enum status st = dynamo_client_call(d, "DescribeTable", json_object(),
                                                dynamo_deadline(), &answer, NULL);
            json_decref(answer.body);
            if (st == ST_NOT_FOUND)
                break;
            clock_sleep_ms(10);
        }
        dynamo_client_free(d);
    }
}

static inline void old_table_make(const char *table, const char *key)
{
    char request[500];

    (void)snprintf(request, sizeof request,
                   "{\"BillingMode\":\"PAY_PER_REQUEST\",\"AttributeDefinitions\":[{"
                   "\"AttributeName\":\"%s\",\"AttributeType\":\"S\"}],\"KeySchema\":[{"
                   "\"AttributeName\":\"%s\",\"KeyType\":\"HASH\"}]}",
                   key, key);
    json_decref(dynamo_send(table, "CreateTable", request));
    for (int tries = 0; tries < 200; tries++) {
        json_t *now = dynamo_send(table, "DescribeTable", "{}");
        bool active = str_eqz(json_str(now, "Table.TableStatus"), "ACTIVE");
        json_decref(now);
        if (active)
            return;
        clock_sleep_ms(10);
    }
    fail_msg("table %s is not ACTIVE", table);
}

static inline void old_tables_make(void)
{
    old_tables_drop();
    for (int i = 0; i < 4; i++)
        old_table_make(old_tables[i].table, old_tables[i].key);
}

/* Puts for one BatchWriteItem. */
struct old_batch {
    const char *table;
    struct buf text;
    int count;
};

static inline void old_batch_flush(struct old_batch *b)
{
    struct buf request = BUF_INIT(1 << 20);

    if (b->count == 0)
        return;
    buf_printf(&request, "{\"RequestItems\":{\"%s\":[%s]}}", b->table, buf_z(&b->text));
    json_decref(dynamo_send(b->table, "BatchWriteItem", buf_z(&request)));
    buf_free(&request);
    buf_reset(&b->text);
    b->count = 0;
}

/* `members` are attribute values as JSON text. */
static inline void old_batch_put(struct old_batch *b, const char *members)
{
    buf_printf(&b->text, "%s{\"PutRequest\":{\"Item\":{%s}}}", b->count ? "," : "", members);
    if (++b->count == 25)
        old_batch_flush(b);
}

static inline void old_batch_put_place(struct old_batch *b, const char *key, int n)
{
    char text[900];

    (void)snprintf(text, sizeof text,
                   "\"location\":{\"S\":\"%s\"},\"city\":{\"S\":\"Town %d\"},\"state\":{\"S\":"
                   "\"Colorado\"},\"coords\":{\"S\":\"40.0%d,-105.2\"},\"cwa\":{\"S\":\"BOU\"},"
                   "\"gridPoint\":{\"S\":\"%d,74\"},\"timeZone\":{\"S\":\"America/Denver\"},"
                   "\"observationStations\":{\"L\":[{\"S\":\"KBDU\"},{\"S\":\"KBJC\"}]},"
                   "\"ttl\":{\"N\":\"%lld\"}",
                   key, n, n % 1000, n % 100, (long long)(OLD_TTL + n));
    old_batch_put(b, text);
}

static inline struct old_tables old_tables_fill(int count)
{
    struct old_batch b[4];
    struct old_tables all = { 0 };
    char text[600], key[80];

    for (int i = 0; i < 4; i++)
        b[i] = (struct old_batch){ old_tables[i].table, BUF_INIT(1 << 20), 0 };
    for (int n = 0; all.items < count; n++) {
        int kind = n % 10;
        all.items++;
        if (kind < 5) {
            (void)snprintf(text, sizeof text,
                           "\"userid\":{\"S\":\"amzn1.ask.account.%d\"},\"location\":{\"S\":"
                           "\"Town %d Colorado\"},\"rate\":{\"N\":\"%d\"},\"pitch\":{\"N\":\"90\"},"
                           "\"metrics\":{\"L\":[{\"S\":\"summary\"},{\"S\":\"wind\"}]}",
                           n, n, 80 + n % 50);
            old_batch_put(&b[3], text);
            all.users++;
        } else if (kind < 8) {
            (void)snprintf(key, sizeof key, n % 2 ? "town %d colorado" : "town_%d_colorado", n);
            old_batch_put_place(&b[0], key, n);
            all.places++;
            if (n % 11 == 0 && all.items < count) {
                (void)snprintf(key, sizeof key, n % 2 ? "town_%d_colorado" : "Town %d, CO", n);
                old_batch_put_place(&b[0], key, n);
                all.items++;
            }
        } else {
            bool station = kind == 8;
            (void)snprintf(text, sizeof text,
                           "\"id\":{\"S\":\"%s%s%d\"},\"name\":{\"S\":\"Name %d\"},\"ttl\":{\"N\":"
                           "\"%lld\"}",
                           n % 4 == 0 ? "https://api.weather.gov/x/" : "", station ? "K" : "COZ", n,
                           n, OLD_TTL);
            old_batch_put(&b[station ? 1 : 2], text);
            all.stations += station;
            all.zones += !station;
        }
    }
    for (int i = 0; i < 4; i++) {
        old_batch_flush(&b[i]);
        buf_free(&b[i].text);
    }
    return all;
}

#endif
