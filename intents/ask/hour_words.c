/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/hour_words.c -- one hour of a forecast in words. */
#include "intents/ask/hour_words.h"

#include "intents/figures/event.h"
#include "intents/speech/phrase.h"
#include "server/base/civil.h"

#include <stdio.h>

enum { DAY_S = 24 * 3600, MORNING = 6, EVENING = 18 };

/* ---- the values, each without a verb ---- */

/* The weather of the hour, else the sky. */
static bool put_sky(struct buf *out, const struct hour_forecast *h, const struct hour_manner *m)
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
    if (h->feels_different)
        buf_printf(out, ", feeling like %d", units_degrees(h->feels_like.value, m->units));
    return true;
}

static bool put_wind(struct buf *out, const struct hour_forecast *h, const struct hour_manner *m)
{
    int speed, gust = h->wind_gust.has ? units_speed(h->wind_gust.value, m->units) : 0;

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
    if (gust > speed)
        buf_printf(out, ", with gusts up to %d", gust);
    return true;
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

/* A whole sentence, since a chance has a period of its own. */
static bool put_chance(struct buf *out, const struct hour_forecast *h, const struct hour_manner *m)
{
    if (!h->chance.has)
        return false;
    if (h->chance_end - h->chance_start > 3600) {
        buf_putz(out, "between ");
        put_limit(out, h->chance_start, h, m);
        buf_putz(out, " and ");
        put_limit(out, h->chance_end, h, m);
        buf_putz(out, ", ");
    }
    buf_printf(out, "the chance of %s is %d percent", precipitation_name(h),
               units_round(h->chance.value));
    return true;
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
        buf_printf(out, "a relative humidity of %d percent", units_round(h->humidity.value));
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

static const struct {
    put_fn *put;
    enum grid_layer layer;
} metrics[METRIC_DEFAULTS] = {
    [METRIC_SUMMARY] = { put_sky, GRID_SKY_COVER },
    [METRIC_TEMPERATURE] = { put_temperature, GRID_TEMPERATURE },
    [METRIC_PRECIPITATION] = { put_chance, GRID_PRECIPITATION_CHANCE },
    [METRIC_SKYS] = { put_sky, GRID_SKY_COVER },
    [METRIC_WIND] = { put_wind, GRID_WIND_SPEED },
    [METRIC_PRESSURE] = { put_pressure, GRID_PRESSURE },
    [METRIC_HUMIDITY] = { put_humidity, GRID_HUMIDITY },
    [METRIC_DEWPOINT] = { put_dewpoint, GRID_DEWPOINT },
};

/* ---- one hour ---- */

/* The user's list says which metrics a period has; an hour always tells the same. */
static bool put_all(struct buf *out, const struct hour_forecast *h, const struct hour_manner *m)
{
    static put_fn *const parts[] = { put_sky, put_temperature, put_wind };
    size_t start = out->n, sentence;

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        size_t before = out->n;
        buf_putz(out, before > start ? ", " : "");
        if (!parts[i](out, h, m))
            buf_truncate(out, before);
    }
    if (out->n > start && h->chance.has)
        buf_putz(out, ". ");
    sentence = out->n;
    if (put_chance(out, h, m) && sentence > start)
        phrase_capitalize(out, sentence);
    if (out->n > start)
        phrase_end_sentence(out);
    return out->n > start;
}

static bool is_listed(const struct question *q)
{
    return q->all || q->words.id == METRIC_EXTENDED;
}

bool hour_words_put(struct buf *out, const struct question *q, const struct hour_manner *manner,
                    const struct hour_forecast *hour)
{
    if (is_listed(q))
        return put_all(out, hour, manner);
    if (!metrics[q->metrics[0]].put(out, hour, manner))
        return false;
    phrase_end_sentence(out);
    return true;
}

/* ---- a list of hours ---- */

/* "wind from the west at 12 miles per hour", then "14". */
static bool put_wind_item(struct buf *out, const struct hour_forecast *h,
                          const struct hour_manner *m, bool first)
{
    struct hour_forecast calmer = *h;
    int speed = units_speed(h->wind_speed.value, m->units);

    calmer.wind_gust.has = false;
    if (first || !h->wind_speed.has)
        return put_wind(out, &calmer, m);
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
        buf_printf(out, "a %d percent chance of precipitation", units_round(v->value));
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
    if (put_sky(&sky, &one, list->manner) && !sky.failed && !str_eqz(buf_str(&sky), list->said)) {
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
