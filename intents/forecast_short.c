/* SPDX-License-Identifier: Apache-2.0 */
/* intents/forecast_short.c -- the forecast for a period in one breath.
 *
 * One metric is a sentence that begins with its figure. The user's whole list is at most three
 * clauses: the weather, the wind, the air. */
#include "intents/answer_phrase.h"
#include "intents/forecast_words.h"
#include "intents/speech/phrase.h"

#include <math.h>
#include <string.h>

/* Feels-like is told from a difference of 3 degrees Fahrenheit on, and the wind chill at 40 degrees
 * or below. */
static const double feels_apart_c = 3.0 * 5.0 / 9.0, wind_chill_to_c = 40.0 / 9.0;
/* Chances of precipitation in percent: up to the first it is dry, up to the second there is a slight
 * chance, without a figure. */
enum { DRY_TO = 4, SLIGHT_TO = 10 };
static const double told_from_mm = 2.54; /* smaller amounts are left out */
static const double noise = 1e-6;

/* ---- when and where ---- */

/* Does the name of a period need no preposition: "tomorrow", "this afternoon"? */
static bool stands_alone(struct str name)
{
    static const char *const first[] = { "today", "tonight", "tomorrow", "this", "overnight" };
    struct str word = STR_NONE, rest = name;

    (void)str_word(&rest, &word);
    for (size_t i = 0; i < sizeof first / sizeof first[0]; i++)
        if (str_eqz(word, first[i]))
            return true;
    return false;
}

/* " tomorrow in Boulder, Colorado", " on Monday night". */
static void put_when_and_where(struct buf *out, const struct forecast_told *t)
{
    buf_putz(out, stands_alone(t->when->name) ? " " : " on ");
    buf_put(out, t->when->name);
    if (!t->names_place)
        return;
    buf_putc(out, ' ');
    answer_phrase_at_place(out, t->place);
}

/* "Tomorrow in Boulder, Colorado: ". */
static void put_heading(struct buf *out, const struct forecast_told *t)
{
    size_t start = out->n;

    buf_put(out, t->when->name);
    phrase_capitalize(out, start);
    if (t->names_place) {
        buf_putc(out, ' ');
        answer_phrase_at_place(out, t->place);
    }
    buf_putz(out, ": ");
}

/* ---- one metric ---- */

static bool feels_colder(const struct forecast_told *t)
{
    const struct period_figures *f = t->figures;

    return f->wind_chill.has && f->wind_chill_apart_c >= feels_apart_c - noise &&
           f->wind_chill.low <= wind_chill_to_c + noise;
}

static bool feels_hotter(const struct forecast_told *t)
{
    return t->figures->heat_index.has && t->figures->heat_index_apart_c >= feels_apart_c - noise;
}

/* ", with a wind chill from 20 to 25 degrees". */
static void put_feels_like(struct buf *out, const struct forecast_told *t)
{
    const struct period_figures *f = t->figures;

    if (feels_colder(t))
        forecast_put_range(out, t, &f->wind_chill, "wind chill");
    else if (feels_hotter(t))
        forecast_put_range(out, t, &f->heat_index, "heat index");
}

static bool put_temperature(struct buf *out, const struct forecast_told *t)
{
    if (!t->figures->has_temperature)
        return false;
    buf_printf(out, "A %s of ", t->when->daytime ? "high" : "low");
    units_put_degrees(out, units_degrees(t->figures->temperature_c, t->units));
    put_when_and_where(out, t);
    put_feels_like(out, t);
    buf_putc(out, '.');
    return true;
}

/* "What's the heat index tomorrow?" */
struct index {
    const char *name;
    const struct period_range *range;
    bool none; /* as far as every hour is told */
};

static bool put_index(struct buf *out, const struct forecast_told *t, const struct index *index)
{
    int low = units_degrees(index->range->low, t->units);
    int high = units_degrees(index->range->high, t->units);

    if (!t->figures->has_temperature)
        return false;
    if (index->range->has) {
        buf_printf(out, "A %s ", index->name);
        if (low == high)
            buf_putz(out, "of ");
        else
            buf_printf(out, "from %d to ", low);
        units_put_degrees(out, high);
    } else if (index->none) {
        buf_printf(out, "No %s to speak of", index->name);
    } else {
        buf_printf(out, "The forecast doesn't tell the %s", index->name);
    }
    put_when_and_where(out, t);
    buf_printf(out, ", with a %s of ", t->when->daytime ? "high" : "low");
    units_put_degrees(out, units_degrees(t->figures->temperature_c, t->units));
    buf_putc(out, '.');
    return true;
}

static bool put_skys(struct buf *out, const struct forecast_told *t)
{
    size_t start = out->n;

    put_heading(out, t);
    if (!forecast_put_sky(out, t)) {
        buf_truncate(out, start);
        return false;
    }
    buf_putc(out, '.');
    return true;
}

