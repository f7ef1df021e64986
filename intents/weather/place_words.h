/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_words.h -- parses the slots of a request that name a place.
 *
 * The slots `location` and `zipcode` hold what Alexa heard or what a person typed: "portland main",
 * "Kansas City, Missouri", "boulder 80301", "eight oh three oh one", "258102". Input may be
 * hostile. */
#ifndef CLIMACAST_INTENTS_WEATHER_PLACE_WORDS_H
#define CLIMACAST_INTENTS_WEATHER_PLACE_WORDS_H

#include "intents/weather/gazetteer.h"
#include "server/base/arena.h"
#include "server/base/err.h"
#include "server/base/str.h"

enum { PLACE_WORDS_MAX = 200 }; /* bytes of a slot */

/* Parses the two slots, either of which may be empty.
 *
 * A ZIP code is five digits or digit words, in `zipcode` or at the end of `location`. Of six digits
 * that begin with 2, the 2 is a misheard "to"; of ZIP+4, the last four are dropped. A state is
 * split off the end of the location, unless only the whole text is a known place ("port
 * washington") or, without a comma, a far better known one ("west texas"). "washington" alone means
 * the city in DC, "new york" alone the city. Three or four digits are a ZIP code whose leading
 * zeros got lost, if such a one exists. Words that mean no place unless a state is said with them
 * (place_other.h) count as no place named when they mean the user's own ("home") or a hazard
 * ("tornado").
 *   ST_OK       *ret_query has a city, a ZIP code, or both (the ZIP code takes precedence)
 *   ST_MISS     no place was named
 *   ST_INVALID  by its reason:
 *     "zip_invalid"    a number that isn't a ZIP code
 *     "city_missing"   only a state was named; ret_query->state is its code
 *     "place_unclear"  no words, too long, or invalid text; or a kind of place ("the beach")
 *     "when_unclear"   a time ("midnight")
 *   ST_SYSTEM   out of memory
 * On anything but ST_OK and "city_missing", *ret_query is empty. */
enum status place_words_parse(struct arena *arena, struct str location, struct str zipcode,
                              struct gazetteer_query *ret_query, struct err *err);

#endif
