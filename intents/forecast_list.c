/* SPDX-License-Identifier: Apache-2.0 */
/* intents/forecast_list.c -- the user's whole list for a period in one breath: at most three
 * clauses, the weather, the wind, the air. */
#include "intents/figures/feels.h"
#include "intents/forecast_words.h"
#include "intents/speech/phrase.h"

/* Chances of precipitation in percent: up to the first it is dry, up to the second there is a
 * slight chance, without a figure. */
enum { DRY_TO = 4, SLIGHT_TO = 10 };
/* Smaller amounts are left out. */
static const double told_from_mm = 2.54, noise = 1e-6;

static bool asks(const struct question *q, enum metric_id id)
{
    for (size_t i = 0; i < q->count; i++)
        if (q->metrics[i] == id)
            return true;
    return false;
}

/* "rain", "snow", "rain and snow", "precipitation" when the kind is open. */
static void say_forecast_kind(struct buf *out, const struct forecast_told *t)
{
    unsigned kinds = outlook_water_kinds(t->figures) & ~(unsigned)PRECIPITATION_OTHER;
    unsigned liquid = kinds & ~(unsigned)PRECIPITATION_SNOW;

    if (kinds == 0) {
        buf_putz(out, "precipitation");
        return;
    }
    forecast_put_liquid_kinds(out, liquid);
    if (kinds & PRECIPITATION_SNOW)
        buf_putz(out, liquid ? " or snow" : "snow");
}

/* ", half an inch of rain and 2 inches of snow": from a tenth of an inch. */
static void say_forecast_short_amounts(struct buf *out, const struct forecast_told *t)
{
    const struct outlook_figures *f = t->figures;
    unsigned liquid =
        outlook_water_kinds(f) & ~(unsigned)(PRECIPITATION_SNOW | PRECIPITATION_OTHER);
    bool water = f->has_water && liquid && f->water_mm >= told_from_mm - noise;
    bool snow = f->has_snow && f->snow_mm >= told_from_mm - noise;
    bool ice = f->has_ice && f->ice_mm >= told_from_mm - noise;
    bool single = water + snow + ice == 1; /* the kind has just been named */

    if (water) {
        buf_putz(out, ", ");
        units_put_rain(out, f->water_mm, t->units);
        buf_putz(out, single ? "" : " of ");
        forecast_put_liquid_kinds(out, single ? 0 : liquid);
    }
    if (snow) {
        buf_putz(out, water ? " and " : ", ");
        units_put_snow(out, f->snow_mm, t->units);
        buf_putz(out, single && !liquid ? "" : " of snow");
    }
    if (ice) {
        buf_putz(out, water || snow ? " and " : ", ");
        units_put_rain(out, f->ice_mm, t->units);
        buf_putz(out, " of ice");
    }
}

/* The kinds of precipitation that the chance names, so that the conditions need not. */
static unsigned told_by_chance(const struct question *q, const struct forecast_told *t)
{
    const struct precipitation *p = &t->figures->precipitation;

    if (!asks(q, METRIC_PRECIPITATION) || !p->has_chance || units_round(p->chance) <= SLIGHT_TO)
        return 0;
    return outlook_water_kinds(t->figures);
}

/* How much of the sky and the weather is told, the most first. */
enum look { LOOK_ALL, LOOK_CONDITIONS, LOOK_SKY, LOOKS };

/* "mostly cloudy", "mostly cloudy, a chance of thunderstorms". */
static bool say_forecast_look(struct buf *out, const struct question *q,
                              const struct forecast_told *t, enum look look)
{
    size_t start = out->n;
    bool conditions = asks(q, METRIC_SUMMARY) && t->figures->condition_count > 0;
    bool sky =
        asks(q, METRIC_SKYS) || (asks(q, METRIC_SUMMARY) && (!conditions || look == LOOK_SKY));

    if (sky && !(conditions && look == LOOK_CONDITIONS))
        (void)forecast_put_sky(out, t);
    if (conditions && look != LOOK_SKY) {
        size_t before = out->n;
        buf_putz(out, before > start ? ", " : "");
        if (!forecast_put_conditions(out, t, told_by_chance(q, t)))
            buf_truncate(out, before);
    }
    return out->n > start;
}

