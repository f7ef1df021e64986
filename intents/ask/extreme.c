/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/extreme.c -- "what's the coldest night this week", "the best day for a picnic". */
#include "intents/figures/extremes.h"

#include "intents/answer_phrase.h"
#include "intents/ask/ask_phrase.h"
#include "intents/ask/period.h"
#include "intents/ask/warnings.h"
#include "intents/intent.h"
#include "intents/speech/phrase.h"

static const char *const extreme_slots[] = {
    "extreme", "unit",     "when_to",  "when_abs", "when_any", "when_pos", "day", "month",
    "quarter", "location", "zip_conn", "zipcode",  "favorite", "units",    NULL,
};

enum { TIES_NAMED_MAX = 3, WARNINGS_MAX = 16 };

/* ---- what is asked ---- */

static const struct {
    const char *words;
    enum extreme extreme;
} words_of[] = {
#define WORDS(words, id) { words, EXTREME_##id },
#include "intents/ask/extreme_words.def"
#undef WORDS
};

/* The superlative as it is told, and what the forecast lacks when it can't be told. */
static const struct {
    const char *name, *layer;
} names[EXTREME_COUNT] = {
    [EXTREME_COLDEST] = { "coldest", "temperature" },
    [EXTREME_WARMEST] = { "warmest", "temperature" },
    [EXTREME_WINDIEST] = { "windiest", "wind" },
    [EXTREME_GUSTIEST] = { "gustiest", "wind gust" },
    [EXTREME_WETTEST] = { "wettest", "precipitation" },
    [EXTREME_DRIEST] = { "driest", "precipitation" },
    [EXTREME_SUNNIEST] = { "sunniest", "sky" },
    [EXTREME_MOST_HUMID] = { "most humid", "humidity" },
    [EXTREME_BEST] = { "best", "complete" },
};

static const char *const unit_names[] = {
    [EXTREME_DAY] = "day", [EXTREME_NIGHT] = "night", [EXTREME_HOUR] = "hour"
};

static enum status read_extreme(struct turn *turn, enum extreme *ret_extreme, struct err *err)
{
    enum { SUBJECT_MAX = 40 };
    struct str slot = turn_slot(turn, "extreme");

    if (slot.n == 0 && turn_slot(turn, "when_to").n > 0) {
        *ret_extreme = EXTREME_BEST;
        return ST_OK;
    }
    for (size_t i = 0; i < sizeof words_of / sizeof words_of[0]; i++) {
        if (str_eqz(slot, words_of[i].words)) {
            *ret_extreme = words_of[i].extreme;
            return ST_OK;
        }
    }
    turn->subject = slot.n <= SUBJECT_MAX ? slot : STR_NONE;
    return err_reason(err, ST_INVALID, "extreme_unknown", "no such superlative");
}

/* A question, with what it points to. */
struct extreme_asked {
    struct extreme_question q;
    struct period period;
    struct span parts[PERIOD_PARTS_MAX];
    struct span warnings[WARNINGS_MAX];
};

/* The Saturday and Sunday to come, today included. */
static enum status read_weekend(struct turn *turn, struct extreme_asked *a, struct err *err)
{
    struct when_words words = { .when_any = STR("weekend") };
    struct err ignored = ERR_NONE;
    enum status st = when_parse(&words, turn->place.zone, turn->call.now, turn->call.arena,
                                &a->period.part[0], err);

    a->period.count = 1;
    words.second = true;
    if (st == ST_OK && a->period.part[0].two_days &&
        when_parse(&words, turn->place.zone, turn->call.now, turn->call.arena, &a->period.part[1],
                   &ignored) == ST_OK)
        a->period.count = 2;
    return st;
}

/* The unit as it was said; "when should I run" has one, too. */
static struct str asked_unit(const struct turn *turn)
{
    struct str unit = turn_slot(turn, "unit");

    return unit.n > 0 ? unit : turn_slot(turn, "when_to");
}

/* "The warmest part of the day", "the best time of day to run". */
static bool is_time_of_day(const struct turn *turn)
{
    return str_starts(asked_unit(turn), STR("time"));
}

