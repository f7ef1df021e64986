/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/present_weather.h -- what falls or hangs in the air at a station, in words.
 *
 * A phenomenon of `presentWeather` is a decoded METAR group: intensity, modifier, weather, and
 * whether it is only in the vicinity. Pure. */
#ifndef CLIMACAST_INTENTS_WEATHER_PRESENT_WEATHER_H
#define CLIMACAST_INTENTS_WEATHER_PRESENT_WEATHER_H

#include <jansson.h>
#include <stdbool.h>

enum { PRESENT_WEATHER_MAX = 96 }; /* bytes of the words, their NUL counted */

/* "light rain showers", "thunderstorms in the vicinity"; false (and "") when it says nothing
 * known. */
bool present_weather_words(const json_t *phenomenon, char out[PRESENT_WEATHER_MAX]);

#endif
