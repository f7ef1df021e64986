/* SPDX-License-Identifier: Apache-2.0 */
/* intents/current_short.c -- a station's report in one breath.
 *
 * One metric is a sentence that begins with its figure. The user's whole list is at most three
 * clauses, in the order of the list: the weather, the wind, the air. */
#include "intents/answer_phrase.h"
#include "intents/current_words.h"
#include "intents/figures/feels.h"
#include "intents/speech/phrase.h"
#include "intents/speech/station_name.h"
#include "server/base/civil.h"

#include <math.h>
#include <string.h>

static void say_current_degrees(struct buf *out, const struct current_told *t, double c)
{
    units_put_degrees(out, units_degrees(c, t->units));
}

static void say_current_where(struct buf *out, const struct current_told *t)
{
    buf_putc(out, ' ');
    answer_phrase_at_place(out, t->place);
}

/* ---- one metric ---- */

/* ", with a wind chill of 22 degrees". */
static void say_current_feels_like(struct buf *out, const struct current_told *t)
{
    const struct observation *o = &t->current->observation;
    const struct observation_value *feels = observation_feels_like(o);

    if (!feels || !feels_apart(fabs(feels->value - o->temperature.value)))
        return;
    if (feels == &o->wind_chill && !feels_cold(feels->value))
        return;
    buf_printf(out, ", with a %s of ", feels == &o->wind_chill ? "wind chill" : "heat index");
    say_current_degrees(out, t, feels->value);
}

static bool say_current_temperature(struct buf *out, const struct current_told *t)
{
    const struct observation *o = &t->current->observation;

    if (!o->temperature.has)
        return false;
    buf_putz(out, "The temperature is ");
    say_current_degrees(out, t, o->temperature.value);
    say_current_where(out, t);
    say_current_feels_like(out, t);
    buf_putc(out, '.');
    return true;
}

/* "What's the heat index?"  It is ruled out by a temperature that has none, or a calm. */
static bool index_is_ruled_out(const struct observation *o, const struct observation_value *index)
{
    const double heat_from_c = 80.0 / 3.0, chill_to_c = 10.0, chill_wind_mps = 3.0 * 0.44704;
    const double noise = 1e-6;

    if (index == &o->heat_index)
        return o->temperature.value < heat_from_c;
    return o->temperature.value > chill_to_c ||
           (o->wind_speed.has && o->wind_speed.value <= chill_wind_mps + noise);
}

static bool say_current_index(struct buf *out, const struct current_told *t, const char *name,
                              const struct observation_value *index)
{
    const struct observation *o = &t->current->observation;

    if (!o->temperature.has)
        return false;
    if (index->has) {
        buf_printf(out, "The %s is ", name);
        say_current_degrees(out, t, index->value);
    } else if (index_is_ruled_out(o, index)) {
        buf_printf(out, "There's no %s to speak of", name);
    } else {
        buf_printf(out, "The report doesn't give the %s", name);
    }
    say_current_where(out, t);
    buf_putz(out, ", where it's ");
    say_current_degrees(out, t, o->temperature.value);
    buf_putc(out, '.');
    return true;
}

/* "What does it feel like?" */
static bool say_current_felt(struct buf *out, const struct current_told *t)
{
    const struct observation *o = &t->current->observation;
    const struct observation_value *felt = o->wind_chill.has   ? &o->wind_chill
                                           : o->heat_index.has ? &o->heat_index
                                                               : &o->temperature;

    if (!o->temperature.has)
        return false;
    buf_putz(out, "It feels like ");
    say_current_degrees(out, t, felt->value);
    say_current_where(out, t);
    if (felt != &o->temperature) {
        buf_putz(out, ", where it's ");
        say_current_degrees(out, t, o->temperature.value);
    }
    buf_putc(out, '.');
    return true;
}

/* Adjectives of the sky take "and" after a temperature; a noun, "light rain", takes "with". */
static bool is_adjective(struct str description)
{
    static const char *const ends[] = { "cloudy",   "clear", "sunny",  "fair",
                                        "overcast", "windy", "breezy", "hazy" };
    struct str word = STR_NONE;

    while (str_word(&description, &word))
        for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
            if (str_ieq(word, str_of(ends[i])))
                return true;
    return false;
}

