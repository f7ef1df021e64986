/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/dashboard_facts.c -- collects what the dashboard shows from metrics, history, caches and
 * the store. */
#include "server/admin/dashboard_facts.h"

#include <stdio.h>
#include <string.h>

#include "server/base/json.h"
#include "server/services.h"

enum { HOUR_BARS = 60, DAY_BAR_MINUTES = 15 };

static const char *const tiers[DASHBOARD_TIERS] = { "memory", "redis", "store" };

static void collect_history(struct metrics *m, struct history *h, struct dashboard_facts *f)
{
    history_totals_read(m, &f->since_start);
    history_record(h, &f->since_start, f->now);
    f->bar_minutes = f->whole_day ? DAY_BAR_MINUTES : 1;
    f->bar_count = f->whole_day ? HISTORY_MINUTES / DAY_BAR_MINUTES : HOUR_BARS;
    history_read(h, f->now, f->bar_minutes, f->bar_count, f->bars, &f->bars_start);
}

static void collect_requests(struct metrics *m, struct dashboard_facts *f)
{
    f->started = (int64_t)metrics_query_sum(m, "climacast_start_timestamp_seconds", NULL);
    f->outcome_count = metrics_query_group_by(m, "climacast_requests_total", "outcome", f->outcomes,
                                              DASHBOARD_ROWS);
    f->refusal_count = metrics_query_group_by(m, "climacast_refusals_total", "reason", f->refusals,
                                              DASHBOARD_ROWS);
    f->intent_count = metrics_query_group_by(m, "climacast_request_seconds", "intent", f->intents,
                                             DASHBOARD_ROWS);
}

static struct dashboard_lookups tier_lookups(struct metrics *m, const char *tier)
{
    static const char family[] = "climacast_tier_requests_total";

    return (struct dashboard_lookups){
        .name = tier,
        .hits = metrics_query_sum(m, family, "tier", tier, "outcome", "hit", NULL),
        .misses = metrics_query_sum(m, family, "tier", tier, "outcome", "miss", NULL),
        .failed = metrics_query_sum(m, family, "tier", tier, "outcome", "failed", NULL),
        .skipped = metrics_query_sum(m, family, "tier", tier, "outcome", "skipped", NULL),
    };
}

/* A lookup goes through the tiers in turn, so only a miss in the last one is a miss of the cache. */
static struct dashboard_lookups cache_lookups(struct metrics *m, const char *cache)
{
    static const char family[] = "climacast_cache_requests_total";

    return (struct dashboard_lookups){
        .name = cache,
        .hits = metrics_query_sum(m, family, "cache", cache, "outcome", "hit", NULL),
        .misses =
            metrics_query_sum(m, family, "cache", cache, "tier", "store", "outcome", "miss", NULL),
        .failed = metrics_query_sum(m, family, "cache", cache, "tier", "store", "outcome", "failed",
                                    NULL),
    };
}

static void collect_growth(struct analytics *a, struct dashboard_facts *f)
{
    json_t *rows = analytics_growth(a);
    size_t count = json_array_size(rows),
           skip = count > DASHBOARD_DAYS ? count - DASHBOARD_DAYS : 0;

    for (size_t i = skip; i < count; i++) {
        const json_t *row = json_array_get(rows, i);
        struct dashboard_day *day = &f->days[f->day_count++];
        (void)snprintf(day->day, sizeof day->day, "%.*s", STR_ARG(json_str(row, "day")));
        for (size_t c = 0; c < SHARED_CACHES; c++) {
            double entries = 0;
            day->entries += json_num(row, shared_caches[c], &entries) && entries > 0 ? entries : 0;
        }
    }
    json_decref(rows);
}

