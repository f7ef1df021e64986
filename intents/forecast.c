/* SPDX-License-Identifier: Apache-2.0 */
/* intents/forecast.c -- the forecast for a period, in words.
 *
 * Each metric is one sentence; its function returns false when the grid has no value in the period:
 * a gap is left out, never reported as zero. */
#include "intents/forecast.h"

#include "intents/answer_phrase.h"
#include "intents/speech/phrase.h"
#include "intents/speech/units.h"
#include "intents/weather/precipitation.h"
#include "intents/yes_no.h"

#include <math.h>
#include <string.h>

enum { HOUR = 3600, PERIODS_MAX = 2 };

/* ---- temperature ---- */

/* The high by day, the low by night: of the whole period, even if part of it has passed. */
static bool high_or_low(const struct outlook *o, double *ret_c)
{
    const struct when *w = &o->when;

    if (w->part == PART_DAY && grid_longest(o->grid, GRID_MAX_TEMPERATURE, w->start, w->end, ret_c))
        return true;
    if (w->part == PART_NIGHT &&
        grid_longest(o->grid, GRID_MIN_TEMPERATURE, w->start, w->end, ret_c))
        return true;
    if (w->daytime)
        return grid_highest(o->grid, GRID_TEMPERATURE, w->start, w->end, ret_c);
    return grid_lowest(o->grid, GRID_TEMPERATURE, w->start, w->end, ret_c);
}

/* The heat index is defined from 80 degrees up, the wind chill from 50 degrees down; some offices
 * send them for other hours too. */
static bool feels_like_applies(enum grid_layer layer, double temperature_c)
{
    enum { HEAT_INDEX_FROM_F = 80, WIND_CHILL_TO_F = 50 };
    double f = units_fahrenheit_exact(temperature_c);

    return layer == GRID_HEAT_INDEX ? f >= HEAT_INDEX_FROM_F : f <= WIND_CHILL_TO_F;
}

/* The range over the hours left in the period to which the layer applies; false when it never
 * differs from the temperature. */
static bool feels_like_range(const struct outlook *o, enum grid_layer layer, double *ret_low,
                             double *ret_high)
{
    bool any = false, differs = false;
    double feels, temperature;

    for (int64_t t = o->when.from; t < o->when.end; t += HOUR) {
        if (!grid_at(o->grid, layer, t, &feels) ||
            !grid_at(o->grid, GRID_TEMPERATURE, t, &temperature) ||
            !feels_like_applies(layer, temperature))
            continue;
        *ret_low = any && *ret_low < feels ? *ret_low : feels;
        *ret_high = any && *ret_high > feels ? *ret_high : feels;
        differs = differs || units_fahrenheit(feels) != units_fahrenheit(temperature);
        any = true;
    }
    return differs;
}

static void put_feels_like_range(struct buf *out, const struct outlook *o, enum grid_layer layer,
                                 const char *name)
{
    double low, high;

    if (!feels_like_range(o, layer, &low, &high))
        return;
    if (units_fahrenheit(low) == units_fahrenheit(high))
        buf_printf(out, ", with a %s of ", name);
    else
        buf_printf(out, ", with a %s from %d to ", name, units_fahrenheit(low));
    units_put_degrees(out, units_fahrenheit(high));
}

static bool put_forecast_temperature(struct buf *out, const struct outlook *o)
{
    double c;

    if (!high_or_low(o, &c))
        return false;
    buf_printf(out, "A %s of ", o->when.daytime ? "high" : "low");
    units_put_degrees(out, units_fahrenheit(c));
    put_feels_like_range(out, o, GRID_WIND_CHILL, "wind chill");
    put_feels_like_range(out, o, GRID_HEAT_INDEX, "heat index");
    buf_putc(out, '.');
    return true;
}

/* ---- sky and weather ---- */

static bool put_sky(struct buf *out, const struct outlook *o)
{
    double first, last;
    const char *from, *to;

    if (!grid_ends(o->grid, GRID_SKY_COVER, o->when.from, o->when.end, &first, &last))
        return false;
    from = phrase_sky_cover(first, o->when.daytime);
    to = phrase_sky_cover(last, o->when.daytime);
    buf_putz(out, from);
    if (strcmp(from, to) != 0)
        buf_printf(out, ", becoming %s", to);
    return true;
}

static bool put_forecast_skys(struct buf *out, const struct outlook *o)
{
    size_t start = out->n;

    buf_putz(out, "Skies will be ");
    if (!put_sky(out, o)) {
        buf_truncate(out, start);
        return false;
    }
    buf_putc(out, '.');
    return true;
}

