/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/tier_metrics.c -- metrics of the cache tiers. */
#include "cache/tier_metrics.h"

#include "tests/test.h"

static void free_nothing(void *data)
{
    (void)data;
}

TEST(each_tier_is_counted_and_evictions_are_counted_once)
{
    struct metrics *metrics = metrics_create();
    struct memory *memory = memory_create(65536);
    struct tier_metrics_watch *watch = tier_metrics_watch_create(memory, metrics);
    struct tier_metrics tiers;
    struct buf text = BUF_INIT(1 << 20);
    uint64_t evictions;

    tier_metrics_init(&tiers, metrics);
    tier_metrics_count(&tiers, TIER_REDIS, TIER_SKIPPED);
    tier_metrics_count(&tiers, TIER_STORE, TIER_HIT);
    CHECK(metric_value(tiers.requests[TIER_REDIS][TIER_SKIPPED]) == 1);
    CHECK_INT(tier_metrics_outcome(ST_OK), TIER_HIT);
    CHECK_INT(tier_metrics_outcome(ST_MISS), TIER_MISS);
    CHECK_INT(tier_metrics_outcome(ST_UNAVAILABLE), TIER_SKIPPED);
    CHECK_INT(tier_metrics_outcome(ST_TIMEOUT), TIER_FAILED);
    for (int i = 0; i < 200; i++) {
        struct object *o = object_create(NULL, 2000, free_nothing);
        char key[20];
        (void)snprintf(key, sizeof key, "%d", i);
        memory_put(memory, str_of(key), o, 0);
        object_release(o);
    }
    evictions = memory_stats(memory).evictions;
    CHECK(evictions > 100);
    metrics_write(metrics, &text);
    metrics_write(metrics, &text);
    CHECK(metric_value(tiers.evictions[TIER_MEMORY]) == (double)evictions);
    CHECK(strstr(text.p, "climacast_tier_requests_total{tier=\"redis\",outcome=\"skipped\"} 1"));
    CHECK(strstr(text.p, "climacast_tier_seconds_count{tier=\"store\"} 0"));
    buf_free(&text);
    tier_metrics_watch_free(watch);
    memory_free(memory);
    metrics_free(metrics);
}

TESTS(each_tier_is_counted_and_evictions_are_counted_once)
