/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/outlook.c -- reads the figures of a period from the grid. */
#include "intents/figures/outlook.h"

#include <math.h>

enum { HOUR = 3600 };

/* Below this NWS doesn't name a kind of precipitation either. */
enum { NAMED_PERCENT = 15 };

bool outlook_extreme(const struct grid *g, int64_t start, int64_t end, bool daytime, bool whole,
                     double *ret_c)
{
    enum grid_layer layer = daytime ? GRID_MAX_TEMPERATURE : GRID_MIN_TEMPERATURE;

    if (whole && grid_longest(g, layer, start, end, ret_c))
        return true;
    if (daytime)
        return grid_highest(g, GRID_TEMPERATURE, start, end, ret_c);
    return grid_lowest(g, GRID_TEMPERATURE, start, end, ret_c);
}

/* The high by day, the low by night: of the whole period, even if part of it has passed. */
static bool high_or_low(const struct grid *g, const struct outlook_span *p, double *ret_c)
{
    return outlook_extreme(g, p->start, p->end, p->daytime, p->whole, ret_c);
}

static double fahrenheit(double c)
{
    return c * 9.0 / 5.0 + 32.0;
}

/* The heat index is defined from 80 degrees Fahrenheit up, the wind chill from 50 down; some
 * offices send them for other hours too. */
static bool feels_like_applies(enum grid_layer layer, double temperature_c)
{
    enum { HEAT_INDEX_FROM_F = 80, WIND_CHILL_TO_F = 50 };
    double f = fahrenheit(temperature_c);

    return layer == GRID_HEAT_INDEX ? f >= HEAT_INDEX_FROM_F : f <= WIND_CHILL_TO_F;
}

/* Whole degrees Fahrenheit, in which these are told apart. */
static double whole_f(double c)
{
    return round(round(fahrenheit(c) * 1e6) / 1e6);
}

/* The range over the hours left to which the layer applies; none when it never differs from the
 * temperature. *ret_none: that is known of every hour. */
static struct outlook_range feels_like(const struct grid *g, const struct outlook_span *p,
                                       enum grid_layer layer, double *ret_apart_c, bool *ret_none)
{
    struct outlook_range r = { .has = false };
    double feels, temperature;
    bool any = false, told = p->from < p->end;

    *ret_apart_c = 0.0;
    for (int64_t t = p->from; t < p->end; t += HOUR) {
        if (!grid_at(g, GRID_TEMPERATURE, t, &temperature)) {
            told = false;
            continue;
        }
        if (!feels_like_applies(layer, temperature))
            continue;
        if (!grid_at(g, layer, t, &feels)) {
            told = false;
            continue;
        }
        r.low = any ? fmin(r.low, feels) : feels;
        r.high = any ? fmax(r.high, feels) : feels;
        r.has = r.has || whole_f(feels) != whole_f(temperature);
        *ret_apart_c = fmax(*ret_apart_c, fabs(feels - temperature));
        any = true;
    }
    *ret_none = told && !r.has;
    return r;
}

static void read_amounts(const struct grid *g, const struct outlook_span *p,
                         struct outlook_figures *f)
{
    f->has_water =
        grid_total(g, GRID_PRECIPITATION, p->from, p->end, &f->water_mm) && f->water_mm > 0.0;
    f->has_snow = grid_total(g, GRID_SNOWFALL, p->from, p->end, &f->snow_mm) && f->snow_mm > 0.0;
    f->has_ice = grid_total(g, GRID_ICE, p->from, p->end, &f->ice_mm) && f->ice_mm > 0.0;
}

static void read_air(const struct grid *g, const struct outlook_span *p, struct outlook_figures *f)
{
    f->has_wind = grid_wind(g, p->from, p->end, &f->wind);
    f->wind_covered = grid_covers(g, GRID_WIND_SPEED, p->from, p->end);
    f->has_pressure =
        grid_ends(g, GRID_PRESSURE, p->from, p->end, &f->pressure_first, &f->pressure_last);
    f->has_humidity = grid_highest(g, GRID_HUMIDITY, p->from, p->end, &f->humidity);
    f->has_dewpoint = grid_highest(g, GRID_DEWPOINT, p->from, p->end, &f->dewpoint_c);
}

void outlook_read(const struct grid *g, const struct outlook_span *p,
                  struct outlook_figures *ret_figures)
{
    struct outlook_figures *f = ret_figures;
    bool covered;

    *f = (struct outlook_figures){ .has_temperature = false };
    f->has_temperature = high_or_low(g, p, &f->temperature_c);
    f->wind_chill = feels_like(g, p, GRID_WIND_CHILL, &f->wind_chill_apart_c, &f->no_wind_chill);
    f->heat_index = feels_like(g, p, GRID_HEAT_INDEX, &f->heat_index_apart_c, &f->no_heat_index);
    f->has_sky = grid_ends(g, GRID_SKY_COVER, p->from, p->end, &f->sky_first, &f->sky_last);
    f->condition_count =
        grid_weather(g, p->from, p->end, f->conditions, GRID_CONDITIONS_MAX, &covered);
    precipitation_read(g, p->from, p->end, &f->precipitation);
    read_amounts(g, p, f);
    read_air(g, p, f);
}

bool outlook_kind_is_open(const struct outlook_figures *f)
{
    const struct precipitation *p = &f->precipitation;

    return p->open[COLD_UNKNOWN] >= NAMED_PERCENT || p->open[COLD_SNOW] >= NAMED_PERCENT;
}

unsigned outlook_water_kinds(const struct outlook_figures *f)
{
    const struct precipitation *p = &f->precipitation;
    double open_rain = fmax(p->open[COLD_RAIN], p->open[COLD_RAIN_ONLY]);
    bool warm = open_rain >= NAMED_PERCENT || (open_rain > 0.0 && p->kinds == 0);

    if (outlook_kind_is_open(f))
        return 0;
    return p->kinds | (warm ? PRECIPITATION_RAIN : 0);
}
