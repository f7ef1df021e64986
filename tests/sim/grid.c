/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/grid.c -- /gridpoints/{grid}/{x},{y}: the raw layers, as runs of equal values.
 *
 * The table of layers is in the order of the real document. About half are empty lists without a
 * unit, as there; some offices let the totals end two or three days out. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/sim/doc.h"

enum { HOUR = 3600, DAY = 86400, HOURS_MAX = 200, TOTAL_HOURS = 6 };

struct span { /* the hours of one document */
    const struct site *site;
    int64_t start;
    int count;
    int total_count; /* hours that the layers of totals cover, a multiple of TOTAL_HOURS */
    const char *time_zone;
    struct air hour[HOURS_MAX];
};

/* The value of one hour; false is null. */
typedef bool value_fn(const struct air *air, double *ret_value);
typedef void layer_fn(const struct span *span, json_t *values);

/* ---- values of one hour ---- */

#define VALUE(name, known, expression)                     \
    static bool v_##name(const struct air *air, double *v) \
    {                                                      \
        *v = (expression);                                 \
        return known;                                      \
    }
VALUE(temperature, true, celsius(air->temp_f))
VALUE(dewpoint, true, celsius(air->dew_f))
VALUE(humidity, true, air->humidity)
VALUE(wet_bulb, air->temp_f >= 60, celsius(round(0.7 * air->temp_f + 0.3 * air->dew_f)))
VALUE(sky, true, air->sky)
VALUE(direction, true, air->direction)
VALUE(wind, true, air->wind_kt * 1.852)
VALUE(gust, true, air->gust_kt * 1.852)
VALUE(pop, true, air->pop)
VALUE(thunder, true, air->thunder)
VALUE(ceiling, air->sky > 50, air->sky > 85 ? 914.4 : 3048.0)
VALUE(visibility, true, air->visibility_m)
VALUE(transport, true, (air->wind_kt + 5) * 1.852)
VALUE(mixing, true, 300.0 * (1 + air->wind_kt / 4) + 10.0 * (100 - air->sky))
VALUE(rain, true, air->rain_mm)
VALUE(snow, true, air->snow_mm)
VALUE(ice, true, air->ice_mm)
VALUE(heat_risk, true, air->temp_f >= 95 ? 3 : air->temp_f >= 85 ? 1 : 0)
#undef VALUE

static bool v_heat_index(const struct air *air, double *v)
{
    if (!air_heat_index_f(air->temp_f, air->humidity, v))
        return false;
    *v = celsius(round(*v));
    return true;
}

static bool v_wind_chill(const struct air *air, double *v)
{
    if (!air_wind_chill_f(air->temp_f, air->wind_kt, v))
        return false;
    *v = celsius(round(*v));
    return true;
}

static bool v_apparent(const struct air *air, double *v)
{
    return v_heat_index(air, v) || v_wind_chill(air, v) || v_temperature(air, v);
}

/* ---- runs ---- */

static void put_run(const struct span *span, json_t *values, int from, int to, json_t *value)
{
    json_array_append_new(values, json_pack("{s:o, s:o}", "validTime",
                                            interval_text(span->start + (int64_t)from * HOUR,
                                                          (int64_t)(to - from) * HOUR),
                                            "value", value));
}

static void hourly(const struct span *span, json_t *values, value_fn *value)
{
    for (int from = 0, to; from < span->count; from = to) {
        double first = 0.0, other = 0.0;
        bool there = value(&span->hour[from], &first);
        for (to = from + 1; to < span->count; to++)
            if (value(&span->hour[to], &other) != there || (there && other != first))
                break;
        put_run(span, values, from, to, there ? number(first) : json_null());
    }
}

/* The highest of 07-20 by standard time, or the lowest of 19-09; what began before the grid is
 * cut. */
static void extremes(const struct span *span, json_t *values, bool highest)
{
    int first_hour = highest ? 7 : 19, length = highest ? 13 : 14;
    int64_t offset = standard_offset_s(span->time_zone, span->start);
    int64_t midnight = span->start + offset;

    midnight = midnight - midnight % DAY - DAY - offset;
    for (int64_t from = midnight + (int64_t)first_hour * HOUR;; from += DAY) {
        int64_t to = from + (int64_t)length * HOUR;
        if (to > span->start + (int64_t)(span->count + 6) * HOUR)
            break;
        if (to <= span->start)
            continue;
        int best = air_temp_f(span->site, from);
        for (int64_t t = from; t < to; t += HOUR) {
            int f = air_temp_f(span->site, t);
            best = (highest ? f > best : f < best) ? f : best;
        }
        int64_t cut = from < span->start ? span->start : from;
        json_array_append_new(values,
                              json_pack("{s:o, s:o}", "validTime", interval_text(cut, to - cut),
                                        "value", number(celsius(best))));
    }
}

