/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/feels.h -- what an hour of the forecast feels like.  Pure. */
#ifndef CLIMACAST_INTENTS_FIGURES_FEELS_H
#define CLIMACAST_INTENTS_FIGURES_FEELS_H

#include <stdbool.h>
#include <stdint.h>

#include "intents/weather/grid.h"

/* The apparent temperature; where the office sends none, the heat index from 80 degrees Fahrenheit
 * up, or the wind chill from 50 down: they are defined only there, but some offices send them for
 * other hours too. False when there is none. */
bool feels_like(const struct grid *g, int64_t t, double *ret_c);
/* The same, or else the temperature itself. False when none is known. */
bool feels_at(const struct grid *g, int64_t t, double *ret_c);

/* Is this difference worth telling: 3 degrees Fahrenheit or more? */
bool feels_apart(double difference_c);
/* Is this wind chill worth telling: 40 degrees Fahrenheit or less? */
bool feels_cold(double wind_chill_c);

#endif