static bool say_current_description(struct buf *out, const struct current_told *t)
{
    size_t start = out->n;

    if (t->current->observation.description.n == 0)
        return false;
    phrase_put_description(out, t->current->observation.description);
    phrase_capitalize(out, start);
    say_current_where(out, t);
    buf_putc(out, '.');
    return true;
}

static void say_current_rain(struct buf *out, const struct current_told *t)
{
    units_put_rain(out, t->current->observation.rain_last_hour.value, t->units);
    buf_putz(out, " in the last hour");
}

static bool has_rain(const struct observation *o)
{
    return o->rain_last_hour.has && o->rain_last_hour.value > 0.0;
}

static bool say_current_precipitation(struct buf *out, const struct current_told *t)
{
    const struct observation *o = &t->current->observation;
    size_t start = out->n;

    if (o->weather_count > 0) {
        current_put_weather(out, o);
        phrase_capitalize(out, start);
        buf_putz(out, current_weather_is_plural(o) ? " are reported" : " is reported");
    } else if (has_rain(o)) {
        say_current_rain(out, t);
        phrase_capitalize(out, start);
    } else if (o->weather_known) {
        buf_putz(out, "No precipitation is reported");
    } else if (o->rain_last_hour.has) {
        buf_putz(out, "No precipitation was measured in the last hour");
    } else {
        return false;
    }
    say_current_where(out, t);
    if (o->weather_count > 0 && has_rain(o)) {
        buf_putz(out, ", with ");
        say_current_rain(out, t);
    }
    buf_putc(out, '.');
    return true;
}

static bool say_current_wind(struct buf *out, const struct current_told *t)
{
    if (!t->current->observation.wind_speed.has)
        return false;
    buf_putz(out, "The wind is ");
    current_put_wind(out, t);
    say_current_where(out, t);
    units_put_gusts(out, current_gust(t), t->units);
    buf_putc(out, '.');
    return true;
}

static bool say_current_pressure(struct buf *out, const struct current_told *t)
{
    const struct current_observation *c = t->current;

    if (!c->observation.pressure.has)
        return false;
    buf_putz(out, "The barometric pressure is ");
    units_put_pressure(out, c->observation.pressure.value, t->units);
    buf_printf(out, " %s%s", units_pressure_name(t->units), current_trend(c));
    say_current_where(out, t);
    buf_putc(out, '.');
    return true;
}

static bool say_current_humidity(struct buf *out, const struct current_told *t)
{
    const struct observation *o = &t->current->observation;

    if (!o->humidity.has)
        return false;
    buf_printf(out, "The relative humidity is %d percent", units_round(o->humidity.value));
    say_current_where(out, t);
    buf_putc(out, '.');
    return true;
}

static bool say_current_dewpoint(struct buf *out, const struct current_told *t)
{
    const struct observation *o = &t->current->observation;

    if (!o->dewpoint.has)
        return false;
    buf_putz(out, "The dewpoint is ");
    say_current_degrees(out, t, o->dewpoint.value);
    say_current_where(out, t);
    buf_putc(out, '.');
    return true;
}

static bool say_current_metric(struct buf *out, const struct question *q,
                               const struct current_told *t)
{
    static bool (*const sentences[METRIC_DEFAULTS])(struct buf *, const struct current_told *) = {
        [METRIC_SUMMARY] = say_current_description,
        [METRIC_TEMPERATURE] = say_current_temperature,
        [METRIC_SKYS] = say_current_description,
        [METRIC_PRECIPITATION] = say_current_precipitation,
        [METRIC_WIND] = say_current_wind,
        [METRIC_PRESSURE] = say_current_pressure,
        [METRIC_HUMIDITY] = say_current_humidity,
        [METRIC_DEWPOINT] = say_current_dewpoint,
    };
    const struct observation *o = &t->current->observation;

    if (strcmp(q->words.about, "wind chill") == 0)
        return say_current_index(out, t, "wind chill", &o->wind_chill);
    if (strcmp(q->words.about, "heat index") == 0)
        return say_current_index(out, t, "heat index", &o->heat_index);
    if (strcmp(q->words.about, "feels like") == 0)
        return say_current_felt(out, t);
    return sentences[q->metrics[0]](out, t);
}

