/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/hour_words.c -- one hour of a forecast in words. */
#include "intents/ask/hour_words.h"

#include "intents/figures/event.h"
#include "intents/speech/phrase.h"
#include "server/base/civil.h"

#include <stdio.h>
#include <string.h>

enum { HOUR = 3600, DAY_S = 24 * HOUR, MORNING = 6, EVENING = 18 };

/* ---- the values, each without a verb, and what may follow the time and place ---- */

/* The weather of the hour, else the sky. */
bool hour_words_put_sky(struct buf *out, const struct hour_forecast *h, const struct hour_manner *m)
{
    int hour = civil_of(m->zone, h->start).hour;

    for (size_t i = 0; i < h->condition_count; i++) {
        const struct grid_condition *c = &h->conditions[i];
        phrase_put_separator(out, i, h->condition_count);
        phrase_put_condition(
            out, (struct phrase_condition){ c->coverage, c->weather, c->intensity, c->attributes,
                                            sizeof c->attributes / sizeof c->attributes[0] });
    }
    if (h->condition_count == 0 && h->sky_cover.has)
        buf_putz(out, phrase_sky_cover(h->sky_cover.value, hour >= MORNING && hour < EVENING));
    return h->condition_count > 0 || h->sky_cover.has;
}

static bool put_temperature(struct buf *out, const struct hour_forecast *h,
                            const struct hour_manner *m)
{
    if (!h->temperature.has)
        return false;
    units_put_degrees(out, units_degrees(h->temperature.value, m->units));
    return true;
}

static void put_feels_like(struct buf *out, const struct hour_forecast *h,
                           const struct hour_manner *m)
{
    if (h->feels_different)
        buf_printf(out, ", feeling like %d", units_degrees(h->feels_like.value, m->units));
}

static bool put_wind(struct buf *out, const struct hour_forecast *h, const struct hour_manner *m)
{
    int speed;

    if (!h->wind_speed.has)
        return false;
    speed = units_speed(h->wind_speed.value, m->units);
    if (speed == 0) {
        buf_putz(out, "calm");
    } else {
        buf_putz(out, "wind ");
        if (h->wind_direction.has && units_compass_point(h->wind_direction.value)[0])
            buf_printf(out, "from the %s ", units_compass_point(h->wind_direction.value));
        buf_putz(out, "at ");
        units_put_wind_speed(out, speed, m->units);
    }
    return true;
}

static void put_gust(struct buf *out, const struct hour_forecast *h, const struct hour_manner *m)
{
    int gust = h->wind_gust.has ? units_gust(h->wind_gust.value, h->wind_speed.value, m->units) : 0;

    if (gust > 0)
        buf_printf(out, ", with gusts up to %d", gust);
}

/* "rain", "snow", or what may be either. */
static const char *precipitation_name(const struct hour_forecast *h)
{
    const unsigned rain = 1U << EVENT_RAIN | 1U << EVENT_THUNDERSTORMS;

    if (h->events && !(h->events & ~rain))
        return "rain";
    return h->events == 1U << EVENT_SNOW ? "snow" : "precipitation";
}

/* "noon", "6 P.M. Friday": the day where the hour that is told is on another one. */
static void put_limit(struct buf *out, int64_t limit, const struct hour_forecast *h,
                      const struct hour_manner *m)
{
    struct civil at = civil_of(m->zone, limit), now = civil_of(m->zone, m->now);

    phrase_put_time(out, at);
    if (h->chance_end - h->chance_start >= DAY_S / 2 &&
        (limit < h->start - DAY_S / 2 || limit > h->start + DAY_S / 2)) {
        buf_putc(out, ' ');
        phrase_put_relative_day(out, at, now);
    }
}

static bool put_chance(struct buf *out, const struct hour_forecast *h, const struct hour_manner *m)
{
    (void)m;
    if (h->chance.has)
        buf_printf(out, "the chance of %s is %d percent", precipitation_name(h),
                   units_round(h->chance.value));
    return h->chance.has;
}

/* A chance has a period of its own: ", between noon and 6 P.M.", if it is longer than the hour. */
static void put_chance_period(struct buf *out, const struct hour_forecast *h,
                              const struct hour_manner *m)
{
    if (h->chance_end - h->chance_start <= HOUR)
        return;
    buf_putz(out, ", between ");
    put_limit(out, h->chance_start, h, m);
    buf_putz(out, " and ");
    put_limit(out, h->chance_end, h, m);
}

static bool put_pressure(struct buf *out, const struct hour_forecast *h,
                         const struct hour_manner *m)
{
    if (!h->pressure.has)
        return false;
    units_put_pressure(out, h->pressure.value, m->units);
    buf_printf(out, " %s", units_pressure_name(m->units));
    return true;
}

