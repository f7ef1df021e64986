/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/nws_grid.c -- any bytes as the raw forecast of a grid point: rejected, or decoded to a
 * grid that has the invariants of grid_internal.h, and values that the weather can have. */
#include <math.h>

#include "intents/weather/grid.h"
#include "intents/weather/grid_internal.h"
#include "tests/fuzz/laws.h"

static const enum law_quantity quantity_of[GRID_LAYERS] = {
    [GRID_TEMPERATURE] = LAW_TEMPERATURE_C,
    [GRID_DEWPOINT] = LAW_TEMPERATURE_C,
    [GRID_MAX_TEMPERATURE] = LAW_TEMPERATURE_C,
    [GRID_MIN_TEMPERATURE] = LAW_TEMPERATURE_C,
    [GRID_HUMIDITY] = LAW_PERCENT,
    [GRID_HEAT_INDEX] = LAW_FEELS_LIKE_C,
    [GRID_WIND_CHILL] = LAW_FEELS_LIKE_C,
    [GRID_SKY_COVER] = LAW_PERCENT,
    [GRID_WIND_DIRECTION] = LAW_DIRECTION,
    [GRID_WIND_SPEED] = LAW_WIND_MPS,
    [GRID_WIND_GUST] = LAW_WIND_MPS,
    [GRID_PRECIPITATION_CHANCE] = LAW_PERCENT,
    [GRID_PRECIPITATION] = LAW_RAIN_MM,
    [GRID_SNOWFALL] = LAW_SNOW_MM,
    [GRID_ICE] = LAW_RAIN_MM,
    [GRID_PRESSURE] = LAW_PRESSURE_PA,
};

static void check_runs(const struct grid *g)
{
    for (size_t l = 0; l < GRID_LAYERS; l++) {
        const struct grid_run *runs = g->runs + g->layers[l].first;
        for (size_t i = 0; i < g->layers[l].count; i++) {
            LAW(runs[i].start < runs[i].end);
            LAW(i == 0 || runs[i - 1].end <= runs[i].start);
            LAW(law_plausible(quantity_of[l], runs[i].value));
        }
    }
}

static bool is_amount(enum grid_layer l)
{
    return l == GRID_PRECIPITATION || l == GRID_SNOWFALL || l == GRID_ICE;
}

static void check_numbers(const struct grid *g, enum grid_layer l, int64_t from, int64_t to)
{
    double low, high, value, last;

    if (grid_lowest(g, l, from, to, &low)) {
        LAW(grid_highest(g, l, from, to, &high) && low <= high);
        LAW(grid_longest(g, l, from, to, &value) && low <= value && value <= high);
        LAW(grid_ends(g, l, from, to, &value, &last));
        LAW(low <= value && value <= high && low <= last && last <= high);
    } else {
        LAW(!grid_total(g, l, from, to, &value));
    }
    if (grid_total(g, l, from, to, &value))
        LAW(is_amount(l) ? law_plausible(quantity_of[l], value) : isfinite(value));
    if (grid_at(g, l, from, &value))
        LAW(law_plausible(quantity_of[l], value));
}

static void check_period(const struct grid *g, int64_t from, int64_t to)
{
    struct grid_condition c[8];
    struct grid_wind w;
    bool covered;
    size_t count = grid_weather(g, from, to, c, 8, &covered);

    LAW(count <= 8 && (covered || count == 0));
    for (size_t i = 0; i < count; i++)
        LAW(c[i].coverage && c[i].intensity && c[i].weather[0] && c[i].start < c[i].end);
    if (grid_wind(g, from, to, &w)) {
        LAW(w.low <= w.high && law_plausible(LAW_WIND_MPS, w.low) &&
            law_plausible(LAW_WIND_MPS, w.high));
        LAW(!w.has_direction || (w.direction >= 0.0 && w.direction < 360.0));
        LAW(!w.has_gust || (w.gust > w.high && law_plausible(LAW_WIND_MPS, w.gust)));
    }
    for (size_t l = 0; l < GRID_LAYERS; l++)
        check_numbers(g, (enum grid_layer)l, from, to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct object *object = NULL;
    struct err err = ERR_NONE;
    const struct grid *g;

    if (grid_decode((struct str){ (const char *)data, size }, NULL, &object, &err) != ST_OK) {
        LAW(!object && err.status != ST_OK);
        return 0;
    }
    g = object->data;
    check_runs(g);
    LAW(grid_start(g) <= grid_end(g));
    for (int64_t t = grid_start(g) - 7200; t < grid_start(g) + 2 * 86400; t += 6 * 3600)
        check_period(g, t, t + 12 * 3600);
    check_period(g, grid_start(g) - 1000000, grid_end(g) + 1000000);
    object_release(object);
    return 0;
}
