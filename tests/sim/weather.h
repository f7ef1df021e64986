/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/weather.h -- generated but consistent weather: a pure function of seed, place and hour.
 *
 * All documents take their weather from here, so that they agree with each other: the grid, the
 * forecast periods and the observations of an hour show the same hour. Neighboring places and hours
 * are similar. Values are in the units that forecasters use. */
#ifndef CLIMACAST_TESTS_SIM_WEATHER_H
#define CLIMACAST_TESTS_SIM_WEATHER_H

#include <stdbool.h>
#include <stdint.h>

struct weather_site {
    double lat, lon, elevation_m;
    int wet; /* how often it rains, in percent */
    uint64_t seed;
};

enum { WEATHER_CONDITIONS_MAX = 2 };
struct weather_condition { /* as in the weather layer of the grid; NULL means null */
    const char *coverage, *weather, *intensity, *attribute;
};

struct weather {
    int temp_f, dew_f, humidity;     /* dew_f <= temp_f */
    int sky;                         /* cloud cover in percent */
    int wind_kt, gust_kt;            /* gust_kt >= wind_kt */
    int direction;                   /* degrees, a multiple of 10, 10-360 */
    int pop;                         /* percent */
    double rain_mm, snow_mm, ice_mm; /* of the three-hour block */
    double pressure_pa, visibility_m;
    int thunder; /* percent */
    int conditions;
    struct weather_condition condition[WEATHER_CONDITIONS_MAX];
};

/* The weather of the hour that contains t. */
void weather_at(const struct weather_site *site, int64_t t, struct weather *ret_air);
/* Only the temperature. */
int weather_temp_f(const struct weather_site *site, int64_t t);

/* By the formulas of the NWS. False where the formula does not apply. */
bool weather_heat_index_f(int temp_f, int humidity, double *ret_f);
bool weather_wind_chill_f(int temp_f, int wind_kt, double *ret_f);
double weather_celsius(double fahrenheit);

/* Deterministic pseudo-random numbers from 0 to 1, and from 0 to 2^64-1. */
double weather_noise(uint64_t seed, int channel, double x, double y, double z);
uint64_t weather_hash(uint64_t seed, uint64_t a, uint64_t b);

#endif