/* The day whose part is meant when none is named: today until 6 P.M., then tomorrow. */
static struct span usual_day(const struct turn *turn)
{
    enum { MORNING = 6, EVENING = 18, NIGHT = 21 };
    const struct days d = { turn->place.zone, turn->call.now };
    bool over = d.now >= days_span(&d, 0, EVENING, EVENING).from;

    return days_span(&d, over ? 1 : 0, MORNING, NIGHT);
}

/* Settles the unit: that of the slot, else hours of a period, else nights for the coldest, else
 * days. */
static enum status read_unit(struct turn *turn, struct extreme_asked *a, struct err *err)
{
    struct str unit = asked_unit(turn);
    bool weekend = str_starts(unit, STR("weekend"));

    a->q.unit = a->period.count > 0               ? EXTREME_HOUR
                : a->q.extreme == EXTREME_COLDEST ? EXTREME_NIGHT
                                                  : EXTREME_DAY;
    if (str_starts(unit, STR("night")))
        a->q.unit = EXTREME_NIGHT;
    else if (str_starts(unit, STR("hour")) || is_time_of_day(turn))
        a->q.unit = EXTREME_HOUR;
    else if (str_starts(unit, STR("day")) || weekend ||
             extremes_measure(a->q.extreme) == EXTREME_BY_SCORE)
        a->q.unit = EXTREME_DAY;
    return weekend && a->period.count == 0 ? read_weekend(turn, a, err) : ST_OK;
}

static enum status read_asked(struct turn *turn, struct extreme_asked *a, struct err *err)
{
    enum status st = read_extreme(turn, &a->q.extreme, err);

    if (st == ST_OK)
        st = period_read(turn, &a->period, err);
    if (st == ST_OK)
        st = read_unit(turn, a, err);
    if (st != ST_OK)
        return st;
    for (size_t i = 0; i < a->period.count; i++)
        a->parts[i] = (struct span){ a->period.part[i].start, a->period.part[i].end };
    a->q.parts = a->parts;
    a->q.part_count = a->period.count;
    if (a->period.count == 0 && is_time_of_day(turn))
        a->parts[a->q.part_count++] = usual_day(turn);
    return ST_OK;
}

/* Notes when the active warnings are in effect. */
static void note_warnings(struct extreme_asked *a, const struct warnings *w)
{
    for (size_t i = 0; i < w->alerts.count && a->q.warning_count < WARNINGS_MAX; i++) {
        const struct alert *alert = &w->alerts.at[i];
        if (warnings_is_warning(alert))
            a->warnings[a->q.warning_count++] =
                (struct span){ alert->onset, alert->until ? alert->until : INT64_MAX };
    }
    a->q.warnings = a->warnings;
}

/* ---- the answer ---- */

static void put_when(struct buf *out, const struct days *d, enum extreme_unit unit,
                     const struct extreme_item *item)
{
    if (unit == EXTREME_HOUR)
        ask_put_hour(out, d, item->span.from);
    else if (unit == EXTREME_NIGHT)
        ask_put_night(out, d, item->span.from);
    else
        ask_put_day(out, d, item->span.from);
}

/* Finds the others that sound the same as the first. Of hours, one of each further date. */
static size_t find_ties(const struct turn *turn, const struct days *d,
                        const struct extreme_question *q, const struct extreme_item *items,
                        size_t count, size_t first, size_t tied[EXTREME_ITEMS_MAX])
{
    size_t n = 0, last = first;

    for (size_t i = first + 1; i < count; i++) {
        if (!extremes_tie(q->extreme, turn->units, &items[i], &items[first]) ||
            (q->unit == EXTREME_HOUR &&
             days_ahead_of(d, items[i].span.from) == days_ahead_of(d, items[last].span.from)))
            continue;
        last = i;
        tied[n++] = i;
    }
    return n;
}

/* "and Friday" */
static void put_ties(struct buf *out, const struct days *d, const struct extreme_question *q,
                     const struct extreme_item *items, const size_t *tied, size_t n, bool room)
{
    size_t named = n <= TIES_NAMED_MAX ? n : room ? TIES_NAMED_MAX - 1 : 1;

    for (size_t i = 0; i < named; i++) {
        buf_putz(out, i + 1 == n ? " and " : ", ");
        if (q->unit == EXTREME_HOUR)
            ask_put_day(out, d, items[tied[i]].span.from);
        else
            put_when(out, d, q->unit, &items[tied[i]]);
    }
    if (named < n)
        buf_printf(out, ", and %zu more", n - named);
}

