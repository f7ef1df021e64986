/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/amount.c -- "how much snow will we get", "how much rain is coming tomorrow".
 *
 * For a period, or for the storm that comes next. Rain is told from the layer of liquid amounts,
 * which melted snow is part of. */
#include "intents/figures/amount.h"

#include "intents/alerts.h"
#include "intents/answer_phrase.h"
#include "intents/ask/ask_phrase.h"
#include "intents/ask/event_words.h"
#include "intents/ask/period.h"
#include "intents/intent.h"
#include "intents/speech/phrase.h"

static const char *const amount_slots[] = {
    "event",   "ice",      "when_abs", "when_any", "when_pos", "day",   "month",
    "quarter", "location", "favorite", "zip_conn", "zipcode",  "units", NULL,
};

enum kind { RAIN, SNOW, ICE, KINDS };

static const struct {
    enum grid_layer layer;
    const char *noun, *forecast;
    void (*put)(struct buf *out, double mm, enum units_system system);
} kinds[KINDS] = {
    [RAIN] = { GRID_PRECIPITATION, "rain", "rain amount", units_put_rain_total },
    [SNOW] = { GRID_SNOWFALL, "snow", "snowfall", units_put_snow_total },
    [ICE] = { GRID_ICE, "ice", "ice amount", units_put_rain_total },
};

/* What is asked, and the amounts of the same time. */
struct amounts {
    const struct turn *turn;
    const struct grid *grid;
    struct days days;
    struct period period;
    enum event_id event;
    enum kind asked;
    struct amount of[KINDS];
};

/* The kind that was asked for decides which storm it is; the others are of the same time. */
static void read_kind(struct amounts *a)
{
    struct amount storm = amount_of_storm(a->grid, kinds[a->asked].layer, a->days.now);
    struct span span = storm.span;

    if (a->period.count > 0)
        span = days_left(&a->days, period_span(&a->period));
    for (enum kind k = RAIN; k < KINDS; k++)
        a->of[k] = amount_of_period(a->grid, kinds[k].layer, span);
    if (a->period.count == 0)
        a->of[a->asked] = storm;
}

static bool falls(const struct amounts *a, enum kind k)
{
    return a->of[k].has && a->of[k].mm > 0.0;
}

/* Where no amount of water is forecast, that of snow or ice may be: some offices send only that. */
static void read_amounts(struct amounts *a)
{
    static const enum kind others[] = { SNOW, ICE };

    read_kind(a);
    if (a->event != EVENT_PRECIPITATION)
        return;
    for (size_t i = 0; i < sizeof others / sizeof others[0] && !falls(a, a->asked); i++) {
        struct amounts other = *a;
        other.asked = others[i];
        read_kind(&other);
        if (falls(&other, other.asked))
            *a = other;
    }
}

/* "rain"; "rain and melted snow", when some of the water falls as snow. */
static const char *noun(const struct amounts *a, enum kind k)
{
    if (k != RAIN)
        return kinds[k].noun;
    if (falls(a, SNOW))
        return a->event == EVENT_PRECIPITATION ? "precipitation" : "rain and melted snow";
    return a->event == EVENT_PRECIPITATION && falls(a, ICE) ? "precipitation" : "rain";
}

static void put_amount(struct buf *out, const struct amounts *a, enum kind k)
{
    kinds[k].put(out, a->of[k].mm, a->turn->units);
    buf_printf(out, " of %s", noun(a, k));
}

/* "0.4 inches of rain and 2 inches of snow". */
static void put_all(struct buf *out, const struct amounts *a)
{
    size_t count = 1, said = 0;

    for (enum kind k = RAIN; k < KINDS; k++)
        count += k != a->asked && a->event == EVENT_PRECIPITATION && falls(a, k);
    put_amount(out, a, a->asked);
    for (enum kind k = RAIN; k < KINDS; k++) {
        if (k == a->asked || a->event != EVENT_PRECIPITATION || !falls(a, k))
            continue;
        phrase_put_separator(out, ++said, count);
        put_amount(out, a, k);
    }
}

/* Is it told as "less than a tenth of an inch"? */
static bool is_less(const struct amounts *a)
{
    struct buf words = BUF_INIT(80);
    bool less;

    kinds[a->asked].put(&words, a->of[a->asked].mm, a->turn->units);
    less = str_starts(buf_str(&words), STR("less"));
    buf_free(&words);
    return less;
}

/* " from around 4 P.M. today until about 2 A.M. tomorrow". */
static void put_storm_time(struct buf *out, const struct amounts *a, const char *until)
{
    const struct span *s = &a->of[a->asked].span;

    if (s->from <= a->days.now) {
        buf_printf(out, " from now %s ", until);
        ask_put_time(out, &a->days, s->to);
        return;
    }
    buf_putz(out, " from around ");
    ask_put_time(out, &a->days, s->from);
    buf_printf(out, " %s ", until);
    ask_put_time_after(out, &a->days, s->to, s->from);
}

