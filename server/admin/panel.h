/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/panel.h -- the dashboard's panels, and the building blocks they share. All pure. */
#ifndef CLIMACAST_SERVER_ADMIN_PANEL_H
#define CLIMACAST_SERVER_ADMIN_PANEL_H

#include <stdbool.h>

#include "server/admin/dashboard_data.h"
#include "server/admin/svg.h"
#include "server/base/str.h"

#define PANEL_NO_VALUE "\xe2\x80\x93" /* an en dash */

/* ---- building blocks ---- */

/* The head of a card. On a phone the card is folded to its title and summary until its title is
 * touched, unless it is `open`. There are no scripts, so the title is a link to the card, and the
 * style sheet unfolds the :target. The link also pauses the refresh, which would fold it again. */
struct panel_head {
    const char *id, *title;
    const char *note;                    /* a line below the title, such as the unit; NULL: none */
    const char *summary, *summary_class; /* what matters most, in a few words; NULL: none */
    bool open;
};
void panel_begin(const struct dashboard_data *d, struct buf *out, const struct panel_head *head);
void panel_end(struct buf *out);
/* A sentence in place of data, when there is none. */
void panel_empty(struct buf *out, const char *message);

/* A table of rows, each with a name, a bar and a number. Write the number between
 * panel_row_begin() and panel_row_end(). The headings are for screen readers only. */
void panel_rows_begin(struct buf *out, const char *caption, const char *name_heading,
                      const char *number_heading);
void panel_row_begin(struct buf *out, const char *name, const char *css_class, double value,
                     double max);
void panel_row_end(struct buf *out);
void panel_rows_end(struct buf *out);

/* Wrap an SVG chart of these columns: labels of the y axis at the top and halfway up (the bottom is
 * "0"), the values of clipped columns above it, as printed by `format`, and below it labels of the
 * x axis. */
struct panel_plot {
    const double *values; /* one for each column; what is clipped */
    size_t count;
    double max; /* at the top */
    void (*format)(double value, char out[32]);
    const struct svg_label *ticks;
    size_t tick_count;
};
void panel_plot_begin(struct buf *out, const struct panel_plot *plot);
void panel_plot_end(struct buf *out, const struct panel_plot *plot);
void panel_format_count(double n, char out[32]); /* "1,234" */

void panel_legend_begin(struct buf *out);
void panel_legend_put(struct buf *out, const char *css_class, const char *label);
void panel_legend_end(struct buf *out);

/* "14:05" in the zone of the page. */
void panel_format_clock(const struct dashboard_data *d, int64_t t, char out[32]);
/* A time element: "14:05", with the date unless it is today's; UTC appears on hover. */
void panel_put_time(const struct dashboard_data *d, int64_t t, struct buf *out);
/* The same with seconds, and always the date. */
void panel_put_date(const struct dashboard_data *d, int64_t t, struct buf *out);
/* A cache key such as "boulder_colorado", or such words, as "Boulder Colorado". */
void panel_format_name(const char *key, char out[METRICS_GROUP_NAME_MAX + 1]);
void panel_format_percent(double part, double whole, char out[32]);
/* "93.4%"; 100% only when part == whole; an en dash when `whole` is 0. */
void panel_put_percent(struct buf *out, double part, double whole);

/* ---- the panels ---- */

/* panel_requests.c */
void panel_requests(const struct dashboard_data *d, struct buf *out);
void panel_latency(const struct dashboard_data *d, struct buf *out);
/* panel_recent.c */
void panel_failures(const struct dashboard_data *d, struct buf *out);
void panel_unresolved(const struct dashboard_data *d, struct buf *out);
void panel_slowest(const struct dashboard_data *d, struct buf *out);
/* panel_users.c */
void panel_users(const struct dashboard_data *d, struct buf *out);
/* panel_outcomes.c */
void panel_alexa_errors(const struct dashboard_data *d, struct buf *out);
void panel_outcomes(const struct dashboard_data *d, struct buf *out);
void panel_rejections(const struct dashboard_data *d, struct buf *out);
void panel_intents(const struct dashboard_data *d, struct buf *out);
/* panel_caches.c */
void panel_hit_rates(const struct dashboard_data *d, struct buf *out);
void panel_sizes(const struct dashboard_data *d, struct buf *out);
void panel_places(const struct dashboard_data *d, struct buf *out);
void panel_stations(const struct dashboard_data *d, struct buf *out);
/* panel_alerts.c */
void panel_pushed_alerts(const struct dashboard_data *d, struct buf *out);
/* panel_deps.c */
void panel_upstream(const struct dashboard_data *d, struct buf *out);
void panel_breakers(const struct dashboard_data *d, struct buf *out);
void panel_warm(const struct dashboard_data *d, struct buf *out);
void panel_certificate(const struct dashboard_data *d, struct buf *out);
void panel_store(const struct dashboard_data *d, struct buf *out);
void panel_redis(const struct dashboard_data *d, struct buf *out);

#endif
