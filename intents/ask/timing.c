/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/timing.c -- "when will it rain", "when does the snow stop", "will it be dry by six".
 *
 * The forecast tells the spells; whether it rains right now is also told by the newest report, and
 * where the two differ both are said. */
#include "intents/alerts.h"
#include "intents/answer_phrase.h"
#include "intents/ask/ask_phrase.h"
#include "intents/ask/event_report.h"
#include "intents/ask/event_words.h"
#include "intents/ask/moment.h"
#include "intents/ask/period.h"
#include "intents/ask/spell_words.h"
#include "intents/figures/hour.h"
#include "intents/figures/spell.h"
#include "intents/intent.h"
#include "intents/metric.h"

enum { HOUR = 3600 };

static const char *const timing_slots[] = {
    "event",   "edge",     "time",     "when_abs", "when_any", "when_pos", "day", "month",
    "quarter", "location", "favorite", "zip_conn", "zipcode",  "units",    NULL,
};

/* What is asked. */
struct timing {
    struct spell_talk talk;
    enum edge_id edge;
    struct period period; /* that was named */
    struct span span;     /* the same, or the hour of the time that was named */
    bool has_time;
    int64_t time;               /* as it was named */
    struct event_report report; /* of right now */
};

/* The hour that was named, if any: "by six", "by morning". */
static enum status read_asked_hour(struct turn *turn, struct timing *t, struct err *err)
{
    struct when_words when = turn_when_words(turn);
    const struct moment_frame frame = { turn->place.zone, turn->call.now, &when, turn->call.arena };
    struct clock_words clock;
    enum status st = clock_words_parse(turn_slot(turn, "time"), &clock, err);

    t->has_time = clock.kind != CLOCK_ABSENT;
    if (st == ST_OK && t->has_time)
        st = moment_find(&frame, &clock, &t->time, err);
    if (t->has_time)
        t->span = (struct span){ hour_of(t->time), hour_of(t->time) + HOUR };
    return st;
}

/* "When will it be dry", "will it be dry by six": the model takes "dry" for precipitation, which
 * nobody asks for by that name with a time. */
static bool is_about_dryness(const struct turn *turn, const struct timing *t)
{
    bool by = t->has_time && t->talk.event == EVENT_PRECIPITATION && turn_slot(turn, "edge").n == 0;

    return by || str_eqz(turn_slot(turn, "event"), "dry");
}

static enum status read_timing(struct turn *turn, struct timing *t, struct err *err)
{
    struct str edge = turn_slot(turn, "edge");
    enum status st = period_read(turn, &t->period, err);

    if (metric_unsupported(edge)) /* "when will the snow melt" */
        return err_reason(err, ST_INVALID, metric_unsupported(edge), "not published");
    if (st == ST_OK)
        st = read_asked_hour(turn, t, err);
    if (st == ST_OK && !t->has_time && t->period.count > 0)
        t->span = period_span(&t->period);
    t->edge = event_words_edge(edge);
    if (is_about_dryness(turn, t))
        t->edge = EDGE_STOP;
    return st;
}

/* Is the answer about now, too? */
static bool is_about_now(const struct timing *t)
{
    int64_t now = t->talk.days.now;

    return !t->has_time && (t->period.count == 0 || (t->span.from <= now && now < t->span.to));
}

static bool is_running(const struct timing *t, const struct spells *s)
{
    return s->found && s->spell.start <= t->talk.days.now;
}

/* A spell, or that there is none. */
static void put_spell(struct buf *out, struct timing *t, const struct spells *s,
                      enum spell_form form)
{
    if (s->found)
        spell_words_put(out, &t->talk, &s->spell, form);
    else
        spell_words_put_none(out, &t->talk, s, &t->period);
    if (is_running(t, s) && t->report.verdict == EVENT_ABSENT)
        buf_putz(out, " None is reported yet.");
}

/* By the forecast or the report, of whatever kind. */
static bool is_wet_now(const struct timing *t, const struct grid *g)
{
    double chance;

    return t->report.wet || (grid_at(g, GRID_PRECIPITATION_CHANCE, t->talk.days.now, &chance) &&
                             chance >= SPELL_CHANCE_MIN);
}

/* The text that begins at `start` follows a colon. */
static void lower_first(struct buf *out, size_t start)
{
    if (start < out->n && out->p[start] >= 'A' && out->p[start] <= 'Z')
        out->p[start] = (char)(out->p[start] + ('a' - 'A'));
}

/* The forecast may have something else for this hour. */
static void put_falling_unforecast(struct buf *out, struct timing *t, const struct grid *g)
{
    double chance;
    bool dry = !grid_at(g, GRID_PRECIPITATION_CHANCE, t->talk.days.now, &chance) ||
               chance < SPELL_CHANCE_MIN;

    spell_words_put_now(out, &t->talk, true, false);
    t->talk.is_more = true;
    buf_putz(out, dry ? ", despite a dry forecast. " : ", though not forecast. ");
}

/* "Will it be dry tomorrow": yes or no, before the spell or that there is none. */
static void put_dryness(struct buf *out, struct timing *t, const struct spells *s)
{
    size_t start;

    buf_putz(out, s->found ? "No, " : "Yes, ");
    start = out->n;
    put_spell(out, t, s, is_about_now(t) && is_running(t, s) ? SPELL_UNTIL : SPELL_WHOLE);
    lower_first(out, start);
}

/* When it begins, or the spell of the period that was named. */
static void put_start(struct buf *out, struct timing *t, const struct grid *g,
                      const struct spells *s)
{
    bool differs = t->report.verdict == EVENT_FALLING && !is_running(t, s);

    if (differs)
        put_falling_unforecast(out, t, g);
    put_spell(out, t, s, differs ? SPELL_NEXT_SHORT : SPELL_WHOLE);
}

