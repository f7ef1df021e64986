/* SPDX-License-Identifier: Apache-2.0 */
/* intents/screen/digits.c -- the four characters beside the clock of an Echo Dot: "72", the high of
 * a day "H75", the low of a night "L48", and a warning "ALRT". */
#include "intents/screen/digits.h"

#include <stdio.h>

enum { CHARACTERS = 4 };

static bool alerts_have_warning(const struct alerts *alerts)
{
    for (size_t i = 0; alerts && i < alerts->count; i++)
        if (str_ends(str_of(alerts->at[i].event), STR("Warning")))
            return true;
    return false;
}

/* The figure; "" when the answer has none that fits. */
static void read_figure(const struct screen_view *v, char text[16])
{
    const struct answer_figures *f = v->figures;
    const struct figures_period *p = f->period_count > 0 ? &f->periods[0] : NULL;
    int written = 0;

    text[0] = '\0';
    if (f->view == VIEW_CONDITIONS && f->report && f->report->observation.temperature.has)
        written = snprintf(text, 16, "%d",
                           units_degrees(f->report->observation.temperature.value, v->units));
    else if (p && p->figures.has_temperature)
        written = snprintf(text, 16, "%c%d", p->when.daytime ? 'H' : 'L',
                           units_degrees(p->figures.temperature_c, v->units));
    if (written > CHARACTERS)
        text[0] = '\0';
}

static void put_characters(struct buf *out, const char *text)
{
    buf_putz(out, "{\"type\":\"Text\",\"text\":\"");
    buf_putz(out, text);
    buf_putz(out, "\"}");
}

void digits_put(const struct screen_view *v, struct buf *out)
{
    bool warned = v->figures->warned || alerts_have_warning(v->figures->alerts);
    char figure[16];

    read_figure(v, figure);
    if (!warned && !figure[0])
        return;
    buf_putz(out, out->n > 0 ? "," : "");
    buf_putz(out, "{\"type\":\"Alexa.Presentation.APLT.RenderDocument\",\"token\":\"digits\","
                  "\"targetProfile\":\"FOUR_CHARACTER_CLOCK\",\"document\":{\"type\":\"APLT\","
                  "\"version\":\"1.0\",\"mainTemplate\":{\"items\":[");
    if (warned && figure[0]) {
        buf_putz(out, "{\"type\":\"Pager\",\"items\":[");
        put_characters(out, "ALRT");
        buf_putc(out, ',');
        put_characters(out, figure);
        buf_putz(out, "]}");
    } else {
        put_characters(out, warned ? "ALRT" : figure);
    }
    buf_putz(out, "]}}}");
}
