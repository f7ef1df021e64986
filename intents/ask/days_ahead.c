/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/days_ahead.c -- the high and low of each day ahead, which only programs ask for. */
#include "intents/answer_phrase.h"
#include "intents/ask/ask_phrase.h"
#include "intents/program.h"
#include "intents/speech/phrase.h"
#include "intents/speech/units.h"

enum { DAYS_MAX = DAYS_AHEAD + 1 };

static const char *const days_ahead_slots[] = { "location", "zip_conn", "zipcode", "units", NULL };

/* "a high of 56 degrees and a low of 38"; later "60 and 41". */
static void put_temperatures(struct buf *out, const struct turn *turn, const struct week_day *day,
                             bool first)
{
    bool both = day->high.has && day->low.has;
    int high_degrees = units_degrees(day->high.value, turn->units);
    int low_degrees = units_degrees(day->low.value, turn->units);

    if (both && first)
        buf_printf(out, "a high of %d and a low of %d", high_degrees, low_degrees);
    else if (both)
        buf_printf(out, "%d and %d", high_degrees, low_degrees);
    else
        buf_printf(out, "a %s of %d", day->high.has ? "high" : "low",
                   day->high.has ? high_degrees : low_degrees);
}

static void put_days(struct buf *out, const struct turn *turn, const struct days *d,
                     const struct week_day *days, size_t count)
{
    bool first = true;

    answer_phrase_in_place(out, &turn->place);
    buf_putz(out, ": ");
    for (size_t i = 0; i < count; i++) {
        buf_putz(out, i == 0 ? "" : i + 1 == count ? ", and " : ", ");
        ask_put_day(out, d, days[i].span.from);
        buf_putc(out, ' ');
        put_temperatures(out, turn, &days[i], first);
        first = first && !(days[i].high.has && days[i].low.has);
    }
    phrase_end_sentence(out);
}

static enum status days_ahead_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    const struct days d = { turn->place.zone, turn->call.now };
    struct week_day *days = arena_alloc(turn->call.arena, DAYS_MAX * sizeof *days);
    struct grid_answer answer;
    enum status st;

    if (!days)
        return err_no_memory(err);
    st = source_get_grid(turn, reply, &answer, err);
    if (st != ST_OK)
        return st;
    reply->figures.days = days;
    reply->figures.day_count = week_read(answer.grid, &d, DAYS_MAX, days);
    if (reply->figures.day_count == 0)
        return err_reason(err, ST_NOT_FOUND, "no_forecast", "no day has a high or a low");
    put_days(&reply->speech, turn, &d, days, reply->figures.day_count);
    if (answer.stale)
        answer_phrase_stale(&reply->speech, "this forecast", answer.age_s);
    return ST_OK;
}

const struct intent intent_days_ahead = {
    .name = "DaysAhead",
    .slots = days_ahead_slots,
    .needs_place = true,
    .foresees = grid_foresee,
    .answer = days_ahead_answer,
};