static void collect_caches(struct services *p, int64_t deadline, struct dashboard_facts *f)
{
    const struct config *c = p->config;
    struct memory_stats memory = memory_stats(p->memory);
    bool dynamodb = config_is(c, CONFIG_PERSISTENCE_BACKEND, "dynamodb");

    for (size_t i = 0; i < DASHBOARD_TIERS; i++)
        f->tiers[i] = tier_lookups(p->metrics, tiers[i]);
    for (size_t i = 0; i < SHARED_CACHES; i++) {
        int64_t count;
        f->caches[i] = cache_lookups(p->metrics, shared_caches[i]);
        f->entries[i] = -1;
        if (dynamodb) /* counting would read every entry, so use the last known count */
            f->entries[i] = metrics_query_sum(p->metrics, "climacast_shared_entries", "cache",
                                              shared_caches[i], NULL);
        else if (f->store_available &&
                 store_count_entries(p->store, shared_caches[i], deadline, &count, NULL) == ST_OK)
            f->entries[i] = (double)count;
    }
    f->memory_bytes = (double)memory.bytes;
    f->memory_limit = (double)memory.max_bytes;
    f->memory_entries = (double)memory.count;
    f->evictions = (double)memory.evictions;
    if (dynamodb && config_is(c, CONFIG_PERSISTENCE_SHARED_LAYOUT, "item")) {
        f->item_limit = (double)config_int(c, CONFIG_CACHE_ITEM_MAX_BYTES);
        f->item_bytes = metrics_query_sum(p->metrics, "climacast_shared_item_bytes", NULL);
    }
    collect_growth(p->analytics, f);
    f->warm_places = metrics_query_sum(p->metrics, "climacast_warm_places", NULL);
    f->warmed_count = metrics_query_group_by(p->metrics, "climacast_warmed_total", "outcome",
                                             f->warmed, DASHBOARD_ROWS);
    f->place_count = analytics_top(p->analytics, ANALYTICS_PLACES, f->places, DASHBOARD_NAMES);
    f->station_count =
        analytics_top(p->analytics, ANALYTICS_STATIONS, f->stations, DASHBOARD_NAMES);
}

static double upstream_responses(struct metrics *m, const char *label, const char *code)
{
    return metrics_query_sum(m, "climacast_upstream_responses_total", "label", label, "code", code,
                             NULL);
}

static void collect_upstream(struct metrics *m, struct dashboard_facts *f)
{
    struct metrics_group response_times[DASHBOARD_ROWS];
    size_t count = metrics_query_group_by(m, "climacast_upstream_seconds", "label", response_times,
                                          DASHBOARD_ROWS);

    for (size_t i = 0; i < count; i++) {
        struct dashboard_upstream *u = &f->upstream[f->upstream_count++];
        const char *label = response_times[i].name;
        memcpy(u->name, label, sizeof u->name);
        u->ok = upstream_responses(m, label, "2xx") + upstream_responses(m, label, "304");
        u->client_errors = upstream_responses(m, label, "3xx") +
                           upstream_responses(m, label, "404") +
                           upstream_responses(m, label, "4xx");
        u->failures = upstream_responses(m, label, "5xx") +
                      upstream_responses(m, label, "timeout") +
                      upstream_responses(m, label, "none");
        u->seconds = response_times[i].sum / response_times[i].value;
    }
    f->stale = metrics_query_sum(m, "climacast_document_requests_total", "outcome", "stale", NULL);
    f->failed =
        metrics_query_sum(m, "climacast_document_requests_total", "outcome", "failed", NULL);
}

static void collect_store(struct services *p, int64_t deadline, struct dashboard_facts *f)
{
    struct err err = ERR_NONE;

    f->store_available = store_describe(p->store, deadline, &f->store, &err) == ST_OK;
    if (!f->store_available) {
        f->store.backend = config_text(p->config, CONFIG_PERSISTENCE_BACKEND);
        (void)snprintf(f->store_error, sizeof f->store_error, "%s", err.text);
    }
}

static void collect_redis(struct services *p, struct dashboard_facts *f)
{
    f->redis_configured = p->redis;
    f->redis_up = metrics_query_sum(p->metrics, "climacast_redis_up", NULL) > 0;
    f->redis_read_only = metrics_query_sum(p->metrics, "climacast_redis_refuses_writes", NULL) > 0;
    f->redis_connections = metrics_query_sum(p->metrics, "climacast_redis_connections", NULL);
}

void dashboard_facts_collect(struct services *p, struct history *history, int64_t deadline,
                             struct dashboard_facts *f)
{
    collect_history(p->metrics, history, f);
    collect_requests(p->metrics, f);
    collect_store(p, deadline, f);
    collect_redis(p, f);
    collect_caches(p, deadline, f);
    collect_upstream(p->metrics, f);
}
