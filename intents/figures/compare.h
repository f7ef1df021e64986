/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/compare.h -- two values of a measure side by side.  Pure. */
#ifndef CLIMACAST_INTENTS_FIGURES_COMPARE_H
#define CLIMACAST_INTENTS_FIGURES_COMPARE_H

#include <stdbool.h>

#include "intents/figures/days.h"
#include "intents/figures/measure.h"

struct comparison {
    int a, b;  /* as they are spoken, in the listener's units */
    int apart; /* a - b */
    bool same; /* within a degree Fahrenheit, a mile per hour, or two percent */
};

struct comparison compare_values(enum measure m, double a, double b, enum units_system system);

/* Which value of a period stands for it. */
enum compare_by {
    COMPARE_HIGH, /* the high of a day, or the highest value of a period */
    COMPARE_LOW,  /* the low of a night, or the lowest value */
};

/* The value that stands for a period of the forecast: the highest or lowest hour; of clouds the
 * mean; of the temperature of a whole day or night its high or low. False when the forecast has
 * none. */
bool compare_period_value(const struct grid *g, enum measure m, enum compare_by by, bool whole,
                          struct span s, double *ret_value);

#endif
