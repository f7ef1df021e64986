/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/sun.c -- SunIntent: "when is sunset", "how long is the day". */
#include "intents/sky/sun.h"
#include "intents/answer_phrase.h"
#include "intents/ask/ask_phrase.h"
#include "intents/ask/item_words.h"
#include "intents/ask/sky_answer.h"
#include "intents/intent.h"
#include "intents/speech/phrase.h"

#include <math.h>
#include <stdlib.h>

enum { DAY_S = 86400, SEARCH_DAYS = 200, SUBJECT_MAX = 40 };

static const char *const sun_slots[] = {
    "sun",     "when_abs", "when_any", "when_pos", "day",      "month",
    "quarter", "location", "zip_conn", "zipcode",  "favorite", NULL,
};

enum sun_item { SUNRISE, SUNSET, FIRST_LIGHT, DARK, NOON, DAY_LENGTH };

static const struct item_words sun_words[] = {
#define SUN(words, item) { STR(words), item },
#include "intents/ask/sun.def"
#undef SUN
};

/* "Sunset in Nome, Alaska, is at 5 P.M. today; the next is at ..." */
static const struct {
    const char *coming[2], *past[2]; /* before and after the place */
    const char *noun;                /* after "the next" */
    const char *above, *below;       /* why it does not happen */
} wordings[] = {
    [SUNRISE] = { { "Sunrise", "is at" },
                  { "Sunrise", "was at" },
                  "sunrise",
                  "The sun doesn't set",
                  "The sun doesn't rise" },
    [SUNSET] = { { "Sunset", "is at" },
                 { "Sunset", "was at" },
                 "sunset",
                 "The sun doesn't set",
                 "The sun doesn't rise" },
    [FIRST_LIGHT] = { { "First light", "is at" },
                      { "First light", "was at" },
                      "first light",
                      "It stays light all night",
                      "It stays dark all day" },
    [DARK] = { { "It gets dark", "at" },
               { "It got dark", "at" },
               "nightfall",
               "It doesn't get dark",
               "It stays dark all day" },
    [NOON] = { { "Solar noon", "is at" }, { "Solar noon", "was at" }, "solar noon", "", "" },
};

static struct sun_crossing event_of(const struct sun_day *day, enum sun_item item)
{
    switch (item) {
    case SUNRISE:
        return day->sunrise;
    case SUNSET:
        return day->sunset;
    case FIRST_LIGHT:
        return day->first_light;
    case DARK:
        return day->dark;
    case NOON:
    case DAY_LENGTH:
        break;
    }
    return (struct sun_crossing){ SUN_CROSSES, day->noon };
}

struct sun_question {
    const struct turn *turn;
    enum sun_item item;
    struct sky_date date;
};

static struct sun_day day_at(const struct sun_question *q, int64_t around)
{
    return sun_day_around(q->turn->place.lat, q->turn->place.lon, around);
}

static int64_t to_minute(int64_t t)
{
    return (t + 30) / 60 * 60;
}

/* The clock at an instant, to the nearest minute. */
static struct civil clock_at(const struct sun_question *q, int64_t t)
{
    return civil_of(q->turn->place.zone, to_minute(t));
}

/* "4:36 P.M. today" */
static void put_instant(struct buf *out, const struct sun_question *q, int64_t t)
{
    struct civil then = clock_at(q, t);

    phrase_put_time(out, then);
    buf_putc(out, ' ');
    sky_date_put_day(out, then, q->date.today);
}

/* Finds the first such event after an instant; false when there is none within half a year. */
static bool next_event(const struct sun_question *q, int64_t after, int64_t *ret_at)
{
    for (int i = 0; i <= SEARCH_DAYS; i++) {
        struct sun_day day = day_at(q, after + i * (int64_t)DAY_S);
        struct sun_crossing event = event_of(&day, q->item);
        if (event.kind == SUN_CROSSES && event.at > after) {
            *ret_at = event.at;
            return true;
        }
    }
    return false;
}

static void put_height(struct buf *out, const struct sun_day *day)
{
    long degrees = lround(fabs(day->noon_height));

    buf_printf(out, ", with the sun %ld degree%s %s the horizon", degrees, degrees == 1 ? "" : "s",
               day->noon_height < 0 ? "below" : "above");
}

/* "Sunset in Nome, Alaska, is at 5 P.M. today." */
static void put_event(struct buf *out, const struct sun_question *q, const struct sun_day *day,
                      int64_t at)
{
    bool past = at <= q->turn->call.now;
    int64_t next;
    const char *const *words = past ? wordings[q->item].past : wordings[q->item].coming;

    buf_putz(out, words[0]);
    ask_put_in_place_between(out, q->turn);
    buf_printf(out, " %s ", words[1]);
    put_instant(out, q, at);
    if (q->item == NOON)
        put_height(out, day);
    if (past && next_event(q, q->turn->call.now, &next)) {
        buf_putz(out, "; the next is at ");
        put_instant(out, q, next);
    }
    phrase_end_sentence(out);
}

