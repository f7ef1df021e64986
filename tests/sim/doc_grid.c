/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/doc_grid.c -- /gridpoints/{grid}/{x},{y}: the raw layers, as runs of equal values.
 *
 * The layers are in the order of the real document. As there, about half are empty lists without a
 * unit, and for some offices the precipitation totals end after three or six days. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/sim/doc.h"

enum { HOUR = 3600, DAY = 86400, HOURS_MAX = 200, TOTAL_HOURS = 6 };

struct span { /* the hours of a document */
    const struct weather_site *site;
    int64_t start;
    int count;
    int total_count; /* hours covered by the layers of totals, a multiple of TOTAL_HOURS */
    const char *time_zone;
    struct weather hour[HOURS_MAX];
};

/* The value of an hour; false means null. */
typedef bool value_fn(const struct weather *w, double *ret_value);
typedef void layer_fn(const struct span *span, json_t *values);

/* ---- values of one hour ---- */

#define VALUE(name, known, expression)                       \
    static bool v_##name(const struct weather *w, double *v) \
    {                                                        \
        *v = (expression);                                   \
        return known;                                        \
    }
VALUE(temperature, true, weather_celsius(w->temp_f))
VALUE(dewpoint, true, weather_celsius(w->dew_f))
VALUE(humidity, true, w->humidity)
VALUE(wet_bulb, w->temp_f >= 60, weather_celsius(round(0.7 * w->temp_f + 0.3 * w->dew_f)))
VALUE(sky, true, w->sky)
VALUE(direction, true, w->direction)
VALUE(wind, true, w->wind_kt * 1.852)
VALUE(gust, true, w->gust_kt * 1.852)
VALUE(pop, true, w->pop)
VALUE(thunder, true, w->thunder)
VALUE(ceiling, w->sky > 50, w->sky > 85 ? 914.4 : 3048.0)
VALUE(visibility, true, w->visibility_m)
VALUE(transport, true, (w->wind_kt + 5) * 1.852)
VALUE(mixing, true, 300.0 * (1 + w->wind_kt / 4) + 10.0 * (100 - w->sky))
VALUE(rain, true, w->rain_mm)
VALUE(snow, true, w->snow_mm)
VALUE(ice, true, w->ice_mm)
VALUE(heat_risk, true, w->temp_f >= 95 ? 3 : w->temp_f >= 85 ? 1 : 0)
#undef VALUE

static bool v_heat_index(const struct weather *w, double *v)
{
    if (!weather_heat_index_f(w->temp_f, w->humidity, v))
        return false;
    *v = weather_celsius(round(*v));
    return true;
}

static bool v_wind_chill(const struct weather *w, double *v)
{
    if (!weather_wind_chill_f(w->temp_f, w->wind_kt, v))
        return false;
    *v = weather_celsius(round(*v));
    return true;
}

static bool v_apparent(const struct weather *w, double *v)
{
    return v_heat_index(w, v) || v_wind_chill(w, v) || v_temperature(w, v);
}

/* ---- runs ---- */

static void put_run(const struct span *span, json_t *values, int from, int to, json_t *value)
{
    json_array_append_new(values, json_pack("{s:o, s:o}", "validTime",
                                            doc_interval(span->start + (int64_t)from * HOUR,
                                                         (int64_t)(to - from) * HOUR),
                                            "value", value));
}

static void put_hourly(const struct span *span, json_t *values, value_fn *value)
{
    for (int from = 0, to; from < span->count; from = to) {
        double first = 0.0, other = 0.0;
        bool there = value(&span->hour[from], &first);
        for (to = from + 1; to < span->count; to++)
            if (value(&span->hour[to], &other) != there || (there && other != first))
                break;
        put_run(span, values, from, to, there ? doc_number(first) : json_null());
    }
}

/* The highest temperature from 07 to 20 or the lowest from 19 to 09, in standard time. Intervals
 * that start before the grid are shortened. */
static void put_extremes(const struct span *span, json_t *values, bool highest)
{
    int first_hour = highest ? 7 : 19, length = highest ? 13 : 14;
    int64_t offset = doc_standard_offset_s(span->time_zone, span->start);
    int64_t midnight = span->start + offset;

    midnight = midnight - midnight % DAY - DAY - offset;
    for (int64_t from = midnight + (int64_t)first_hour * HOUR;; from += DAY) {
        int64_t to = from + (int64_t)length * HOUR;
        if (to > span->start + (int64_t)(span->count + 6) * HOUR)
            break;
        if (to <= span->start)
            continue;
        int best = weather_temp_f(span->site, from);
        for (int64_t t = from; t < to; t += HOUR) {
            int f = weather_temp_f(span->site, t);
            best = (highest ? f > best : f < best) ? f : best;
        }
        int64_t cut = from < span->start ? span->start : from;
        json_array_append_new(values,
                              json_pack("{s:o, s:o}", "validTime", doc_interval(cut, to - cut),
                                        "value", doc_number(weather_celsius(best))));
    }
}

