/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/advice.h -- what the forecast advises: umbrella, jacket, plants, shovel, and the
 * like.  Pure.
 *
 * The rules are our own; tests/unit/intents/figures/advice.c tells each limit from both sides. */
#ifndef CLIMACAST_INTENTS_FIGURES_ADVICE_H
#define CLIMACAST_INTENTS_FIGURES_ADVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "intents/figures/days.h"
#include "intents/weather/grid.h"

enum advice_thing {
#define ADVICE(id, judge, time, maybe, yes, if_yes, if_maybe, if_no) ADVICE_##id,
#include "intents/figures/advice.def"
#undef ADVICE
    ADVICE_COUNT
};

enum advice_verdict { ADVICE_UNKNOWN, ADVICE_NO, ADVICE_MAYBE, ADVICE_YES };

/* What a figure is of. */
enum advice_fact {
    ADVICE_CHANCE,      /* percent, of any precipitation */
    ADVICE_RAIN,        /* percent */
    ADVICE_SNOW,        /* percent */
    ADVICE_ICE,         /* percent: freezing rain or drizzle, sleet */
    ADVICE_STORMS,      /* percent: thunderstorms */
    ADVICE_FELT,        /* the lowest felt temperature */
    ADVICE_LOW,         /* the lowest temperature, with its hour */
    ADVICE_COOLEST,     /* the lowest temperature */
    ADVICE_WARMEST,     /* the highest */
    ADVICE_DEWPOINT,    /* the highest */
    ADVICE_HEAT_INDEX,  /* the highest */
    ADVICE_HEAT_RISK,   /* 0 to 4 */
    ADVICE_WIND_CHILL,  /* the lowest */
    ADVICE_GUST,        /* m/s, the highest */
    ADVICE_SNOWFALL,    /* mm */
    ADVICE_AIR_QUALITY, /* an alert about it is active */
    ADVICE_WARNING,     /* a warning is active */
    ADVICE_SUN_HEIGHT,  /* degrees above the horizon at noon */
};

struct advice_figure {
    enum advice_fact fact;
    double value;
    int64_t at; /* of ADVICE_LOW */
};

/* From light to heavy. */
enum advice_garment {
    ADVICE_NO_JACKET,
    ADVICE_LIGHT_JACKET,
    ADVICE_A_JACKET,
    ADVICE_COAT,
    ADVICE_WINTER_COAT
};

enum { ADVICE_FIGURES_MAX = 8, ADVICE_SPANS_MAX = 2 };

struct advice_question {
    enum advice_thing thing;
    struct span spans[ADVICE_SPANS_MAX]; /* the time that is meant, from the current hour on */
    size_t span_count;
    bool air_quality_alert, warning; /* one is active */
    bool too_windy;                  /* of an outing it is asked whether the wind spoils it */
    double sun_height;               /* at noon of the first day */
};

struct advice {
    enum advice_verdict verdict; /* ADVICE_UNKNOWN: `missing` is not forecast, or not readable */
    enum grid_layer missing;
    bool whole; /* every hour of the time is forecast */
    struct advice_figure figures[ADVICE_FIGURES_MAX];
    size_t count; /* at least one, unless unknown */
    enum advice_garment garment;
    bool raincoat; /* the wind is too strong for an umbrella */
};

/* The time that is meant when none is named. */
struct span advice_time(const struct days *d, enum advice_thing thing);
/* How that time is called: is it a night? */
bool advice_is_of_night(enum advice_thing thing);

struct advice advice_read(const struct grid *g, const struct days *d,
                          const struct advice_question *q);

#endif
