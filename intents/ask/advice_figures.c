/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/advice_figures.c -- names the figures that advice is given for. */
#include "intents/ask/advice_figures.h"

const char *advice_garment_name(enum advice_garment garment)
{
    static const char *const names[] = {
        [ADVICE_NO_JACKET] = "jacket",        [ADVICE_LIGHT_JACKET] = "light jacket",
        [ADVICE_A_JACKET] = "jacket",         [ADVICE_COAT] = "coat",
        [ADVICE_WINTER_COAT] = "winter coat",
    };

    return names[garment];
}

static const struct {
    const char *name;
    enum figure_kind kind;
} figure_of[] = {
    [ADVICE_CHANCE] = { "precipitationChance", FIGURE_PERCENT },
    [ADVICE_RAIN] = { "rainChance", FIGURE_PERCENT },
    [ADVICE_SNOW] = { "snowChance", FIGURE_PERCENT },
    [ADVICE_ICE] = { "iceChance", FIGURE_PERCENT },
    [ADVICE_STORMS] = { "thunderstormChance", FIGURE_PERCENT },
    [ADVICE_FELT] = { "feelsLikeLow", FIGURE_DEGREES },
    [ADVICE_LOW] = { "low", FIGURE_DEGREES },
    [ADVICE_COOLEST] = { "low", FIGURE_DEGREES },
    [ADVICE_WARMEST] = { "high", FIGURE_DEGREES },
    [ADVICE_DEWPOINT] = { "dewpoint", FIGURE_DEGREES },
    [ADVICE_HEAT_INDEX] = { "heatIndex", FIGURE_DEGREES },
    [ADVICE_HEAT_RISK] = { "heatRisk", FIGURE_PLAIN },
    [ADVICE_WIND_CHILL] = { "windChill", FIGURE_DEGREES },
    [ADVICE_GUST] = { "windGust", FIGURE_SPEED },
    [ADVICE_SNOWFALL] = { "snow", FIGURE_SNOW },
    [ADVICE_AIR_QUALITY] = { "airQualityAlert", FIGURE_TRUTH },
    [ADVICE_WARNING] = { "warning", FIGURE_TRUTH },
    [ADVICE_SUN_HEIGHT] = { "sunHeight", FIGURE_PLAIN },
};

static void note_figure(const struct advice_figure *f, struct answer_figures *figures)
{
    const char *name = figure_of[f->fact].name;
    enum figure_kind kind = figure_of[f->fact].kind;

    if (kind == FIGURE_TRUTH)
        figures_add_truth(figures, name, true);
    else if (kind == FIGURE_PLAIN)
        figures_add_plain(figures, name, units_round(f->value),
                          f->fact == ADVICE_HEAT_RISK ? "level" : "deg");
    else
        figures_add_number(figures, name, kind, f->value);
    if (f->fact == ADVICE_LOW)
        figures_add_time(figures, "lowAt", f->at);
}

void advice_note_figures(const struct advice_question *q, const struct advice *a,
                         struct answer_figures *figures)
{
    static const char *const verdicts[] = {
        [ADVICE_NO] = "no", [ADVICE_MAYBE] = "maybe", [ADVICE_YES] = "yes"
    };

    if (q->thing != ADVICE_SUNSCREEN && q->thing != ADVICE_SEA) /* nothing is advised on them */
        figures_add_text(figures, "advice", str_of(verdicts[a->verdict]));
    if (q->thing == ADVICE_JACKET && a->verdict != ADVICE_NO)
        figures_add_text(figures, "garment", str_of(advice_garment_name(a->garment)));
    if (a->raincoat)
        figures_add_truth(figures, "raincoat", true);
    figures_add_time(figures, "start", q->spans[0].from);
    figures_add_time(figures, "end", q->spans[q->span_count - 1].to);
    for (size_t i = 0; i < a->count; i++)
        note_figure(&a->figures[i], figures);
}
