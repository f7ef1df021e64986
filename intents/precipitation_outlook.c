/* SPDX-License-Identifier: Apache-2.0 */
/* intents/precipitation_outlook.c -- "will it rain this week", "is there snow in the forecast": on
 * which days and nights ahead, and how likely.
 *
 * Chances below 15 percent, less than what NWS calls a slight chance, are not mentioned.  "No rain"
 * is said only through the last of the periods that are forecast without a gap from now on.  Hours
 * whose kind of precipitation is left open are told apart from those that name it. */
#include "intents/precipitation_outlook.h"

#include "intents/answer_phrase.h"
#include "intents/speech/phrase.h"
#include "intents/yes_no.h"
#include "server/base/civil.h"

#include <string.h>

enum { PERIODS_MAX = 2 * WHEN_DAYS_AHEAD + 1, MENTIONED_PERCENT = 15 };

struct period_chances {
    struct outlook at[PERIODS_MAX]; /* in order of time */
    struct yes_no_chance chances[PERIODS_MAX];
    bool told[PERIODS_MAX]; /* has a chance */
    size_t count;           /* through the last one that is told */
    size_t whole_count;     /* those that are forecast without a gap, from the first one on */
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
    size_t n = 0;

    for (int i = first; i < PERIODS_MAX - 1; i++) {
        struct when_words words = { .when_any = half_day_words(turn->call.arena, now, i) };
        struct outlook *o = &a->at[n];
        struct err ignored = ERR_NONE; /* a period beyond the forecast is left out */
        o->grid = grid;
        if (when_parse(&words, turn->place.zone, turn->call.now, turn->call.arena, &o->when,
                       &ignored) != ST_OK)
            continue;
        a->told[n] = yes_no_read_chance(o, about, &a->chances[n]);
        if (a->told[n++])
            a->count = n;
    }
    while (a->whole_count < a->count && a->told[a->whole_count] && a->chances[a->whole_count].whole)
        a->whole_count++;
}

static bool is_named(const struct period_chances *a, size_t i)
{
    return a->chances[i].percent >= MENTIONED_PERCENT;
}

/* Something may fall, but of what kind is open. */
static bool is_open(const struct period_chances *a, size_t i)
{
    return !is_named(a, i) && a->chances[i].open >= MENTIONED_PERCENT;
}

/* Nothing worth mentioning in the first `count` periods. */
static void put_absence(struct buf *out, const struct period_chances *a, const char *about,
                        size_t count)
{
    int highest = 0;

    for (size_t i = 0; i < count; i++) {
        highest = a->chances[i].percent > highest ? a->chances[i].percent : highest;
        highest = a->chances[i].open > highest ? a->chances[i].open : highest;
    }
    if (a->whole_count == 0)
        buf_printf(out,
                   ", the forecast has gaps. Otherwise, the chance of %s is at most "
                   "%d percent",
                   about, highest);
    else if (highest > 0)
        buf_printf(out, ", the chance of %s is at most %d percent through %.*s", about, highest,
                   STR_ARG(a->at[count - 1].when.name));
    else
        buf_printf(out, ", there's no %s in the forecast through %.*s", about,
                   STR_ARG(a->at[count - 1].when.name));
}

/* "40 percent tonight and 60 percent tomorrow": the periods that are `is`. False when there are
 * none. */
static bool put_percentages(struct buf *out, const struct period_chances *a, const char *about,
                            bool (*is)(const struct period_chances *a, size_t i))
{
    size_t mentioned = 0, said = 0;

    for (size_t i = 0; i < a->count; i++)
        mentioned += is(a, i);
    if (mentioned > 0)
        buf_printf(out, " chance of %s is ", about);
    for (size_t i = 0; i < a->count; i++) {
        if (!is(a, i))
            continue;
        phrase_put_separator(out, said++, mentioned);
        buf_printf(out, "%d percent %.*s",
                   is_named(a, i) ? a->chances[i].percent : a->chances[i].open,
                   STR_ARG(a->at[i].when.name));
    }
    return mentioned > 0;
}

static void put_chances(struct buf *out, const struct period_chances *a, const char *about)
{
    size_t start = out->n;
    bool named, open;

    buf_putz(out, ", the");
    named = put_percentages(out, a, about, is_named);
    if (named)
        buf_putz(out, ". The");
    open = put_percentages(out, a, "precipitation", is_open);
    if (open)
        buf_putz(out, ", and the forecast doesn't say what kind");
    else
        buf_truncate(out, named ? out->n - strlen(". The") : start);
    if (!named && !open)
        put_absence(out, a, about, a->whole_count > 0 ? a->whole_count : a->count);
    else if (a->whole_count < a->count)
        buf_putz(out, ". The forecast has gaps, so there may be more");
}

static enum status no_chance(const struct grid *grid, struct err *err)
{
    if (grid_unread(grid, GRID_PRECIPITATION_CHANCE))
        return err_reason(err, ST_UNAVAILABLE, "document_odd",
                          "the chances of precipitation are unreadable");
    return err_reason(err, ST_NOT_FOUND, "no_forecast", "no period has a chance of precipitation");
}

enum status precipitation_outlook_answer(struct turn *turn, const struct question *question,
                                         struct reply *reply, struct err *err)
{
    const char *about = question->words.about;
    struct buf *out = &reply->speech;
    struct period_chances a = { .count = 0 };
    struct grid_answer answer;
    enum status st;

    st = source_get_grid(turn, reply, &answer, err);
    if (st != ST_OK)
        return st;
    read_chances(turn, answer.grid, about, &a);
    if (a.count == 0)
        return no_chance(answer.grid, err);
    yes_no_put_later(out, question, a.at, a.count);
    answer_phrase_in_place(out, &turn->place);
    put_chances(out, &a, about);
    buf_putc(out, '.');
    if (answer.stale)
        answer_phrase_stale(out, "this forecast", answer.age_s);
    return ST_OK;
}
