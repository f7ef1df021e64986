/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/doc_forecast.c -- /gridpoints/.../forecast with 14 half-day periods and their texts,
 * and /forecast/hourly with 156 hours.
 *
 * Half-days change at 6 a.m. and 6 p.m. local time; the first starts with the current hour. Highs
 * and lows are those of the grid's maxTemperature and minTemperature; everything else is calculated
 * from the hours of the period. As in the real service, units are Fahrenheit and miles per hour
 * unless units=si. */
#include "tests/sim/period.h"

#include <math.h>
#include <string.h>

#include "server/base/date_names.h"

enum { HOUR = 3600, DAY = 86400, HALF_DAYS = 14, HOURS = 156 };

/* ---- periods ---- */

static json_t *period_json(const struct period_forecast *f, int64_t start, int64_t end, bool day,
                           int temp_f, const struct period_sum *s, const char *size)
{
    char words[100];

    period_short_text(s, day, words);
    json_t *p = json_object();
    doc_set(p, "startTime", doc_local_time(f->time_zone, start));
    doc_set(p, "endTime", doc_local_time(f->time_zone, end));
    doc_set(p, "isDaytime", json_boolean(day));
    doc_set(p, "temperature", json_integer(f->si ? lround(weather_celsius(temp_f)) : temp_f));
    doc_set(p, "temperatureUnit", json_string(f->si ? "C" : "F"));
    doc_set(p, "temperatureTrend", json_null());
    doc_set(p, "probabilityOfPrecipitation", doc_quantity("wmoUnit:percent", json_integer(s->pop)));
    doc_set(p, "windSpeed", period_wind_speed(f, s));
    doc_set(p, "windDirection", json_string(period_wind_direction(s, size[0] == 's' ? 16 : 8)));
    doc_set(p, "icon",
            doc_url("icons/land/%s/%s?size=%s", day ? "day" : "night",
                    s->wet_first >= 0 ? "rain" : "sct", size));
    doc_set(p, "shortForecast", json_string(words));
    return p;
}

/* The highest temperature from 07 to 20 or the lowest from 19 to 09 in standard time, as in the
 * grid. */
static int extreme_temp_f(const struct period_forecast *f, int64_t start, bool day)
{
    int64_t offset = doc_standard_offset_s(f->time_zone, start);
    int64_t local = start + offset;
    int64_t hour = local % DAY / HOUR;
    int64_t midnight = local - local % DAY - offset;

    if (!day && hour < 9) /* the night started the day before */
        midnight -= DAY;
    int64_t from = midnight + (day ? 7 : 19) * HOUR, to = from + (day ? 13 : 14) * HOUR;
    int best = weather_temp_f(&f->site, from);
    for (int64_t t = from; t < to; t += HOUR) {
        int temp_f = weather_temp_f(&f->site, t);
        best = (day ? temp_f > best : temp_f < best) ? temp_f : best;
    }
    return best;
}

/* The name of the holiday on that day, or NULL. `nth` counts that weekday within the month; -1 is
 * the last. */
static const char *holiday(const struct civil *c)
{
    static const struct {
        int month, day, weekday, nth;
        const char *name;
    } rows[] = {
        { 1, 1, 0, 0, "New Year's Day" },
        { 6, 19, 0, 0, "Juneteenth" },
        { 7, 4, 0, 0, "Independence Day" },
        { 11, 11, 0, 0, "Veterans Day" },
        { 12, 25, 0, 0, "Christmas Day" },
        { 1, 0, 1, 3, "M.L.King Day" },
        { 2, 0, 1, 3, "Washington's Birthday" },
        { 5, 0, 1, -1, "Memorial Day" },
        { 9, 0, 1, 1, "Labor Day" },
        { 10, 0, 1, 2, "Columbus Day" },
        { 11, 0, 4, 4, "Thanksgiving Day" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].month != c->month)
            continue;
        bool last = c->day + 7 > civil_days_in_month(c->year, c->month);
        bool counted = rows[i].nth != 0 && rows[i].weekday == c->weekday &&
                       (rows[i].nth < 0 ? last : (c->day + 6) / 7 == rows[i].nth);
        if (counted || (rows[i].day != 0 && rows[i].day == c->day))
            return rows[i].name;
    }
    return NULL;
}

static json_t *period_name(const struct period_forecast *f, int64_t start, bool day, bool first)
{
    struct civil c = civil_of(f->zone, start);

    if (first)
        return json_string(c.hour < 6    ? "Overnight"
                           : c.hour < 12 ? "Today"
                           : c.hour < 18 ? "This Afternoon"
                                         : "Tonight");
    if (!day)
        return json_sprintf("%s Night", weekday_name(c.weekday));
    const char *name = holiday(&c);
    return json_string(name ? name : weekday_name(c.weekday));
}

