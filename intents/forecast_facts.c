/* SPDX-License-Identifier: Apache-2.0 */
/* intents/forecast_facts.c -- the forecast for a period with all its facts, a sentence for each
 * metric. */
#include "intents/forecast_words.h"
#include "intents/speech/phrase.h"

/* ---- temperature ---- */

void forecast_put_range(struct buf *out, const struct forecast_told *t,
                        const struct outlook_range *range, const char *name)
{
    int low = units_degrees(range->low, t->units), high = units_degrees(range->high, t->units);

    if (!range->has)
        return;
    if (low == high)
        buf_printf(out, ", with a %s of ", name);
    else
        buf_printf(out, ", with a %s from %d to ", name, low);
    units_put_degrees(out, high);
}

static bool put_forecast_temperature(struct buf *out, const struct forecast_told *t)
{
    const struct outlook_figures *f = t->figures;

    if (!f->has_temperature)
        return false;
    buf_printf(out, "A %s of ", t->when->daytime ? "high" : "low");
    units_put_degrees(out, units_degrees(f->temperature_c, t->units));
    forecast_put_range(out, t, &f->wind_chill, "wind chill");
    forecast_put_range(out, t, &f->heat_index, "heat index");
    buf_putc(out, '.');
    return true;
}

/* ---- sky and weather ---- */

bool forecast_put_sky(struct buf *out, const struct forecast_told *t)
{
    if (!t->figures->has_sky)
        return false;
    phrase_put_sky(out, t->figures->sky_first, t->figures->sky_last, t->when->daytime);
    return true;
}

static bool put_forecast_skys(struct buf *out, const struct forecast_told *t)
{
    if (!t->figures->has_sky)
        return false;
    buf_putz(out, "Skies will be ");
    (void)forecast_put_sky(out, t);
    buf_putc(out, '.');
    return true;
}

bool forecast_put_conditions(struct buf *out, const struct forecast_told *t, unsigned without)
{
    const struct grid_condition *at = t->figures->conditions, *before = NULL;

    for (size_t i = 0; i < t->figures->condition_count; i++) {
        if (precipitation_is_only(at[i].weather, without))
            continue;
        if (before && at[i].start != before->start)
            buf_putz(out, ", then ");
        else if (before) /* a comma sets it apart from the attributes before */
            buf_putz(out, before->attributes[0] ? ", and " : " and ");
        phrase_put_condition(
            out, (struct phrase_condition){ at[i].coverage, at[i].weather, at[i].intensity,
                                            at[i].attributes,
                                            sizeof at[i].attributes / sizeof at[i].attributes[0] });
        before = &at[i];
    }
    return before;
}

static bool put_forecast_summary(struct buf *out, const struct forecast_told *t)
{
    size_t start = out->n;

    if (!forecast_put_conditions(out, t, 0) && !forecast_put_sky(out, t))
        return false;
    phrase_capitalize(out, start);
    buf_putc(out, '.');
    return true;
}

/* ---- precipitation ---- */

void forecast_put_liquid_kinds(struct buf *out, unsigned kinds)
{
    static const struct {
        unsigned kind;
        const char *words;
    } all[] = { { PRECIPITATION_RAIN, "rain" },
                { PRECIPITATION_FREEZING_RAIN, "freezing rain" },
                { PRECIPITATION_FREEZING_DRIZZLE, "freezing drizzle" },
                { PRECIPITATION_SLEET, "sleet" } };
    size_t count = 0, said = 0;

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        count += !!(kinds & all[i].kind);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (kinds & all[i].kind) {
            phrase_put_separator(out, said++, count);
            buf_putz(out, all[i].words);
        }
    }
}

/* ", as freezing rain": the kinds that are named, when it isn't simply rain and no amount names
 * them. */