/* ---- the whole list ---- */

enum clause { WEATHER, WIND, AIR, CLAUSES };

static enum clause clause_of(enum metric_id id)
{
    switch ((int)id) {
    case METRIC_WIND:
        return WIND;
    case METRIC_PRESSURE:
    case METRIC_HUMIDITY:
    case METRIC_DEWPOINT:
        return AIR;
    default:
        return WEATHER;
    }
}

static bool asks(const struct question *q, enum metric_id id)
{
    for (size_t i = 0; i < q->count; i++)
        if (q->metrics[i] == id)
            return true;
    return false;
}

/* What is said of the precipitation beside the station's description, which may have said it. */
static void say_current_wetness(struct buf *out, const struct current_told *t, bool described,
                                bool any)
{
    const struct observation *o = &t->current->observation;
    size_t start = out->n;

    if (o->weather_count > 0 && !described) {
        buf_putz(out, any ? " with " : "");
        current_put_weather(out, o);
    } else if (o->weather_count == 0 && o->weather_known && !has_rain(o)) {
        buf_putz(out, any ? " and dry" : "dry");
        return;
    }
    if (has_rain(o)) {
        buf_putz(out, any || out->n > start ? ", with " : "");
        say_current_rain(out, t);
    }
}

/* "It's 52 degrees, mostly cloudy and dry in Boulder, Colorado". */
static bool say_current_weather_clause(struct buf *out, const struct question *q,
                                       const struct current_told *t, bool first)
{
    const struct observation *o = &t->current->observation;
    bool described = (asks(q, METRIC_SUMMARY) || asks(q, METRIC_SKYS)) && o->description.n > 0;
    bool warm = asks(q, METRIC_TEMPERATURE) && o->temperature.has;
    bool adjective = described && is_adjective(o->description);
    bool dry =
        asks(q, METRIC_PRECIPITATION) && o->weather_count == 0 && o->weather_known && !has_rain(o);
    size_t start = out->n;

    if (warm)
        say_current_degrees(out, t, o->temperature.value);
    if (described) {
        buf_putz(out, !warm ? "" : !adjective ? " with " : dry ? ", " : " and ");
        phrase_put_description(out, o->description);
    }
    if (asks(q, METRIC_PRECIPITATION))
        say_current_wetness(out, t, described, out->n > start);
    if (out->n == start)
        return false;
    if (first)
        say_current_where(out, t);
    if (warm)
        say_current_feels_like(out, t);
    return true;
}

static bool say_current_wind_clause(struct buf *out, const struct question *q,
                                    const struct current_told *t, bool first)
{
    (void)q;
    if (!t->current->observation.wind_speed.has)
        return false;
    buf_putz(out, "the wind is ");
    current_put_wind(out, t);
    if (first)
        say_current_where(out, t);
    if (current_gust(t) > 0)
        buf_printf(out, ", with gusts up to %d", current_gust(t));
    return true;
}

static bool say_current_air_clause(struct buf *out, const struct question *q,
                                   const struct current_told *t, bool first)
{
    const struct observation *o = &t->current->observation;
    size_t start = out->n;

    if (asks(q, METRIC_PRESSURE) && o->pressure.has) {
        buf_putz(out, "pressure ");
        units_put_pressure(out, o->pressure.value, t->units);
        buf_printf(out, " %s%s", units_pressure_name(t->units), current_trend(t->current));
    }
    if (asks(q, METRIC_HUMIDITY) && o->humidity.has)
        buf_printf(out, "%shumidity %d percent", out->n > start ? ", " : "",
                   units_round(o->humidity.value));
    if (asks(q, METRIC_DEWPOINT) && o->dewpoint.has)
        buf_printf(out, "%sdewpoint %d", out->n > start ? ", " : "",
                   units_degrees(o->dewpoint.value, t->units));
    if (out->n > start && first)
        say_current_where(out, t);
    return out->n > start;
}

