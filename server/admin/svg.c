/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/svg.c -- charts and meters as inline SVG.
 *
 * A chart is 100 units high and 10 units per column wide. The page stretches it in both directions,
 * so it must not contain text, and lines keep their width by non-scaling-stroke. */
#include "server/admin/svg.h"

#include <math.h>
#include <stdlib.h>

#include "server/admin/html.h"

enum { HEIGHT = 100, COLUMN = 10, GAP = 2, GRID_LINES = 2, CUT = 7 };

double svg_axis_max(double value)
{
    static const double rounds[] = { 1, 2, 4, 6, 8 };
    double step = 1;

    if (!(value > 1) || !isfinite(value))
        return 1;
    while (step * 10 < value)
        step *= 10;
    for (size_t i = 0; i < sizeof rounds / sizeof rounds[0]; i++)
        if (rounds[i] * step >= value)
            return rounds[i] * step;
    return step * 10;
}

static int compare_values(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* Nine of ten columns are no higher than the usual height; one that is more than PEAK times that
 * towers over them. */
double svg_scale(const double *values, size_t count)
{
    const double PEAK = 2.5, HEADROOM = 1.25;
    double sorted[SVG_COLUMNS_MAX], usual;
    size_t n = 0;

    for (size_t i = 0; i < count && n < SVG_COLUMNS_MAX; i++)
        if (values[i] > 0)
            sorted[n++] = values[i];
    if (n == 0)
        return 1;
    qsort(sorted, n, sizeof sorted[0], compare_values);
    usual = sorted[(n - 1) * 9 / 10];
    return svg_axis_max(sorted[n - 1] > PEAK * usual ? HEADROOM * usual : sorted[n - 1]);
}

static bool is_near(size_t a, size_t b, size_t count)
{
    size_t apart = count / 7; /* about the width of a number */

    return a > b ? a - b < apart : b - a < apart;
}

size_t svg_peaks(const double *values, size_t count, double max, size_t ret_columns[SVG_PEAKS_MAX])
{
    size_t found = 0;

    while (found < SVG_PEAKS_MAX) {
        size_t best = count;
        for (size_t i = 0; i < count; i++) {
            bool free_space = true;
            for (size_t k = 0; k < found; k++)
                free_space = free_space && !is_near(i, ret_columns[k], count);
            if (free_space && values[i] > max && (best == count || values[i] > values[best]))
                best = i;
        }
        if (best == count)
            break;
        ret_columns[found++] = best;
    }
    return found;
}

static double value_height(const struct svg_chart *chart, double value)
{
    double share = chart->max > 0 ? value / chart->max : 0;

    return HEIGHT * fmin(1, fmax(0, share));
}

static void begin_chart(struct buf *out, const struct svg_chart *chart)
{
    buf_printf(out,
               "<svg class=\"chart\" viewBox=\"0 0 %zu %d\" preserveAspectRatio=\"none\" "
               "role=\"img\" aria-labelledby=\"%s-t %s-d\"><title id=\"%s-t\">",
               chart->count * COLUMN, HEIGHT, chart->id, chart->id, chart->id);
    html_textz(out, chart->title);
    buf_printf(out, "</title><desc id=\"%s-d\">", chart->id);
    html_textz(out, chart->description);
    buf_putz(out, "</desc>");
    for (int i = 0; i <= GRID_LINES; i++)
        buf_printf(out, "<path class=\"grid\" d=\"M0 %dH%zu\"/>", i * HEIGHT / GRID_LINES,
                   chart->count * COLUMN);
    for (size_t i = 0; i < chart->tick_count; i++)
        buf_printf(out, "<path class=\"grid\" d=\"M%.1f 0V%d\"/>",
                   chart->ticks[i].at * (double)(chart->count * COLUMN), HEIGHT);
}

void svg_bars(struct buf *out, const struct svg_chart *chart, const struct svg_layer *layers,
              size_t layer_count)
{
    double below[SVG_COLUMNS_MAX] = { 0 };

    begin_chart(out, chart);
    for (size_t l = 0; l < layer_count; l++) {
        buf_printf(out, "<path class=\"%s\" d=\"", layers[l].css_class);
        for (size_t i = 0; i < chart->count && i < SVG_COLUMNS_MAX; i++) {
            double top = value_height(chart, below[i] + fmax(0, layers[l].values[i]));
            double base = value_height(chart, below[i]);
            if (layers[l].values[i] > 0)
                buf_printf(out, "M%zu %.2fh%dV%.2fh-%dz", i * COLUMN + GAP / 2, HEIGHT - base,
                           COLUMN - GAP, HEIGHT - top, COLUMN - GAP);
            below[i] += fmax(0, layers[l].values[i]);
        }
        buf_putz(out, "\"/>");
    }
    for (size_t i = 0; i < chart->count && i < SVG_COLUMNS_MAX; i++)
        if (below[i] > chart->max)
            buf_printf(out, "<path class=\"cut\" d=\"M%zu %dh%d\"/>", i * COLUMN, CUT, COLUMN);
    buf_putz(out, "</svg>");
}

static bool has_value(const struct svg_chart *chart, const double *values, size_t i)
{
    return i < chart->count && values[i] >= 0; /* i - 1 of the first column wraps around */
}

/* Draws either the points that have a neighbor, joined by lines, or the isolated ones as dots. */
static void put_points(struct buf *out, const struct svg_chart *chart, const double *values,
                       bool isolated)
{
    for (size_t i = 0; i < chart->count; i++) {
        bool before = has_value(chart, values, i - 1), after = has_value(chart, values, i + 1);
        if (values[i] < 0 || isolated == (before || after))
            continue;
        buf_printf(out, "%c%zu %.2f%s", before ? 'L' : 'M', i * COLUMN + COLUMN / 2,
                   HEIGHT - value_height(chart, values[i]), isolated ? "h0" : "");
    }
}

void svg_lines(struct buf *out, const struct svg_chart *chart, const struct svg_layer *layers,
               size_t layer_count)
{
    begin_chart(out, chart);
    for (size_t l = 0; l < layer_count; l++) {
        buf_printf(out, "<path class=\"line %s\" d=\"", layers[l].css_class);
        put_points(out, chart, layers[l].values, false);
        buf_printf(out, "\"/><path class=\"line dots %s\" d=\"", layers[l].css_class);
        put_points(out, chart, layers[l].values,
                   true); /* a zero-length line with round caps is a dot */
        buf_putz(out, "\"/>");
    }
    buf_putz(out, "</svg>");
}

void svg_meter(struct buf *out, const char *css_class, double value, double max)
{
    double share = max > 0 ? fmin(1, fmax(0, value / max)) : 0;

    buf_printf(out,
               "<svg class=\"meter\" viewBox=\"0 0 100 1\" preserveAspectRatio=\"none\" "
               "aria-hidden=\"true\"><path class=\"rest\" d=\"M0 0h100v1H0z\"/>"
               "<path class=\"%s\" d=\"M0 0h%.2fv1H0z\"/></svg>",
               css_class, share > 0 ? fmax(0.8, 100 * share) : 0);
}

void svg_labels(struct buf *out, const char *css_class, const struct svg_label *labels,
                size_t count)
{
    const double EDGE = 0.05;

    buf_printf(out, "<svg class=\"%s\" aria-hidden=\"true\">", css_class);
    for (size_t i = 0; i < count; i++) {
        const char *anchor = labels[i].at < EDGE       ? " text-anchor=\"start\""
                             : labels[i].at > 1 - EDGE ? " text-anchor=\"end\""
                                                       : "";
        if (!labels[i].text[0])
            continue;
        buf_printf(out, "<text x=\"%.2f%%\" y=\"11\"%s>", 100 * labels[i].at, anchor);
        html_textz(out, labels[i].text);
        buf_putz(out, "</text>");
    }
    buf_putz(out, "</svg>");
}
