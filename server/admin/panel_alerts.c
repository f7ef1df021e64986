/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/panel_alerts.c -- the panel of alerts that are pushed, where that is switched on. */
#include <stdio.h>

#include "server/admin/html.h"
#include "server/admin/panel.h"

static void put_fact(struct buf *out, const char *name, double n, const char *css_class)
{
    buf_printf(out, "<dt>%s</dt><dd class=\"%s\">", name, n > 0 ? css_class : "");
    html_count(out, n);
    buf_putz(out, "</dd>");
}

/* "Held back: kind" */
static void put_reasons(struct buf *out, const char *what, const struct metrics_group *groups,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_printf(out, "<dt>%s: ", what);
        html_textz(out, groups[i].name);
        buf_putz(out, "</dt><dd>");
        html_count(out, groups[i].value);
        buf_putz(out, "</dd>");
    }
}

void panel_pushed_alerts(const struct dashboard_data *d, struct buf *out)
{
    const struct dashboard_alerts *a = &d->alerts;
    char sent[32], summary[50];

    if (!a->enabled)
        return;
    panel_format_count(a->sent, sent);
    (void)snprintf(summary, sizeof summary, "%s sent", sent);
    panel_begin(d, out,
                &(struct panel_head){ .id = "pushed-alerts",
                                      .title = "Pushed alerts",
                                      .note = "Since startup, by this instance; climacast alerts "
                                              "lists them by user",
                                      .summary = summary });
    buf_putz(out, "<dl class=\"facts\">");
    put_fact(out, "Users polled for", a->subscriptions, "");
    put_fact(out, "Polls", a->polls, "");
    put_fact(out, "Failed polls", a->failed_polls, "bad");
    put_fact(out, "Sent", a->sent, "");
    put_reasons(out, "Held back", a->held, a->held_count);
    put_reasons(out, "Dropped", a->dropped, a->dropped_count);
    buf_putz(out, "</dl>");
    panel_end(out);
}
