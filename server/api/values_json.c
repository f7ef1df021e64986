/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/values_json.c -- writes the figures of an answer, rounded as they are spoken. */
#include "server/api/values_json.h"

#include "intents/alerts.h"
#include "intents/ask/hour_words.h"
#include "intents/sky/moon.h"
#include "intents/speech/metric_text.h"
#include "intents/speech/normalize.h"
#include "intents/speech/phrase.h"
#include "intents/speech/units.h"

/* ---- figures in the listener's units ---- */

static void put_degrees(struct json_writer *w, const char *name, double c, enum units_system units)
{
    json_writer_figure(w, name, units_degrees(c, units), 0, units_degrees_symbol(units));
}

static void put_speed(struct json_writer *w, const char *name, double mps, enum units_system units)
{
    json_writer_figure(w, name, units_speed(mps, units), 0, units_speed_symbol(units));
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
    if (wind->has_gust && units_gust(wind->gust, wind->speed, units) > 0)
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
    const struct observation_value *feels = observation_feels_like(o);

    if (o->temperature.has)
        put_degrees(w, "temperature", o->temperature.value, units);
    if (feels)
        put_degrees(w, "feelsLike", feels->value, units);
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
    if (h->humidity.has)
        put_percent(w, "humidity", h->humidity.value);
    if (h->dewpoint.has)
        put_degrees(w, "dewpoint", h->dewpoint.value, manner->units);
    if (h->pressure.has)
        put_pressure(w, h->pressure.value, manner->units);
    put_hour_sky(w, h, manner);
    json_writer_close(w, '}');
}

static void put_hours(struct json_writer *w, const struct program_answer *a)
{
    const struct figures_hours *h = &a->figures.hours;
    const struct hour_manner manner = { a->place.zone, h->from, a->units };

    json_writer_open(w, "hours", '[');
    for (int64_t at = h->from; at < h->to; at += h->step) {
        struct hour_forecast hour;
        if (hour_read(h->grid, at, &hour))
            put_hour(w, &hour, &manner);
    }
    json_writer_close(w, ']');
}

/* ---- periods and days ---- */

static void put_sky(struct json_writer *w, double first, double last, bool daytime)
{
    struct buf text = BUF_INIT(1000);

    phrase_put_sky(&text, first, last, daytime);
    json_writer_text(w, "sky", buf_str(&text));
    buf_free(&text);
}

