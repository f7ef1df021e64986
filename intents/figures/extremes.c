/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/extremes.c -- chooses among days, nights and hours. */
#include "intents/figures/extremes.h"

#include <math.h>

#include "intents/figures/feels.h"
#include "server/base/civil.h"

enum {
    HOUR = 3600,
    DAY_FROM = 6, /* o'clock */
    DAY_TO = 18,
    NIGHT_TO = 30,
    OUTSIDE_TO = 21, /* until when people are out on a day */
    FELT_FROM = 9,   /* from when to when a day is felt */
    FELT_TO = 18,
};

static const struct {
    enum extreme_measure measure;
    int sign;
    enum grid_layer layer;
} extremes[EXTREME_COUNT] = {
#define EXTREME(id, measure, sign, layer) { EXTREME_BY_##measure, sign, layer },
#include "intents/figures/extremes.def"
#undef EXTREME
};

enum extreme_measure extremes_measure(enum extreme extreme)
{
    return extremes[extreme].measure;
}

enum grid_layer extremes_layer(enum extreme extreme)
{
    return extremes[extreme].layer;
}

/* ---- the value of one ---- */

/* The high of a day or the low of a night: of all of it, even of what is over. */
static bool read_temperature(const struct grid *g, enum extreme_unit unit, struct span whole,
                             double *ret_c)
{
    if (unit == EXTREME_HOUR)
        return grid_at(g, GRID_TEMPERATURE, whole.from, ret_c);
    if (unit == EXTREME_DAY)
        return grid_longest(g, GRID_MAX_TEMPERATURE, whole.from, whole.to, ret_c) ||
               grid_highest(g, GRID_TEMPERATURE, whole.from, whole.to, ret_c);
    return grid_longest(g, GRID_MIN_TEMPERATURE, whole.from, whole.to, ret_c) ||
           grid_lowest(g, GRID_TEMPERATURE, whole.from, whole.to, ret_c);
}

static bool read_mean(const struct grid *g, enum grid_layer layer, struct span s, double *ret_mean)
{
    double sum = 0.0, value;
    int hours = 0;

    for (int64_t t = s.from; t < s.to; t += HOUR) {
        if (grid_at(g, layer, t, &value)) {
            sum += value;
            hours++;
        }
    }
    if (hours > 0)
        *ret_mean = sum / hours;
    return hours > 0;
}

static bool read_felt(const struct grid *g, struct span s, double *ret_mean_c)
{
    double sum = 0.0, c;
    int hours = 0;

    for (int64_t t = s.from; t < s.to; t += HOUR) {
        if (feels_at(g, t, &c)) {
            sum += c;
            hours++;
        }
    }
    if (hours > 0)
        *ret_mean_c = sum / hours;
    return hours > 0;
}

double extremes_score(double chance, double felt_c, double gust_mps, bool warned)
{
    const double cool_f = 60.0, warm_f = 80.0, breeze_mph = 20.0;
    double f = units_fahrenheit_exact(felt_c), mph = gust_mps * 3600.0 / 1609.344;
    double off = fmax(fmax(cool_f - f, f - warm_f), 0.0);

    return 100.0 - chance - 1.5 * off - fmax(mph - breeze_mph, 0.0) - (warned ? 50.0 : 0.0);
}

static bool meets_warning(const struct extreme_question *q, struct span s)
{
    for (size_t i = 0; i < q->warning_count; i++)
        if (spans_meet(q->warnings[i], s))
            return true;
    return false;
}

/* Reads the reasons and the score of a day. */
static bool read_score(const struct grid *g, const struct days *d, const struct extreme_question *q,
                       struct extreme_item *item)
{
    int ahead = days_ahead_of(d, item->span.from);
    struct span out = days_span(d, ahead, DAY_FROM, OUTSIDE_TO), left = days_left(d, out);
    struct span felt = days_left(d, days_span(d, ahead, FELT_FROM, FELT_TO));
    double felt_c;

