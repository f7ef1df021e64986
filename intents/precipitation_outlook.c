/* SPDX-License-Identifier: Apache-2.0 */
/* intents/precipitation_outlook.c -- "will it rain this week", "is there snow in the forecast": on
 * which days and nights ahead, and how likely.
 *
 * Chances below 15 percent, less than what NWS calls a slight chance, are not mentioned.  "No rain"
 * is said only through the last period whose chance is known. */
#include "intents/precipitation_outlook.h"

#include "intents/answer_phrase.h"
#include "intents/speech/phrase.h"
#include "intents/yes_no.h"
#include "server/base/civil.h"

enum { PERIODS_MAX = 2 * WHEN_DAYS_AHEAD + 1, MENTIONED_PERCENT = 15 };

struct period_chances {
    struct outlook at[PERIODS_MAX];
    int percent[PERIODS_MAX];
    size_t count; /* of the periods whose chance is known, in order of time */
    int highest;
};

/* The name of a half day, in words that when_parse() reads: 0 is today, 1 tonight, 2 tomorrow and
 * so on; -1 is the night that began yesterday. */
static struct str half_day_words(struct arena *arena, struct civil now, int i)
{
    static const char *const days[] = { "sunday",   "monday", "tuesday", "wednesday",
                                        "thursday", "friday", "saturday" };
    const char *suffix = i % 2 ? " night" : "";

    if (i == -1 || (i == 1 && now.hour >= 6))
        return STR("tonight");
    if (i == 0)
        return STR("today");
    if (i == 2 || i == 3)
        return arena_printf(arena, "tomorrow%s", suffix);
    return arena_printf(arena, "%s%s", days[(now.weekday + i / 2) % WHEN_DAYS_AHEAD], suffix);
}

static void read_chances(const struct turn *turn, const struct grid *grid, const char *about,
                         struct period_chances *a)
{
    struct civil now = civil_of(turn->place.zone, turn->call.now);
    int first = now.hour < 6 ? -1 : now.hour < 18 ? 0 : 1;

    for (int i = first; i < PERIODS_MAX - 1; i++) {
        struct when_words words = { .when_any = half_day_words(turn->call.arena, now, i) };
        struct outlook *o = &a->at[a->count];
        struct err ignored = ERR_NONE; /* a period beyond the forecast is left out */
        o->grid = grid;
        if (when_parse(&words, turn->place.zone, turn->call.now, turn->call.arena, &o->when,
                       &ignored) != ST_OK ||
            !yes_no_chance(o, about, &a->percent[a->count]))
            continue;
        a->highest = a->percent[a->count] > a->highest ? a->percent[a->count] : a->highest;
        a->count++;
    }
}

static void put_chances(struct buf *out, const struct period_chances *a, const char *about)
{
    size_t mentioned = 0, said = 0;

    for (size_t i = 0; i < a->count; i++)
        mentioned += a->percent[i] >= MENTIONED_PERCENT;
    if (mentioned == 0) {
        if (a->highest > 0)
            buf_printf(out, ", the chance of %s is at most %d percent through ", about, a->highest);
        else
            buf_printf(out, ", there's no %s in the forecast through ", about);
        buf_put(out, a->at[a->count - 1].when.name);
        return;
    }
    buf_printf(out, ", the chance of %s is ", about);
    for (size_t i = 0; i < a->count; i++) {
        if (a->percent[i] < MENTIONED_PERCENT)
            continue;
        phrase_put_separator(out, said++, mentioned);
        buf_printf(out, "%d percent %.*s", a->percent[i], STR_ARG(a->at[i].when.name));
    }
}

enum status precipitation_outlook_answer(struct turn *turn, const struct question *question,
                                         struct reply *reply, struct err *err)
{
    const char *about = question->words.about;
    struct buf *out = &reply->speech;
    struct period_chances a = { .count = 0 };
    struct grid_answer answer;
    enum status st;

    turn->subject = turn->place.city;
    st = grid_get(turn->skill->nws, &turn->call, &turn->place, &answer, err);
    if (st != ST_OK)
        return st;
    read_chances(turn, answer.grid, about, &a);
    if (a.count == 0)
        return err_reason(err, ST_NOT_FOUND, "no_forecast",
                          "no period has a chance of precipitation");
    yes_no_put_later(out, question, a.at, a.count);
    answer_phrase_in_place(out, &turn->place);
    put_chances(out, &a, about);
    buf_putc(out, '.');
    if (answer.stale)
        answer_phrase_stale(out, "this forecast", answer.age_s);
    return ST_OK;
}
