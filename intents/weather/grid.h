/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/grid.h -- the raw forecast of a grid point, read as values over time.
 *
 * Decoded once into sorted runs per layer (UTC seconds, units of uom.h) and shared unchanged
 * between threads. A hole is a hole: every question says whether there was anything in the period.
 * All reading calls are pure. SPEC section 5, "Forecast". */
#ifndef CLIMACAST_INTENTS_WEATHER_GRID_H
#define CLIMACAST_INTENTS_WEATHER_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
    GRID_LAYERS
};

struct grid; /* unchanging */

struct grid_answer {
    const struct grid *grid;
    bool stale;
    int64_t age_s; /* since fetched; said when stale */
};
/* Fetch (or recall) the grid of a place; lives as long as call->arena. When the service answers 404
 * the point is asked again once (place is updated). */
enum status grid_get(struct nws *n, const struct call *call, struct place *place,
                     struct grid_answer *ret_answer, struct err *err);
/* For tests and fuzzing: decode a document's bytes. */
enum status grid_decode(struct str body, struct nws *n_or_null, struct object **ret_object,
                        struct err *err);

/* Instants covered by the document, [start, end). */
int64_t grid_start(const struct grid *g);
int64_t grid_end(const struct grid *g);
/* When the forecaster issued it; 0 unknown. */
int64_t grid_issued(const struct grid *g);

/* Value of the run that holds t. */
bool grid_at(const struct grid *g, enum grid_layer layer, int64_t t, double *ret_value);
/* Highest / lowest value of the runs that overlap [from, to). */
bool grid_highest(const struct grid *g, enum grid_layer layer, int64_t from, int64_t to,
                  double *ret_value);
bool grid_lowest(const struct grid *g, enum grid_layer layer, int64_t from, int64_t to,
                 double *ret_value);
/* Value of the run that overlaps the period longest (max/min temperature). */
bool grid_longest(const struct grid *g, enum grid_layer layer, int64_t from, int64_t to,
                  double *ret_value);
/* Sum of an amount layer, runs reaching past the period counted by their overlapping share; false
 * when the layer does not cover the whole period. */
bool grid_total(const struct grid *g, enum grid_layer layer, int64_t from, int64_t to,
                double *ret_mm);
/* First and last hour's value in the period. */
bool grid_ends(const struct grid *g, enum grid_layer layer, int64_t from, int64_t to,
               double *ret_first, double *ret_last);

struct grid_wind {
    bool has_direction;
    double direction; /* degrees it blows from: speed-weighted mean over the hours */
    double low, high; /* m/s */
    bool has_gust;
    double gust; /* highest, only when above `high` */
};
bool grid_wind(const struct grid *g, int64_t from, int64_t to, struct grid_wind *ret_wind);

/* One condition of the weather layer, as NWS codes it; "" / 0 when null. Strings live with the
 * grid. */
struct grid_condition {
    int64_t start, end;    /* of the run or row of runs that has it; may reach past the period */
    const char *coverage;  /* "chance", "slight_chance", "areas", ... */
    const char *weather;   /* "rain_showers", "snow", "thunderstorms", "smoke", ... */
    const char *intensity; /* "light", "very_light", "moderate", "heavy" */
    const char *attributes[4]; /* "damaging_wind", ...; NULL-padded */
};
enum { GRID_CONDITIONS_MAX = 12 }; /* as many as an answer has use for */

/* Conditions that overlap the period in order of time, each kind once in a row: what goes on, or
 * comes again after a dry spell, is one. Those that begin together have one `start`. Returns how
 * many (at most room). *ret_covered: the layer holds something (even "no weather") for the
 * period. */
size_t grid_weather(const struct grid *g, int64_t from, int64_t to, struct grid_condition *ret,
                    size_t room, bool *ret_covered);

/* The kinds of precipitation in the weather layer for the period. The chance of precipitation does
 * not tell rain from snow; this does. */
struct grid_precip_types {
    bool liquid; /* rain, drizzle, thunderstorms; freezing rain too */
    bool frozen; /* snow, sleet, ice crystals */
};
struct grid_precip_types grid_precip_types(const struct grid *g, int64_t from, int64_t to);

#endif
