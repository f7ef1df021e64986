/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/spell_words.c -- the wet spells of a forecast in sentences. */
#include "intents/ask/spell_words.h"

#include "intents/ask/ask_phrase.h"
#include "intents/ask/event_words.h"
#include "intents/speech/phrase.h"
#include "server/base/civil.h"

enum { HOUR = 3600, DAY = 24 * HOUR, MORNING = 6, EVENING = 18 };
enum { LIKELY_MIN = 55, VERY_LIKELY_MIN = 75 }; /* percent: where NWS says "likely", "definite" */

/* Once; `after` ends it within a sentence. */
static void put_place(struct buf *out, struct spell_talk *talk, const char *after)
{
    if (!talk->placed) {
        ask_put_in_place(out, talk->turn);
        buf_putz(out, after);
    }
    talk->placed = true;
}

static const char *likelihood(double chance)
{
    return chance >= VERY_LIKELY_MIN ? "very likely" : chance >= LIKELY_MIN ? "likely" : "possible";
}

/* " for about 6 more hours", " for at least 10 hours". */
static void put_length(struct buf *out, const struct spell *s, int64_t from, const char *more)
{
    int64_t hours = (s->end - from + HOUR / 2) / HOUR;

    hours = hours < 1 ? 1 : hours;
    buf_printf(out, " for %s ", s->open_end ? "at least" : "about");
    if (hours == 1)
        buf_printf(out, "%s", more[0] ? "another hour" : "an hour");
    else
        buf_printf(out, "%lld%s hours", (long long)hours, more);
}

/* "rain turning to snow around 9 P.M.": known from the kinds that the forecast names. */
static void put_turn(struct buf *out, const struct spell_talk *talk, const struct spell *s)
{
    if (!s->turns)
        return;
    if (s->turns_at >= s->end)
        buf_printf(out, ", when it turns to %s", s->to_snow ? "snow" : "rain");
    else
        buf_printf(out, ", %s turning to %s around ", s->to_snow ? "rain" : "snow",
                   s->to_snow ? "snow" : "rain");
    if (s->turns_at < s->end)
        ask_put_time(out, &talk->days, s->turns_at);
}

void spell_words_put(struct buf *out, struct spell_talk *talk, const struct spell *s,
                     enum spell_form form)
{
    bool next = form == SPELL_NEXT || form == SPELL_NEXT_WITH_LENGTH;
    bool whole = next || form == SPELL_WHOLE;
    bool length = form == SPELL_LENGTH_AND_UNTIL || form == SPELL_NEXT_WITH_LENGTH;
    size_t start = out->n;

    buf_printf(out, "%s%s %s %s", next ? "the next " : "", event_words_noun(talk->event),
               event_words_verb(talk->event), likelihood(s->chance));
    phrase_capitalize(out, start);
    put_place(out, talk, ",");
    if (length)
        put_length(out, s, whole ? s->start : talk->days.now, whole ? "" : " more");
    buf_putz(out, length ? "," : "");
    if (whole) {
        buf_putz(out, " from around ");
        ask_put_time(out, &talk->days, s->start);
    }
    buf_putz(out, s->open_end ? " at least until " : " until about ");
    if (whole)
        ask_put_time_after(out, &talk->days, s->end, s->start);
    else
        ask_put_time(out, &talk->days, s->end);
    put_turn(out, talk, s);
    buf_printf(out, ", with a chance of up to %d percent.", units_round(s->chance));
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
        buf_printf(out, "; the highest chance is %d percent, ", units_round(s->highest));
        put_highest_time(out, talk, s->highest_at, period->count > 0 && span.to - span.from <= DAY);
    }
    phrase_end_sentence(out);
    if (s->open)
        buf_putz(out, " Some precipitation is likely, but the forecast doesn't say what kind.");
    if (period->count > 0 && s->known_until < span.to)
        buf_putz(out, " The forecast covers only part of that time.");
}

void spell_words_put_now(struct buf *out, struct spell_talk *talk, bool falling, bool dry)
{
    buf_putz(out, falling ? event_words_falling(talk->event)
                  : dry   ? "It's dry"
                          : event_words_not_falling(talk->event));
    buf_putz(out, " now");
    put_place(out, talk, "");
}

void spell_words_put_at(struct buf *out, const struct spell_talk *talk, int64_t t, bool wet,
                        bool asked_dry)
{
    bool rain = talk->event == EVENT_RAIN || talk->event == EVENT_PRECIPITATION;

    buf_putz(out, wet == asked_dry ? "No, " : "Yes, ");
    if (asked_dry)
        buf_printf(out, "it %s be %s by ", wet ? "won't" : "should", rain ? "dry" : "over");
    else
        buf_putz(out, wet ? "at " : "not at ");
    ask_put_time(out, &talk->days, t);
    buf_putz(out, ": ");
}