/* When the spell that is running ends, and for how long that is. */
static void put_end(struct buf *out, struct timing *t, const struct grid *g, const struct spells *s)
{
    bool length = t->edge == EDGE_DURATION, differs = t->report.verdict == EVENT_FALLING;
    bool unknown = !differs && t->report.unknown_kind;

    if (is_running(t, s)) {
        put_spell(out, t, s, length ? SPELL_LENGTH_AND_UNTIL : SPELL_UNTIL);
        return;
    }
    if (differs) {
        put_falling_unforecast(out, t, g);
    } else {
        if (unknown)
            spell_words_put_unknown_now(out, &t->talk);
        else
            spell_words_put_now(out, &t->talk, false, !is_wet_now(t, g));
        buf_putz(out, ". ");
        t->talk.is_more = true;
    }
    put_spell(out, t, s,
              length               ? SPELL_NEXT_WITH_LENGTH
              : differs || unknown ? SPELL_NEXT_SHORT
                                   : SPELL_NEXT);
}

/* "Will it be dry by six": whether that hour is within a spell, then the spell. */
static void put_at_time(struct buf *out, struct timing *t, const struct grid *g, struct spells *s)
{
    const struct days *d = &t->talk.days;
    struct span day = days_span(d, days_ahead_of(d, t->span.from), 0, 24);
    size_t start;
    bool ahead;

    spell_words_put_at(out, &t->talk, t->time, s->found, t->edge == EDGE_STOP);
    if (!s->found)
        *s = spells_read(g, t->talk.event, d->now, t->period.count > 0 ? &day : NULL);
    ahead = s->found && s->spell.start > t->time;
    buf_putz(out, ahead ? "; " : ": ");
    start = out->n;
    put_spell(out, t, s, ahead ? SPELL_NEXT_SHORT : SPELL_WHOLE_SHORT);
    lower_first(out, start);
}

static void note_spell(const struct timing *t, const struct spells *s, struct reply *reply)
{
    figures_add_text(&reply->figures, "event", str_of(event_words_noun(t->talk.event)));
    figures_add_truth(&reply->figures, "expected", s->found);
    if (!s->found && s->named)
        figures_add_number(&reply->figures, "precipitationChance", FIGURE_PERCENT, s->highest);
    if (!s->found)
        return;
    figures_add_time(&reply->figures, "start", s->spell.start);
    if (!s->spell.open_end)
        figures_add_time(&reply->figures, "end", s->spell.end);
    figures_add_number(&reply->figures, "precipitationChance", FIGURE_PERCENT, s->spell.chance);
}

/* Of an hour that is dry: when it is over. */
static void note_next_spell(const struct spells *s, struct reply *reply)
{
    figures_add_time(&reply->figures, "nextStart", s->spell.start);
    if (!s->spell.open_end)
        figures_add_time(&reply->figures, "nextEnd", s->spell.end);
    figures_add_number(&reply->figures, "nextPrecipitationChance", FIGURE_PERCENT, s->spell.chance);
}

static enum status answer_from(struct turn *turn, struct timing *t, const struct grid *g,
                               struct reply *reply, struct err *err)
{
    bool asked = t->has_time || t->period.count > 0;
    struct spells s = spells_read(g, t->talk.event, turn->call.now, asked ? &t->span : NULL);
    struct buf *out = &reply->speech;
    enum status st = ST_OK;

    if (s.found)
        figures_show_hours(&reply->figures, g, s.spell.start, s.spell.end);
    if (t->has_time && t->span.from >= grid_end(g)) {
        turn->subject = ask_hour_name(turn, t->span.from);
        return err_reason(err, ST_NOT_FOUND, "too_far", "the grid ends before that hour");
    }
    if (is_about_now(t))
        st = event_report_get(turn, t->talk.event, &t->report, err);
    if (st != ST_OK)
        return st;
    note_spell(t, &s, reply);
    bool found = s.found;
    bool unknown = !found && t->period.count == 0 && s.known_until <= t->talk.days.now;
    if (!s.has_chance ||
        (unknown && !t->has_time)) /* a forecast that begins later denies nothing */
        ask_put_no_forecast(out, turn, g, GRID_PRECIPITATION_CHANCE, "precipitation");
    else if (t->has_time)
        put_at_time(out, t, g, &s);
    else if (str_eqz(turn_slot(turn, "event"), "dry") && t->period.count > 0)
        put_dryness(out, t, &s);
    else if (t->edge == EDGE_START || !is_about_now(t))
        put_start(out, t, g, &s);
    else
        put_end(out, t, g, &s);
    if (!found && s.found)
        note_next_spell(&s, reply);
    return ST_OK;
}

static enum status timing_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct timing t = { .talk = { .turn = turn, .days = { turn->place.zone, turn->call.now } } };
    struct grid_answer answer;
    enum status st = event_words_read(turn, &t.talk.event, err);

    reply->card_title = answer_phrase_card_title(turn);
    if (st == ST_OK && turn->hazard)
        return alerts_answer(turn, turn->hazard, reply, err);
    if (st == ST_OK)
        st = read_timing(turn, &t, err);
    if (st != ST_OK)
        return st;
    st = source_get_grid(turn, reply, &answer, err);
    if (st != ST_OK)
        return st;
    figures_show_hours(&reply->figures, answer.grid, 0, 0);
    st = answer_from(turn, &t, answer.grid, reply, err);
    if (st == ST_OK && answer.stale)
        answer_phrase_stale(&reply->speech, "this forecast", answer.age_s);
    return st;
}

const struct intent intent_timing = {
    .name = "TimingIntent",
    .slots = timing_slots,
    .needs_place = true,
    .keeps_topic = true,
    .foresees = grid_foresee,
    .answer = timing_answer,
};
