/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/observation_internal.h -- shared by observation_decode.c, which reads a station's
 * document, and observation.c, which chooses among stations. */
#ifndef CLIMACAST_INTENTS_WEATHER_OBSERVATION_INTERNAL_H
#define CLIMACAST_INTENTS_WEATHER_OBSERVATION_INTERNAL_H

#include <stddef.h>

#include "intents/weather/observation.h"

/* What a document of one or many observations becomes: those with a readable time, in its order. */
struct observation_list {
    size_t count;
    struct observation at[]; /* texts behind the last; station_id as the document says, may be "" */
};

enum {
    OBSERVATION_FUTURE_S = 600, /* a clock may run ahead this far */
    OBSERVATION_FRESH_S = 7200, /* under it: now */
    OBSERVATION_OLD_S = 21600,  /* over it: nothing */
};

/* Does it measure what is needed? */
bool observation_has(const struct observation *o, enum observation_need need);
/* Of the newest observations of stations, nearest first (NULL: none), the one to report: the first
 * under two hours old that has the metric, else the first up to six hours old; `count` when there
 * is none. */
size_t observation_choose(const struct observation *const *newest, size_t count, int64_t now,
                          enum observation_need need, bool *ret_fresh);
/* The pressure of `o` against that of the observation in `list` nearest to an hour before it, 40 to
 * 100 minutes; steady while the hundredths of an inch that are spoken differ by one at most. */
enum pressure_trend observation_pressure_trend(const struct observation *o,
                                               const struct observation_list *list);

#endif
