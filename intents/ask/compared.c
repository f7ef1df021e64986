/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/compared.c -- what a question compares: a measure, and two times or places. */
#include "intents/ask/compared.h"

#include "intents/ask/asked_measure.h"
#include "intents/figures/days.h"
#include "intents/figures/past_figures.h"
#include "intents/metric.h"

enum { DAY_FROM = 6, NOON = 12, DAY_TO = 18, MIDNIGHT = 24, NIGHT_TO = 30 };

static const struct {
    const char *words;
    enum measure measure;
    int sign;
} comparators[] = {
#define COMPARATOR(words, measure, sign) { words, MEASURE_##measure, sign },
#include "intents/ask/comparators.def"
#undef COMPARATOR
};

bool compared_find(struct str word, enum measure *ret_measure, int *ret_sign)
{
    for (size_t i = 0; i < sizeof comparators / sizeof comparators[0]; i++) {
        if (str_eqz(word, comparators[i].words)) {
            *ret_measure = comparators[i].measure;
            *ret_sign = comparators[i].sign;
            return true;
        }
    }
    return false;
}

static bool has_word(struct str text, const char *wanted)
{
    struct str word;

    while (str_word(&text, &word))
        if (str_starts(word, str_of(wanted))) /* also "yesterday's" */
            return true;
    return false;
}

/* Does the metric name a measure of its own, other than that of the comparator? "And the wind",
 * after "is it warmer". */
static bool contradicts(struct turn *turn, const struct compared *c, enum measure *ret_measure)
{
    struct turn asked = *turn; /* reading sets what an apology names */
    struct err ignored = ERR_NONE;
    struct metric_words metric;

    return metric_find(turn_slot(turn, "metric"), &metric) && metric.id != METRIC_ALL &&
           metric.id != METRIC_SUMMARY && asked_measure(&asked, ret_measure, &ignored) == ST_OK &&
           measure_layer(*ret_measure) != measure_layer(c->measure);
}

/* The measure of the metric if it names one, else that of the comparator. */
static enum status read_measure(struct turn *turn, struct compared *c, struct err *err)
{
    struct str word = turn_slot(turn, "comparator");
    enum measure other;

    if (word.n == 0) /* "how hot was it yesterday" */
        word = turn_slot(turn, "past");
    c->extreme = str_starts(word, STR("high")) || str_starts(word, STR("low"));
    c->by = str_starts(word, STR("low")) ? COMPARE_LOW : COMPARE_HIGH;
    c->both = c->extreme && has_word(word, "high") && has_word(word, "low");
    if (compared_find(word, &c->measure, &c->sign)) {
        if (contradicts(turn, c, &other)) {
            c->measure = other;
            c->sign = 0; /* neither yes nor no */
        }
        return ST_OK;
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
                             bool *ret_weekend, struct err *err)
{
    struct when when;
    enum status st;

    *ret_weekend = false;
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
    *ret_weekend = when.two_days;
    return ST_OK;
}

/* "this morning" may be over; what the forecast had of it counts. */
static bool read_this_part(const struct days *d, struct str slot, struct compared_side *ret_side)
{
    static const struct {
        const char *words;
        int from, to;
    } parts[] = { { "this morning", DAY_FROM, NOON }, { "this afternoon", NOON, DAY_TO } };

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (!str_eqz(slot, parts[i].words))
            continue;
        *ret_side = (struct compared_side){ .time = COMPARED_PERIOD,
                                            .span = days_span(d, 0, parts[i].from, parts[i].to),
                                            .name = str_of(parts[i].words) };
        return true;
    }
    return false;
}

static bool has_when_two(const struct turn *turn)
{
    return turn_slot(turn, "when_two").n > 0;
}

/* "Will it warm up": from today to tomorrow. */
static bool is_tendency(const struct turn *turn)
{
    return turn_slot(turn, "tendency").n > 0 && !has_when_two(turn);
}

bool compared_is_with_home(const struct turn *turn)
{
    return str_eqz(turn_slot(turn, "choice"), "is it") && turn_slot(turn, "location").n > 0 &&
           turn_slot(turn, "location_two").n == 0 && !has_when_two(turn);
}

/* "Than usual", "than last year". */
static bool is_about_records(struct str when_two)
{
    return has_word(when_two, "normal") || has_word(when_two, "usual") ||
           has_word(when_two, "average") || has_word(when_two, "year") ||
           (has_word(when_two, "last") && has_word(when_two, "week"));
}

/* The time of slot `when_two`; without it yesterday if the other is now, else today. */
static enum status read_second(struct turn *turn, const struct days *d, bool first_given,
                               struct compared *c, struct err *err)
{
    struct str slot = turn_slot(turn, "when_two");
    struct when_words words = { .when_any = slot };
    bool weekend;

