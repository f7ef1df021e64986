/* SPDX-License-Identifier: Apache-2.0 */
/* intents/current_facts.c -- a station's report with all its facts, a sentence for each metric. */
#include "intents/current_words.h"
#include "intents/speech/phrase.h"

static bool put_current_description(struct buf *out, const struct current_told *t)
{
    size_t start = out->n;

    if (t->current->observation.description.n == 0)
        return false;
    phrase_put_description(out, t->current->observation.description);
    phrase_capitalize(out, start);
    buf_putc(out, '.');
    return true;
}

/* Wind chill or heat index, if it differs from the temperature once both are rounded. */
static void put_current_feels_like(struct buf *out, const struct current_told *t)
{
    const struct observation *o = &t->current->observation;
    int said = units_degrees(o->temperature.value, t->units);

    if (o->wind_chill.has && units_degrees(o->wind_chill.value, t->units) != said) {
        buf_putz(out, ", with a wind chill of ");
        units_put_degrees(out, units_degrees(o->wind_chill.value, t->units));
    } else if (o->heat_index.has && units_degrees(o->heat_index.value, t->units) != said) {
        buf_putz(out, ", with a heat index of ");
        units_put_degrees(out, units_degrees(o->heat_index.value, t->units));
    }
}

static bool put_current_temperature(struct buf *out, const struct current_told *t)
{
    const struct observation *o = &t->current->observation;

    if (!o->temperature.has)
        return false;
    buf_putz(out, "The temperature is ");
    units_put_degrees(out, units_degrees(o->temperature.value, t->units));
    put_current_feels_like(out, t);
    buf_putc(out, '.');
    return true;
}

void current_put_weather(struct buf *out, const struct observation *o)
{
    for (size_t i = 0; i < o->weather_count; i++) {
        phrase_put_separator(out, i, o->weather_count);
        buf_put(out, o->weather[i]);
    }
}

/* "Rain showers are", "thunderstorms in the vicinity are", "light rain is". */
bool current_weather_is_plural(const struct observation *o)
{
    struct str words = o->weather[0];

    words = str_sub(words, 0, str_find(words, STR(" in the vicinity")));
    return o->weather_count > 1 || str_ends(words, STR("s"));
}

static bool put_current_precipitation(struct buf *out, const struct current_told *t)
{
    const struct observation *o = &t->current->observation;
    bool rain = o->rain_last_hour.has && o->rain_last_hour.value > 0.0;
    size_t start = out->n;

    if (o->weather_count > 0) {
        current_put_weather(out, o);
        phrase_capitalize(out, start);
        buf_putz(out, current_weather_is_plural(o) ? " are reported" : " is reported");
    }
    if (rain) {
        buf_putz(out, o->weather_count > 0 ? ", with " : "Precipitation in the last hour was ");
        units_put_rain(out, o->rain_last_hour.value, t->units);
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

void current_put_wind(struct buf *out, const struct current_told *t)
{
    const struct observation *o = &t->current->observation;
    int speed = units_speed(o->wind_speed.value, t->units);

    if (speed == 0) {
        buf_putz(out, "calm");
        return;
    }
    if (o->wind_direction.has && units_compass_point(o->wind_direction.value)[0])
        buf_printf(out, "from the %s at ", units_compass_point(o->wind_direction.value));
    else if (o->wind_variable)
        buf_putz(out, "variable at ");
    units_put_wind_speed(out, speed, t->units);
}

int current_gust(const struct current_told *t)
{
    const struct observation *o = &t->current->observation;

    return o->wind_gust.has ? units_gust(o->wind_gust.value, o->wind_speed.value, t->units) : 0;
}

static bool put_current_wind(struct buf *out, const struct current_told *t)
{
    if (!t->current->observation.wind_speed.has)
        return false;
    buf_putz(out, "The wind is ");
    current_put_wind(out, t);
    units_put_gusts(out, current_gust(t), t->units);
    buf_putc(out, '.');
    return true;
}

const char *current_trend(const struct current_observation *c)
{
    static const char *const trends[] = {
        [TREND_UNKNOWN] = "",
        [TREND_FALLING] = " and falling",
        [TREND_STEADY] = " and steady",
        [TREND_RISING] = " and rising",
    };

    return trends[c->pressure_trend];
}

static bool put_current_pressure(struct buf *out, const struct current_told *t)
{
    const struct current_observation *c = t->current;

    if (!c->observation.pressure.has)
        return false;
    buf_putz(out, "The barometric pressure is ");
    units_put_pressure(out, c->observation.pressure.value, t->units);
    buf_printf(out, " %s%s.", units_pressure_name(t->units), current_trend(c));
    return true;
}

static bool put_current_humidity(struct buf *out, const struct current_told *t)
{
    const struct observation *o = &t->current->observation;

    if (!o->humidity.has)
        return false;
    buf_printf(out, "The relative humidity is %d percent.", units_round(o->humidity.value));
    return true;
}

static bool put_current_dewpoint(struct buf *out, const struct current_told *t)
{
    const struct observation *o = &t->current->observation;

    if (!o->dewpoint.has)
        return false;
    buf_putz(out, "The dewpoint is ");
    units_put_degrees(out, units_degrees(o->dewpoint.value, t->units));
    buf_putc(out, '.');
    return true;
}

/* By metric: what a station must report, and the sentence. */
static const struct {
    enum observation_need need;
    bool (*put)(struct buf *out, const struct current_told *t);
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

enum observation_need current_need(enum metric_id id)
{
    return metrics[id].need;
}

bool current_put_facts(struct buf *out, const struct question *q, const struct current_told *t)
{
    bool described = false, any = false;

    for (size_t i = 0; i < q->count; i++) {
        size_t before = out->n;
        bool description = metrics[q->metrics[i]].put == put_current_description;
        if (description && described)
            continue; /* summary and skies are the same words of the station */
        buf_putc(out, ' ');
        if (metrics[q->metrics[i]].put(out, t)) {
            any = true;
            described = described || description;
        } else {
            buf_truncate(out, before);
        }
    }
    return any;
}
