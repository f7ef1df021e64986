/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/gazetteer.h -- where a US town or ZIP code lies, known offline.
 *
 * About 46,000 places and 41,000 ZIP codes, compiled into the program as one sorted table that is
 * searched where it lies: no file is read, nothing is allocated, and only the pages that a search
 * touches come into memory. Where it comes from: gazetteer/NOTICE. Names are compared as
 * place_name.h spells them. What is returned points into the table and lives for ever. Pure,
 * thread-safe. */
#ifndef CLIMACAST_INTENTS_WEATHER_GAZETTEER_H
#define CLIMACAST_INTENTS_WEATHER_GAZETTEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/str.h"

/* A place that was found. */
struct gazetteer_hit {
    struct str city;     /* as it is said and shown: "Boulder", "St. Louis", "Coeur d'Alene" */
    char state[3];       /* "CO" */
    double lat, lon;     /* degrees: the middle of the town, or of the ZIP code's area */
    uint32_t population; /* 0 when not known, which is mostly below 1,000 */
    bool near;           /* this ZIP code is not known, its neighbour is: say "near" */
};

/* A place that was named (place_words.h makes it from a request). `zip` counts before the rest. */
struct gazetteer_query {
    struct str city; /* lower-case words, "" when only a ZIP code was said */
    char state[3];   /* "CO", "" when none was said */
    char zip[6];     /* "80301", "" when none was said */
};

/* The ZIP code, five digits: its middle, and the town of its post office. A code that is not in the
 * table, such as a new one, is answered by the nearest code with the same first three digits,
 * `near` set. False, and *ret_hit as it was: not five digits, or no code of the US begins like that
 * (the armed forces' codes and those of Palau, Micronesia and the Marshall Islands among them). */
bool gazetteer_zip(struct str zip, struct gazetteer_hit *ret_hit);

/* All places of that name, in `state` or (NULL or "") anywhere, the most populous first; at most
 * `room` of them. Where none has the name as given, without "city of" and the like in front or
 * "city", "town" and the like behind. Returns how many. */
size_t gazetteer_city(struct str city, const char *state, struct gazetteer_hit *hits, size_t room);

/* The one place meant: the ZIP code's; else the most populous of that name in the state named; or,
 * no state being named, in the user's own (`home_state`, NULL or "" when not known), else in the
 * US. False, and *ret_hit as it was: not known. When query->state is "", the answer has chosen a
 * state, and the user should hear which. */
bool gazetteer_best(const struct gazetteer_query *query, const char *home_state,
                    struct gazetteer_hit *ret_hit);

/* Every name once, sorted as place_name_key() sorts; other names ("Philly") and counties too. */
size_t gazetteer_name_count(void);
struct str gazetteer_name(size_t i); /* i < gazetteer_name_count() */

#endif
