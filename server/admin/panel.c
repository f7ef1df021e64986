/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/panel.c -- HTML that several panels share: cards, rows with bars, plots, legends,
 * formats. */
#include "server/admin/panel.h"

#include <stdio.h>

#include "server/admin/html.h"
#include "server/admin/svg.h"
#include "server/base/civil.h"
#include "server/base/date_names.h"
#include "server/base/zone.h"

/* On a phone, one of two links takes the place of the title. */
static void put_title(const struct dashboard_data *d, struct buf *out,
                      const struct panel_head *head)
{
    const char *range = d->whole_day ? "day" : "hour";

    buf_printf(out, "<h2 id=\"%s-h\"><span class=\"title\">", head->id);
    html_textz(out, head->title);
    buf_putz(out, "</span>");
    if (!head->open) {
        buf_printf(out, "<a class=\"unfold\" href=\"/?range=%s&amp;refresh=no#%s\">", range,
                   head->id);
        html_textz(out, head->title);
        buf_printf(out, "</a><a class=\"fold\" href=\"/?range=%s#panels\">", range);
        html_textz(out, head->title);
        buf_putz(out, "</a>");
    }
    buf_putz(out, "</h2>");
}

void panel_begin(const struct dashboard_data *d, struct buf *out, const struct panel_head *head)
{
    buf_printf(out,
               "<section class=\"card%s\" id=\"%s\" aria-labelledby=\"%s-h\">"
               "<div class=\"head\">",
               head->open ? "" : " folds", head->id, head->id);
    put_title(d, out, head);
    if (head->summary) {
        buf_printf(out, "<p class=\"sum %s\">", head->summary_class ? head->summary_class : "");
        html_textz(out, head->summary);
        buf_putz(out, "</p>");
    }
    buf_putz(out, "</div><div class=\"body\">");
    if (head->note) {
        buf_putz(out, "<p class=\"note\">");
        html_textz(out, head->note);
        buf_putz(out, "</p>");
    }
}

void panel_end(struct buf *out)
{
    buf_putz(out, "</div></section>\n");
}

void panel_empty(struct buf *out, const char *message)
{
    buf_putz(out, "<p class=\"empty\">");
    html_textz(out, message);
    buf_putz(out, "</p>");
}

static void put_hidden_heading(struct buf *out, const char *words)
{
    buf_putz(out, "<th scope=\"col\"><span class=\"hide\">");
    html_textz(out, words);
    buf_putz(out, "</span></th>");
}

void panel_rows_begin(struct buf *out, const char *caption, const char *name_heading,
                      const char *number_heading)
{
    buf_putz(out, "<table class=\"rows\"><caption class=\"hide\">");
    html_textz(out, caption);
    buf_putz(out, "</caption><thead><tr>");
    put_hidden_heading(out, name_heading);
    put_hidden_heading(out, number_heading);
    buf_putz(out, "</tr></thead><tbody>");
}

void panel_row_begin(struct buf *out, const char *name, const char *css_class, double value,
                     double max)
{
    buf_putz(out, "<tr><th scope=\"row\">");
    html_textz(out, name);
    svg_meter(out, css_class, value, max);
    buf_putz(out, "</th><td class=\"num\">");
}

void panel_row_end(struct buf *out)
{
    buf_putz(out, "</td></tr>");
}

void panel_rows_end(struct buf *out)
{
    buf_putz(out, "</tbody></table>");
}

static void put_label(struct buf *out, const char *words)
{
    buf_putz(out, "<span>");
    html_textz(out, words);
    buf_putz(out, "</span>");
}

void panel_format_count(double n, char out[32])
{
    struct buf text = BUF_INIT(31);

    html_count(&text, n);
    (void)snprintf(out, 32, "%s", buf_z(&text));
    buf_free(&text);
}

/* What the clipped columns would reach. */
static void put_peaks(struct buf *out, const struct panel_plot *plot)
{
    size_t columns[SVG_PEAKS_MAX];
    size_t count = svg_peaks(plot->values, plot->count, plot->max, columns);
    struct svg_label labels[SVG_PEAKS_MAX];
    char value[32];

    for (size_t i = 0; i < count; i++) {
        plot->format(plot->values[columns[i]], value);
        labels[i].at = ((double)columns[i] + 0.5) / (double)plot->count;
        (void)snprintf(labels[i].text, sizeof labels[i].text, "\xe2\x86\x91%.18s", value);
    }
    if (count > 0)
        svg_labels(out, "peaks", labels, count);
}

