/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/period.h -- a summary of the hours of a forecast period, and its texts. */
#ifndef CLIMACAST_TESTS_SIM_PERIOD_H
#define CLIMACAST_TESTS_SIM_PERIOD_H

#include "server/base/civil.h"
#include "tests/sim/doc.h"

struct period_forecast { /* shared by all periods of a document */
    struct weather_site site;
    const char *time_zone;
    const struct zone *zone;
    bool si;
};

struct period_sum { /* a summary of the hours of a period */
    int hours, sky, pop;
    int wind_low_kt, wind_high_kt, gust_kt;
    double east, north;      /* vector sum of the wind, from which it blows */
    double rain_mm, snow_mm; /* an hour has a third of its three-hour amount */
    int wet_first, wet_last; /* first and last hour with weather, since the start; -1: none */
    struct weather worst;    /* the hour with the highest chance of precipitation */
};

struct period_sum period_sum_up(const struct period_forecast *f, int64_t start, int64_t end);
/* "Chance Rain Showers", or the sky condition when there is no weather. */
void period_short_text(const struct period_sum *s, bool day, char out[100]);
json_t *period_detailed_text(const struct period_forecast *f, const struct period_sum *s,
                             int64_t start, bool day, int extreme_f);
/* Like "NW", from 8 or 16 points of the compass; "" when calm. */
const char *period_wind_direction(const struct period_sum *s, int points);
json_t *period_wind_speed(const struct period_forecast *f, const struct period_sum *s);

#endif
