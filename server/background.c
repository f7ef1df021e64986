/* SPDX-License-Identifier: Apache-2.0 */
/* server/background.c -- a step a second: record the history, sync the counts when due, warm one
 * place. */
#include "server/background.h"

#include <stdbool.h>
#include <stdlib.h>

#include "server/base/clock.h"
#include "server/periodic.h"
#include "server/warm.h"

enum {
    STEP_MS = 1000, /* so at most one place a second */
    STEP_DEADLINE_MS = 5000,
    SYNC_MS = 10 * 60 * 1000,
    SYNC_DEADLINE_MS = 5000,
    FLUSH_DEADLINE_MS = 2000, /* the daemon's shutdown waits for it */
};

struct background {
    struct background_settings settings;
    struct warm *warm;
    struct periodic *periodic;
    bool loaded;     /* the counts of earlier runs and other instances */
    int64_t sync_at; /* monotonic milliseconds */
};

static void report_warm(void *data, const struct err *err)
{
    struct background *b = data;

    log_err(b->settings.log, LOG_WARNING, "warm_failed", err);
}

static void sync_analytics(struct background *b)
{
    struct err err = ERR_NONE;
    int64_t deadline = clock_mono_ms() + SYNC_DEADLINE_MS;
    enum status st;

    if (b->loaded && clock_mono_ms() < b->sync_at)
        return;
    if (b->loaded)
        st = analytics_sync(b->settings.analytics, deadline, &err);
    else
        st = analytics_load(b->settings.analytics, deadline, &err);
    b->loaded = true;
    b->sync_at = clock_mono_ms() + SYNC_MS;
    if (st != ST_OK)
        log_err(b->settings.log, LOG_WARNING, "analytics_sync_failed", &err);
}

static void record_history(struct background *b)
{
    struct history_totals totals;

    history_totals_read(b->settings.metrics, &totals);
    history_record(b->settings.history, &totals, clock_wall_s());
}

static void background_step(void *data, int64_t deadline)
{
    struct background *b = data;

    (void)deadline; /* the shorter ones below are used: background_free() waits for them */
    record_history(b);
    sync_analytics(b);
    warm_step(b->warm, clock_mono_ms() + STEP_DEADLINE_MS);
}

enum status background_create(const struct background_settings *settings,
                              struct background **ret_background, struct err *err)
{
    const struct config *c = settings->config;
    struct background *b = calloc(1, sizeof *b);
    const struct warm_settings warm = {
        .config = c, .nws = settings->nws, .store = settings->store, .shared = settings->shared
    };

    if (!b)
        return err_no_memory(err);
    b->settings = *settings;
    b->warm = warm_create(&warm, config_text(c, CONFIG_CACHE_WARM_FILE), settings->analytics,
                          settings->metrics, report_warm, b);
    if (b->warm)
        b->periodic = periodic_create(STEP_MS, background_step, b);
    if (!b->periodic) {
        background_free(b);
        return err_set(err, ST_SYSTEM, "cannot start the background thread");
    }
    *ret_background = b;
    return ST_OK;
}

void background_free(struct background *b)
{
    struct err err = ERR_NONE;

    if (!b)
        return;
    periodic_free(b->periodic);
    if (analytics_flush(b->settings.analytics, clock_mono_ms() + FLUSH_DEADLINE_MS, &err) != ST_OK)
        log_err(b->settings.log, LOG_WARNING, "analytics_sync_failed", &err);
    warm_free(b->warm);
    free(b);
}
