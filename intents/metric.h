/* SPDX-License-Identifier: Apache-2.0 */
/* intents/metric.h -- the metrics, and every phrase that can name one.  Pure. */
#ifndef CLIMACAST_INTENTS_METRICS_H
#define CLIMACAST_INTENTS_METRICS_H

#include <stdbool.h>

#include "server/base/str.h"

enum metric_id {
#define METRIC(id, stored, spoken) METRIC_##id,
#include "intents/metric.def"
#undef METRIC
    METRIC_COUNT
};
enum { METRIC_DEFAULTS = 8 }; /* the ids below are those that a user's list can hold */

/* What a phrase means. */
struct metric_words {
    enum metric_id id;
    bool forecast;     /* "forecast", or a phrase with "chance" in it: later, not now */
    bool listable;     /* AddCustomIntent and RemCustomIntent accept it */
    bool no_readings;  /* "air quality": there may be alerts about it, but there are no figures */
    const char *about; /* what a yes/no question would be about: "rain", "precipitation", "snow",
                        "cloudy", "clear", "sunny", "windy"; of ALERTS the hazard, as events of
                        NWS spell it: "Tornado"; else "" */
};

/* Finds what the lower-case phrase means; false when it names no metric. */
bool metric_find(struct str words, struct metric_words *ret_words);
/* The name as stored: "barometric pressure", "skys". */
const char *metric_name(enum metric_id id);
/* The name as spoken: "barometric pressure", "skies". */
const char *metric_spoken_name(enum metric_id id);
/* Finds the metric with that stored name; false when a user's list cannot hold it. */
bool metric_by_name(struct str name, enum metric_id *ret_id);

/* The reason word (apologies.def) for what the National Weather Service does not publish: "pollen",
 * "the UV index". NULL for anything else. */
const char *metric_unsupported(struct str words);
/* "Road conditions": is it about driving? */
bool metric_is_roads(struct str words);

/* "Thunderstorms", "ice", "dry": is it what may be there at a time, without a figure of its own? */
bool metric_is_event(struct str words);

#endif
