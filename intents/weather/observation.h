/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/observation.h -- current conditions: observations and the choice of a station.
 *
 * The station is the nearest one of the place whose latest observation is less than 2 hours old and
 * has what is needed; failing that, the nearest with one that is at most 6 hours old. */
#ifndef CLIMACAST_INTENTS_WEATHER_OBSERVATION_H
#define CLIMACAST_INTENTS_WEATHER_OBSERVATION_H

#include <stdbool.h>
#include <stdint.h>

#include "intents/weather/foresight.h"
#include "intents/weather/nws.h"
#include "intents/weather/place.h"

/* A measurement that may be missing, in the units of uom.h. */
struct observation_value {
    bool has;
    double value;
    bool doubtful; /* there is none because what was sent failed quality control or can't be read */
};

enum { OBSERVATION_WEATHER_MAX = 6 };

struct observation {
    struct str station_id;
    int64_t time; /* UTC seconds */
    bool located; /* the report tells where the station is */
    double lat, lon;
    struct str description; /* textDescription; "" when there is none */
    struct observation_value temperature, dewpoint, humidity, wind_direction, wind_speed, wind_gust,
        pressure;
    struct observation_value heat_index, wind_chill; /* as sent or computed; only where defined */
    struct observation_value rain_last_hour;         /* mm */
    bool wind_variable;                              /* there is a speed but no direction */
    struct str weather[OBSERVATION_WEATHER_MAX]; /* "light rain", "thunderstorms in the vicinity" */
    size_t weather_count;
    bool weather_known;    /* all of it: what isn't in the list isn't reported */
    bool weather_doubtful; /* something was sent that can't be read */
    bool description_doubtful;
};

enum pressure_trend { TREND_UNKNOWN, TREND_FALLING, TREND_STEADY, TREND_RISING };

/* The measurement that a station must have to be chosen. */
enum observation_need {
    NEED_ANY_TEMPERATURE, /* "all" */
    NEED_TEMPERATURE,
    NEED_WIND,
    NEED_PRESSURE,
    NEED_HUMIDITY,
    NEED_DEWPOINT,
    NEED_DESCRIPTION, /* skys, summary */
    NEED_WEATHER,     /* precipitation */
};

struct current_observation {
    struct observation observation;
    struct str station_name;
    enum pressure_trend pressure_trend; /* compared with about an hour earlier */
    bool fresh; /* less than 2 hours old; otherwise the age should be mentioned */
    int64_t age_s;
};

/* Gets the current conditions of a place.
 *   ST_OK
 *   ST_NOT_FOUND   no station has what is needed: reason "no_observation" when all of them say so,
 *                  "observation_doubtful" when some report it, but in a way that can't be trusted
 *   ST_WOULD_WAIT, ST_TIMEOUT, ST_UNAVAILABLE, ST_SYSTEM */
enum status observation_get_current(struct nws *n, const struct call *call,
                                    const struct place *place, enum observation_need need,
                                    struct current_observation *ret_current, struct err *err);

/* What observation_get_current() most likely asks for, when the place's stations are not known yet:
 * the report of the nearest airport that has a weather station. */
foresight_fn *observation_guess(enum observation_need need);

/* Decodes a document of one or many observations; the object's data is a struct observation_list
 * (observation_internal.h). `n` is for reports and may be NULL. */
enum status observation_decode(struct str body, struct nws *n, struct object **ret_object,
                               struct err *err);

/* What it feels like: the wind chill, else the heat index, else NULL. */
const struct observation_value *observation_feels_like(const struct observation *o);

/* The formulas of NWS. False where they are not defined: the heat index below 80 F, the wind chill
 * above 50 F or with a wind of 3 mph or less. */
bool observation_heat_index_c(double temp_c, double humidity, double *ret_c);
bool observation_wind_chill_c(double temp_c, double wind_mps, double *ret_c);

#endif
