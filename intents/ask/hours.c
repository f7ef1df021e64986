/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/hours.c -- "the temperature at 5 pm", "weather in two hours", "from two to six",
 * "hour by hour".
 *
 * An hour and a list of hours are told here; a stretch of hours is a period, which forecast.c
 * tells. */
#include "intents/alerts.h"
#include "intents/answer_phrase.h"
#include "intents/ask/ask_phrase.h"
#include "intents/ask/hour_words.h"
#include "intents/ask/moment.h"
#include "intents/ask/period.h"
#include "intents/extended.h"
#include "intents/figures/hour.h"
#include "intents/forecast.h"
#include "intents/speech/phrase.h"
#include "intents/yes_no.h"

enum { HOUR = 3600, LIST_HOURS = 12, LIST_STEP_HOURS = 3 };

static const char *const hours_slots[] = {
    "metric",  "leadin",   "how",      "time",     "time_to",  "span",  "span_conn",
    "after",   "occasion", "when_abs", "when_any", "when_pos", "day",   "month",
    "quarter", "location", "favorite", "zip_conn", "zipcode",  "units", NULL,
};

/* What the slots for a time say. */
struct asked_time {
    struct clock_words time, time_to;
    int64_t span_s;
    bool next; /* the span is a stretch that begins now, not a way to name one hour */
};

/* "At lunch": the time of day, or what is no time. */
static struct str time_of_occasion(struct str words)
{
    static const struct {
        struct str words, time;
    } occasions[] = {
#define OCCASION(words, time) { STR(words), STR(time) },
#include "intents/ask/occasions.def"
#undef OCCASION
    };

    for (size_t i = 0; i < sizeof occasions / sizeof occasions[0]; i++)
        if (str_eq(words, occasions[i].words) && occasions[i].time.n > 0)
            return occasions[i].time;
    return words;
}

static enum status read_clock_slots(struct turn *turn, struct asked_time *ret, struct err *err)
{
    struct asked_time t = { .next = str_eqz(turn_slot(turn, "span_conn"), "next") };
    struct str time = turn_slot(turn, "time");
    enum status st;

    if (time.n == 0)
        time = time_of_occasion(turn_slot(turn, "occasion"));
    st = clock_words_parse(time, &t.time, err);
    if (st == ST_OK)
        st = clock_words_parse(turn_slot(turn, "time_to"), &t.time_to, err);
    if (st == ST_OK)
        st = clock_span_parse(turn_slot(turn, "span"), &t.span_s, err);
    *ret = t;
    return st;
}

static enum status get_grid(struct turn *turn, struct reply *reply, struct grid_answer *ret_answer,
                            struct err *err)
{
    enum status st = source_get_grid(turn, reply, ret_answer, err);

    if (st == ST_OK)
        reply->figures.hours.grid = ret_answer->grid;
    return st;
}

static void note_hours(struct reply *reply, int64_t from, int64_t to, int64_t step)
{
    reply->figures.hours.from = from;
    reply->figures.hours.to = to;
    reply->figures.hours.step = step;
}

static void put_stale(struct buf *out, const struct grid_answer *answer)
{
    if (answer->stale)
        answer_phrase_stale(out, "this forecast", answer->age_s);
}

/* Says that nothing of it is forecast. */
static void put_none_in(struct buf *out, const struct turn *turn, const struct question *q,
                        const struct grid *g, struct str when)
{
    hour_words_put_none(out, q, g);
    buf_putz(out, " for ");
    answer_phrase_place(out, &turn->place);
    if (when.n > 0)
        buf_printf(out, ", %.*s", STR_ARG(when));
    phrase_end_sentence(out);
}

/* ---- one hour ---- */

/* "today at 5 P.M. in Boulder, Colorado"; in the arena. */
static struct str time_and_place(const struct turn *turn, int64_t t)
{
    struct buf text = BUF_INIT(300);
    struct str words;

    buf_put(&text, ask_hour_name(turn, t));
    ask_put_in_place(&text, turn);
    words = arena_str(turn->call.arena, buf_str(&text));
    buf_free(&text);
    return words;
}

