/* SPDX-License-Identifier: Apache-2.0 */
/* server/services/backend.c -- passes the configuration to the backends. */
#include "server/services/backend.h"

#include <stdio.h>
#include <string.h>

enum status backend_http(const struct config *c, struct http **ret_http, struct err *err)
{
    char agent[300];
    const char *contact = config_text(c, CONFIG_WEATHER_CONTACT);

    snprintf(agent, sizeof agent, "climacast/%s%s%s%s", CLIMACAST_VERSION, *contact ? " (" : "",
             contact, *contact ? ")" : "");
    struct http_settings settings = { .user_agent = agent,
                                      .ca_bundle = config_text(c, CONFIG_HTTP_CA_BUNDLE),
                                      .system_roots = true };
    *ret_http = http_create(&settings, err);
    return *ret_http ? ST_OK : err_set(err, ST_SYSTEM, "cannot start the HTTP client");
}

enum store_layout backend_layout(const struct config *c)
{
    return config_is(c, CONFIG_PERSISTENCE_SHARED_LAYOUT, "entries") ? STORE_LAYOUT_ENTRIES
                                                                     : STORE_LAYOUT_ITEM;
}

static enum status open_dynamo(const struct config *c, const struct backend_options *options,
                               struct http *http, struct store **ret_store, struct err *err)
{
    const struct store_dynamo_settings settings = {
        .table = options->table ? options->table : config_text(c, CONFIG_PERSISTENCE_TABLE),
        .region = config_text(c, CONFIG_DYNAMODB_REGION),
        .endpoint = config_text(c, CONFIG_DYNAMODB_ENDPOINT),
        .layout = options->layout,
        .item_max_bytes = config_int(c, CONFIG_CACHE_ITEM_MAX_BYTES),
        .metrics = options->metrics,
    };

    return store_dynamo_open(&settings, http, ret_store, err);
}

enum status backend_open(const struct config *c, const struct backend_options *options,
                         struct http *http, struct store **ret_store, struct err *err)
{
    const char *name = options->name ? options->name : config_text(c, CONFIG_PERSISTENCE_BACKEND);

    if (strcmp(name, "sqlite") == 0)
        return store_sqlite_open(config_text(c, CONFIG_SQLITE_PATH), options->layout,
                                 options->create, ret_store, err);
    if (strcmp(name, "memory") == 0) {
        *ret_store = store_memory_create(options->layout);
        return *ret_store ? ST_OK : err_no_memory(err);
    }
    return open_dynamo(c, options, http, ret_store, err);
}
