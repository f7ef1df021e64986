/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/panel_recent.c -- panels of single requests: the last failures, and the slowest
 * questions. */
#include <stdio.h>
#include <string.h>

#include "server/admin/html.h"
#include "server/admin/panel.h"

enum { SHOWN_FIRST = 5 }; /* the other failures are folded */

/* The outcome of a request, as it appears in the log. */
static const struct {
    const char *outcome, *label, *css_class;
} outcomes[] = {
    { "apology", "Apology", "bad" },
    { "not_understood", "Not understood", "warn" },
    { "hint", "Asked back", "" },
    { "alexa_error", "Alexa error", "bad" },
    { "refused", "Rejected", "bad" },
    { "answered", "Answered", "warn" },
    { "empty", "No response needed", "warn" },
};

/* Causes that are not clear from their word. */
static const struct {
    const char *cause, *text;
} causes[] = {
    { "no_intent", "no intent matched" },
    { "late", "took longer than 5 s" },
    { "place_unknown", "place not found" },
    { "place_misspelled", "place not found" },
    { "no_observation", "no recent report nearby" },
};

static void put_outcome(struct buf *out, const char *outcome)
{
    const char *label = outcome, *css_class = "";

    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++)
        if (strcmp(outcomes[i].outcome, outcome) == 0) {
            label = outcomes[i].label;
            css_class = outcomes[i].css_class;
        }
    buf_printf(out, "<b class=\"%s\">", css_class);
    html_textz(out, label);
    buf_putz(out, "</b>");
}

/* Words of ours are read with spaces; Alexa's are quoted as they are. */
static void put_cause(struct buf *out, const char *cause)
{
    char text[sizeof((struct recent_request *)0)->cause];
    bool ours = true;

    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++)
        if (strcmp(causes[i].cause, cause) == 0) {
            html_textz(out, causes[i].text);
            return;
        }
    (void)snprintf(text, sizeof text, "%s", cause);
    for (size_t i = 0; text[i]; i++)
        ours = ours && !(text[i] >= 'A' && text[i] <= 'Z');
    for (size_t i = 0; ours && text[i]; i++)
        text[i] = text[i] == '_' ? ' ' : text[i];
    html_textz(out, text);
}

static void put_intent_name(struct buf *out, const char *intent)
{
    static const char amazon[] = "AMAZON."; /* goes without saying */
    const size_t prefix = sizeof amazon - 1;

    html_textz(out, intent[0] ? intent + (strncmp(intent, amazon, prefix) == 0 ? prefix : 0)
                              : PANEL_NO_VALUE);
}

/* The place, then the intent and what was asked for. */
static void put_question(struct buf *out, const struct recent_request *q)
{
    char place[METRICS_GROUP_NAME_MAX + 1];

    buf_putz(out, "<td>");
    if (q->place[0]) {
        panel_format_name(q->place, place);
        html_textz(out, place);
    }
    buf_putz(out, q->place[0] ? "<small>" : "<span class=\"soft\">");
    put_intent_name(out, q->intent);
    if (q->metric[0]) {
        buf_putz(out, ", ");
        html_textz(out, q->metric);
    }
    buf_putz(out, q->place[0] ? "</small></td>" : "</span></td>");
}

static void put_when(const struct dashboard_data *d, const struct recent_request *q,
                     struct buf *out)
{
    buf_putz(out, "<tr><th scope=\"row\">");
    panel_put_time(d, q->at, out);
    buf_putz(out, "</th>");
}

/* ---- failures ---- */

static void put_failure(const struct dashboard_data *d, const struct recent_request *q,
                        struct buf *out)
{
    put_when(d, q, out);
    buf_putz(out, "<td>");
    put_outcome(out, q->outcome);
    if (q->count > 1) {
        buf_putz(out, " \xc3\x97"); /* a multiplication sign */
        html_count(out, (double)q->count);
    }
    buf_putz(out, "<small>");
    put_cause(out, q->cause);
    buf_putz(out, "</small></td>");
    put_question(out, q);
    buf_putz(out, "</tr>");
}

static void put_failures(const struct dashboard_data *d, size_t from, size_t to, struct buf *out)
{
    buf_putz(out, "<table class=\"events\"><thead><tr><th scope=\"col\">Time</th><th scope=\"col\">"
                  "What happened</th><th scope=\"col\">Question</th></tr></thead><tbody>");
    for (size_t i = from; i < to; i++)
        put_failure(d, &d->failures[i], out);
    buf_putz(out, "</tbody></table>");
}

