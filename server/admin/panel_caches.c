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
    char summary[32];

    panel_format_percent(d->tiers[0].hits, d->tiers[0].hits + d->tiers[0].misses, summary);
    panel_begin(d, out,
                &(struct panel_head){
                    .id = "hit-rates",
                    .title = "Cache hit rates",
                    .note = "Hits out of all lookups; a miss in one tier goes to the next",
                    .summary = summary });
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
    double values[DASHBOARD_DAYS];
    char description[200];
    struct svg_label ticks[2] = { { 0, "" }, { 1, "" } };
    struct svg_layer layer = { "teal", values };

    for (size_t i = 0; i < d->day_count; i++)
        values[i] = d->days[i].entries;
    (void)snprintf(ticks[0].text, sizeof ticks[0].text, "%.10s", first);
    (void)snprintf(ticks[1].text, sizeof ticks[1].text, "%.10s", last);
    (void)snprintf(description, sizeof description,
                   "Bar chart, one bar per day from %.10s to %.10s; the last one is %.0f entries.",
                   first, last, values[d->day_count - 1]);
    struct svg_chart chart = { .id = "growth",
                               .title = "Shared entries by day",
                               .description = description,
                               .count = d->day_count,
                               .max = fmax(2, svg_scale(values, d->day_count)) };
    const struct panel_plot plot = { .values = values,
                                     .count = d->day_count,
                                     .max = chart.max,
                                     .format = panel_format_count,
                                     .ticks = ticks,
                                     .tick_count = 2 };
    buf_putz(out, "<h3>Shared entries by day</h3><div class=\"small\">");
    panel_plot_begin(out, &plot);
    svg_bars(out, &chart, &layer, 1);
    panel_plot_end(out, &plot);
    buf_putz(out, "</div>");
}

void panel_sizes(const struct dashboard_data *d, struct buf *out)
{
    struct buf summary = BUF_INIT(31);

    html_bytes(&summary, d->memory_bytes);
    panel_begin(d, out,
                &(struct panel_head){ .id = "sizes",
                                      .title = "Cache sizes",
                                      .note = "Share of the limit; the least recently used "
                                              "entries are evicted first",
                                      .summary = buf_z(&summary) });
    buf_free(&summary);
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

static void put_top_row(struct buf *out, const struct topk_name *name, const char *label,
                        double max)
{
    panel_row_begin(out, label, "violet", (double)name->count, max);
    html_count(out, (double)name->count);
    panel_row_end(out);
}

void panel_places(const struct dashboard_data *d, struct buf *out)
{
    char names[DASHBOARD_NAMES][METRICS_GROUP_NAME_MAX + 1];

    for (size_t i = 0; i < d->place_count; i++)
        panel_format_name(d->places[i].name, names[i]);
    panel_begin(d, out,
                &(struct panel_head){ .id = "places",
                                      .title = "Top places",
                                      .note = "Requests to all instances, all time",
                                      .summary = d->place_count > 0 ? names[0] : "none yet" });
    if (d->place_count == 0)
        panel_empty(out, "No requests yet.");
    else
        panel_rows_begin(out, "Top places", "Place", "Requests");
    for (size_t i = 0; i < d->place_count; i++)
        put_top_row(out, &d->places[i], names[i], (double)d->places[0].count);
    if (d->place_count > 0)
        panel_rows_end(out);
    panel_end(out);
}

/* "KBDU, Boulder Municipal Airport" */
static void format_station(const struct dashboard_data *d, size_t i, char out[160])
{
    const char *name = d->station_names[i];

    (void)snprintf(out, 160, "%s%s%s", d->stations[i].name, name[0] ? ", " : "", name);
}

void panel_stations(const struct dashboard_data *d, struct buf *out)
{
    char label[160];

    panel_begin(d, out,
                &(struct panel_head){ .id = "stations",
                                      .title = "Top stations",
                                      .note = "Requests to all instances, all time",
                                      .summary = d->station_count == 0    ? "none yet"
                                                 : d->station_names[0][0] ? d->station_names[0]
                                                                          : d->stations[0].name });
    if (d->station_count == 0)
        panel_empty(out, "No requests yet.");
    else
        panel_rows_begin(out, "Top stations", "Station", "Requests");
    for (size_t i = 0; i < d->station_count; i++) {
        format_station(d, i, label);
        put_top_row(out, &d->stations[i], label, (double)d->stations[0].count);
    }
    if (d->station_count > 0)
        panel_rows_end(out);
    panel_end(out);
}