    if (!grid_highest(g, GRID_PRECIPITATION_CHANCE, left.from, left.to, &item->chance) ||
        !read_felt(g, felt, &felt_c))
        return false;
    item->gusts = grid_highest(g, GRID_WIND_GUST, left.from, left.to, &item->wind);
    if (!item->gusts && !grid_highest(g, GRID_WIND_SPEED, left.from, left.to, &item->wind))
        return false;
    item->warned = meets_warning(q, out);
    item->has_high = read_temperature(g, EXTREME_DAY, item->span, &item->high_c);
    item->value = extremes_score(item->chance, felt_c, item->wind, item->warned);
    return true;
}

/* The same of an hour; its temperature is told as its high. */
static bool read_hour_score(const struct grid *g, const struct extreme_question *q,
                            struct extreme_item *item)
{
    int64_t t = item->span.from;
    double felt_c;

    if (!grid_at(g, GRID_PRECIPITATION_CHANCE, t, &item->chance) || !feels_at(g, t, &felt_c))
        return false;
    item->gusts = grid_at(g, GRID_WIND_GUST, t, &item->wind);
    if (!item->gusts && !grid_at(g, GRID_WIND_SPEED, t, &item->wind))
        return false;
    item->warned = meets_warning(q, item->span);
    item->has_high = grid_at(g, GRID_TEMPERATURE, t, &item->high_c);
    item->value = extremes_score(item->chance, felt_c, item->wind, item->warned);
    return true;
}

static bool read_value(const struct grid *g, const struct days *d, const struct extreme_question *q,
                       struct extreme_item *item)
{
    struct span left = days_left(d, item->span);

    switch (extremes[q->extreme].measure) {
    case EXTREME_BY_TEMPERATURE:
        return read_temperature(g, q->unit, item->span, &item->value);
    case EXTREME_BY_CHANCE:
        item->has_amount = grid_total(g, GRID_PRECIPITATION, left.from, left.to, &item->amount);
        return grid_highest(g, GRID_PRECIPITATION_CHANCE, left.from, left.to, &item->value);
    case EXTREME_BY_SKY:
        return read_mean(g, GRID_SKY_COVER, left, &item->value);
    case EXTREME_BY_SCORE:
        return q->unit == EXTREME_HOUR ? read_hour_score(g, q, item) : read_score(g, d, q, item);
    case EXTREME_BY_WIND:
    case EXTREME_BY_GUST:
    case EXTREME_BY_HUMIDITY:
        break;
    }
    return grid_highest(g, extremes[q->extreme].layer, left.from, left.to, &item->value);
}

/* ---- which ones count ---- */

/* Is half of it left and covered?  Of an hour, its value tells. */
static bool counts(const struct grid *g, const struct days *d, const struct extreme_question *q,
                   struct span whole)
{
    struct span left = days_left(d, whole);
    int64_t covered;

    if (q->unit == EXTREME_HOUR)
        return true;
    covered = grid_covered_s(g, extremes[q->extreme].layer, left.from, left.to);
    if (extremes[q->extreme].measure == EXTREME_BY_TEMPERATURE) {
        enum grid_layer layer =
            q->unit == EXTREME_DAY ? GRID_MAX_TEMPERATURE : GRID_MIN_TEMPERATURE;
        int64_t by_range = grid_covered_s(g, layer, left.from, left.to);
        covered = by_range > covered ? by_range : covered;
    }
    return 2 * covered >= whole.to - whole.from;
}

/* The items while they are collected. */
struct collection {
    const struct grid *g;
    const struct days *d;
    const struct extreme_question *q;
    bool any; /* also those of which less than half counts */
    struct extreme_item *items;
    size_t count;
};

static void collect(struct collection *c, struct span span)
{
    struct extreme_item item = { .span = span };

    if (c->count == EXTREME_ITEMS_MAX || (!c->any && !counts(c->g, c->d, c->q, span)) ||
        !read_value(c->g, c->d, c->q, &item))
        return;
    if (c->count == 0 || c->items[c->count - 1].span.from < span.from)
        c->items[c->count++] = item;
}

/* Clouds are looked at by day, and the best hour is one when people are out, unless all others are
 * asked for. */
static bool is_hour_meant(const struct collection *c, int64_t t)
{
    enum extreme_measure measure = extremes[c->q->extreme].measure;
    int hour = civil_of(c->d->zone, t).hour;

    if (measure == EXTREME_BY_SKY)
        return hour >= DAY_FROM && hour < DAY_TO;
    return measure != EXTREME_BY_SCORE || c->any || (hour >= DAY_FROM && hour < OUTSIDE_TO);
}

