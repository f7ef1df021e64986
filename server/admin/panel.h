/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/panel.h -- the dashboard's panels, and the building blocks they share. All pure. */
#ifndef CLIMACAST_SERVER_ADMIN_PANEL_H
#define CLIMACAST_SERVER_ADMIN_PANEL_H

#include "server/admin/dashboard_data.h"
#include "server/base/str.h"

#define PANEL_NO_VALUE "\xe2\x80\x93" /* an en dash */

/* ---- building blocks ---- */

/* A card with a heading and a note below it (NULL for none) that gives the unit. */
void panel_begin(struct buf *out, const char *id, const char *title, const char *note);
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

/* Wrap an SVG chart: labels of the y axis at the top and halfway up (the bottom is "0"), and of
 * both ends of the x axis. */
void panel_plot_begin(struct buf *out, const char *top, const char *middle);
void panel_plot_end(struct buf *out, const char *left, const char *right);

void panel_legend_begin(struct buf *out);
void panel_legend_put(struct buf *out, const char *css_class, const char *label);
void panel_legend_end(struct buf *out);

/* "14:05" and "2026-11-22 14:05:09", in UTC. */
void panel_format_time(int64_t t, char out[32]);
void panel_format_date(int64_t t, char out[32]);
/* A cache key such as "boulder_colorado" as "Boulder Colorado". */
void panel_format_name(const char *key, char out[METRICS_GROUP_NAME_MAX + 1]);
/* "93.4%"; 100% only when part == whole; an en dash when `whole` is 0. */
void panel_put_percent(struct buf *out, double part, double whole);

/* ---- the panels ---- */

/* panel_requests.c */
void panel_requests(const struct dashboard_data *d, struct buf *out);
void panel_latency(const struct dashboard_data *d, struct buf *out);
/* panel_outcomes.c */
void panel_outcomes(const struct dashboard_data *d, struct buf *out);
void panel_rejections(const struct dashboard_data *d, struct buf *out);
void panel_intents(const struct dashboard_data *d, struct buf *out);
/* panel_caches.c */
void panel_hit_rates(const struct dashboard_data *d, struct buf *out);
void panel_sizes(const struct dashboard_data *d, struct buf *out);
void panel_places(const struct dashboard_data *d, struct buf *out);
void panel_stations(const struct dashboard_data *d, struct buf *out);
/* panel_deps.c */
void panel_upstream(const struct dashboard_data *d, struct buf *out);
void panel_warm(const struct dashboard_data *d, struct buf *out);
void panel_certificate(const struct dashboard_data *d, struct buf *out);
void panel_store(const struct dashboard_data *d, struct buf *out);
void panel_redis(const struct dashboard_data *d, struct buf *out);

#endif
