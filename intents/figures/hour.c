/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/hour.c -- reads the layers of a grid for one hour. */
#include "intents/figures/hour.h"

#include "intents/figures/event.h"
#include "intents/figures/feels.h"
#include "intents/speech/units.h"

#include <stdlib.h>

enum { HOUR = 3600, FEELS_APART_F = 3 };

int64_t hour_of(int64_t t)
{
    int64_t into = t % HOUR;

    return t - (into < 0 ? into + HOUR : into);
}

static struct hour_value value_at(const struct grid *g, enum grid_layer layer, int64_t t)
{
    struct hour_value v = { .has = false };

    v.has = grid_at(g, layer, t, &v.value);
    return v;
}

void hour_read_outline(const struct grid *g, int64_t start, struct hour_forecast *ret_hour)
{
    struct hour_forecast *h = ret_hour;

    *h = (struct hour_forecast){ .start = start };
    h->temperature = value_at(g, GRID_TEMPERATURE, start);
    h->chance.has = grid_run_at(g, GRID_PRECIPITATION_CHANCE, start, &h->chance_start,
                                &h->chance_end, &h->chance.value);
}

void hour_read_weather(const struct grid *g, int64_t start, struct hour_forecast *ret_hour)
{
    struct hour_forecast *h = ret_hour;
    bool covered;

    hour_read_outline(g, start, h);
    h->sky_cover = value_at(g, GRID_SKY_COVER, start);
    h->wind_direction = value_at(g, GRID_WIND_DIRECTION, start);
    h->wind_speed = value_at(g, GRID_WIND_SPEED, start);
    h->condition_count = grid_weather_at(g, start, h->conditions, HOUR_CONDITIONS_MAX, &covered);
}

bool hour_read(const struct grid *g, int64_t start, struct hour_forecast *ret_hour)
{
    struct hour_forecast h;

    hour_read_weather(g, start, &h);
    h.dewpoint = value_at(g, GRID_DEWPOINT, start);
    h.humidity = value_at(g, GRID_HUMIDITY, start);
    h.pressure = value_at(g, GRID_PRESSURE, start);
    h.wind_gust = value_at(g, GRID_WIND_GUST, start);
    h.wind_gust.has =
        h.wind_gust.has && !(h.wind_speed.has && h.wind_gust.value <= h.wind_speed.value);
    h.feels_like.has = feels_like(g, start, &h.feels_like.value);
    h.feels_different = h.feels_like.has && h.temperature.has &&
                        abs(units_fahrenheit(h.feels_like.value) -
                            units_fahrenheit(h.temperature.value)) >= FEELS_APART_F;
    for (size_t i = 0; i < h.condition_count; i++)
        h.events |= event_of_weather(h.conditions[i].weather);
    *ret_hour = h;
    return h.temperature.has || h.dewpoint.has || h.humidity.has || h.sky_cover.has ||
           h.wind_speed.has || h.pressure.has || h.chance.has || h.condition_count > 0;
}