/* "The sun doesn't set in Nome, Alaska, today. The next sunset is at ..." */
static void put_none(struct buf *out, const struct sun_question *q, enum sun_crossing_kind kind)
{
    int64_t at;

    buf_putz(out, kind == SUN_STAYS_ABOVE ? wordings[q->item].above : wordings[q->item].below);
    ask_put_in_place_between(out, q->turn);
    buf_putc(out, ' ');
    sky_date_put_day(out, civil_of(q->turn->place.zone, q->date.noon), q->date.today);
    if (q->item == SUNRISE || q->item == SUNSET)
        buf_putz(out, kind == SUN_STAYS_ABOVE ? ": it is polar day" : ": it is polar night");
    buf_putc(out, '.');
    if (!next_event(q, q->date.noon, &at))
        return;
    buf_printf(out, " The next %s is at ", wordings[q->item].noun);
    put_instant(out, q, at);
    phrase_end_sentence(out);
}

/* ", 2 minutes shorter than the day before" */
static void put_change(struct buf *out, const struct sun_question *q, int64_t length)
{
    struct sun_day before = day_at(q, q->date.noon - DAY_S);
    int64_t change = length - sun_day_length(&before);
    long minutes = lround((double)llabs(change) / 60);

    if (minutes == 0)
        buf_putz(out, ", about the same as the day before");
    else
        buf_printf(out, ", %ld minute%s %s than the day before", minutes, minutes == 1 ? "" : "s",
                   change < 0 ? "shorter" : "longer");
}

static void put_length(struct buf *out, const struct sun_question *q, const struct sun_day *day)
{
    int64_t length = sun_day_length(day);
    bool both = day->sunrise.kind == SUN_CROSSES && day->sunset.kind == SUN_CROSSES;

    buf_putz(out, "The day");
    ask_put_in_place_between(out, q->turn);
    buf_putz(out, q->date.days < 0 ? " was " : " is ");
    /* What is said must agree with the two times that follow. */
    phrase_put_duration(out, both ? to_minute(day->sunset.at) - to_minute(day->sunrise.at)
                                  : to_minute(length));
    buf_putz(out, " long ");
    sky_date_put_day(out, civil_of(q->turn->place.zone, q->date.noon), q->date.today);
    if (both) {
        buf_putz(out, ", from ");
        phrase_put_time(out, clock_at(q, day->sunrise.at));
        buf_putz(out, " to ");
        phrase_put_time(out, clock_at(q, day->sunset.at));
    }
    put_change(out, q, length);
    phrase_end_sentence(out);
}

/* The solar day that is meant. Where the sun sets after midnight, last night's sunset is the coming
 * one until then, unless a day is named. */
static struct sun_day choose_day(const struct sun_question *q)
{
    struct sun_day day = day_at(q, q->date.noon), before = day_at(q, q->date.noon - DAY_S);
    struct sun_crossing last = event_of(&before, q->item);

    if (!q->date.named && last.kind == SUN_CROSSES && last.at > q->turn->call.now)
        return before;
    return day;
}

static void note_sun(const struct sun_question *q, const struct sun_day *day, struct reply *reply)
{
    struct sun_day *copy = arena_alloc(q->turn->call.arena, sizeof *copy);

    if (copy)
        *copy = *day;
    reply->figures.sun = copy;
    reply->figures.sky_noon = day->noon;
}

static void put_answer(struct reply *reply, struct sun_question *q)
{
    struct buf *out = &reply->speech;
    struct sun_day day = choose_day(q);
    int64_t length = sun_day_length(&day);
    struct sun_crossing event;

    note_sun(q, &day, reply);

    if (q->item == DAY_LENGTH && length > 0 && length < DAY_S) {
        put_length(out, q, &day);
        return;
    }
    if (q->item == DAY_LENGTH) /* polar day or night: it ends with */
        q->item = length > 0 ? SUNSET : SUNRISE;
    event = event_of(&day, q->item);
    if (event.kind == SUN_CROSSES)
        put_event(out, q, &day, event.at);
    else
        put_none(out, q, event.kind);
}

void sky_answer_day_length(const struct turn *turn, const struct sky_date *date,
                           struct reply *reply)
{
    struct sun_question q = { .turn = turn, .item = DAY_LENGTH, .date = *date };

    put_answer(reply, &q);
    reply->source.kind = SOURCE_COMPUTED;
}

static enum status sun_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct sun_question q = { .turn = turn };
    struct str words = turn_slot(turn, "sun");
    enum status st;
    int item;

    if (!item_words_find(sun_words, sizeof sun_words / sizeof sun_words[0], words, SUNSET, &item)) {
        turn->subject = words.n <= SUBJECT_MAX ? words : STR_NONE;
        return err_reason(err, ST_INVALID, "sun_unknown", "no such event of the sun");
    }
    q.item = (enum sun_item)item;
    st = sky_date_read(turn, &q.date, err);
    if (st != ST_OK)
        return st;
    put_answer(reply, &q);
    reply->card_title = answer_phrase_card_title(turn);
    reply->source.kind = SOURCE_COMPUTED;
    return ST_OK;
}

const struct intent intent_sun = {
    .name = "SunIntent",
    .slots = sun_slots,
    .needs_place = true,
    .keeps_topic = true,
    .answer = sun_answer,
};