static void layer_max(const struct span *span, json_t *values)
{
    put_extremes(span, values, true);
}

static void layer_min(const struct span *span, json_t *values)
{
    put_extremes(span, values, false);
}

/* Totals of six hours, counting each three-hour amount once, rounded to a hundredth or tenth of an
 * inch. */
static void put_totals(const struct span *span, json_t *values, value_fn *amount, double step_mm)
{
    for (int from = 0; from + TOTAL_HOURS <= span->total_count; from += TOTAL_HOURS) {
        double sum = 0.0;
        for (int i = from; i < from + TOTAL_HOURS; i += 3) {
            double mm = 0.0;
            amount(&span->hour[i], &mm);
            sum += mm;
        }
        put_run(span, values, from, from + TOTAL_HOURS, doc_number(round(sum / step_mm) * step_mm));
    }
}

static void layer_rain(const struct span *span, json_t *values)
{
    put_totals(span, values, v_rain, 0.254);
}

static void layer_snow(const struct span *span, json_t *values)
{
    put_totals(span, values, v_snow, 2.54);
}

static void layer_ice(const struct span *span, json_t *values)
{
    put_totals(span, values, v_ice, 0.254);
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_weather(const struct weather *a, const struct weather *b)
{
    if (a->conditions != b->conditions)
        return false;
    for (int i = 0; i < a->conditions; i++) {
        const struct weather_condition *p = &a->condition[i], *q = &b->condition[i];
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

static json_t *condition_json(const struct weather_condition *c)
{
    json_t *attributes = json_array();

    if (c->attribute)
        json_array_append_new(attributes, json_string(c->attribute));
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "coverage", text_or_null(c->coverage), "weather",
                     text_or_null(c->weather), "intensity", text_or_null(c->intensity),
                     "visibility", doc_quantity("wmoUnit:km", json_null()), "attributes",
                     attributes);
}

/* Ends a few hours before the other layers. No weather is one entry of nulls. */
static void layer_weather(const struct span *span, json_t *values)
{
    static const struct weather_condition nothing = { NULL, NULL, NULL, NULL };
    int count = span->count - 6;

    for (int from = 0, to; from < count; from = to) {
        const struct weather *w = &span->hour[from];
        for (to = from + 1; to < count && same_weather(w, &span->hour[to]);)
            to++;
        json_t *list = json_array();
        for (int i = 0; i < w->conditions; i++)
            json_array_append_new(list, condition_json(&w->condition[i]));
        if (w->conditions == 0)
            json_array_append_new(list, condition_json(&nothing));
        put_run(span, values, from, to, list);
    }
}

static const struct layer {
    const char *name, *unit;
    value_fn *value; /* one of these two; neither for an empty layer */
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
        doc_set(o, "uom", json_string(layer->unit));
    if (layer->value)
        put_hourly(span, values, layer->value);
    else if (layer->write)
        layer->write(span, values);
    doc_set(o, "values", values);
    return o;
}

static void read_span(const struct doc_request *request, const struct place_cell *cell,
                      const struct weather_site *site, struct span *span)
{
    doc_grid_span(request, cell, &span->start, &span->count);
    span->site = site;
    span->time_zone = place_time_zone(cell->region, cell->lat, cell->lon);
    switch (weather_hash(request->seed, (uint64_t)cell->region->fips, 9) % 3) {
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
        weather_at(site, span->start + (int64_t)i * HOUR, &span->hour[i]);
}

void doc_grid(const struct doc_request *request, struct doc_response *response)
{
    struct place_cell cell;
    struct span span;
    char path[64];

    if (!doc_allow_params(request, "", response) || !doc_find_cell(request, &cell, response))
        return;
    struct weather_site site = doc_site(request, &cell);
    read_span(request, &cell, &site, &span);
    snprintf(path, sizeof path, "gridpoints/%s/%d,%d", cell.region->grid, cell.x, cell.y);
    json_t *p = json_object();
    doc_set(p, "@id", doc_url("%s", path));
    doc_set(p, "@type", json_string("wx:Gridpoint"));
    doc_set(p, "updateTime", doc_utc_time(doc_issued_at(request, &cell)));
    doc_set(p, "validTimes", doc_interval(span.start, (int64_t)span.count * HOUR));
    doc_set(p, "elevation", doc_quantity("wmoUnit:m", doc_number(site.elevation_m)));
    doc_set(p, "forecastOffice", doc_url("offices/%s", cell.region->grid));
    doc_set(p, "gridId", json_string(cell.region->grid));
    doc_set(p, "gridX", json_integer(cell.x));
    doc_set(p, "gridY", json_integer(cell.y));
    for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++)
        doc_set(p, layers[i].name, layer_json(&span, &layers[i]));
    doc_respond(response,
                json_pack("{s:o, s:o, s:s, s:o, s:o}", "@context", doc_context(DOC_CONTEXT_GRID),
                          "id", doc_url("%s", path), "type", "Feature", "geometry",
                          doc_cell_geometry(&cell), "properties", p),
                HOUR, doc_issued_at(request, &cell));
}
