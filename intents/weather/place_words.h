/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_words.h -- the words of a request that name a place, made a query.
 *
 * Slots `location` and `zipcode` hold what Alexa heard, or what a person typed: "portland main",
 * "Kansas City, Missouri", "boulder 80301", "eight oh three oh one", "258102". Hostile input. */
#ifndef CLIMACAST_INTENTS_WEATHER_PLACE_WORDS_H
#define CLIMACAST_INTENTS_WEATHER_PLACE_WORDS_H

#include "intents/weather/gazetteer.h"
#include "server/base/arena.h"
#include "server/base/err.h"
#include "server/base/str.h"

enum { PLACE_WORDS_MAX = 200 }; /* bytes of a slot */

/* Read the two slots; either may be empty. A ZIP code is five digits or digit words, in `zipcode`
 * or at the end of `location`; of six that begin with 2 the 2 is a misheard "to"; of ZIP+4 the four
 * are dropped. The state is taken off the end of the location unless only the whole is a known
 * place ("port washington"). "washington" alone is the one in DC, "new york" alone the city.
 *   ST_OK       *ret_query has a city, a ZIP code, or both (then the ZIP code counts)
 *   ST_MISS     nothing was named
 *   ST_INVALID  by its reason:
 *     "zip_invalid"   a number that is no ZIP code
 *     "city_missing"  only a state was named; ret_query->state is its code
 *     "place_unclear" no words, too long, or broken text
 *   ST_SYSTEM   the arena is full
 * On anything but ST_OK and "city_missing" *ret_query is all empty. */
enum status place_words_parse(struct arena *arena, struct str location, struct str zipcode,
                              struct gazetteer_query *ret_query, struct err *err);

/* The key of a place in the shared cache: "boulder_colorado", "saint_louis_missouri"; without a
 * state just the city; a ZIP code given as the city is its own key. One place has one key however
 * its name is spelled. In the arena; STR_NONE when there is no name in `city`. */
struct str place_cache_key(struct arena *arena, struct str city, const char *state);

#endif
