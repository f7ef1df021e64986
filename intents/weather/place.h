/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place.h -- resolves a place that the user named to what NWS knows about it.
 *
 * place_words.h parses the slots, the gazetteer or HERE finds the coordinates, and NWS's /points
 * gives the grid, the zones and the time zone. The result is cached in LocationCache under
 * place_cache_key(), the names of its stations in StationCache, those of its zones in ZoneCache. */
#ifndef CLIMACAST_INTENTS_WEATHER_PLACE_H
#define CLIMACAST_INTENTS_WEATHER_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "intents/weather/nws.h"
#include "intents/weather/place_words.h"
#include "server/base/zone.h"

enum { PLACE_STATIONS_MAX = 12 };

struct place {
    struct str key;        /* in LocationCache: "boulder_colorado", "80301" */
    char zip[6];           /* "80301" when it was named by ZIP code, otherwise "" */
    struct str city;       /* "Boulder" */
    char state[3];         /* "CO" */
    struct str state_name; /* "Colorado" */
    bool state_guessed;    /* only a city was named: the answer should name the state */
    bool near;             /* the ZIP code is known only by a neighboring one: say "near" */
    bool landmark;         /* no town, but an airport, a park, a lake: say "at" */
    double lat, lon;
    struct str cwa;          /* "BOU" */
    struct str grid_point;   /* "BOU/54,74" */
    struct str grid_url;     /* of the raw grid; "" when NWS has none for the point */
    struct str forecast_url; /* of the 12-hour periods; "" when there is none */
    const struct zone *zone; /* the local time */
    struct str forecast_zone_id, forecast_zone_name; /* "COZ039"; "" when there is none */
    struct str county_zone_id, county_zone_name;     /* "COC013" */
    struct str stations[PLACE_STATIONS_MAX];         /* ids, nearest first */
    size_t station_count;
    const struct err *stations_fault; /* why the stations are not known; NULL when they are */
    bool stations_unread;             /* they are not known, or only in part */
    bool urls_unread;                 /* that a URL is "" doesn't mean that NWS has none */
    bool zones_unread;                /* a zone without an id may exist: it could not be read */
};

/* Resolves a query. `home` is the user's own place, or NULL. Everything in *ret_place is valid as
 * long as call->arena.
 *   ST_OK
 *   ST_NOT_FOUND   reason "place_unknown" or "zip_unknown": no such place;
 *                  reason "place_outside": NWS doesn't cover it, or another country is meant
 *   ST_WOULD_WAIT
 *   ST_TIMEOUT, ST_UNAVAILABLE   NWS can't be reached, and the place isn't cached
 *   ST_SYSTEM      out of memory */
enum status place_resolve(struct nws *n, const struct gazetteer_query *query,
                          const struct gazetteer_home *home, const struct call *call,
                          struct place *ret_place, struct err *err);

/* Fetches the point of a place again after its grid answered 404; at most once a minute.
 *   ST_OK          *place now has another grid, or none (grid_url is "")
 *   ST_NOT_FOUND   NWS still names the same grid: reason "grid_gone"
 *   ST_WOULD_WAIT, ST_TIMEOUT, ST_UNAVAILABLE, ST_SYSTEM
 * On anything but ST_OK *place is unchanged. */
enum status place_refetch_grid(struct nws *n, const struct call *call, struct place *place,
                               struct err *err);

/* Fetches everything about a known place again, and caches it for another lifetime: the place, and
 * the names of its zones and nearest stations.
 *   ST_OK
 *   ST_NOT_FOUND, ST_WOULD_WAIT, ST_TIMEOUT, ST_UNAVAILABLE, ST_SYSTEM
 * On anything but ST_OK *place and its cached entry are unchanged. */
enum status place_renew(struct nws *n, const struct call *call, struct place *place,
                        struct err *err);

/* A station's name, from StationCache or NWS ("Boulder Municipal Airport"); its id when neither has
 * it; STR_NONE when the name isn't cached and the call may not wait. */
struct str place_station_name(struct nws *n, struct str station_id, const struct call *call);

/* The text that is saved in the user's settings, which place_words_parse() understands: "Boulder
 * Colorado"; where those words would lead to another place, the ZIP code or else "West, Texas". In
 * the arena. */
struct str place_setting(struct arena *arena, const struct place *place);

/* The user's own place, from such a text; its state is "" when the text names no place. When the
 * arena fails, the place may be missing. */
void place_home(struct arena *arena, struct str setting, struct gazetteer_home *ret_home);

#endif