/* "About", "at least"; "less than half an inch", which may still become more, "at least until". */
static void put_found(struct buf *out, const struct amounts *a)
{
    const struct amount *asked = &a->of[a->asked];
    bool less = is_less(a);
    size_t start = out->n;

    if (!less)
        buf_putz(out, asked->at_least ? "at least " : "about ");
    put_all(out, a);
    phrase_capitalize(out, start);
    if (a->period.count > 0) {
        buf_putc(out, ' ');
        period_put_name(out, &a->period);
    }
    ask_put_in_place(out, a->turn);
    if (a->period.count == 0) {
        buf_putc(out, ',');
        put_storm_time(out, a, asked->at_least && less ? "at least until" : "until about");
    } else if (asked->at_least) {
        buf_putz(out, less ? ", at least until " : "; amounts are only forecast until ");
        ask_put_time(out, &a->days, asked->known_until);
        buf_putz(out, less ? ", where the forecast ends" : "");
    }
    phrase_end_sentence(out);
    if (a->period.count == 0 && asked->at_least && !less)
        buf_putz(out, " More may follow.");
}

/* None of it; what else falls in the period that was named is told. */
static void put_nothing(struct buf *out, const struct amounts *a)
{
    const struct amount *asked = &a->of[a->asked];
    enum kind other = a->asked == RAIN ? SNOW : RAIN;
    bool named = a->period.count > 0;

    buf_printf(out, "No %s", a->event == EVENT_PRECIPITATION ? "rain or snow" : noun(a, a->asked));
    if (named && !asked->at_least && falls(a, other)) {
        buf_printf(out, ", but %s", a->of[other].at_least ? "at least " : "");
        put_amount(out, a, other);
        buf_putc(out, ' ');
    } else {
        buf_putz(out, " is expected ");
    }
    if (named && !asked->at_least)
        period_put_name(out, &a->period);
    else if (named && asked->known_until > asked->span.from) {
        buf_putz(out, "until ");
        ask_put_time(out, &a->days, asked->known_until);
    } else
        ask_put_through(out, &a->days, asked->known_until);
    ask_put_in_place(out, a->turn);
    if (named && asked->at_least)
        buf_putz(out, "; amounts after that are not forecast yet");
    phrase_end_sentence(out);
}

/* Those that are told: what was asked for, all kinds of precipitation, or what falls instead. */
static void note_amounts(const struct amounts *a, struct answer_figures *figures)
{
    static const enum figure_kind told_kinds[] = { FIGURE_RAIN_TOTAL, FIGURE_SNOW_TOTAL,
                                                   FIGURE_RAIN_TOTAL };
    enum kind other = a->asked == RAIN ? SNOW : RAIN;
    bool all = falls(a, a->asked) && a->event == EVENT_PRECIPITATION;
    bool instead = !falls(a, a->asked) && !a->of[a->asked].at_least && a->period.count > 0;

    for (enum kind k = RAIN; k < KINDS; k++)
        if (falls(a, k) && (k == a->asked || all || (instead && k == other)))
            figures_add_number(figures, kinds[k].noun, told_kinds[k], a->of[k].mm);
    if (!falls(a, a->asked))
        return;
    figures_add_time(figures, "start", a->of[a->asked].span.from);
    figures_add_time(figures, "end", a->of[a->asked].span.to);
}

static enum status read_question(struct turn *turn, struct amounts *a, struct err *err)
{
    enum status st = event_words_read(turn, &a->event, err);

    if (turn_slot(turn, "ice").n > 0) /* "any ice" */
        a->event = EVENT_ICE;
    a->asked = a->event == EVENT_SNOW ? SNOW : a->event == EVENT_ICE ? ICE : RAIN;
    return st == ST_OK && !turn->hazard ? period_read(turn, &a->period, err) : st;
}

/* Are there amounts to judge by?  Those of a layer that begins later deny nothing before. */
static bool is_known(const struct amounts *a)
{
    const struct amount *asked = &a->of[a->asked];

    return asked->has &&
           (falls(a, a->asked) || a->period.count > 0 || asked->known_until > a->days.now);
}

static enum status amount_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct amounts a = { .turn = turn, .days = { turn->place.zone, turn->call.now } };
    struct buf *out = &reply->speech;
    struct grid_answer answer;
    enum status st = read_question(turn, &a, err);

    reply->card_title = answer_phrase_card_title(turn);
    if (st == ST_OK && turn->hazard)
        return alerts_answer(turn, turn->hazard, reply, err);
    if (st != ST_OK)
        return st;
    st = source_get_grid(turn, reply, &answer, err);
    if (st != ST_OK)
        return st;
    a.grid = answer.grid;
    read_amounts(&a);
    note_amounts(&a, &reply->figures);
    figures_show_hours(&reply->figures, a.grid, a.of[a.asked].span.from, a.of[a.asked].span.to);
    if (!is_known(&a))
        ask_put_no_forecast(out, turn, a.grid, kinds[a.asked].layer, kinds[a.asked].forecast);
    else if (falls(&a, a.asked))
        put_found(out, &a);
    else
        put_nothing(out, &a);
    if (answer.stale)
        answer_phrase_stale(out, "this forecast", answer.age_s);
    return ST_OK;
}

const struct intent intent_amount = {
    .name = "AmountIntent",
    .slots = amount_slots,
    .needs_place = true,
    .keeps_topic = true,
    .foresees = grid_foresee,
    .answer = amount_answer,
};