static bool put_humidity(struct buf *out, const struct hour_forecast *h,
                         const struct hour_manner *m)
{
    (void)m;
    if (h->humidity.has)
        buf_printf(out, "%d percent relative humidity", units_round(h->humidity.value));
    return h->humidity.has;
}

static bool put_dewpoint(struct buf *out, const struct hour_forecast *h,
                         const struct hour_manner *m)
{
    if (!h->dewpoint.has)
        return false;
    buf_putz(out, "a dewpoint of ");
    units_put_degrees(out, units_degrees(h->dewpoint.value, m->units));
    return true;
}

typedef bool put_fn(struct buf *out, const struct hour_forecast *h, const struct hour_manner *m);
typedef void put_more_fn(struct buf *out, const struct hour_forecast *h,
                         const struct hour_manner *m);

static const struct {
    put_fn *put;
    put_more_fn *put_more; /* or NULL */
    enum grid_layer layer;
} metrics[METRIC_DEFAULTS] = {
    [METRIC_SUMMARY] = { hour_words_put_sky, NULL, GRID_SKY_COVER },
    [METRIC_TEMPERATURE] = { put_temperature, put_feels_like, GRID_TEMPERATURE },
    [METRIC_PRECIPITATION] = { put_chance, put_chance_period, GRID_PRECIPITATION_CHANCE },
    [METRIC_SKYS] = { hour_words_put_sky, NULL, GRID_SKY_COVER },
    [METRIC_WIND] = { put_wind, put_gust, GRID_WIND_SPEED },
    [METRIC_PRESSURE] = { put_pressure, NULL, GRID_PRESSURE },
    [METRIC_HUMIDITY] = { put_humidity, NULL, GRID_HUMIDITY },
    [METRIC_DEWPOINT] = { put_dewpoint, NULL, GRID_DEWPOINT },
};

/* ---- one hour ---- */

/* The condition that is told of an hour: a thunderstorm, or the first. */
static const struct grid_condition *chief_condition(const struct hour_forecast *h)
{
    for (size_t i = 0; i < h->condition_count; i++)
        if (strcmp(h->conditions[i].weather, "thunderstorms") == 0)
            return &h->conditions[i];
    return &h->conditions[0];
}

/* The sky, or the chief condition with one of the same coverage: "a chance of rain and snow". Light
 * ones are told without that word. */
static bool put_sky_short(struct buf *out, const struct hour_forecast *h,
                          const struct hour_manner *m)
{
    const struct grid_condition *chief = chief_condition(h);
    struct phrase_condition c = { chief->coverage, chief->weather, chief->intensity, NULL, 0 };
    size_t second = 0;

    if (h->condition_count == 0)
        return hour_words_put_sky(out, h, m);
    if (strcmp(c.intensity, "heavy") != 0)
        c.intensity = "";
    while (second < h->condition_count && (&h->conditions[second] == chief ||
                                           strcmp(h->conditions[second].coverage, c.coverage) != 0))
        second++;
    phrase_put_condition(out, c);
    if (second < h->condition_count && strcmp(c.coverage, "likely") != 0) {
        buf_putz(out, " and ");
        phrase_put_condition(
            out, (struct phrase_condition){ "", h->conditions[second].weather, "", NULL, 0 });
    }
    return true;
}

/* "northwest wind at 12 miles per hour, gusts up to 24". */
static bool put_wind_short(struct buf *out, const struct hour_forecast *h,
                           const struct hour_manner *m)
{
    const char *from = h->wind_direction.has ? units_compass_point(h->wind_direction.value) : "";
    int speed = units_speed(h->wind_speed.value, m->units);
    int gust = h->wind_gust.has ? units_gust(h->wind_gust.value, h->wind_speed.value, m->units) : 0;

    if (!h->wind_speed.has)
        return false;
    if (speed == 0) {
        buf_putz(out, "calm");
    } else {
        buf_printf(out, "%s%swind at ", from, from[0] ? " " : "");
        units_put_wind_speed(out, speed, m->units);
    }
    if (gust > 0)
        buf_printf(out, ", gusts up to %d", gust);
    return true;
}

static bool put_temperature_short(struct buf *out, const struct hour_forecast *h,
                                  const struct hour_manner *m)
{
    bool any = put_temperature(out, h, m);

    if (any)
        put_feels_like(out, h, m);
    return any;
}

/* The user's list says which metrics a period has; an hour always tells the same, in one breath. */
static bool put_all(struct buf *out, const struct hour_forecast *h, const struct hour_manner *m)
{
    static put_fn *const parts[] = { put_sky_short, put_temperature_short, put_wind_short };
    size_t start = out->n;

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        size_t before = out->n;
        buf_putz(out, before > start ? ", " : "");
        if (!parts[i](out, h, m))
            buf_truncate(out, before);
    }
    if (h->chance.has) {
        buf_printf(out, "%s of %s %d percent", out->n > start ? ". Chance" : "chance",
                   precipitation_name(h), units_round(h->chance.value));
        put_chance_period(out, h, m);
    }
    return out->n > start;
}