static void layer_max(const struct span *span, json_t *values)
{
    extremes(span, values, true);
}

static void layer_min(const struct span *span, json_t *values)
{
    extremes(span, values, false);
}

/* Sums of six hours, each three-hour amount counted once, to a hundredth or tenth of an inch. */
static void totals(const struct span *span, json_t *values, value_fn *amount, double grain_mm)
{
    for (int from = 0; from + TOTAL_HOURS <= span->total_count; from += TOTAL_HOURS) {
        double sum = 0.0;
        for (int i = from; i < from + TOTAL_HOURS; i += 3) {
            double mm = 0.0;
            amount(&span->hour[i], &mm);
            sum += mm;
        }
        put_run(span, values, from, from + TOTAL_HOURS, number(round(sum / grain_mm) * grain_mm));
    }
}

static void layer_rain(const struct span *span, json_t *values)
{
    totals(span, values, v_rain, 0.254);
}

static void layer_snow(const struct span *span, json_t *values)
{
    totals(span, values, v_snow, 2.54);
}

static void layer_ice(const struct span *span, json_t *values)
{
    totals(span, values, v_ice, 0.254);
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_weather(const struct air *a, const struct air *b)
{
    if (a->conditions != b->conditions)
        return false;
    for (int i = 0; i < a->conditions; i++) {
        const struct condition *p = &a->condition[i], *q = &b->condition[i];
        if (!same_text(p->coverage, q->coverage) || !same_text(p->weather, q->weather) ||
            !same_text(p->intensity, q->intensity) || !same_text(p->attribute, q->attribute))
            return false;
    }
    return true;
}

static json_t *text_or_null(const char *text)
{
    return text ? json_string(text) : json_null();
}

static json_t *condition_json(const struct condition *c)
{
    json_t *attributes = json_array();

    if (c->attribute)
        json_array_append_new(attributes, json_string(c->attribute));
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "coverage", text_or_null(c->coverage), "weather",
                     text_or_null(c->weather), "intensity", text_or_null(c->intensity),
                     "visibility", quantity("wmoUnit:km", json_null()), "attributes", attributes);
}

/* Ends some hours before the others; no weather is one entry of nulls. */
static void layer_weather(const struct span *span, json_t *values)
{
    static const struct condition nothing = { NULL, NULL, NULL, NULL };
    int count = span->count - 6;

    for (int from = 0, to; from < count; from = to) {
        const struct air *air = &span->hour[from];
        for (to = from + 1; to < count && same_weather(air, &span->hour[to]);)
            to++;
        json_t *list = json_array();
        for (int i = 0; i < air->conditions; i++)
            json_array_append_new(list, condition_json(&air->condition[i]));
        if (air->conditions == 0)
            json_array_append_new(list, condition_json(&nothing));
        put_run(span, values, from, to, list);
    }
}

