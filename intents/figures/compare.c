/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/compare.c -- two values of a measure side by side. */
#include "intents/figures/compare.h"

#include <math.h>
#include <stdlib.h>

enum { HOUR = 3600 };

struct comparison compare_values(enum measure m, double a, double b, enum units_system system)
{
    int limit = measure_unit(m) == MEASURE_IN_PLAIN ? 2 : 1;
    int apart_us = measure_spoken(m, a, UNITS_US) - measure_spoken(m, b, UNITS_US);
    struct comparison c = { .a = measure_spoken(m, a, system),
                            .b = measure_spoken(m, b, system),
                            .same = abs(apart_us) <= limit };

    c.apart = c.a - c.b;
    c.same = c.same || c.apart == 0;
    return c;
}

bool compare_period_value(const struct grid *g, enum measure m, enum compare_by by, bool whole,
                          struct span s, double *ret_value)
{
    enum grid_layer extreme = by == COMPARE_HIGH ? GRID_MAX_TEMPERATURE : GRID_MIN_TEMPERATURE;
    double sum = 0.0, best = 0.0, value;
    int hours = 0;

    if (whole && m == MEASURE_TEMPERATURE && grid_longest(g, extreme, s.from, s.to, ret_value))
        return true;
    for (int64_t t = s.from; t < s.to; t += HOUR) {
        if (!measure_at(g, m, t, &value))
            continue;
        best = hours == 0 ? value : by == COMPARE_HIGH ? fmax(best, value) : fmin(best, value);
        sum += value;
        hours++;
    }
    if (hours > 0)
        *ret_value = m == MEASURE_SKY ? sum / hours : best;
    return hours > 0;
}
