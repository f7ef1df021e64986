/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/nws_grid.c -- any bytes as the raw forecast of a grid point: rejected, or decoded to a
 * grid that has the invariants of grid_internal.h and gives plausible results. */
#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "intents/weather/grid.h"
#include "intents/weather/grid_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_runs(const struct grid *g)
{
    for (size_t l = 0; l < GRID_LAYERS; l++) {
        const struct grid_run *runs = g->runs + g->layers[l].first;
        for (size_t i = 0; i < g->layers[l].count; i++) {
            assert(runs[i].start < runs[i].end && isfinite(runs[i].value));
            assert(i == 0 || runs[i - 1].end <= runs[i].start);
        }
    }
}

static void check_numbers(const struct grid *g, enum grid_layer l, int64_t from, int64_t to)
{
    double low, high, value, last;

    if (grid_lowest(g, l, from, to, &low)) {
        assert(grid_highest(g, l, from, to, &high) && low <= high);
        assert(grid_longest(g, l, from, to, &value) && low <= value && value <= high);
        assert(grid_ends(g, l, from, to, &value, &last));
        assert(low <= value && value <= high && low <= last && last <= high);
    } else {
        assert(!grid_total(g, l, from, to, &value));
    }
    if (grid_total(g, l, from, to, &value))
        assert(isfinite(value));
    if (grid_at(g, l, from, &value))
        assert(isfinite(value));
}

static void check_period(const struct grid *g, int64_t from, int64_t to)
{
    struct grid_condition c[8];
    struct grid_wind w;
    bool covered;
    size_t count = grid_weather(g, from, to, c, 8, &covered);

    assert(count <= 8 && (covered || count == 0));
    for (size_t i = 0; i < count; i++)
        assert(c[i].coverage && c[i].intensity && c[i].weather[0] && c[i].start < c[i].end);
    if (grid_wind(g, from, to, &w))
        assert(w.low <= w.high &&
               (!w.has_direction || (w.direction >= 0.0 && w.direction < 360.0)));
    for (size_t l = 0; l < GRID_LAYERS; l++)
        check_numbers(g, (enum grid_layer)l, from, to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct object *object = NULL;
    struct err err = ERR_NONE;
    const struct grid *g;

    if (grid_decode((struct str){ (const char *)data, size }, NULL, &object, &err) != ST_OK) {
        assert(!object && err.status != ST_OK);
        return 0;
    }
    g = object->data;
    check_runs(g);
    assert(grid_start(g) <= grid_end(g));
    for (int64_t t = grid_start(g) - 7200; t < grid_start(g) + 2 * 86400; t += 6 * 3600)
        check_period(g, t, t + 12 * 3600);
    check_period(g, grid_start(g) - 1000000, grid_end(g) + 1000000);
    object_release(object);
    return 0;
}
