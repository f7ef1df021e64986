/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/panel_outcomes.c -- panels of all requests since startup: by outcome, by reason of
 * rejection, by intent. */
#include <string.h>

#include "server/admin/html.h"
#include "server/admin/panel.h"
#include "server/request/alexa_error.h"

/* The label "outcome" of climacast_requests_total. */
static const struct {
    const char *outcome, *label, *css_class;
} outcomes[] = { { "answered", "Answered", "blue" },
                 { "hint", "Asked back", "teal" },
                 { "not_understood", "Not understood", "amber" },
                 { "alexa_error", "Alexa error", "red" },
                 { "empty", "No response needed", "violet" },
                 { "repeated", "Duplicate event", "violet" },
                 { "apology", "Apology", "red" } };

static void put_outcome(struct buf *out, const struct metrics_group *group, double total)
{
    const char *label = group->name, *css_class = "blue";

    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++)
        if (strcmp(outcomes[i].outcome, group->name) == 0) {
            label = outcomes[i].label;
            css_class = outcomes[i].css_class;
        }
    panel_row_begin(out, label, css_class, group->value, total);
    html_count(out, group->value);
    buf_putz(out, "<small>");
    panel_put_percent(out, group->value, total);
    buf_putz(out, "</small>");
    panel_row_end(out);
}

void panel_outcomes(const struct dashboard_data *d, struct buf *out)
{
    double total = 0;
    char summary[32];

    for (size_t i = 0; i < d->outcome_count; i++)
        total += d->outcomes[i].value;
    panel_format_count(total, summary);
    panel_begin(d, out,
                &(struct panel_head){ .id = "outcomes",
                                      .title = "Outcomes",
                                      .note = "Verified requests since startup",
                                      .summary = summary });
    if (d->outcome_count == 0) {
        panel_empty(out, "No requests yet.");
    } else {
        panel_rows_begin(out, "Requests by outcome", "Outcome", "Requests");
        for (size_t i = 0; i < d->outcome_count; i++)
            put_outcome(out, &d->outcomes[i], total);
        panel_rows_end(out);
    }
    panel_end(out);
}

void panel_rejections(const struct dashboard_data *d, struct buf *out)
{
    double total = 0;
    char summary[32];

    for (size_t i = 0; i < d->refusal_count; i++)
        total += d->refusals[i].value;
    panel_format_count(total, summary);
    panel_begin(d, out,
                &(struct panel_head){ .id = "rejections",
                                      .title = "Rejections",
                                      .note = "Requests since startup, by reason",
                                      .summary = total > 0 ? summary : "none" });
    if (d->refusal_count == 0) {
        panel_empty(out, "No requests have been rejected.");
    } else {
        panel_rows_begin(out, "Rejected requests by reason", "Reason", "Requests");
        for (size_t i = 0; i < d->refusal_count; i++) {
            const struct metrics_group *g = &d->refusals[i];
            panel_row_begin(out, g->name, "red", g->value, d->refusals[0].value);
            html_count(out, g->value);
            panel_row_end(out);
        }
        panel_rows_end(out);
    }
    panel_end(out);
}

static void put_alexa_error(struct buf *out, const struct metrics_group *group, double max)
{
    panel_row_begin(out, group->name, alexa_error_is_ours(group->name) ? "red" : "amber",
                    group->value, max);
    html_count(out, group->value);
    panel_row_end(out);
}

void panel_alexa_errors(const struct dashboard_data *d, struct buf *out)
{
    double total = 0;
    char summary[32];

    for (size_t i = 0; i < d->alexa_error_count; i++)
        total += d->alexa_errors[i].value;
    panel_format_count(total, summary);
    panel_begin(d, out,
                &(struct panel_head){ .id = "alexa-errors",
                                      .title = "Alexa's errors",
                                      .note = "What Alexa reported about earlier responses, "
                                              "since startup",
                                      .summary = total > 0 ? summary : "none",
                                      .summary_class = total > 0 ? "bad" : "" });
    if (d->alexa_error_count == 0) {
        panel_empty(out, "Alexa has reported no errors.");
        panel_end(out);
        return;
    }
    panel_rows_begin(out, "Errors by type", "Type", "Errors");
    for (size_t i = 0; i < d->alexa_error_count; i++)
        put_alexa_error(out, &d->alexa_errors[i], d->alexa_errors[0].value);
    panel_rows_end(out);
    for (size_t i = 0; i < d->alexa_error_count; i++) {
        buf_putz(out, "<p class=\"soft\">");
        html_textz(out, d->alexa_errors[i].name);
        buf_putz(out, ": ");
        html_textz(out, alexa_error_meaning(d->alexa_errors[i].name));
        buf_putz(out, "</p>");
    }
    panel_end(out);
}

void panel_intents(const struct dashboard_data *d, struct buf *out)
{
    panel_begin(
        d, out,
        &(struct panel_head){ .id = "intents",
                              .title = "Intents",
                              .note = "Requests since startup, with mean response time",
                              .summary = d->intent_count > 0 ? d->intents[0].name : "none yet" });
    if (d->intent_count == 0) {
        panel_empty(out, "No requests yet.");
    } else {
        panel_rows_begin(out, "Requests by intent", "Intent", "Requests and mean response time");
        for (size_t i = 0; i < d->intent_count; i++) {
            const struct metrics_group *g = &d->intents[i];
            panel_row_begin(out, g->name, "blue", g->value, d->intents[0].value);
            html_count(out, g->value);
            buf_putz(out, "<small>");
            html_duration(out, g->sum / g->value);
            buf_putz(out, "</small>");
            panel_row_end(out);
        }
        panel_rows_end(out);
    }
    panel_end(out);
}
