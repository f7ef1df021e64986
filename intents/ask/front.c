/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/front.c -- how the days ahead go: "is there a cold front coming", "is it going to
 * warm up this week".
 *
 * The forecast of a place has neither fronts nor heat waves. That is said, with what the highs
 * show. */
#include "intents/ask/front.h"

#include "intents/answer_phrase.h"
#include "intents/ask/ask_phrase.h"
#include "intents/ask/period.h"
#include "intents/ask/warnings.h"
#include "intents/figures/week.h"
#include "intents/speech/phrase.h"
#include "intents/speech/units.h"

enum change { FRONT_FALL, FRONT_RISE, FRONT_HIGHEST };
enum { DAY_FROM = 6, DAY_TO = 18, SAME_DEGREES = 1 };

static const struct front {
    struct str words;
    const char *several;
    enum change change;
    warnings_fn *is_meant;
} fronts[] = {
#define FRONT(words, several, change, alerts) \
    { STR(words), several, FRONT_##change, warnings_is_##alerts },
#include "intents/ask/front.def"
#undef FRONT
};

static const struct front *find_front(const struct turn *turn)
{
    struct str slot = turn_slot(turn, "front");

    for (size_t i = 0; i < sizeof fronts / sizeof fronts[0]; i++)
        if (str_eq(slot, fronts[i].words))
            return &fronts[i];
    return NULL;
}

bool front_is_asked(const struct turn *turn)
{
    return !!find_front(turn);
}

/* ---- fronts and heat waves ---- */

/* The days ahead that have a high, up to the first that has none. */
struct highs {
    struct week_day days[DAYS_AHEAD + 1];
    size_t count;
    size_t told;  /* how many of them tell something: all, or those after another one */
    size_t found; /* the day of the greatest change, or of the highest; `count` when none changes by
                     more than a degree */
};

static void read_highs(const struct grid *g, const struct days *d, struct highs *h)
{
    size_t count = week_read(g, d, DAYS_AHEAD, h->days);

    h->count = 0;
    for (size_t i = 0; i < count && h->days[i].high.has; i++, h->count++)
        if (i > 0 && days_ahead_of(d, h->days[i - 1].span.from) + 1 !=
                         days_ahead_of(d, h->days[i].span.from))
            break;
}

static bool is_meant(const struct period *period, struct span day)
{
    return period->count == 0 || spans_meet(day, period_span(period));
}

/* The high, or how far it is from that of the day before. */
static int degrees_of(const struct turn *turn, const struct front *f, const struct week_day *day)
{
    int now = units_degrees(day->high.value, turn->units);

    if (f->change == FRONT_HIGHEST)
        return now;
    now -= units_degrees(day[-1].high.value, turn->units);
    return f->change == FRONT_FALL ? -now : now;
}

static void find_day(const struct turn *turn, const struct front *f, const struct period *period,
                     struct highs *h)
{
    bool highest = f->change == FRONT_HIGHEST;
    int best = 0;

    h->found = h->count;
    h->told = 0;
    for (size_t i = highest ? 0 : 1; i < h->count; i++) {
        int degrees = degrees_of(turn, f, &h->days[i]);
        if (!is_meant(period, h->days[i].span))
            continue;
        h->told++;
        if (!highest && degrees <= SAME_DEGREES)
            continue;
        if (h->found == h->count || degrees > best) {
            best = degrees;
            h->found = i;
        }
    }
}

/* ", but the high in Boulder, Colorado, falls most Friday: from 71 to 58 degrees" */
static void put_change(struct buf *out, const struct turn *turn, const struct days *d,
                       const struct front *f, const struct highs *h)
{
    const struct week_day *day = &h->days[h->found];
    bool highest = f->change == FRONT_HIGHEST;

    buf_putz(out, highest ? ", but the highest temperature" : ", but the high");
    ask_put_in_place_between(out, turn);
    buf_putz(out, highest ? " is " : f->change == FRONT_FALL ? " falls most " : " rises most ");
    if (!highest) {
        ask_put_day(out, d, day->span.from);
        buf_printf(out, ": from %d to ", units_degrees(day[-1].high.value, turn->units));
    }
    units_put_degrees(out, units_degrees(day->high.value, turn->units));
    if (highest) {
        buf_putz(out, ", ");
        ask_put_day(out, d, day->span.from);
    }
}

static void put_front(struct buf *out, const struct turn *turn, const struct days *d,
                      const struct front *f, const struct period *period, const struct highs *h)
{
    buf_printf(out, "The forecast doesn't name %s", f->several);
    if (h->found < h->count) {
        put_change(out, turn, d, f, h);
    } else if (h->told == 0) {
        buf_putz(out, ", and it only goes through ");
        ask_put_day(out, d, h->days[h->count - 1].span.from);
        ask_put_in_place(out, turn);
    } else {
        buf_printf(out, ", and the highs don't %s by more than a degree ",
                   f->change == FRONT_FALL ? "fall" : "rise");
        if (period->count > 0)
            period_put_name(out, period);
        else
            ask_put_through(out, d, h->days[h->count - 1].span.to);
        ask_put_in_place(out, turn);
    }
    phrase_end_sentence(out);
}

static void note_change(const struct front *f, const struct highs *h, struct reply *reply)
{
    if (h->found == h->count)
        return;
    figures_add_time(&reply->figures, "start", h->days[h->found].span.from);
    figures_add_number(&reply->figures, "high", FIGURE_DEGREES, h->days[h->found].high.value);
    if (f->change != FRONT_HIGHEST)
        figures_add_number(&reply->figures, "highBefore", FIGURE_DEGREES,
                           h->days[h->found - 1].high.value);
}

enum status front_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    const struct days d = { turn->place.zone, turn->call.now };
    const struct front *f = find_front(turn);
    struct grid_answer forecast;
    struct warnings warnings;
    struct period period;
    struct highs highs;
    enum status st = period_read(turn, &period, err);

    if (st == ST_OK)
        st = source_get_grid(turn, reply, &forecast, err);
    if (st == ST_OK)
        st = warnings_get(turn, &warnings, err);
    if (st != ST_OK)
        return st;
    reply->card_title = answer_phrase_card_title(turn);
    warnings_put(reply, turn, &warnings, f->is_meant);
    read_highs(forecast.grid, &d, &highs);
    find_day(turn, f, &period, &highs);
    if (highs.told == 0) { /* "tonight" has no high: the days ahead are told */
        period.count = 0;
        find_day(turn, f, &period, &highs);
    }
    note_change(f, &highs, reply);
    if (highs.count == 0)
        ask_put_no_forecast(&reply->speech, turn, forecast.grid, GRID_MAX_TEMPERATURE,
                            "temperature");
    else
        put_front(&reply->speech, turn, &d, f, &period, &highs);
    if (forecast.stale)
        answer_phrase_stale(&reply->speech, "this forecast", forecast.age_s);
    warnings_put_unchecked(reply, &warnings);
    return ST_OK;
}

