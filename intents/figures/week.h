/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/week.h -- the days ahead, a few figures each.  Pure.
 *
 * A day is from 6 A.M. to 6 P.M.; its low is that of the night that follows. Highs and lows are
 * those that a forecast for the day or night tells (outlook.h). */
#ifndef CLIMACAST_INTENTS_FIGURES_WEEK_H
#define CLIMACAST_INTENTS_FIGURES_WEEK_H

#include <stdbool.h>
#include <stddef.h>

#include "intents/figures/days.h"
#include "intents/figures/hour.h"

struct week_day {
    struct span span;            /* of the day, even if part of it has passed */
    struct hour_value high, low; /* degrees Celsius */
    bool evening;                /* the day is over; the following are of the night */
    struct hour_value chance;    /* percent: the highest of what is left */
    struct hour_value sky_cover; /* percent: the mean of what is left */
    bool has_sky;
    double sky_first, sky_last; /* percent, of the first and last hour left */
    struct grid_condition conditions[HOUR_CONDITIONS_MAX];
    size_t condition_count;
};

/* Reads the days from today on that have a high or a low, of the first `max`. Returns how many. */
size_t week_read(const struct grid *g, const struct days *d, int max, struct week_day *days);

#endif
