/* SPDX-License-Identifier: Apache-2.0 */
/* server/analytics.h -- what is asked for most, and how the caches grow: counted here, brought
 * together with other instances now and then, and kept over restarts, all of it bounded.
 *
 * Counts of all instances meet in Redis when there is one, else in the store; a row a day on growth
 * goes to the store. In the store it is one item, ANALYTICS_ID:
 *     {"asked": {"places": {"boulder_colorado": 12, ...}, "stations": {"KBDU": 7, ...}},
 *      "growth": {"2026-11-22": {"LocationCache": 10, ..., "bytes": 24576}, ...}}
 * Whose place was asked for is not kept, only how often it was. Nothing here is needed for an
 * answer, and nothing waits for it. */
#ifndef CLIMACAST_SERVER_ANALYTICS_H
#define CLIMACAST_SERVER_ANALYTICS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/redis/redis.h"
#include "cache/store.h"
#include "cache/topk.h"
#include "server/base/err.h"
#include "server/base/metrics.h"
#include "server/base/str.h"

#define ANALYTICS_ID STORE_SHARED_ID "_STATS" /* no user has such an id */

enum analytics_kind { ANALYTICS_PLACES, ANALYTICS_STATIONS, ANALYTICS_KINDS };
extern const char *const analytics_kind_names[ANALYTICS_KINDS]; /* "places", "stations" */

enum { ANALYTICS_DAYS_MAX = 120 }; /* rows on growth */

struct analytics;

/* `redis` may be NULL, `metrics` too; all outlive it. NULL: no memory. */
struct analytics *analytics_create(struct store *store, struct redis *redis,
                                   struct metrics *metrics);
void analytics_free(struct analytics *a); /* NULL allowed */

/* A question about this place was answered, from this station; either may be "". Any thread. */
void analytics_count(struct analytics *a, struct str place, struct str station);
size_t analytics_top(struct analytics *a, enum analytics_kind kind, struct topk_name *ret_names,
                     size_t room);

/* ---- meetings, by one thread at a time ---- */

/* Learn what is known already, add nothing. */
enum status analytics_load(struct analytics *a, int64_t deadline, struct err *err);
/* Add what was counted and learn the sum; on the first call of a day, a row on growth. */
enum status analytics_sync(struct analytics *a, int64_t deadline, struct err *err);
/* Add what was counted, if anything was. */
enum status analytics_flush(struct analytics *a, int64_t deadline, struct err *err);

/* The rows on growth as of the last meeting, oldest first: [{"day", "LocationCache", ...}]; a new
 * reference, NULL: no memory. */
json_t *analytics_growth(struct analytics *a);

/* The most asked ones as Prometheus text. */
void analytics_write(struct analytics *a, struct buf *out);

#endif
