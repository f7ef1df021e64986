/* SPDX-License-Identifier: Apache-2.0 */
/* server/services/backend.h -- opens the store and the HTTP client that the configuration names.
 *
 * The only place that knows which keys belong to which backend. The daemon opens its store here,
 * and so do the tool's subcommands. Thread-safe. */
#ifndef CLIMACAST_SERVER_SERVICES_BACKEND_H
#define CLIMACAST_SERVER_SERVICES_BACKEND_H

#include <stdbool.h>

#include "cache/store.h"
#include "server/base/err.h"
#include "server/base/http.h"
#include "server/base/metrics.h"
#include "server/config/config.h"

/* Create the client for outgoing calls, with the User-Agent that the National Weather Service asks
 * for. */
enum status backend_http(const struct config *c, struct http **ret_http, struct err *err);

/* The value of persistence.shared_layout. */
enum store_layout backend_layout(const struct config *c);

struct backend_options {
    const char *name;         /* "dynamodb", "sqlite", "memory"; NULL: persistence.backend */
    enum store_layout layout; /* usually backend_layout() */
    const char *table;        /* dynamodb; NULL: persistence.table */
    bool create;              /* sqlite: create the file when it is missing */
    struct metrics *metrics;  /* borrowed; may be NULL */
};
/* `http` is borrowed and must outlive the store. */
enum status backend_open(const struct config *c, const struct backend_options *options,
                         struct http *http, struct store **ret_store, struct err *err);

#endif
