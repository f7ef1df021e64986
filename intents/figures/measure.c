/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/measure.c -- the measures of a forecast. */
#include "intents/figures/measure.h"

#include "intents/figures/feels.h"

static const struct {
    enum grid_layer layer;
    enum measure_unit unit;
    const char *name;
} measures[MEASURE_COUNT] = {
#define MEASURE(id, layer, unit, name) { layer, MEASURE_IN_##unit, name },
#include "intents/figures/measures.def"
#undef MEASURE
};

enum grid_layer measure_layer(enum measure m)
{
    return measures[m].layer;
}

enum measure_unit measure_unit(enum measure m)
{
    return measures[m].unit;
}

const char *measure_name(enum measure m)
{
    return measures[m].name;
}

bool measure_at(const struct grid *g, enum measure m, int64_t t, double *ret_value)
{
    return m == MEASURE_FELT ? feels_at(g, t, ret_value)
                             : grid_at(g, measures[m].layer, t, ret_value);
}

int measure_spoken(enum measure m, double value, enum units_system system)
{
    switch (measures[m].unit) {
    case MEASURE_IN_DEGREES:
        return units_degrees(value, system);
    case MEASURE_IN_SPEED:
        return units_speed(value, system);
    case MEASURE_IN_PLAIN:
        break;
    }
    return units_round(value);
}
