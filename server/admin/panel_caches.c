/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/panel_caches.c -- panels of the caches: hit rates, sizes, top places and
 * stations. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "server/admin/html.h"
#include "server/admin/panel.h"
#include "server/admin/svg.h"

/* ---- hit rates ---- */

static const char *tier_label(const char *tier)
{
    if (strcmp(tier, "memory") == 0)
        return "Process memory";
    return strcmp(tier, "redis") == 0 ? "Redis" : "Store";
}

static void put_hit_rate(struct buf *out, const struct dashboard_lookups *l, const char *label)
{
    double lookups = l->hits + l->misses;

    panel_row_begin(out, label, "teal", l->hits, lookups);
    panel_put_percent(out, l->hits, lookups);
    buf_putz(out, "<small>");
    html_count(out, l->hits);
    buf_putz(out, " of ");
    html_count(out, lookups);
    if (l->failed + l->skipped > 0) {
        buf_putz(out, ", ");
        html_count(out, l->failed + l->skipped);
        buf_putz(out, " failed");
    }
    buf_putz(out, "</small>");
    panel_row_end(out);
}

static double total_lookups(const struct dashboard_lookups *l, size_t count)
{
    double n = 0;

    for (size_t i = 0; i < count; i++)
        n += l[i].hits + l[i].misses + l[i].failed + l[i].skipped;
    return n;
}

void panel_hit_rates(const struct dashboard_data *d, struct buf *out)
{
    panel_begin(out, "hit-rates", "Cache hit rates",
                "Hits out of all lookups; a miss in one tier goes to the next");
    if (total_lookups(d->tiers, DASHBOARD_TIERS) <= 0) {
        panel_empty(out, "No lookups yet.");
        panel_end(out);
        return;
    }
    buf_putz(out, "<h3>By tier, including weather documents</h3>");
    panel_rows_begin(out, "Hit rate by tier", "Tier", "Hit rate");
    for (size_t i = 0; i < DASHBOARD_TIERS; i++)
        if (d->redis_configured || strcmp(d->tiers[i].name, "redis") != 0)
            put_hit_rate(out, &d->tiers[i], tier_label(d->tiers[i].name));
    panel_rows_end(out);
    buf_putz(out, "<h3>By shared cache, across all tiers</h3>");
    panel_rows_begin(out, "Hit rate by shared cache", "Cache", "Hit rate");
    for (size_t i = 0; i < SHARED_CACHES; i++)
        put_hit_rate(out, &d->caches[i], d->caches[i].name);
    panel_rows_end(out);
    panel_end(out);
}

/* ---- sizes ---- */

static void put_size(struct buf *out, const char *name, double bytes, double limit)
{
    panel_row_begin(out, name, bytes > 0.9 * limit ? "amber" : "blue", bytes, limit);
    panel_put_percent(out, bytes, limit);
    buf_putz(out, "<small>");
    html_bytes(out, bytes);
    buf_putz(out, " of ");
    html_bytes(out, limit);
    buf_putz(out, "</small>");
    panel_row_end(out);
}

static void put_growth(const struct dashboard_data *d, struct buf *out)
{
    const char *first = d->days[0].day, *last = d->days[d->day_count - 1].day;
    double values[DASHBOARD_DAYS], max = 0;
    char description[200], top[32], middle[32];
    struct svg_layer layer = { "teal", values };

    for (size_t i = 0; i < d->day_count; i++) {
        values[i] = d->days[i].entries;
        max = fmax(max, values[i]);
    }
    (void)snprintf(description, sizeof description,
                   "Bar chart, one bar per day from %.10s to %.10s; the last one is %.0f entries.",
                   first, last, values[d->day_count - 1]);
    struct svg_chart chart = { "growth", "Shared entries by day", description, d->day_count,
                               svg_axis_max(max) };
    (void)snprintf(top, sizeof top, "%.0f", chart.max);
    (void)snprintf(middle, sizeof middle, "%g", chart.max / 2);
    buf_putz(out, "<h3>Shared entries by day</h3><div class=\"small\">");
    panel_plot_begin(out, top, middle);
    svg_bars(out, &chart, &layer, 1);
    panel_plot_end(out, first, last);
    buf_putz(out, "</div>");
}

void panel_sizes(const struct dashboard_data *d, struct buf *out)
{
    panel_begin(out, "sizes", "Cache sizes",
                "Share of the limit; the least recently used entries are evicted first");
    panel_rows_begin(out, "Cache size and limit", "Cache", "Share of the limit");
    put_size(out, "Process memory", d->memory_bytes, d->memory_limit);
    if (d->item_limit > 0)
        put_size(out, "SHARED_CACHE item", d->item_bytes, d->item_limit);
    panel_rows_end(out);
    buf_putz(out, "<dl class=\"facts\"><dt>Process memory</dt><dd>");
    html_count(out, d->memory_entries);
    buf_putz(out, " entries and documents, ");
    html_count(out, d->evictions);
    buf_putz(out, " evicted</dd>");
    for (size_t i = 0; i < SHARED_CACHES; i++) {
        buf_printf(out, "<dt>%s</dt><dd>", d->caches[i].name);
        if (d->entries[i] >= 0) {
            html_count(out, d->entries[i]);
            buf_putz(out, " entries in the store</dd>");
        } else {
            buf_putz(out, "unknown</dd>");
        }
    }
    buf_putz(out, "</dl>");
    if (d->day_count > 1)
        put_growth(d, out);
    panel_end(out);
}

/* ---- top places and stations ---- */

static void put_top(struct buf *out, const struct topk_name *names, size_t count,
                    const char *caption, const char *heading)
{
    char name[METRICS_GROUP_NAME_MAX + 1];

    if (count == 0) {
        panel_empty(out, "No requests yet.");
        return;
    }
    panel_rows_begin(out, caption, heading, "Requests");
    for (size_t i = 0; i < count; i++) {
        panel_format_name(names[i].name, name);
        panel_row_begin(out, name, "violet", (double)names[i].count, (double)names[0].count);
        html_count(out, (double)names[i].count);
        panel_row_end(out);
    }
    panel_rows_end(out);
}

void panel_places(const struct dashboard_data *d, struct buf *out)
{
    panel_begin(out, "places", "Top places", "Requests to all instances, all time");
    put_top(out, d->places, d->place_count, "Top places", "Place");
    panel_end(out);
}

void panel_stations(const struct dashboard_data *d, struct buf *out)
{
    panel_begin(out, "stations", "Top stations", "Requests to all instances, all time");
    put_top(out, d->stations, d->station_count, "Top stations", "Station");
    panel_end(out);
}
