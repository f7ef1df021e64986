/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/us_state.h -- the states, the District of Columbia and the territories.
 *
 * "State" means any of them. Codes are postal codes such as "CO". Names are compared by their
 * place_name_key(): case, accents, periods and hyphens don't matter. Pure. */
#ifndef CLIMACAST_INTENTS_WEATHER_US_STATE_H
#define CLIMACAST_INTENTS_WEATHER_US_STATE_H

#include <stdbool.h>

#include "server/base/str.h"

/* "Colorado" for "CO", in any case; NULL for an unknown code. */
const char *us_state_name(const char *code);

/* The code for a full name ("new mexico"), a spoken or misheard form ("virgin islands", "main") or
 * a postal code ("nm", "n m", "N.M."); NULL for anything else. */
const char *us_state_find(struct str words);

/* Splits the state off the end of "portland main", "kansas city missouri" or "boulder, co": the
 * longest sequence of words that is a state. *ret_city is the text before it, without the comma,
 * possibly empty. Returns false, with both unchanged, when it doesn't end in a state. Only the
 * words matter, not whether the city exists: "port washington" gives the city "port". */
bool us_state_split(struct str location, struct str *ret_city, const char **ret_code);

/* When a state's name by itself means a city ("washington", "new york", "guam"), the code of the
 * state that the city is in; otherwise NULL ("colorado", "washington state", "ny"). */
const char *us_state_of_namesake_city(struct str words);

#endif
