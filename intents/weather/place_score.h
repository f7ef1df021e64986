/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_score.h -- how likely a place is the one that was meant by its name alone.
 *
 * Size decides, and nearness to the user's own place makes up for some of it. The score is the
 * decimal logarithm of the population, plus one bonus for nearness. So a bonus of 1.5 lets a
 * place win over a namesake with up to 31 times as many people: someone in Maine who says
 * "portland" means the one in Maine (a tenth of the size of Oregon's), but someone in San Antonio
 * who says "los angeles" doesn't mean the hamlet in Texas. The table of bonuses is in
 * place_score.c. Pure. */
#ifndef CLIMACAST_INTENTS_WEATHER_PLACE_SCORE_H
#define CLIMACAST_INTENTS_WEATHER_PLACE_SCORE_H

#include "intents/weather/gazetteer.h"

/* `home` is the user's own place, or NULL. */
double place_score(const struct gazetteer_hit *hit, const struct gazetteer_home *home);

/* Approximate; good enough to tell one town from another. */
double place_score_distance_km(double lat_a, double lon_a, double lat_b, double lon_b);

#endif
