/* SPDX-License-Identifier: Apache-2.0 */
/* cache/tiers.h -- the tiers memory, Redis and store, as they are counted and as what they hold is
 * told from what other versions wrote.
 *
 * The walk down them is in shared.c for shared entries (memory, Redis, store) and in documents.c
 * for weather documents (memory, Redis, upstream). */
#ifndef CLIMACAST_CACHE_TIERS_H
#define CLIMACAST_CACHE_TIERS_H

#include <stdbool.h>
#include <stdint.h>

#include "cache/memory.h"
#include "server/base/err.h"
#include "server/base/metrics.h"
#include "server/base/str.h"

/* ---- counting ---- */

enum tier { TIER_MEMORY, TIER_REDIS, TIER_STORE, TIERS };
enum tier_outcome {
    TIER_HIT,
    TIER_MISS,
    TIER_FAILED,  /* was asked, and could not say */
    TIER_SKIPPED, /* was not asked: the breaker is open */
    TIER_OUTCOMES
};

/* Handles to series that all parts share. */
struct tier_metrics {
    struct metric *requests[TIERS][TIER_OUTCOMES];
    struct metric *seconds[TIERS];
    struct metric *evictions[TIERS];
};
void tier_metrics_init(struct tier_metrics *c, struct metrics *metrics);
void tier_metrics_count(const struct tier_metrics *c, enum tier tier, enum tier_outcome outcome);
/* How Redis answered a look-up. */
enum tier_outcome tier_metrics_outcome(enum status status);

/* Evictions of the memory tier, brought up to date whenever metrics are written. `memory` and
 * `metrics` outlive it, and nothing is written after it is freed. NULL: no memory. */
struct tier_metrics_watch;
struct tier_metrics_watch *tier_metrics_watch_create(struct memory *memory,
                                                     struct metrics *metrics);
void tier_metrics_watch_free(struct tier_metrics_watch *w); /* NULL allowed */

/* ---- what lies in Redis ---- */

/* The first byte says how the rest is to be read; who does not know it takes the value for absent.
 *     entry       '1' ttl '\n' JSON
 *     document    '1' fetched_ms(13) ' ' lifetime_s(6) '\n' etag '\n' last-modified '\n' body
 * The front of a document has always the same length, so that a 304 can renew it in place. */
enum { REDIS_RECORD_FRONT_BYTES = 22 };

struct redis_record_document {
    int64_t fetched_ms; /* wall clock: fetched or revalidated */
    int64_t lifetime_s;
    struct str etag, last_modified; /* "" where there is none */
    struct str body;
};
void redis_record_put_entry(struct buf *b, int64_t ttl, struct str json);
bool redis_record_parse_entry(struct str s, int64_t *ret_ttl, struct str *ret_json);
void redis_record_put_document(struct buf *b, const struct redis_record_document *r);
/* All borrowed from `s`. */
bool redis_record_parse_document(struct str s, struct redis_record_document *ret_record);
/* The parts that a renewal compares and replaces. */
void redis_record_put_front(struct buf *b, const struct redis_record_document *r);
void redis_record_put_validators(struct buf *b, const struct redis_record_document *r);

#endif
