/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/past_figures.h -- yesterday's values, from the reports of a station.  Pure. */
#ifndef CLIMACAST_INTENTS_FIGURES_PAST_FIGURES_H
#define CLIMACAST_INTENTS_FIGURES_PAST_FIGURES_H

#include <stdbool.h>
#include <stdint.h>

#include "intents/figures/days.h"
#include "intents/figures/measure.h"
#include "intents/weather/past.h"

enum { PAST_NEAR_S = 2400 }; /* a report tells about an instant this far away */

/* Can a station report it?  Not a chance, or a cover in percent. */
bool past_has_measure(enum measure m);
/* The value of one report; false when it has none. */
bool past_value(const struct past_report *r, enum measure m, double *ret_value);
/* The value of the report nearest to an instant, within PAST_NEAR_S. */
bool past_value_at(const struct past *past, enum measure m, int64_t t, double *ret_value);

struct past_extremes {
    int hours;    /* how many hours of the span have a report with the value */
    int of_hours; /* of how many */
    double low, high;
};

/* The extremes of the reports in a span; false when none has the value. */
bool past_extremes(const struct past *past, enum measure m, const struct span *span,
                   struct past_extremes *ret_extremes);
/* Is three quarters of the span covered, 18 hours of a day, so that its extremes can be told? */
bool past_is_covered(const struct past_extremes *e);

#endif