static bool put_forecast_summary(struct buf *out, const struct outlook *o)
{
    struct grid_condition at[GRID_CONDITIONS_MAX];
    size_t start = out->n;
    bool covered = false;
    size_t count =
        grid_weather(o->grid, o->when.from, o->when.end, at, GRID_CONDITIONS_MAX, &covered);

    for (size_t i = 0; i < count; i++) {
        if (i > 0 && at[i].start != at[i - 1].start)
            buf_putz(out, ", then ");
        else if (i > 0) /* a comma sets it apart from the attributes before */
            buf_putz(out, at[i - 1].attributes[0] ? ", and " : " and ");
        phrase_put_condition(
            out, (struct phrase_condition){ at[i].coverage, at[i].weather, at[i].intensity,
                                            at[i].attributes,
                                            sizeof at[i].attributes / sizeof at[i].attributes[0] });
    }
    if (count == 0 && !put_sky(out, o))
        return false;
    phrase_capitalize(out, start);
    buf_putc(out, '.');
    return true;
}

/* ---- precipitation ---- */

/* Below this NWS doesn't name a kind of precipitation either. */
enum { NAMED_PERCENT = 15 };

/* Can a total of water be told by its kinds?  Not while some of it may be snow. */
static bool water_has_kinds(const struct precipitation *p)
{
    return p->open[COLD_UNKNOWN] < NAMED_PERCENT && p->open[COLD_SNOW] < NAMED_PERCENT;
}

/* "rain and freezing rain": the kinds that are not snow. */
static void put_liquid_kinds(struct buf *out, unsigned kinds)
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
static void put_kinds(struct buf *out, const struct precipitation *p, bool has_water, bool has_snow)
{
    const unsigned icy =
        PRECIPITATION_FREEZING_RAIN | PRECIPITATION_FREEZING_DRIZZLE | PRECIPITATION_SLEET;
    bool snow = p->kinds & PRECIPITATION_SNOW;
    size_t start = out->n, kinds_start;

    if (!((p->kinds & icy && !has_water) || (snow && !has_snow)))
        return;
    buf_putz(out, ", as ");
    kinds_start = out->n;
    put_liquid_kinds(out, p->kinds);
    if (snow)
        buf_putz(out, out->n > kinds_start ? " and snow" : "snow");
    if (out->n == kinds_start)
        buf_truncate(out, start);
}

/* The totals, where the layers cover the period. Water that may fall as snow is not called rain. */
static void put_amounts(struct buf *out, const struct outlook *o, const struct precipitation *p)
{
    double water = 0.0, snow = 0.0, ice = 0.0;
    bool has_water =
        grid_total(o->grid, GRID_PRECIPITATION, o->when.from, o->when.end, &water) && water > 0.0;
    bool has_snow =
        grid_total(o->grid, GRID_SNOWFALL, o->when.from, o->when.end, &snow) && snow > 0.0;
    bool has_ice = grid_total(o->grid, GRID_ICE, o->when.from, o->when.end, &ice) && ice > 0.0;
    double open_rain = fmax(p->open[COLD_RAIN], p->open[COLD_RAIN_ONLY]);
    bool warm = open_rain >= NAMED_PERCENT || (open_rain > 0.0 && p->kinds == 0);
    unsigned kinds = water_has_kinds(p) ? p->kinds | (warm ? PRECIPITATION_RAIN : 0) : 0;
    bool names_water = has_water && kinds & ~(unsigned)(PRECIPITATION_SNOW | PRECIPITATION_OTHER);

    put_kinds(out, p, names_water, has_snow);
    if (names_water) {
        buf_putz(out, ", with ");
        units_put_depth(out, water);
        buf_putz(out, " of ");
        put_liquid_kinds(out, kinds);
    }
    if (has_snow) {
        buf_putz(out, names_water ? " and " : ", with ");
        units_put_depth(out, snow);
        buf_putz(out, " of snow");
    }
    if (has_ice) {
        buf_putz(out, names_water || has_snow ? " and " : ", with ");
        units_put_depth(out, ice);
        buf_putz(out, " of ice");
    }
    if (has_water && !names_water) {
        buf_putz(out, ", with a liquid equivalent of ");
        units_put_depth(out, water);
    }
}

/* The kind that the forecast leaves open. */
static void put_open_kind(struct buf *out, const struct precipitation *p)
{
    if (water_has_kinds(p))
        return;
    buf_putz(out, p->kinds ? " The forecast doesn't name the kind for all of it"
                           : " The forecast doesn't say what kind");
    if (p->has_open_c &&
        p->open[COLD_UNKNOWN] + p->open[COLD_RAIN] + p->open[COLD_RAIN_ONLY] <= 0.0) {
        buf_putz(out, ", but at ");
        units_put_degrees(out, units_fahrenheit(p->open_high_c));
        buf_putz(out, " it would be snow");
    }
    buf_putc(out, '.');
}

