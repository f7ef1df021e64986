/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/days_ahead.c -- the high and low of each day ahead, which only programs ask for. */
#include "intents/answer_phrase.h"
#include "intents/ask/ask_phrase.h"
#include "intents/program.h"
#include "intents/speech/phrase.h"
#include "intents/speech/units.h"

enum { MORNING = 6, EVENING = 18, DAY_HOURS = 24, DAYS_MAX = DAYS_AHEAD + 1 };

static const char *const days_ahead_slots[] = { "location", "zip_conn", "zipcode", "units", NULL };

/* The last hours of a forecast have no high or low. */
static bool is_covered(const struct grid *g, struct span half, bool daytime)
{
    double value;

    return grid_at(g, daytime ? GRID_MAX_TEMPERATURE : GRID_MIN_TEMPERATURE,
                   half.from + (half.to - half.from) / 2, &value) ||
           grid_covers(g, GRID_TEMPERATURE, half.from, half.to);
}

/* Reads half a day, of which something must be left. */
static void read_half(const struct grid *g, const struct days *d, int ahead, bool daytime,
                      struct told_period *p)
{
    struct span whole =
        days_span(d, ahead, daytime ? MORNING : EVENING, daytime ? EVENING : DAY_HOURS + MORNING);
    struct span left = days_left(d, whole);
    const struct outlook_span span = {
        .start = whole.from, .end = whole.to, .from = left.from, .daytime = daytime, .whole = true
    };

    p->when = (struct when){ .start = whole.from,
                             .end = whole.to,
                             .from = left.from,
                             .part = daytime ? PART_DAY : PART_NIGHT,
                             .daytime = daytime };
    if (left.from < left.to)
        outlook_read(g, &span, &p->figures);
    p->figures.has_temperature = p->figures.has_temperature && is_covered(g, whole, daytime);
}

static size_t read_days(const struct grid *g, const struct days *d, struct told_day days[DAYS_MAX])
{
    size_t count = 0;

    for (int ahead = 0; ahead < DAYS_MAX; ahead++) {
        struct told_day *day = &days[count];
        *day = (struct told_day){ .noon = days_span(d, ahead, 12, 12).from };
        read_half(g, d, ahead, true, &day->day);
        read_half(g, d, ahead, false, &day->night);
        count += day->day.figures.has_temperature || day->night.figures.has_temperature;
    }
    return count;
}

/* "a high of 56 degrees and a low of 38"; later "60 and 41". */
static void put_temperatures(struct buf *out, const struct turn *turn, const struct told_day *day,
                             bool first)
{
    const struct outlook_figures *high = &day->day.figures, *low = &day->night.figures;
    bool both = high->has_temperature && low->has_temperature;
    int high_degrees = units_degrees(high->temperature_c, turn->units);
    int low_degrees = units_degrees(low->temperature_c, turn->units);

    if (both && first)
        buf_printf(out, "a high of %d and a low of %d", high_degrees, low_degrees);
    else if (both)
        buf_printf(out, "%d and %d", high_degrees, low_degrees);
    else
        buf_printf(out, "a %s of %d", high->has_temperature ? "high" : "low",
                   high->has_temperature ? high_degrees : low_degrees);
}

static void put_days(struct buf *out, const struct turn *turn, const struct days *d,
                     const struct told_day *days, size_t count)
{
    bool first = true;

    answer_phrase_in_place(out, &turn->place);
    buf_putz(out, ": ");
    for (size_t i = 0; i < count; i++) {
        buf_putz(out, i == 0 ? "" : i + 1 == count ? ", and " : ", ");
        ask_put_day(out, d, days[i].noon);
        buf_putc(out, ' ');
        put_temperatures(out, turn, &days[i], first);
        first = first &&
                !(days[i].day.figures.has_temperature && days[i].night.figures.has_temperature);
    }
    phrase_end_sentence(out);
}

static enum status days_ahead_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    const struct days d = { turn->place.zone, turn->call.now };
    struct told_day *days = arena_alloc(turn->call.arena, DAYS_MAX * sizeof *days);
    struct grid_answer answer;
    enum status st;

    if (!days)
        return err_no_memory(err);
    turn->subject = turn->place.city;
    st = grid_get(turn->skill->nws, &turn->call, &turn->place, &answer, err);
    if (st != ST_OK)
        return st;
    reply->source = source_forecast(answer.grid);
    reply->told.days = days;
    reply->told.day_count = read_days(answer.grid, &d, days);
    if (reply->told.day_count == 0)
        return err_reason(err, ST_NOT_FOUND, "no_forecast", "no day has a high or a low");
    put_days(&reply->speech, turn, &d, days, reply->told.day_count);
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
