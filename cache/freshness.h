/* SPDX-License-Identifier: Apache-2.0 */
/* cache/freshness.h -- for how long an HTTP answer may be used without asking: RFC 9111 for a
 * private client. Pure; thread-safe. */
#ifndef CLIMACAST_CACHE_FRESHNESS_H
#define CLIMACAST_CACHE_FRESHNESS_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/http.h"

enum { FRESHNESS_MAX_S = 86400 };

struct freshness {
    int64_t lifetime_s; /* from its arrival on; 0 to FRESHNESS_MAX_S */
    bool no_store;      /* is not to be kept at all */
};

/* `now` is wall-clock seconds at its arrival. */
struct freshness freshness_of(const struct http_response *response, int64_t now);

#endif
