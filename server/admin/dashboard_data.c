/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/dashboard_data.c -- collects what the dashboard shows from metrics, history, caches
 * and the store. */
#include "server/admin/dashboard_data.h"

#include <stdio.h>
#include <string.h>

#include "server/base/json.h"
#include "server/services/services.h"

enum { HOUR_BARS = 60, DAY_BAR_MINUTES = 15, RECENT_MINUTES = 1 + 5 /* and the current one */ };

static const char *const tiers[DASHBOARD_TIERS] = { "memory", "redis", "store" };

static void collect_history(struct metrics *m, struct history *h, struct dashboard_data *d)
{
    struct history_totals minutes[RECENT_MINUTES];
    int64_t start;

    history_totals_read(m, &d->since_start);
    history_record(h, &d->since_start, d->now);
    d->bar_minutes = d->whole_day ? DAY_BAR_MINUTES : 1;
    d->bar_count = d->whole_day ? HISTORY_MINUTES / DAY_BAR_MINUTES : HOUR_BARS;
    history_read(h, d->now, d->bar_minutes, d->bar_count, d->bars, &d->bars_start);
    history_read(h, d->now, 1, RECENT_MINUTES, minutes, &start);
    for (size_t i = 0; i < RECENT_MINUTES; i++)
        history_add(&d->recent, &minutes[i]);
}

static void collect_requests(struct metrics *m, struct dashboard_data *d)
{
    d->started = (int64_t)metrics_query_sum(m, "climacast_start_timestamp_seconds", NULL);
    d->outcome_count = metrics_query_group_by(m, "climacast_requests_total", "outcome", d->outcomes,
                                              DASHBOARD_ROWS);
    d->refusal_count = metrics_query_group_by(m, "climacast_refusals_total", "reason", d->refusals,
                                              DASHBOARD_ROWS);
    d->intent_count = metrics_query_group_by(m, "climacast_request_seconds", "intent", d->intents,
                                             DASHBOARD_ROWS);
    d->alexa_error_count = metrics_query_group_by(m, "climacast_alexa_errors_total", "type",
                                                  d->alexa_errors, DASHBOARD_ROWS);
}

