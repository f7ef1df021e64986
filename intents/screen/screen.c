/* SPDX-License-Identifier: Apache-2.0 */
/* intents/screen/screen.c -- chooses the template. */
#include "intents/screen/screen.h"

#include "intents/screen/digits.h"
#include "intents/screen/sheet.h"

/* A template, and the token that its document has. */
struct layout {
    struct str token;
    void (*put)(struct sheet *p);
};

static struct layout choose_layout(const struct screen_view *v)
{
    const struct answer_figures *f = v->figures;

    if (f->view == VIEW_CONDITIONS && f->report && v->place)
        return (struct layout){ STR("conditions"), conditions_screen };
    if (f->view == VIEW_HOURS && f->hours.grid && v->place)
        return (struct layout){ STR("hours"), hours_screen };
    if (f->view == VIEW_WEEK && (f->hours.grid || f->extended) && v->place)
        return (struct layout){ STR("week"), week_screen };
    if (f->view == VIEW_ALERTS && f->alerts && v->place)
        return (struct layout){ STR("alert"), alert_screen };
    if (f->view == VIEW_RADAR && f->radar)
        return (struct layout){ STR("radar"), radar_screen };
    return (struct layout){ STR("text"), text_screen };
}

static void put_document(const struct screen_view *v, struct buf *out)
{
    struct layout layout = choose_layout(v);
    struct sheet p;
    bool good;

    sheet_begin(&p, v);
    layout.put(&p);
    good = apl_end(&p.apl, layout.token, v->viewport->width, v->viewport->height, out);
    sheet_end(&p);
    if (good)
        return;
    sheet_begin(&p, v); /* too large: only what is heard */
    text_screen(&p);
    (void)apl_end(&p.apl, STR("text"), v->viewport->width, v->viewport->height, out);
    sheet_end(&p);
}

void screen_put(const struct screen_view *v, struct buf *out)
{
    if (v->viewport->has_screen)
        put_document(v, out);
    if (v->viewport->has_digits)
        digits_put(v, out);
}
