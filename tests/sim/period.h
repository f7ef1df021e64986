/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/period.h -- the hours of a forecast period added up, and told in words. */
#ifndef CLIMACAST_TESTS_SIM_PERIOD_H
#define CLIMACAST_TESTS_SIM_PERIOD_H

#include "server/base/civil.h"
#include "tests/sim/doc.h"

struct forecast { /* what all periods of a document share */
    struct site site;
    const char *time_zone;
    const struct zone *zone;
    bool si;
};

struct sum { /* the hours of one period, added up */
    int hours, sky, pop;
    int wind_low_kt, wind_high_kt, gust_kt;
    double east, north;      /* where the wind comes from, weighted by speed */
    double rain_mm, snow_mm; /* each hour is a third of its three */
    int wet_first, wet_last; /* hours since start with a condition worth telling; -1: none */
    struct air worst;        /* the hour likeliest to be wet, or the first with fog or haze */
};

struct sum sum_up(const struct forecast *f, int64_t start, int64_t end);
/* "Chance Rain Showers", or the sky when nothing is worth telling. */
void short_forecast(const struct sum *s, bool day, char out[100]);
json_t *detailed_forecast(const struct forecast *f, const struct sum *s, int64_t start, bool day,
                          int extreme_f);
/* "NW" of 8 or 16 points; "" when calm. */
const char *wind_direction(const struct sum *s, int points);
json_t *wind_speed(const struct forecast *f, const struct sum *s);

#endif
