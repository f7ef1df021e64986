/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_name.h -- one spelling for the many ways to write or say a place's name.
 *
 * "St. Louis", "saint louis" and "St Louis" are one place; so are "Cañon City" and "canon city",
 * "O'Fallon", "o fallon" and "ofallon". The table of places is sorted by these keys, and its
 * generator calls this very code, so that table and question can never disagree. Pure. */
#ifndef CLIMACAST_INTENTS_WEATHER_PLACE_NAME_H
#define CLIMACAST_INTENTS_WEATHER_PLACE_NAME_H

#include <stddef.h>

#include "server/base/str.h"

enum { PLACE_NAME_MAX = 255 }; /* bytes of a folded name, its NUL not counted */

/* Words in lower-case ASCII with single spaces between: accents off, apostrophes and full stops
 * dropped, any other mark a space, common abbreviations spelled out ("st", "ft", "mt", ...), a
 * leading "the" dropped. Returns the length; 0 (and "") when nothing is left or it is too long. */
size_t place_name_fold(struct str name, char out[PLACE_NAME_MAX + 1]);

/* The same without the spaces: what names are compared by. */
size_t place_name_key(struct str name, char out[PLACE_NAME_MAX + 1]);

#endif
