/* SPDX-License-Identifier: Apache-2.0 */
/* intents/current.c -- what it is like now, in words. SPEC section 5, "Current conditions".
 *
 * Each metric is a sentence of its own that says false when the station does not have it: for one
 * metric the station was chosen to have it, for the whole list it is left out. */
#include "intents/current.h"

#include "intents/answer_phrase.h"
#include "intents/speech/phrase.h"
#include "intents/speech/units.h"
#include "intents/weather/observation.h"
#include "intents/yes_no.h"
#include "server/base/civil.h"

static bool say_description(struct buf *out, const struct current_observation *c)
{
    size_t start = out->n;

    if (c->observation.description.n == 0)
        return false;
    phrase_put_description(out, c->observation.description);
    phrase_capitalize(out, start);
    buf_putc(out, '.');
    return true;
}

/* What it feels like, where that differs from what it is once both are rounded. */
static void put_feels(struct buf *out, const struct observation *o)
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

static bool say_temperature(struct buf *out, const struct current_observation *c)
{
    const struct observation *o = &c->observation;

    if (!o->temperature.has)
        return false;
    buf_putz(out, "The temperature is ");
    units_put_degrees(out, units_fahrenheit(o->temperature.value));
    put_feels(out, o);
    buf_putc(out, '.');
    return true;
}

/* "Rain showers are", "thunderstorms in the vicinity are", "light rain is". */
static bool is_plural(const struct observation *o)
{
    struct str words = o->weather[0];

    words = str_sub(words, 0, str_find(words, STR(" in the vicinity")));
    return o->weather_count > 1 || str_ends(words, STR("s"));
}

static bool say_precipitation(struct buf *out, const struct current_observation *c)
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
        buf_putz(out, is_plural(o) ? " are reported" : " is reported");
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
    buf_putz(out, "No precipitation is reported.");
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

static bool say_wind(struct buf *out, const struct current_observation *c)
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

static bool say_pressure(struct buf *out, const struct current_observation *c)
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

static bool say_humidity(struct buf *out, const struct current_observation *c)
{
    if (!c->observation.humidity.has)
        return false;
    buf_printf(out, "The relative humidity is %d percent.",
               units_round(c->observation.humidity.value));
    return true;
}

static bool say_dewpoint(struct buf *out, const struct current_observation *c)
{
    if (!c->observation.dewpoint.has)
        return false;
    buf_putz(out, "The dewpoint is ");
    units_put_degrees(out, units_fahrenheit(c->observation.dewpoint.value));
    buf_putc(out, '.');
    return true;
}

/* By metric id: what a station must have, and the sentence. */
static const struct {
    enum observation_need need;
    bool (*say)(struct buf *out, const struct current_observation *c);
} metrics[METRIC_DEFAULTS] = {
    [METRIC_SUMMARY] = { NEED_DESCRIPTION, say_description },
    [METRIC_TEMPERATURE] = { NEED_TEMPERATURE, say_temperature },
    [METRIC_PRECIPITATION] = { NEED_WEATHER, say_precipitation },
    [METRIC_SKYS] = { NEED_DESCRIPTION, say_description },
    [METRIC_WIND] = { NEED_WIND, say_wind },
    [METRIC_PRESSURE] = { NEED_PRESSURE, say_pressure },
    [METRIC_HUMIDITY] = { NEED_HUMIDITY, say_humidity },
    [METRIC_DEWPOINT] = { NEED_DEWPOINT, say_dewpoint },
};

static void put_age_of(struct buf *out, const struct current_observation *c)
{
    if (c->fresh)
        return;
    buf_putz(out, " That report is ");
    phrase_put_duration(out, c->age_s);
    buf_putz(out, " old.");
}

/* All sentences of the question; false when the station has none of it. */
static bool say_metrics(struct buf *out, const struct question *q,
                        const struct current_observation *c)
{
    bool described = false, any = false;

    for (size_t i = 0; i < q->count; i++) {
        size_t before = out->n;
        bool description = metrics[q->metrics[i]].say == say_description;
        if (description && described)
            continue; /* summary and skys are the same words of the station */
        buf_putc(out, ' ');
        if (metrics[q->metrics[i]].say(out, c)) {
            any = true;
            described = described || description;
        } else {
            buf_truncate(out, before);
        }
    }
    return any;
}

/* "the wind in Boulder": what no station would have. */
static struct str subject_of(const struct turn *turn, const struct question *q)
{
    enum metric_id id = q->metrics[0];
    const char *what = q->all || id == METRIC_SUMMARY ? "weather"
                       : id == METRIC_SKYS            ? "sky"
                                                      : metric_name(id);

    return arena_printf(turn->call.arena, "the %s in %.*s", what, STR_ARG(turn->place.city));
}

static void note_station(struct turn *turn, const struct current_observation *c)
{
    (void)snprintf(turn->log->station, sizeof turn->log->station, "%.*s",
                   STR_ARG(c->observation.station_id));
}

enum status current_answer(struct turn *turn, const struct question *question, struct reply *reply,
                           struct err *err)
{
    enum observation_need need =
        question->all ? NEED_ANY_TEMPERATURE : metrics[question->metrics[0]].need;
    struct buf *out = &reply->speech;
    struct civil local;
    struct current_observation c;
    enum status st;

    turn->subject = subject_of(turn, question);
    st = observation_get_current(turn->skill->nws, &turn->call, &turn->place, need, &c, err);
    if (st != ST_OK)
        return st;
    note_station(turn, &c);
    local = civil_of(turn->place.zone, c.observation.time);
    yes_no_put_now(out, question, &c.observation, local.hour >= 6 && local.hour < 18);
    answer_phrase_in_place(out, &turn->place);
    buf_putz(out, ", at ");
    phrase_put_time(out, local);
    buf_putz(out, ", ");
    phrase_put_name(out, c.station_name);
    buf_putz(out, " reported:");
    if (!say_metrics(out, question, &c))
        return err_reason(err, ST_NOT_FOUND, "no_observation", "the station has nothing asked for");
    put_age_of(out, &c);
    return ST_OK;
}

enum status current_brief(struct turn *turn, struct buf *out, struct err *err)
{
    struct current_observation c;
    enum status st = observation_get_current(turn->skill->nws, &turn->call, &turn->place,
                                             NEED_ANY_TEMPERATURE, &c, err);

    if (st != ST_OK)
        return st;
    note_station(turn, &c);
    answer_phrase_in_place(out, &turn->place);
    buf_putz(out, ", it is ");
    units_put_degrees(out, units_fahrenheit(c.observation.temperature.value));
    if (c.observation.description.n > 0) {
        buf_putz(out, " and ");
        phrase_put_description(out, c.observation.description);
    }
    put_feels(out, &c.observation);
    if (c.observation.wind_speed.has) {
        buf_putz(out, ", the wind ");
        put_wind(out, &c.observation);
    }
    buf_putc(out, '.');
    put_age_of(out, &c);
    return ST_OK;
}
