/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/svg.h -- the dashboard's pictures: SVG inside HTML, stretched by the
 * page's style, each with a title and a description for who does not see it. Colours are classes.
 * Pure. */
#ifndef CLIMACAST_SERVER_ADMIN_SVG_H
#define CLIMACAST_SERVER_ADMIN_SVG_H

#include <stddef.h>

#include "server/base/str.h"

enum { SVG_PLACES_MAX = 200 };

/* A picture of `count` places, at most SVG_PLACES_MAX, from left to right. */
struct svg_chart {
    const char *id; /* its own in the page */
    const char *title, *description;
    size_t count;
    double most; /* what the upper edge stands for; above 0 */
};

/* What is drawn: one value for each place; below 0 is none. */
struct svg_layer {
    const char *css_class;
    const double *values;
};

/* A number as near above `most` as reads well on an axis: 1, 2, 5, 10, 20, ...; at least 1. */
double svg_axis_max(double most);

/* Bars, layers on top of each other, the first lowest. */
void svg_bars(struct buf *out, const struct svg_chart *chart, const struct svg_layer *layers,
              size_t layer_count);
/* Lines; one that has nothing at a place is broken there, and what stands alone is a dot. */
void svg_lines(struct buf *out, const struct svg_chart *chart, const struct svg_layer *layers,
               size_t layer_count);
/* A bar of `value` out of `most` from left to right; mere decoration of a number beside it. */
void svg_meter(struct buf *out, const char *css_class, double value, double most);

#endif