static void put_forecast_kinds(struct buf *out, const struct precipitation *p, bool names_water,
                               bool has_snow)
{
    const unsigned icy =
        PRECIPITATION_FREEZING_RAIN | PRECIPITATION_FREEZING_DRIZZLE | PRECIPITATION_SLEET;
    bool snow = p->kinds & PRECIPITATION_SNOW;
    size_t start = out->n, kinds_start;

    if (!((p->kinds & icy && !names_water) || (snow && !has_snow)))
        return;
    buf_putz(out, ", as ");
    kinds_start = out->n;
    forecast_put_liquid_kinds(out, p->kinds);
    if (snow)
        buf_putz(out, out->n > kinds_start ? " and snow" : "snow");
    if (out->n == kinds_start)
        buf_truncate(out, start);
}

/* Water that may fall as snow is not called rain. */
void forecast_put_amounts(struct buf *out, const struct forecast_told *t, bool all)
{
    const struct outlook_figures *f = t->figures;
    unsigned kinds = outlook_water_kinds(f);
    bool names_water =
        f->has_water && kinds & ~(unsigned)(PRECIPITATION_SNOW | PRECIPITATION_OTHER);

    put_forecast_kinds(out, &f->precipitation, names_water, f->has_snow);
    if (names_water) {
        buf_putz(out, ", with ");
        units_put_rain(out, f->water_mm, t->units);
        buf_putz(out, " of ");
        forecast_put_liquid_kinds(out, kinds);
    }
    if (f->has_snow) {
        buf_putz(out, names_water ? " and " : ", with ");
        units_put_snow(out, f->snow_mm, t->units);
        buf_putz(out, " of snow");
    }
    if (f->has_ice) {
        buf_putz(out, names_water || f->has_snow ? " and " : ", with ");
        units_put_rain(out, f->ice_mm, t->units);
        buf_putz(out, " of ice");
    }
    if (f->has_water && !names_water && (all || !f->has_snow)) {
        buf_putz(out, ", with a liquid equivalent of ");
        units_put_rain(out, f->water_mm, t->units);
    }
}

void forecast_put_open_kind(struct buf *out, const struct forecast_told *t)
{
    const struct precipitation *p = &t->figures->precipitation;

    if (!outlook_kind_is_open(t->figures))
        return;
    buf_putz(out, p->kinds ? " The forecast doesn't name the kind for all of it"
                           : " The forecast doesn't say what kind");
    if (p->has_open_c &&
        p->open[COLD_UNKNOWN] + p->open[COLD_RAIN] + p->open[COLD_RAIN_ONLY] <= 0.0) {
        buf_putz(out, ", but at ");
        units_put_degrees(out, units_degrees(p->open_high_c, t->units));
        buf_putz(out, " it would be snow");
    }
    buf_putc(out, '.');
}

static bool put_forecast_precipitation(struct buf *out, const struct forecast_told *t)
{
    const struct precipitation *p = &t->figures->precipitation;

    if (!p->has_chance)
        return false;
    buf_printf(out, "The chance of precipitation is %d percent", units_round(p->chance));
    if (p->chance > 0.0)
        forecast_put_amounts(out, t, true);
    buf_putc(out, '.');
    forecast_put_open_kind(out, t);
    if (!p->whole)
        buf_putz(out, " The forecast covers only part of that time.");
    return true;
}

/* ---- wind, pressure, humidity, dewpoint ---- */

int forecast_wind_high(const struct forecast_told *t)
{
    return units_speed(t->figures->wind.high, t->units);
}

/* The gust, if it is above the speed; else 0. */
int forecast_wind_gust(const struct forecast_told *t)
{
    const struct grid_wind *wind = &t->figures->wind;

    return wind->has_gust ? units_gust(wind->gust, wind->high, t->units) : 0;
}

