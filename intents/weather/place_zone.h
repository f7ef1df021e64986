/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_zone.h -- the local time of a coordinate when nobody says it.
 *
 * /points tells the zone nearly always; for the rest the state tells it, and in states with two
 * zones a rough line does. Near such a line the guess may be an hour off. Pure. */
#ifndef CLIMACAST_INTENTS_WEATHER_PLACE_ZONE_H
#define CLIMACAST_INTENTS_WEATHER_PLACE_ZONE_H

#include "server/base/zone.h"

/* Never NULL: UTC for a state that is none. */
const struct zone *place_zone_guess(const char *state, double lat, double lon);

#endif