/* ---- the days ahead against today ---- */

bool front_is_of_days_ahead(const struct turn *turn, const struct compared *c)
{
    struct when_words words = turn_when_words(turn);

    return turn_slot(turn, "tendency").n > 0 && turn_slot(turn, "when_two").n == 0 &&
           !c->two_places && !c->extreme && when_words_mean_days_ahead(&words);
}

enum status front_find_day(struct turn *turn, struct compared *c, struct reply *reply,
                           struct err *err)
{
    const struct days d = { turn->place.zone, turn->call.now };
    struct compared_side day = { .time = COMPARED_PERIOD, .whole = true, .by = COMPARE_HIGH };
    struct grid_answer forecast;
    double best = 0.0, value;
    int count = 0;
    enum status st = source_get_grid(turn, reply, &forecast, err);

    if (st != ST_OK)
        return st;
    for (int ahead = 1; ahead < DAYS_AHEAD; ahead++) {
        struct span span = days_span(&d, ahead, DAY_FROM, DAY_TO);
        if (!compare_period_value(forecast.grid, c->measure, COMPARE_HIGH, true, span, &value))
            continue;
        if (count++ == 0 || (c->sign > 0 ? value > best : value < best)) {
            best = value;
            day.span = span;
        }
    }
    if (count == 0)
        return ST_OK;
    c->of_days = count > 1;
    c->a = c->b = day;
    c->a.name = ask_day_name(turn, day.span.from);
    c->b.span = days_span(&d, 0, DAY_FROM, DAY_TO);
    c->b.name = STR("today");
    return ST_OK;
}
