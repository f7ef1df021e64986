/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/panel_users.c -- the panel of users per day. */
#include <stdio.h>

#include "server/admin/html.h"
#include "server/admin/panel.h"
#include "server/base/date_names.h"

/* "Nov 22" of "2026-11-22"; unchanged when it is not a date. */
static void format_day(const char *day, char out[24])
{
    unsigned month = 0, date = 0;

    if (sscanf(day, "%*4u-%2u-%2u", &month, &date) == 2 && month >= 1 && month <= 12)
        (void)snprintf(out, 24, "%s %u", month_short_name((int)month), date % 100);
    else
        (void)snprintf(out, 24, "%.10s", day);
}

static void draw_users(const struct dashboard_data *d, struct buf *out)
{
    double values[DASHBOARD_DAYS];
    size_t n = d->user_day_count;
    struct svg_label ticks[2] = { { 0, "" }, { 1, "" } };
    struct svg_layer layer = { "blue", values };
    char description[200];

    for (size_t i = 0; i < n; i++)
        values[i] = (double)d->users[i].users;
    format_day(d->users[0].day, ticks[0].text);
    (void)snprintf(ticks[1].text, sizeof ticks[1].text, "today");
    (void)snprintf(description, sizeof description,
                   "Bar chart, one bar per day from %.10s to today; today has %lld users so far.",
                   d->users[0].day, (long long)d->users[n - 1].users);
    struct svg_chart chart = { .id = "users-chart",
                               .title = "Users per day",
                               .description = description,
                               .count = n,
                               .max = svg_scale(values, n) };
    chart.max = chart.max < 2 ? 2 : chart.max; /* half a user would make a poor label */
    const struct panel_plot plot = { .values = values,
                                     .count = n,
                                     .max = chart.max,
                                     .format = panel_format_count,
                                     .ticks = ticks,
                                     .tick_count = 2 };
    buf_putz(out, "<div class=\"small\">");
    panel_plot_begin(out, &plot);
    svg_bars(out, &chart, &layer, 1);
    panel_plot_end(out, &plot);
    buf_putz(out, "</div>");
}

void panel_users(const struct dashboard_data *d, struct buf *out)
{
    double today = d->user_day_count > 0 ? (double)d->users[d->user_day_count - 1].users : 0;
    char count[32], summary[50];

    panel_format_count(today, count);
    (void)snprintf(summary, sizeof summary, "%s today", count);
    panel_begin(d, out,
                &(struct panel_head){ .id = "users",
                                      .title = "Users",
                                      .note = "Different users per day (UTC) of all instances, "
                                              "estimated; no ids are stored",
                                      .summary = summary });
    if (d->user_day_count > 1) {
        draw_users(d, out);
    } else {
        buf_printf(out, "<p class=\"big\">%s <small>today</small></p>", count);
        buf_putz(out, "<p class=\"soft\">Tomorrow there will be a chart.</p>");
    }
    panel_end(out);
}
