/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/threshold.c -- "when will it reach eighty", "when will it drop below freezing", "when
 * will the wind die down", "when will it be sunny". */
#include "intents/figures/threshold.h"

#include "intents/answer_phrase.h"
#include "intents/ask/ask_phrase.h"
#include "intents/ask/asked_measure.h"
#include "intents/ask/period.h"
#include "intents/ask/reports.h"
#include "intents/figures/past_figures.h"
#include "intents/intent.h"
#include "intents/percent.h"
#include "intents/speech/phrase.h"

static const char *const threshold_slots[] = {
    "direction", "number",   "metric",   "condition", "present", "when_abs",
    "when_any",  "when_pos", "day",      "month",     "quarter", "location",
    "zip_conn",  "zipcode",  "favorite", "units",     NULL,
};

enum { NUMBER_MAX = 999, FREEZING_F = 32, FREEZING_C = 0, DAY_S = 86400 };

/* ---- what is asked ---- */

/* What the weather is like past a number: percent of the sky, or miles per hour. */
static const struct condition {
    struct str words;
    const char *name; /* "it will be ..." */
    enum measure measure;
    enum threshold_direction direction;
    int number;
    bool by_day;
} conditions[] = {
#define CONDITION(words, name, measure, direction, number, by_day) \
    { STR(words), name, MEASURE_##measure, THRESHOLD_##direction, number, by_day },
#include "intents/ask/conditions.def"
#undef CONDITION
};

/* "When will it be nice": the best day. */
static enum status answer_best(struct turn *turn, struct reply *reply, struct err *err)
{
    struct slots slots = { .count = 0 };

    turn_add_slots(turn, threshold_slots, &slots);
    slots_set(&slots, "extreme", STR("best"));
    return turn_answer_with(turn, turn->find_intent(STR("ExtremeIntent")), &slots, reply, err);
}

/* "Is it below zero": now, strictly. */
static enum status answer_now(struct turn *turn, const struct threshold_question *q,
                              struct reply *reply, struct err *err)
{
    struct buf *out = &reply->speech;
    struct current_observation report;
    double value;
    int spoken;
    bool yes;
    enum status st = reports_now(turn, q->measure, &report, &value, err);

    if (st != ST_OK)
        return st;
    reply->source = source_report(&report);
    spoken = measure_spoken(q->measure, value, q->system);
    yes = q->direction == THRESHOLD_BELOW   ? spoken < q->number
          : q->direction == THRESHOLD_ABOVE ? spoken > q->number
                                            : spoken == q->number;
    buf_printf(out, "%s, the %s", yes ? "Yes" : "No", measure_name(q->measure));
    ask_put_in_place_between(out, turn);
    buf_putz(out, " is ");
    measure_put_value(out, q->measure, spoken, q->system);
    buf_putc(out, '.');
    figures_add_text(&reply->figures, "measure", str_of(measure_name(q->measure)));
    figures_add_measure(&reply->figures, "value", q->measure, value);
    return ST_OK;
}

/* NULL when none is named. */
static const struct condition *find_condition(const struct turn *turn)
{
    struct str slot = turn_slot(turn, "condition");

    for (size_t i = 0; i < sizeof conditions / sizeof conditions[0]; i++)
        if (str_eq(slot, conditions[i].words))
            return &conditions[i];
    return NULL;
}

/* "80", "eighty", "minus ten"; none means freezing. */
static enum status read_number(struct turn *turn, int *ret_number, struct err *err)
{
    static const struct str signs[] = { STR("minus "), STR("negative "), STR("-") };
    struct str slot = turn_slot(turn, "number");
    bool below_zero = false;

    if (slot.n == 0 || str_eqz(slot, "freezing")) {
        *ret_number = turn->units == UNITS_METRIC ? FREEZING_C : FREEZING_F;
        return ST_OK;
    }
    for (size_t i = 0; i < sizeof signs / sizeof signs[0] && !below_zero; i++) {
        if (str_starts(slot, signs[i])) {
            slot = str_trim(str_sub(slot, signs[i].n, slot.n));
            below_zero = true;
        }
    }
    if (!percent_parse(slot, ret_number) || *ret_number > NUMBER_MAX)
        return err_reason(err, ST_INVALID, "number_unclear", "no number");
    if (below_zero)
        *ret_number = -*ret_number;
    return ST_OK;
}

static enum threshold_direction read_direction(const struct turn *turn)
{
    static const struct {
        const char *word;
        enum threshold_direction direction;
    } words[] = {
        { "above", THRESHOLD_ABOVE },  { "over", THRESHOLD_ABOVE },   { "exceed", THRESHOLD_ABOVE },
        { "rise", THRESHOLD_ABOVE },   { "top", THRESHOLD_ABOVE },    { "warmer", THRESHOLD_ABOVE },
        { "hotter", THRESHOLD_ABOVE }, { "more", THRESHOLD_ABOVE },   { "higher", THRESHOLD_ABOVE },
        { "below", THRESHOLD_BELOW },  { "under", THRESHOLD_BELOW },  { "drop", THRESHOLD_BELOW },
        { "fall", THRESHOLD_BELOW },   { "colder", THRESHOLD_BELOW }, { "cooler", THRESHOLD_BELOW },
        { "less", THRESHOLD_BELOW },   { "lower", THRESHOLD_BELOW },  { "down", THRESHOLD_BELOW },
    };
    struct str rest = turn_slot(turn, "direction"), word;

    while (str_word(&rest, &word))
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
            if (str_eqz(word, words[i].word))
                return words[i].direction;
    /* "When will it freeze" names no number, and comes from above. */
    return turn_slot(turn, "number").n == 0 ? THRESHOLD_BELOW : THRESHOLD_REACH;
}

static enum status read_limit(struct turn *turn, const struct condition *condition,
                              struct threshold_question *q, struct err *err)
{
    const double mps_per_mph = 0.44704;
    enum status st;

    q->system = turn->units;
    if (condition) {
        q->measure = condition->measure;
        q->direction = condition->direction;
        q->number = condition->number;
        q->by_day = condition->by_day;
        if (measure_unit(q->measure) == MEASURE_IN_SPEED)
            q->number = units_speed(q->number * mps_per_mph, q->system);
        return ST_OK;
    }
    q->direction = read_direction(turn);
    st = asked_measure(turn, &q->measure, err);
    return st == ST_OK ? read_number(turn, &q->number, err) : st;
}

static enum status read_question(struct turn *turn, const struct condition *condition,
                                 struct threshold_question *q, struct period *period,
                                 struct err *err)
{
    const struct days d = { turn->place.zone, turn->call.now };
    int64_t running = days_running_hour(&d);
    enum status st = read_limit(turn, condition, q, err);

    if (st == ST_OK)
        st = period_read(turn, period, err);
    if (st != ST_OK)
        return st;
    q->period = period->count > 0 ? days_left(&d, period_span(period))
                                  : (struct span){ running, running + DAYS_AHEAD * DAY_S };
    q->by_day = q->by_day && (period->count == 0 || period->part[0].daytime);
    return ST_OK;
}

/* ---- the answer ---- */

static void put_hour_value(struct buf *out, const struct days *d,
                           const struct threshold_question *q, const struct threshold_answer *a)
{
    measure_put_value(out, q->measure, measure_spoken(q->measure, a->value, q->system), q->system);
    buf_putz(out, ", ");
    ask_put_hour(out, d, a->at);
}

/* "The temperature in Boulder, Colorado, reaches 80 degrees tomorrow at 2 P.M." */
static void put_reached(struct buf *out, const struct turn *turn, const struct days *d,
                        const struct threshold_question *q, const struct threshold_answer *a)
{
    size_t start = out->n;
    int value = measure_spoken(q->measure, a->value, q->system);

    measure_put_name(out, q->measure);
    phrase_capitalize(out, start);
    ask_put_in_place_between(out, turn);
    if (a->already) {
        buf_putz(out, " is already ");
        if (q->measure == MEASURE_WIND && value == 0)
            buf_putz(out, "calm");
        else
            measure_put_value(out, q->measure, value, q->system);
    } else {
        buf_putz(out, a->up ? " reaches " : " drops to ");
        measure_put_value(out, q->measure, q->number, q->system);
        if (value != q->number)
            buf_putz(out, a->up ? " or more" : " or less");
        buf_putc(out, ' ');
        ask_put_hour(out, d, a->at);
    }
    if (!a->already && value != q->number) {
        buf_putz(out, ": ");
        measure_put_value(out, q->measure, value, q->system);
    }
    phrase_end_sentence(out);
}

/* "It will be sunny in Boulder, Colorado, tomorrow at noon: clouds cover 42 percent of the sky." */
static void put_sky(struct buf *out, const struct turn *turn, const struct days *d, const char *sky,
                    const struct threshold_question *q, const struct threshold_answer *a)
{
    buf_printf(out, a->already ? "It's already %s" : "It will be %s", sky);
    if (a->already) {
        ask_put_in_place(out, turn);
    } else {
        ask_put_in_place_between(out, turn);
        buf_putc(out, ' ');
        ask_put_hour(out, d, a->at);
    }
    buf_printf(out, ": clouds cover %d percent of the sky.",
               measure_spoken(q->measure, a->value, q->system));
}

/* "through Sunday", or by when the forecast ends that covers no noon. */
static void put_forecast_end(struct buf *out, const struct days *d,
                             const struct threshold_answer *a)
{
    if (a->noon != 0) {
        ask_put_through(out, d, a->noon + 1);
        return;
    }
    buf_putz(out, "by ");
    ask_put_time(out, d, a->until);
}

/* "Not in the next seven days in Boulder, Colorado: through Saturday, the highest is 71 degrees,
 * Thursday at 3 P.M."  Of fewer days, only those are told. */
static void put_never(struct buf *out, const struct turn *turn, const struct days *d,
                      const struct threshold_question *q, const struct threshold_answer *a,
                      const struct period *period)
{
    bool named = period->count > 0, week = !named && q->period.to - a->until <= DAY_S;

    buf_putz(out, "Not ");
    if (named)
        period_put_name(out, period);
    else if (week)
        buf_putz(out, "in the next seven days");
    else
        put_forecast_end(out, d, a);
    ask_put_in_place(out, turn);
    if (!named && !week && a->whole)
        buf_putz(out, ", which is as far as the forecast goes");
    buf_putz(out, ": ");
    if (week && a->noon != 0) {
        ask_put_through(out, d, a->noon + 1);
        buf_putz(out, ", ");
    }
    if (!a->whole || (named && a->until < q->period.to))
        buf_putz(out, "in the forecast so far, ");
    buf_printf(out, "the %s%s is ", a->up ? "highest" : "lowest",
               q->measure == MEASURE_SKY ? " cloud cover" : "");
    put_hour_value(out, d, q, a);
    phrase_end_sentence(out);
}

static void note_reached(const struct threshold_question *q, const struct threshold_answer *a,
                         struct reply *reply)
{
    figures_add_text(&reply->figures, "measure", str_of(measure_name(q->measure)));
    figures_add_truth(&reply->figures, "expected", a->found);
    figures_add_measure(&reply->figures, "value", q->measure, a->value);
    figures_add_time(&reply->figures, "at", a->at);
}

static enum status threshold_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    const struct days d = { turn->place.zone, turn->call.now };
    struct buf *out = &reply->speech;
    struct grid_answer forecast;
    struct threshold_question q = { .by_day = false };
    struct threshold_answer a;
    struct period period;
    const struct condition *condition = find_condition(turn);
    const char *sky = NULL;
    enum status st;

    if (str_eqz(turn_slot(turn, "condition"), "nice"))
        return answer_best(turn, reply, err);
    st = read_question(turn, condition, &q, &period, err);
    if (st != ST_OK)
        return st;
    reply->card_title = answer_phrase_card_title(turn);
    if (turn_slot(turn, "present").n > 0 && period.count == 0 && past_has_measure(q.measure))
        return answer_now(turn, &q, reply, err);
    if (condition && condition->name)
        sky = q.by_day || !condition->by_day ? condition->name : "clear"; /* at night */
    st = source_get_grid(turn, reply, &forecast, err);
    if (st != ST_OK)
        return st;
    a = threshold_find(forecast.grid, &d, &q);
    if (a.read)
        note_reached(&q, &a, reply);
    figures_show_hours(&reply->figures, forecast.grid, a.found ? a.at : 0,
                       a.found ? a.at + 3600 : 0);
    if (!a.read)
        ask_put_no_forecast(out, turn, forecast.grid, measure_layer(q.measure),
                            measure_name(q.measure));
    else if (a.found && sky)
        put_sky(out, turn, &d, sky, &q, &a);
    else if (a.found)
        put_reached(out, turn, &d, &q, &a);
    else
        put_never(out, turn, &d, &q, &a, &period);
    if (forecast.stale)
        answer_phrase_stale(out, "this forecast", forecast.age_s);
    return ST_OK;
}

const struct intent intent_threshold = {
    .name = "ThresholdIntent",
    .slots = threshold_slots,
    .needs_place = true,
    .keeps_topic = true,
    .foresees = grid_foresee,
    .answer = threshold_answer,
};
