/* SPDX-License-Identifier: Apache-2.0 */
/* intents/current.c -- the current conditions, in words.
 *
 * Each metric is one sentence; its function returns false when the report lacks the value.  In the
 * user's whole list such a metric is left out; for a single metric, a station that has it was
 * chosen. */
#include "intents/current.h"

#include "intents/answer_phrase.h"
#include "intents/sky/sun.h"
#include "intents/speech/phrase.h"
#include "intents/speech/station_name.h"
#include "intents/speech/units.h"
#include "intents/weather/observation.h"
#include "intents/yes_no.h"
#include "server/base/civil.h"

#include <string.h>

static bool put_current_description(struct buf *out, const struct current_observation *c)
{
    size_t start = out->n;

    if (c->observation.description.n == 0)
        return false;
    phrase_put_description(out, c->observation.description);
    phrase_capitalize(out, start);
    buf_putc(out, '.');
    return true;
}

/* Wind chill or heat index, if it differs from the temperature once both are rounded. */
static void put_feels_like(struct buf *out, const struct observation *o)
{
    int said = units_fahrenheit(o->temperature.value);

    if (o->wind_chill.has && units_fahrenheit(o->wind_chill.value) != said) {
        buf_putz(out, ", with a wind chill of ");
        units_put_degrees(out, units_fahrenheit(o->wind_chill.value));
    } else if (o->heat_index.has && units_fahrenheit(o->heat_index.value) != said) {
        buf_putz(out, ", with a heat index of ");
        units_put_degrees(out, units_fahrenheit(o->heat_index.value));
    }
}

static bool put_current_temperature(struct buf *out, const struct current_observation *c)
{
    const struct observation *o = &c->observation;

    if (!o->temperature.has)
        return false;
    buf_putz(out, "The temperature is ");
    units_put_degrees(out, units_fahrenheit(o->temperature.value));
    put_feels_like(out, o);
    buf_putc(out, '.');
    return true;
}

/* "Rain showers are", "thunderstorms in the vicinity are", "light rain is". */
static bool weather_is_plural(const struct observation *o)
{
    struct str words = o->weather[0];

    words = str_sub(words, 0, str_find(words, STR(" in the vicinity")));
    return o->weather_count > 1 || str_ends(words, STR("s"));
}

static bool put_current_precipitation(struct buf *out, const struct current_observation *c)
{
    const struct observation *o = &c->observation;
    bool rain = o->rain_last_hour.has && o->rain_last_hour.value > 0.0;
    size_t start = out->n;

    if (o->weather_count > 0) {
        for (size_t i = 0; i < o->weather_count; i++) {
            phrase_put_separator(out, i, o->weather_count);
            buf_put(out, o->weather[i]);
        }
        phrase_capitalize(out, start);
        buf_putz(out, weather_is_plural(o) ? " are reported" : " is reported");
    }
    if (rain) {
        buf_putz(out, o->weather_count > 0 ? ", with " : "Precipitation in the last hour was ");
        units_put_depth(out, o->rain_last_hour.value);
        buf_putz(out, o->weather_count > 0 ? " in the last hour." : ".");
        return true;
    }
    if (o->weather_count > 0) {
        buf_putc(out, '.');
        return true;
    }
    if (!o->weather_known && !o->rain_last_hour.has)
        return false;
    buf_putz(out, o->weather_known ? "No precipitation is reported."
                                   : "No precipitation was measured in the last hour.");
    return true;
}

static void put_wind(struct buf *out, const struct observation *o)
{
    int speed = units_mph(o->wind_speed.value);

    if (speed == 0) {
        buf_putz(out, "calm");
        return;
    }
    if (o->wind_direction.has && units_compass_point(o->wind_direction.value)[0])
        buf_printf(out, "from the %s at ", units_compass_point(o->wind_direction.value));
    else if (o->wind_variable)
        buf_putz(out, "variable at ");
    units_put_speed(out, speed);
}

static bool put_current_wind(struct buf *out, const struct current_observation *c)
{
    const struct observation *o = &c->observation;
    int gust = o->wind_gust.has ? units_mph(o->wind_gust.value) : 0;

    if (!o->wind_speed.has)
        return false;
    buf_putz(out, "The wind is ");
    put_wind(out, o);
    if (gust > units_mph(o->wind_speed.value)) {
        buf_putz(out, ", with gusts up to ");
        units_put_speed(out, gust);
    }
    buf_putc(out, '.');
    return true;
}

static bool put_current_pressure(struct buf *out, const struct current_observation *c)
{
    static const char *const trends[] = {
        [TREND_UNKNOWN] = "",
        [TREND_FALLING] = " and falling",
        [TREND_STEADY] = " and steady",
        [TREND_RISING] = " and rising",
    };

    if (!c->observation.pressure.has)
        return false;
    buf_putz(out, "The barometric pressure is ");
    units_put_inhg(out, c->observation.pressure.value);
    buf_printf(out, " inches%s.", trends[c->pressure_trend]);
    return true;
}

static bool put_current_humidity(struct buf *out, const struct current_observation *c)
{
    if (!c->observation.humidity.has)
        return false;
    buf_printf(out, "The relative humidity is %d percent.",
               units_round(c->observation.humidity.value));
    return true;
}

static bool put_current_dewpoint(struct buf *out, const struct current_observation *c)
{
    if (!c->observation.dewpoint.has)
        return false;
    buf_putz(out, "The dewpoint is ");
    units_put_degrees(out, units_fahrenheit(c->observation.dewpoint.value));
    buf_putc(out, '.');
    return true;
}

