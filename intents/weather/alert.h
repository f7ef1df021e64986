/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/alert.h -- the active alerts of a place: asked for point, county and forecast
 * zone, merged.
 *
 * SPEC section 5, "Alerts". The all-clear cannot be had by accident: alert_all_clear() is the only
 * way to it. */
#ifndef CLIMACAST_INTENTS_WEATHER_ALERT_H
#define CLIMACAST_INTENTS_WEATHER_ALERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "intents/weather/nws.h"
#include "intents/weather/place.h"

enum alert_severity {
    SEVERITY_UNKNOWN,
    SEVERITY_MINOR,
    SEVERITY_MODERATE,
    SEVERITY_SEVERE,
    SEVERITY_EXTREME
};

struct alert {
    const char *id, *event, *area, *headline, *description,
        *instruction; /* "" when null; as sent */
    enum alert_severity severity;
    int64_t sent, onset, until; /* until: `ends`, else `expires`; 0 = not said */
};
struct alerts {
    size_t count;
    const struct alert *at; /* most severe first, each once; live as long as the arena */
    size_t asked, answered; /* queries; answered just now with a list */
    bool stale;             /* some come from an expired list */
    int64_t age_s;          /* of the oldest list used */
};

/* ST_OK even when some queries failed: look at answered. ST_UNAVAILABLE / ST_TIMEOUT when all did
 * and nothing is kept. */
enum status alert_get_active(struct nws *n, const struct call *call, const struct place *place,
                             struct alerts *ret_alerts, struct err *err);
/* True only when every query succeeded just now and nothing active came. */
bool alert_all_clear(const struct alerts *a);
enum status alert_decode(struct str body, struct object **ret_object, struct err *err);

#endif