static bool is_listed(const struct question *q)
{
    return q->all || q->words.id == METRIC_EXTENDED;
}

bool hour_words_put(struct buf *out, const struct question *q, const struct hour_manner *manner,
                    const struct hour_forecast *hour, struct str time_and_place)
{
    enum metric_id id = q->metrics[0];
    size_t start = out->n;
    bool any;

    if (is_listed(q)) {
        buf_put(out, time_and_place);
        buf_putz(out, ": ");
        any = put_all(out, hour, manner);
    } else {
        any = metrics[id].put(out, hour, manner);
        buf_putc(out, ' ');
        buf_put(out, time_and_place);
        if (any && metrics[id].put_more)
            metrics[id].put_more(out, hour, manner);
    }
    if (!any) {
        buf_truncate(out, start);
        return false;
    }
    phrase_capitalize(out, start);
    phrase_end_sentence(out);
    return true;
}

/* ---- a list of hours ---- */

/* "wind from the west at 12 miles per hour", then "14". */
static bool put_wind_item(struct buf *out, const struct hour_forecast *h,
                          const struct hour_manner *m, bool first)
{
    int speed = units_speed(h->wind_speed.value, m->units);

    if (first || !h->wind_speed.has)
        return put_wind(out, h, m);
    if (speed > 0)
        buf_printf(out, "%d", speed);
    else
        buf_putz(out, "calm");
    return true;
}

/* A value; its name and its unit only with the first one. */
static bool put_item(struct buf *out, const struct hour_list *list, const struct hour_forecast *h)
{
    const struct hour_manner *m = list->manner;
    enum metric_id id = is_listed(list->question) ? METRIC_TEMPERATURE : list->question->metrics[0];
    bool first = list->count == 0, degrees = id == METRIC_TEMPERATURE || id == METRIC_DEWPOINT;
    const struct hour_value *v = id == METRIC_TEMPERATURE     ? &h->temperature
                                 : id == METRIC_DEWPOINT      ? &h->dewpoint
                                 : id == METRIC_HUMIDITY      ? &h->humidity
                                 : id == METRIC_PRECIPITATION ? &h->chance
                                                              : NULL;

    if (id == METRIC_WIND)
        return put_wind_item(out, h, m, first);
    if (!v || (first && (id == METRIC_HUMIDITY || id == METRIC_DEWPOINT)))
        return metrics[id].put(out, h, m);
    if (!v->has)
        return false;
    if (first && id == METRIC_PRECIPITATION)
        buf_printf(out, "the chance of precipitation is %d percent", units_round(v->value));
    else if (degrees)
        buf_printf(out, "%d%s", units_degrees(v->value, m->units), first ? " degrees" : "");
    else
        buf_printf(out, "%d percent", units_round(v->value));
    return true;
}

/* " and mostly cloudy", " with a chance of rain": what differs from the hour before; of several
 * conditions the first. */
static void put_change(struct buf *out, struct hour_list *list, const struct hour_forecast *h)
{
    struct hour_forecast one = *h;
    struct buf sky = BUF_INIT(sizeof list->said - 1);

    one.condition_count = h->condition_count > 0;
    if (hour_words_put_sky(&sky, &one, list->manner) && !sky.failed &&
        !str_eqz(buf_str(&sky), list->said)) {
        buf_putz(out, one.condition_count > 0 ? " with " : " and ");
        buf_put(out, buf_str(&sky));
        (void)snprintf(list->said, sizeof list->said, "%s", buf_z(&sky));
    }
    buf_free(&sky);
}

void hour_words_put_next(struct buf *out, struct hour_list *list, const struct hour_forecast *hour)
{
    struct civil then = civil_of(list->manner->zone, hour->start);
    size_t before = out->n;

    buf_putz(out, list->count > 0 ? ", " : "");
    if (!put_item(out, list, hour)) {
        buf_truncate(out, before);
        return;
    }
    if (is_listed(list->question))
        put_change(out, list, hour);
    buf_putz(out, " at ");
    phrase_put_time(out, then);
    list->count++;
}

void hour_words_put_none(struct buf *out, const struct question *q, const struct grid *g)
{
    enum metric_id id = q->metrics[0];
    const char *what = is_listed(q) || id == METRIC_SUMMARY ? "weather"
                       : id == METRIC_SKYS                  ? "sky"
                                                            : metric_spoken_name(id);
    bool unread = grid_unread(g, is_listed(q) ? GRID_TEMPERATURE : metrics[id].layer);

    buf_printf(out,
               unread ? "I have no %s forecast that I can read" : "No %s forecast is available",
               what);
}