/* By metric: what a station must report, and the sentence. */
static const struct {
    enum observation_need need;
    bool (*put)(struct buf *out, const struct current_observation *c);
} metrics[METRIC_DEFAULTS] = {
    [METRIC_SUMMARY] = { NEED_DESCRIPTION, put_current_description },
    [METRIC_TEMPERATURE] = { NEED_TEMPERATURE, put_current_temperature },
    [METRIC_PRECIPITATION] = { NEED_WEATHER, put_current_precipitation },
    [METRIC_SKYS] = { NEED_DESCRIPTION, put_current_description },
    [METRIC_WIND] = { NEED_WIND, put_current_wind },
    [METRIC_PRESSURE] = { NEED_PRESSURE, put_current_pressure },
    [METRIC_HUMIDITY] = { NEED_HUMIDITY, put_current_humidity },
    [METRIC_DEWPOINT] = { NEED_DEWPOINT, put_current_dewpoint },
};

static void put_report_age(struct buf *out, const struct current_observation *c)
{
    if (c->fresh)
        return;
    buf_putz(out, " That report is ");
    phrase_put_duration(out, c->age_s);
    buf_putz(out, " old.");
}

/* Puts a sentence for each metric of the question; false when the report has none of them. */
static bool put_current_metrics(struct buf *out, const struct question *q,
                                const struct current_observation *c)
{
    bool described = false, any = false;

    for (size_t i = 0; i < q->count; i++) {
        size_t before = out->n;
        bool description = metrics[q->metrics[i]].put == put_current_description;
        if (description && described)
            continue; /* summary and skies are the same words of the station */
        buf_putc(out, ' ');
        if (metrics[q->metrics[i]].put(out, c)) {
            any = true;
            described = described || description;
        } else {
            buf_truncate(out, before);
        }
    }
    return any;
}

/* For the apology when no station reports it: "the wind in Boulder". */
static struct str report_subject(const struct turn *turn, const struct question *q)
{
    enum metric_id id = q->metrics[0];
    const char *what = q->all || id == METRIC_SUMMARY ? "the weather"
                       : id == METRIC_SKYS            ? "sky conditions"
                       : id == METRIC_PRECIPITATION   ? "precipitation"
                                                      : "";

    return arena_printf(turn->call.arena, "%s%s in %.*s", what[0] ? "" : "the ",
                        what[0] ? what : metric_spoken_name(id), STR_ARG(turn->place.city));
}

static void log_station(struct turn *turn, const struct current_observation *c)
{
    (void)snprintf(turn->log->station, sizeof turn->log->station, "%.*s",
                   STR_ARG(c->observation.station_id));
}

/* Answers from the nearest station that has what is needed. */
static enum status put_current_report(struct turn *turn, const struct question *question,
                                      enum observation_need need, struct reply *reply,
                                      struct err *err)
{
    struct buf *out = &reply->speech;
    size_t start = out->n;
    struct civil local;
    struct current_observation c;
    enum status st =
        observation_get_current(turn->skill->nws, &turn->call, &turn->place, need, &c, err);

    if (st != ST_OK)
        return st;
    log_station(turn, &c);
    reply->source = source_report(&c);
    local = civil_of(turn->place.zone, c.observation.time);
    yes_no_put_now(out, question, &c.observation,
                   sun_is_up(turn->place.lat, turn->place.lon, turn->call.now));
    answer_phrase_in_place(out, &turn->place);
    buf_putz(out, ", at ");
    phrase_put_time(out, local);
    buf_putz(out, ", ");
    station_name_put(out, c.station_name);
    buf_putz(out, " reported:");
    if (!put_current_metrics(out, question, &c)) {
        buf_truncate(out, start);
        return err_reason(err, ST_NOT_FOUND, "no_observation", "the station has nothing asked for");
    }
    put_report_age(out, &c);
    return ST_OK;
}

/* For the user's whole list a station is chosen by its temperature.  If that one has nothing of the
 * list, or none has a temperature, a station that has one of its metrics will do. */
enum status current_answer(struct turn *turn, const struct question *question, struct reply *reply,
                           struct err *err)
{
    struct err why = ERR_NONE;
    enum status st;

    turn->subject = report_subject(turn, question);
    if (!question->all)
        return put_current_report(turn, question, metrics[question->metrics[0]].need, reply, err);
    st = put_current_report(turn, question, NEED_ANY_TEMPERATURE, reply, &why);
    for (size_t i = 0; st == ST_NOT_FOUND && i < question->count; i++) {
        struct err next = ERR_NONE;
        st = put_current_report(turn, question, metrics[question->metrics[i]].need, reply, &next);
        if (st != ST_NOT_FOUND || strcmp(next.reason, "no_observation") != 0)
            why = next;
    }
    if (st != ST_OK && st != ST_WOULD_WAIT)
        return err_reason(err, st, why.reason, "%s", why.text);
    return st;
}

enum status current_brief(struct turn *turn, struct buf *out, struct err *err)
{
    struct current_observation c;
    enum status st = observation_get_current(turn->skill->nws, &turn->call, &turn->place,
                                             NEED_ANY_TEMPERATURE, &c, err);

    if (st != ST_OK)
        return st;
    log_station(turn, &c);
    answer_phrase_in_place(out, &turn->place);
    buf_putz(out, ", it's ");
    units_put_degrees(out, units_fahrenheit(c.observation.temperature.value));
    if (c.observation.description.n > 0) {
        buf_putz(out, " and ");
        phrase_put_description(out, c.observation.description);
    }
    put_feels_like(out, &c.observation);
    if (c.observation.wind_speed.has) {
        buf_putz(out, ", and the wind is ");
        put_wind(out, &c.observation);
    }
    buf_putc(out, '.');
    put_report_age(out, &c);
    return ST_OK;
}
