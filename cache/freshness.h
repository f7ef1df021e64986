/* SPDX-License-Identifier: Apache-2.0 */
/* cache/freshness.h -- how long an HTTP response may be used without asking again: RFC 9111 for a
 * private cache. Pure; thread-safe. */
#ifndef CLIMACAST_CACHE_FRESHNESS_H
#define CLIMACAST_CACHE_FRESHNESS_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/http.h"

enum { FRESHNESS_MAX_S = 86400 };

struct freshness {
    int64_t lifetime_s; /* from its arrival; 0 to FRESHNESS_MAX_S */
    bool no_store;      /* it must not be cached at all */
};

/* `now` is the wall-clock time of its arrival, in seconds. */
struct freshness freshness_of(const struct http_response *response, int64_t now);

#endif