static void put_day(struct json_writer *w, const struct program_answer *a,
                    const struct week_day *day)
{
    json_writer_open(w, NULL, '{');
    json_writer_date(w, "date", a->place.zone, day->span.from);
    if (day->high.has)
        put_degrees(w, "high", day->high.value, a->units);
    if (day->low.has)
        put_degrees(w, "low", day->low.value, a->units);
    if (day->chance.has)
        put_percent(w, "precipitationChance", day->chance.value);
    if (day->has_sky)
        put_sky(w, day->sky_first, day->sky_last, !day->evening);
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

/* A depth in the steps in which it is spoken; nothing when that is "less than" the first one. */
static void put_depth(struct json_writer *w, const char *name, double mm, double depth, bool snow,
                      enum units_system units)
{
    if (depth > 0 || mm <= 0)
        json_writer_figure(w, name, depth, 2, units == UNITS_US ? "in" : snow ? "cm" : "mm");
}

static void put_amounts(struct json_writer *w, const struct outlook_figures *f,
                        enum units_system units)
{
    if (f->has_water)
        put_depth(w, "precipitationAmount", f->water_mm, units_rain(f->water_mm, units), false,
                  units);
    if (f->has_snow)
        put_depth(w, "snowAmount", f->snow_mm, units_snow(f->snow_mm, units), true, units);
    if (f->has_ice)
        put_depth(w, "iceAmount", f->ice_mm, units_rain(f->ice_mm, units), false, units);
}

static void put_period_wind(struct json_writer *w, const struct grid_wind *from,
                            enum units_system units)
{
    const struct wind wind = { from->has_gust, from->has_direction, from->high, from->gust,
                               from->direction };

    if (units_speed(from->low, units) < units_speed(from->high, units))
        put_speed(w, "windSpeedLow", from->low, units);
    put_wind(w, &wind, units);
}

static void put_period(struct json_writer *w, const struct program_answer *a,
                       const struct figures_period *p)
{
    const struct outlook_figures *f = &p->figures;

    json_writer_open(w, NULL, '{');
    json_writer_text(w, "name", p->when.name);
    json_writer_time(w, "start", a->place.zone, p->when.start);
    json_writer_time(w, "end", a->place.zone, p->when.end);
    if (f->has_temperature)
        put_degrees(w, p->when.daytime ? "high" : "low", f->temperature_c, a->units);
    put_range(w, "windChillLow", "windChillHigh", &f->wind_chill, a->units);
    put_range(w, "heatIndexLow", "heatIndexHigh", &f->heat_index, a->units);
    if (f->precipitation.has_chance)
        put_percent(w, "precipitationChance", f->precipitation.chance);
    put_amounts(w, f, a->units);
    if (f->has_wind)
        put_period_wind(w, &f->wind, a->units);
    if (f->has_humidity)
        put_percent(w, "humidity", f->humidity);
    if (f->has_dewpoint)
        put_degrees(w, "dewpoint", f->dewpoint_c, a->units);
    if (f->has_pressure)
        put_pressure(w, f->pressure_first, a->units);
    if (f->has_sky)
        put_sky(w, f->sky_first, f->sky_last, p->when.daytime);
    json_writer_close(w, '}');
}

/* As the forecaster wrote it. */
static void put_extended(struct json_writer *w, const struct program_answer *a,
                         const struct forecast_period *p)
{
    json_writer_open(w, NULL, '{');
    json_writer_text(w, "name", str_of(p->name));
    json_writer_time(w, "start", a->place.zone, p->start);
    json_writer_time(w, "end", a->place.zone, p->end);
    if (p->has_temperature)
        put_degrees(w, p->daytime ? "high" : "low", p->temperature_c, a->units);
    if (p->has_chance)
        put_percent(w, "precipitationChance", p->chance);
    if (p->brief[0])
        json_writer_text(w, "sky", str_of(p->brief));
    json_writer_close(w, '}');
}

static void put_periods(struct json_writer *w, const struct program_answer *a)
{
    const struct answer_figures *f = &a->figures;

    json_writer_open(w, "periods", '[');
    for (size_t i = 0; i < f->period_count; i++)
        put_period(w, a, &f->periods[i]);
    for (size_t i = 0; f->extended && i < f->extended->count; i++)
        put_extended(w, a, &f->extended->at[i]);
    json_writer_close(w, ']');
}

/* ---- alerts ---- */

static void put_text(struct json_writer *w, const char *name, const char *text)
{
    if (text[0])
        json_writer_text(w, name, str_of(text));
}

/* NWS writes US units. */
static void put_headline(struct json_writer *w, const char *headline, enum units_system units)
{
    struct buf text = BUF_INIT(NORMALIZE_MAX);

    buf_putz(&text, headline);
    metric_text_convert(&text, 0, units);
    put_text(w, "headline", buf_z(&text));
    buf_free(&text);
}

static void put_alerts(struct json_writer *w, const struct program_answer *a)
{
    const struct alerts *alerts = a->figures.alerts;

    json_writer_open(w, "alerts", '[');
    for (size_t i = 0; i < alerts->count; i++) {
        const struct alert *at = &alerts->at[i];
        if (!alerts_is_of_kind(at, a->figures.hazard))
            continue;
        json_writer_open(w, NULL, '{');
        put_text(w, "event", at->event);
        put_text(w, "area", at->area);
        put_text(w, "severity", alert_severity_name(at->severity));
        put_text(w, "urgency", at->urgency);
        if (at->until > 0)
            json_writer_time(w, "ends", a->place.zone, at->until);
        put_headline(w, at->headline, a->units);
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

static void put_sun_and_moon(struct json_writer *w, const struct program_answer *a)
{
    const struct answer_figures *f = &a->figures;

    json_writer_date(w, "date", a->place.zone, f->sky_noon);
    if (f->sun)
        put_sun(w, f->sun, a->place.zone);
    if (f->moon) {
        json_writer_text(w, "moonPhase", str_of(moon_phase_name(moon_phase_at(f->moon_at))));
        put_percent(w, "moonIlluminated", moon_illuminated(f->moon_at) * 100);
    }
}

/* ---- figures of their own ---- */

static void put_figure(struct json_writer *w, const struct program_answer *a,
                       const struct figure *v)
{
    switch (v->kind) {
    case FIGURE_DEGREES:
        put_degrees(w, v->name, v->number, a->units);
        break;
    case FIGURE_SPEED:
        put_speed(w, v->name, v->number, a->units);
        break;
    case FIGURE_PERCENT:
        put_percent(w, v->name, v->number);
        break;
    case FIGURE_RAIN_TOTAL:
        put_depth(w, v->name, v->number, units_rain_total(v->number, a->units), false, a->units);
        break;
    case FIGURE_SNOW_TOTAL:
        put_depth(w, v->name, v->number, units_snow_total(v->number, a->units), true, a->units);
        break;
    case FIGURE_SNOW:
        put_depth(w, v->name, v->number, units_snow(v->number, a->units), true, a->units);
        break;
    case FIGURE_PLAIN:
        json_writer_figure(w, v->name, v->number, 0, v->text.p);
        break;
    case FIGURE_TIME:
        json_writer_time(w, v->name, a->place.zone, v->time);
        break;
    case FIGURE_TEXT:
        json_writer_text(w, v->name, v->text);
        break;
    case FIGURE_TRUTH:
        json_writer_truth(w, v->name, v->number != 0);
        break;
    }
}

void values_json_put(struct json_writer *w, const struct program_answer *a)
{
    const struct answer_figures *f = &a->figures;

    if (f->report)
        put_now(w, &f->report->observation, a->units);
    if (f->hours.grid && f->hours.step > 0)
        put_hours(w, a);
    if (f->period_count > 0 || f->extended)
        put_periods(w, a);
    if (f->day_count > 0) {
        json_writer_open(w, "days", '[');
        for (size_t i = 0; i < f->day_count; i++)
            put_day(w, a, &f->days[i]);
        json_writer_close(w, ']');
    }
    if (f->alerts)
        put_alerts(w, a);
    if (f->sun || f->moon)
        put_sun_and_moon(w, a);
    for (size_t i = 0; i < f->value_count; i++)
        put_figure(w, a, &f->values[i]);
}
