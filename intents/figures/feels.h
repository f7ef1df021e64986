/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/feels.h -- what an hour of the forecast feels like.  Pure. */
#ifndef CLIMACAST_INTENTS_FIGURES_FEELS_H
#define CLIMACAST_INTENTS_FIGURES_FEELS_H

#include <stdbool.h>
#include <stdint.h>

#include "intents/weather/grid.h"

/* The apparent temperature; where the office sends none, the heat index from 80 degrees Fahrenheit
 * up, or the wind chill from 50 down; else the temperature itself. False when none is known. */
bool feels_at(const struct grid *g, int64_t t, double *ret_c);

#endif
