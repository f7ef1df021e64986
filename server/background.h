/* SPDX-License-Identifier: Apache-2.0 */
/* server/background.h -- the daemon's periodic work: keeps places warm, exchanges request counts
 * with other instances, and records the history for the dashboard. One thread, one job at a
 * time. */
#ifndef CLIMACAST_SERVER_BACKGROUND_H
#define CLIMACAST_SERVER_BACKGROUND_H

#include "cache/shared.h"
#include "cache/store.h"
#include "intents/weather/nws.h"
#include "server/admin/history.h"
#include "server/base/err.h"
#include "server/base/metrics.h"
#include "server/config/config.h"
#include "server/log/log.h"
#include "server/usage/analytics.h"

struct background;

/* All borrowed; they must outlive the thread. */
struct background_settings {
    const struct config *config;
    struct nws *nws;
    struct store *store;
    struct shared *shared;
    struct analytics *analytics;
    struct metrics *metrics;
    struct history *history;
    struct log *log;
};

/* Start the thread. */
enum status background_create(const struct background_settings *settings,
                              struct background **ret_background, struct err *err);
/* Wait for the job that is running, save the request counts, and end the thread. NULL is
 * allowed. */
void background_free(struct background *b);

#endif
