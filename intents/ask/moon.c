/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/moon.c -- MoonIntent: "what's the moon phase", "when is the next full moon". */
#include "intents/sky/moon.h"
#include "intents/answer_phrase.h"
#include "intents/ask/item_words.h"
#include "intents/ask/sky_answer.h"
#include "intents/intent.h"
#include "intents/speech/phrase.h"
#include "server/base/date_names.h"

#include <math.h>

enum { SUBJECT_MAX = 40, MOON_PHASE = -1 };

static const char *const moon_slots[] = {
    "moon",    "when_abs", "when_any", "when_pos", "day",      "month",
    "quarter", "location", "zip_conn", "zipcode",  "favorite", NULL,
};

static const struct item_words moon_words[] = {
#define MOON(words, phase) { STR(words), MOON_##phase },
#include "intents/ask/moon.def"
#undef MOON
};

/* After "the moon is". */
static const char *const phase_phrases[] = {
    [MOON_NEW] = "new",
    [MOON_WAXING_CRESCENT] = "a waxing crescent",
    [MOON_FIRST_QUARTER] = "at first quarter",
    [MOON_WAXING_GIBBOUS] = "waxing gibbous",
    [MOON_FULL] = "full",
    [MOON_WANING_GIBBOUS] = "waning gibbous",
    [MOON_LAST_QUARTER] = "at last quarter",
    [MOON_WANING_CRESCENT] = "a waning crescent",
};

/* After "the next". */
static const char *const next_phrases[] = {
    [MOON_NEW] = "new moon",
    [MOON_FIRST_QUARTER] = "first quarter moon",
    [MOON_FULL] = "full moon",
    [MOON_LAST_QUARTER] = "last quarter moon",
};

static void note_moon(const struct sky_date *date, int64_t t, struct reply *reply)
{
    reply->figures.moon = true;
    reply->figures.moon_at = t;
    reply->figures.sky_noon = date->noon;
    reply->source.kind = SOURCE_COMPUTED;
}

/* Now, or at noon of another day. */
void sky_answer_moon_phase(const struct turn *turn, const struct sky_date *date,
                           struct reply *reply)
{
    struct buf *out = &reply->speech;
    int64_t t = date->days != 0 ? date->noon : turn->call.now;
    struct civil then = civil_of(turn->place.zone, t);
    size_t start = out->n;

    if (date->days != 0) {
        sky_date_put_day(out, then, date->today);
        phrase_capitalize(out, start);
        buf_printf(out, " the moon %s ", date->days > 0 ? "will be" : "was");
    } else {
        buf_putz(out, "The moon is ");
    }
    buf_printf(out, "%s, %ld percent lit.", phase_phrases[moon_phase_at(t)],
               lround(moon_illuminated(t) * 100));
    note_moon(date, t, reply);
}

static const char *part_of_day(int hour)
{
    return hour < 12 ? "morning" : hour < 18 ? "afternoon" : "evening";
}

/* "this evening", "early tomorrow morning", "on Friday evening, December 4th" */
static void put_day_and_part(struct buf *out, struct civil then, const struct sky_date *date)
{
    int64_t today = civil_days(date->today.year, date->today.month, date->today.day);
    int64_t days = civil_days(then.year, then.month, then.day) - today;
    const char *early = then.hour < 6 ? "early " : "", *part = part_of_day(then.hour);

    if (days == 0) {
        buf_printf(out, "%sthis %s", early, part);
    } else if (days == 1) {
        buf_printf(out, "%stomorrow %s", early, part);
    } else {
        buf_printf(out, "%s%s %s, ", then.hour < 6 ? "early " : "on ", weekday_name(then.weekday),
                   part);
        phrase_put_date(out, then.month, then.day);
    }
    if (then.year != date->today.year)
        buf_printf(out, ", %d", then.year);
}

/* "Is the moon full tonight": yes or no, and what it is. Without a day, the question is when. */
static void put_full_or_not(struct buf *out, const struct turn *turn, const struct sky_date *date,
                            enum moon_phase phase)
{
    int64_t t = date->days > 0 ? date->noon : turn->call.now;
    enum moon_phase then = moon_phase_at(t);

    if (!date->named || turn_slot(turn, "day").n + turn_slot(turn, "month").n > 0)
        return;
    buf_printf(out, "%s, the moon %s %s ", then == phase ? "Yes" : "No",
               date->days > 0 ? "will be" : "is", phase_phrases[then]);
    sky_date_put_day(out, civil_of(turn->place.zone, t), date->today);
    buf_putz(out, "; ");
}

static void put_next_phase(const struct turn *turn, const struct sky_date *date,
                           enum moon_phase phase, struct reply *reply)
{
    struct buf *out = &reply->speech;
    int64_t from = turn->call.now, next;

    if (date->days > 0) {
        struct civil day = civil_of(turn->place.zone, date->noon);
        day.hour = 0;
        from = civil_instant(turn->place.zone, day);
    }
    put_full_or_not(out, turn, date, phase);
    buf_printf(out, "%s next %s is ", out->n > 0 ? "the" : "The", next_phrases[phase]);
    next = moon_next(phase, from);
    put_day_and_part(out, civil_of(turn->place.zone, next), date);
    phrase_end_sentence(out);
    figures_add_text(&reply->figures, "moonPhase", str_of(moon_phase_name(phase)));
    figures_add_time(&reply->figures, "next", next);
}

static enum status moon_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct str words = turn_slot(turn, "moon");
    struct sky_date date;
    enum status st;
    int phase;

    if (!item_words_find(moon_words, sizeof moon_words / sizeof moon_words[0], words, MOON_PHASE,
                         &phase)) {
        turn->subject = words.n <= SUBJECT_MAX ? words : STR_NONE;
        return err_reason(err, ST_INVALID, "moon_unknown", "no such phase of the moon");
    }
    st = sky_date_read(turn, &date, err);
    if (st != ST_OK)
        return st;
    if (phase == MOON_PHASE)
        sky_answer_moon_phase(turn, &date, reply);
    else
        put_next_phase(turn, &date, (enum moon_phase)phase, reply);
    reply->card_title = answer_phrase_card_title(turn);
    reply->source.kind = SOURCE_COMPUTED;
    return ST_OK;
}

const struct intent intent_moon = {
    .name = "MoonIntent",
    .slots = moon_slots,
    .needs_place = true,
    .keeps_topic = true,
    .answer = moon_answer,
};