static int64_t half_day_end(const struct period_forecast *f, int64_t start)
{
    struct civil c = civil_of(f->zone, start);

    c.day += c.hour >= 18;
    c.hour = c.hour >= 6 && c.hour < 18 ? 18 : 6;
    c.minute = c.second = 0;
    return civil_instant(f->zone, c);
}

static bool init_forecast(const struct doc_request *request, struct place_cell *cell,
                          struct period_forecast *f, struct doc_response *response)
{
    if (!doc_allow_params(request, "units", response) || !doc_find_cell(request, cell, response))
        return false;
    f->site = doc_site(request, cell);
    f->time_zone = place_time_zone(cell->region, cell->lat, cell->lon);
    f->zone = zone_get(str_of(f->time_zone));
    f->zone = f->zone ? f->zone : zone_utc();
    const char *units = doc_param(request, "units");
    f->si = units && strcmp(units, "si") == 0;
    return true;
}

static void respond_with_periods(const struct doc_request *request, const struct place_cell *cell,
                                 const struct period_forecast *f, const char *generator,
                                 json_t *periods, struct doc_response *response)
{
    int64_t start;
    int hours;

    doc_grid_span(request, cell, &start, &hours);
    json_t *p = json_object();
    doc_set(p, "units", json_string(f->si ? "si" : "us"));
    doc_set(p, "forecastGenerator", json_string(generator));
    doc_set(p, "generatedAt", doc_utc_time(doc_rendered_at(request)));
    doc_set(p, "updateTime", doc_utc_time(doc_issued_at(request, cell)));
    doc_set(p, "validTimes", doc_interval(start, (int64_t)hours * HOUR));
    doc_set(p, "elevation", doc_quantity("wmoUnit:m", doc_number(f->site.elevation_m)));
    doc_set(p, "periods", periods);
    doc_respond(response,
                json_pack("{s:o, s:s, s:o, s:o}", "@context", doc_context(DOC_CONTEXT_FORECAST),
                          "type", "Feature", "geometry", doc_cell_geometry(cell), "properties", p),
                HOUR, doc_issued_at(request, cell));
}

void doc_forecast(const struct doc_request *request, struct doc_response *response)
{
    struct place_cell cell;
    struct period_forecast f;

    if (!init_forecast(request, &cell, &f, response))
        return;
    json_t *periods = json_array();
    int64_t start = request->now - request->now % HOUR;
    for (int i = 0; i < HALF_DAYS; i++) {
        int64_t end = half_day_end(&f, start);
        int hour = civil_of(f.zone, start).hour;
        bool day = hour >= 6 && hour < 18;
        struct period_sum s = period_sum_up(&f, start, end);
        int temp_f = extreme_temp_f(&f, start, day);
        json_t *p = period_json(&f, start, end, day, temp_f, &s, "medium");
        doc_set(p, "number", json_integer(i + 1));
        doc_set(p, "name", period_name(&f, start, day, i == 0));
        doc_set(p, "detailedForecast", period_detailed_text(&f, &s, start, day, temp_f));
        json_array_append_new(periods, p);
        start = end;
    }
    respond_with_periods(request, &cell, &f, "BaselineForecastGenerator", periods, response);
}

void doc_hourly(const struct doc_request *request, struct doc_response *response)
{
    struct place_cell cell;
    struct period_forecast f;

    if (!init_forecast(request, &cell, &f, response))
        return;
    json_t *periods = json_array();
    int64_t start = request->now - request->now % HOUR;
    for (int i = 0; i < HOURS; i++, start += HOUR) {
        struct weather w;
        weather_at(&f.site, start, &w);
        int hour = civil_of(f.zone, start).hour;
        struct period_sum s = period_sum_up(&f, start, start + HOUR);
        json_t *p =
            period_json(&f, start, start + HOUR, hour >= 6 && hour < 18, w.temp_f, &s, "small");
        doc_set(p, "number", json_integer(i + 1));
        doc_set(p, "name", json_string(""));
        doc_set(p, "dewpoint", doc_quantity("wmoUnit:degC", doc_number(weather_celsius(w.dew_f))));
        doc_set(p, "relativeHumidity", doc_quantity("wmoUnit:percent", json_integer(w.humidity)));
        doc_set(p, "detailedForecast", json_string(""));
        json_array_append_new(periods, p);
    }
    respond_with_periods(request, &cell, &f, "HourlyForecastGenerator", periods, response);
}
