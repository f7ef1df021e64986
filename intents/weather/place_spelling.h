/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_spelling.h -- the known places whose names look or sound like an unknown
 * one, to be offered to the user. Pure. Takes milliseconds, since it compares every name. */
#ifndef CLIMACAST_INTENTS_WEATHER_PLACE_SPELLING_H
#define CLIMACAST_INTENTS_WEATHER_PLACE_SPELLING_H

#include "intents/weather/gazetteer.h"

/* Finds the likeliest places that an unknown name may stand for: those with the fewest letters that
 * differ, then the most populous. A name that only sounds alike ("sinsinati") counts for one and a
 * half letters. With a state, the place of that very name elsewhere comes first, then those of the
 * state.
 * Short names must be closer than long ones. Returns how many were stored, at most `max`. */
size_t place_spelling_find(const struct gazetteer_query *query, struct gazetteer_hit *hits,
                           size_t max);

#endif
