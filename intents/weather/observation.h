/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/observation.h -- what is measured now: the station that has it, and its numbers.
 *
 * SPEC section 5, "Current conditions": the nearest station whose newest observation is under 2 h
 * old and has the metric, else further ones of the list, else up to 6 h old with its age, else
 * none. */
#ifndef CLIMACAST_INTENTS_WEATHER_OBSERVATION_H
#define CLIMACAST_INTENTS_WEATHER_OBSERVATION_H

#include <stdbool.h>
#include <stdint.h>

#include "intents/weather/nws.h"
#include "intents/weather/place.h"

/* A measurement that may be missing; units of uom.h. */
struct observation_value {
    bool has;
    double value;
};

enum { OBSERVATION_WEATHER_MAX = 6 };

struct observation {
    struct str station_id;
    int64_t time;           /* of the measurement */
    struct str description; /* textDescription, "" when none */
    struct observation_value temperature, dewpoint, humidity, wind_direction, wind_speed, wind_gust,
        pressure;
    struct observation_value heat_index,
        wind_chill; /* as sent or computed by the NWS formulas; has only in their range */
    struct observation_value rain_last_hour;     /* mm */
    bool wind_variable;                          /* a speed without direction */
    struct str weather[OBSERVATION_WEATHER_MAX]; /* present weather in words: "light rain",
                                                    "thunderstorms in the vicinity" */
    size_t weather_count;
    bool weather_known; /* the station reports present weather at all (an empty list is "none") */
};

enum pressure_trend { TREND_UNKNOWN, TREND_FALLING, TREND_STEADY, TREND_RISING };

/* What must be there for a station to do. */
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
    enum pressure_trend pressure_trend; /* against the observation about an hour before */
    bool fresh;                         /* under 2 h old; else say the age */
    int64_t age_s;
};

/* ST_OK; ST_NOT_FOUND: no station has it (reason "no_observation"); ST_WOULD_WAIT; ST_TIMEOUT,
 * ST_UNAVAILABLE. */
enum status observation_get_current(struct nws *n, const struct call *call,
                                    const struct place *place, enum observation_need need,
                                    struct current_observation *ret_current, struct err *err);
enum status observation_decode(struct str body, struct nws *n_or_null, struct object **ret_object,
                               struct err *err);

/* NWS formulas (heat index: Rothfusz regression with its adjustments; wind chill: 2001). Celsius,
 * percent, m/s in, Celsius out; false outside the range where they mean something (>= 80 F; <= 50 F
 * and wind > 3 mph). */
bool observation_heat_index_c(double temp_c, double humidity, double *ret_c);
bool observation_wind_chill_c(double temp_c, double wind_mps, double *ret_c);

#endif
