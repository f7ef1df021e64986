/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/threshold.c -- the first hour at which a measure reaches a number. */
#include "intents/figures/threshold.h"

#include "server/base/civil.h"

enum { HOUR = 3600, DAY_BEGINS = 6, NOON = 12, DAY_ENDS = 18, MIDNIGHT = 24 };

static bool counts(const struct days *d, const struct threshold_question *q, int64_t t)
{
    int hour = civil_of(d->zone, t).hour;

    return !q->by_day || (hour >= DAY_BEGINS && hour < DAY_ENDS);
}

/* Is the value at the number or past it? */
static bool is_there(const struct threshold_answer *a, const struct threshold_question *q,
                     int value)
{
    return a->up ? value >= q->number : value <= q->number;
}

/* Starts with the first hour that has a value, which decides from where the number is reached. */
static void start(struct threshold_answer *a, const struct threshold_question *q, int64_t t,
                  double value)
{
    int spoken = measure_spoken(q->measure, value, q->system);

    a->up =
        q->direction == THRESHOLD_ABOVE || (q->direction == THRESHOLD_REACH && spoken <= q->number);
    a->read = true;
    a->at = t;
    a->value = value;
}

/* The last day that is forecast, or the one before if that day reaches the number after all. */
static int64_t last_noon(const struct grid *g, const struct days *d,
                         const struct threshold_question *q, const struct threshold_answer *a)
{
    int64_t noon = 0, end;
    double value;

    if (!days_through(d, g, measure_layer(q->measure), &noon) &&
        (q->measure != MEASURE_FELT || !days_through(d, g, GRID_TEMPERATURE, &noon)))
        return 0;
    end = days_span(d, days_ahead_of(d, noon), MIDNIGHT, MIDNIGHT).from;
    for (int64_t t = q->period.to; t < end; t += HOUR)
        if (counts(d, q, t) && measure_at(g, q->measure, t, &value) &&
            is_there(a, q, measure_spoken(q->measure, value, q->system)))
            return days_span(d, days_ahead_of(d, noon) - 1, NOON, NOON).from;
    return noon;
}

struct threshold_answer threshold_find(const struct grid *g, const struct days *d,
                                       const struct threshold_question *q)
{
    struct threshold_answer a = { .whole = true };
    bool gap = false;
    double value;

    for (int64_t t = q->period.from; t < q->period.to && !a.found; t += HOUR) {
        if (!counts(d, q, t))
            continue;
        if (!measure_at(g, q->measure, t, &value)) {
            gap = true;
            continue;
        }
        a.whole = a.whole && !gap; /* a gap at the end does not count: see `until` */
        a.until = t + HOUR;
        if (!a.read)
            start(&a, q, t, value);
        a.found = is_there(&a, q, measure_spoken(q->measure, value, q->system));
        if (a.found || (a.up ? value > a.value : value < a.value)) {
            a.at = t;
            a.value = value;
        }
    }
    a.already = a.found && a.at == q->period.from && a.at <= d->now;
    if (a.read && !a.found)
        a.noon = last_noon(g, d, q, &a);
    return a;
}
