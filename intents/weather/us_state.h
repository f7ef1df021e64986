/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/us_state.h -- states, the District of Columbia and the territories, by code and
 * by word.
 *
 * "State" means any of them. Codes are the postal ones, such as "CO". Spelling is judged as
 * place_name.h does: case, accents, full stops and hyphens do not matter. Pure. */
#ifndef CLIMACAST_INTENTS_WEATHER_US_STATE_H
#define CLIMACAST_INTENTS_WEATHER_US_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "server/base/str.h"

size_t us_state_count(void);
const char *us_state_code_at(size_t i); /* i < us_state_count() */

/* "Colorado" for "CO" (any case); NULL when there is no such code. */
const char *us_state_name(const char *code);

/* The code for a full name ("new mexico"), a spoken form ("main", "virgin islands") or a postal
 * code ("nm", "n m", "N.M."); NULL when it is none of these. */
const char *us_state_find(struct str words);

/* Take the state off the end of "portland main", "kansas city missouri" or "boulder, co": the
 * longest run of words that is one. True: *ret_code is its code and *ret_city what stands before
 * it, without the comma, maybe empty. False, and both as they were: no state at the end. Words only
 * are judged: "port washington" gives the city "port"; whether there is one is not asked here. */
bool us_state_split(struct str location, struct str *ret_city, const char **ret_code);

/* Where a state's name alone means a city ("washington", "new york", "guam"): the code of the state
 * that city is in; NULL for others ("colorado", "washington state", "ny"). */
const char *us_state_of_namesake_city(struct str words);

#endif