static void collect_hours(struct collection *c, struct span part)
{
    struct span left = days_left(c->d, part);

    for (int64_t t = left.from; t < left.to; t += HOUR)
        if (is_hour_meant(c, t))
            collect(c, (struct span){ t, t + HOUR });
}

static void collect_date(struct collection *c, int ahead)
{
    if (c->q->unit == EXTREME_DAY)
        collect(c, days_span(c->d, ahead, DAY_FROM, DAY_TO));
    else
        collect(c, days_span(c->d, ahead, DAY_TO, NIGHT_TO));
}

static void collect_all(struct collection *c)
{
    const struct extreme_question *q = c->q;
    int64_t running = days_running_hour(c->d);

    for (size_t i = 0; i < q->part_count; i++) {
        int ahead = days_ahead_of(c->d, q->parts[i].from);
        if (civil_of(c->d->zone, q->parts[i].from).hour < DAY_FROM)
            ahead--; /* the hours after midnight belong to the date before */
        if (q->unit == EXTREME_HOUR)
            collect_hours(c, q->parts[i]);
        else
            collect_date(c, ahead);
    }
    if (q->part_count > 0)
        return;
    if (q->unit == EXTREME_HOUR) {
        collect_hours(c, (struct span){ running, running + DAYS_AHEAD * 24 * HOUR });
        return;
    }
    for (int ahead = q->unit == EXTREME_NIGHT ? -1 : 0; ahead < DAYS_AHEAD; ahead++)
        collect_date(c, ahead);
}

size_t extremes_read(const struct grid *g, const struct days *d, const struct extreme_question *q,
                     struct extreme_item items[EXTREME_ITEMS_MAX])
{
    struct collection c = { g, d, q, false, items, 0 };

    collect_all(&c);
    if (c.count == 0) {
        c.any = true;
        collect_all(&c);
    }
    return c.count;
}

/* ---- choosing ---- */

/* The value as it is spoken. */
static int spoken(enum extreme extreme, enum units_system system, double value)
{
    switch (extremes[extreme].measure) {
    case EXTREME_BY_TEMPERATURE:
        return units_degrees(value, system);
    case EXTREME_BY_WIND:
    case EXTREME_BY_GUST:
        return units_speed(value, system);
    case EXTREME_BY_CHANCE:
    case EXTREME_BY_SKY:
    case EXTREME_BY_HUMIDITY:
    case EXTREME_BY_SCORE:
        break;
    }
    return units_round(value);
}

/* Hundredths of an inch; more than any when the amount is not known. */
static int amount_of(const struct extreme_item *item)
{
    const int unknown = 1 << 20;

    return item->has_amount ? units_round(item->amount / 0.254) : unknown;
}

/* Is `a` ahead of `b`?  1, 0 when they sound the same, or -1.  A known amount is ahead of an
 * unknown one. */
static int compare(enum extreme extreme, enum units_system system, const struct extreme_item *a,
                   const struct extreme_item *b)
{
    int sign = extremes[extreme].sign;
    int x = spoken(extreme, system, a->value), y = spoken(extreme, system, b->value);

    if (x == y && extremes[extreme].measure == EXTREME_BY_CHANCE) {
        if (x == 0) /* what is certain not to fall has no amount */
            return 0;
        if (a->has_amount != b->has_amount)
            return a->has_amount ? 1 : -1;
        x = amount_of(a);
        y = amount_of(b);
    }
    return x == y ? 0 : (x > y) == (sign > 0) ? 1 : -1;
}

size_t extremes_first(enum extreme extreme, enum units_system system,
                      const struct extreme_item *items, size_t count)
{
    size_t first = 0;

    for (size_t i = 1; i < count; i++)
        if (compare(extreme, system, &items[i], &items[first]) > 0)
            first = i;
    return first;
}

bool extremes_tie(enum extreme extreme, enum units_system system, const struct extreme_item *a,
                  const struct extreme_item *b)
{
    return compare(extreme, system, a, b) == 0;
}
