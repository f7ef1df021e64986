/* SPDX-License-Identifier: Apache-2.0 */
/* server/usage/analytics.h -- which places and stations are requested most, and how the caches
 * grow.
 *
 * Requests are counted in the process.  From time to time the counts are merged with those of other
 * instances, in Redis when there is one, else in the store.  A row on the growth of the caches is
 * written to the store once a day. Everything is bounded. The store has it in one item,
 * ANALYTICS_ID:
 *
 *     {"asked": {"places": {"boulder_colorado": 12, ...}, "stations": {"KBDU": 7, ...}},
 *      "growth": {"2026-11-22": {"LocationCache": 10, ..., "bytes": 24576}, ...},
 *      "users": {"2026-11-21": 38, "2026-11-22": "AAEAAgAB..."}}
 *
 * How often a place was requested is recorded, never by whom.  Users are counted without recording
 * their ids: the day and the id are hashed together, and the hash goes into a sketch, which is
 * stored until its day is over (server/usage/user_days.h). No answer depends on any of it, or waits
 * for it. */
#ifndef CLIMACAST_SERVER_USAGE_ANALYTICS_H
#define CLIMACAST_SERVER_USAGE_ANALYTICS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/redis/redis.h"
#include "cache/store.h"
#include "cache/topk.h"
#include "server/base/err.h"
#include "server/base/metrics.h"
#include "server/base/str.h"

#define ANALYTICS_ID STORE_SHARED_ID "_STATS" /* not a possible user id */

enum analytics_kind { ANALYTICS_PLACES, ANALYTICS_STATIONS, ANALYTICS_KINDS };
extern const char *const analytics_kind_names[ANALYTICS_KINDS]; /* "places", "stations" */

enum { ANALYTICS_DAYS_MAX = 120 }; /* rows of growth */

struct analytics;

/* All borrowed; `redis` and `metrics` may be NULL. NULL: out of memory. */
struct analytics *analytics_create(struct store *store, struct redis *redis,
                                   struct metrics *metrics);
void analytics_free(struct analytics *a); /* NULL is allowed */

/* Count an answer about this place with a report from this station; either may be "". Thread-safe;
 * `a` may be NULL. */
void analytics_count(struct analytics *a, struct str place, struct str station);
/* Count the user as one of today's, once. Thread-safe; `a` may be NULL. */
void analytics_count_user(struct analytics *a, struct str user_id);
/* The estimated number of today's users, of all instances as of the last merge. */
double analytics_users_today(struct analytics *a);
/* The most requested ones, most first. Returns how many, at most `max`. Thread-safe. */
size_t analytics_top(struct analytics *a, enum analytics_kind kind, struct topk_name *ret_names,
                     size_t max);

/* ---- merging; by one thread at a time ---- */

/* Read what has been recorded, without adding to it. */
enum status analytics_load(struct analytics *a, int64_t deadline, struct err *err);
/* Add the new counts and read the sums; on the first call of a day, write a row of growth. */
enum status analytics_sync(struct analytics *a, int64_t deadline, struct err *err);
/* Add the new counts, if there are any. */
enum status analytics_flush(struct analytics *a, int64_t deadline, struct err *err);

/* The rows of growth as of the last merge, oldest first: [{"day": "2026-11-22", "LocationCache":
 * 10, ...}]. A new reference; NULL: out of memory. Thread-safe. */
json_t *analytics_growth(struct analytics *a);

/* The users of each day, oldest first, today's last: [{"day": "2026-11-22", "users": 38}]. A new
 * reference; NULL: out of memory. Thread-safe. */
json_t *analytics_users(struct analytics *a);

/* Write the most requested ones in the Prometheus text format. */
void analytics_write(struct analytics *a, struct buf *out);

#endif
