/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_cache.h -- the shared cache entries of places, stations and zones.
 *
 * A failing store must not fail the request: errors are reported through nws_report() and count as
 * misses. A call that may not wait writes nothing. */
#ifndef CLIMACAST_INTENTS_WEATHER_PLACE_CACHE_H
#define CLIMACAST_INTENTS_WEATHER_PLACE_CACHE_H

#include <jansson.h>

#include "intents/weather/nws.h"
#include "intents/weather/place.h"
#include "server/base/arena.h"
#include "server/base/err.h"
#include "server/base/str.h"

/* Fills a place from its entry in LocationCache; its key, and what place_entry_read() leaves alone,
 * stay. What it points to is valid as long as call->arena. ST_OK, ST_MISS or ST_WOULD_WAIT. */
enum status place_cache_get(struct nws *n, const struct call *call, struct place *place);

/* Stores an entry. Takes over the reference, even on failure; NULL is allowed. */
void place_cache_put_take(struct nws *n, const struct call *call, const char *cache, struct str key,
                          json_t *entry);
void place_cache_remove(struct nws *n, const struct call *call, const char *cache, struct str key);

/* The name of a station or zone by its id, from an entry {"id", "name"}. */
enum status place_cache_name_get(struct nws *n, const struct call *call, const char *cache,
                                 struct str id, struct str *ret_name);
void place_cache_name_put(struct nws *n, const struct call *call, const char *cache, struct str id,
                          struct str name);

/* The key of a place in LocationCache: "boulder_colorado", "saint_louis_missouri", or just the city
 * when `state` is "". All spellings of a name give the same key; a ZIP code given as the city is
 * its own key. In the arena; STR_NONE when `city` has no words. */
struct str place_cache_key(struct arena *arena, struct str city, const char *state);

#endif
