/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/days.h -- the days and nights ahead of an instant, by the clock of a place.
 *
 * Pure.  Days are counted from the date at the place: 0 is today.  Spans are [from, to), UTC
 * seconds. */
#ifndef CLIMACAST_INTENTS_FIGURES_DAYS_H
#define CLIMACAST_INTENTS_FIGURES_DAYS_H

#include <stdbool.h>
#include <stdint.h>

#include "intents/weather/grid.h"
#include "server/base/zone.h"

enum { DAYS_AHEAD = 7 }; /* how many days a question without a period is about, today included */

struct span {
    int64_t from, to;
};
bool spans_meet(struct span a, struct span b);

/* Whose days, and since when. */
struct days {
    const struct zone *zone;
    int64_t now;
};

/* The hours of a date; 24 and more are on the next one. */
struct span days_span(const struct days *d, int ahead, int from_hour, int to_hour);
/* The date that an instant is on. */
int days_ahead_of(const struct days *d, int64_t t);
/* When the current hour began. */
int64_t days_running_hour(const struct days *d);
/* What is left of a span from the current hour on; empty when it is over. */
struct span days_left(const struct days *d, struct span s);
/* The noon of the last date, at most DAYS_AHEAD ahead, whose noon the layer covers: the day of
 * "through Sunday".  False when it covers none. */
bool days_through(const struct days *d, const struct grid *g, enum grid_layer layer,
                  int64_t *ret_noon);

#endif
