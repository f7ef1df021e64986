/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/panel_requests.c -- panels on requests: how many, how fast, how they ended. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "server/admin/html.h"
#include "server/admin/panel.h"

static const char no_requests[] = "No requests yet.";

static double timed(const struct dashboard_facts *f)
{
    double n = 0;

    for (size_t i = 0; i < f->bar_count; i++)
        n += (double)f->bars[i].timed;
    return n;
}

static double all_of(const struct history_totals *t)
{
    double n = 0;

    for (size_t i = 0; i < HISTORY_COUNTS; i++)
        n += (double)t->counts[i];
    return n;
}

static double happened(const struct dashboard_facts *f)
{
    double n = 0;

    for (size_t i = 0; i < f->bar_count; i++)
        n += all_of(&f->bars[i]);
    return n;
}

static const char *span_words(const struct dashboard_facts *f)
{
    return f->whole_day ? "the last 24 hours" : "the last 60 minutes";
}

static void end_plot(const struct dashboard_facts *f, struct buf *out)
{
    char left[32], right[32];

    panel_format_time(f->bars_start, left);
    panel_format_time(f->now, right);
    panel_plot_end(out, left, right);
}

/* ---- the same as a table ---- */

static void begin_table(struct buf *out, const char *const *heads, size_t count)
{
    buf_putz(out, "<details><summary>As a table</summary><div class=\"scroll\" tabindex=\"0\">"
                  "<table><thead><tr>");
    for (size_t i = 0; i < count; i++)
        buf_printf(out, "<th scope=\"col\"%s>%s</th>", i > 0 ? " class=\"num\"" : "", heads[i]);
    buf_putz(out, "</tr></thead><tbody>");
}

static void begin_line(struct buf *out, int64_t t)
{
    char when[32];

    panel_format_time(t, when);
    buf_printf(out, "<tr><th scope=\"row\">%s</th>", when);
}

static void end_table(struct buf *out)
{
    buf_putz(out, "</tbody></table></div></details>");
}

static int64_t bar_time(const struct dashboard_facts *f, size_t i)
{
    return f->bars_start + (int64_t)i * f->bar_minutes * 60;
}

/* ---- how many ---- */

static const struct {
    enum history_count count;
    const char *css_class, *words;
} layers[] = { { HISTORY_ANSWERED, "blue", "answered" },
               { HISTORY_APOLOGIES, "amber", "apology" },
               { HISTORY_REFUSED, "red", "refused" } };
enum { LAYERS = sizeof layers / sizeof layers[0] };

static void draw_requests(const struct dashboard_facts *f, struct buf *out)
{
    double values[LAYERS][DASHBOARD_BARS_MAX], most = 0;
    struct svg_layer drawn[LAYERS];
    char description[200], top[32], middle[32];

    for (size_t i = 0; i < f->bar_count; i++) {
        most = fmax(most, all_of(&f->bars[i]));
        for (size_t l = 0; l < LAYERS; l++)
            values[l][i] = (double)f->bars[i].counts[layers[l].count];
    }
    for (size_t l = 0; l < LAYERS; l++)
        drawn[l] = (struct svg_layer){ layers[l].css_class, values[l] };
    (void)snprintf(description, sizeof description,
                   "Bars for %s, %d min each: %.0f requests in all, at most %.0f in one bar.",
                   span_words(f), f->bar_minutes, happened(f), most);
    struct svg_chart chart = { "requests", "Requests over time", description, f->bar_count,
                               svg_axis_max(most) };
    (void)snprintf(top, sizeof top, "%.0f", chart.most);
    (void)snprintf(middle, sizeof middle, "%g", chart.most / 2);
    panel_plot_begin(out, top, middle);
    svg_bars(out, &chart, drawn, LAYERS);
    end_plot(f, out);
    panel_legend_begin(out);
    for (size_t l = 0; l < LAYERS; l++)
        panel_legend_put(out, layers[l].css_class, layers[l].words);
    panel_legend_end(out);
}

static void list_requests(const struct dashboard_facts *f, struct buf *out)
{
    static const char *const heads[] = { "From, UTC", "Answered", "Apology", "Refused" };

    begin_table(out, heads, 4);
    for (size_t i = 0; i < f->bar_count; i++) {
        if (all_of(&f->bars[i]) <= 0)
            continue;
        begin_line(out, bar_time(f, i));
        for (size_t l = 0; l < LAYERS; l++)
            buf_printf(out, "<td class=\"num\">%lld</td>",
                       (long long)f->bars[i].counts[layers[l].count]);
        buf_putz(out, "</tr>");
    }
    end_table(out);
}

void panel_requests(const struct dashboard_facts *f, struct buf *out)
{
    char note[60];

    (void)snprintf(note, sizeof note, "requests in %d min", f->bar_minutes);
    panel_begin(out, "requests", "Requests over time",
                f->bar_minutes == 1 ? "requests a minute" : note);
    if (happened(f) > 0) {
        draw_requests(f, out);
        list_requests(f, out);
    } else {
        panel_empty(out, all_of(&f->since_start) > 0 ? "No requests in this time." : no_requests);
    }
    panel_end(out);
}

/* ---- how fast ---- */

static const struct {
    double share;
    const char *css_class, *words;
} quantiles[] = { { 0.5, "teal", "half were faster" },
                  { 0.95, "violet", "95 of 100 were faster" } };
enum { QUANTILES = sizeof quantiles / sizeof quantiles[0] };

/* An axis of milliseconds. */
static void put_ms(char out[32], double seconds)
{
    (void)snprintf(out, 32, "%g ms", seconds * 1000);
}

