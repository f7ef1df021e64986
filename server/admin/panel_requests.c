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

/* Verified and rejected ones. */
static double requests_in_bar(const struct history_totals *t)
{
    return (double)(history_requests(t) + t->counts[HISTORY_REFUSED]);
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

/* ---- hours on the axis ---- */

enum { TICKS_MAX = 30, HOUR_TICK_MIN = 10, DAY_TICK_HOURS = 4 };

/* At whole tens of minutes, or every four hours, of local time; without text near the edges, where
 * there is no room for it. Returns how many. */
static size_t find_ticks(const struct dashboard_data *d, struct svg_label ticks[TICKS_MAX])
{
    const double EDGE = 0.05;
    size_t n = 0;

    for (size_t i = 1; i < d->bar_count && n < TICKS_MAX; i++) {
        char clock[32];
        int hour, minute;
        panel_format_clock(d, bar_start(d, i), clock);
        if (sscanf(clock, "%d:%d", &hour, &minute) != 2)
            continue;
        if (d->whole_day ? minute != 0 || hour % DAY_TICK_HOURS != 0 : minute % HOUR_TICK_MIN != 0)
            continue;
        ticks[n].at = (double)i / (double)d->bar_count;
        (void)snprintf(ticks[n].text, sizeof ticks[n].text, "%.5s",
                       ticks[n].at < EDGE || ticks[n].at > 1 - EDGE ? "" : clock);
        n++;
    }
    return n;
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

static void begin_details_row(const struct dashboard_data *d, int64_t t, struct buf *out)
{
    buf_putz(out, "<tr><th scope=\"row\">");
    panel_put_time(d, t, out);
    buf_putz(out, "</th>");
}

static void end_details(struct buf *out)
{
    buf_putz(out, "</tbody></table></div></details>");
}

/* ---- requests over time ---- */

static const struct {
    enum history_count counts[2]; /* from the first to the second */
    const char *css_class, *label;
} layers[] = { { { HISTORY_WEATHER, HISTORY_WEATHER }, "blue", "Weather" },
               { { HISTORY_ANSWERED, HISTORY_HINTS }, "teal", "Other answers" },
               { { HISTORY_NOT_UNDERSTOOD, HISTORY_NOT_UNDERSTOOD }, "amber", "Not understood" },
               { { HISTORY_APOLOGIES, HISTORY_ALEXA_ERRORS }, "red", "Apology or error" },
               { { HISTORY_REFUSED, HISTORY_REFUSED }, "gray", "Rejected" } };
enum { LAYERS = sizeof layers / sizeof layers[0] };

static double layer_value(const struct history_totals *t, size_t layer)
{
    int64_t n = 0;

    for (size_t i = layers[layer].counts[0]; i <= layers[layer].counts[1]; i++)
        n += t->counts[i];
    return (double)n;
}

static void draw_requests(const struct dashboard_data *d, struct buf *out)
{
    double values[LAYERS][DASHBOARD_BARS_MAX], sums[DASHBOARD_BARS_MAX], max = 0;
    struct svg_layer drawn[LAYERS];
    struct svg_label ticks[TICKS_MAX];
    char description[200];

    for (size_t i = 0; i < d->bar_count; i++) {
        sums[i] = requests_in_bar(&d->bars[i]);
        max = fmax(max, sums[i]);
        for (size_t l = 0; l < LAYERS; l++)
            values[l][i] = layer_value(&d->bars[i], l);
    }
    for (size_t l = 0; l < LAYERS; l++)
        drawn[l] = (struct svg_layer){ layers[l].css_class, values[l] };
    (void)snprintf(description, sizeof description,
                   "Bar chart of %s, %d min per bar: %.0f requests in total, at most %.0f per bar.",
                   span_name(d), d->bar_minutes, requests_in_span(d), max);
    struct svg_chart chart = { .id = "requests-chart",
                               .title = "Requests over time",
                               .description = description,
                               .count = d->bar_count,
                               .max = fmax(2, svg_scale(sums, d->bar_count)),
                               .ticks = ticks,
                               .tick_count = find_ticks(d, ticks) };
    const struct panel_plot plot = { .values = sums,
                                     .count = d->bar_count,
                                     .max = chart.max,
                                     .format = panel_format_count,
                                     .ticks = ticks,
                                     .tick_count = chart.tick_count };
    panel_plot_begin(out, &plot);
    svg_bars(out, &chart, drawn, LAYERS);
    panel_plot_end(out, &plot);
    panel_legend_begin(out);
    for (size_t l = 0; l < LAYERS; l++)
        panel_legend_put(out, layers[l].css_class, layers[l].label);
    panel_legend_end(out);
}

static void list_requests(const struct dashboard_data *d, struct buf *out)
{
    const char *headings[1 + LAYERS] = { "Start" };

    for (size_t l = 0; l < LAYERS; l++)
        headings[1 + l] = layers[l].label;
    begin_details(out, headings, 1 + LAYERS);
    for (size_t i = 0; i < d->bar_count; i++) {
        if (requests_in_bar(&d->bars[i]) <= 0)
            continue;
        begin_details_row(d, bar_start(d, i), out);
        for (size_t l = 0; l < LAYERS; l++)
            buf_printf(out, "<td class=\"num\">%.0f</td>", layer_value(&d->bars[i], l));
        buf_putz(out, "</tr>");
    }
    end_details(out);
}

void panel_requests(const struct dashboard_data *d, struct buf *out)
{
    char note[60];

    (void)snprintf(note, sizeof note, "Per %d minutes", d->bar_minutes);
    panel_begin(d, out,
                &(struct panel_head){ .id = "requests",
                                      .title = "Requests",
                                      .note = d->bar_minutes == 1 ? "Per minute" : note,
                                      .open = true });
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

static void format_ms(double ms, char out[32])
{
    if (ms >= 1000)
        (void)snprintf(out, 32, "%.3g s", ms / 1000);
    else
        (void)snprintf(out, 32, "%.3g ms", ms);
}

static void draw_latency(const struct dashboard_data *d, struct buf *out)
{
    double values[QUANTILES][DASHBOARD_BARS_MAX], max = 0;
    struct svg_layer drawn[QUANTILES];
    struct svg_label ticks[TICKS_MAX];
    char description[200];

    for (size_t l = 0; l < QUANTILES; l++) {
        for (size_t i = 0; i < d->bar_count; i++) {
            const struct history_totals *t = &d->bars[i];
            values[l][i] = t->timed > 0 ? 1000 * history_quantile(t, quantiles[l].share) : -1;
            max = fmax(max, values[l][i]);
        }
        drawn[l] = (struct svg_layer){ quantiles[l].css_class, values[l] };
    }
    (void)snprintf(description, sizeof description,
                   "Line chart of %s, %d min per point; the slowest point is %.1f milliseconds.",
                   span_name(d), d->bar_minutes, max);
    const double *slowest = values[QUANTILES - 1];
    struct svg_chart chart = { .id = "latency-chart",
                               .title = "Response time",
                               .description = description,
                               .count = d->bar_count,
                               .max = fmax(2, svg_scale(slowest, d->bar_count)),
                               .ticks = ticks,
                               .tick_count = find_ticks(d, ticks) };
    const struct panel_plot plot = { .values = slowest,
                                     .count = d->bar_count,
                                     .max = chart.max,
                                     .format = format_ms,
                                     .ticks = ticks,
                                     .tick_count = chart.tick_count };
    panel_plot_begin(out, &plot);
    svg_lines(out, &chart, drawn, QUANTILES);
    panel_plot_end(out, &plot);
    panel_legend_begin(out);
    for (size_t l = 0; l < QUANTILES; l++)
        panel_legend_put(out, quantiles[l].css_class, quantiles[l].label);
    panel_legend_end(out);
}

static void list_latency(const struct dashboard_data *d, struct buf *out)
{
    static const char *const headings[] = { "Start", "Mean", "p50", "p95" };

    begin_details(out, headings, 4);
    for (size_t i = 0; i < d->bar_count; i++) {
        const struct history_totals *t = &d->bars[i];
        if (t->timed <= 0)
            continue;
        begin_details_row(d, bar_start(d, i), out);
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
    panel_begin(d, out,
                &(struct panel_head){ .id = "latency",
                                      .title = "Response time",
                                      .note = "From headers received to response ready",
                                      .open = true });
    if (timed_in_span(d) > 0) {
        draw_latency(d, out);
        list_latency(d, out);
    } else {
        panel_empty(out, d->since_start.timed > 0 ? "No responses in this time span."
                                                  : "No requests yet.");
    }
    panel_end(out);
}
