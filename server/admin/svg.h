/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/svg.h -- charts and meters as inline SVG. Pure.
 *
 * Charts have a title and a description for screen readers. Colors are CSS classes, and the style
 * sheet stretches a chart to the width of its card. */
#ifndef CLIMACAST_SERVER_ADMIN_SVG_H
#define CLIMACAST_SERVER_ADMIN_SVG_H

#include <stddef.h>

#include "server/base/str.h"

enum { SVG_COLUMNS_MAX = 200, SVG_PEAKS_MAX = 4 };

/* Text at a place along the width of a chart: 0 is its left edge, 1 its right edge. */
struct svg_label {
    double at;
    char text[24];
};

/* A chart of `count` columns from left to right, at most SVG_COLUMNS_MAX. */
struct svg_chart {
    const char *id; /* unique in the page */
    const char *title, *description;
    size_t count;
    double max;                    /* value at the top edge; greater than 0 */
    const struct svg_label *ticks; /* where the vertical lines are */
    size_t tick_count;
};

/* One series: a value for each column, negative where there is none. */
struct svg_layer {
    const char *css_class;
    const double *values;
};

/* The smallest of 1, 2, 4, 6, 8, 10, 20, 40, ... that is at least `value`: a round number for an
 * axis, and half of it, too. */
double svg_axis_max(double value);
/* The end of the axis for these columns: the highest fits, unless it towers over the others; then
 * those fit, and it is clipped. */
double svg_scale(const double *values, size_t count);
/* The columns that are clipped at `max`, highest first and none near another; at most
 * SVG_PEAKS_MAX. Returns how many. */
size_t svg_peaks(const double *values, size_t count, double max, size_t ret_columns[SVG_PEAKS_MAX]);

/* Stacked bars, the first layer at the bottom. A clipped one has a gap near the top. */
void svg_bars(struct buf *out, const struct svg_chart *chart, const struct svg_layer *layers,
              size_t layer_count);
/* Lines, broken at columns without a value; an isolated value is drawn as a dot. */
void svg_lines(struct buf *out, const struct svg_chart *chart, const struct svg_layer *layers,
               size_t layer_count);
/* A line of texts along a chart, which are not stretched with it; empty ones are left out. Hidden
 * from screen readers. */
void svg_labels(struct buf *out, const char *css_class, const struct svg_label *labels,
                size_t count);
/* A horizontal bar of `value` out of `max`. Hidden from screen readers: the number is next to
 * it. */
void svg_meter(struct buf *out, const char *css_class, double value, double max);

#endif