static void put_reasons(struct buf *out, const struct turn *turn, enum extreme_unit unit,
                        const struct extreme_item *item, bool room)
{
    if (item->has_high) {
        buf_putz(out, unit == EXTREME_HOUR ? "" : room ? "a high of " : "high ");
        units_put_degrees(out, units_degrees(item->high_c, turn->units));
        buf_putz(out, ", ");
    }
    buf_printf(out, "%d percent chance%s", units_round(item->chance),
               room ? " of precipitation" : "");
    buf_putz(out, item->gusts ? ", gusts up to " : ", wind up to ");
    units_put_wind_speed(out, units_speed(item->wind, turn->units), turn->units);
    if (item->warned)
        buf_putz(out, ", despite a warning");
}

/* The amount of rain comes after its chance, if there is room. */
static void put_value(struct buf *out, const struct turn *turn, const struct extreme_question *q,
                      const struct extreme_item *item, bool room)
{
    static const char *const before[] = { [EXTREME_DAY] = "with a high of ",
                                          [EXTREME_NIGHT] = "with a low of ",
                                          [EXTREME_HOUR] = "at " };

    switch (extremes_measure(q->extreme)) {
    case EXTREME_BY_TEMPERATURE:
        buf_putz(out, before[q->unit]);
        units_put_degrees(out, units_degrees(item->value, turn->units));
        break;
    case EXTREME_BY_WIND:
    case EXTREME_BY_GUST:
        buf_putz(out, extremes_measure(q->extreme) == EXTREME_BY_GUST ? "with gusts up to "
                                                                      : "with wind up to ");
        units_put_wind_speed(out, units_speed(item->value, turn->units), turn->units);
        break;
    case EXTREME_BY_CHANCE:
        buf_putz(out, "with ");
        if (room && units_round(item->value) > 0 && item->has_amount && item->amount > 0.0) {
            ask_put_chance(out, item->value, NULL);
            buf_putz(out, " and ");
            units_put_rain(out, item->amount, turn->units);
        } else {
            ask_put_chance(out, item->value, "precipitation");
        }
        break;
    case EXTREME_BY_SKY:
        buf_printf(out, "with clouds covering %d percent of the sky", units_round(item->value));
        break;
    case EXTREME_BY_HUMIDITY:
        buf_printf(out, "with %d percent humidity", units_round(item->value));
        break;
    case EXTREME_BY_SCORE:
        put_reasons(out, turn, q->unit, item, room);
        break;
    }
}

static void note_extreme(const struct extreme_question *q, const struct extreme_item *item,
                         struct answer_figures *figures)
{
    static const enum figure_kind kinds[] = {
        [EXTREME_BY_TEMPERATURE] = FIGURE_DEGREES, [EXTREME_BY_WIND] = FIGURE_SPEED,
        [EXTREME_BY_GUST] = FIGURE_SPEED,          [EXTREME_BY_CHANCE] = FIGURE_PERCENT,
        [EXTREME_BY_SKY] = FIGURE_PERCENT,         [EXTREME_BY_HUMIDITY] = FIGURE_PERCENT,
    };
    enum extreme_measure m = extremes_measure(q->extreme);

    figures_add_text(figures, "extreme", str_of(names[q->extreme].name));
    figures_add_time(figures, "start", item->span.from);
    figures_add_time(figures, "end", item->span.to);
    if (m != EXTREME_BY_SCORE) {
        figures_add_number(figures, "value", kinds[m], item->value);
        return;
    }
    if (item->has_high)
        figures_add_number(figures, q->unit == EXTREME_HOUR ? "temperature" : "high",
                           FIGURE_DEGREES, item->high_c);
    figures_add_number(figures, "precipitationChance", FIGURE_PERCENT, item->chance);
    figures_add_number(figures, item->gusts ? "windGust" : "windSpeed", FIGURE_SPEED, item->wind);
}

