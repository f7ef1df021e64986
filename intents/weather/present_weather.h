/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/present_weather.h -- the present weather at a station in words.
 *
 * An element of `presentWeather` is a decoded METAR group: an intensity, a modifier, a phenomenon,
 * and whether it is only in the vicinity. Pure. */
#ifndef CLIMACAST_INTENTS_WEATHER_PRESENT_WEATHER_H
#define CLIMACAST_INTENTS_WEATHER_PRESENT_WEATHER_H

#include <jansson.h>
#include <stdbool.h>

enum { PRESENT_WEATHER_MAX = 96 }; /* bytes of the words, including the NUL */

/* "light rain showers", "thunderstorms in the vicinity"; false, with "", when nothing in it is
 * known. */
bool present_weather_words(const json_t *phenomenon, char out[PRESENT_WEATHER_MAX]);

#endif
