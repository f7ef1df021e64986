/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/grid_internal.h -- how a grid lies in memory: shared by grid_decode.c, which
 * fills it, and grid.c, which reads it.
 *
 * One block of memory: this struct, then the runs of all layers, the conditions, and their words.
 * Holds always: the runs of a layer are sorted, not empty and do not overlap; a hole is simply not
 * there. */
#ifndef CLIMACAST_INTENTS_WEATHER_GRID_INTERNAL_H
#define CLIMACAST_INTENTS_WEATHER_GRID_INTERNAL_H

#include "intents/weather/grid.h"

struct run {
    int32_t start, end; /* seconds from grid.base, [start, end) */
    double value;       /* ours, as uom.h says; for an amount the total of the run */
};

struct layer {
    uint32_t first, count; /* within grid.runs */
};

struct grid {
    int64_t base;               /* UTC seconds */
    int64_t start, end, issued; /* UTC seconds */
    struct layer layers[GRID_LAYERS];
    const struct run *runs;
    /* By start, those of one run in its order; "no weather" is one without the word for it. */
    const struct grid_condition *conditions;
    size_t condition_count;
};

/* The same coverage, weather, intensity and attributes? */
bool grid_condition_same(const struct grid_condition *a, const struct grid_condition *b);

#endif