static bool put_summary(struct buf *out, const struct forecast_told *t)
{
    size_t start = out->n;

    put_heading(out, t);
    if (!forecast_put_conditions(out, t, 0) && !forecast_put_sky(out, t)) {
        buf_truncate(out, start);
        return false;
    }
    buf_putc(out, '.');
    return true;
}

static bool put_precipitation(struct buf *out, const struct forecast_told *t)
{
    const struct precipitation *p = &t->figures->precipitation;

    if (!p->has_chance)
        return false;
    buf_printf(out, "The chance of precipitation is %d percent", units_round(p->chance));
    put_when_and_where(out, t);
    if (p->chance > 0.0)
        forecast_put_amounts(out, t, false);
    buf_putc(out, '.');
    forecast_put_open_kind(out, t);
    if (!p->whole)
        buf_putz(out, " The forecast covers only part of that time.");
    return true;
}

/* "from the west at 5 to 10 miles per hour". */
static void put_wind_phrase(struct buf *out, const struct forecast_told *t)
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

static int wind_high(const struct forecast_told *t)
{
    return units_speed(t->figures->wind.high, t->units);
}

/* The gust, if it is above the speed; else 0. */
static int wind_gust(const struct forecast_told *t)
{
    const struct grid_wind *wind = &t->figures->wind;
    int gust = wind->has_gust ? units_speed(wind->gust, t->units) : 0;

    return gust > wind_high(t) ? gust : 0;
}

static bool put_wind(struct buf *out, const struct forecast_told *t)
{
    if (!t->figures->has_wind)
        return false;
    if (wind_high(t) == 0) {
        buf_putz(out, "The wind will be calm");
        buf_putz(out, t->figures->wind_covered ? "" : " for part of the time");
    } else {
        buf_putz(out, "Wind ");
        put_wind_phrase(out, t);
    }
    put_when_and_where(out, t);
    if (wind_gust(t) > 0) {
        buf_putz(out, ", with gusts up to ");
        units_put_wind_speed(out, wind_gust(t), t->units);
    }
    buf_putc(out, '.');
    return true;
}

/* "30.02 inches and steady", "30.02 inches, rising to 30.10 inches". */
static void put_pressure_phrase(struct buf *out, const struct forecast_told *t)
{
    const struct period_figures *f = t->figures;
    const char *unit = units_pressure_name(t->units);
    int change = units_hundredths_inhg(f->pressure_last) - units_hundredths_inhg(f->pressure_first);

    units_put_pressure(out, f->pressure_first, t->units);
    if (change == 0) {
        buf_printf(out, " %s and steady", unit);
        return;
    }
    buf_printf(out, " %s, %s to ", unit, change > 0 ? "rising" : "falling");
    units_put_pressure(out, f->pressure_last, t->units);
}

static bool put_pressure(struct buf *out, const struct forecast_told *t)
{
    if (!t->figures->has_pressure)
        return false;
    buf_putz(out, "The barometric pressure will be ");
    put_pressure_phrase(out, t);
    buf_putc(out, ',');
    put_when_and_where(out, t);
    buf_putc(out, '.');
    return true;
}

static bool put_humidity(struct buf *out, const struct forecast_told *t)
{
    if (!t->figures->has_humidity)
        return false;
    buf_printf(out, "The relative humidity will be as high as %d percent",
               units_round(t->figures->humidity));
    put_when_and_where(out, t);
    buf_putc(out, '.');
    return true;
}

static bool put_dewpoint(struct buf *out, const struct forecast_told *t)
{
    if (!t->figures->has_dewpoint)
        return false;
    buf_putz(out, "The dewpoint will be as high as ");
    units_put_degrees(out, units_degrees(t->figures->dewpoint_c, t->units));
    put_when_and_where(out, t);
    buf_putc(out, '.');
    return true;
}

static bool put_metric(struct buf *out, const struct question *q, const struct forecast_told *t)
{
    static bool (*const sentences[METRIC_DEFAULTS])(struct buf *, const struct forecast_told *) = {
        [METRIC_SUMMARY] = put_summary,   [METRIC_TEMPERATURE] = put_temperature,
        [METRIC_SKYS] = put_skys,         [METRIC_PRECIPITATION] = put_precipitation,
        [METRIC_WIND] = put_wind,         [METRIC_PRESSURE] = put_pressure,
        [METRIC_HUMIDITY] = put_humidity, [METRIC_DEWPOINT] = put_dewpoint,
    };
    const struct period_figures *f = t->figures;

    const struct index chill = { "wind chill", &f->wind_chill, f->no_wind_chill };
    const struct index heat = { "heat index", &f->heat_index, f->no_heat_index };

    if (strcmp(q->words.about, "wind chill") == 0)
        return put_index(out, t, &chill);
    if (strcmp(q->words.about, "heat index") == 0)
        return put_index(out, t, &heat);
    return sentences[q->metrics[0]](out, t);
}

/* ---- the whole list ---- */

