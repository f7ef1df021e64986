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
/* The zone of a place: the one named `time_zone`, or a guess when that names none. ST_OK, or
 * ST_SYSTEM: it could not be loaded. */
enum status place_zone_of(struct str time_zone, const char *state, double lat, double lon,
                          const struct zone **ret_zone);
/* Loads every zone that may be guessed, so that no request has to: GLib aborts when it gets no
 * memory for that. */
void place_zone_load_all(void);

#endif
