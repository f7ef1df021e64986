/* SPDX-License-Identifier: Apache-2.0 */
/* server/alerts/watch.h -- the users that the poller watches over: their subscriptions, as last
 * read, and what is known of their logs. Thread-safe. */
#ifndef CLIMACAST_SERVER_ALERTS_WATCH_H
#define CLIMACAST_SERVER_ALERTS_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/alerts/alert_log.h"
#include "cache/alerts/subscriptions.h"
#include "server/base/object.h"
#include "server/base/str.h"

struct watch;

struct watch *watch_create(void); /* NULL: out of memory */
void watch_free(struct watch *w); /* NULL is allowed */
/* Forget everything: another daemon may have changed it. */
void watch_clear(struct watch *w);

/* Read what has changed in the index. */
enum status watch_read(struct watch *w, struct store *store, int64_t deadline, struct err *err);
/* The number of users who get notifications. */
size_t watch_count(struct watch *w);
/* The counties and forecast zones of their places, sorted and distinct: malloc'd, as are the texts'
 * array. False: out of memory. */
struct watch_zones {
    const char **at;
    size_t count;
    char (*names)[8];
};
bool watch_get_zones(struct watch *w, struct watch_zones *ret);
void watch_zones_done(struct watch_zones *z);
/* The places of those who live in this zone are to be resolved again. */
void watch_renew_zone(struct watch *w, const char *zone);

/* Use this from now on; takes over the reference. */
void watch_set_bulletin(struct watch *w, struct object *bulletin);
struct object *watch_bulletin(struct watch *w); /* a new reference; NULL: there is none yet */

/* Call fn(data, user) for those for whom there may be something to do: a place to be resolved, an
 * alert that is not in the log, a planned notification. */
typedef void watch_due_fn(void *data, struct str user);
void watch_find_due(struct watch *w, int64_t now_ms, watch_due_fn *fn, void *data);

/* The log of a user as it is now; takes over its records. */
void watch_set_log(struct watch *w, struct str user, struct alert_log *log);
/* This user no longer gets notifications. */
void watch_forget(struct watch *w, struct str user);
/* Are the places of the user to be resolved, though the subscription does not say so? Answers yes
 * once. */
bool watch_take_renewal(struct watch *w, struct str user);

#endif
