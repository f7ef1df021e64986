/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/periods.h -- the extended forecast: NWS's own periods, each with a name and a
 * text. */
#ifndef CLIMACAST_INTENTS_WEATHER_PERIODS_H
#define CLIMACAST_INTENTS_WEATHER_PERIODS_H

#include "intents/weather/foresight.h"
#include "intents/weather/nws.h"
#include "intents/weather/place.h"

struct forecast_period {
    int64_t start, end;
    bool daytime;
    const char *name;  /* "Tonight", "Memorial Day" */
    const char *text;  /* detailedForecast as sent, to be normalized */
    const char *brief; /* shortForecast */
    bool has_temperature, has_chance;
    double temperature_c; /* the high by day, the low by night */
    double chance;        /* of precipitation, percent */
};
struct forecast_periods {
    size_t count;
    const struct forecast_period *at; /* those ending after call->now; as long as the arena */
    bool unread;                      /* there are others, which can't be read */
    bool ended;                       /* there were others, which have ended */
    bool stale;
    int64_t age_s;
    int64_t issued; /* when the forecaster wrote them; 0: unknown */
};
/* Gets them, from the cache or from NWS. After a 404 the point is fetched again once, and *place
 * updated. Returns what gridpoint_fetch() does. */
enum status periods_get(struct nws *n, const struct call *call, struct place *place,
                        struct forecast_periods *ret_periods, struct err *err);

/* Foresees periods_get(). */
foresight_fn periods_foresee;

/* Decodes a document; exported for tests and fuzzing. */
enum status periods_decode(struct str body, struct object **ret_object, struct err *err);

#endif