    if (has_word(slot, "yesterday") && has_word(slot, "night"))
        c->b = side_last_night(d);
    else if (has_word(slot, "yesterday") || (slot.n == 0 && !first_given && !c->extreme))
        c->b = side_yesterday(d);
    else if (has_word(slot, "last"))
        c->b = side_last_night(d);
    else if (slot.n == 0)
        c->b = side_today(d);
    else if (!read_this_part(d, slot, &c->b))
        return read_side(turn, d, &words, &c->b, &weekend, err);
    return ST_OK;
}

static bool is_night(const struct days *d)
{
    return d->now < days_span(d, 0, DAY_FROM, DAY_FROM).from ||
           d->now >= days_span(d, 0, DAY_TO, DAY_TO).from;
}

/* The first time, when none is named: "is it colder than last night" is about now by day, and about
 * tonight by night. */
static struct compared_side usual_first(const struct days *d, const struct compared *c)
{
    bool by_night = d->now >= days_span(d, 0, DAY_TO, DAY_TO).from;

    if (c->two_places && !past_has_measure(c->measure))
        return by_night ? side_tonight(d) : side_today(d);
    if (c->two_places || c->b.time == COMPARED_YESTERDAY ||
        (c->b.time == COMPARED_LAST_NIGHT && !is_night(d)))
        return (struct compared_side){ .time = COMPARED_NOW };
    return c->b.night ? side_tonight(d) : side_today(d);
}

/* Settles which value stands for the side: the high of a day, the low of a night, the highest wind
 * of either, or what was asked for. The low of a day to come is that of the night that follows. */
static void settle_side(const struct days *d, const struct compared *c, struct compared_side *side)
{
    bool degrees = measure_unit(c->measure) == MEASURE_IN_DEGREES;

    side->by = c->extreme ? c->by : side->night && degrees ? COMPARE_LOW : COMPARE_HIGH;
    if (side->time != COMPARED_PERIOD)
        return;
    if (side->whole && !side->night && side->by == COMPARE_LOW) {
        side->span = days_span(d, days_ahead_of(d, side->span.from), DAY_TO, NIGHT_TO);
        side->night = true;
    }
    side->whole = side->whole && side->night == (side->by == COMPARE_LOW);
}

/* What a time of the forecast is compared with when nothing is named: the one before. */
static struct compared_side usual_second(const struct days *d, const struct when_words *first,
                                         const struct compared_side *a)
{
    struct compared_side tonight = side_tonight(d);

    if (is_today(first))
        return side_yesterday(d);
    if (!a->night)
        return side_today(d);
    return a->span.from == tonight.span.from ? side_last_night(d) : tonight;
}

enum status compared_read_times(struct turn *turn, struct compared *c, struct err *err)
{
    const struct days d = { turn->place.zone, turn->call.now };
    struct when_words words = turn_when_words(turn);
    bool given = when_words_given(&words) && !when_words_mean_days_ahead(&words);
    bool both;
    enum status st = ST_OK;

    if (is_tendency(turn) && !given && !c->two_places) {
        words = (struct when_words){ .when_abs = STR("tomorrow") };
        given = true;
    }
    c->alone = c->extreme && !c->two_places && (!given || !has_when_two(turn));
    both = c->two_places && !given && has_when_two(turn); /* "was Denver colder ... yesterday" */
    if (!c->two_places || both)
        st = read_second(turn, &d, given, c, err);
    if (st == ST_OK && given)
        st = read_side(turn, &d, &words, &c->a, &c->weekend, err);
    if (st != ST_OK)
        return st;
    if (given && !has_when_two(turn) && !c->extreme && !c->two_places)
        c->b = usual_second(&d, &words, &c->a);
    if (!given)
        c->a = c->alone || both ? c->b : usual_first(&d, c);
    settle_side(&d, c, &c->a);
    settle_side(&d, c, &c->b);
    return ST_OK;
}

bool compared_read_sunday(struct turn *turn, struct compared *c)
{
    const struct days d = { turn->place.zone, turn->call.now };
    struct when_words words = turn_when_words(turn);
    struct err ignored = ERR_NONE;

    words.second = true;
    if (read_side(turn, &d, &words, &c->a, &c->weekend, &ignored) != ST_OK)
        return false;
    settle_side(&d, c, &c->a);
    return true;
}

enum status compared_read(struct turn *turn, struct compared *ret_compared, struct err *err)
{
    struct compared c = { .two_places = turn_slot(turn, "location_two").n > 0 ||
                                        compared_is_with_home(turn) };
    enum status st;

    if (is_about_records(turn_slot(turn, "when_two")))
        return err_reason(err, ST_INVALID, "no_records", "no averages are published");
    st = read_measure(turn, &c, err);
    if (st == ST_OK)
        st = compared_read_times(turn, &c, err);
    if (st == ST_OK)
        *ret_compared = c;
    return st;
}
