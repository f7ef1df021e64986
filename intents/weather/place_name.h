/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_name.h -- normalizes the many spellings of a place's name.
 *
 * "St. Louis", "saint louis" and "St Louis" are the same place; so are "Cañon City" and "canon
 * city", "O'Fallon", "o fallon" and "ofallon". The gazetteer is sorted by these keys, and build.py
 * calls this very code, so that the table and a query never disagree. Pure. */
#ifndef CLIMACAST_INTENTS_WEATHER_PLACE_NAME_H
#define CLIMACAST_INTENTS_WEATHER_PLACE_NAME_H

#include <stddef.h>

#include "server/base/str.h"

enum { PLACE_NAME_MAX = 255 }; /* bytes of a folded name, without the NUL */

/* Writes the name as lower-case ASCII words with single spaces. Accents, apostrophes, periods and a
 * leading "the" are dropped, other punctuation becomes a space, and common abbreviations ("st",
 * "ft", "mt", ...) are spelled out. Returns the length, 0 when nothing is left or the result is too
 * long. */
size_t place_name_fold(struct str name, char out[PLACE_NAME_MAX + 1]);

/* The same without spaces: the key that names are compared by. */
size_t place_name_key(struct str name, char out[PLACE_NAME_MAX + 1]);

#endif
