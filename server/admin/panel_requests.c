/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/panel_requests.c -- panels of requests and response times over the selected time
 * span. */
#include <math.h>
#include <stdio.h>

#include "server/admin/html.h"
#include "server/admin/panel.h"
#include "server/admin/svg.h"

static const char *span_name(const struct dashboard_data *d)
{
    return d->whole_day ? "the last 24 hours" : "the last 60 minutes";
}

static int64_t bar_start(const struct dashboard_data *d, size_t i)
{
    return d->bars_start + (int64_t)i * d->bar_minutes * 60;
}

static double requests_in_bar(const struct history_totals *t)
{
    double n = 0;

    for (size_t i = 0; i < HISTORY_COUNTS; i++)
        n += (double)t->counts[i];
    return n;
}

static double requests_in_span(const struct dashboard_data *d)
{
    double n = 0;

    for (size_t i = 0; i < d->bar_count; i++)
        n += requests_in_bar(&d->bars[i]);
    return n;
}

static double timed_in_span(const struct dashboard_data *d)
{
    double n = 0;

    for (size_t i = 0; i < d->bar_count; i++)
        n += (double)d->bars[i].timed;
    return n;
}

static void end_time_plot(const struct dashboard_data *d, struct buf *out)
{
    char left[32], right[32];

    panel_format_time(d->bars_start, left);
    panel_format_time(d->now, right);
    panel_plot_end(out, left, right);
}

/* ---- the same data as a table ---- */

static void begin_details(struct buf *out, const char *const *headings, size_t count)
{
    buf_putz(out, "<details><summary>Show as table</summary><div class=\"scroll\" tabindex=\"0\">"
                  "<table><thead><tr>");
    for (size_t i = 0; i < count; i++)
        buf_printf(out, "<th scope=\"col\"%s>%s</th>", i > 0 ? " class=\"num\"" : "", headings[i]);
    buf_putz(out, "</tr></thead><tbody>");
}

static void begin_details_row(struct buf *out, int64_t t)
{
    char time[32];

    panel_format_time(t, time);
    buf_printf(out, "<tr><th scope=\"row\">%s</th>", time);
}

static void end_details(struct buf *out)
{
    buf_putz(out, "</tbody></table></div></details>");
}

/* ---- requests over time ---- */

static const struct {
    enum history_count count;
    const char *css_class, *label;
} layers[] = { { HISTORY_WEATHER, "blue", "weather" },
               { HISTORY_ANSWERED, "blue", "answered" },
               { HISTORY_APOLOGIES, "amber", "apology" },
               { HISTORY_REFUSED, "red", "rejected" } };
enum { LAYERS = sizeof layers / sizeof layers[0] };

static void draw_requests(const struct dashboard_data *d, struct buf *out)
{
    double values[LAYERS][DASHBOARD_BARS_MAX], max = 0;
    struct svg_layer drawn[LAYERS];
    char description[200], top[32], middle[32];

    for (size_t i = 0; i < d->bar_count; i++) {
        max = fmax(max, requests_in_bar(&d->bars[i]));
        for (size_t l = 0; l < LAYERS; l++)
            values[l][i] = (double)d->bars[i].counts[layers[l].count];
    }
    for (size_t l = 0; l < LAYERS; l++)
        drawn[l] = (struct svg_layer){ layers[l].css_class, values[l] };
    (void)snprintf(description, sizeof description,
                   "Bar chart of %s, %d min per bar: %.0f requests in total, at most %.0f per bar.",
                   span_name(d), d->bar_minutes, requests_in_span(d), max);
    struct svg_chart chart = { "requests", "Requests over time", description, d->bar_count,
                               svg_axis_max(max) };
    (void)snprintf(top, sizeof top, "%.0f", chart.max);
    (void)snprintf(middle, sizeof middle, "%g", chart.max / 2);
    panel_plot_begin(out, top, middle);
    svg_bars(out, &chart, drawn, LAYERS);
    end_time_plot(d, out);
    panel_legend_begin(out);
    for (size_t l = 0; l < LAYERS; l++)
        panel_legend_put(out, layers[l].css_class, layers[l].label);
    panel_legend_end(out);
}

