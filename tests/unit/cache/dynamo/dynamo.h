/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/dynamo/dynamo.h -- stores in the DynamoDB emulator of the tests
 * (tests/dynamo/start.sh), and its fault injection.
 *
 * A test that needs the server fails without it; it is never skipped. */
#ifndef CLIMACAST_TESTS_UNIT_CACHE_DYNAMO_H
#define CLIMACAST_TESTS_UNIT_CACHE_DYNAMO_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cache/dynamo/aws_credentials.h"
#include "cache/dynamo/client.h"
#include "cache/store.h"
#include "server/base/clock.h"
#include "server/base/http.h"
#include "server/base/json.h"
#include "server/base/random.h"
#include "tests/test.h"

enum { DYNAMO_TABLE_SIZE = 64 };

static inline const char *dynamo_variable(const char *name)
{
    const char *value = getenv(name);

    if (!value || !*value)
        fail_msg("%s is not set: run this by `make test`, or eval \"$(tests/dynamo/start.sh)\"",
                 name);
    return value;
}

/* Scales a number of rounds by DYNAMO_SCALE, in percent; 5 by default. */
static inline int dynamo_scaled(int full)
{
    const char *percent = getenv("DYNAMO_SCALE");
    int n = full / 100 * (percent ? atoi(percent) : 5);

    return n > 0 ? n : 1;
}

static struct http
    *dynamo_http_of_all; /* shared by the whole program; a child process creates its own */

static inline struct http *dynamo_http(void)
{
    const struct http_settings settings = { .user_agent = "climacast-tests", .system_roots = true };

    if (!dynamo_http_of_all)
        dynamo_http_of_all = http_create(&settings, NULL);
    CHECK(dynamo_http_of_all);
    return dynamo_http_of_all;
}

static inline int64_t dynamo_deadline(void)
{
    return clock_mono_ms() + 20000;
}

/* A table name that no other test uses. */
static inline void dynamo_table_name(char out[DYNAMO_TABLE_SIZE])
{
    (void)snprintf(out, DYNAMO_TABLE_SIZE, "t-%ld-%08llx", (long)getpid(),
                   (unsigned long long)(random_u64() & 0xFFFFFFFF));
}

static inline struct store *dynamo_open_with(const char *table, enum store_layout layout,
                                             int64_t max, int64_t try_ms)
{
    struct store_dynamo_settings settings = {
        .table = table,
        .region = "us-east-1",
        .endpoint = dynamo_variable("DYNAMO_ENDPOINT"),
        .layout = layout,
        .item_max_bytes = max,
        .try_ms = try_ms,
    };
    struct store *s = NULL;
    struct err err = ERR_NONE;

    if (store_dynamo_open(&settings, dynamo_http(), &s, &err) != ST_OK)
        fail_msg("%s", err.text);
    return s;
}

static inline struct store *dynamo_open(const char *table, enum store_layout layout)
{
    return dynamo_open_with(table, layout, 350000, 0);
}

/* A store on a new table of its own. */
static inline struct store *dynamo_create_store(char table[DYNAMO_TABLE_SIZE],
                                                enum store_layout layout)
{
    struct err err = ERR_NONE;
    struct store *s;

    dynamo_table_name(table);
    s = dynamo_open(table, layout);
    if (store_create_table(s, dynamo_deadline(), &err) != ST_OK)
        fail_msg("%s", err.text);
    return s;
}

/* Configures the server's behavior for a table, see control() in tests/dynamo/serve.js: `settings`
 * is JSON without the braces, may be empty. Returns the table's statistics, a new reference. */
static inline json_t *dynamo_control(const char *table, const char *settings)
{
    struct http_response response;
    struct buf body = BUF_INIT(65536);
    json_t *stats = NULL;
    char url[300];
    struct http_request request = {
        .method = "POST", .url = url, .max_bytes = 1 << 20, .deadline = dynamo_deadline()
    };

    (void)snprintf(url, sizeof url, "%s/_control", dynamo_variable("DYNAMO_ENDPOINT"));
    buf_printf(&body, "{\"table\":\"%s\"%s%s}", table, *settings ? "," : "", settings);
    request.body = buf_str(&body);
    CHECK_INT(http_call(dynamo_http(), &request, &response, NULL), ST_OK);
    CHECK_INT(response.status, 200);
    CHECK_INT(json_parse(buf_str(&response.body), false, &stats, NULL), ST_OK);
    http_response_done(&response);
    buf_free(&body);
    return stats;
}

static inline void dynamo_configure(const char *table, const char *settings)
{
    json_decref(dynamo_control(table, settings));
}

/* Carries out any operation, bypassing the store. `request` is JSON without the table's name.
 * Returns the response, a new reference. */
static inline json_t *dynamo_send(const char *table, const char *operation, const char *request)
{
    const struct dynamo_client_settings settings = {
        .table = table, .region = "us-east-1", .endpoint = dynamo_variable("DYNAMO_ENDPOINT")
    };
    struct dynamo_client_response answer;
    struct dynamo_client *d = NULL;
    struct err err = ERR_NONE;
    json_t *tree = json_loads(request, 0, NULL);

    CHECK(tree);
    CHECK_INT(dynamo_client_create(&settings, dynamo_http(), &d, &err), ST_OK);
    if (dynamo_client_call(d, operation, tree, dynamo_deadline(), &answer, &err) != ST_OK)
        fail_msg("%s: %s", operation, err.text);
    dynamo_client_free(d);
    return answer.body;
}

/* One number of the server's statistics for an operation: "calls", "sent", "received" or
 * "units". */
static inline double dynamo_statistic(const char *table, const char *operation, const char *figure)
{
    json_t *stats = dynamo_control(table, "");
    double value = json_number_value(json_object_get(json_object_get(stats, operation), figure));

    json_decref(stats);
    return value;
}

#endif
