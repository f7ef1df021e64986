/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/compare.c -- "is it warmer than yesterday", "is Denver colder than Boulder", "what
 * was yesterday's high".
 *
 * Now and then are compared at one station: another one has another height and another sensor. */
#include "intents/figures/compare.h"

#include "intents/answer_phrase.h"
#include "intents/ask/ask_phrase.h"
#include "intents/ask/asked_measure.h"
#include "intents/ask/compared.h"
#include "intents/ask/front.h"
#include "intents/ask/reports.h"
#include "intents/ask/tendency.h"
#include "intents/figures/past_figures.h"
#include "intents/intent.h"
#include "intents/speech/phrase.h"

static const char *const compare_slots[] = {
    "metric",   "comparator", "choice",       "tendency", "past",    "front",    "when_abs",
    "when_any", "when_pos",   "day",          "month",    "quarter", "when_two", "location",
    "zip_conn", "zipcode",    "location_two", "favorite", "units",   NULL,
};

/* ---- the words of a comparison ---- */

/* How much higher or lower the first is: "8 degrees warmer", "5 miles per hour calmer". */
static void put_difference(struct buf *out, const struct turn *turn, enum measure m, int apart)
{
    static const struct {
        const char *higher, *lower;
    } words[MEASURE_COUNT] = {
        [MEASURE_TEMPERATURE] = { "warmer", "colder" },
        [MEASURE_FELT] = { "warmer", "colder" },
        [MEASURE_DEWPOINT] = { "higher in dewpoint", "lower in dewpoint" },
        [MEASURE_HUMIDITY] = { "more humid", "less humid" },
        [MEASURE_WIND] = { "windier", "calmer" },
        [MEASURE_GUST] = { "gustier", "less gusty" },
        [MEASURE_CHANCE] = { "wetter", "drier" },
        [MEASURE_SKY] = { "cloudier", "sunnier" },
    };

    measure_put_value(out, m, apart < 0 ? -apart : apart, turn->units);
    buf_printf(out, " %s", apart > 0 ? words[m].higher : words[m].lower);
}

/* "Yes, " or "No, ", when it was asked; of what is about the same, no. */
static void put_verdict(struct buf *out, const struct compared *c, const struct comparison *x)
{
    if (c->sign != 0)
        buf_putz(out, !x->same && (x->apart > 0) == (c->sign > 0) ? "Yes, " : "No, ");
}

/* "8 degrees warmer than", "about the same as" */
static void put_relation(struct buf *out, const struct turn *turn, const struct compared *c,
                         const struct comparison *x)
{
    if (x->same) {
        buf_putz(out, "about the same as ");
    } else {
        put_difference(out, turn, c->measure, x->apart);
        buf_putz(out, " than ");
    }
}

/* "a high of 56 degrees", "up to 20 miles per hour", "a 40 percent chance of precipitation" */
static void put_period_value(struct buf *out, const struct turn *turn, enum measure m,
                             enum compare_by by, int spoken)
{
    if (m == MEASURE_CHANCE) {
        ask_put_chance(out, spoken, "precipitation");
        return;
    }
    if (m == MEASURE_SKY) {
        buf_printf(out, "%d percent clouds", spoken);
        return;
    }
    if (measure_unit(m) == MEASURE_IN_DEGREES)
        buf_printf(out, "a %s of ", by == COMPARE_HIGH ? "high" : "low");
    else if (measure_unit(m) == MEASURE_IN_SPEED && by == COMPARE_HIGH)
        buf_putz(out, "up to ");
    measure_put_value(out, m, spoken, turn->units);
}

/* Notes both sides and how far they are apart, as compared. */
static void note_comparison(const struct turn *turn, const struct compared *c, double first,
                            double second, struct answer_figures *figures)
{
    static const char *(*const symbols[])(enum units_system) = {
        [MEASURE_IN_DEGREES] = units_degrees_symbol,
        [MEASURE_IN_SPEED] = units_speed_symbol,
    };
    struct comparison x = compare_values(c->measure, first, second, turn->units);
    enum measure_unit unit = measure_unit(c->measure);

    figures_add_text(figures, "measure", str_of(measure_name(c->measure)));
    figures_add_measure(figures, "first", c->measure, first);
    figures_add_measure(figures, "second", c->measure, second);
    if (!x.same)
        figures_add_plain(figures, "difference", x.apart < 0 ? -x.apart : x.apart,
                          unit == MEASURE_IN_PLAIN ? "percent" : symbols[unit](turn->units));
}

/* ---- since yesterday ---- */

