/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_zone.h -- guesses the time zone of coordinates when NWS doesn't give it.
 *
 * /points nearly always has the time zone. Otherwise the state determines it, and in states with
 * two zones a rough border does. Near such a border the guess may be an hour off. Pure. */
#ifndef CLIMACAST_INTENTS_WEATHER_PLACE_ZONE_H
#define CLIMACAST_INTENTS_WEATHER_PLACE_ZONE_H

#include "server/base/zone.h"

/* Never NULL; UTC when `state` is unknown. */
const struct zone *place_zone_guess(const char *state, double lat, double lon);

#endif
