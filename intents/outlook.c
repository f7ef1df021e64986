/* SPDX-License-Identifier: Apache-2.0 */
/* intents/outlook.c -- what falls: told from the weather layer, for the chance is of anything. */
#include "intents/outlook.h"

#include <string.h>

struct falling outlook_falling(const struct outlook *o)
{
    static const char *const frozen[] = { "snow", "snow_showers", "sleet", "ice_crystals",
                                          "blowing_snow" };
    static const char *const liquid[] = { "rain",          "rain_showers",     "drizzle",
                                          "freezing_rain", "freezing_drizzle", "thunderstorms" };
    struct grid_condition at[OUTLOOK_CONDITIONS_MAX];
    struct falling falls = { false, false };
    bool covered;
    size_t count =
        grid_weather(o->grid, o->when.from, o->when.end, at, OUTLOOK_CONDITIONS_MAX, &covered);

    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < sizeof frozen / sizeof frozen[0]; k++)
            falls.frozen = falls.frozen || strcmp(at[i].weather, frozen[k]) == 0;
        for (size_t k = 0; k < sizeof liquid / sizeof liquid[0]; k++)
            falls.rain = falls.rain || strcmp(at[i].weather, liquid[k]) == 0;
    }
    return falls;
}