/* "Yes, it's 8 degrees warmer than yesterday in Boulder, Colorado: 50 degrees now, " */
static void put_now_against(struct turn *turn, const struct compared *c, double now, double then,
                            const char *name, struct reply *reply)
{
    struct comparison x = compare_values(c->measure, now, then, turn->units);
    struct buf *out = &reply->speech;

    note_comparison(turn, c, now, then, &reply->figures);
    put_verdict(out, c, &x);
    buf_putz(out, c->sign != 0 ? "it's " : "It's ");
    put_relation(out, turn, c, &x);
    buf_putz(out, name);
    ask_put_in_place(out, turn);
    buf_putz(out, ": ");
    measure_put_value(out, c->measure, x.a, turn->units);
    buf_putz(out, " now, ");
}

static enum status answer_since_yesterday(struct turn *turn, const struct compared *c,
                                          struct reply *reply, struct err *err)
{
    struct buf *out = &reply->speech;
    struct reports_now_and_then found;
    enum status st = reports_now_and_then(turn, c->measure, &found, err);

    if (st != ST_OK)
        return st;
    if (!found.found) {
        buf_putz(out, "I can't compare it with yesterday, because the stations");
        ask_put_in_place(out, turn);
        buf_putz(out, " have no report from this time yesterday.");
        return ST_OK;
    }
    reply->source = source_report(&found.report);
    put_now_against(turn, c, found.now, found.then, "yesterday", reply);
    measure_put_value(out, c->measure, measure_spoken(c->measure, found.then, turn->units),
                      turn->units);
    buf_putz(out, " at this time yesterday.");
    return ST_OK;
}

/* ---- the value of a time ---- */

/* "high", "low", "highest wind" */
static void put_extreme_name(struct buf *out, enum measure m, enum compare_by by)
{
    bool low = by == COMPARE_LOW;

    if (m == MEASURE_TEMPERATURE)
        buf_putz(out, low ? "low" : "high");
    else
        buf_printf(out, "%s %s", low ? "lowest" : "highest", measure_name(m));
}

static enum status get_past(struct turn *turn, enum measure m, const struct compared_side *side,
                            struct reply *reply, double *ret_value, bool *ret_said, struct err *err)
{
    struct buf *out = &reply->speech;
    struct reports_extreme past;
    enum status st = reports_extreme(turn, m, side->by, side->span, &past, err);

    if (st != ST_OK)
        return st;
    *ret_value = past.value;
    *ret_said = !past.found;
    if (past.found) {
        reply->source = past.source;
        return ST_OK;
    }
    buf_printf(out, "I can't tell %.*s's ", STR_ARG(side->name));
    put_extreme_name(out, m, side->by);
    ask_put_in_place_between(out, turn);
    buf_putz(out, " because the reports have gaps.");
    return ST_OK;
}

/* Gets the value of a side. When there is none, says so, and *ret_said is true. */
static enum status get_side(struct turn *turn, enum measure m, const struct compared_side *side,
                            struct reply *reply, double *ret_value, bool *ret_said, struct err *err)
{
    struct buf *out = &reply->speech;
    struct grid_answer forecast;
    enum status st;

    if (side->time != COMPARED_PERIOD)
        return get_past(turn, m, side, reply, ret_value, ret_said, err);
    st = source_get_grid(turn, reply, &forecast, err);
    if (st != ST_OK)
        return st;
    *ret_said =
        !compare_period_value(forecast.grid, m, side->by, side->whole, side->span, ret_value);
    if (*ret_said) {
        buf_printf(out, "For %.*s: ", STR_ARG(side->name));
        ask_put_no_forecast(out, turn, forecast.grid, measure_layer(m), measure_name(m));
    }
    return ST_OK;
}

/* ", and Sunday's is 55 degrees" */
static enum status put_sunday(struct turn *turn, struct compared *c, struct reply *reply,
                              struct err *err)
{
    struct buf *out = &reply->speech;
    size_t end = out->n;
    double value;
    bool said;
    enum status st;

    if (!compared_read_sunday(turn, c))
        return ST_OK;
    st = get_side(turn, c->measure, &c->a, reply, &value, &said, err);
    if (st != ST_OK)
        return st;
    buf_truncate(out, end); /* a Sunday without a value is left out */
    if (said)
        return ST_OK;
    buf_printf(out, ", and %.*s's is ", STR_ARG(c->a.name));
    measure_put_value(out, c->measure, measure_spoken(c->measure, value, turn->units), turn->units);
    return ST_OK;
}

/* ", and the low is 44 degrees": left out where there is none. */
static enum status put_low(struct turn *turn, struct compared *c, struct reply *reply,
                           struct err *err)
{
    struct compared low = *c;
    struct buf *out = &reply->speech;
    size_t end = out->n;
    double value;
    bool said;
    enum status st;

