/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/periods.h -- NWS's own forecast periods with name and text (extended
 * forecast). */
#ifndef CLIMACAST_INTENTS_WEATHER_PERIODS_H
#define CLIMACAST_INTENTS_WEATHER_PERIODS_H

#include "intents/weather/nws.h"
#include "intents/weather/place.h"

struct forecast_period {
    int64_t start, end;
    bool daytime;
    const char *name;  /* "Tonight", "Memorial Day" */
    const char *text;  /* detailedForecast as sent (not yet speakable) */
    const char *brief; /* shortForecast */
};
struct forecast_periods {
    size_t count;
    const struct forecast_period *at; /* those not over at call->now; live as long as the arena */
    bool stale;
    int64_t age_s;
};
/* Fetch (or recall) them. When the service answers 404 the point is asked again once (place is
 * updated). ST_NOT_FOUND: none for this place; else as grid_get(). */
enum status periods_get(struct nws *n, const struct call *call, struct place *place,
                        struct forecast_periods *ret, struct err *err);
/* For tests and fuzzing: decode a document's bytes. */
enum status periods_decode(struct str body, struct object **ret_object, struct err *err);

#endif
