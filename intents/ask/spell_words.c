/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/spell_words.c -- the wet spells of a forecast in sentences. */
#include "intents/ask/spell_words.h"

#include "intents/ask/ask_phrase.h"
#include "intents/ask/event_words.h"
#include "intents/speech/phrase.h"
#include "server/base/civil.h"

enum { HOUR = 3600, DAY = 24 * HOUR, MORNING = 6, EVENING = 18 };
enum { LIKELY_MIN = 55 }; /* percent: where NWS says "likely" */

/* Once; `after` ends it within a sentence. */
static void put_place(struct buf *out, struct spell_talk *talk, const char *after)
{
    if (!talk->placed) {
        ask_put_in_place(out, talk->turn);
        buf_putz(out, after);
    }
    talk->placed = true;
}

/* With its day, unless that has just been said. */
static void put_time_once(struct buf *out, struct spell_talk *talk, int64_t t)
{
    if (talk->said)
        ask_put_time_after(out, &talk->days, t, talk->said);
    else
        ask_put_time(out, &talk->days, t);
    talk->said = t;
}

static const char *likelihood(double chance)
{
    return chance >= LIKELY_MIN ? "likely" : "possible";
}

/* "6 more hours", "an hour". */
static void put_length(struct buf *out, const struct spell *s, int64_t from, const char *more)
{
    int64_t hours = (s->end - from + HOUR / 2) / HOUR;

    hours = hours < 1 ? 1 : hours;
    if (hours == 1)
        buf_putz(out, more[0] ? "another hour" : "an hour");
    else
        buf_printf(out, "%lld%s hours", (long long)hours, more);
}

/* ", turning to snow around 9 P.M.": known from the kinds that the forecast names. */
static void put_turn(struct buf *out, const struct spell_talk *talk, const struct spell *s)
{
    const char *to = s->to_snow ? "snow" : "rain";

    if (!s->turns)
        return;
    if (s->turns_at >= s->end) {
        buf_printf(out, ", when it turns to %s", to);
        return;
    }
    buf_printf(out, ", turning to %s around ", to);
    ask_put_time_after(out, &talk->days, s->turns_at, s->end);
}

/* "Rain is likely, up to 70 percent": short of the verb after an answer that leaves no breath. */
static void put_chance(struct buf *out, const struct spell_talk *talk, const struct spell *s,
                       enum spell_form form)
{
    static const char *const before[] = {
        [SPELL_NEXT] = "the next ",    [SPELL_NEXT_WITH_LENGTH] = "next ",
        [SPELL_NEXT_SHORT] = "next ",  [SPELL_UNTIL] = "",
        [SPELL_LENGTH_AND_UNTIL] = "", [SPELL_WHOLE] = "",
        [SPELL_WHOLE_SHORT] = "",
    };
    size_t start = out->n;

    buf_printf(out, "%s%s", before[form], event_words_noun(talk->event));
    phrase_capitalize(out, start);
    if (form == SPELL_NEXT_WITH_LENGTH) {
        buf_putz(out, s->open_end ? ": at least " : ": ");
        put_length(out, s, s->start, "");
    } else if (form != SPELL_WHOLE_SHORT && form != SPELL_NEXT_SHORT) {
        buf_printf(out, " %s %s", event_words_verb(talk->event), likelihood(s->chance));
    }
    buf_printf(out, ", up to %d percent,", units_round(s->chance));
}

void spell_words_put(struct buf *out, struct spell_talk *talk, const struct spell *s,
                     enum spell_form form)
{
    bool whole = form != SPELL_UNTIL && form != SPELL_LENGTH_AND_UNTIL;

    put_chance(out, talk, s, form);
    put_place(out, talk, ",");
    if (form == SPELL_LENGTH_AND_UNTIL) {
        buf_putz(out, s->open_end ? " for at least " : " for about ");
        put_length(out, s, talk->days.now, " more");
        buf_putc(out, ',');
    }
    if (whole) {
        buf_putz(out, " from around ");
        put_time_once(out, talk, s->start);
    }
    buf_putz(out, s->open_end ? " at least until " : " until about ");
    put_time_once(out, talk, s->end);
    put_turn(out, talk, s);
    phrase_end_sentence(out);
}

/* "Thursday night"; the hour within a period of less than a day. */
static void put_highest_time(struct buf *out, const struct spell_talk *talk, int64_t t, bool hour)
{
    int clock = civil_of(talk->days.zone, t).hour;

    if (hour) {
        buf_putz(out, "around ");
        phrase_put_time(out, civil_of(talk->days.zone, t));
    } else if (clock >= MORNING && clock < EVENING) {
        ask_put_day(out, &talk->days, t);
    } else {
        ask_put_night(out, &talk->days, t);
    }
}

void spell_words_put_none(struct buf *out, struct spell_talk *talk, const struct spells *s,
                          const struct period *period)
{
    bool chance = s->named && units_round(s->highest) > 0;
    struct span span = { 0, 0 };

    if (period->count > 0)
        span = period_span(period);
    buf_printf(out, chance ? "No %s of %d percent or more" : "No %s", event_words_noun(talk->event),
               SPELL_CHANCE_MIN);
    if (!chance)
        buf_printf(out, " %s forecast", event_words_verb(talk->event));
    if (period->count > 0) {
        buf_putc(out, ' ');
        period_put_name(out, period);
    } else {
        buf_putc(out, ' ');
        ask_put_through(out, &talk->days, s->known_until);
    }
    put_place(out, talk, "");
    if (chance) {
        buf_printf(out, "; %s %d percent, ", talk->is_more ? "at most" : "the highest chance is",
                   units_round(s->highest));
        put_highest_time(out, talk, s->highest_at, period->count > 0 && span.to - span.from <= DAY);
    }
    phrase_end_sentence(out);
    if (s->open)
        buf_printf(out, " Precipitation of an unknown kind is %s.", likelihood(s->open_chance));
    if (period->count > 0 && s->known_until < span.to)
        buf_putz(out, " Part isn't forecast yet.");
}

void spell_words_put_now(struct buf *out, struct spell_talk *talk, bool falling, bool dry)
{
    buf_putz(out, falling ? event_words_falling(talk->event)
                  : dry   ? "It's dry"
                          : event_words_not_falling(talk->event));
    buf_putz(out, " now");
    put_place(out, talk, "");
}

void spell_words_put_unknown_now(struct buf *out, struct spell_talk *talk)
{
    buf_putz(out, "Unknown precipitation is falling now");
    put_place(out, talk, "");
}

void spell_words_put_at(struct buf *out, struct spell_talk *talk, int64_t t, bool wet,
                        bool asked_dry)
{
    bool rain = talk->event == EVENT_RAIN || talk->event == EVENT_PRECIPITATION;

    if (asked_dry)
        buf_putz(out, wet ? "No, not by " : rain ? "Yes, dry by " : "Yes, over by ");
    else
        buf_putz(out, wet ? "Yes, at " : "No, not at ");
    put_time_once(out, talk, t);
    talk->is_more = true;
}
