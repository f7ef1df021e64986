/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/here.h -- HERE's geocoder (Geocoding and Search API v7).
 *
 * Used only when it is configured as a geocoder and has an API key. HERE takes the key in the URL,
 * so error texts that might quote the URL are never passed on. */
#ifndef CLIMACAST_INTENTS_WEATHER_HERE_H
#define CLIMACAST_INTENTS_WEATHER_HERE_H

#include <stdbool.h>

#include "cache/memory.h"
#include "intents/weather/gazetteer.h"
#include "intents/weather/nws.h"
#include "server/base/err.h"

/* Is an API key configured? */
bool here_has_key(const struct nws *n);

/* Finds a ZIP code, or a city in the query's state; without a state, in `home_state` ("" when
 * unknown), then anywhere in the US. Strings in *ret_hit are valid as long as call->arena.
 *   ST_OK
 *   ST_MISS          HERE finds no such place; err is unchanged
 *   ST_WOULD_WAIT
 *   ST_TIMEOUT, ST_UNAVAILABLE   no usable answer */
enum status here_find(struct nws *n, const struct gazetteer_query *query, const char *home_state,
                      const struct call *call, struct gazetteer_hit *ret_hit, struct err *err);

/* Decodes a response; exported for tests and fuzzing. */
enum status here_decode(struct str body, void *unused, struct object **ret_object, struct err *err);

#endif
