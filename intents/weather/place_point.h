/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_point.h -- a place that has a name and coordinates, filled from NWS. */
#ifndef CLIMACAST_INTENTS_WEATHER_PLACE_POINT_H
#define CLIMACAST_INTENTS_WEATHER_PLACE_POINT_H

#include <stdbool.h>

#include "cache/documents.h"
#include "intents/weather/nws.h"
#include "intents/weather/place.h"
#include "server/base/err.h"

/* The document to ask for the place's point; its url is NULL when the arena is full. */
struct document_request place_point_request(const struct nws *n, const struct call *call,
                                            const struct place *place);

/* Ask the point and what it leads to; fills all that NWS knows. *ret_complete: nothing is lacking,
 * the place may be kept. ST_OK ST_NOT_FOUND   NWS does not serve the coordinates: reason
 * "place_outside" ST_WOULD_WAIT, ST_TIMEOUT, ST_UNAVAILABLE, ST_SYSTEM On anything but ST_OK the
 * place may be half filled. */
enum status place_point_fetch(struct nws *n, const struct call *call, struct place *place,
                              bool *ret_complete, struct err *err);

#endif
