/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/same_names.h -- towns of one name that are so alike in size that the user must
 * say which is meant.  Pure. */
#ifndef CLIMACAST_INTENTS_WEATHER_SAME_NAMES_H
#define CLIMACAST_INTENTS_WEATHER_SAME_NAMES_H

#include "intents/weather/gazetteer.h"

enum { SAME_NAMES_MAX = 3 };

/* Finds the towns that a city said without a state may mean, most people first: those with more
 * than a third of the people of the first. Returns 0 when there is no need to ask: there is only
 * one such town, the user's own state (`home`, or NULL) has one of that name, or a ZIP code, a
 * state, or a place abroad or of another kind is meant. */
size_t same_names_find(const struct gazetteer_query *query, const struct gazetteer_home *home,
                       struct gazetteer_hit hits[SAME_NAMES_MAX]);

#endif