static const struct layer {
    const char *name, *unit;
    value_fn *value; /* one of these two, or neither: empty */
    layer_fn *write;
} layers[] = {
    { "temperature", "wmoUnit:degC", v_temperature, NULL },
    { "dewpoint", "wmoUnit:degC", v_dewpoint, NULL },
    { "maxTemperature", "wmoUnit:degC", NULL, layer_max },
    { "minTemperature", "wmoUnit:degC", NULL, layer_min },
    { "relativeHumidity", "wmoUnit:percent", v_humidity, NULL },
    { "apparentTemperature", "wmoUnit:degC", v_apparent, NULL },
    { "wetBulbGlobeTemperature", "wmoUnit:degC", v_wet_bulb, NULL },
    { "heatIndex", "wmoUnit:degC", v_heat_index, NULL },
    { "windChill", "wmoUnit:degC", v_wind_chill, NULL },
    { "skyCover", "wmoUnit:percent", v_sky, NULL },
    { "windDirection", "wmoUnit:degree_(angle)", v_direction, NULL },
    { "windSpeed", "wmoUnit:km_h-1", v_wind, NULL },
    { "windGust", "wmoUnit:km_h-1", v_gust, NULL },
    { "weather", NULL, NULL, layer_weather },
    { "hazards", NULL, NULL, NULL },
    { "heatRisk", NULL, v_heat_risk, NULL },
    { "probabilityOfPrecipitation", "wmoUnit:percent", v_pop, NULL },
    { "quantitativePrecipitation", "wmoUnit:mm", NULL, layer_rain },
    { "iceAccumulation", "wmoUnit:mm", NULL, layer_ice },
    { "snowfallAmount", "wmoUnit:mm", NULL, layer_snow },
    { "snowLevel", NULL, NULL, NULL },
    { "ceilingHeight", "wmoUnit:m", v_ceiling, NULL },
    { "visibility", "wmoUnit:m", v_visibility, NULL },
    { "transportWindSpeed", "wmoUnit:km_h-1", v_transport, NULL },
    { "transportWindDirection", "wmoUnit:degree_(angle)", v_direction, NULL },
    { "mixingHeight", "wmoUnit:m", v_mixing, NULL },
    { "hainesIndex", NULL, NULL, NULL },
    { "lightningActivityLevel", NULL, NULL, NULL },
    { "twentyFootWindSpeed", NULL, NULL, NULL },
    { "twentyFootWindDirection", NULL, NULL, NULL },
    { "waveHeight", NULL, NULL, NULL },
    { "wavePeriod", NULL, NULL, NULL },
    { "waveDirection", NULL, NULL, NULL },
    { "primarySwellHeight", NULL, NULL, NULL },
    { "primarySwellDirection", NULL, NULL, NULL },
    { "secondarySwellHeight", NULL, NULL, NULL },
    { "secondarySwellDirection", NULL, NULL, NULL },
    { "wavePeriod2", NULL, NULL, NULL },
    { "windWaveHeight", NULL, NULL, NULL },
    { "dispersionIndex", NULL, NULL, NULL },
    { "pressure", NULL, NULL, NULL },
    { "probabilityOfTropicalStormWinds", NULL, NULL, NULL },
    { "probabilityOfHurricaneWinds", NULL, NULL, NULL },
    { "potentialOf15mphWinds", NULL, NULL, NULL },
    { "potentialOf25mphWinds", NULL, NULL, NULL },
    { "potentialOf35mphWinds", NULL, NULL, NULL },
    { "potentialOf45mphWinds", NULL, NULL, NULL },
    { "potentialOf20mphWindGusts", NULL, NULL, NULL },
    { "potentialOf30mphWindGusts", NULL, NULL, NULL },
    { "potentialOf40mphWindGusts", NULL, NULL, NULL },
    { "potentialOf50mphWindGusts", NULL, NULL, NULL },
    { "potentialOf60mphWindGusts", NULL, NULL, NULL },
    { "grasslandFireDangerIndex", NULL, NULL, NULL },
    { "probabilityOfThunder", NULL, v_thunder, NULL },
    { "davisStabilityIndex", NULL, NULL, NULL },
    { "atmosphericDispersionIndex", NULL, NULL, NULL },
    { "lowVisibilityOccurrenceRiskIndex", NULL, NULL, NULL },
    { "stability", NULL, NULL, NULL },
    { "redFlagThreatIndex", NULL, NULL, NULL },
};

static json_t *layer_json(const struct span *span, const struct layer *layer)
{
    json_t *o = json_object(), *values = json_array();

    if (layer->unit)
        set(o, "uom", json_string(layer->unit));
    if (layer->value)
        hourly(span, values, layer->value);
    else if (layer->write)
        layer->write(span, values);
    set(o, "values", values);
    return o;
}

static void read_span(const struct ask *ask, const struct cell *cell, const struct site *site,
                      struct span *span)
{
    grid_span(ask, cell, &span->start, &span->count);
    span->site = site;
    span->time_zone = time_zone_at(cell->region, cell->lat, cell->lon);
    switch (air_hash(ask->seed, (uint64_t)cell->region->fips, 9) % 3) {
    case 0:
        span->total_count = 72;
        break;
    case 1:
        span->total_count = 144;
        break;
    default:
        span->total_count = span->count;
    }
    for (int i = 0; i < span->count; i++)
        air_at(site, span->start + (int64_t)i * HOUR, &span->hour[i]);
}

void doc_grid(const struct ask *ask, struct answer *answer)
{
    struct cell cell;
    struct span span;
    char path[64];

    if (!ask_allows(ask, "", answer) || !ask_cell(ask, &cell, answer))
        return;
    struct site site = site_of(ask, &cell);
    read_span(ask, &cell, &site, &span);
    snprintf(path, sizeof path, "gridpoints/%s/%d,%d", cell.region->grid, cell.x, cell.y);
    json_t *p = json_object();
    set(p, "@id", api_url("%s", path));
    set(p, "@type", json_string("wx:Gridpoint"));
    set(p, "updateTime", utc_text(issued_at(ask, &cell)));
    set(p, "validTimes", interval_text(span.start, (int64_t)span.count * HOUR));
    set(p, "elevation", quantity("wmoUnit:m", number(site.elevation_m)));
    set(p, "forecastOffice", api_url("offices/%s", cell.region->grid));
    set(p, "gridId", json_string(cell.region->grid));
    set(p, "gridX", json_integer(cell.x));
    set(p, "gridY", json_integer(cell.y));
    for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++)
        set(p, layers[i].name, layer_json(&span, &layers[i]));
    answer_json(answer,
                json_pack("{s:o, s:o, s:s, s:o, s:o}", "@context", api_context(API_CONTEXT_GRID),
                          "id", api_url("%s", path), "type", "Feature", "geometry",
                          cell_geometry(&cell), "properties", p),
                HOUR, issued_at(ask, &cell));
}
