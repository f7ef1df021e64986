/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/freeze.c -- "will it freeze tonight", "when is the first frost".
 *
 * An alert about frost, freeze or cold is named before anything else. */
#include "intents/figures/freeze.h"

#include "intents/answer_phrase.h"
#include "intents/ask/ask_phrase.h"
#include "intents/ask/period.h"
#include "intents/ask/warnings.h"
#include "intents/intent.h"
#include "intents/speech/phrase.h"
#include "intents/speech/units.h"

static const char *const freeze_slots[] = {
    "freeze",  "leadin",   "when_abs", "when_any", "when_pos", "day",   "month",
    "quarter", "location", "zip_conn", "zipcode",  "favorite", "units", NULL,
};

/* What is asked for, and what it is called. */
static const struct {
    enum freeze_kind kind;
    const char *a;    /* "a freeze" */
    const char *name; /* "freeze" */
} kinds[] = {
    [FREEZE_FROST] = { FREEZE_FROST, "frost", "frost" },
    [FREEZE_FREEZE] = { FREEZE_FREEZE, "a freeze", "freeze" },
    [FREEZE_HARD] = { FREEZE_HARD, "a hard freeze", "hard freeze" },
};

static enum freeze_kind kind_asked(const struct turn *turn)
{
    struct str rest = turn_slot(turn, "freeze"), word;
    enum freeze_kind kind = FREEZE_FREEZE;

    while (str_word(&rest, &word)) {
        if (str_eqz(word, "hard")) /* also a hard frost */
            return FREEZE_HARD;
        if (str_starts(word, STR("frost")))
            kind = FREEZE_FROST;
    }
    return kind;
}

/* "28 degrees, tomorrow at 6 A.M." */
static void put_low(struct buf *out, const struct turn *turn, const struct days *d,
                    const struct freeze_night *night)
{
    units_put_degrees(out, units_degrees(night->low_c, turn->units));
    buf_putz(out, ", ");
    ask_put_hour(out, d, night->low_at);
}

static void put_found(struct buf *out, const struct turn *turn, const struct days *d,
                      const struct freeze_night *night)
{
    bool yes_no = ask_is_yes_no(turn), frost = night->kind == FREEZE_FROST;

    if (frost)
        buf_putz(out, yes_no ? "Possibly. Frost is possible " : "Frost is possible ");
    else
        buf_printf(out, yes_no ? "Yes, %s " : "The first %s is ",
                   yes_no ? kinds[night->kind].a : kinds[night->kind].name);
    ask_put_night(out, d, night->low_at);
    ask_put_in_place(out, turn);
    buf_putz(out, frost ? ", with a low of " : ": ");
    put_low(out, turn, d, night);
    phrase_end_sentence(out);
}

/* " through Sunday", or the time that was asked about. */
static void put_until(struct buf *out, const struct days *d, const struct period *period,
                      const struct freeze_answer *a)
{
    if (period->count > 0) {
        buf_putc(out, ' ');
        period_put_name(out, period);
    } else if (a->has_through) {
        buf_putc(out, ' ');
        ask_put_through(out, d, a->through + 1);
    }
}

static void put_none(struct buf *out, const struct turn *turn, const struct days *d,
                     enum freeze_kind kind, const struct period *period,
                     const struct freeze_answer *a)
{
    if (a->whole)
        buf_printf(out, "No %s", kinds[kind].name);
    else
        buf_printf(out, "In the forecast so far, no %s", kinds[kind].name);
    put_until(out, d, period, a);
    ask_put_in_place(out, turn);
    buf_putz(out, "; the lowest is ");
    put_low(out, turn, d, &a->night);
    if (a->night.kind > FREEZE_NONE && a->night.kind < kind)
        buf_printf(out, ", when %s",
                   a->night.kind == FREEZE_FROST ? "frost is possible" : "there's a freeze");
    phrase_end_sentence(out);
}

static void note_night(const struct freeze_answer *a, struct reply *reply)
{
    figures_add_truth(&reply->figures, "expected", a->found);
    figures_add_number(&reply->figures, "low", FIGURE_DEGREES, a->night.low_c);
    figures_add_time(&reply->figures, "lowAt", a->night.low_at);
}

static enum status freeze_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    const struct days d = { turn->place.zone, turn->call.now };
    enum freeze_kind kind = kind_asked(turn);
    struct buf *out = &reply->speech;
    struct grid_answer forecast;
    struct freeze_answer a;
    struct warnings warnings;
    struct period period;
    struct span span;
    enum status st = period_read(turn, &period, err);

    if (st != ST_OK)
        return st;
    st = source_get_grid(turn, reply, &forecast, err);
    if (st == ST_OK)
        st = warnings_get(turn, &warnings, err);
    if (st != ST_OK)
        return st;
    reply->card_title = answer_phrase_card_title(turn);
    warnings_put(reply, turn, &warnings, warnings_is_cold);
    if (period.count > 0)
        span = period_span(&period);
    a = freeze_find(forecast.grid, &d, kind, period.count > 0 ? &span : NULL);
    if (a.read)
        note_night(&a, reply);
    if (!a.read)
        ask_put_no_forecast(out, turn, forecast.grid, GRID_TEMPERATURE, "temperature");
    else if (a.found)
        put_found(out, turn, &d, &a.night);
    else
        put_none(out, turn, &d, kind, &period, &a);
    if (forecast.stale)
        answer_phrase_stale(out, "this forecast", forecast.age_s);
    warnings_put_unchecked(reply, &warnings);
    return ST_OK;
}

const struct intent intent_freeze = {
    .name = "FreezeIntent",
    .slots = freeze_slots,
    .needs_place = true,
    .keeps_topic = true,
    .foresees = warnings_foresee,
    .answer = freeze_answer,
};
