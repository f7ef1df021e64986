/* SPDX-License-Identifier: Apache-2.0 */
/* server/backend.h -- the store and the HTTP client that the configuration names.
 *
 * The one place that knows which backend is opened with which keys: the daemon opens its store
 * here, and so does every subcommand of the tool that works on one. */
#ifndef CLIMACAST_SERVER_BACKEND_H
#define CLIMACAST_SERVER_BACKEND_H

#include <stdbool.h>

#include "cache/store.h"
#include "server/base/err.h"
#include "server/base/http.h"
#include "server/base/metrics.h"
#include "server/config.h"

/* The client for outgoing calls, with the User-Agent that the weather service asks for. */
enum status backend_http(const struct config *c, struct http **ret_http, struct err *err);

/* persistence.shared_layout */
enum store_layout backend_layout(const struct config *c);

struct backend_options {
    const char *name;         /* "dynamodb", "sqlite", "memory"; NULL: persistence.backend */
    enum store_layout layout; /* usually backend_layout() */
    const char *table;        /* dynamodb; NULL: persistence.table */
    bool create;              /* sqlite: make the file when it is missing */
    struct metrics *metrics;  /* borrowed; NULL: none are kept */
};
/* `http` is borrowed and outlives the store. */
enum status backend_open(const struct config *c, const struct backend_options *wish,
                         struct http *http, struct store **ret_store, struct err *err);

#endif
