/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/gazetteer.h -- looks up US places and ZIP codes offline.
 *
 * The gazetteer has about 46,000 towns and counties, 41,000 ZIP codes, 2,400 weather stations, and
 * other places that people name: airports, parks, peaks, lakes, military posts, regions
 * (gazetteer/NOTICE names its sources). It is compiled into the program as one sorted table and
 * searched in place: no file is read, nothing is allocated, and only the pages that a search
 * touches are loaded. Names are compared by their place_name_key(). Strings in results point into
 * the table and never expire. Pure, thread-safe. */
#ifndef CLIMACAST_INTENTS_WEATHER_GAZETTEER_H
#define CLIMACAST_INTENTS_WEATHER_GAZETTEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/str.h"

/* What a row of the table is; the numbers are those of build.py. */
enum gazetteer_kind {
    GAZETTEER_TOWN,
    GAZETTEER_COUNTY,
    GAZETTEER_LANDMARK, /* a park, a peak, a lake, an airport, a military post */
    GAZETTEER_ABROAD,   /* a city outside the United States */
    GAZETTEER_COUNTRY,  /* a country, or a province: "london ontario" */
};

/* A place in the gazetteer. */
struct gazetteer_hit {
    struct str city;     /* as spoken and displayed: "Boulder", "St. Louis", "Coeur d'Alene" */
    char state[3];       /* "CO" */
    double lat, lon;     /* degrees: the center of the town, or of the ZIP code's area */
    uint32_t population; /* of a landmark, how many people's town is asked for as often; estimated
                            where nobody counted, and never equal for two places of one name */
    enum gazetteer_kind kind;
    bool alias; /* found by another name than `city` */
    bool near;  /* the ZIP code is unknown and this is its neighbor's place: say "near" */
};

/* What to look up; place_words.h makes it from a request. A ZIP code takes precedence over the
 * rest. */
struct gazetteer_query {
    struct str city; /* lower-case words, "" when only a ZIP code was given */
    char state[3];   /* "CO", "" when none was given */
    char zip[6];     /* "80301", "" when none was given */
};

/* The user's own place. */
struct gazetteer_home {
    char state[3]; /* "" when unknown; then the rest is not used */
    bool located;  /* lat and lon are known too */
    double lat, lon;
};

/* Finds a five-digit ZIP code: the center of its area, and the town of its post office. For a code
 * that is not in the table, such as a new one, the nearest code with the same first three digits is
 * used and `near` is set. Returns false, with *ret_hit unchanged, when `zip` is not five digits or
 * no US code begins like it (such as those of the armed forces, Palau, Micronesia and the Marshall
 * Islands). */
bool gazetteer_zip(struct str zip, struct gazetteer_hit *ret_hit);

/* Finds the ZIP code whose area's center is nearest to the coordinates. Returns the distance in
 * kilometers; negative when none is within 50 km, or in Alaska 300. Across a border, the nearest
 * one is this side of it. */
double gazetteer_zip_near(double lat, double lon, char ret_zip[6]);

enum { GAZETTEER_STATION_MAX = 5 };
/* Finds the weather station that is nearest to the coordinates, "KBDU", of those that report as
 * airports do. False when none is within 60 km. */
bool gazetteer_station_near(double lat, double lon, char ret_id[GAZETTEER_STATION_MAX]);

/* Finds the places with that name in `state` (NULL or "" for anywhere), the most populous first. If
 * none has the name as given, words around a name such as "city of" and "metro area" are dropped.
 * Returns how many were stored, at most `max`. */
size_t gazetteer_city(struct str city, const char *state, struct gazetteer_hit *hits, size_t max);

/* Finds the one US place that a query most likely means:
 *   - with a ZIP code, that of the code
 *   - with a state, the most populous of that name in the state, those by their own name first
 *   - otherwise the one that place_score.h scores highest, by its size and its distance from the
 *     user's own place (`home`, NULL when unknown); the user should then hear which state was
 *     chosen
 * A name that nothing has is tried without the words around it ("metro detroit"), as two cities
 * ("dallas fort worth": the first) and as a county ("broward").
 * Returns false, with *ret_hit unchanged, when there is none. */
bool gazetteer_best(const struct gazetteer_query *query, const struct gazetteer_home *home,
                    struct gazetteer_hit *ret_hit);

/* Is the query more likely to mean a place outside the United States? "tokyo", "paris france", and
 * "paris" unless the user lives near one; never with a ZIP code or a state. */
bool gazetteer_is_abroad(const struct gazetteer_query *query, const struct gazetteer_home *home);
/* The same, of a country: "mexico". */
bool gazetteer_is_country(const struct gazetteer_query *query, const struct gazetteer_home *home);

/* All distinct names, including alternative ones ("Philly"), counties and places abroad, sorted by
 * their place_name_key(). */
size_t gazetteer_name_count(void);
struct str gazetteer_name(size_t i); /* i < gazetteer_name_count() */

#endif