static bool (*const clauses[CLAUSES])(struct buf *, const struct question *,
                                      const struct current_told *, bool) = {
    [WEATHER] = say_current_weather_clause,
    [WIND] = say_current_wind_clause,
    [AIR] = say_current_air_clause,
};

/* "It's dry", but not "It's light rain". */
static bool takes_its(const struct question *q, const struct current_told *t)
{
    const struct observation *o = &t->current->observation;

    if (asks(q, METRIC_TEMPERATURE) && o->temperature.has)
        return true;
    if ((asks(q, METRIC_SUMMARY) || asks(q, METRIC_SKYS)) && o->description.n > 0)
        return is_adjective(o->description);
    return asks(q, METRIC_PRECIPITATION) && o->weather_count == 0 && !has_rain(o);
}

/* Puts the clauses as sentences, or as a single one. */
static bool say_current_list(struct buf *out, const struct question *q,
                             const struct current_told *t, size_t words, bool single)
{
    size_t start = out->n;
    bool done[CLAUSES] = { false };

    for (size_t i = 0; i < q->count; i++) {
        enum clause clause = clause_of(q->metrics[i]);
        bool first = out->n == start;
        size_t before = out->n, begin;

        if (done[clause])
            continue;
        done[clause] = true;
        buf_putz(out, first ? "" : single ? ", and " : ". ");
        begin = out->n;
        if (clause == WEATHER && takes_its(q, t))
            buf_putz(out, "it's ");
        if (!clauses[clause](out, q, t, first) ||
            (!first && phrase_count_words(str_sub(buf_str(out), start, out->n)) > words))
            buf_truncate(out, before);
        else if (first || !single)
            phrase_capitalize(out, begin);
    }
    if (out->n == start)
        return false;
    buf_putc(out, '.');
    return true;
}

bool current_put_short(struct buf *out, const struct question *q, const struct current_told *t,
                       size_t words)
{
    return q->all ? say_current_list(out, q, t, words, false) : say_current_metric(out, q, t);
}

bool current_put_sentence(struct buf *out, const struct current_told *t)
{
    static const struct question greeting = {
        .metrics = { METRIC_TEMPERATURE, METRIC_SUMMARY, METRIC_WIND },
        .count = 3,
        .all = true,
        .words = { .id = METRIC_ALL, .about = "" },
    };

    return say_current_list(out, &greeting, t, SIZE_MAX, true);
}

/* ---- the station ---- */

static bool is_nearby(const struct current_told *t)
{
    enum { NEAREST = 3 };

    for (size_t i = 0; i < t->place->station_count && i < NEAREST; i++)
        if (str_eq(t->place->stations[i], t->current->observation.station_id))
            return true;
    return false;
}

void current_put_station(struct buf *out, const struct current_told *t)
{
    const struct current_observation *c = t->current;

    if (c->age_s <= 3600 && is_nearby(t))
        return;
    if (c->fresh) {
        buf_putz(out, " That's");
    } else {
        buf_putz(out, " That report is ");
        phrase_put_duration(out, c->age_s);
        buf_putz(out, " old,");
    }
    buf_putz(out, " from ");
    station_name_put(out, c->station_name);
    buf_putz(out, " at ");
    phrase_put_time(out, civil_of(t->place->zone, c->observation.time));
    phrase_end_sentence(out);
}

void current_put_time(struct buf *out, const struct current_told *t)
{
    const struct current_observation *c = t->current;

    if (!c->fresh || !is_nearby(t)) {
        current_put_station(out, t);
    } else if (c->age_s > 3600) {
        buf_putz(out, " That's from ");
        phrase_put_time(out, civil_of(t->place->zone, c->observation.time));
        phrase_end_sentence(out);
    }
}
