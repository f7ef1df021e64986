/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/figures/layers.h -- grids made by hand: layers of runs, by hours since H(0)
 * (grid_case.h), in the units of the listener. */
#ifndef CLIMACAST_TESTS_LAYERS_H
#define CLIMACAST_TESTS_LAYERS_H

#include "server/base/object.h"
#include "tests/unit/intents/weather/grid_case.h"

struct layers {
    struct buf text;
    bool begun, ran;
    double factor, offset; /* to the unit of the layer */
    struct object *object;
};

static inline struct layers layers_start(void)
{
    return (struct layers){ .text = BUF_INIT(1 << 20) };
}

static inline void layers_end_layer(struct layers *l)
{
    if (l->begun)
        buf_putz(&l->text, "]},");
    l->begun = l->ran = false;
}

/* Begins a layer: its values are degrees Fahrenheit, miles per hour, or as they are. */
static inline void layer(struct layers *l, const char *name, const char *uom)
{
    bool f = strcmp(uom, "degC") == 0, mph = strcmp(uom, "km_h-1") == 0;

    layers_end_layer(l);
    buf_printf(&l->text, "'%s':{'uom':'wmoUnit:%s','values':[", name, uom);
    l->begun = true;
    l->factor = f ? 1 / 1.8 : mph ? 1.609344 : 1;
    l->offset = f ? -32 / 1.8 : 0;
}

/* Adds a run to the layer: `hours` long, from H(from) on. */
static inline void run(struct layers *l, int from, int hours, double value)
{
    buf_printf(&l->text, "%s{'validTime':'2026-06-%02dT%02d:00:00+00:00/PT%dH','value':%.9f}",
               l->ran ? "," : "", 1 + from / 24, from % 24, hours, value * l->factor + l->offset);
    l->ran = true;
}

/* Adds a run of the weather layer, begun with layer_of_weather(). */
static inline void layer_of_weather(struct layers *l)
{
    layers_end_layer(l);
    buf_putz(&l->text, "'weather':{'values':[");
    l->begun = true;
}

static inline void weather_run(struct layers *l, int from, int hours, const char *weather)
{
    buf_printf(&l->text,
               "%s{'validTime':'2026-06-%02dT%02d:00:00+00:00/PT%dH','value':[{'coverage':'chance',"
               "'weather':'%s','intensity':'light','attributes':[]}]}",
               l->ran ? "," : "", 1 + from / 24, from % 24, hours, weather);
    l->ran = true;
}

/* The grid of these layers, until layers_free(). */
static inline const struct grid *layers_grid(struct layers *l)
{
    layers_end_layer(l);
    buf_putz(&l->text, "'none':{}");
    l->object = grid_with(buf_z(&l->text), NULL);
    return l->object->data;
}

static inline void layers_free(struct layers *l)
{
    object_release(l->object);
    buf_free(&l->text);
}

#endif
