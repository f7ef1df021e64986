/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/feels.c -- what an hour of the forecast feels like. */
#include "intents/figures/feels.h"

#include "intents/speech/units.h"

enum { HEAT_INDEX_MIN_F = 80, WIND_CHILL_MAX_F = 50 };

bool feels_at(const struct grid *g, int64_t t, double *ret_c)
{
    double c, felt;
    int f;

    if (grid_at(g, GRID_APPARENT_TEMPERATURE, t, ret_c))
        return true;
    if (!grid_at(g, GRID_TEMPERATURE, t, &c))
        return false;
    f = units_fahrenheit(c);
    if ((f >= HEAT_INDEX_MIN_F && grid_at(g, GRID_HEAT_INDEX, t, &felt)) ||
        (f <= WIND_CHILL_MAX_F && grid_at(g, GRID_WIND_CHILL, t, &felt)))
        c = felt;
    *ret_c = c;
    return true;
}