static bool put_forecast_precipitation(struct buf *out, const struct outlook *o)
{
    struct precipitation p;

    precipitation_read(o->grid, o->when.from, o->when.end, &p);
    if (!p.has_chance)
        return false;
    buf_printf(out, "The chance of precipitation is %d percent", units_round(p.chance));
    if (p.chance > 0.0)
        put_amounts(out, o, &p);
    buf_putc(out, '.');
    put_open_kind(out, &p);
    if (!p.whole)
        buf_putz(out, " The forecast covers only part of that time.");
    return true;
}

/* ---- wind, pressure, humidity, dewpoint ---- */

static bool put_forecast_wind(struct buf *out, const struct outlook *o)
{
    struct grid_wind wind;
    int low, high;

    if (!grid_wind(o->grid, o->when.from, o->when.end, &wind))
        return false;
    low = units_mph(wind.low);
    high = units_mph(wind.high);
    if (high == 0) {
        buf_putz(out, grid_covers(o->grid, GRID_WIND_SPEED, o->when.from, o->when.end)
                          ? "The wind will be calm"
                          : "The wind will be calm for part of that time");
    } else {
        buf_putz(out, "Wind ");
        if (wind.has_direction)
            buf_printf(out, "from the %s ", units_compass_point(wind.direction));
        buf_putz(out, "at ");
        if (low != high)
            buf_printf(out, "%d to ", low);
        units_put_speed(out, high);
    }
    if (wind.has_gust && units_mph(wind.gust) > high) {
        buf_putz(out, ", with gusts up to ");
        units_put_speed(out, units_mph(wind.gust));
    }
    buf_putc(out, '.');
    return true;
}

static bool put_forecast_pressure(struct buf *out, const struct outlook *o)
{
    double first, last;
    int change;

    if (!grid_ends(o->grid, GRID_PRESSURE, o->when.from, o->when.end, &first, &last))
        return false;
    change = units_hundredths_inhg(last) - units_hundredths_inhg(first);
    buf_putz(out, "The barometric pressure will be ");
    units_put_inhg(out, first);
    if (change != 0) {
        buf_printf(out, " inches, %s to ", change > 0 ? "rising" : "falling");
        units_put_inhg(out, last);
    }
    buf_putz(out, change != 0 ? " inches." : " inches and steady.");
    return true;
}

static bool put_forecast_humidity(struct buf *out, const struct outlook *o)
{
    double percent;

    if (!grid_highest(o->grid, GRID_HUMIDITY, o->when.from, o->when.end, &percent))
        return false;
    buf_printf(out, "The relative humidity will be as high as %d percent.", units_round(percent));
    return true;
}

static bool put_forecast_dewpoint(struct buf *out, const struct outlook *o)
{
    double c;

    if (!grid_highest(o->grid, GRID_DEWPOINT, o->when.from, o->when.end, &c))
        return false;
    buf_putz(out, "The dewpoint will be as high as ");
    units_put_degrees(out, units_fahrenheit(c));
    buf_putc(out, '.');
    return true;
}

/* By metric. */
static bool (*const sentences[METRIC_DEFAULTS])(struct buf *out, const struct outlook *o) = {
    [METRIC_SUMMARY] = put_forecast_summary,
    [METRIC_TEMPERATURE] = put_forecast_temperature,
    [METRIC_PRECIPITATION] = put_forecast_precipitation,
    [METRIC_SKYS] = put_forecast_skys,
    [METRIC_WIND] = put_forecast_wind,
    [METRIC_PRESSURE] = put_forecast_pressure,
    [METRIC_HUMIDITY] = put_forecast_humidity,
    [METRIC_DEWPOINT] = put_forecast_dewpoint,
};

/* Is the sentence for this metric about the sky alone? */
static bool is_sky_sentence(enum metric_id id, const struct outlook *o)
{
    struct grid_condition at;
    bool covered;

    return id == METRIC_SKYS ||
           (id == METRIC_SUMMARY &&
            grid_weather(o->grid, o->when.from, o->when.end, &at, 1, &covered) == 0);
}

static bool put_forecast_metrics(struct buf *out, const struct question *q, const struct outlook *o)
{
    bool any = false, sky_said = false;

    for (size_t i = 0; i < q->count; i++) {
        size_t before = out->n;
        bool sky = is_sky_sentence(q->metrics[i], o);
        if (sky && sky_said)
            continue; /* summary and skies would be the same words */
        buf_putc(out, ' ');
        if (sentences[q->metrics[i]](out, o)) {
            any = true;
            sky_said = sky_said || sky;
        } else {
            buf_truncate(out, before);
        }
    }
    return any;
}

