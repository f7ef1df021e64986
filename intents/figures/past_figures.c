/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/past_figures.c -- yesterday's values, from the reports of a station. */
#include "intents/figures/past_figures.h"

#include <math.h>

enum { HOUR = 3600, HOURS_MAX = 32 };

static const struct observation_value *value_of(const struct past_report *r, enum measure m)
{
    switch (m) {
    case MEASURE_TEMPERATURE:
        return &r->temperature;
    case MEASURE_FELT:
        return &r->felt;
    case MEASURE_DEWPOINT:
        return &r->dewpoint;
    case MEASURE_HUMIDITY:
        return &r->humidity;
    case MEASURE_WIND:
        return &r->wind;
    case MEASURE_GUST:
        return &r->gust;
    case MEASURE_CHANCE:
    case MEASURE_SKY:
    case MEASURE_COUNT:
        break;
    }
    return NULL;
}

bool past_has_measure(enum measure m)
{
    static const struct past_report any = { 0 };

    return value_of(&any, m);
}

bool past_value(const struct past_report *r, enum measure m, double *ret_value)
{
    const struct observation_value *v = value_of(r, m);

    if (!v || !v->has)
        return false;
    *ret_value = v->value;
    return true;
}

bool past_value_at(const struct past *past, enum measure m, int64_t t, double *ret_value)
{
    int64_t nearest = PAST_NEAR_S + 1;
    double value;

    for (size_t i = 0; i < past->count; i++) {
        int64_t off = past->at[i].time > t ? past->at[i].time - t : t - past->at[i].time;
        if (off < nearest && past_value(&past->at[i], m, &value)) {
            nearest = off;
            *ret_value = value;
        }
    }
    return nearest <= PAST_NEAR_S;
}

bool past_extremes(const struct past *past, enum measure m, const struct span *span,
                   struct past_extremes *ret_extremes)
{
    struct past_extremes e = { .of_hours = (int)((span->to - span->from) / HOUR) };
    bool covered[HOURS_MAX] = { false }, any = false;
    double value;

    for (size_t i = 0; i < past->count; i++) {
        int64_t t = past->at[i].time, hour = (t - span->from) / HOUR;
        if (t < span->from || t >= span->to || !past_value(&past->at[i], m, &value))
            continue;
        e.low = any ? fmin(e.low, value) : value;
        e.high = any ? fmax(e.high, value) : value;
        any = true;
        if (hour < HOURS_MAX && !covered[hour]) {
            covered[hour] = true;
            e.hours++;
        }
    }
    if (any)
        *ret_extremes = e;
    return any;
}

bool past_is_covered(const struct past_extremes *e)
{
    enum { DAY_COVERED_H = 18 };

    return e->hours >= DAY_COVERED_H || e->hours * 4 >= e->of_hours * 3;
}
