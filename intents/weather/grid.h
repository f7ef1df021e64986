/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/grid.h -- the raw forecast of a grid point, as values over time.
 *
 * A document is decoded once into sorted runs per layer, which threads share unchanged. Times are
 * UTC seconds, values have the units of uom.h. A layer may have gaps: every query returns whether
 * there is data for the period. The queries are pure. */
#ifndef CLIMACAST_INTENTS_WEATHER_GRID_H
#define CLIMACAST_INTENTS_WEATHER_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "intents/weather/foresight.h"
#include "intents/weather/nws.h"
#include "intents/weather/place.h"

enum grid_layer {
    GRID_TEMPERATURE,
    GRID_DEWPOINT,
    GRID_MAX_TEMPERATURE,
    GRID_MIN_TEMPERATURE,
    GRID_HUMIDITY,
    GRID_HEAT_INDEX,
    GRID_WIND_CHILL,
    GRID_SKY_COVER,
    GRID_WIND_DIRECTION,
    GRID_WIND_SPEED,
    GRID_WIND_GUST,
    GRID_PRECIPITATION_CHANCE,
    GRID_PRECIPITATION, /* quantitativePrecipitation: liquid total of each run, mm */
    GRID_SNOWFALL,      /* snowfallAmount: mm of snow */
    GRID_ICE,           /* iceAccumulation: mm */
    GRID_PRESSURE,
    GRID_APPARENT_TEMPERATURE,
    GRID_HEAT_RISK, /* 0 (none) to 4 (extreme), by the day; only some offices send it */
    GRID_LAYERS
};

struct grid; /* immutable */

struct grid_answer {
    const struct grid *grid;
    bool stale;
    int64_t age_s; /* since it was fetched */
};

/* Gets the grid of a place, from the cache or from NWS; it is valid as long as call->arena. After a
 * 404 the point is fetched again once, and *place updated. Returns what gridpoint_fetch() does. */
enum status grid_get(struct nws *n, const struct call *call, struct place *place,
                     struct grid_answer *ret_answer, struct err *err);

/* Decodes a document; the object's data is a struct grid. `n` is for reports and may be NULL. */
enum status grid_decode(struct str body, struct nws *n, struct object **ret_object,
                        struct err *err);

/* The period that the document covers, [start, end). */
int64_t grid_start(const struct grid *g);
int64_t grid_end(const struct grid *g);
/* When the forecaster issued it; 0 when unknown. */
int64_t grid_issued(const struct grid *g);

/* The queries of a layer return false, leaving results unchanged, when it has no data. Periods are
 * [from, to). */

/* The value at time t. */
bool grid_at(const struct grid *g, enum grid_layer layer, int64_t t, double *ret_value);
/* The run that holds time t: its value and its own period, which an hour's chance is told with. */
bool grid_run_at(const struct grid *g, enum grid_layer layer, int64_t t, int64_t *ret_start,
                 int64_t *ret_end, double *ret_value);
/* The highest or lowest value in the period. */
bool grid_highest(const struct grid *g, enum grid_layer layer, int64_t from, int64_t to,
                  double *ret_value);
bool grid_lowest(const struct grid *g, enum grid_layer layer, int64_t from, int64_t to,
                 double *ret_value);
/* The value of the run that overlaps the period longest; for maximum and minimum temperature. */
bool grid_longest(const struct grid *g, enum grid_layer layer, int64_t from, int64_t to,
                  double *ret_value);
/* The total of an amount layer. A run that extends beyond the period counts in proportion to its
 * overlap. Also false when the layer has a gap in the period. */
bool grid_total(const struct grid *g, enum grid_layer layer, int64_t from, int64_t to,
                double *ret_mm);
/* Does the layer have a value all through the period? */
bool grid_covers(const struct grid *g, enum grid_layer layer, int64_t from, int64_t to);
/* For how many seconds of the period it has one. */
int64_t grid_covered_s(const struct grid *g, enum grid_layer layer, int64_t from, int64_t to);
/* Was a part of the layer sent that can't be read? If so, a gap does not prove that NWS has
 * nothing. */
bool grid_unread(const struct grid *g, enum grid_layer layer);
/* The first and the last value in the period. */
bool grid_ends(const struct grid *g, enum grid_layer layer, int64_t from, int64_t to,
               double *ret_first, double *ret_last);

struct grid_wind {
    bool has_direction;
    double direction; /* degrees it blows from: the mean weighted by speed and time */
    double low, high; /* m/s */
    bool has_gust;
    double gust; /* m/s, the highest; only if above `high` */
};
/* The wind over the period. */
bool grid_wind(const struct grid *g, int64_t from, int64_t to, struct grid_wind *ret_wind);

/* One condition of the weather layer, in NWS's codes; "" when null. Strings are valid as long as
 * the grid. */
struct grid_condition {
    int64_t start, end;    /* of the consecutive runs that have it; may extend beyond the period */
    const char *coverage;  /* "chance", "slight_chance", "areas", ... */
    const char *weather;   /* "rain_showers", "snow", "thunderstorms", "smoke", ... */
    const char *intensity; /* "light", "very_light", "moderate", "heavy" */
    const char *attributes[4]; /* "damaging_wind", ...; NULL-padded */
    bool unread; /* what was sent can't be read: `weather` is "", which proves nothing */
};
enum { GRID_CONDITIONS_MAX = 12 }; /* enough for an answer */

/* Stores the conditions of the period in order of time. A condition that continues in the next run,
 * or that resumes after a dry spell, is merged into one. Those that begin together have the same
 * `start`. Returns how many were stored, at most `max`. *ret_covered: the layer has data for the
 * period, even if that is "no weather". Unread ones are left out. */
size_t grid_weather(const struct grid *g, int64_t from, int64_t to, struct grid_condition *ret,
                    size_t max, bool *ret_covered);

/* Stores the conditions at time t, with the period of their own run; "no weather" is none of them.
 * Returns how many were stored, at most `max`. *ret_covered: the layer has data that can be read
 * for that time. */
size_t grid_weather_at(const struct grid *g, int64_t t, struct grid_condition *ret, size_t max,
                       bool *ret_covered);

/* Foresees grid_get(). */
foresight_fn grid_foresee;

#endif