/* "dry", "a slight chance of rain", "40 percent chance of rain, half an inch of rain". */
static void say_forecast_wetness(struct buf *out, const struct forecast_told *t, bool look)
{
    const struct precipitation *p = &t->figures->precipitation;
    int chance = units_round(p->chance);

    if (!p->has_chance)
        return;
    if (chance <= DRY_TO) {
        if (p->whole && t->figures->condition_count == 0)
            buf_putz(out, look ? " and dry" : "dry");
        return;
    }
    if (chance <= SLIGHT_TO) {
        if (look && t->figures->condition_count > 0)
            return; /* has been said */
        buf_putz(out, look ? ", a slight chance of " : "a slight chance of ");
        say_forecast_kind(out, t);
        return;
    }
    buf_printf(out, look ? ", %d percent chance of " : "%d percent chance of ", chance);
    say_forecast_kind(out, t);
    say_forecast_short_amounts(out, t);
}

static bool say_forecast_weather(struct buf *out, const struct question *q,
                                 const struct forecast_told *t, enum look look)
{
    const struct outlook_figures *f = t->figures;
    size_t start = out->n;
    bool looked = say_forecast_look(out, q, t, look);

    if (asks(q, METRIC_PRECIPITATION))
        say_forecast_wetness(out, t, looked);
    if (asks(q, METRIC_TEMPERATURE) && f->has_temperature) {
        buf_printf(out, "%s%s %d", out->n > start ? ", " : "", t->when->daytime ? "high" : "low",
                   units_degrees(f->temperature_c, t->units));
        if (forecast_feels_colder(t) && feels_cold(f->temperature_c))
            buf_printf(out, ", wind chill down to %d", units_degrees(f->wind_chill.low, t->units));
        else if (forecast_feels_hotter(t) && feels_apart(f->heat_index.high - f->temperature_c))
            buf_printf(out, ", heat index up to %d", units_degrees(f->heat_index.high, t->units));
    }
    return out->n > start;
}

/* In at most `words` words, if leaving out the sky or the weather's details helps. */
static bool say_forecast_weather_clause(struct buf *out, const struct question *q,
                                        const struct forecast_told *t, size_t words)
{
    size_t start = out->n;

    for (int look = LOOK_ALL; look < LOOKS; look++) {
        buf_truncate(out, start);
        if (!say_forecast_weather(out, q, t, (enum look)look))
            return false;
        if (phrase_count_words(str_sub(buf_str(out), start, out->n)) <= words)
            break;
    }
    return true;
}

static bool say_forecast_wind_clause(struct buf *out, const struct question *q,
                                     const struct forecast_told *t, size_t words)
{
    (void)words;
    if (!asks(q, METRIC_WIND) || !t->figures->has_wind)
        return false;
    if (forecast_wind_high(t) == 0) {
        buf_putz(out, t->figures->wind_covered ? "calm wind" : "calm wind for part of the time");
    } else {
        buf_putz(out, "wind ");
        forecast_put_wind(out, t);
    }
    if (forecast_wind_gust(t) > 0)
        buf_printf(out, ", gusts up to %d", forecast_wind_gust(t));
    return true;
}

static bool say_forecast_air_clause(struct buf *out, const struct question *q,
                                    const struct forecast_told *t, size_t words)
{
    const struct outlook_figures *f = t->figures;
    size_t start = out->n;

    (void)words;
    if (asks(q, METRIC_PRESSURE) && f->has_pressure) {
        buf_putz(out, "pressure ");
        (void)forecast_put_pressure(out, t);
    }
    if (asks(q, METRIC_HUMIDITY) && f->has_humidity)
        buf_printf(out, "%shumidity up to %d percent", out->n > start ? ", " : "",
                   units_round(f->humidity));
    if (asks(q, METRIC_DEWPOINT) && f->has_dewpoint)
        buf_printf(out, "%sdewpoint up to %d", out->n > start ? ", " : "",
                   units_degrees(f->dewpoint_c, t->units));
    return out->n > start;
}

bool forecast_put_list(struct buf *out, const struct question *q, const struct forecast_told *t,
                       size_t words)
{
    static bool (*const clauses[])(struct buf *, const struct question *,
                                   const struct forecast_told *,
                                   size_t) = { say_forecast_weather_clause,
                                               say_forecast_wind_clause, say_forecast_air_clause };
    size_t start = out->n, body;

    forecast_put_heading(out, t);
    body = out->n;
    for (size_t i = 0; i < sizeof clauses / sizeof clauses[0]; i++) {
        size_t said = phrase_count_words(str_sub(buf_str(out), start, out->n));
        size_t before = out->n, clause;
        bool first = before == body;

        buf_putz(out, first ? "" : " ");
        clause = out->n;
        if (!clauses[i](out, q, t, words > said ? words - said : 0) ||
            (!first && phrase_count_words(str_sub(buf_str(out), start, out->n)) > words)) {
            buf_truncate(out, before);
            continue;
        }
        if (!first)
            phrase_capitalize(out, clause);
        buf_putc(out, '.');
    }
    if (out->n > body)
        return true;
    buf_truncate(out, start);
    return false;
}
