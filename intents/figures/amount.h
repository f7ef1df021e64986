/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/amount.h -- how much rain, snow or ice: the sum of an amount layer over a period
 * or over a storm.  Pure.
 *
 * A storm is the first run of amounts above zero, with gaps of less than twelve hours. A run of the
 * layer that extends beyond the period counts in proportion to its overlap. */
#ifndef CLIMACAST_INTENTS_FIGURES_AMOUNT_H
#define CLIMACAST_INTENTS_FIGURES_AMOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "intents/figures/days.h"
#include "intents/weather/grid.h"

struct amount {
    bool has;            /* the layer has a value for some of the period */
    double mm;           /* the sum */
    struct span span;    /* the period, or the storm */
    bool at_least;       /* the layer ends, or has a gap, before all of it is known */
    int64_t known_until; /* the layer has no gap from the beginning of the period until then */
};

/* The amount within a period. */
struct amount amount_of_period(const struct grid *g, enum grid_layer layer, struct span period);

/* The amount of the first storm that is not over, from the current hour on.  Without a storm, `mm`
 * is zero and `span` empty. */
struct amount amount_of_storm(const struct grid *g, enum grid_layer layer, int64_t now);

#endif
