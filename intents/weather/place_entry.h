/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_entry.h -- a place as it lies in LocationCache, and back.
 *
 * {"city": "Boulder", "state": "CO", "coords": "40.015,-105.2705", "cwa": "BOU",
 *  "gridPoint": "BOU/54,74", "timeZone": "America/Denver", "forecastZoneId": "COZ039",
 *  "forecastZoneName": "...", "countyZoneId": "COC013", "countyZoneName": "Boulder",
 *  "observationStations": ["KBDU", ...],
 *  "gridPath": "/gridpoints/BOU/54,74", "forecastPath": "/gridpoints/BOU/54,74/forecast", "near":
 * true}
 *
 * The last line is ours and may be missing: then the paths follow from gridPoint. Entries may be
 * old, written by other hands, or hostile; what is not of its shape counts as absent. */
#ifndef CLIMACAST_INTENTS_WEATHER_PLACE_ENTRY_H
#define CLIMACAST_INTENTS_WEATHER_PLACE_ENTRY_H

#include <jansson.h>
#include <stdbool.h>

#include "intents/weather/nws.h"
#include "intents/weather/place.h"
#include "server/base/arena.h"
#include "server/base/str.h"

enum { PLACE_ENTRY_COORDS_MAX = 32 };

/* "40.015,-105.2705": at most four decimals, no trailing zeros, as /points wants them. */
struct str place_entry_coords(double lat, double lon, char out[PLACE_ENTRY_COORDS_MAX]);

/* A new reference; NULL: no memory. */
json_t *place_entry_make(const struct nws *n, const struct place *place);

/* Fill *place from an entry, all but `key`, `zip` and `state_guessed`. False, and *place as it was:
 * the entry lacks what a place can't be without (city, state, coordinates). Texts are borrowed from
 * `entry`, or lie in the arena. */
bool place_entry_read(const struct nws *n, const json_t *entry, struct arena *arena,
                      struct place *place);

#endif