void panel_plot_begin(struct buf *out, const struct panel_plot *plot)
{
    char top[32], middle[32];

    plot->format(plot->max, top);
    plot->format(plot->max / 2, middle);
    buf_putz(out, "<figure><div class=\"plot\"><div class=\"y\" aria-hidden=\"true\">");
    put_label(out, top);
    put_label(out, middle);
    put_label(out, "0");
    buf_putz(out, "</div>");
    put_peaks(out, plot);
}

void panel_plot_end(struct buf *out, const struct panel_plot *plot)
{
    svg_labels(out, "ticks", plot->ticks, plot->tick_count);
    buf_putz(out, "</div></figure>");
}

void panel_legend_begin(struct buf *out)
{
    buf_putz(out, "<ul class=\"key\">");
}

void panel_legend_put(struct buf *out, const char *css_class, const char *label)
{
    buf_printf(out,
               "<li><svg viewBox=\"0 0 1 1\" aria-hidden=\"true\"><path class=\"%s\" "
               "d=\"M0 0h1v1H0z\"/></svg>",
               css_class);
    html_textz(out, label);
    buf_putz(out, "</li>");
}

void panel_legend_end(struct buf *out)
{
    buf_putz(out, "</ul>");
}

/* ---- times ---- */

static struct civil local_time(const struct dashboard_data *d, int64_t t)
{
    return civil_of(d->zone ? d->zone : zone_utc(), t);
}

void panel_format_clock(const struct dashboard_data *d, int64_t t, char out[32])
{
    struct civil c = local_time(d, t);

    (void)snprintf(out, 32, "%02d:%02d", c.hour, c.minute);
}

static void begin_time(struct buf *out, int64_t t)
{
    struct civil c = civil_of(zone_utc(), t);
    char date[32], clock[32];

    (void)snprintf(date, sizeof date, "%04d-%02d-%02d", c.year, c.month, c.day);
    (void)snprintf(clock, sizeof clock, "%02d:%02d:%02d", c.hour, c.minute, c.second);
    buf_printf(out, "<time datetime=\"%sT%sZ\" title=\"%s %s UTC\">", date, clock, date, clock);
}

void panel_put_time(const struct dashboard_data *d, int64_t t, struct buf *out)
{
    struct civil c = local_time(d, t), today = local_time(d, d->now);

    begin_time(out, t);
    if (c.day != today.day || c.month != today.month || c.year != today.year)
        buf_printf(out, "%s %d ", month_short_name(c.month), c.day);
    buf_printf(out, "%02d:%02d</time>", c.hour, c.minute);
}

void panel_put_date(const struct dashboard_data *d, int64_t t, struct buf *out)
{
    struct civil c = local_time(d, t);

    begin_time(out, t);
    buf_printf(out, "%04d-%02d-%02d %02d:%02d:%02d</time>", c.year, c.month, c.day, c.hour,
               c.minute, c.second);
}

/* ---- other formats ---- */

void panel_format_percent(double part, double whole, char out[32])
{
    double percent = whole > 0 ? 100 * part / whole : 0;

    if (!(whole > 0))
        (void)snprintf(out, 32, PANEL_NO_VALUE);
    else if (percent >= 99.95 && part < whole) /* must not round up to 100% */
        (void)snprintf(out, 32, "99.9%%");
    else
        (void)snprintf(out, 32, "%.*f%%", percent >= 99.95 || percent < 0.05 ? 0 : 1, percent);
}

void panel_put_percent(struct buf *out, double part, double whole)
{
    char text[32];

    panel_format_percent(part, whole, text);
    buf_putz(out, text);
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

void panel_format_name(const char *key, char out[METRICS_GROUP_NAME_MAX + 1])
{
    size_t i = 0;

    for (; i < METRICS_GROUP_NAME_MAX && key[i]; i++) {
        bool first = i == 0 || key[i - 1] == '_' || key[i - 1] == ' ';
        out[i] = key[i] == '_' ? ' ' : key[i];
        if (first && is_lower(key[i]))
            out[i] = (char)(key[i] - 'a' + 'A');
    }
    out[i] = '\0';
}