static void put_verdict(struct buf *out, const struct question *q, const struct grid *g,
                        const struct place *place, int64_t start)
{
    int hour = civil_of(place->zone, start).hour;
    struct outlook o = { .grid = g,
                         .place = place,
                         .when = { .start = start,
                                   .from = start,
                                   .end = start + HOUR,
                                   .daytime = hour >= 6 && hour < 18 } };

    yes_no_put_later(out, q, &o, 1);
}

/* `t` is the time as said, or counted from now. */
static enum status answer_hour(struct turn *turn, const struct question *q, int64_t t,
                               struct reply *reply, struct err *err)
{
    struct buf *out = &reply->speech;
    struct hour_manner manner = { turn->place.zone, turn->call.now, turn->units };
    struct grid_answer answer;
    struct hour_forecast hour;
    enum status st = get_grid(turn, reply, &answer, err);

    if (st != ST_OK)
        return st;
    if (hour_of(t) >= grid_end(answer.grid)) {
        turn->subject = ask_hour_name(turn, t);
        return err_reason(err, ST_NOT_FOUND, "too_far", "the grid ends before that hour");
    }
    (void)hour_read(answer.grid, hour_of(t), &hour);
    note_hours(reply, hour.start, hour.start + HOUR, HOUR);
    put_verdict(out, q, answer.grid, &turn->place, hour.start);
    if (!hour_words_put(out, q, &manner, &hour, time_and_place(turn, t))) {
        buf_reset(out);
        put_none_in(out, turn, q, answer.grid, ask_hour_name(turn, t));
    }
    put_stale(out, &answer);
    return ST_OK;
}

/* ---- hour by hour ---- */

/* Every third hour in [from, to); returns how many were told. */
static size_t put_hours(struct buf *out, const struct turn *turn, const struct question *q,
                        const struct grid *g, int64_t from, int64_t to)
{
    struct hour_manner manner = { turn->place.zone, turn->call.now, turn->units };
    struct hour_list list = { .manner = &manner, .question = q };

    for (int64_t t = from; t < to; t += (int64_t)LIST_STEP_HOURS * HOUR) {
        struct hour_forecast hour;
        if (hour_read(g, t, &hour))
            hour_words_put_next(out, &list, &hour);
    }
    return list.count;
}

/* The twelve hours from the next full hour on, the last one included. */
static void put_next_hours(struct reply *reply, const struct turn *turn, const struct question *q,
                           const struct grid *g)
{
    struct buf *out = &reply->speech;
    int64_t from = hour_of(turn->call.now + HOUR - 1);
    int64_t to = from + (int64_t)LIST_HOURS * HOUR + 1;

    buf_putz(out, "Hour by hour");
    ask_put_in_place(out, turn);
    buf_putz(out, ": ");
    note_hours(reply, from, to, (int64_t)LIST_STEP_HOURS * HOUR);
    reply->figures.hours.next = true;
    if (put_hours(out, turn, q, g, from, to) > 0) {
        phrase_end_sentence(out);
        return;
    }
    buf_reset(out);
    put_none_in(out, turn, q, g, STR_NONE);
}

static void put_part_hours(struct buf *out, const struct turn *turn, const struct question *q,
                           const struct grid *g, const struct when *w, bool first)
{
    size_t before = out->n, start;

    buf_putz(out, first ? "" : " ");
    start = out->n;
    buf_put(out, w->name);
    phrase_capitalize(out, start);
    if (first)
        ask_put_in_place(out, turn);
    buf_putz(out, ": ");
    if (put_hours(out, turn, q, g, w->from, w->end) > 0) {
        phrase_end_sentence(out);
        return;
    }
    buf_truncate(out, before);
    buf_putz(out, first ? "" : " ");
    put_none_in(out, turn, q, g, w->name);
}

static enum status answer_list(struct turn *turn, const struct question *q, struct reply *reply,
                               struct err *err)
{
    struct grid_answer answer;
    struct period period;
    enum status st = period_read(turn, &period, err);