static bool asks(const struct question *q, enum metric_id id)
{
    for (size_t i = 0; i < q->count; i++)
        if (q->metrics[i] == id)
            return true;
    return false;
}

/* "rain", "snow", "rain and snow", "precipitation" when the kind is open. */
static void put_kind(struct buf *out, const struct forecast_told *t)
{
    unsigned kinds = period_water_kinds(t->figures) & ~(unsigned)PRECIPITATION_OTHER;
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
static void put_short_amounts(struct buf *out, const struct forecast_told *t)
{
    const struct period_figures *f = t->figures;
    unsigned liquid = period_water_kinds(f) & ~(unsigned)(PRECIPITATION_SNOW | PRECIPITATION_OTHER);
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
    return period_water_kinds(t->figures);
}

/* How much of the sky and the weather is told, the most first. */
enum look { LOOK_ALL, LOOK_CONDITIONS, LOOK_SKY, LOOKS };

/* "mostly cloudy", "mostly cloudy, a chance of thunderstorms". */
static bool put_look(struct buf *out, const struct question *q, const struct forecast_told *t,
                     enum look look)
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
static void put_wetness(struct buf *out, const struct forecast_told *t, bool look)
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
        put_kind(out, t);
        return;
    }
    buf_printf(out, look ? ", %d percent chance of " : "%d percent chance of ", chance);
    put_kind(out, t);
    put_short_amounts(out, t);
}

static bool put_weather(struct buf *out, const struct question *q, const struct forecast_told *t,
                        enum look look)
{
    const struct period_figures *f = t->figures;
    size_t start = out->n;
    bool looked = put_look(out, q, t, look);

    if (asks(q, METRIC_PRECIPITATION))
        put_wetness(out, t, looked);
    if (asks(q, METRIC_TEMPERATURE) && f->has_temperature) {
        buf_printf(out, "%s%s %d", out->n > start ? ", " : "", t->when->daytime ? "high" : "low",
                   units_degrees(f->temperature_c, t->units));
        if (feels_colder(t) && f->temperature_c <= wind_chill_to_c + noise)
            buf_printf(out, ", wind chill down to %d", units_degrees(f->wind_chill.low, t->units));
        else if (feels_hotter(t) && f->heat_index.high - f->temperature_c >= feels_apart_c - noise)
            buf_printf(out, ", heat index up to %d", units_degrees(f->heat_index.high, t->units));
    }
    return out->n > start;
}

/* In at most `words` words, if leaving out the sky or the weather's details helps. */
static bool put_weather_clause(struct buf *out, const struct question *q,
                               const struct forecast_told *t, size_t words)
{
    size_t start = out->n;

    for (int look = LOOK_ALL; look < LOOKS; look++) {
        buf_truncate(out, start);
        if (!put_weather(out, q, t, (enum look)look))
            return false;
        if (phrase_count_words(str_sub(buf_str(out), start, out->n)) <= words)
            break;
    }
    return true;
}

static bool put_wind_clause(struct buf *out, const struct question *q,
                            const struct forecast_told *t, size_t words)
{
    (void)words;
    if (!asks(q, METRIC_WIND) || !t->figures->has_wind)
        return false;
    if (wind_high(t) == 0) {
        buf_putz(out, t->figures->wind_covered ? "calm wind" : "calm wind for part of the time");
    } else {
        buf_putz(out, "wind ");
        put_wind_phrase(out, t);
    }
    if (wind_gust(t) > 0)
        buf_printf(out, ", gusts up to %d", wind_gust(t));
    return true;
}

static bool put_air_clause(struct buf *out, const struct question *q, const struct forecast_told *t,
                           size_t words)
{
    const struct period_figures *f = t->figures;
    size_t start = out->n;

    (void)words;
    if (asks(q, METRIC_PRESSURE) && f->has_pressure) {
        buf_putz(out, "pressure ");
        put_pressure_phrase(out, t);
    }
    if (asks(q, METRIC_HUMIDITY) && f->has_humidity)
        buf_printf(out, "%shumidity up to %d percent", out->n > start ? ", " : "",
                   units_round(f->humidity));
    if (asks(q, METRIC_DEWPOINT) && f->has_dewpoint)
        buf_printf(out, "%sdewpoint up to %d", out->n > start ? ", " : "",
                   units_degrees(f->dewpoint_c, t->units));
    return out->n > start;
}

static bool put_list(struct buf *out, const struct question *q, const struct forecast_told *t,
                     size_t words)
{
    static bool (*const clauses[])(
        struct buf *, const struct question *, const struct forecast_told *,
        size_t) = { put_weather_clause, put_wind_clause, put_air_clause };
    size_t start = out->n, body;

    put_heading(out, t);
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

bool forecast_put_short(struct buf *out, const struct question *q, const struct forecast_told *t,
                        size_t words)
{
    return q->all ? put_list(out, q, t, words) : put_metric(out, q, t);
}
