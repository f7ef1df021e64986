/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/station_name.h -- the name of a weather station, as one would say it.
 *
 * Airports have names. The networks beside them have "BOULDER 14 W CO US", "RAWS (AR123)" and
 * "EW1234 Boulder". Pure. */
#ifndef CLIMACAST_INTENTS_SPEECH_STATION_NAME_H
#define CLIMACAST_INTENTS_SPEECH_STATION_NAME_H

#include "server/base/str.h"

/* Appends the name in small letters, with abbreviations spelled out and a comma for each slash or
 * dash between its parts: "a station 14 miles west of Boulder", "Denver International Airport".
 * Codes, states and the names of networks are left out; if nothing remains, it is "a nearby
 * station". */
void station_name_put(struct buf *out, struct str name);

#endif
