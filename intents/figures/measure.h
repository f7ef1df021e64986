/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/measure.h -- the measures of a forecast: their layers, and their values as they
 * are spoken.  Pure. */
#ifndef CLIMACAST_INTENTS_FIGURES_MEASURE_H
#define CLIMACAST_INTENTS_FIGURES_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

#include "intents/speech/units.h"
#include "intents/weather/grid.h"

enum measure {
#define MEASURE(id, layer, unit, name) MEASURE_##id,
#include "intents/figures/measures.def"
#undef MEASURE
    MEASURE_COUNT
};

enum measure_unit { MEASURE_IN_DEGREES, MEASURE_IN_SPEED, MEASURE_IN_PLAIN };

enum grid_layer measure_layer(enum measure m);
enum measure_unit measure_unit(enum measure m);
const char *measure_name(enum measure m);

/* The value of an hour, in the units of uom.h; false when the forecast has none. */
bool measure_at(const struct grid *g, enum measure m, int64_t t, double *ret_value);
/* The value as it is spoken: whole degrees, miles or kilometers per hour, percent. */
int measure_spoken(enum measure m, double value, enum units_system system);

#endif
