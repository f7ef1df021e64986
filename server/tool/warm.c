/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/warm.c -- `climacast warm`: resolves places now, as the daemon does in the
 * background. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/config/options.h"
#include "server/services/services.h"
#include "server/tool/args.h"
#include "server/tool/progress.h"
#include "server/tool/tool.h"
#include "server/warm.h"

enum {
    PLACE_MS = 15000,
    PER_SECOND_DEFAULT = 2,
    PER_SECOND_MAX = 20,
    CALL_MS = 20000,
    STORE_MS = 30000, /* to write what is left at the end */
};

struct warming {
    struct tool *tool;
    struct log *log;
    struct services services;
    struct warm_list list;
    int64_t pause_ms;
    int64_t counts[WARM_OUTCOMES];
};

/* The places on the command line; without any, those of cache.warm_file and the most requested. */
static enum status collect_places(struct warming *w, const struct args *args, struct err *err)
{
    const char *file = config_text(w->tool->config, CONFIG_CACHE_WARM_FILE);
    struct topk_name asked[WARM_POPULAR_MAX];
    enum status st = ST_OK;

    for (size_t i = 0; i < args->count && st == ST_OK; i++)
        st = warm_list_add(&w->list, str_of(args->words[i]), err);
    if (st != ST_OK || args->count > 0)
        return st;
    if (*file)
        st = warm_list_read(&w->list, file, err);
    if (st == ST_OK)
        st = analytics_load(w->services.analytics, clock_mono_ms() + CALL_MS, err);
    if (st == ST_OK)
        st = warm_list_add_popular(
            &w->list, asked,
            analytics_top(w->services.analytics, ANALYTICS_PLACES, asked, WARM_POPULAR_MAX), err);
    if (st == ST_OK && w->list.count == 0)
        st = err_set(err, ST_INVALID,
                     "no places to warm; name some, or list them in cache.warm_file, one per line");
    return st;
}

static void warm_all(struct warming *w)
{
    const struct warm_settings settings = {
        .config = w->tool->config,
        .nws = w->services.nws,
        .store = w->services.store,
        .shared = w->services.shared,
    };
    struct progress progress;

    progress_begin(&progress, "places", (int64_t)w->list.count);
    for (size_t i = 0; i < w->list.count; i++) {
        struct err err = ERR_NONE;
        int64_t began = clock_mono_ms(), again_at, left;
        enum warm_outcome outcome = warm_place(&settings, str_of(w->list.places[i]),
                                               clock_mono_ms() + PLACE_MS, &again_at, &err);
        w->counts[outcome]++;
        if (outcome == WARM_UNKNOWN || outcome == WARM_FAILED)
            fprintf(stderr, "%s%s: %s: %s\n", progress.terminal ? "\r\033[K" : "",
                    w->list.places[i], warm_outcome_names[outcome], err.text);
        progress_update(&progress, (int64_t)i + 1);
        left = w->pause_ms - (clock_mono_ms() - began);
        if (left > 0 && i + 1 < w->list.count)
            clock_sleep_ms(left);
    }
    progress_end(&progress);
}

static enum status warm_places(struct warming *w, const struct args *args, struct err *err)
{
    enum status st = ST_OK;

    if (config_is(w->tool->config, CONFIG_PERSISTENCE_BACKEND, "memory"))
        return err_set(err, ST_INVALID,
                       "persistence.backend = memory: warming has no effect outside the daemon");
    w->log = log_create(STDERR_FILENO, LOG_WARNING, false);
    if (!w->log)
        return err_no_memory(err);
    st = services_create(w->tool->config, w->log, &w->services, err);
    if (st == ST_OK)
        st = collect_places(w, args, err);
    if (st != ST_OK)
        return st;
    warm_all(w);
    if (!shared_flush(w->services.shared, clock_mono_ms() + STORE_MS))
        return err_set(err, ST_TIMEOUT,
                       "the store does not respond: not all of the places were saved");
    return ST_OK;
}

static enum status parse_rate(const char *text, int64_t *ret_pause_ms, struct err *err)
{
    int64_t rate = PER_SECOND_DEFAULT;

    if (text && (!str_to_i64(str_of(text), &rate) || rate < 1 || rate > PER_SECOND_MAX))
        return err_set(err, ST_INVALID, "--rate %s: expected a whole number from 1 to %d", text,
                       PER_SECOND_MAX);
    *ret_pause_ms = 1000 / rate;
    return ST_OK;
}

static int warm_run(struct tool *tool)
{
    struct warming w = { .tool = tool };
    const char *rate = NULL;
    const struct arg_option options[] = { { "--rate", &rate, NULL } };
    struct args args;
    struct err err = ERR_NONE;
    enum status st;

    if (args_parse(options, sizeof options / sizeof options[0], tool->argc - 1, tool->argv + 1,
                   &args, &err) != ST_OK ||
        parse_rate(rate, &w.pause_ms, &err) != ST_OK)
        return tool_fail(tool, EXIT_USAGE, &err);
    st = warm_places(&w, &args, &err);
    if (st == ST_OK)
        printf("%lld %s: %lld fresh, %lld renewed, %lld unknown, %lld failed\n",
               (long long)w.list.count, w.list.count == 1 ? "place" : "places",
               (long long)w.counts[WARM_FRESH], (long long)w.counts[WARM_RENEWED],
               (long long)w.counts[WARM_UNKNOWN], (long long)w.counts[WARM_FAILED]);
    warm_list_free(&w.list);
    services_free(&w.services);
    log_free(w.log);
    if (st != ST_OK)
        return tool_fail(tool, EXIT_REFUSED, &err);
    return w.counts[WARM_UNKNOWN] + w.counts[WARM_FAILED] > 0 ? EXIT_REFUSED : EXIT_SUCCESS;
}

const struct command command_warm = {
    .name = "warm",
    .summary = "resolve places now, before anyone asks",
    .usage =
        "[--rate N] [PLACE]...\n"
        "\n"
        "  climacast warm \"Boulder, Colorado\" 80301\n"
        "\n"
        "Without a PLACE, warms those of cache.warm_file and the most requested ones, which\n"
        "the daemon keeps warm by itself.  Fresh entries are left alone; those about to expire\n"
        "are renewed.\n"
        "  --rate N   warm at most N places per second (1 to 20; default: 2)\n"
        "\nExit status: 0 all are warm, 1 some are unknown or failed, 2 usage error.\n",
    .run = warm_run,
};
