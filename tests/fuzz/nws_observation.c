/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/nws_observation.c -- any bytes as observations: rejected, or decoded to values
 * that the weather can have and printable texts, which can be chosen from and compared; the same as
 * reports of the past. */
#include "intents/weather/observation.h"
#include "intents/weather/observation_internal.h"
#include "intents/weather/past.h"
#include "tests/fuzz/laws.h"

static void check_reading(struct observation_value r, enum law_quantity quantity)
{
    LAW(!r.has || law_plausible(quantity, r.value));
}

static void check_observation(const struct observation *o)
{
    check_reading(o->temperature, LAW_TEMPERATURE_C);
    check_reading(o->dewpoint, LAW_TEMPERATURE_C);
    check_reading(o->humidity, LAW_PERCENT);
    check_reading(o->wind_direction, LAW_DIRECTION);
    check_reading(o->wind_speed, LAW_WIND_MPS);
    check_reading(o->wind_gust, LAW_WIND_MPS);
    check_reading(o->pressure, LAW_PRESSURE_PA);
    check_reading(o->rain_last_hour, LAW_RAIN_MM);
    check_reading(o->heat_index, LAW_FEELS_LIKE_C);
    check_reading(o->wind_chill, LAW_FEELS_LIKE_C);
    LAW(o->weather_count <= OBSERVATION_WEATHER_MAX);
    for (size_t i = 0; i < o->weather_count; i++)
        LAW(o->weather[i].n > 0 && str_is_utf8(o->weather[i]));
    LAW(o->description.n == 0 || str_is_utf8(o->description));
}

static void check_past(struct str body)
{
    struct object *object = NULL;
    struct err err = ERR_NONE;
    const struct past *past;

    if (past_decode(body, NULL, &object, &err) != ST_OK) {
        LAW(!object && err.status != ST_OK);
        return;
    }
    past = object->data;
    for (size_t i = 0; i < past->count; i++) {
        check_reading(past->at[i].temperature, LAW_TEMPERATURE_C);
        check_reading(past->at[i].felt, LAW_FEELS_LIKE_C);
        check_reading(past->at[i].gust, LAW_WIND_MPS);
    }
    object_release(object);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct object *object = NULL;
    struct err err = ERR_NONE;
    const struct observation_list *list;

    check_past((struct str){ (const char *)data, size });
    if (observation_decode((struct str){ (const char *)data, size }, NULL, &object, &err) !=
        ST_OK) {
        LAW(!object && err.status != ST_OK);
        return 0;
    }
    list = object->data;
    for (size_t i = 0; i < list->count; i++) {
        const struct observation *one = &list->at[i];
        bool fresh;
        check_observation(one);
        (void)observation_choose(&one, 1, one->time, NEED_WEATHER, &fresh);
        (void)observation_pressure_trend(one, list);
    }
    object_release(object);
    return 0;
}
