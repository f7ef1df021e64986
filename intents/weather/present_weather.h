/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/present_weather.h -- the present weather at a station in words.
 *
 * An element of `presentWeather` is a decoded METAR group: an intensity, a modifier, a phenomenon,
 * and whether it is only in the vicinity. Pure. */
#ifndef CLIMACAST_INTENTS_WEATHER_PRESENT_WEATHER_H
#define CLIMACAST_INTENTS_WEATHER_PRESENT_WEATHER_H

#include <jansson.h>
#include <stdbool.h>

#include "server/base/str.h"

enum { PRESENT_WEATHER_MAX = 96 }; /* bytes of the words, including the NUL */

/* "light rain showers", "thunderstorms in the vicinity"; false, with "", when nothing in it is
 * known. */
bool present_weather_words(const json_t *phenomenon, char out[PRESENT_WEATHER_MAX]);

/* Cuts the next part off a station's description: "Thunderstorms and Light Rain" has two. */
bool present_weather_split(struct str *rest, struct str *ret_part);
/* The same words for a part that names precipitation; false, with "", for any other. */
bool present_weather_described(struct str part, char out[PRESENT_WEATHER_MAX]);

/* Do such words name precipitation, of whatever kind? */
bool present_weather_is_wet(struct str words);
/* Do they leave its kind open? */
bool present_weather_is_unknown_kind(struct str words);

#endif
