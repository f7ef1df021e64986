/* SPDX-License-Identifier: Apache-2.0 */
/* server/services.h -- the parts that answer a request, built bottom-up from the configuration.
 *
 * The daemon puts its listeners on top; `climacast ask --direct` runs the skill over the same parts
 * without them. */
#ifndef CLIMACAST_SERVER_SERVICES_H
#define CLIMACAST_SERVER_SERVICES_H

#include "cache/documents.h"
#include "cache/memory.h"
#include "cache/redis/redis.h"
#include "cache/shared.h"
#include "cache/store.h"
#include "cache/tiers.h"
#include "certs/verify.h"
#include "intents/dispatch.h"
#include "intents/weather/nws.h"
#include "server/analytics.h"
#include "server/base/err.h"
#include "server/base/http.h"
#include "server/base/metrics.h"
#include "server/config.h"
#include "server/log.h"

struct services {
    const struct config *config; /* borrowed, as is the log */
    struct log *log;
    struct metrics *metrics;
    struct http *http;
    struct memory *memory;
    struct tier_metrics_watch *watch;
    struct redis *redis; /* NULL: none is configured */
    struct store *store;
    struct documents *documents;
    struct shared *shared;
    struct nws *nws;
    struct skill skill;
    struct analytics *analytics;
};

/* On a fault nothing is left behind. The parts hold a pointer to `parts` itself: it must stay where
 * it is. */
enum status services_create(const struct config *config, struct log *log,
                            struct services *ret_parts, struct err *err);
void services_free(struct services *p);

/* The clock for weather questions: weather.now when set, else the present. */
int64_t services_weather_now(const struct services *p);

#endif
