/* SPDX-License-Identifier: Apache-2.0 */
/* server/background.c -- see the header. */
#include "server/background.h"

#include <stdlib.h>

#include "server/analytics.h"
#include "server/base/clock.h"
#include "server/periodic.h"
#include "server/warm.h"

enum {
    STEP_MS = 1000, /* at most one place a second */
    STEP_DEADLINE_MS = 5000,
    SYNC_MS = 10 * 60 * 1000,
    SYNC_DEADLINE_MS = 5000,
    LAST_DEADLINE_MS = 2000, /* while somebody waits for us to stop */
};

struct background {
    struct services *parts;
    struct warm *warm;
    struct periodic *refresher;
    struct history *history;
    bool learnt;
    int64_t sync_at; /* monotonic milliseconds */
};

static void report_warm(void *data, const struct err *err)
{
    struct background *b = data;

    log_err(b->parts->log, LOG_WARNING, "warm_failed", err);
}

static int64_t weather_now(void *data)
{
    return services_weather_now(data);
}

static void count_together(struct background *b)
{
    struct err err = ERR_NONE;
    int64_t deadline = clock_mono_ms() + SYNC_DEADLINE_MS;
    enum status st;

    if (b->learnt && clock_mono_ms() < b->sync_at)
        return;
    if (b->learnt)
        st = analytics_sync(b->parts->analytics, deadline, &err);
    else
        st = analytics_load(b->parts->analytics, deadline, &err);
    b->learnt = true;
    b->sync_at = clock_mono_ms() + SYNC_MS;
    if (st != ST_OK)
        log_err(b->parts->log, LOG_WARNING, "analytics_sync_failed", &err);
}

static void take_down(struct background *b)
{
    struct history_totals totals;

    history_totals_read(b->parts->metrics, &totals);
    history_record(b->history, &totals, clock_wall_s());
}

static void step(void *data, int64_t deadline)
{
    struct background *b = data;

    (void)deadline; /* a shorter one serves: who stops us waits for it */
    take_down(b);
    count_together(b);
    warm_step(b->warm, clock_mono_ms() + STEP_DEADLINE_MS);
}

enum status background_create(struct services *parts, struct history *history,
                              struct background **ret_background, struct err *err)
{
    const struct config *c = parts->config;
    const struct warm_settings settings = { .nws = parts->nws,
                                            .store = parts->store,
                                            .ttl_days = (int)config_int(c, CONFIG_CACHE_TTL_DAYS),
                                            .now = weather_now,
                                            .data = parts };
    struct background *b = calloc(1, sizeof *b);

    if (b) {
        b->parts = parts;
        b->history = history;
        b->warm = warm_create(&settings, config_text(c, CONFIG_CACHE_WARM_FILE), parts->analytics,
                              parts->metrics, report_warm, b);
    }
    if (b && b->warm)
        b->refresher = periodic_create(STEP_MS, step, b);
    if (b && b->refresher) {
        *ret_background = b;
        return ST_OK;
    }
    background_free(b);
    return err_set(err, ST_SYSTEM, "cannot start the background thread");
}

void background_free(struct background *b)
{
    struct err err = ERR_NONE;

    if (!b)
        return;
    periodic_free(b->refresher);
    if (analytics_flush(b->parts->analytics, clock_mono_ms() + LAST_DEADLINE_MS, &err) != ST_OK)
        log_err(b->parts->log, LOG_WARNING, "analytics_sync_failed", &err);
    warm_free(b->warm);
    free(b);
}
