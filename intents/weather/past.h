/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/past.h -- what a station has reported in a time of the past.
 *
 * Reports come roughly newest first, some of them twice, and any value may be missing. */
#ifndef CLIMACAST_INTENTS_WEATHER_PAST_H
#define CLIMACAST_INTENTS_WEATHER_PAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "intents/weather/nws.h"
#include "intents/weather/observation.h"

/* The values of a report that can be compared. */
struct past_report {
    int64_t time; /* UTC seconds */
    struct observation_value temperature, felt, dewpoint, humidity, wind, gust;
};

/* The reports of a document, in its order. */
struct past {
    size_t count;
    bool unread; /* some reports can't be read, or there are more than can be kept */
    struct past_report at[];
};

/* What a report tells of each; `felt` is the wind chill or heat index where there is one. */
struct past_report past_report_of(const struct observation *o);

/* Gets the reports from `from` to `to`, widened to whole hours so that later questions find the
 * same document cached. `station` is an id of place.stations. Valid as long as call->arena.
 *   ST_OK          *ret_past may be empty: the station is silent
 *   ST_WOULD_WAIT, ST_TIMEOUT, ST_UNAVAILABLE, ST_SYSTEM */
enum status past_get(struct nws *n, const struct call *call, struct str station, int64_t from,
                     int64_t to, const struct past **ret_past, struct err *err);

/* Decodes a document; the object's data is a struct past. Exported for tests and fuzzing. */
enum status past_decode(struct str body, struct nws *n, struct object **ret_object,
                        struct err *err);

#endif
