/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/alert.h -- the active alerts of a place.
 *
 * NWS is queried for the point, its county and its forecast zone, page by page, and the answers are
 * merged. An empty result does not mean that there are no alerts: only alert_all_clear() says that.
 * */
#ifndef CLIMACAST_INTENTS_WEATHER_ALERT_H
#define CLIMACAST_INTENTS_WEATHER_ALERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "intents/weather/foresight.h"
#include "intents/weather/nws.h"
#include "intents/weather/place.h"

enum alert_severity { /* in ascending order */
                      SEVERITY_UNKNOWN,
                      SEVERITY_MINOR,
                      SEVERITY_MODERATE,
                      SEVERITY_SEVERE,
                      SEVERITY_EXTREME
};

const char *alert_severity_name(enum alert_severity severity); /* "Severe", "Unknown" */

struct alert {
    /* As sent; "" when null. */
    const char *id, *event, *area, *headline, *description, *instruction;
    const char *zones; /* ids of the areas, in their order, each ended by a NUL */
    size_t zone_count;
    enum alert_severity severity;
    const char *urgency; /* "Immediate", "Expected", "Future", "Past"; "" when unknown */
    int64_t sent, onset; /* UTC seconds, 0 when unknown */
    int64_t until;       /* `ends`, otherwise `expires`; 0 when unknown */
};
/* What the absence of an alert proves. */
enum alerts_reading {
    ALERTS_NOT_READ,     /* nothing */
    ALERTS_READ_IN_PART, /* nothing: there may be others */
    ALERTS_READ,         /* all lists were fetched just now, to their ends, and understood */
};

struct alerts {
    enum alerts_reading reading;
    size_t count;
    const struct alert *at; /* distinct, most severe first; valid as long as the arena */
    size_t asked;           /* queries for a complete answer */
    size_t failed;          /* those that could not be made, or failed on some page */
    size_t answered;        /* those that just now gave all pages, all of them readable */
    size_t unreadable;      /* alerts that may be in force but are unreadable, so they are not
                               spoken */
    bool stale;             /* some alerts come from an expired list */
    int64_t age_s;          /* of the oldest list used */
};

/* Gets the alerts that are active at call->now.
 *   ST_OK            also when some queries failed: see `reading`
 *   ST_WOULD_WAIT
 *   ST_TIMEOUT, ST_UNAVAILABLE   all queries failed and nothing is cached
 *   ST_SYSTEM        out of memory */
enum status alert_get_active(struct nws *n, const struct call *call, const struct place *place,
                             struct alerts *ret_alerts, struct err *err);

/* Foresees alert_get_active(). */
foresight_fn alert_foresee;

/* True only when everything was read, and no alert is active. */
bool alert_all_clear(const struct alerts *a);

/* Decodes a list of alerts; the object's data is a struct alert_list (alert_internal.h). */
enum status alert_decode(struct str body, struct object **ret_object, struct err *err);

#endif
