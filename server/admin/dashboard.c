/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/dashboard.c -- the dashboard page: current status, a row of headline numbers, then
 * the panels. */
#include "server/admin/dashboard.h"

#include <stdio.h>

#include "server/admin/html.h"
#include "server/admin/page.h"
#include "server/admin/panel.h"
#include "server/admin/verdict.h"

enum { REFRESH_S = 30 };

/* ---- the verdict ---- */

static const struct {
    const char *css_class, *headline;
} levels[] = { [VERDICT_WELL] = { "well", "All is well" },
               [VERDICT_WARN] = { "warn", "Needs attention" },
               [VERDICT_BAD] = { "bad", "Trouble" } };

static void put_findings(const struct verdict *v, struct buf *out)
{
    if (v->count == 0)
        return;
    buf_putz(out, "<ul class=\"findings\">");
    for (size_t i = 0; i < v->count; i++) {
        buf_printf(out, "<li class=\"%s\">", levels[v->findings[i].level].css_class);
        html_textz(out, v->findings[i].text);
        buf_putz(out, "</li>");
    }
    buf_putz(out, "</ul>");
}

/* "UTC", or "America/Denver (UTC-7)". */
static void put_zone(const struct dashboard_data *d, struct buf *out)
{
    int32_t offset = zone_offset_s(d->zone, d->now), minutes = (offset < 0 ? -offset : offset) / 60;

    html_textz(out, zone_name(d->zone));
    if (d->zone == zone_utc())
        return;
    buf_printf(out, " (UTC%s%d", offset < 0 ? "\xe2\x88\x92" : "+", minutes / 60);
    if (minutes % 60 > 0)
        buf_printf(out, ":%02d", minutes % 60);
    buf_putz(out, ")");
}

/* When there is nothing to complain about. */
static void put_calm(const struct dashboard_data *d, struct buf *out)
{
    int64_t requests = history_requests(&d->recent);

    if (requests > 0)
        buf_printf(out, "<p>Ready; %lld of %lld request%s got weather in the last 5 minutes.</p>",
                   (long long)d->recent.counts[HISTORY_WEATHER], (long long)requests,
                   requests == 1 ? "" : "s");
    else
        buf_putz(out, "<p>Ready; no requests in the last 5 minutes.</p>");
}

static void put_status(const struct dashboard_data *d, struct buf *out)
{
    struct verdict verdict;

    verdict_reach(d, &verdict);
    buf_printf(out,
               "<section class=\"verdict %s\" id=\"verdict\" aria-labelledby=\"verdict-h\">"
               "<h1 id=\"verdict-h\">%s</h1>",
               levels[verdict.level].css_class, levels[verdict.level].headline);
    put_findings(&verdict, out);
    if (verdict.count == 0)
        put_calm(d, out);
    buf_putz(out, "<p class=\"soft\">Version ");
    html_textz(out, d->version);
    buf_putz(out, ", up for ");
    html_age(out, d->now - d->started);
    buf_putz(out, ". Updated ");
    panel_put_date(d, d->now, out);
    buf_putz(out, "; times are in ");
    put_zone(d, out);
    buf_putz(out, ".</p></section>\n");
}

/* ---- headline numbers: the last five minutes ---- */

/* The value is written between tile_begin() and tile_end(). */
static void tile_begin(struct buf *out, const char *name, enum verdict_level level)
{
    static const char *const classes[] = { "", "warn", "bad" };

    buf_putz(out, "<div><dt>");
    html_textz(out, name);
    buf_printf(out, "</dt><dd><span class=\"%s\">", classes[level]);
}

static void tile_end(struct buf *out, const char *note)
{
    buf_putz(out, "</span><small>");
    html_textz(out, note);
    buf_putz(out, "</small></dd></div>");
}

/* "2.2% of requests" */
static void tile_end_share(struct buf *out, int64_t part, int64_t whole)
{
    char share[32], note[60];

    panel_format_percent((double)part, (double)whole, share);
    (void)snprintf(note, sizeof note, "%s of requests", share);
    tile_end(out, whole > 0 ? note : "no requests");
}

static void put_count_tile(const struct dashboard_data *d, const char *name,
                           enum history_count count, enum verdict_level level, struct buf *out)
{
    tile_begin(out, name, level);
    html_count(out, (double)d->recent.counts[count]);
    tile_end_share(out, d->recent.counts[count], history_requests(&d->recent));
}

