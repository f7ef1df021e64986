/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_entry.h -- converts a place to and from its entry in LocationCache.
 *
 *   {"city": "Boulder", "state": "CO", "coords": "40.015,-105.2705", "cwa": "BOU",
 *    "gridPoint": "BOU/54,74", "timeZone": "America/Denver",
 *    "forecastZoneId": "COZ039", "forecastZoneName": "...",
 *    "countyZoneId": "COC013", "countyZoneName": "Boulder",
 *    "observationStations": ["KBDU", ...],
 *    "gridPath": "/gridpoints/BOU/54,74", "forecastPath": "/gridpoints/BOU/54,74/forecast",
 *    "near": true}
 *
 * Entries of older releases lack the last two lines; the paths then follow from gridPoint. Entries
 * may be old, written by other programs, or hostile: members that are not of this shape are
 * ignored. */
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

/* Makes an entry: a new reference, or NULL when out of memory. */
json_t *place_entry_make(const struct nws *n, const struct place *place);

/* Fills *place from an entry, except for what entries don't have: `key`, `zip`, `state_guessed`,
 * `landmark`, `stations_fault` and `urls_unread`. Returns false, with *place
 * unchanged, when the city, the state or the coordinates are missing. Strings are borrowed from
 * `entry` or allocated in the arena. */
bool place_entry_read(const struct nws *n, const json_t *entry, struct arena *arena,
                      struct place *place);
/* Fills *place from one that was read from its entry before, with the same exceptions. */
void place_entry_take(struct place *place, const struct place *read);

#endif
