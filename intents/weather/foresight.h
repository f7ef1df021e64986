/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/foresight.h -- the documents that a turn will ask for once it knows its place.
 *
 * place_point.c asks for them along with those that complete the place: a first question about a
 * place then takes two round trips to NWS instead of three. They stay in the document cache, where
 * the turn finds them.
 *
 * Some depend on what completes the place: the current conditions on the list of its stations. Then
 * the most likely ones are guessed. A wrong guess is not used. */
#ifndef CLIMACAST_INTENTS_WEATHER_FORESIGHT_H
#define CLIMACAST_INTENTS_WEATHER_FORESIGHT_H

#include <stddef.h>

#include "cache/documents.h"
#include "intents/weather/nws.h"
#include "intents/weather/place.h"

enum { FORESIGHT_MAX = 4 };

/* Writes the requests for a place that has its point; the names of its zones and its stations are
 * not known yet. Returns their number. */
typedef size_t foresight_fn(struct nws *n, const struct call *call, const struct place *place,
                            struct document_request ret_requests[FORESIGHT_MAX]);

/* Chooses the functions for a turn, when they are needed; NULL: nothing is foreseen, or guessed. */
struct foresight {
    foresight_fn *(*choose)(void *data);
    foresight_fn *(*guess)(void *data);
    void *data;
};

#endif