static void collect_users(struct analytics *a, struct dashboard_data *d)
{
    json_t *rows = analytics_users(a);
    size_t count = json_array_size(rows),
           skip = count > DASHBOARD_DAYS ? count - DASHBOARD_DAYS : 0;

    for (size_t i = skip; i < count; i++) {
        const json_t *row = json_array_get(rows, i);
        struct dashboard_users *day = &d->users[d->user_day_count++];
        (void)snprintf(day->day, sizeof day->day, "%.*s", STR_ARG(json_str(row, "day")));
        day->users = json_integer_value(json_object_get(row, "users"));
    }
    json_decref(rows);
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

/* A lookup goes through the tiers in turn, so only a miss in the last one is a miss of the
 * cache. */
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

static void collect_growth(struct analytics *a, struct dashboard_data *d)
{
    json_t *rows = analytics_growth(a);
    size_t count = json_array_size(rows),
           skip = count > DASHBOARD_DAYS ? count - DASHBOARD_DAYS : 0;

    for (size_t i = skip; i < count; i++) {
        const json_t *row = json_array_get(rows, i);
        struct dashboard_day *day = &d->days[d->day_count++];
        (void)snprintf(day->day, sizeof day->day, "%.*s", STR_ARG(json_str(row, "day")));
        for (size_t c = 0; c < SHARED_CACHES; c++) {
            double entries = 0;
            day->entries += json_num(row, shared_caches[c], &entries) && entries > 0 ? entries : 0;
        }
    }
    json_decref(rows);
}

static void collect_caches(struct services *s, int64_t deadline, struct dashboard_data *d)
{
    const struct config *c = s->config;
    struct memory_stats memory = memory_stats(s->memory);
    bool dynamodb = config_is(c, CONFIG_PERSISTENCE_BACKEND, "dynamodb");

    for (size_t i = 0; i < DASHBOARD_TIERS; i++)
        d->tiers[i] = tier_lookups(s->metrics, tiers[i]);
    for (size_t i = 0; i < SHARED_CACHES; i++) {
        int64_t count;
        d->caches[i] = cache_lookups(s->metrics, shared_caches[i]);
        d->entries[i] = -1;
        if (dynamodb) /* counting would read every entry, so use the last known count */
            d->entries[i] = metrics_query_sum(s->metrics, "climacast_shared_entries", "cache",
                                              shared_caches[i], NULL);
        else if (d->store_available &&
                 store_count_entries(s->store, shared_caches[i], deadline, &count, NULL) == ST_OK)
            d->entries[i] = (double)count;
    }
    d->memory_bytes = (double)memory.bytes;
    d->memory_limit = (double)memory.max_bytes;
    d->memory_entries = (double)memory.count;
    d->evictions = (double)memory.evictions;
    if (dynamodb && config_is(c, CONFIG_PERSISTENCE_SHARED_LAYOUT, "item")) {
        d->item_limit = (double)config_int(c, CONFIG_CACHE_ITEM_MAX_BYTES);
        d->item_bytes = metrics_query_sum(s->metrics, "climacast_shared_item_bytes", NULL);
    }
    collect_growth(s->analytics, d);
    d->warm_places = metrics_query_sum(s->metrics, "climacast_warm_places", NULL);
    d->warmed_count = metrics_query_group_by(s->metrics, "climacast_warmed_total", "outcome",
                                             d->warmed, DASHBOARD_ROWS);
    d->place_count = analytics_top(s->analytics, ANALYTICS_PLACES, d->places, DASHBOARD_NAMES);
    d->station_count =
        analytics_top(s->analytics, ANALYTICS_STATIONS, d->stations, DASHBOARD_NAMES);
}

static double upstream_responses(struct metrics *m, const char *label, const char *code)
{
    return metrics_query_sum(m, "climacast_upstream_responses_total", "label", label, "code", code,
                             NULL);
}

static void collect_upstream(struct metrics *m, struct dashboard_data *d)
{
    struct metrics_group response_times[DASHBOARD_ROWS];
    size_t count = metrics_query_group_by(m, "climacast_upstream_seconds", "label", response_times,
                                          DASHBOARD_ROWS);

    for (size_t i = 0; i < count; i++) {
        struct dashboard_upstream *u = &d->upstream[d->upstream_count++];
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
    d->stale = metrics_query_sum(m, "climacast_document_requests_total", "outcome", "stale", NULL);
    d->failed =
        metrics_query_sum(m, "climacast_document_requests_total", "outcome", "failed", NULL);
}

static void collect_store(struct services *s, int64_t deadline, struct dashboard_data *d)
{
    struct err err = ERR_NONE;

    d->store_available = store_describe(s->store, deadline, &d->store, &err) == ST_OK;
    if (!d->store_available) {
        d->store.backend = config_text(s->config, CONFIG_PERSISTENCE_BACKEND);
        (void)snprintf(d->store_error, sizeof d->store_error, "%s", err.text);
    }
}

static void collect_redis(struct services *s, struct dashboard_data *d)
{
    d->redis_configured = s->redis;
    d->redis_up = metrics_query_sum(s->metrics, "climacast_redis_up", NULL) > 0;
    d->redis_read_only = metrics_query_sum(s->metrics, "climacast_redis_refuses_writes", NULL) > 0;
    d->redis_connections = metrics_query_sum(s->metrics, "climacast_redis_connections", NULL);
}

static void collect_alerts(struct services *s, struct dashboard_alerts *a)
{
    struct metrics *m = s->metrics;

    a->enabled = config_bool(s->config, CONFIG_ALERTS_ENABLED);
    a->subscriptions = metrics_query_sum(m, "climacast_alert_subscriptions", NULL);
    a->polls = metrics_query_sum(m, "climacast_alert_polls_total", NULL);
    a->failed_polls = metrics_query_sum(m, "climacast_alert_polls_total", "result", "failed", NULL);
    a->sent = metrics_query_sum(m, "climacast_alerts_sent_total", NULL);
    a->held_count =
        metrics_query_group_by(m, "climacast_alerts_held_total", "reason", a->held, DASHBOARD_ROWS);
    a->dropped_count = metrics_query_group_by(m, "climacast_alerts_dropped_total", "reason",
                                              a->dropped, DASHBOARD_ROWS);
}

static void collect_breakers(struct metrics *m, struct dashboard_data *d)
{
    static const char changes[] = "climacast_breaker_changes_total";
    struct metrics_group changed[DASHBOARD_ROWS];

    d->breaker_count = metrics_query_group_by(m, changes, "breaker", changed, DASHBOARD_ROWS);
    for (size_t i = 0; i < d->breaker_count; i++) {
        struct dashboard_breaker *b = &d->breakers[i];
        const char *name = changed[i].name;
        memcpy(b->name, name, sizeof b->name);
        b->closed = metrics_query_sum(m, "climacast_breaker_state", "breaker", name, NULL) == 0;
        b->opened = metrics_query_sum(m, changes, "breaker", name, "to", "open", NULL);
        b->rejected =
            metrics_query_sum(m, "climacast_breaker_rejected_total", "breaker", name, NULL);
    }
}

void dashboard_data_collect(struct services *s, struct history *history, struct recent *recent,
                            int64_t deadline, struct dashboard_data *d)
{
    d->failure_count = recent_failures(recent, d->failures);
    d->unresolved_count = recent_unresolved(recent, d->unresolved);
    d->slowest_count = recent_slowest(recent, d->now, d->slowest);
    collect_users(s->analytics, d);
    collect_history(s->metrics, history, d);
    collect_requests(s->metrics, d);
    collect_store(s, deadline, d);
    collect_redis(s, d);
    collect_caches(s, deadline, d);
    collect_upstream(s->metrics, d);
    collect_breakers(s->metrics, d);
    collect_alerts(s, &d->alerts);
}