    low.by = COMPARE_LOW;
    st = compared_read_times(turn, &low, err);
    if (st == ST_OK)
        st = get_side(turn, low.measure, &low.a, reply, &value, &said, err);
    if (st != ST_OK)
        return st;
    buf_truncate(out, end);
    if (said)
        return ST_OK;
    buf_printf(out, ", and the low %s ", low.a.time == COMPARED_PERIOD ? "is" : "was");
    measure_put_value(out, low.measure, measure_spoken(low.measure, value, turn->units),
                      turn->units);
    return ST_OK;
}

/* "Yesterday's high", "tomorrow's low". */
static enum status answer_alone(struct turn *turn, struct compared *c, struct reply *reply,
                                struct err *err)
{
    struct buf *out = &reply->speech;
    size_t start = out->n;
    double value;
    bool said;
    enum status st = get_side(turn, c->measure, &c->a, reply, &value, &said, err);

    if (st != ST_OK || said)
        return st;
    figures_add_text(&reply->figures, "measure", str_of(measure_name(c->measure)));
    figures_add_measure(&reply->figures, "value", c->measure, value);
    buf_printf(out, "%.*s's ", STR_ARG(c->a.name));
    phrase_capitalize(out, start);
    put_extreme_name(out, c->measure, c->a.by);
    ask_put_in_place_between(out, turn);
    buf_putz(out, c->a.time == COMPARED_PERIOD ? " is " : " was ");
    measure_put_value(out, c->measure, measure_spoken(c->measure, value, turn->units), turn->units);
    if (c->both)
        st = put_low(turn, c, reply, err);
    else if (c->weekend)
        st = put_sunday(turn, c, reply, err);
    buf_putc(out, '.');
    return st;
}

/* ---- two times ---- */

/* "Is it colder than last night": now against its low. */
static enum status answer_since_last_night(struct turn *turn, const struct compared *c,
                                           struct reply *reply, struct err *err)
{
    struct buf *out = &reply->speech;
    struct current_observation report;
    double now, then;
    bool said;
    enum status st = get_side(turn, c->measure, &c->b, reply, &then, &said, err);

    if (st != ST_OK || said)
        return st;
    st = reports_now(turn, c->measure, &report, &now, err);
    if (st != ST_OK)
        return st;
    reply->source = source_report(&report);
    put_now_against(turn, c, now, then, "last night", reply);
    put_period_value(out, turn, c->measure, c->b.by, measure_spoken(c->measure, then, turn->units));
    buf_putz(out, " last night.");
    return ST_OK;
}

static enum status answer_two_times(struct turn *turn, const struct compared *c,
                                    struct reply *reply, struct err *err)
{
    struct buf *out = &reply->speech;
    double first, second;
    struct comparison x;
    size_t start;
    bool said;
    enum status st = get_side(turn, c->measure, &c->a, reply, &first, &said, err);

    if (st != ST_OK || said)
        return st;
    st = get_side(turn, c->measure, &c->b, reply, &second, &said, err);
    if (st != ST_OK || said)
        return st;
    x = compare_values(c->measure, first, second, turn->units);
    note_comparison(turn, c, first, second, &reply->figures);
    put_verdict(out, c, &x);
    start = out->n;
    buf_printf(out, "%s%.*s is ",
               c->of_days && !x.same && (x.apart > 0) != (c->sign > 0) ? "even " : "",
               STR_ARG(c->a.name));
    if (start == 0)
        phrase_capitalize(out, start);
    put_relation(out, turn, c, &x);
    buf_put(out, c->b.name);
    ask_put_in_place(out, turn);
    buf_putz(out, ": ");
    put_period_value(out, turn, c->measure, c->a.by, x.a);
    buf_printf(out, " %.*s, ", STR_ARG(c->a.name));
    if (c->a.by == c->b.by)
        measure_put_value(out, c->measure, x.b, turn->units);
    else
        put_period_value(out, turn, c->measure, c->b.by, x.b);
    buf_printf(out, " %.*s.", STR_ARG(c->b.name));
    return ST_OK;
}

/* ---- two places ---- */

/* The value at turn->place, now or in the period. */
static enum status get_place_value(struct turn *turn, struct compared *c, struct reply *reply,
                                   double *ret_value, bool *ret_said, struct err *err)
{
    struct current_observation report;
    enum status st = compared_read_times(turn, c, err);

    *ret_said = false;
    if (st != ST_OK)
        return st;
    if (c->a.time != COMPARED_NOW)
        return get_side(turn, c->measure, &c->a, reply, ret_value, ret_said, err);
    st = reports_now(turn, c->measure, &report, ret_value, err);
    if (st == ST_OK)
        reply->source = source_report(&report);
    return st;
}

/* "Denver, Colorado,": followed by more words. */
static void put_place_between(struct buf *out, const struct place *place)
{
    size_t start = out->n;

    answer_phrase_place(out, place);
    if (str_index(str_sub(buf_str(out), start, out->n), ',') < out->n - start)
        buf_putc(out, ',');
}

