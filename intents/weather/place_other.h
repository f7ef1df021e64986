/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_other.h -- words given as a place that mean something else.
 *
 * The samples of the skill let almost any word into the slot `location`, and almost any word is a
 * hamlet somewhere: there are a Tornado in West Virginia, a Home in Washington and a Midnight in
 * Mississippi. These words are places only when a state is said with them. Pure. */
#ifndef CLIMACAST_INTENTS_WEATHER_PLACE_OTHER_H
#define CLIMACAST_INTENTS_WEATHER_PLACE_OTHER_H

#include "server/base/str.h"

enum place_other {
    PLACE_OTHER_NONE,   /* may be a place */
    PLACE_OTHER_HOME,   /* "home", "me", "my house": the user's own place */
    PLACE_OTHER_HERE,   /* "where I am": where the device is, else the user's own place */
    PLACE_OTHER_TIME,   /* "midnight", "christmas" */
    PLACE_OTHER_KIND,   /* "the beach", "airport": a kind of place */
    PLACE_OTHER_SKILL,  /* "shorter", "nothing", "weather": words that the skill itself knows */
    PLACE_OTHER_HAZARD, /* "tornado", "winter storm": alerts of that kind are asked for */
};

/* What a whole slot means, whatever its case, accents and articles. */
enum place_other place_other_find(struct str words);

/* The hazard that the words name, as the events of NWS spell it ("Winter Storm"); NULL when they
 * name none. */
const char *place_other_hazard(struct str words);

#endif
