/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/values_json.c -- writes what was told (intents/told.h), rounded as it is spoken. */
#include "server/api/values_json.h"

#include "intents/alerts.h"
#include "intents/ask/hour_words.h"
#include "intents/forecast_words.h"
#include "intents/sky/moon.h"
#include "intents/speech/phrase.h"
#include "intents/speech/units.h"

/* ---- figures in the listener's units ---- */

static void put_degrees(struct json_writer *w, const char *name, double c, enum units_system units)
{
    json_writer_figure(w, name, units_degrees(c, units), 0,
                       units == UNITS_METRIC ? "degC" : "degF");
}

static void put_speed(struct json_writer *w, const char *name, double mps, enum units_system units)
{
    json_writer_figure(w, name, units_speed(mps, units), 0, units == UNITS_METRIC ? "km/h" : "mph");
}

static void put_percent(struct json_writer *w, const char *name, double percent)
{
    json_writer_figure(w, name, units_round(percent), 0, "percent");
}

static void put_pressure(struct json_writer *w, double pascal, enum units_system units)
{
    if (units == UNITS_METRIC)
        json_writer_figure(w, "pressure", units_round(pascal / 100.0), 0, "hPa");
    else
        json_writer_figure(w, "pressure", units_hundredths_inhg(pascal) / 100.0, 2, "inHg");
}

/* Speed, gust and direction; a gust only above the speed, and no direction of a calm. */
struct wind {
    bool has_gust, has_direction;
    double speed, gust, direction;
};

static void put_wind(struct json_writer *w, const struct wind *wind, enum units_system units)
{
    put_speed(w, "windSpeed", wind->speed, units);
    if (wind->has_gust && units_speed(wind->gust, units) > units_speed(wind->speed, units))
        put_speed(w, "windGust", wind->gust, units);
    if (wind->has_direction && units_speed(wind->speed, units) > 0 &&
        units_compass_point(wind->direction)[0])
        json_writer_text(w, "windDirection", str_of(units_compass_point(wind->direction)));
}

/* ---- a station's report ---- */

static void put_description(struct json_writer *w, struct str description)
{
    struct buf text = BUF_INIT(1000);

    phrase_put_description(&text, description);
    json_writer_text(w, "sky", buf_str(&text));
    buf_free(&text);
}

static void put_now(struct json_writer *w, const struct observation *o, enum units_system units)
{
    const struct wind wind = { o->wind_gust.has, o->wind_direction.has, o->wind_speed.value,
                               o->wind_gust.value, o->wind_direction.value };

    if (o->temperature.has)
        put_degrees(w, "temperature", o->temperature.value, units);
    if (o->wind_chill.has || o->heat_index.has)
        put_degrees(w, "feelsLike", o->wind_chill.has ? o->wind_chill.value : o->heat_index.value,
                    units);
    if (o->dewpoint.has)
        put_degrees(w, "dewpoint", o->dewpoint.value, units);
    if (o->humidity.has)
        put_percent(w, "humidity", o->humidity.value);
    if (o->wind_speed.has)
        put_wind(w, &wind, units);
    if (o->pressure.has)
        put_pressure(w, o->pressure.value, units);
    if (o->description.n > 0)
        put_description(w, o->description);
}

/* ---- hours ---- */

/* The weather of the hour, else the sky. */
static void put_hour_sky(struct json_writer *w, const struct hour_forecast *h,
                         const struct hour_manner *manner)
{
    struct buf text = BUF_INIT(1000);

    if (hour_words_put_sky(&text, h, manner))
        json_writer_text(w, "sky", buf_str(&text));
    buf_free(&text);
}

static void put_hour(struct json_writer *w, const struct hour_forecast *h,
                     const struct hour_manner *manner)
{
    const struct wind wind = { h->wind_gust.has, h->wind_direction.has, h->wind_speed.value,
                               h->wind_gust.value, h->wind_direction.value };

    json_writer_open(w, NULL, '{');
    json_writer_time(w, "time", manner->zone, h->start);
    if (h->temperature.has)
        put_degrees(w, "temperature", h->temperature.value, manner->units);
    if (h->feels_like.has)
        put_degrees(w, "feelsLike", h->feels_like.value, manner->units);
    if (h->chance.has)
        put_percent(w, "precipitationChance", h->chance.value);
    if (h->wind_speed.has)
        put_wind(w, &wind, manner->units);
    put_hour_sky(w, h, manner);
    json_writer_close(w, '}');
}

