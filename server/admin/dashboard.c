/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/dashboard.c -- the dashboard page: current status, a row of headline numbers, then
 * the panels. */
#include "server/admin/dashboard.h"

#include <stdio.h>

#include "certs/renewal.h"
#include "server/admin/html.h"
#include "server/admin/page.h"
#include "server/admin/panel.h"

enum { REFRESH_S = 30, DAY_S = 86400 };

static void put_status(const struct dashboard_data *d, struct buf *out)
{
    char now[32];

    panel_format_date(d->now, now);
    buf_printf(out, "<h1>Dashboard <span class=\"state%s\">%s</span></h1>", d->ready ? "" : " bad",
               d->ready ? "Ready" : "Not ready");
    if (!d->ready) {
        buf_putz(out, "<p class=\"why\">");
        html_text(out, str_trim(str_of(d->not_ready)));
        buf_putz(out, "</p>");
    }
    buf_putz(out, "<p class=\"soft\">Version ");
    html_textz(out, d->version);
    buf_putz(out, ", up for ");
    html_age(out, d->now - d->started);
    buf_printf(out, ". Updated %s UTC. All times are in UTC.</p>\n", now);
}

/* ---- headline numbers ---- */

static void tile_begin(struct buf *out, const char *name)
{
    buf_putz(out, "<div><dt>");
    html_textz(out, name);
    buf_putz(out, "</dt><dd>");
}

static void tile_end(struct buf *out, const char *note)
{
    buf_putz(out, "<small>");
    html_textz(out, note);
    buf_putz(out, "</small></dd></div>");
}

static struct history_totals sum_of_bars(const struct dashboard_data *d)
{
    struct history_totals sum = { .timed = 0 };

    for (size_t i = 0; i < d->bar_count; i++)
        history_add(&sum, &d->bars[i]);
    return sum;
}

static void put_request_tiles(const struct dashboard_data *d, struct buf *out)
{
    const struct history_totals *t = &d->since_start;
    double answered = (double)t->counts[HISTORY_ANSWERED];
    double apologies = (double)t->counts[HISTORY_APOLOGIES];

    tile_begin(out, "Requests");
    html_count(out, answered + apologies);
    tile_end(out, "verified, since startup");
    tile_begin(out, "Answered");
    panel_put_percent(out, answered, answered + apologies);
    tile_end(out, "the rest got an apology");
    tile_begin(out, "Rejected");
    html_count(out, (double)t->counts[HISTORY_REFUSED]);
    tile_end(out, "reasons are listed below");
}

static void put_tiles(const struct dashboard_data *d, struct buf *out)
{
    struct history_totals recent = sum_of_bars(d);
    int64_t days = (d->certificate_end - d->now) / DAY_S;
    bool overdue = renewal_is_overdue(d->certificate_start, d->certificate_end, d->now);
    char note[100];

    buf_putz(out, "<dl class=\"tiles\">");
    put_request_tiles(d, out);
    tile_begin(out, "Response time");
    if (recent.timed > 0)
        html_duration(out, history_quantile(&recent, 0.95));
    else
        buf_putz(out, PANEL_NO_VALUE);
    tile_end(out, d->whole_day ? "p95, last 24 h" : "p95, last 60 min");
    tile_begin(out, "Connections");
    html_count(out, d->connections);
    (void)snprintf(note, sizeof note, "%.0f active, %.0f queued", d->running, d->queued);
    tile_end(out, note);
    tile_begin(out, "Certificate");
    buf_printf(out, "<span class=\"%s\">", overdue ? "bad" : "");
    html_count(out, (double)days);
    buf_putz(out, "</span>");
    tile_end(out, days == 1 ? "day left" : "days left");
    buf_putz(out, "</dl>\n");
}

/* ---- time span and refresh ---- */

static void put_choice(struct buf *out, bool selected, const char *link, const char *label)
{
    if (selected)
        buf_printf(out, "<b aria-current=\"true\">%s</b>", label);
    else
        buf_printf(out, "<a href=\"/%s\">%s</a>", link, label);
}

static void put_choices(const struct dashboard_data *d, struct buf *out)
{
    const char *paused = d->paused ? "&amp;refresh=no" : "";
    char hour[60], day[60], toggle[60];

    (void)snprintf(hour, sizeof hour, "?range=hour%s", paused);
    (void)snprintf(day, sizeof day, "?range=day%s", paused);
    (void)snprintf(toggle, sizeof toggle, "?range=%s%s", d->whole_day ? "day" : "hour",
                   d->paused ? "" : "&amp;refresh=no");
    buf_putz(out, "<p class=\"span\">");
    put_choice(out, !d->whole_day, hour, "Last 60 minutes");
    put_choice(out, d->whole_day, day, "Last 24 hours");
    buf_printf(out, "<a href=\"/%s\">%s</a></p>\n", toggle,
               d->paused ? "Resume auto-refresh" : "Pause auto-refresh");
}

void dashboard_write(const struct dashboard_data *d, struct buf *out)
{
    static void (*const over_time[])(const struct dashboard_data *,
                                     struct buf *) = { panel_requests, panel_latency };
    static void (*const cards[])(const struct dashboard_data *, struct buf *) = {
        panel_outcomes, panel_rejections,  panel_intents, panel_hit_rates,
        panel_sizes,    panel_upstream,    panel_places,  panel_stations,
        panel_warm,     panel_certificate, panel_store,   panel_redis
    };

    page_begin(out, "Clima Cast dashboard", d->paused ? 0 : REFRESH_S);
    page_header(out, "/", d->console);
    buf_putz(out, "<main>\n");
    put_status(d, out);
    put_tiles(d, out);
    put_choices(d, out);
    buf_putz(out, "<div class=\"half\">\n");
    for (size_t i = 0; i < sizeof over_time / sizeof over_time[0]; i++)
        over_time[i](d, out);
    buf_putz(out, "</div>\n<div class=\"cards\">\n");
    for (size_t i = 0; i < sizeof cards / sizeof cards[0]; i++)
        cards[i](d, out);
    buf_putz(out, "</div>\n");
    page_end(out, NULL);
}
