/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/gridpoint.h -- the documents behind a place's grid point, fetched with one second
 * chance.
 *
 * For grid.c and periods.c. Offices redefine their grids without notice: a document that answers
 * 404 means that the point must be asked again, and the document then sought where it is now. */
#ifndef CLIMACAST_INTENTS_WEATHER_GRIDPOINT_H
#define CLIMACAST_INTENTS_WEATHER_GRIDPOINT_H

#include "intents/weather/nws.h"
#include "intents/weather/place.h"

struct gridpoint_kind {
    const char *label; /* for metrics */
    const char *what;  /* for people: "the raw forecast" */
    struct str (*url)(const struct place *place);
    document_decode_fn *decode; /* its data is the `struct nws` */
};

/* ST_OK: *ret_document is there, its object as long as call->arena. Else as nws_document_error()
 * says; ST_NOT_FOUND with reason "no_forecast" when NWS has none for the point. */
enum status gridpoint_fetch(struct nws *n, const struct call *call, struct place *place,
                            const struct gridpoint_kind *kind, struct document *ret_document,
                            struct err *err);

#endif
