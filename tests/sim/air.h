/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/air.h -- made-up weather that hangs together: a pure function of seed, place and hour.
 *
 * Everything that the simulator tells about the weather comes from here, so that documents agree
 * with each other: the grid, the periods and the observations of one hour are the same hour.
 * Neighbouring places and hours are alike. Values are held in the units that forecasters type
 * in. */
#ifndef CLIMACAST_TESTS_SIM_AIR_H
#define CLIMACAST_TESTS_SIM_AIR_H

#include <stdbool.h>
#include <stdint.h>

struct site {
    double lat, lon, elevation_m;
    int wet; /* percent */
    uint64_t seed;
};

enum { AIR_CONDITIONS_MAX = 2 };
struct condition { /* as in the weather layer; NULL is null */
    const char *coverage, *weather, *intensity, *attribute;
};

struct air {
    int temp_f, dew_f, humidity;     /* dew_f <= temp_f */
    int sky;                         /* percent covered */
    int wind_kt, gust_kt;            /* gust_kt >= wind_kt */
    int direction;                   /* degrees, a multiple of 10, 10-360 */
    int pop;                         /* percent */
    double rain_mm, snow_mm, ice_mm; /* of the three hours that the hour lies in */
    double pressure_pa, visibility_m;
    int thunder; /* percent */
    int conditions;
    struct condition condition[AIR_CONDITIONS_MAX];
};

/* The hour that instant t lies in. */
void air_at(const struct site *site, int64_t t, struct air *ret_air);
/* Only the temperature, which others are made of. */
int air_temp_f(const struct site *site, int64_t t);

/* As NWS works them out; false where the formula is not meant for such air. */
bool air_heat_index_f(int temp_f, int humidity, double *ret_f);
bool air_wind_chill_f(int temp_f, int wind_kt, double *ret_f);
double celsius(double fahrenheit);

/* A number in 0..1, and one in 0..2^64-1, that never change for the same input. */
double air_noise(uint64_t seed, int channel, double x, double y, double z);
uint64_t air_hash(uint64_t seed, uint64_t a, uint64_t b);

#endif
