/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/observation_internal.h -- decoded observations, and the choice among stations. */
#ifndef CLIMACAST_INTENTS_WEATHER_OBSERVATION_INTERNAL_H
#define CLIMACAST_INTENTS_WEATHER_OBSERVATION_INTERNAL_H

#include <stddef.h>

#include "intents/weather/observation.h"

/* A decoded document: the observations that have a valid time, in its order. */
struct observation_list {
    size_t count;
    bool unread;             /* it has others, which can't be read */
    struct observation at[]; /* their texts follow in memory; station_id may be "" */
};

enum {
    OBSERVATION_FUTURE_S = 600, /* a station's clock may be ahead by this much */
    OBSERVATION_FRESH_S = 7200, /* younger: current */
    OBSERVATION_OLD_S = 21600,  /* older: unusable */
};

/* Decodes at most `max` observations of a document, as observation_decode() does. */
enum status observation_decode_list(struct str body, struct nws *n, size_t max,
                                    struct object **ret_object, struct err *err);
/* Does it have the measurement? */
bool observation_has(const struct observation *o, enum observation_need need);
/* Was the measurement sent, but is not usable? */
bool observation_doubtful(const struct observation *o, enum observation_need need);
/* Chooses among the newest observations of stations, which are sorted by distance; NULL where there
 * is none. Returns the index of the first that is fresh and has the measurement, otherwise the
 * first that is not too old, otherwise `count`. */
size_t observation_choose(const struct observation *const *newest, size_t count, int64_t now,
                          enum observation_need need, bool *ret_fresh);
/* Compares the pressure of `o` with that of the observation in `list` whose age is closest to an
 * hour, within 40 to 100 minutes. Steady means that they differ by at most 0.01 inch. */
enum pressure_trend observation_pressure_trend(const struct observation *o,
                                               const struct observation_list *list);

#endif