static void list_requests(const struct dashboard_data *d, struct buf *out)
{
    static const char *const headings[] = { "Start (UTC)", "Answered", "Apology", "Rejected" };

    begin_details(out, headings, 4);
    for (size_t i = 0; i < d->bar_count; i++) {
        if (requests_in_bar(&d->bars[i]) <= 0)
            continue;
        begin_details_row(out, bar_start(d, i));
        for (size_t l = 0; l < LAYERS; l++)
            buf_printf(out, "<td class=\"num\">%lld</td>",
                       (long long)d->bars[i].counts[layers[l].count]);
        buf_putz(out, "</tr>");
    }
    end_details(out);
}

void panel_requests(const struct dashboard_data *d, struct buf *out)
{
    char note[60];

    (void)snprintf(note, sizeof note, "Requests per %d minutes", d->bar_minutes);
    panel_begin(out, "requests", "Requests", d->bar_minutes == 1 ? "Requests per minute" : note);
    if (requests_in_span(d) > 0) {
        draw_requests(d, out);
        list_requests(d, out);
    } else {
        panel_empty(out, requests_in_bar(&d->since_start) > 0 ? "No requests in this time span."
                                                              : "No requests yet.");
    }
    panel_end(out);
}

/* ---- response times ---- */

static const struct {
    double share;
    const char *css_class, *label;
} quantiles[] = { { 0.5, "teal", "p50" }, { 0.95, "violet", "p95" } };
enum { QUANTILES = sizeof quantiles / sizeof quantiles[0] };

static void format_axis_ms(char out[32], double seconds)
{
    (void)snprintf(out, 32, "%g ms", seconds * 1000);
}

static void draw_latency(const struct dashboard_data *d, struct buf *out)
{
    double values[QUANTILES][DASHBOARD_BARS_MAX], max = 0;
    struct svg_layer drawn[QUANTILES];
    char description[200], top[32], middle[32];

    for (size_t l = 0; l < QUANTILES; l++) {
        for (size_t i = 0; i < d->bar_count; i++) {
            const struct history_totals *t = &d->bars[i];
            values[l][i] = t->timed > 0 ? history_quantile(t, quantiles[l].share) : -1;
            max = fmax(max, values[l][i]);
        }
        drawn[l] = (struct svg_layer){ quantiles[l].css_class, values[l] };
    }
    (void)snprintf(description, sizeof description,
                   "Line chart of %s, %d min per point; the slowest point is %.1f milliseconds.",
                   span_name(d), d->bar_minutes, max * 1000);
    struct svg_chart chart = { "latency", "Response time", description, d->bar_count,
                               svg_axis_max(max * 1000) / 1000 };
    format_axis_ms(top, chart.max);
    format_axis_ms(middle, chart.max / 2);
    panel_plot_begin(out, top, middle);
    svg_lines(out, &chart, drawn, QUANTILES);
    end_time_plot(d, out);
    panel_legend_begin(out);
    for (size_t l = 0; l < QUANTILES; l++)
        panel_legend_put(out, quantiles[l].css_class, quantiles[l].label);
    panel_legend_end(out);
}

static void list_latency(const struct dashboard_data *d, struct buf *out)
{
    static const char *const headings[] = { "Start (UTC)", "Mean", "p50", "p95" };

    begin_details(out, headings, 4);
    for (size_t i = 0; i < d->bar_count; i++) {
        const struct history_totals *t = &d->bars[i];
        if (t->timed <= 0)
            continue;
        begin_details_row(out, bar_start(d, i));
        buf_putz(out, "<td class=\"num\">");
        html_duration(out, t->seconds / (double)t->timed);
        for (size_t l = 0; l < QUANTILES; l++) {
            buf_putz(out, "</td><td class=\"num\">");
            html_duration(out, history_quantile(t, quantiles[l].share));
        }
        buf_putz(out, "</td></tr>");
    }
    end_details(out);
}

void panel_latency(const struct dashboard_data *d, struct buf *out)
{
    panel_begin(out, "latency", "Response time", "From request headers received to response ready");
    if (timed_in_span(d) > 0) {
        draw_latency(d, out);
        list_latency(d, out);
    } else {
        panel_empty(out, d->since_start.timed > 0 ? "No responses in this time span."
                                                  : "No requests yet.");
    }
    panel_end(out);
}
