/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/period.c -- .../forecast, 14 half-days with a text each, and .../forecast/hourly, 156
 * hours.
 *
 * Half-days change at 6 and 18 o'clock of the place; the first begins with the running hour. Highs
 * and lows are those of the grid's maxTemperature and minTemperature, all else comes from the hours
 * of the period. Like the service, numbers are Fahrenheit and miles an hour unless units=si. */
#include "tests/sim/period.h"

#include <math.h>
#include <string.h>

enum { HOUR = 3600, DAY = 86400, HALF_DAYS = 14, HOURS = 156 };

/* ---- periods ---- */

static json_t *period_json(const struct forecast *f, int64_t start, int64_t end, bool day,
                           int temp_f, const struct sum *s, const char *size)
{
    char words[100];

    short_forecast(s, day, words);
    json_t *p = json_object();
    set(p, "startTime", local_text(f->time_zone, start));
    set(p, "endTime", local_text(f->time_zone, end));
    set(p, "isDaytime", json_boolean(day));
    set(p, "temperature", json_integer(f->si ? lround(celsius(temp_f)) : temp_f));
    set(p, "temperatureUnit", json_string(f->si ? "C" : "F"));
    set(p, "temperatureTrend", json_null());
    set(p, "probabilityOfPrecipitation", quantity("wmoUnit:percent", json_integer(s->pop)));
    set(p, "windSpeed", wind_speed(f, s));
    set(p, "windDirection", json_string(wind_direction(s, size[0] == 's' ? 16 : 8)));
    set(p, "icon",
        api_url("icons/land/%s/%s?size=%s", day ? "day" : "night",
                s->wet_first >= 0 ? "rain" : "sct", size));
    set(p, "shortForecast", json_string(words));
    return p;
}

/* The highest of 07-20 or lowest of 19-09 by standard time, as in the grid. */
static int extreme(const struct forecast *f, int64_t start, bool day)
{
    int64_t offset = standard_offset_s(f->time_zone, start);
    int64_t local = start + offset;
    int64_t hour = local % DAY / HOUR;
    int64_t midnight = local - local % DAY - offset;

    if (!day && hour < 9) /* the night began the evening before */
        midnight -= DAY;
    int64_t from = midnight + (day ? 7 : 19) * HOUR, to = from + (day ? 13 : 14) * HOUR;
    int best = air_temp_f(&f->site, from);
    for (int64_t t = from; t < to; t += HOUR) {
        int temp_f = air_temp_f(&f->site, t);
        best = (day ? temp_f > best : temp_f < best) ? temp_f : best;
    }
    return best;
}

/* The name of a holiday on that day, or NULL; nth is of that weekday in the month, -1 the last. */
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

static json_t *period_name(const struct forecast *f, int64_t start, bool day, bool first)
{
    static const char *const days[] = { "Sunday",   "Monday", "Tuesday", "Wednesday",
                                        "Thursday", "Friday", "Saturday" };
    struct civil c = civil_of(f->zone, start);

    if (first)
        return json_string(c.hour < 6    ? "Overnight"
                           : c.hour < 12 ? "Today"
                           : c.hour < 18 ? "This Afternoon"
                                         : "Tonight");
    if (!day)
        return json_sprintf("%s Night", days[c.weekday]);
    const char *name = holiday(&c);
    return json_string(name ? name : days[c.weekday]);
}

static int64_t half_day_end(const struct forecast *f, int64_t start)
{
    struct civil c = civil_of(f->zone, start);

    c.day += c.hour >= 18;
    c.hour = c.hour >= 6 && c.hour < 18 ? 18 : 6;
    c.minute = c.second = 0;
    return civil_instant(f->zone, c);
}

static bool prepare(const struct ask *ask, struct cell *cell, struct forecast *f,
                    struct answer *answer)
{
    if (!ask_allows(ask, "units", answer) || !ask_cell(ask, cell, answer))
        return false;
    f->site = site_of(ask, cell);
    f->time_zone = time_zone_at(cell->region, cell->lat, cell->lon);
    f->zone = zone_get(str_of(f->time_zone));
    f->zone = f->zone ? f->zone : zone_utc();
    const char *units = ask_param(ask, "units");
    f->si = units && strcmp(units, "si") == 0;
    return true;
}

static void finish(const struct ask *ask, const struct cell *cell, const struct forecast *f,
                   const char *generator, json_t *periods, struct answer *answer)
{
    int64_t start;
    int hours;

    grid_span(ask, cell, &start, &hours);
    json_t *p = json_object();
    set(p, "units", json_string(f->si ? "si" : "us"));
    set(p, "forecastGenerator", json_string(generator));
    set(p, "generatedAt", utc_text(rendered_at(ask)));
    set(p, "updateTime", utc_text(issued_at(ask, cell)));
    set(p, "validTimes", interval_text(start, (int64_t)hours * HOUR));
    set(p, "elevation", quantity("wmoUnit:m", number(f->site.elevation_m)));
    set(p, "periods", periods);
    answer_json(answer,
                json_pack("{s:o, s:s, s:o, s:o}", "@context", api_context(API_CONTEXT_FORECAST),
                          "type", "Feature", "geometry", cell_geometry(cell), "properties", p),
                HOUR, issued_at(ask, cell));
}

void doc_forecast(const struct ask *ask, struct answer *answer)
{
    struct cell cell;
    struct forecast f;

    if (!prepare(ask, &cell, &f, answer))
        return;
    json_t *periods = json_array();
    int64_t start = ask->now - ask->now % HOUR;
    for (int i = 0; i < HALF_DAYS; i++) {
        int64_t end = half_day_end(&f, start);
        int hour = civil_of(f.zone, start).hour;
        bool day = hour >= 6 && hour < 18;
        struct sum s = sum_up(&f, start, end);
        int temp_f = extreme(&f, start, day);
        json_t *p = period_json(&f, start, end, day, temp_f, &s, "medium");
        set(p, "number", json_integer(i + 1));
        set(p, "name", period_name(&f, start, day, i == 0));
        set(p, "detailedForecast", detailed_forecast(&f, &s, start, day, temp_f));
        json_array_append_new(periods, p);
        start = end;
    }
    finish(ask, &cell, &f, "BaselineForecastGenerator", periods, answer);
}

void doc_hourly(const struct ask *ask, struct answer *answer)
{
    struct cell cell;
    struct forecast f;

    if (!prepare(ask, &cell, &f, answer))
        return;
    json_t *periods = json_array();
    int64_t start = ask->now - ask->now % HOUR;
    for (int i = 0; i < HOURS; i++, start += HOUR) {
        struct air air;
        air_at(&f.site, start, &air);
        int hour = civil_of(f.zone, start).hour;
        struct sum s = sum_up(&f, start, start + HOUR);
        json_t *p =
            period_json(&f, start, start + HOUR, hour >= 6 && hour < 18, air.temp_f, &s, "small");
        set(p, "number", json_integer(i + 1));
        set(p, "name", json_string(""));
        set(p, "dewpoint", quantity("wmoUnit:degC", number(celsius(air.dew_f))));
        set(p, "relativeHumidity", quantity("wmoUnit:percent", json_integer(air.humidity)));
        set(p, "detailedForecast", json_string(""));
        json_array_append_new(periods, p);
    }
    finish(ask, &cell, &f, "HourlyForecastGenerator", periods, answer);
}
