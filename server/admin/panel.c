/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/panel.c -- HTML that several panels share: cards, rows with bars, plots, legends,
 * formats. */
#include "server/admin/panel.h"

#include <stdio.h>

#include "server/admin/html.h"
#include "server/admin/svg.h"
#include "server/base/civil.h"
#include "server/base/zone.h"

void panel_begin(struct buf *out, const char *id, const char *title, const char *note)
{
    buf_printf(out, "<section class=\"card\" id=\"%s\" aria-labelledby=\"%s-h\"><h2 id=\"%s-h\">",
               id, id, id);
    html_textz(out, title);
    buf_putz(out, "</h2>");
    if (note) {
        buf_putz(out, "<p class=\"note\">");
        html_textz(out, note);
        buf_putz(out, "</p>");
    }
}

void panel_end(struct buf *out)
{
    buf_putz(out, "</section>\n");
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

void panel_plot_begin(struct buf *out, const char *top, const char *middle)
{
    buf_putz(out, "<figure><div class=\"plot\"><div class=\"y\" aria-hidden=\"true\">");
    put_label(out, top);
    put_label(out, middle);
    put_label(out, "0");
    buf_putz(out, "</div>");
}

void panel_plot_end(struct buf *out, const char *left, const char *right)
{
    buf_putz(out, "<div class=\"x\" aria-hidden=\"true\">");
    put_label(out, left);
    put_label(out, right);
    buf_putz(out, "</div></div></figure>");
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

void panel_format_time(int64_t t, char out[32])
{
    struct civil c = civil_of(zone_utc(), t);

    (void)snprintf(out, 32, "%02d:%02d", c.hour, c.minute);
}

void panel_format_date(int64_t t, char out[32])
{
    struct civil c = civil_of(zone_utc(), t);

    (void)snprintf(out, 32, "%04d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.day, c.hour,
                   c.minute, c.second);
}

void panel_put_percent(struct buf *out, double part, double whole)
{
    double percent = whole > 0 ? 100 * part / whole : 0;

    if (!(whole > 0))
        buf_putz(out, PANEL_NO_VALUE);
    else if (percent >= 99.95 && part < whole) /* must not round up to 100% */
        buf_putz(out, "99.9%");
    else
        buf_printf(out, "%.*f%%", percent >= 99.95 || percent < 0.05 ? 0 : 1, percent);
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

void panel_format_name(const char *key, char out[METRICS_GROUP_NAME_MAX + 1])
{
    size_t i = 0;

    for (; i < METRICS_GROUP_NAME_MAX && key[i]; i++) {
        bool first = i == 0 || key[i - 1] == '_';
        out[i] = key[i] == '_' ? ' ' : key[i];
        if (first && is_lower(key[i]))
            out[i] = (char)(key[i] - 'a' + 'A');
    }
    out[i] = '\0';
}
