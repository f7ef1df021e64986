/* SPDX-License-Identifier: Apache-2.0 */
/* cache/tier_metrics.c -- metrics of the cache tiers: memory, Redis and the store. */
#include "cache/tier_metrics.h"

#include <stdatomic.h>
#include <stdlib.h>

static const char *const tier_names[TIERS] = { "memory", "redis", "store" };
static const char *const outcome_names[TIER_OUTCOMES] = { "hit", "miss", "failed", "skipped" };

void tier_metrics_init(struct tier_metrics *t, struct metrics *metrics)
{
    struct metric_family *requests =
        metrics_family(metrics, METRIC_COUNTER, "climacast_tier_requests_total", "tier,outcome",
                       "Lookups of entries and documents in each tier.");
    struct metric_family *seconds =
        metrics_family(metrics, METRIC_HISTOGRAM, "climacast_tier_seconds", "tier",
                       "Duration of one call to a tier.");
    struct metric_family *evictions =
        metrics_family(metrics, METRIC_COUNTER, "climacast_tier_evictions_total", "tier",
                       "Entries and documents evicted to make room.");

    for (size_t tier = 0; tier < TIERS; tier++) {
        for (size_t o = 0; o < TIER_OUTCOMES; o++)
            t->requests[tier][o] = metric_get(requests, tier_names[tier], outcome_names[o], NULL);
        /* Memory is faster than any bucket; the store counts its own evictions. */
        t->seconds[tier] =
            tier == TIER_MEMORY ? NULL : metric_get(seconds, tier_names[tier], NULL, NULL);
        t->evictions[tier] =
            tier == TIER_STORE ? NULL : metric_get(evictions, tier_names[tier], NULL, NULL);
    }
}

void tier_metrics_count(const struct tier_metrics *t, enum tier tier, enum tier_outcome outcome)
{
    metric_add(t->requests[tier][outcome], 1);
}

enum tier_outcome tier_metrics_outcome(enum status status)
{
    if (status == ST_OK)
        return TIER_HIT;
    if (status == ST_MISS)
        return TIER_MISS;
    return status == ST_UNAVAILABLE ? TIER_SKIPPED : TIER_FAILED;
}

struct tier_metrics_watch {
    struct memory *memory;
    struct tier_metrics tiers;
    _Atomic uint64_t counted;
};

static void count_evictions(void *data)
{
    struct tier_metrics_watch *w = data;
    uint64_t now = memory_stats(w->memory).evictions, before = atomic_load(&w->counted);

    /* When two threads write at once, only one adds. */
    if (now > before && atomic_compare_exchange_strong(&w->counted, &before, now))
        metric_add(w->tiers.evictions[TIER_MEMORY], (int64_t)(now - before));
}

struct tier_metrics_watch *tier_metrics_watch_create(struct memory *memory, struct metrics *metrics)
{
    struct tier_metrics_watch *w = calloc(1, sizeof *w);

    if (!w)
        return NULL;
    w->memory = memory;
    tier_metrics_init(&w->tiers, metrics);
    metrics_on_write(metrics, count_evictions, w);
    return w;
}

void tier_metrics_watch_free(struct tier_metrics_watch *w)
{
    free(w);
}
