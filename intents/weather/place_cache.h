/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_cache.h -- shared entries, as place.c and its helpers want them.
 *
 * A store that is ill costs time, not the answer: a fault is reported and counts as a miss. Nothing
 * is written by a call that may not wait. */
#ifndef CLIMACAST_INTENTS_WEATHER_PLACE_CACHE_H
#define CLIMACAST_INTENTS_WEATHER_PLACE_CACHE_H

#include <jansson.h>

#include "intents/weather/nws.h"
#include "server/base/err.h"
#include "server/base/str.h"

/* A shared entry, borrowed, that lives as long as the turn. ST_OK, ST_MISS or ST_WOULD_WAIT. */
enum status place_cache_get(struct nws *n, const struct call *call, const char *cache,
                            struct str key, const json_t **ret_entry);
/* Keep an entry; the reference is taken over, NULL is allowed. */
void place_cache_put_take(struct nws *n, const struct call *call, const char *cache, struct str key,
                          json_t *entry);
void place_cache_remove(struct nws *n, const struct call *call, const char *cache, struct str key);

/* The name of a station or zone by its id, in an entry {"id", "name"}. */
enum status place_cache_name_get(struct nws *n, const struct call *call, const char *cache,
                                 struct str id, struct str *ret_name);
void place_cache_name_put(struct nws *n, const struct call *call, const char *cache, struct str id,
                          struct str name);

#endif
