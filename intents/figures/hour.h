/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/hour.h -- the forecast for one hour, as figures.  Pure.
 *
 * Values are in the units of uom.h. What the grid does not have for the hour has no value; that is
 * never zero. */
#ifndef CLIMACAST_INTENTS_FIGURES_HOUR_H
#define CLIMACAST_INTENTS_FIGURES_HOUR_H

#include <stdbool.h>
#include <stdint.h>

#include "intents/weather/grid.h"

struct hour_value {
    bool has;
    double value;
};

enum { HOUR_CONDITIONS_MAX = 3 };

struct hour_forecast {
    int64_t start; /* UTC; the hour is [start, start + 3600) */
    struct hour_value temperature, dewpoint, humidity, sky_cover, wind_direction, wind_speed,
        pressure;
    struct hour_value wind_gust;  /* only if above the wind speed */
    struct hour_value feels_like; /* apparentTemperature, else the heat index or the wind chill */
    bool feels_different;         /* it is 3 degrees Fahrenheit or more from the temperature */
    struct hour_value chance;     /* of precipitation, percent: of the run that holds the hour, */
    int64_t chance_start, chance_end; /* which this is */
    struct grid_condition conditions[HOUR_CONDITIONS_MAX];
    size_t condition_count;
    unsigned events; /* those that its weather names: event.h */
};

/* Reads the hour that begins at `start`.  False when the grid has nothing at all for it. */
bool hour_read(const struct grid *g, int64_t start, struct hour_forecast *ret_hour);

/* Only its temperature and chance, as hour_read() reads them. */
void hour_read_outline(const struct grid *g, int64_t start, struct hour_forecast *ret_hour);
/* These, its sky cover, wind without gusts, and conditions. */
void hour_read_weather(const struct grid *g, int64_t start, struct hour_forecast *ret_hour);

/* The beginning of the hour that holds `t`: zones of the United States differ by whole hours. */
int64_t hour_of(int64_t t);

#endif
