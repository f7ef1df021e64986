/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/feels.c -- what an hour of the forecast feels like. */
#include "intents/figures/feels.h"

#include "intents/speech/units.h"

enum { HEAT_INDEX_MIN_F = 80, WIND_CHILL_MAX_F = 50 };

static const double apart_c = 3.0 * 5.0 / 9.0, cold_c = 40.0 / 9.0;
static const double noise = 1e-6; /* of binary arithmetic */

bool feels_like(const struct grid *g, int64_t t, double *ret_c)
{
    double c;
    int f;

    if (grid_at(g, GRID_APPARENT_TEMPERATURE, t, ret_c))
        return true;
    if (!grid_at(g, GRID_TEMPERATURE, t, &c))
        return false;
    f = units_fahrenheit(c);
    return (f >= HEAT_INDEX_MIN_F && grid_at(g, GRID_HEAT_INDEX, t, ret_c)) ||
           (f <= WIND_CHILL_MAX_F && grid_at(g, GRID_WIND_CHILL, t, ret_c));
}

bool feels_at(const struct grid *g, int64_t t, double *ret_c)
{
    return feels_like(g, t, ret_c) || grid_at(g, GRID_TEMPERATURE, t, ret_c);
}

bool feels_apart(double difference_c)
{
    return difference_c >= apart_c - noise;
}

bool feels_cold(double wind_chill_c)
{
    return wind_chill_c <= cold_c + noise;
}
