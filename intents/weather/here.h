/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/here.h -- asking HERE's geocoder (Geocoding and Search API v7) where a place is.
 *
 * Only where the settings name it among the providers and hold a key. The key stands in the URL, as
 * HERE wants it; so no text of a failed call is passed on from here. */
#ifndef CLIMACAST_INTENTS_WEATHER_HERE_H
#define CLIMACAST_INTENTS_WEATHER_HERE_H

#include <stdbool.h>

#include "cache/memory.h"
#include "intents/weather/gazetteer.h"
#include "intents/weather/nws.h"
#include "server/base/err.h"

/* Is there a key to ask with? */
bool here_has_key(const struct nws *n);

/* The place named: a ZIP code, else a city in the state named; no state being named, in
 * `home_state` ("" when not known), else anywhere in the US. Texts of *ret_hit lie in call->arena.
 *   ST_OK
 *   ST_MISS          HERE knows no such place; err untouched
 *   ST_WOULD_WAIT
 *   ST_TIMEOUT, ST_UNAVAILABLE   no usable answer */
enum status here_find(struct nws *n, const struct gazetteer_query *query, const char *home_state,
                      const struct call *call, struct gazetteer_hit *ret_hit, struct err *err);

/* For tests and fuzzing: decode an answer's bytes. */
enum status here_decode(struct str body, void *unused, struct object **ret_object, struct err *err);

#endif
