/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/gridpoint.h -- fetches the documents of a place's grid point, for grid.c and
 * periods.c.
 *
 * Forecast offices redefine their grids without notice. After a 404 the point is therefore fetched
 * again, and the document once more from its new URL. */
#ifndef CLIMACAST_INTENTS_WEATHER_GRIDPOINT_H
#define CLIMACAST_INTENTS_WEATHER_GRIDPOINT_H

#include "intents/weather/nws.h"
#include "intents/weather/place.h"

struct gridpoint_kind {
    const char *label; /* for metrics */
    const char *what;  /* for error messages: "the raw forecast" */
    struct str (*url)(const struct place *place);
    document_decode_fn *decode; /* gets the struct nws as its data */
};

/* Writes the request for a document (foresight.h). Returns 0 when NWS names no URL for it. */
size_t gridpoint_foresee(struct nws *n, const struct call *call, const struct place *place,
                         const struct gridpoint_kind *kind, struct document_request *ret_request);

/* Fetches a document, from the cache or from NWS; its object is valid as long as call->arena. After
 * a 404, *place is updated to its new grid point.
 *   ST_OK
 *   ST_NOT_FOUND   reason "no_forecast": NWS has none for the point;
 *                  reason "grid_gone": its grid is missing
 *   ST_WOULD_WAIT, ST_TIMEOUT, ST_UNAVAILABLE, ST_SYSTEM */
enum status gridpoint_fetch(struct nws *n, const struct call *call, struct place *place,
                            const struct gridpoint_kind *kind, struct document *ret_document,
                            struct err *err);

#endif
