/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/panel.h -- what the dashboard's panels are made of, and the panels. */
#ifndef CLIMACAST_SERVER_ADMIN_PANEL_H
#define CLIMACAST_SERVER_ADMIN_PANEL_H

#include "server/admin/dashboard.h"
#include "server/admin/svg.h"

/* A card with heading and a line that names the unit. */
void panel_begin(struct buf *out, const char *id, const char *title, const char *note);
void panel_end(struct buf *out);
void panel_empty(struct buf *out, const char *words);

/* Rows of a name, a bar and a number: the number is put between panel_row_begin() and panel_row_end(). */
void panel_rows_begin(struct buf *out, const char *caption, const char *name, const char *number);
void panel_row_begin(struct buf *out, const char *name, const char *css_class, double value,
                     double most);
void panel_row_end(struct buf *out);
void panel_rows_end(struct buf *out);

/* Around a picture: its scale from 0 to what its upper edge stands for, which the caller has put
 * into `top` and `middle`, and words below its left and right end. */
void panel_plot_begin(struct buf *out, const char *top, const char *middle);
void panel_plot_end(struct buf *out, const char *left, const char *right);
void panel_legend_begin(struct buf *out);
void panel_legend_put(struct buf *out, const char *css_class, const char *words);
void panel_legend_end(struct buf *out);

/* "14:05" and "2026-11-22 14:05:09" in UTC. */
void panel_format_time(int64_t t, char out[32]);
void panel_format_date(int64_t t, char out[32]);
/* "93 %", one decimal where it matters; "–" of nothing. */
void panel_put_percent(struct buf *out, double part, double whole);
/* Names such as "boulder_colorado" as a person reads them. */
void panel_format_name(const char *key, char out[METRICS_GROUP_NAME_MAX + 1]);

/* ---- the panels ---- */

void panel_requests(const struct dashboard_facts *f, struct buf *out);
void panel_latency(const struct dashboard_facts *f, struct buf *out);
void panel_outcomes(const struct dashboard_facts *f, struct buf *out);
void panel_refusals(const struct dashboard_facts *f, struct buf *out);
void panel_intents(const struct dashboard_facts *f, struct buf *out);
void panel_hits(const struct dashboard_facts *f, struct buf *out);
void panel_size(const struct dashboard_facts *f, struct buf *out);
void panel_places(const struct dashboard_facts *f, struct buf *out);
void panel_stations(const struct dashboard_facts *f, struct buf *out);
void panel_upstream(const struct dashboard_facts *f, struct buf *out);
void panel_warm(const struct dashboard_facts *f, struct buf *out);
void panel_certificate(const struct dashboard_facts *f, struct buf *out);
void panel_store(const struct dashboard_facts *f, struct buf *out);
void panel_redis(const struct dashboard_facts *f, struct buf *out);

#endif
