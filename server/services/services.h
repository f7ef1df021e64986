/* SPDX-License-Identifier: Apache-2.0 */
/* server/services/services.h -- everything the skill runs on, built bottom-up from the
 * configuration.
 *
 * The daemon puts its listeners on top; climacast ask --direct runs the skill on the same services
 * without them. Created and freed on the main thread; the services themselves are thread-safe. */
#ifndef CLIMACAST_SERVER_SERVICES_SERVICES_H
#define CLIMACAST_SERVER_SERVICES_SERVICES_H

#include "cache/documents.h"
#include "cache/memory.h"
#include "cache/redis/redis.h"
#include "cache/shared.h"
#include "cache/store.h"
#include "cache/tier_metrics.h"
#include "intents/amazon/address.h"
#include "intents/amazon/client.h"
#include "intents/amazon/device_units.h"
#include "intents/turn.h"
#include "intents/weather/nws.h"
#include "server/base/err.h"
#include "server/base/http.h"
#include "server/base/metrics.h"
#include "server/config/config.h"
#include "server/log/log.h"
#include "server/usage/analytics.h"

struct services {
    const struct config *config; /* borrowed, as is the log */
    struct log *log;
    struct metrics *metrics;
    struct http *http;
    struct memory *memory;
    struct tier_metrics_watch *watch;
    struct redis *redis; /* NULL when redis.url is empty */
    struct store *store;
    struct documents *documents;
    struct shared *shared;
    struct nws *nws;
    struct amazon *amazon;
    struct amazon_addresses *addresses;       /* NULL unless alexa.device_address = yes */
    struct device_units_memory *device_units; /* NULL unless alexa.device_settings = yes */
    struct analytics *analytics;
    struct skill skill;
    struct log_gate unwritten_gate, here_gate;
};

/* Create all of them. Callbacks hold a pointer to *ret_services, so it must not move. On an error
 * nothing is left behind; err names the key to correct. */
enum status services_create(const struct config *config, struct log *log,
                            struct services *ret_services, struct err *err);
void services_free(struct services *s); /* zeroes it; a zeroed one is allowed */

#endif