static void put_late_tile(const struct dashboard_data *d, struct buf *out)
{
    int64_t late = history_late(&d->recent);
    struct buf note = BUF_INIT(60);

    buf_printf(&note, "over %d s", HISTORY_LATE_S);
    if (d->recent.timed > 0) {
        buf_putz(&note, "; p95 ");
        html_duration(&note, history_quantile(&d->recent, 0.95));
    }
    tile_begin(out, "Late", verdict_of_share(late, d->recent.timed, 0.1));
    html_count(out, (double)late);
    tile_end(out, buf_z(&note));
    buf_free(&note);
}

static void put_rejected_tile(const struct dashboard_data *d, struct buf *out)
{
    int64_t turned_away = d->recent.counts[HISTORY_TURNED_AWAY];
    char note[60];

    (void)snprintf(note, sizeof note, "%lld turned away", (long long)turned_away);
    tile_begin(out, "Rejected", turned_away > 0 ? VERDICT_BAD : VERDICT_WELL);
    html_count(out, (double)d->recent.counts[HISTORY_REFUSED]);
    tile_end(out, turned_away > 0 ? note : "reasons below");
}

static void put_weather_tile(const struct dashboard_data *d, struct buf *out)
{
    int64_t failed = d->recent.counts[HISTORY_UPSTREAM_FAILED];
    int64_t calls = failed + d->recent.counts[HISTORY_UPSTREAM_OK];
    char note[80] = "no calls";

    if (failed > 0)
        (void)snprintf(note, sizeof note, "%lld of %lld calls failed", (long long)failed,
                       (long long)calls);
    else if (calls > 0)
        (void)snprintf(note, sizeof note, "%lld call%s, all well", (long long)calls,
                       calls == 1 ? "" : "s");
    tile_begin(out, "Weather data",
               d->degraded ? VERDICT_BAD : verdict_of_share(failed, calls, 0.5));
    panel_put_percent(out, (double)(calls - failed), (double)calls);
    tile_end(out, note);
}

static void put_tiles(const struct dashboard_data *d, struct buf *out)
{
    int64_t requests = history_requests(&d->recent);
    char note[60];

    buf_putz(out, "<h2 class=\"over\">Last 5 minutes</h2><dl class=\"tiles\">");
    tile_begin(out, "With weather", VERDICT_WELL);
    html_count(out, (double)d->recent.counts[HISTORY_WEATHER]);
    (void)snprintf(note, sizeof note, "of %lld request%s", (long long)requests,
                   requests == 1 ? "" : "s");
    tile_end(out, requests > 0 ? note : "no requests");
    put_count_tile(d, "Apologies", HISTORY_APOLOGIES,
                   verdict_of_share(d->recent.counts[HISTORY_APOLOGIES], requests, 0.1), out);
    put_count_tile(d, "Not understood", HISTORY_NOT_UNDERSTOOD,
                   d->recent.counts[HISTORY_NOT_UNDERSTOOD] > 0 ? VERDICT_WARN : VERDICT_WELL, out);
    put_late_tile(d, out);
    put_rejected_tile(d, out);
    put_weather_tile(d, out);
    buf_putz(out, "</dl>\n");
}

static void put_now(const struct dashboard_data *d, struct buf *out)
{
    buf_putz(out, "<p class=\"soft now\">");
    html_count(out, d->connections);
    buf_printf(out, " connection%s, ", d->connections == 1 ? "" : "s");
    html_count(out, d->running);
    buf_printf(out, " request%s running, ", d->running == 1 ? "" : "s");
    html_count(out, d->queued);
    buf_putz(out, " queued</p>");
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
        panel_unresolved, panel_slowest,  panel_outcomes,     panel_alexa_errors, panel_upstream,
        panel_intents,    panel_users,    panel_places,       panel_stations,     panel_rejections,
        panel_hit_rates,  panel_sizes,    panel_warm,         panel_certificate,  panel_store,
        panel_redis,      panel_breakers, panel_pushed_alerts
    };

    page_begin(out, "Clima Cast dashboard", d->paused ? 0 : REFRESH_S,
               d->whole_day ? "/?range=day" : "/?range=hour");
    page_header(out, "/", d->console);
    buf_putz(out, "<main>\n");
    put_status(d, out);
    put_tiles(d, out);
    put_choices(d, out);
    buf_putz(out, "<div class=\"half\">\n");
    for (size_t i = 0; i < sizeof over_time / sizeof over_time[0]; i++)
        over_time[i](d, out);
    buf_putz(out, "</div>\n");
    panel_failures(d, out);
    buf_putz(out, "<div class=\"cards\" id=\"panels\">\n");
    for (size_t i = 0; i < sizeof cards / sizeof cards[0]; i++)
        cards[i](d, out);
    buf_putz(out, "</div>\n");
    put_now(d, out);
    page_end(out, NULL);
}
