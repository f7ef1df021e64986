/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/grid_internal.h -- the memory layout of a grid: filled by grid_decode.c, read by
 * grid.c.
 *
 * It is one block: struct grid, the runs of all layers, the conditions, and their words. The runs
 * of a layer are always sorted, non-empty and disjoint; a gap is where no run is. */
#ifndef CLIMACAST_INTENTS_WEATHER_GRID_INTERNAL_H
#define CLIMACAST_INTENTS_WEATHER_GRID_INTERNAL_H

#include "intents/weather/grid.h"

struct grid_run {
    int32_t start, end; /* seconds from grid.base, [start, end) */
    double value;       /* in the units of uom.h; for an amount the total of the run */
};

struct grid_layer_runs {
    uint32_t first, count; /* indexes into grid.runs */
    bool unread;           /* a part of it was sent, but can't be read */
};

struct grid {
    int64_t base;               /* UTC seconds */
    int64_t start, end, issued; /* UTC seconds */
    struct grid_layer_runs layers[GRID_LAYERS];
    const struct grid_run *runs;
    /* Sorted by start; those of one run keep its order. "No weather" has an empty `weather`. */
    const struct grid_condition *conditions;
    size_t condition_count;
};

#endif
