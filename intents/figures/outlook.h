/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/outlook.h -- what the grid says about a period: the figures of a forecast, in the
 * program's units.  Pure. */
#ifndef CLIMACAST_INTENTS_FIGURES_OUTLOOK_H
#define CLIMACAST_INTENTS_FIGURES_OUTLOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "intents/weather/grid.h"
#include "intents/weather/precipitation.h"

/* A period, UTC [start, end), which begins with a full hour. */
struct outlook_span {
    int64_t start, end;
    int64_t from; /* the start, or the current hour if that is later: what is left of it */
    bool daytime; /* by day its temperature is the high, by night the low */
    bool whole;   /* a whole day or night: the layers of highs and lows apply */
};

/* Values over the hours of a period. */
struct outlook_range {
    bool has;
    double low, high;
};

/* Every `has` that is false means that the grid has no value there: a gap, never zero. */
struct outlook_figures {
    bool has_temperature;
    double temperature_c;                          /* the high by day, the low by night */
    struct outlook_range wind_chill, heat_index;   /* where they apply and differ once rounded */
    double wind_chill_apart_c, heat_index_apart_c; /* the most that they differ */
    bool no_wind_chill, no_heat_index; /* no hour has one that differs, as far as all are told */
    bool has_sky;
    double sky_first, sky_last; /* percent, of the first and last hour left */
    struct grid_condition conditions[GRID_CONDITIONS_MAX];
    size_t condition_count;
    struct precipitation precipitation;
    bool has_water, has_snow, has_ice; /* more than none; only where the layers cover it all */
    double water_mm, snow_mm, ice_mm;
    bool has_wind, wind_covered; /* covered: every hour has a speed */
    struct grid_wind wind;
    bool has_pressure, has_humidity, has_dewpoint;
    double pressure_first, pressure_last; /* Pa */
    double humidity, dewpoint_c;          /* the highest */
};

/* The high of a day or the low of a night, [start, end): of a whole one by the layers of highs and
 * lows, else, or where they have none, by the hours. False when there is none. */
bool outlook_extreme(const struct grid *g, int64_t start, int64_t end, bool daytime, bool whole,
                     double *ret_c);

void outlook_read(const struct grid *g, const struct outlook_span *period,
                  struct outlook_figures *ret_figures);

/* The kinds of precipitation that the water falls as, as bits of precipitation.h; 0 when some of it
 * may be snow, or the forecast doesn't tell. */
unsigned outlook_water_kinds(const struct outlook_figures *f);
/* Does the forecast leave open what kind falls, in hours where that matters? */
bool outlook_kind_is_open(const struct outlook_figures *f);

#endif