static void put_hours(struct json_writer *w, const struct program_answer *a)
{
    const struct told *t = &a->told;
    const struct hour_manner manner = { a->place.zone, t->hours_from, a->units };

    json_writer_open(w, "hours", '[');
    for (int64_t at = t->hours_from; at < t->hours_to; at += t->hours_step) {
        struct hour_forecast hour;
        if (hour_read(t->hours, at, &hour))
            put_hour(w, &hour, &manner);
    }
    json_writer_close(w, ']');
}

/* ---- periods and days ---- */

static void put_period_sky(struct json_writer *w, const struct program_answer *a,
                           const struct told_period *p)
{
    const struct forecast_told told = {
        .figures = &p->figures, .when = &p->when, .place = &a->place, .units = a->units
    };
    struct buf text = BUF_INIT(1000);

    if (forecast_put_sky(&text, &told))
        json_writer_text(w, "sky", buf_str(&text));
    buf_free(&text);
}

static void put_day_chance(struct json_writer *w, const struct told_period *p)
{
    if (p->figures.precipitation.has_chance)
        put_percent(w, "precipitationChance", p->figures.precipitation.chance);
}

static void put_day(struct json_writer *w, const struct program_answer *a,
                    const struct told_day *day)
{
    json_writer_open(w, NULL, '{');
    json_writer_date(w, "date", a->place.zone, day->noon);
    if (day->day.figures.has_temperature)
        put_degrees(w, "high", day->day.figures.temperature_c, a->units);
    if (day->night.figures.has_temperature)
        put_degrees(w, "low", day->night.figures.temperature_c, a->units);
    put_day_chance(w, &day->day);
    put_period_sky(w, a, &day->day);
    json_writer_close(w, '}');
}

/* Where it applies and differs from the temperature. */
static void put_range(struct json_writer *w, const char *low, const char *high,
                      const struct outlook_range *range, enum units_system units)
{
    if (!range->has)
        return;
    put_degrees(w, low, range->low, units);
    put_degrees(w, high, range->high, units);
}

static void put_period(struct json_writer *w, const struct program_answer *a,
                       const struct told_period *p)
{
    const struct outlook_figures *f = &p->figures;
    const struct wind wind = { f->wind.has_gust, f->wind.has_direction, f->wind.high, f->wind.gust,
                               f->wind.direction };

    json_writer_open(w, NULL, '{');
    json_writer_text(w, "name", p->when.name);
    json_writer_time(w, "start", a->place.zone, p->when.start);
    json_writer_time(w, "end", a->place.zone, p->when.end);
    if (f->has_temperature)
        put_degrees(w, p->when.daytime ? "high" : "low", f->temperature_c, a->units);
    put_range(w, "windChillLow", "windChillHigh", &f->wind_chill, a->units);
    put_range(w, "heatIndexLow", "heatIndexHigh", &f->heat_index, a->units);
    put_day_chance(w, p);
    if (f->has_wind)
        put_wind(w, &wind, a->units);
    if (f->has_humidity)
        put_percent(w, "humidity", f->humidity);
    if (f->has_dewpoint)
        put_degrees(w, "dewpoint", f->dewpoint_c, a->units);
    if (f->has_pressure)
        put_pressure(w, f->pressure_first, a->units);
    put_period_sky(w, a, p);
    json_writer_close(w, '}');
}

/* ---- alerts ---- */

static const char *severity_name(enum alert_severity severity)
{
    static const char *const names[] = {
        [SEVERITY_UNKNOWN] = "Unknown",   [SEVERITY_MINOR] = "Minor",
        [SEVERITY_MODERATE] = "Moderate", [SEVERITY_SEVERE] = "Severe",
        [SEVERITY_EXTREME] = "Extreme",
    };

    return names[severity];
}

static void put_text(struct json_writer *w, const char *name, const char *text)
{
    if (text[0])
        json_writer_text(w, name, str_of(text));
}

static void put_alerts(struct json_writer *w, const struct program_answer *a)
{
    const struct alerts *alerts = a->told.alerts;

    json_writer_open(w, "alerts", '[');
    for (size_t i = 0; i < alerts->count; i++) {
        const struct alert *at = &alerts->at[i];
        if (!alerts_is_of_kind(at, a->told.hazard))
            continue;
        json_writer_open(w, NULL, '{');
        put_text(w, "event", at->event);
        put_text(w, "area", at->area);
        put_text(w, "severity", severity_name(at->severity));
        put_text(w, "urgency", at->urgency);
        if (at->until > 0)
            json_writer_time(w, "ends", a->place.zone, at->until);
        put_text(w, "headline", at->headline);
        json_writer_close(w, '}');
    }
    json_writer_close(w, ']');
    if (alerts->reading != ALERTS_READ)
        json_writer_truth(w, "complete", false);
}