void forecast_put_wind(struct buf *out, const struct forecast_told *t)
{
    const struct grid_wind *wind = &t->figures->wind;
    int low = units_speed(wind->low, t->units), high = units_speed(wind->high, t->units);

    if (wind->has_direction)
        buf_printf(out, "from the %s ", units_compass_point(wind->direction));
    buf_putz(out, "at ");
    if (low != high)
        buf_printf(out, "%d to ", low);
    units_put_wind_speed(out, high, t->units);
}

static bool put_forecast_wind(struct buf *out, const struct forecast_told *t)
{
    if (!t->figures->has_wind)
        return false;
    if (forecast_wind_high(t) == 0) {
        buf_putz(out, t->figures->wind_covered ? "The wind will be calm"
                                               : "The wind will be calm for part of that time");
    } else {
        buf_putz(out, "Wind ");
        forecast_put_wind(out, t);
    }
    units_put_gusts(out, forecast_wind_gust(t), t->units);
    buf_putc(out, '.');
    return true;
}

bool forecast_put_pressure(struct buf *out, const struct forecast_told *t)
{
    const struct outlook_figures *f = t->figures;
    const char *unit = units_pressure_name(t->units);
    int change = units_hundredths_inhg(f->pressure_last) - units_hundredths_inhg(f->pressure_first);

    units_put_pressure(out, f->pressure_first, t->units);
    if (change == 0) {
        buf_printf(out, " %s and steady", unit);
        return false;
    }
    buf_printf(out, " %s, %s to ", unit, change > 0 ? "rising" : "falling");
    units_put_pressure(out, f->pressure_last, t->units);
    return true;
}

static bool put_forecast_pressure(struct buf *out, const struct forecast_told *t)
{
    if (!t->figures->has_pressure)
        return false;
    buf_putz(out, "The barometric pressure will be ");
    if (forecast_put_pressure(out, t))
        buf_printf(out, " %s", units_pressure_name(t->units));
    buf_putc(out, '.');
    return true;
}

static bool put_forecast_humidity(struct buf *out, const struct forecast_told *t)
{
    if (!t->figures->has_humidity)
        return false;
    buf_printf(out, "The relative humidity will be as high as %d percent.",
               units_round(t->figures->humidity));
    return true;
}

static bool put_forecast_dewpoint(struct buf *out, const struct forecast_told *t)
{
    if (!t->figures->has_dewpoint)
        return false;
    buf_putz(out, "The dewpoint will be as high as ");
    units_put_degrees(out, units_degrees(t->figures->dewpoint_c, t->units));
    buf_putc(out, '.');
    return true;
}

/* By metric. */
static bool (*const sentences[METRIC_DEFAULTS])(struct buf *out, const struct forecast_told *t) = {
    [METRIC_SUMMARY] = put_forecast_summary,   [METRIC_TEMPERATURE] = put_forecast_temperature,
    [METRIC_SKYS] = put_forecast_skys,         [METRIC_PRECIPITATION] = put_forecast_precipitation,
    [METRIC_WIND] = put_forecast_wind,         [METRIC_PRESSURE] = put_forecast_pressure,
    [METRIC_HUMIDITY] = put_forecast_humidity, [METRIC_DEWPOINT] = put_forecast_dewpoint,
};

/* Is the sentence for this metric about the sky alone? */
static bool is_sky_sentence(enum metric_id id, const struct forecast_told *t)
{
    return id == METRIC_SKYS || (id == METRIC_SUMMARY && t->figures->condition_count == 0);
}

bool forecast_put_facts(struct buf *out, const struct question *q, const struct forecast_told *t)
{
    bool any = false, sky_said = false;

    for (size_t i = 0; i < q->count; i++) {
        size_t before = out->n;
        bool sky = is_sky_sentence(q->metrics[i], t);
        if (sky && sky_said)
            continue; /* summary and skies would be the same words */
        buf_putc(out, ' ');
        if (sentences[q->metrics[i]](out, t)) {
            any = true;
            sky_said = sky_said || sky;
        } else {
            buf_truncate(out, before);
        }
    }
    return any;
}
