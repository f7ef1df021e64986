/* SPDX-License-Identifier: Apache-2.0 */
/* server/alerts/bulletin.h -- the alerts in force at one moment, each with the identity of its
 * event.
 *
 * Made from the decoded list of the weather service, and never changed: threads share it by
 * reference (struct object). Only what the active rule lets through is in it: status Actual, not a
 * test, not canceled, not replaced by another alert of the list, not ended, and no VTEC action that
 * ends the event. */
#ifndef CLIMACAST_SERVER_ALERTS_BULLETIN_H
#define CLIMACAST_SERVER_ALERTS_BULLETIN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/alerts/subscriptions.h"
#include "intents/weather/alert_internal.h"
#include "server/alerts/identity.h"
#include "server/base/err.h"
#include "server/base/object.h"

struct bulletin_entry {
    char key[IDENTITY_SIZE]; /* of the event; several entries may have the same one */
    const struct listed_alert *listed;
    const char *type; /* Amazon's alert type; NULL: it has none */
};

struct bulletin {
    struct object *source; /* the decoded list */
    bool complete;         /* an event that is not in it is over */
    size_t count;
    struct bulletin_entry at[];
};

/* *ret_object's data is a struct bulletin. `roots` (an object, may be NULL) remembers the first
 * alert of each chain without VTEC, by id; it is brought up to date, and what is not listed any
 * more is forgotten. */
enum status bulletin_create(struct object *list, json_t *roots, int64_t now,
                            struct object **ret_object, struct err *err);

/* Does the alert concern the place: is it inside the polygon, or without one in one of the
 * zones? */
bool bulletin_concerns(const struct bulletin *b, const struct bulletin_entry *e,
                       const struct subscription_place *place);
/* Is the event in the bulletin? */
bool bulletin_has(const struct bulletin *b, const char *key);

#endif
