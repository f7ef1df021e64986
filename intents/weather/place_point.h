/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_point.h -- fills a place from NWS's /points, once its coordinates are
 * known. */
#ifndef CLIMACAST_INTENTS_WEATHER_PLACE_POINT_H
#define CLIMACAST_INTENTS_WEATHER_PLACE_POINT_H

#include <stdbool.h>

#include "cache/documents.h"
#include "intents/weather/nws.h"
#include "intents/weather/place.h"
#include "server/base/err.h"

/* The request for the place's point; its url is NULL when the arena is full. */
struct document_request place_point_request(const struct nws *n, const struct call *call,
                                            const struct place *place);

/* Fetches the point and what it refers to, and fills in everything that NWS knows. *ret_complete:
 * nothing is missing, and the place may be cached.
 *   ST_OK
 *   ST_NOT_FOUND   NWS doesn't cover the coordinates: reason "place_outside"
 *   ST_WOULD_WAIT, ST_TIMEOUT, ST_UNAVAILABLE, ST_SYSTEM
 * On anything but ST_OK *place may be partly filled. */
enum status place_point_fetch(struct nws *n, const struct call *call, struct place *place,
                              bool *ret_complete, struct err *err);

#endif
