/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/panel_caches.c -- panels on the caches: how well they serve, how full they are,
 * what is asked for most. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "server/admin/html.h"
#include "server/admin/panel.h"

/* ---- hit rates ---- */

static const char *tier_words(const char *tier)
{
    if (strcmp(tier, "memory") == 0)
        return "Memory of this process";
    return strcmp(tier, "redis") == 0 ? "Redis" : "Store";
}

static void put_lookups(struct buf *out, const struct dashboard_lookups *l, const char *words)
{
    double asked = l->hits + l->misses;

    panel_row_begin(out, words, "teal", l->hits, asked);
    panel_put_percent(out, l->hits, asked);
    buf_putz(out, "<small>");
    html_count(out, l->hits);
    buf_putz(out, " of ");
    html_count(out, asked);
    if (l->failed + l->skipped > 0) {
        buf_putz(out, ", ");
        html_count(out, l->failed + l->skipped);
        buf_putz(out, " failed");
    }
    buf_putz(out, "</small>");
    panel_row_end(out);
}

static double asked_of(const struct dashboard_lookups *l, size_t count)
{
    double asked = 0;

    for (size_t i = 0; i < count; i++)
        asked += l[i].hits + l[i].misses + l[i].failed + l[i].skipped;
    return asked;
}

void panel_hits(const struct dashboard_facts *f, struct buf *out)
{
    panel_begin(out, "hits", "Cache hit rates",
                "look-ups that found something; what memory lacks is asked of the next tier");
    if (asked_of(f->tiers, DASHBOARD_TIERS) <= 0) {
        panel_empty(out, "Nothing has been looked up yet.");
        panel_end(out);
        return;
    }
    buf_putz(out, "<h3>By tier, weather documents included</h3>");
    panel_rows_begin(out, "Hit rate by tier", "Tier", "Hit rate");
    for (size_t i = 0; i < DASHBOARD_TIERS; i++)
        if (f->redis_configured || strcmp(f->tiers[i].name, "redis") != 0)
            put_lookups(out, &f->tiers[i], tier_words(f->tiers[i].name));
    panel_rows_end(out);
    buf_putz(out, "<h3>By shared cache, all tiers together</h3>");
    panel_rows_begin(out, "Hit rate by shared cache", "Cache", "Hit rate");
    for (size_t i = 0; i < DASHBOARD_CACHES; i++)
        put_lookups(out, &f->caches[i], f->caches[i].name);
    panel_rows_end(out);
    panel_end(out);
}

/* ---- size ---- */

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

static void put_growth(const struct dashboard_facts *f, struct buf *out)
{
    double values[DASHBOARD_DAYS], most = 0;
    char description[200], top[32], middle[32];
    struct svg_layer layer = { "teal", values };

    for (size_t i = 0; i < f->day_count; i++) {
        values[i] = f->days[i].entries;
        most = fmax(most, values[i]);
    }
    (void)snprintf(description, sizeof description,
                   "A bar a day from %.10s to %.10s; the last one is %.0f entries.", f->days[0].day,
                   f->days[f->day_count - 1].day, values[f->day_count - 1]);
    struct svg_chart chart = { "growth", "Shared entries by day", description, f->day_count,
                               svg_axis_max(most) };
    (void)snprintf(top, sizeof top, "%.0f", chart.most);
    (void)snprintf(middle, sizeof middle, "%g", chart.most / 2);
    buf_putz(out, "<h3>Shared entries by day</h3><div class=\"small\">");
    panel_plot_begin(out, top, middle);
    svg_bars(out, &chart, &layer, 1);
    panel_plot_end(out, f->days[0].day, f->days[f->day_count - 1].day);
    buf_putz(out, "</div>");
}

void panel_size(const struct dashboard_facts *f, struct buf *out)
{
    panel_begin(out, "size", "Cache size", "of its limit; the least recently used makes room");
    panel_rows_begin(out, "Size against limit", "Cache", "Share of the limit");
    put_size(out, "Memory of this process", f->memory_bytes, f->memory_limit);
    if (f->item_limit > 0)
        put_size(out, "SHARED_CACHE item", f->item_bytes, f->item_limit);
    panel_rows_end(out);
    buf_putz(out, "<dl class=\"facts\"><dt>In memory</dt><dd>");
    html_count(out, f->memory_entries);
    buf_putz(out, " entries and documents, ");
    html_count(out, f->evictions);
    buf_putz(out, " evicted</dd>");
    for (size_t i = 0; i < DASHBOARD_CACHES; i++) {
        buf_printf(out, "<dt>%s</dt><dd>", f->caches[i].name);
        if (f->entries[i] >= 0)
            html_count(out, f->entries[i]);
        else
            buf_putz(out, "unknown number of");
        buf_putz(out, " entries in the store</dd>");
    }
    buf_putz(out, "</dl>");
    if (f->day_count > 1)
        put_growth(f, out);
    panel_end(out);
}

/* ---- asked for most ---- */

static void put_names(struct buf *out, const struct topk_name *names, size_t count,
                      const char *caption, const char *what)
{
    char name[METRICS_GROUP_NAME_MAX + 1];

    if (count == 0) {
        panel_empty(out, "Nothing has been asked for yet.");
        return;
    }
    panel_rows_begin(out, caption, what, "Requests");
    for (size_t i = 0; i < count; i++) {
        panel_format_name(names[i].name, name);
        panel_row_begin(out, name, "violet", (double)names[i].count, (double)names[0].count);
        html_count(out, (double)names[i].count);
        panel_row_end(out);
    }
    panel_rows_end(out);
}

void panel_places(const struct dashboard_facts *f, struct buf *out)
{
    panel_begin(out, "places", "Most asked places", "answers, of all instances, over all time");
    put_names(out, f->places, f->place_count, "Most asked places", "Place");
    panel_end(out);
}

void panel_stations(const struct dashboard_facts *f, struct buf *out)
{
    panel_begin(out, "stations", "Most asked stations", "answers, of all instances, over all time");
    put_names(out, f->stations, f->station_count, "Most asked stations", "Station");
    panel_end(out);
}
