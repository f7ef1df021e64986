/* SPDX-License-Identifier: Apache-2.0 */
/* cache/tier_metrics.h -- metrics of the cache tiers: memory, Redis and the store.
 *
 * cache/shared.c looks up shared entries in all three; cache/documents.c looks up weather documents
 * in the first two. Thread-safe. */
#ifndef CLIMACAST_CACHE_TIER_METRICS_H
#define CLIMACAST_CACHE_TIER_METRICS_H

#include "cache/memory.h"
#include "server/base/err.h"
#include "server/base/metrics.h"

enum tier { TIER_MEMORY, TIER_REDIS, TIER_STORE, TIERS };
enum tier_outcome {
    TIER_HIT,
    TIER_MISS,
    TIER_FAILED,  /* the lookup failed */
    TIER_SKIPPED, /* the circuit breaker is open */
    TIER_OUTCOMES
};

/* The series, shared by all that use the same struct metrics. */
struct tier_metrics {
    struct metric *requests[TIERS][TIER_OUTCOMES];
    struct metric *seconds[TIERS];   /* NULL for memory */
    struct metric *evictions[TIERS]; /* NULL for the store */
};
void tier_metrics_init(struct tier_metrics *t, struct metrics *metrics);
void tier_metrics_count(const struct tier_metrics *t, enum tier tier, enum tier_outcome outcome);
/* The outcome of a Redis lookup. */
enum tier_outcome tier_metrics_outcome(enum status status);

/* Updates the eviction counter of the memory tier whenever the metrics are written. `memory` and
 * `metrics` must outlive it, and no metrics may be written after it is freed. Returns NULL when out
 * of memory. */
struct tier_metrics_watch;
struct tier_metrics_watch *tier_metrics_watch_create(struct memory *memory,
                                                     struct metrics *metrics);
void tier_metrics_watch_free(struct tier_metrics_watch *w); /* NULL is allowed */

#endif
