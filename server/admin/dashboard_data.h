/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/dashboard_data.h -- everything the dashboard shows, collected before it is written.
 *
 * Names come from users and upstream services: escape them when writing the page. Thread-safe. */
#ifndef CLIMACAST_SERVER_ADMIN_DASHBOARD_DATA_H
#define CLIMACAST_SERVER_ADMIN_DASHBOARD_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/shared_caches.h"
#include "cache/store.h"
#include "cache/topk.h"
#include "server/admin/history.h"
#include "server/admin/metrics_query.h"
#include "server/admin/station_names.h"
#include "server/base/str.h"
#include "server/base/zone.h"
#include "server/request/recent.h"

enum {
    DASHBOARD_BARS_MAX = 96,
    DASHBOARD_ROWS = 12,
    DASHBOARD_NAMES = 10,
    DASHBOARD_DAYS = 60,
    DASHBOARD_TIERS = 3,
};

struct dashboard_lookups {
    const char *name; /* "memory", "LocationCache" */
    double hits, misses, failed, skipped;
};

struct dashboard_upstream {
    char name[METRICS_GROUP_NAME_MAX + 1]; /* "grid", "observation" */
    double ok;                             /* 2xx and 304 */
    double client_errors;                  /* other 3xx, 4xx */
    double failures;                       /* 5xx, timeout, no response */
    double seconds;                        /* mean response time; 0 when unknown */
};

/* A circuit breaker that has not always been closed. */
struct dashboard_breaker {
    char name[METRICS_GROUP_NAME_MAX + 1]; /* "grid", "store_reads", "redis" */
    bool closed;
    double opened;   /* times since startup */
    double rejected; /* calls that were not made */
};

/* Alerts that are pushed, since startup. */
struct dashboard_alerts {
    bool enabled;
    double subscriptions, polls, failed_polls, sent;
    struct metrics_group held[DASHBOARD_ROWS], dropped[DASHBOARD_ROWS]; /* by reason */
    size_t held_count, dropped_count;
};

struct dashboard_day {
    char day[11]; /* "2026-11-22" */
    double entries;
};

struct dashboard_users {
    char day[11];
    int64_t users;
};

struct dashboard_data {
    int64_t now, started;    /* epoch seconds */
    const struct zone *zone; /* in which times are shown */
    const char *version;
    bool ready;
    char not_ready[600]; /* why not, one reason per line */
    bool console;        /* the test console is enabled */
    double connections, running, queued;
    /* requests over time */
    bool whole_day, paused;
    int bar_minutes;
    size_t bar_count;
    int64_t bars_start;
    struct history_totals bars[DASHBOARD_BARS_MAX];
    struct history_totals since_start;
    struct history_totals recent; /* the last five minutes */
    int64_t outage_s;             /* for how long the weather has been unavailable; 0: it is
                                     available */
    bool degraded;                /* for so long that /readyz says so */
    struct recent_request failures[RECENT_FAILURES], slowest[RECENT_SLOWEST];
    size_t failure_count, slowest_count;
    struct recent_words unresolved[RECENT_UNRESOLVED];
    size_t unresolved_count;
    struct dashboard_users users[DASHBOARD_DAYS]; /* by day, today last */
    size_t user_day_count;
    /* requests since startup */
    struct metrics_group outcomes[DASHBOARD_ROWS], refusals[DASHBOARD_ROWS],
        intents[DASHBOARD_ROWS], alexa_errors[DASHBOARD_ROWS];
    size_t outcome_count, refusal_count, intent_count, alexa_error_count;
    /* caches */
    struct dashboard_lookups tiers[DASHBOARD_TIERS], caches[SHARED_CACHES];
    double entries[SHARED_CACHES]; /* in the store; negative when unknown */
    double memory_bytes, memory_limit, memory_entries, evictions;
    double item_bytes, item_limit; /* SHARED_CACHE; item_limit is 0 when it is not used */
    struct dashboard_day days[DASHBOARD_DAYS];
    size_t day_count;
    struct topk_name places[DASHBOARD_NAMES], stations[DASHBOARD_NAMES];
    size_t place_count, station_count;
    char station_names[DASHBOARD_NAMES][STATION_NAMES_BYTES]; /* of `stations`; "" when unknown */
    double warm_places;
    struct metrics_group warmed[DASHBOARD_ROWS]; /* by outcome */
    size_t warmed_count;
    struct dashboard_alerts alerts;
    /* dependencies */
    struct dashboard_upstream upstream[DASHBOARD_ROWS];
    size_t upstream_count;
    double stale, failed;                       /* documents served stale; documents unavailable */
    int64_t certificate_start, certificate_end; /* 0 in plain HTTP */
    char certificate_name[128];
    struct store_facts store;
    bool store_available;
    char store_error[400];
    struct dashboard_breaker breakers[DASHBOARD_ROWS]; /* those that were opened most first */
    size_t breaker_count;
    bool redis_configured, redis_up, redis_read_only;
    double redis_connections;
};

struct services;

/* Fill in everything but readiness, connections and the certificate, which belong to the listeners,
 * and the names of stations. The caller sets `now` and `whole_day` first: they select the time
 * span. Only the store may block, at most until `deadline`. `recent` may be NULL. */
void dashboard_data_collect(struct services *services, struct history *history,
                            struct recent *recent, int64_t deadline, struct dashboard_data *d);

#endif
