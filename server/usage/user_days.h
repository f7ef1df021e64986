/* SPDX-License-Identifier: Apache-2.0 */
/* server/usage/user_days.h -- how many users there were on each day (UTC), counted without
 * recording who.
 *
 * A user's id is hashed together with the day, and the hash goes into the day's sketch
 * (server/base/hyperloglog.h). No id can be recovered from a sketch, and the sketches of two days
 * do not show whether the same users were there. Sketches of several instances are merged in the
 * store, in an object such as {"2026-11-21": 38, "2026-11-22": "AAEAAgAB..."}: the sketch, in
 * base64, until its day is over; then only the number. Thread-safe. */
#ifndef CLIMACAST_SERVER_USAGE_USER_DAYS_H
#define CLIMACAST_SERVER_USAGE_USER_DAYS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/base/str.h"

enum { USER_DAYS_MAX = 120 }; /* days that are kept */

struct user_days;

struct user_days *user_days_create(void); /* NULL: out of memory */
void user_days_free(struct user_days *u); /* NULL is allowed */

/* Count the user as one of the day of `now` (epoch seconds), once. "" is ignored. */
void user_days_count(struct user_days *u, struct str user_id, int64_t now);
/* The estimated number of users of the day of `now`. */
double user_days_today(struct user_days *u, int64_t now);

/* Was anything counted since the last merge? */
bool user_days_is_changed(struct user_days *u);
/* Merge with an object as above, in both directions: `days` then has what this process has counted,
 * and this process what was in `days`, of which only what makes sense is taken. */
void user_days_merge(struct user_days *u, json_t *days, int64_t now);
/* The merged object could not be saved: merge again. */
void user_days_restore(struct user_days *u);

/* Each day, oldest first: [{"day": "2026-11-22", "users": 38}, ...]. A new reference; NULL: out of
 * memory. */
json_t *user_days_rows(struct user_days *u, int64_t now);

#endif