/* " through Saturday": of a week of which less was read. */
static void put_forecast_end(struct buf *out, const struct days *d,
                             const struct extreme_question *q, const struct extreme_item *last)
{
    if (q->part_count > 0 || days_ahead_of(d, last->span.from) >= DAYS_AHEAD - 2)
        return;
    buf_putz(out, " through ");
    put_when(out, d, q->unit == EXTREME_HOUR ? EXTREME_DAY : q->unit, last);
}

static void put_extreme(struct buf *out, const struct turn *turn, const struct days *d,
                        const struct extreme_question *q, const struct extreme_item *items,
                        size_t count, bool room)
{
    size_t tied[EXTREME_ITEMS_MAX];
    size_t first = extremes_first(q->extreme, turn->units, items, count);
    size_t ties = find_ties(turn, d, q, items, count, first, tied);
    bool plural = ties > 0 && q->unit != EXTREME_HOUR;

    buf_printf(out, "The %s %s%s", names[q->extreme].name, unit_names[q->unit], plural ? "s" : "");
    put_forecast_end(out, d, q, &items[count - 1]);
    ask_put_in_place_between(out, turn);
    buf_putz(out, plural ? " are " : " is ");
    put_when(out, d, q->unit, &items[first]);
    put_ties(out, d, q, items, tied, ties, room);
    buf_putz(out, extremes_measure(q->extreme) == EXTREME_BY_SCORE ? ": " : ", ");
    put_value(out, turn, q, &items[first], room);
    phrase_end_sentence(out);
}

static enum status extreme_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    const struct days d = { turn->place.zone, turn->call.now };
    struct extreme_item items[EXTREME_ITEMS_MAX];
    struct extreme_asked asked = { 0 };
    struct buf *out = &reply->speech;
    struct warnings warnings = { .checked = true };
    struct grid_answer forecast;
    size_t count;
    enum status st = read_asked(turn, &asked, err);

    if (st != ST_OK)
        return st;
    st = source_get_grid(turn, reply, &forecast, err);
    if (st == ST_OK && extremes_measure(asked.q.extreme) == EXTREME_BY_SCORE)
        st = warnings_get(turn, &warnings, err);
    if (st != ST_OK)
        return st;
    note_warnings(&asked, &warnings);
    reply->card_title = answer_phrase_card_title(turn);
    reply->figures.hours.grid = forecast.grid;
    reply->figures.view = asked.q.part_count == 0 ? VIEW_WEEK : VIEW_TEXT;
    count = extremes_read(forecast.grid, &d, &asked.q, items);
    if (count > 0)
        note_extreme(&asked.q, &items[extremes_first(asked.q.extreme, turn->units, items, count)],
                     &reply->figures);
    if (count == 0)
        ask_put_no_forecast(out, turn, forecast.grid, extremes_layer(asked.q.extreme),
                            names[asked.q.extreme].layer);
    else
        put_extreme(out, turn, &d, &asked.q, items, count, true);
    if (count > 0 && turn->length != LENGTH_FULL && !ask_fits(out, turn)) {
        reply->card_text = arena_str(turn->call.arena, buf_str(out));
        buf_truncate(out, 0);
        put_extreme(out, turn, &d, &asked.q, items, count, false);
    }
    if (forecast.stale)
        answer_phrase_stale(out, "this forecast", forecast.age_s);
    warnings_put_unchecked(reply, &warnings);
    return ST_OK;
}

static foresight_fn *extreme_foresee(struct turn *turn)
{
    enum extreme extreme;
    struct err ignored = ERR_NONE;
    struct turn asked = *turn; /* reading sets what an apology names */

    if (read_extreme(&asked, &extreme, &ignored) != ST_OK)
        return NULL;
    return extremes_measure(extreme) == EXTREME_BY_SCORE ? warnings_foresee : grid_foresee;
}

const struct intent intent_extreme = {
    .name = "ExtremeIntent",
    .slots = extreme_slots,
    .needs_place = true,
    .keeps_topic = true,
    .foresee = extreme_foresee,
    .answer = extreme_answer,
};
