/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/svg.h -- charts and meters as inline SVG. Pure.
 *
 * Charts have a title and a description for screen readers. Colors are CSS classes, and the style
 * sheet stretches a chart to the width of its card. */
#ifndef CLIMACAST_SERVER_ADMIN_SVG_H
#define CLIMACAST_SERVER_ADMIN_SVG_H

#include <stddef.h>

#include "server/base/str.h"

enum { SVG_COLUMNS_MAX = 200 };

/* A chart of `count` columns from left to right, at most SVG_COLUMNS_MAX. */
struct svg_chart {
    const char *id; /* unique in the page */
    const char *title, *description;
    size_t count;
    double max; /* value at the top edge; greater than 0 */
};

/* One series: a value for each column, negative where there is none. */
struct svg_layer {
    const char *css_class;
    const double *values;
};

/* The smallest of 1, 2, 5, 10, 20, 50, ... that is at least `value`: a round number for an axis. */
double svg_axis_max(double value);

/* Stacked bars, the first layer at the bottom. */
void svg_bars(struct buf *out, const struct svg_chart *chart, const struct svg_layer *layers,
              size_t layer_count);
/* Lines, broken at columns without a value; an isolated value is drawn as a dot. */
void svg_lines(struct buf *out, const struct svg_chart *chart, const struct svg_layer *layers,
               size_t layer_count);
/* A horizontal bar of `value` out of `max`. Hidden from screen readers: the number is next to
 * it. */
void svg_meter(struct buf *out, const char *css_class, double value, double max);

#endif
