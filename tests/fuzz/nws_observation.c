/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/nws_observation.c -- any bytes as observations: rejected, or decoded to finite values
 * and printable texts, which can be chosen from and compared. */
#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "intents/weather/observation.h"
#include "intents/weather/observation_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_reading(struct observation_value r, double least, double most)
{
    assert(!r.has || (r.value >= least && r.value <= most));
}

static void check_observation(const struct observation *o)
{
    check_reading(o->temperature, -90.0, 60.0);
    check_reading(o->dewpoint, -90.0, 60.0);
    check_reading(o->humidity, 0.0, 100.0);
    check_reading(o->wind_direction, 0.0, 360.0);
    check_reading(o->wind_speed, 0.0, 120.0);
    check_reading(o->wind_gust, 0.0, 150.0);
    check_reading(o->pressure, 50000.0, 110000.0);
    check_reading(o->rain_last_hour, 0.0, 500.0);
    assert(!o->heat_index.has || isfinite(o->heat_index.value));
    assert(!o->wind_chill.has || isfinite(o->wind_chill.value));
    assert(o->weather_count <= OBSERVATION_WEATHER_MAX);
    for (size_t i = 0; i < o->weather_count; i++)
        assert(o->weather[i].n > 0 && str_is_utf8(o->weather[i]));
    assert(o->description.n == 0 || str_is_utf8(o->description));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct object *object = NULL;
    struct err err = ERR_NONE;
    const struct observation_list *list;

    if (observation_decode((struct str){ (const char *)data, size }, NULL, &object, &err) !=
        ST_OK) {
        assert(!object && err.status != ST_OK);
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
