/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/compared.c -- what a question compares: a measure, and two times or places. */
#include "intents/ask/compared.h"

#include "intents/ask/asked_measure.h"
#include "intents/figures/days.h"
#include "intents/figures/past_figures.h"

enum { DAY_FROM = 6, DAY_TO = 18, NIGHT_TO = 30, MIDNIGHT = 24 };

static const struct {
    const char *words;
    enum measure measure;
    int sign;
} comparators[] = {
#define COMPARATOR(words, measure, sign) { words, MEASURE_##measure, sign },
#include "intents/ask/comparators.def"
#undef COMPARATOR
};

/* The measure of the comparator, if it has one, else that of the metric. */
static enum status read_measure(struct turn *turn, struct compared *c, struct err *err)
{
    struct str word = turn_slot(turn, "comparator");

    c->extreme = str_starts(word, STR("high")) || str_starts(word, STR("low"));
    c->by = str_starts(word, STR("low")) ? COMPARE_LOW : COMPARE_HIGH;
    for (size_t i = 0; i < sizeof comparators / sizeof comparators[0]; i++) {
        if (str_eqz(word, comparators[i].words)) {
            c->measure = comparators[i].measure;
            c->sign = comparators[i].sign;
            return ST_OK;
        }
    }
    return asked_measure(turn, &c->measure, err);
}

/* ---- times ---- */

static struct compared_side side_today(const struct days *d)
{
    return (struct compared_side){ .time = COMPARED_PERIOD,
                                   .span = days_span(d, 0, DAY_FROM, DAY_TO),
                                   .whole = true,
                                   .name = STR("today") };
}

static struct compared_side side_tonight(const struct days *d)
{
    bool running = d->now < days_span(d, 0, DAY_FROM, DAY_FROM).from;

    return (struct compared_side){ .time = COMPARED_PERIOD,
                                   .span = days_span(d, running ? -1 : 0, DAY_TO, NIGHT_TO),
                                   .whole = true,
                                   .night = true,
                                   .name = STR("tonight") };
}

static struct compared_side side_yesterday(const struct days *d)
{
    return (struct compared_side){ .time = COMPARED_YESTERDAY,
                                   .span = days_span(d, -1, 0, MIDNIGHT),
                                   .whole = true,
                                   .name = STR("yesterday") };
}

/* The last one that is over. */
static struct compared_side side_last_night(const struct days *d)
{
    bool running = d->now < days_span(d, 0, DAY_FROM, DAY_FROM).from;

    return (struct compared_side){ .time = COMPARED_LAST_NIGHT,
                                   .span = days_span(d, running ? -2 : -1, DAY_TO, NIGHT_TO),
                                   .whole = true,
                                   .night = true,
                                   .name = STR("last night") };
}

/* "today" stays the day, even when it is over and the forecast is about tonight. */
static bool is_today(const struct when_words *words)
{
    struct when_parsed parsed;
    struct err ignored = ERR_NONE;

    return when_words_parse(words, &parsed, &ignored) == ST_OK && parsed.day == DAY_TODAY &&
           !parsed.part_given;
}

static enum status read_side(struct turn *turn, const struct days *d,
                             const struct when_words *words, struct compared_side *ret_side,
                             struct err *err)
{
    struct when when;
    enum status st;

    if (is_today(words)) {
        *ret_side = side_today(d);
        return ST_OK;
    }
    st = when_parse(words, turn->place.zone, turn->call.now, turn->call.arena, &when, err);
    if (st == ST_OK || st == ST_NOT_FOUND)
        turn->subject = when.name;
    if (st != ST_OK)
        return st;
    *ret_side = (struct compared_side){ .time = COMPARED_PERIOD,
                                        .span = { when.start, when.end },
                                        .whole = when.part == PART_DAY || when.part == PART_NIGHT,
                                        .night = !when.daytime,
                                        .name = when.name };
    return ST_OK;
}

static bool has_word(struct str text, const char *wanted)
{
    struct str word;

    while (str_word(&text, &word))
        if (str_starts(word, str_of(wanted))) /* also "yesterday's" */
            return true;
    return false;
}

/* The second time: of the slot, else yesterday if the first is now, else today. */
static enum status read_second(struct turn *turn, const struct days *d, bool first_given,
                               struct compared *c, struct err *err)
{
    struct str slot = turn_slot(turn, "when_two");
    struct when_words words = { .when_any = slot };

    if (has_word(slot, "yesterday") && has_word(slot, "night"))
        c->b = side_last_night(d);
    else if (has_word(slot, "yesterday") || (slot.n == 0 && !first_given))
        c->b = side_yesterday(d);
    else if (has_word(slot, "last"))
        c->b = side_last_night(d);
    else if (slot.n == 0)
        c->b = side_today(d);
    else
        return read_side(turn, d, &words, &c->b, err);
    return ST_OK;
}

enum status compared_read_times(struct turn *turn, struct compared *c, struct err *err)
{
    const struct days d = { turn->place.zone, turn->call.now };
    struct when_words words = turn_when_words(turn);
    bool given = when_words_given(&words) && !when_words_mean_days_ahead(&words);
    enum status st = ST_OK;

    if (!c->two_places)
        st = read_second(turn, &d, given, c, err);
    if (st == ST_OK && given)
        st = read_side(turn, &d, &words, &c->a, err);
    if (st != ST_OK)
        return st;
    if (!given && c->two_places && !past_has_measure(c->measure))
        c->a = d.now < days_span(&d, 0, DAY_TO, DAY_TO).from ? side_today(&d) : side_tonight(&d);
    else if (!given && c->two_places)
        c->a = (struct compared_side){ .time = COMPARED_NOW };
    else if (!given && c->b.time == COMPARED_YESTERDAY)
        c->a = (struct compared_side){ .time = COMPARED_NOW };
    else if (!given)
        c->a = c->b.night ? side_tonight(&d) : side_today(&d);
    c->alone = !given && !c->two_places && c->extreme &&
               (c->b.time == COMPARED_YESTERDAY || c->b.time == COMPARED_LAST_NIGHT);
    if (!c->extreme)
        c->by = c->a.night && (c->two_places || c->b.night) ? COMPARE_LOW : COMPARE_HIGH;
    return ST_OK;
}

enum status compared_read(struct turn *turn, struct compared *ret_compared, struct err *err)
{
    struct compared c = { .two_places = turn_slot(turn, "location_two").n > 0 };
    enum status st = read_measure(turn, &c, err);

    if (st == ST_OK)
        st = compared_read_times(turn, &c, err);
    if (st == ST_OK)
        *ret_compared = c;
    return st;
}