static void draw_latency(const struct dashboard_facts *f, struct buf *out)
{
    double values[QUANTILES][DASHBOARD_BARS_MAX], most = 0;
    struct svg_layer drawn[QUANTILES];
    char description[200], top[32], middle[32];

    for (size_t l = 0; l < QUANTILES; l++) {
        for (size_t i = 0; i < f->bar_count; i++) {
            const struct history_totals *t = &f->bars[i];
            values[l][i] = t->timed > 0 ? history_quantile(t, quantiles[l].share) : -1;
            most = fmax(most, values[l][i]);
        }
        drawn[l] = (struct svg_layer){ quantiles[l].css_class, values[l] };
    }
    (void)snprintf(description, sizeof description,
                   "Lines for %s, %d min each; the slowest point is %.1f milliseconds.",
                   span_words(f), f->bar_minutes, most * 1000);
    struct svg_chart chart = { "latency", "Answer time over time", description, f->bar_count,
                               svg_axis_max(most * 1000) / 1000 };
    put_ms(top, chart.most);
    put_ms(middle, chart.most / 2);
    panel_plot_begin(out, top, middle);
    svg_lines(out, &chart, drawn, QUANTILES);
    end_plot(f, out);
    panel_legend_begin(out);
    for (size_t l = 0; l < QUANTILES; l++)
        panel_legend_put(out, quantiles[l].css_class, quantiles[l].words);
    panel_legend_end(out);
}

static void list_latency(const struct dashboard_facts *f, struct buf *out)
{
    static const char *const heads[] = { "From, UTC", "Mean", "Half", "95 of 100" };

    begin_table(out, heads, 4);
    for (size_t i = 0; i < f->bar_count; i++) {
        const struct history_totals *t = &f->bars[i];
        if (t->timed <= 0)
            continue;
        begin_line(out, bar_time(f, i));
        buf_putz(out, "<td class=\"num\">");
        html_duration(out, t->seconds / (double)t->timed);
        for (size_t l = 0; l < QUANTILES; l++) {
            buf_putz(out, "</td><td class=\"num\">");
            html_duration(out, history_quantile(t, quantiles[l].share));
        }
        buf_putz(out, "</td></tr>");
    }
    end_table(out);
}

void panel_latency(const struct dashboard_facts *f, struct buf *out)
{
    panel_begin(out, "latency", "Answer time over time",
                "from the request's headers read to the answer made");
    if (timed(f) > 0) {
        draw_latency(f, out);
        list_latency(f, out);
    } else {
        panel_empty(out, f->since_start.timed > 0 ? "No answers in this time." : no_requests);
    }
    panel_end(out);
}

/* ---- how they ended ---- */

static const struct {
    const char *name, *words, *css_class;
} outcomes[] = { { "answered", "Answered", "blue" },
                 { "hint", "Told how to ask", "teal" },
                 { "empty", "Nothing to say", "violet" },
                 { "repeated", "Event sent again", "violet" },
                 { "apology", "Apology", "amber" } };

static void put_outcome(struct buf *out, const struct metrics_group *figure, double whole)
{
    const char *words = figure->name, *css_class = "blue";

    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++)
        if (strcmp(outcomes[i].name, figure->name) == 0) {
            words = outcomes[i].words;
            css_class = outcomes[i].css_class;
        }
    panel_row_begin(out, words, css_class, figure->value, whole);
    html_count(out, figure->value);
    buf_putz(out, "<small>");
    panel_put_percent(out, figure->value, whole);
    buf_putz(out, "</small>");
    panel_row_end(out);
}

void panel_outcomes(const struct dashboard_facts *f, struct buf *out)
{
    double whole = 0;

    panel_begin(out, "outcomes", "Outcomes", "verified requests since the start");
    for (size_t i = 0; i < f->outcome_count; i++)
        whole += f->outcomes[i].value;
    if (f->outcome_count == 0)
        panel_empty(out, no_requests);
    else
        panel_rows_begin(out, "Requests by outcome", "Outcome", "Requests");
    for (size_t i = 0; i < f->outcome_count; i++)
        put_outcome(out, &f->outcomes[i], whole);
    if (f->outcome_count > 0)
        panel_rows_end(out);
    panel_end(out);
}

void panel_refusals(const struct dashboard_facts *f, struct buf *out)
{
    panel_begin(out, "refusals", "Refusals by reason", "requests since the start");
    if (f->refusal_count == 0)
        panel_empty(out, "Nothing has been refused.");
    else
        panel_rows_begin(out, "Refused requests by reason", "Reason", "Requests");
    for (size_t i = 0; i < f->refusal_count; i++) {
        panel_row_begin(out, f->refusals[i].name, "red", f->refusals[i].value,
                        f->refusals[0].value);
        html_count(out, f->refusals[i].value);
        panel_row_end(out);
    }
    if (f->refusal_count > 0)
        panel_rows_end(out);
    panel_end(out);
}

void panel_intents(const struct dashboard_facts *f, struct buf *out)
{
    panel_begin(out, "intents", "What is asked", "requests by intent since the start, mean time");
    if (f->intent_count == 0)
        panel_empty(out, no_requests);
    else
        panel_rows_begin(out, "Requests by intent", "Intent", "Requests and mean time");
    for (size_t i = 0; i < f->intent_count; i++) {
        const struct metrics_group *g = &f->intents[i];
        panel_row_begin(out, g->name, "blue", g->value, f->intents[0].value);
        html_count(out, g->value);
        buf_putz(out, "<small>");
        html_duration(out, g->sum / g->value);
        buf_putz(out, "</small>");
        panel_row_end(out);
    }
    if (f->intent_count > 0)
        panel_rows_end(out);
    panel_end(out);
}
