/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place.h -- what was named, made into a point that NWS knows.
 *
 * place_words.h reads the slots; the gazetteer (or HERE) gives coordinates; /points gives grid,
 * zones and zone; the result is kept in LocationCache under place_cache_key(), its stations in
 * StationCache, its zones in ZoneCache (SPEC section 8). */
#ifndef CLIMACAST_INTENTS_WEATHER_PLACE_H
#define CLIMACAST_INTENTS_WEATHER_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "intents/weather/nws.h"
#include "intents/weather/place_words.h"
#include "server/base/zone.h"

enum { PLACE_STATIONS_MAX = 12 };

struct place {
    struct str key;        /* of LocationCache: "boulder_colorado", "80301" */
    char zip[6];           /* "80301" when it was asked for by ZIP; else "" */
    struct str city;       /* "Boulder" */
    char state[3];         /* "CO" */
    struct str state_name; /* "Colorado" */
    bool state_guessed;    /* only a city was named: the answer names the state */
    bool near;             /* a ZIP known by its neighbourhood only: say "near" */
    double lat, lon;
    struct str cwa;          /* "BOU" */
    struct str grid_point;   /* "BOU/54,74" */
    struct str grid_url;     /* of the raw grid, at the base; "" when NWS has none for the point */
    struct str forecast_url; /* of the 12-hour periods; "" when none */
    const struct zone *zone; /* the place's own time */
    struct str forecast_zone_id, forecast_zone_name; /* "COZ039"; "" when none */
    struct str county_zone_id, county_zone_name;     /* "COC013" */
    struct str stations[PLACE_STATIONS_MAX];         /* ids, nearest first */
    size_t station_count;
};

/* Resolve a query. `home_state` is the postal code of the user's own state or "". Everything lies
 * in call->arena.
 *   ST_OK
 *   ST_NOT_FOUND   no such place, or not in the US: reason "place_unknown", "zip_unknown" or
 *                  "place_outside"
 *   ST_WOULD_WAIT
 *   ST_TIMEOUT, ST_UNAVAILABLE   NWS cannot be reached and nothing is kept */
enum status place_resolve(struct nws *n, const struct gazetteer_query *query,
                          const char *home_state, const struct call *call, struct place *ret_place,
                          struct err *err);
/* The grid behind a place answered 404: forget the point and ask it again (once per turn).
 *   ST_OK          the place has moved to another grid (or has none now: grid_url is "")
 *   ST_NOT_FOUND   NWS says the same as before: the grid is gone, reason "grid_gone"
 *   ST_WOULD_WAIT  nothing was forgotten
 *   ST_TIMEOUT, ST_UNAVAILABLE; on all but ST_OK the place is as it was */
enum status place_refetch_grid(struct nws *n, const struct call *call, struct place *place,
                               struct err *err);
/* Ask NWS anew about a place that is known, and keep what it says for another lifetime: the place,
 * and the names of its zones and nearest stations.
 *   ST_OK
 *   ST_NOT_FOUND, ST_TIMEOUT, ST_UNAVAILABLE   what is kept of the place stays as it was */
enum status place_renew(struct nws *n, const struct call *call, struct place *place,
                        struct err *err);
/* A station's name from StationCache or NWS ("Boulder Municipal Airport"); its id when neither
 * knows; STR_NONE when it would have to wait and may not (the caller then says ST_WOULD_WAIT). */
struct str place_station_name(struct nws *n, struct str station_id, const struct call *call);
/* As it is saved in the user's settings and read back by place_words: "Boulder Colorado", or the
 * ZIP code where those words would lead to another place. In the arena. */
struct str place_setting(struct arena *arena, const struct place *place);
/* The postal code of the state in such a setting, "" when there is none: the user's own state. */
void place_home_state(struct str setting, char ret_state[3]);

#endif