static enum status answer_two_places(struct turn *turn, struct compared *c, struct reply *reply,
                                     struct err *err)
{
    const struct place here = turn->place;
    struct buf *out = &reply->speech;
    double first, second;
    struct comparison x;
    struct place there;
    bool said;
    enum status st = get_place_value(turn, c, reply, &first, &said, err);

    if (st != ST_OK || said)
        return st;
    st = turn_place_words(turn, turn_slot(turn, "location_two"), STR_NONE, err);
    if (st == ST_MISS) /* "than here" */
        st = turn_place_default(turn, err);
    if (st == ST_MISS)
        return err_reason(err, ST_NOT_FOUND, "no_location", "no place named, and no default set");
    if (st == ST_OK)
        st = get_place_value(turn, c, reply, &second, &said, err);
    there = turn->place;
    if (st != ST_OK || said)
        return st;
    turn->place = here;
    x = compare_values(c->measure, first, second, turn->units);
    note_comparison(turn, c, first, second, &reply->figures);
    put_verdict(out, c, &x);
    put_place_between(out, &here);
    buf_putz(out, c->a.time >= COMPARED_YESTERDAY ? " was " : " is ");
    put_relation(out, turn, c, &x);
    answer_phrase_place(out, &there);
    if (c->a.time != COMPARED_NOW)
        buf_printf(out, ", %.*s", STR_ARG(c->a.name));
    buf_putz(out, ": ");
    if (c->a.time != COMPARED_NOW)
        put_period_value(out, turn, c->measure, c->a.by, x.a);
    else
        measure_put_value(out, c->measure, x.a, turn->units);
    buf_putz(out, " against ");
    measure_put_value(out, c->measure, x.b, turn->units);
    buf_putc(out, '.');
    return ST_OK;
}

static bool is_of_reports(const struct compared_side *side)
{
    return side->time != COMPARED_PERIOD;
}

/* Does it compare what stations do not report? */
static bool lacks_reports(const struct compared *c)
{
    return !past_has_measure(c->measure) &&
           (is_of_reports(&c->a) || (!c->two_places && is_of_reports(&c->b)));
}

/* "The high this week". */
static bool is_of_week(const struct turn *turn, const struct compared *c)
{
    struct when_words words = turn_when_words(turn);

    return c->alone && c->measure == MEASURE_TEMPERATURE && turn_slot(turn, "when_two").n == 0 &&
           when_words_mean_days_ahead(&words);
}

/* The warmest day or the coldest night; both of each day are in the extended forecast. */
static enum status answer_week(struct turn *turn, const struct compared *c, struct slots *slots,
                               struct reply *reply, struct err *err)
{
    bool high = c->by == COMPARE_HIGH;

    if (c->both) {
        slots_set(slots, "metric", STR("extended forecast"));
        return turn_answer_with(turn, &intent_metric, slots, reply, err);
    }
    slots_set(slots, "extreme", high ? STR("warmest") : STR("coldest"));
    slots_set(slots, "unit", high ? STR("day") : STR("night"));
    return turn_answer_with(turn, turn->find_intent(STR("ExtremeIntent")), slots, reply, err);
}

static enum status compare_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct slots slots = { .count = 0 };
    const struct intent *other;
    struct compared c;
    enum status st;

    if (front_is_asked(turn))
        return front_answer(turn, reply, err);
    turn_add_slots(turn, compare_slots, &slots);
    other = tendency_question(turn, &slots);
    if (other)
        return turn_answer_with(turn, other, &slots, reply, err);
    st = compared_read(turn, &c, err);
    if (st != ST_OK)
        return st;
    if (is_of_week(turn, &c))
        return answer_week(turn, &c, &slots, reply, err);
    /* "Which is warmer" is not answered by yes or no. */
    if (turn_slot(turn, "choice").n > 0 && !compared_is_with_home(turn))
        c.sign = 0;
    reply->card_title = answer_phrase_card_title(turn);
    if (lacks_reports(&c)) {
        turn->subject = str_of(measure_name(c.measure));
        return err_reason(err, ST_INVALID, "past_unknown", "stations do not report it");
    }
    if (c.two_places)
        return answer_two_places(turn, &c, reply, err);
    if (c.alone)
        return answer_alone(turn, &c, reply, err);
    if (c.a.time == COMPARED_NOW)
        return c.b.time == COMPARED_LAST_NIGHT ? answer_since_last_night(turn, &c, reply, err)
                                               : answer_since_yesterday(turn, &c, reply, err);
    if (front_is_of_days_ahead(turn, &c))
        st = front_find_day(turn, &c, reply, err);
    return st == ST_OK ? answer_two_times(turn, &c, reply, err) : st;
}

const struct intent intent_compare = {
    .name = "CompareIntent",
    .slots = compare_slots,
    .needs_place = true,
    .keeps_topic = true,
    .answer = compare_answer,
};