    if (st == ST_OK)
        st = get_grid(turn, reply, &answer, err);
    if (st != ST_OK)
        return st;
    if (period.count == 0)
        put_next_hours(reply, turn, q, answer.grid);
    for (size_t i = 0; i < period.count; i++)
        put_part_hours(&reply->speech, turn, q, answer.grid, &period.part[i], i == 0);
    if (period.count > 0)
        note_hours(reply, period.part[0].from, period.part[period.count - 1].end,
                   (int64_t)LIST_STEP_HOURS * HOUR);
    put_stale(&reply->speech, &answer);
    return ST_OK;
}

/* ---- which of them ---- */

static const char *part_word(enum when_part part)
{
    return part == PART_MORNING     ? "morning"
           : part == PART_AFTERNOON ? "afternoon"
           : part == PART_EVENING   ? "evening"
                                    : "night";
}

/* "in the morning" of the named day, or the next morning. */
static enum status answer_part(struct turn *turn, struct question *q, enum when_part part,
                               struct reply *reply, struct err *err)
{
    if (q->when.quarter.n == 0)
        q->when.quarter = str_of(part_word(part));
    return forecast_answer(turn, q, NULL, reply, err);
}

/* For the apology when that day is too far ahead. */
static void name_day(struct turn *turn, const struct question *q)
{
    struct err ignored = ERR_NONE;
    struct when when = { .name = STR_NONE };

    if (when_parse(&q->when, turn->place.zone, turn->call.now, turn->call.arena, &when, &ignored) ==
        ST_NOT_FOUND)
        turn->subject = when.name;
}

/* "After five" is until midnight, "after midnight" until the morning. */
static struct clock_words end_of_after(const struct clock_words *time)
{
    enum { MORNING = 6 };
    bool midnight = time->kind == CLOCK_TIME && time->hour == 0;

    return (struct clock_words){ .kind = CLOCK_TIME, .hour = midnight ? MORNING : 0 };
}

static enum status answer_time(struct turn *turn, struct question *q, struct asked_time *t,
                               struct reply *reply, struct err *err)
{
    const struct moment_frame frame = { turn->place.zone, turn->call.now, &q->when,
                                        turn->call.arena };
    struct when range;
    int64_t at = turn->call.now + t->span_s;
    enum status st;

    if (turn_slot(turn, "after").n > 0 && t->time_to.kind == CLOCK_ABSENT)
        t->time_to = end_of_after(&t->time);
    if (t->time_to.kind != CLOCK_ABSENT) {
        st = moment_range(&frame, &t->time, &t->time_to, &range, err);
        return st == ST_OK ? forecast_answer(turn, q, &range, reply, err) : st;
    }
    if (t->time.kind == CLOCK_PART)
        return answer_part(turn, q, t->time.part, reply, err);
    if (t->time.kind == CLOCK_ABSENT && t->span_s == 0)
        return answer_list(turn, q, reply, err);
    if (t->time.kind == CLOCK_ABSENT && t->next) {
        range = moment_next(&frame, t->span_s);
        return forecast_answer(turn, q, &range, reply, err);
    }
    if (t->time.kind != CLOCK_ABSENT) {
        st = moment_find(&frame, &t->time, &at, err);
        if (st == ST_NOT_FOUND)
            name_day(turn, q);
        if (st != ST_OK)
            return st;
    }
    return answer_hour(turn, q, t->time.kind == CLOCK_ABSENT ? hour_of(at) : at, reply, err);
}

static enum status hours_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct question q;
    struct asked_time t;
    enum status st;

    if (question_is_about_event(turn))
        return question_answer_event(turn, reply, err);
    st = question_read(turn, &q, err);
    if (st == ST_OK)
        st = read_clock_slots(turn, &t, err);
    if (st != ST_OK)
        return st;
    reply->card_title = answer_phrase_card_title(turn);
    if (q.words.id == METRIC_ALERTS)
        return alerts_answer(turn, q.words.about, reply, err);
    st = answer_time(turn, &q, &t, reply, err);
    reply->figures.view = VIEW_HOURS;
    return st == ST_OK ? extended_add(turn, reply, err) : st;
}

const struct intent intent_hours = {
    .name = "HoursIntent",
    .slots = hours_slots,
    .needs_place = true,
    .keeps_topic = true,
    .foresees = grid_foresee,
    .answer = hours_answer,
};
