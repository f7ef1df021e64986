/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/extremes.h -- the coldest night, the windiest day, the best day for being
 * outside.  Pure.
 *
 * A day is from 6 A.M. to 6 P.M., a night from then to 6 A.M. Of one that has begun, what is left
 * counts, except for its high or low. It counts if at least half of its hours are left and covered
 * by the forecast. Values are compared as they are spoken, in whole units. */
#ifndef CLIMACAST_INTENTS_FIGURES_EXTREMES_H
#define CLIMACAST_INTENTS_FIGURES_EXTREMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "intents/figures/days.h"
#include "intents/speech/units.h"
#include "intents/weather/grid.h"

enum extreme {
#define EXTREME(id, measure, sign, layer) EXTREME_##id,
#include "intents/figures/extremes.def"
#undef EXTREME
    EXTREME_COUNT
};

enum extreme_measure {
    EXTREME_BY_TEMPERATURE, /* the high of a day, the low of a night, or that of the hour */
    EXTREME_BY_WIND,
    EXTREME_BY_GUST,
    EXTREME_BY_CHANCE, /* the highest chance of precipitation, then the amount */
    EXTREME_BY_SKY,    /* the mean sky cover */
    EXTREME_BY_HUMIDITY,
    EXTREME_BY_SCORE, /* see extremes_score() */
};

enum extreme_unit { EXTREME_DAY, EXTREME_NIGHT, EXTREME_HOUR };

/* The days, nights or hours among which to choose. */
enum { EXTREME_ITEMS_MAX = 24 * (DAYS_AHEAD + 1) };

struct extreme_item {
    struct span span;
    double value; /* of the measure; of the best day or hour its score */
    bool has_amount;
    double amount; /* mm of precipitation in what is left */
    /* Of the best day or hour, its reasons: */
    bool has_high;
    double high_c, chance; /* of an hour its temperature */
    bool gusts; /* `wind` is the highest gust; else no gusts are forecast, and it is the wind */
    double wind;
    bool warned; /* a warning meets it */
};

struct extreme_question {
    enum extreme extreme;
    enum extreme_unit unit;
    const struct span *parts; /* periods that are meant, by day or night; none: the seven days */
    size_t part_count;
    const struct span *warnings; /* when warnings are in effect; for the best day */
    size_t warning_count;
};

enum extreme_measure extremes_measure(enum extreme extreme);
/* The layer that the answer depends on. */
enum grid_layer extremes_layer(enum extreme extreme);

/* Reads those that count, in order of time; if none counts, those that have any value. Returns how
 * many. */
size_t extremes_read(const struct grid *g, const struct days *d, const struct extreme_question *q,
                     struct extreme_item items[EXTREME_ITEMS_MAX]);
/* The first of those that win; `count` must not be 0. */
size_t extremes_first(enum extreme extreme, enum units_system system,
                      const struct extreme_item *items, size_t count);
/* Do both sound the same? */
bool extremes_tie(enum extreme extreme, enum units_system system, const struct extreme_item *a,
                  const struct extreme_item *b);

/* How good a day or an hour is for being outside: 100, less the highest chance of precipitation,
 * less 1.5 for each degree Fahrenheit of the mean felt temperature below 60 or above 80, less 1 for
 * each mile per hour of the highest gust above 20, less 50 under a warning. */
double extremes_score(double chance, double felt_c, double gust_mps, bool warned);

#endif
