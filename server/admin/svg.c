/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/svg.c -- see the header.
 *
 * A picture is 100 high and ten times as wide as it has places, and the page stretches it both
 * ways, so no text may stand in it, and lines keep their width (non-scaling-stroke). */
#include "server/admin/svg.h"

#include <math.h>

#include "server/admin/html.h"

enum { HEIGHT = 100, PLACE = 10, GAP = 2, GRID_LINES = 2 };

double svg_axis_max(double most)
{
    double step = 1;

    if (!(most > 1) || !isfinite(most))
        return 1;
    while (step * 10 < most)
        step *= 10;
    if (step * 2 >= most && step < most)
        return step * 2;
    if (step * 5 >= most && step < most)
        return step * 5;
    return step < most ? step * 10 : step;
}

static double height_of(const struct svg_chart *chart, double value)
{
    double share = chart->most > 0 ? value / chart->most : 0;

    return HEIGHT * fmin(1, fmax(0, share));
}

static void open_chart(struct buf *out, const struct svg_chart *chart)
{
    buf_printf(out,
               "<svg class=\"chart\" viewBox=\"0 0 %zu %d\" preserveAspectRatio=\"none\" "
               "role=\"img\" aria-labelledby=\"%s-t %s-d\"><title id=\"%s-t\">",
               chart->count * PLACE, HEIGHT, chart->id, chart->id, chart->id);
    html_textz(out, chart->title);
    buf_printf(out, "</title><desc id=\"%s-d\">", chart->id);
    html_textz(out, chart->description);
    buf_putz(out, "</desc>");
    for (int i = 0; i <= GRID_LINES; i++)
        buf_printf(out, "<path class=\"grid\" d=\"M0 %dH%zu\"/>", i * HEIGHT / GRID_LINES,
                   chart->count * PLACE);
}

void svg_bars(struct buf *out, const struct svg_chart *chart, const struct svg_layer *layers,
              size_t layer_count)
{
    double below[SVG_PLACES_MAX] = { 0 };

    open_chart(out, chart);
    for (size_t l = 0; l < layer_count; l++) {
        buf_printf(out, "<path class=\"%s\" d=\"", layers[l].css_class);
        for (size_t i = 0; i < chart->count && i < SVG_PLACES_MAX; i++) {
            double top = height_of(chart, below[i] + fmax(0, layers[l].values[i]));
            double base = height_of(chart, below[i]);
            if (layers[l].values[i] > 0)
                buf_printf(out, "M%zu %.2fh%dV%.2fh-%dz", i * PLACE + GAP / 2, HEIGHT - base,
                           PLACE - GAP, HEIGHT - top, PLACE - GAP);
            below[i] += fmax(0, layers[l].values[i]);
        }
        buf_putz(out, "\"/>");
    }
    buf_putz(out, "</svg>");
}

static bool is_there(const struct svg_chart *chart, const double *values, size_t i)
{
    return i < chart->count && values[i] >= 0; /* what is before the first is no number, either */
}

/* Either what has a neighbour, joined by lines, or what has none. */
static void put_points(struct buf *out, const struct svg_chart *chart, const double *values,
                       bool alone)
{
    for (size_t i = 0; i < chart->count; i++) {
        bool before = is_there(chart, values, i - 1), after = is_there(chart, values, i + 1);
        if (values[i] < 0 || alone == (before || after))
            continue;
        buf_printf(out, "%c%zu %.2f%s", before ? 'L' : 'M', i * PLACE + PLACE / 2,
                   HEIGHT - height_of(chart, values[i]), alone ? "h0" : "");
    }
}

void svg_lines(struct buf *out, const struct svg_chart *chart, const struct svg_layer *layers,
               size_t layer_count)
{
    open_chart(out, chart);
    for (size_t l = 0; l < layer_count; l++) {
        buf_printf(out, "<path class=\"line %s\" d=\"", layers[l].css_class);
        put_points(out, chart, layers[l].values, false);
        buf_printf(out, "\"/><path class=\"line dots %s\" d=\"", layers[l].css_class);
        put_points(out, chart, layers[l].values, true); /* a round cap of no length is a dot */
        buf_putz(out, "\"/>");
    }
    buf_putz(out, "</svg>");
}

void svg_meter(struct buf *out, const char *css_class, double value, double most)
{
    double share = most > 0 ? fmin(1, fmax(0, value / most)) : 0;

    buf_printf(out,
               "<svg class=\"meter\" viewBox=\"0 0 100 1\" preserveAspectRatio=\"none\" "
               "aria-hidden=\"true\"><path class=\"rest\" d=\"M0 0h100v1H0z\"/>"
               "<path class=\"%s\" d=\"M0 0h%.2fv1H0z\"/></svg>",
               css_class, share > 0 ? fmax(0.8, 100 * share) : 0);
}