void panel_failures(const struct dashboard_data *d, struct buf *out)
{
    size_t first = d->failure_count < SHOWN_FIRST ? d->failure_count : SHOWN_FIRST;

    panel_begin(d, out,
                &(struct panel_head){ .id = "failures",
                                      .title = "Recent failures",
                                      .note = "Newest first; each kind once, with its number",
                                      .open = true });
    if (d->failure_count == 0)
        panel_empty(out, "None since startup.");
    else
        put_failures(d, 0, first, out);
    if (d->failure_count > first) {
        buf_printf(out, "<details><summary>Show %zu more</summary>", d->failure_count - first);
        put_failures(d, first, d->failure_count, out);
        buf_putz(out, "</details>");
    }
    panel_end(out);
}

/* ---- not understood ---- */

static void put_unresolved(const struct dashboard_data *d, const struct recent_words *w,
                           struct buf *out)
{
    buf_putz(out, "<tr><th scope=\"row\">");
    panel_put_time(d, w->at, out);
    buf_putz(out, "</th><td>");
    html_textz(out, w->words[0] ? w->words : PANEL_NO_VALUE);
    buf_putz(out, "<small>");
    put_intent_name(out, w->intent);
    if (w->words[0]) {
        buf_putz(out, ", ");
        html_textz(out, w->slot);
    }
    buf_putz(out, ": ");
    put_cause(out, w->cause);
    buf_putz(out, "</small></td><td class=\"num\">");
    html_count(out, (double)w->count);
    buf_putz(out, "</td></tr>");
}

/* Alexa passes on no sentences, only the words in slots. */
void panel_unresolved(const struct dashboard_data *d, struct buf *out)
{
    double total = 0;
    char summary[32];

    for (size_t i = 0; i < d->unresolved_count; i++)
        total += (double)d->unresolved[i].count;
    panel_format_count(total, summary);
    panel_begin(d, out,
                &(struct panel_head){ .id = "unresolved",
                                      .title = "Not understood lately",
                                      .note = "Words that resolved to nothing, newest first; kept "
                                              "in memory only, without who said them",
                                      .summary = summary });
    if (d->unresolved_count == 0) {
        panel_empty(out, "Nothing since startup.");
        panel_end(out);
        return;
    }
    buf_putz(out, "<table class=\"events\"><thead><tr><th scope=\"col\">Time</th><th scope=\"col\">"
                  "Said</th><th scope=\"col\" class=\"num\">Times</th></tr></thead><tbody>");
    for (size_t i = 0; i < d->unresolved_count; i++)
        put_unresolved(d, &d->unresolved[i], out);
    buf_putz(out, "</tbody></table>");
    panel_end(out);
}

/* ---- the slowest ---- */

void panel_slowest(const struct dashboard_data *d, struct buf *out)
{
    struct buf longest = BUF_INIT(31);

    if (d->slowest_count > 0)
        html_duration(&longest, (double)d->slowest[0].us / 1e6);
    panel_begin(d, out,
                &(struct panel_head){ .id = "slowest",
                                      .title = "Slowest questions",
                                      .note = "Of the last 24 hours",
                                      .summary = buf_z(&longest) });
    buf_free(&longest);
    if (d->slowest_count == 0) {
        panel_empty(out, "No requests yet.");
        panel_end(out);
        return;
    }
    buf_putz(out, "<table class=\"events\"><thead><tr><th scope=\"col\">Time</th><th scope=\"col\">"
                  "Question</th><th scope=\"col\" class=\"num\">Took</th></tr></thead><tbody>");
    for (size_t i = 0; i < d->slowest_count; i++) {
        put_when(d, &d->slowest[i], out);
        put_question(out, &d->slowest[i]);
        buf_printf(out, "<td class=\"num %s\">",
                   d->slowest[i].us > HISTORY_LATE_S * 1000000 ? "bad" : "");
        html_duration(out, (double)d->slowest[i].us / 1e6);
        buf_putz(out, "</td></tr>");
    }
    buf_putz(out, "</tbody></table>");
    panel_end(out);
}
