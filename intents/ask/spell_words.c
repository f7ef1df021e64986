/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/spell_words.c -- the wet spells of a forecast in sentences. */
#include "intents/ask/spell_words.h"

#include "intents/ask/ask_phrase.h"
#include "intents/ask/event_words.h"
#include "intents/speech/phrase.h"
#include "server/base/civil.h"

enum { HOUR = 3600, DAY = 24 * HOUR, NOON = 12, MORNING = 6, EVENING = 18 };
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

static struct str relative_day(struct buf *text, const struct spell_talk *talk, int64_t t)
{
    buf_reset(text);
    phrase_put_relative_day(text, civil_of(talk->days.zone, t),
                            civil_of(talk->days.zone, talk->days.now));
    return buf_str(text);
}

/* "4 P.M. tomorrow"; without the day if that is the one of `said`. */
static void put_time(struct buf *out, const struct spell_talk *talk, int64_t t, int64_t said)
{
    struct buf day = BUF_INIT(40), before = BUF_INIT(40);

    phrase_put_time(out, civil_of(talk->days.zone, t));
    if (!str_eq(relative_day(&day, talk, t), relative_day(&before, talk, said))) {
        buf_putc(out, ' ');
        buf_put(out, buf_str(&day));
    }
    buf_free(&day);
    buf_free(&before);
}

static void put_time_and_day(struct buf *out, const struct spell_talk *talk, int64_t t)
{
    put_time(out, talk, t, t - 30 * (int64_t)DAY); /* a day that was not said */
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
        put_time_and_day(out, talk, s->turns_at);
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
        put_time_and_day(out, talk, s->start);
    }
    buf_putz(out, s->open_end ? " at least until " : " until about ");
    if (whole)
        put_time(out, talk, s->end, s->start);
    else
        put_time_and_day(out, talk, s->end);
    put_turn(out, talk, s);
    buf_printf(out, ", with a chance of up to %d percent.", units_round(s->chance));
}

/* "through Sunday": the last day whose noon is forecast; the hour, if there is none. */
static void put_through(struct buf *out, const struct spell_talk *talk, int64_t known_until)
{
    const struct days *d = &talk->days;
    int ahead = days_ahead_of(d, known_until);

    while (ahead >= 0 && days_span(d, ahead, NOON, NOON).from >= known_until)
        ahead--;
    if (ahead < 0) {
        buf_putz(out, " until ");
        put_time_and_day(out, talk, known_until);
        return;
    }
    int64_t noon = days_span(d, ahead, NOON, NOON).from;
    buf_putz(out, " through ");
    if (ahead >= DAYS_AHEAD)
        buf_printf(out, "%s, ", phrase_weekday_name(civil_of(d->zone, noon).weekday));
    ask_put_day(out, d, noon);
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
        put_through(out, talk, s->known_until);
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
    buf_putz(out, wet == asked_dry ? "No, " : "Yes, ");
    if (asked_dry)
        buf_printf(out, "%s ", wet ? "not by" : "by");
    else
        buf_printf(out, "%s ", wet ? "at" : "not at");
    put_time_and_day(out, talk, t);
    buf_putz(out, ": ");
}
