/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/precipitation.h -- what a forecast says about precipitation in a period: how
 * likely it is, of which kinds, and what it leaves open.
 *
 * The chance of precipitation doesn't tell rain from snow; the weather layer does, and so do
 * amounts of snow and ice. Offices leave these empty for the later days. So a kind that isn't named
 * is ruled out only for hours that are dry, that name another kind, or are far too warm. Pure. */
#ifndef CLIMACAST_INTENTS_WEATHER_PRECIPITATION_H
#define CLIMACAST_INTENTS_WEATHER_PRECIPITATION_H

#include <stdbool.h>
#include <stdint.h>

#include "intents/weather/grid.h"

/* Kinds of precipitation, as bits. */
enum {
    PRECIPITATION_RAIN = 1, /* drizzle and thunderstorms too */
    PRECIPITATION_FREEZING_RAIN = 2,
    PRECIPITATION_FREEZING_DRIZZLE = 4,
    PRECIPITATION_SLEET = 8,
    PRECIPITATION_SNOW = 16,
    PRECIPITATION_OTHER = 32, /* hail, ice crystals */
    PRECIPITATION_KINDS = 6,
};

/* What can fall in hours whose kind is left open, by their temperature. */
enum precipitation_cold {
    COLD_UNKNOWN,   /* anything: around freezing, or not forecast */
    COLD_SNOW,      /* most likely snow */
    COLD_RAIN,      /* most likely rain */
    COLD_RAIN_ONLY, /* too warm for snow */
    COLD_COUNT
};

struct precipitation {
    bool has_chance; /* some hour has a chance */
    bool whole;      /* every hour says how likely precipitation is, or that there is no weather */
    double chance;   /* the highest, of any kind */
    unsigned kinds;  /* named in hours that aren't dry */
    double named[PRECIPITATION_KINDS]; /* the highest chance in hours that name it, by its bit */
    double open[COLD_COUNT]; /* the highest chance in hours that leave the kind open; or 0 */
    bool has_open_c;         /* all of those hours have a temperature: */
    double open_low_c, open_high_c;
};

/* Reads the period [from, to), which begins with a full hour. */
void precipitation_read(const struct grid *g, int64_t from, int64_t to,
                        struct precipitation *ret_precipitation);

/* Is this weather, as a code of NWS, nothing but precipitation of one of these kinds? A
 * thunderstorm is more than rain. */
bool precipitation_is_only(const char *weather, unsigned kinds);

/* The highest chance in hours that name one of these kinds; 0 when none does. */
double precipitation_named(const struct precipitation *p, unsigned kinds);

#endif