/* Was something sent for this metric that can't be read?  If so, it isn't missing. */
static bool metric_unread(const struct grid *g, enum metric_id id)
{
    static const struct {
        enum metric_id metric;
        enum grid_layer layer;
    } needs[] = {
        { METRIC_TEMPERATURE, GRID_TEMPERATURE },
        { METRIC_TEMPERATURE, GRID_MAX_TEMPERATURE },
        { METRIC_TEMPERATURE, GRID_MIN_TEMPERATURE },
        { METRIC_PRECIPITATION, GRID_PRECIPITATION_CHANCE },
        { METRIC_SKYS, GRID_SKY_COVER },
        { METRIC_SUMMARY, GRID_SKY_COVER },
        { METRIC_WIND, GRID_WIND_SPEED },
        { METRIC_PRESSURE, GRID_PRESSURE },
        { METRIC_HUMIDITY, GRID_HUMIDITY },
        { METRIC_DEWPOINT, GRID_DEWPOINT },
    };

    for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++)
        if (needs[i].metric == id && grid_unread(g, needs[i].layer))
            return true;
    return false;
}

static bool any_unread(const struct question *q, const struct outlook *o)
{
    bool any = false;

    for (size_t i = 0; i < q->count; i++)
        any = any || metric_unread(o->grid, q->metrics[i]);
    return any;
}

/* Says that the period has no such value.  This is not an apology: the other day of a weekend may
 * have one. */
static void put_no_forecast(struct buf *out, const struct turn *turn, const struct question *q,
                            const struct outlook *o)
{
    enum metric_id id = q->metrics[0];
    const char *what = q->all || id == METRIC_SUMMARY ? "weather"
                       : id == METRIC_SKYS            ? "sky"
                                                      : metric_spoken_name(id);

    buf_printf(out,
               any_unread(q, o) ? "I have no %s forecast that I can read for "
                                : "No %s forecast is available for ",
               what);
    answer_phrase_place(out, &turn->place);
    buf_printf(out, ", %.*s.", STR_ARG(o->when.name));
}

/* Reads the periods that the question means: one, or the two days of a weekend. */
static enum status read_periods(struct turn *turn, const struct question *q,
                                struct outlook o[PERIODS_MAX], size_t *ret_count, struct err *err)
{
    struct when_words words = q->when;
    struct err ignored = ERR_NONE; /* a Sunday beyond the forecast is left out */
    enum status st =
        when_parse(&words, turn->place.zone, turn->call.now, turn->call.arena, &o[0].when, err);

    turn->subject = st == ST_OK || st == ST_NOT_FOUND ? o[0].when.name : STR_NONE;
    if (st != ST_OK)
        return st;
    *ret_count = 1;
    words.sunday = true;
    if (o[0].when.weekend && when_parse(&words, turn->place.zone, turn->call.now, turn->call.arena,
                                        &o[1].when, &ignored) == ST_OK)
        *ret_count = 2;
    return ST_OK;
}

enum status forecast_answer(struct turn *turn, const struct question *question,
                            const struct when *when, struct reply *reply, struct err *err)
{
    struct grid_answer answer;
    struct buf *out = &reply->speech;
    struct outlook o[PERIODS_MAX];
    size_t count = 1;
    enum status st = when ? ST_OK : read_periods(turn, question, o, &count, err);

    if (when)
        o[0].when = *when;
    if (st != ST_OK)
        return st;
    turn->subject = turn->place.city;
    st = grid_get(turn->skill->nws, &turn->call, &turn->place, &answer, err);
    if (st != ST_OK)
        return st;
    reply->source = source_forecast(answer.grid);
    reply->told_from = o[0].when.from;
    reply->told_to = o[count - 1].when.end;
    for (size_t i = 0; i < count; i++) {
        o[i].grid = answer.grid;
        o[i].place = &turn->place;
    }
    yes_no_put_later(out, question, o, count);
    for (size_t i = 0; i < count; i++) {
        size_t before = out->n;
        if (i == 0)
            answer_phrase_in_place(out, &turn->place);
        buf_printf(out, "%s %.*s:", i == 0 ? "," : "", STR_ARG(o[i].when.name));
        phrase_capitalize(out, i == 0 ? before : before + 1);
        if (put_forecast_metrics(out, question, &o[i]))
            continue;
        buf_truncate(out, before);
        buf_putz(out, i == 0 ? "" : " ");
        put_no_forecast(out, turn, question, &o[i]);
    }
    if (answer.stale)
        answer_phrase_stale(out, "this forecast", answer.age_s);
    return ST_OK;
}
