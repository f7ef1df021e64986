/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/dashboard.h -- the operator's page: one HTML document without scripts or outside
 * assets.
 *
 * What it tells is gathered into `struct dashboard_facts` first (dashboard_facts.c); to write the
 * page from them is pure. Names that come from users or upstream are escaped where they are
 * written. */
#ifndef CLIMACAST_SERVER_ADMIN_DASHBOARD_H
#define CLIMACAST_SERVER_ADMIN_DASHBOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/store.h"
#include "cache/topk.h"
#include "server/admin/history.h"
#include "server/admin/metrics_query.h"
#include "server/base/str.h"

enum {
    DASHBOARD_BARS_MAX = 96,
    DASHBOARD_ROWS = 12,
    DASHBOARD_NAMES = 10,
    DASHBOARD_DAYS = 60,
    DASHBOARD_TIERS = 3,
    DASHBOARD_CACHES = 3,
};

struct dashboard_lookups {
    const char *name; /* "memory", "LocationCache" */
    double hits, misses, failed, skipped;
};

struct dashboard_upstream {
    char name[METRICS_GROUP_NAME_MAX + 1]; /* "grid", "observation" */
    double well, refused, faults; /* 2xx and 304; other 3xx and 4xx; 5xx, timeout, no answer */
    double seconds;               /* mean; 0 when unknown */
};

struct dashboard_day {
    char day[11]; /* "2026-11-22" */
    double entries;
};

struct dashboard_facts {
    int64_t now, started; /* epoch seconds */
    const char *version;
    bool ready;
    char why[600]; /* when not: a line a reason */
    bool console;  /* the test console is served */
    double connections, running, queued;
    /* over time */
    bool whole_day, paused;
    int bar_minutes;
    size_t bar_count;
    int64_t bars_start;
    struct history_totals bars[DASHBOARD_BARS_MAX];
    struct history_totals since_start;
    /* of requests */
    struct metrics_group outcomes[DASHBOARD_ROWS], refusals[DASHBOARD_ROWS],
        intents[DASHBOARD_ROWS];
    size_t outcome_count, refusal_count, intent_count;
    /* of the caches */
    struct dashboard_lookups tiers[DASHBOARD_TIERS], caches[DASHBOARD_CACHES];
    double entries[DASHBOARD_CACHES]; /* in the store; below 0: unknown */
    double memory_bytes, memory_limit, memory_entries, evictions;
    double item_bytes, item_limit; /* item_limit 0: there is no such item */
    struct dashboard_day days[DASHBOARD_DAYS];
    size_t day_count;
    struct topk_name places[DASHBOARD_NAMES], stations[DASHBOARD_NAMES];
    size_t place_count, station_count;
    double warm_places;
    struct metrics_group warmed[DASHBOARD_ROWS]; /* by outcome */
    size_t warmed_count;
    /* of what stands behind */
    struct dashboard_upstream upstream[DASHBOARD_ROWS];
    size_t upstream_count;
    double stale, failed; /* documents that were served stale, and those that were not to be had */
    int64_t certificate_end;
    char certificate_name[128];
    struct store_facts store;
    bool store_answers;
    char store_why[400];
    bool redis_configured, redis_up, redis_refuses_writes;
    double redis_connections;
};

struct services;

/* What the parts tell; readiness, connections and the certificate are the listeners'. now and
 * whole_day are given, and say which span. */
void dashboard_facts_collect(struct services *parts, struct history *history, int64_t deadline,
                             struct dashboard_facts *f);

/* The whole page. */
void dashboard_write(const struct dashboard_facts *f, struct buf *out);

#endif
