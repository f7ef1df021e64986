/* SPDX-License-Identifier: Apache-2.0 */
/* intents/screen/alert_screen.c -- the active alerts: what, how severe, until when, where, and what
 * the office says. The severity is a word as well as a color. */
#include "intents/figures/days.h"
#include "intents/screen/sheet.h"
#include "server/base/date_names.h"

enum { ALERTS_MAX = 8 };

static const char *severity_word(enum alert_severity severity)
{
    return severity == SEVERITY_UNKNOWN ? "Alert" : alert_severity_name(severity);
}

static enum apl_color severity_color(enum alert_severity severity)
{
    return severity >= SEVERITY_SEVERE ? APL_ALARM : APL_WARM;
}

/* "Severe · until 6 PM Wednesday". */
static void put_when(struct buf *out, const struct sheet *p, const struct alert *a)
{
    struct buf clock = BUF_INIT(SHEET_SHORT_MAX);
    struct civil until = civil_of(p->view->place->zone, a->until);
    const struct days now = { p->view->place->zone, p->view->now };

    buf_putz(out, severity_word(a->severity));
    if (a->until != 0) {
        buf_putz(out, " · until ");
        buf_put(out, sheet_clock(&clock, until));
        if (days_ahead_of(&now, a->until) != 0) {
            buf_putc(out, ' ');
            buf_putz(out, weekday_name(until.weekday));
        }
    }
    buf_free(&clock);
}

static void put_alert(struct sheet *p, double width, const struct alert *a, struct str told,
                      bool first)
{
    enum apl_align align = p->form == SHEET_ROUND ? APL_CENTER : APL_LEFT;
    const struct apl_face event = {
        .size = p->form == SHEET_ROUND ? 7 : 9, .weight = 700, .align = align, .color = APL_INK
    };
    const struct apl_face when = { .size = p->form == SHEET_ROUND ? 5.5 : 6,
                                   .weight = 700,
                                   .align = align,
                                   .color = severity_color(a->severity) };
    const struct apl_face text = { .size = 5.5, .align = align, .color = APL_INK };
    const struct apl_face area = { .size = 5, .align = align, .color = APL_SOFT };
    struct buf line = BUF_INIT(SHEET_SHORT_MAX);

    apl_scroll_text(&p->apl, width, first ? 0 : 7, event,
                    a->event[0] ? str_of(a->event) : STR("Weather alert"));
    put_when(&line, p, a);
    apl_scroll_text(&p->apl, width, 0.5, when, buf_str(&line));
    apl_scroll_text(&p->apl, width, 2, text, str_trim(told));
    apl_scroll_text(&p->apl, width, 2, area, str_of(a->area));
    buf_free(&line);
}

/* A bar at the side, in the color of the worst. */
void alert_screen(struct sheet *p)
{
    const struct alerts *alerts = p->view->figures->alerts;
    const struct str *texts = p->view->figures->alert_texts;
    struct apl_box body = sheet_body(p);
    size_t count = alerts->count < ALERTS_MAX ? alerts->count : ALERTS_MAX;
    bool told = false; /* the text of an alert */

    if (count == 0) {
        text_screen(p);
        return;
    }
    sheet_put_heading(p, STR("Alerts"));
    if (p->form != SHEET_ROUND) {
        apl_panel(&p->apl, (struct apl_box){ body.x, body.y, 2, body.h },
                  severity_color(alerts->at[0].severity), 1);
        body.x += 6;
        body.w -= 6;
    }
    apl_scroll_begin(&p->apl, body);
    for (size_t i = 0; i < count; i++) {
        put_alert(p, body.w, &alerts->at[i], texts ? texts[i] : STR_NONE, i == 0);
        told = told || (texts && texts[i].n > 0);
    }
    if (told)
        apl_keep_text(&p->apl, p->view->words); /* they say the same */
    else
        apl_scroll_text(&p->apl, body.w, 7, (struct apl_face){ .size = 5.5, .color = APL_SOFT },
                        p->view->words);
    apl_scroll_end(&p->apl);
    sheet_put_buttons(p, "alerts");
}