/* ---- sun and moon ---- */

static int64_t to_minute(int64_t t)
{
    return (t + 30) / 60 * 60;
}

static void put_crossing(struct json_writer *w, const char *name, const struct zone *zone,
                         const struct sun_crossing *c)
{
    if (c->kind == SUN_CROSSES)
        json_writer_time(w, name, zone, to_minute(c->at));
}

static void put_sun(struct json_writer *w, const struct sun_day *day, const struct zone *zone)
{
    bool both = day->sunrise.kind == SUN_CROSSES && day->sunset.kind == SUN_CROSSES;
    int64_t length = both ? to_minute(day->sunset.at) - to_minute(day->sunrise.at)
                          : to_minute(sun_day_length(day));

    put_crossing(w, "sunrise", zone, &day->sunrise);
    put_crossing(w, "sunset", zone, &day->sunset);
    put_crossing(w, "firstLight", zone, &day->first_light);
    put_crossing(w, "dark", zone, &day->dark);
    json_writer_time(w, "noon", zone, to_minute(day->noon));
    json_writer_figure(w, "dayLength", (double)length / 60, 0, "min");
}

static void put_sky(struct json_writer *w, const struct program_answer *a)
{
    const struct told *t = &a->told;

    json_writer_date(w, "date", a->place.zone, t->sky_noon);
    if (t->sun)
        put_sun(w, t->sun, a->place.zone);
    if (t->moon) {
        json_writer_text(w, "moonPhase", str_of(moon_phase_name(moon_phase_at(t->moon_at))));
        put_percent(w, "moonIlluminated", moon_illuminated(t->moon_at) * 100);
    }
}

/* ---- single values ---- */

/* In the steps of units_put_rain_total() and units_put_snow_total(); what is told as less than the
 * first step has no figure. */
static void put_depth(struct json_writer *w, const struct told_value *v, enum units_system units)
{
    bool snow = v->kind == TOLD_SNOW;
    double inches = v->number / 25.4, depth;

    if (units == UNITS_METRIC)
        depth = units_round(snow ? v->number / 10 : v->number);
    else if (snow)
        depth = inches < 3 ? units_round(inches * 2) / 2.0 : units_round(inches);
    else
        depth = units_round(inches * 10) / 10.0;
    if (units == UNITS_METRIC && depth > 0)
        json_writer_figure(w, v->name, depth, 0, snow ? "cm" : "mm");
    else if (units == UNITS_US && inches >= (snow ? 0.5 : 0.1))
        json_writer_figure(w, v->name, depth, 1, "in");
}

static void put_told(struct json_writer *w, const struct program_answer *a,
                     const struct told_value *v)
{
    switch (v->kind) {
    case TOLD_DEGREES:
        put_degrees(w, v->name, v->number, a->units);
        break;
    case TOLD_SPEED:
        put_speed(w, v->name, v->number, a->units);
        break;
    case TOLD_PERCENT:
        put_percent(w, v->name, v->number);
        break;
    case TOLD_RAIN:
    case TOLD_SNOW:
        put_depth(w, v, a->units);
        break;
    case TOLD_TIME:
        json_writer_time(w, v->name, a->place.zone, v->time);
        break;
    case TOLD_TEXT:
        json_writer_text(w, v->name, v->text);
        break;
    case TOLD_TRUTH:
        json_writer_truth(w, v->name, v->number != 0);
        break;
    }
}

void values_json_put(struct json_writer *w, const struct program_answer *a)
{
    const struct told *t = &a->told;

    if (t->now)
        put_now(w, &t->now->observation, a->units);
    if (t->hours)
        put_hours(w, a);
    if (t->period_count > 0) {
        json_writer_open(w, "periods", '[');
        for (size_t i = 0; i < t->period_count; i++)
            put_period(w, a, &t->periods[i]);
        json_writer_close(w, ']');
    }
    if (t->day_count > 0) {
        json_writer_open(w, "days", '[');
        for (size_t i = 0; i < t->day_count; i++)
            put_day(w, a, &t->days[i]);
        json_writer_close(w, ']');
    }
    if (t->alerts)
        put_alerts(w, a);
    if (t->sun || t->moon)
        put_sky(w, a);
    for (size_t i = 0; i < t->value_count; i++)
        put_told(w, a, &t->values[i]);
}
