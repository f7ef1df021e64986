/* SPDX-License-Identifier: Apache-2.0 */
/* intents/when.c -- from words for time to a period, in two steps.
 *
 * First, the words of all slots are parsed as one stream into a day, a part of a day or a date,
 * because speech recognition often puts a word into the wrong slot.  Then the result is placed on
 * the calendar: a date and hours, which civil_instant() turns into instants, so that days with a
 * clock change have the right length.  Night and overnight hours belong to the date on which they
 * begin. */
#include "intents/when.h"

#include <string.h>

#include "intents/speech/phrase.h"
#include "server/base/number_words.h"

enum word_kind {
    W_FILLER,
    W_NOW,
    W_TODAY,
    W_TONIGHT,
    W_TOMORROW,
    W_WEEKDAY,
    W_WEEKEND,
    W_DAYS_AHEAD,
    W_NEXT,
    W_AFTER,
    W_OVER,
    W_PART,
    W_MONTH,
    W_NUMBER,
    W_TENS,
    W_PAST,
    W_UNKNOWN,
};

static const struct word {
    struct str word;
    enum word_kind kind;
    int value;
} vocabulary[] = {
#define WORD(word, kind, value) { STR(word), W_##kind, value },
#include "intents/when_words.def"
#undef WORD
};

enum day_kind {
    DAY_UNSPECIFIED,
    DAY_TODAY,
    DAY_TOMORROW,
    DAY_AFTER_TOMORROW,
    DAY_WEEKDAY,
    DAY_WEEKEND,
    DAY_DATE
};

/* What the words say. */
struct parsed {
    enum day_kind day;
    int weekday;
    int month, number; /* of a date; 0 = not given */
    bool tens;         /* `number` may still take a unit: "twenty" "first" */
    bool next, after, over;
    bool part_given;
    enum when_part part;
};

/* The numbers that make up a day of a month: "one" to "twentieth", "thirty" and "thirtieth". */
static struct word find_number(struct str token)
{
    const struct word unknown = { token, W_UNKNOWN, 0 };
    struct number_word number;

    if (!number_words_find(token, &number))
        return unknown;
    if (number.value == 20 || number.value == 30)
        return (struct word){ token, number.ordinal ? W_NUMBER : W_TENS, number.value };
    if (number.value < 1 || number.value > 20)
        return unknown;
    return (struct word){ token, W_NUMBER, number.value };
}

static struct word find_exact_word(struct str token)
{
    for (size_t i = 0; i < sizeof vocabulary / sizeof vocabulary[0]; i++)
        if (str_eq(vocabulary[i].word, token))
            return vocabulary[i];
    return find_number(token);
}

/* Finds the word, also with a possessive or plural ending. */
static struct word find_word(struct str token)
{
    static const struct str endings[] = { STR("'s"), STR("\xE2\x80\x99s"), STR("s'"), STR("s") };
    struct word word = find_exact_word(token);

    for (size_t i = 0; word.kind == W_UNKNOWN && i < sizeof endings / sizeof endings[0]; i++)
        if (str_ends(token, endings[i]))
            word = find_exact_word(str_sub(token, 0, token.n - endings[i].n));
    return word;
}

/* The number of "3", "3rd" or "22nd", whether or not a month has that day; -1 if it is none. */
static int day_number(struct str token)
{
    static const struct str endings[] = { STR("st"), STR("nd"), STR("rd"), STR("th") };
    int64_t value;

    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        if (str_ends(token, endings[i])) {
            token = str_sub(token, 0, token.n - endings[i].n);
            break;
        }
    }
    if (token.n == 0 || token.n > 4 || token.p[0] == '-' || token.p[0] == '+' ||
        !str_to_i64(token, &value))
        return -1;
    return (int)value;
}

static enum status err_unclear(struct err *err, struct str token)
{
    return err_reason(err, ST_INVALID, "when_unclear", "time: \"%.*s\" is not understood",
                      token.n > 40 ? 40 : (int)token.n, token.p);
}

static enum status add_number(struct parsed *parsed, int value, struct str token, struct err *err)
{
    if (parsed->tens && value >= 1 && value <= 9)
        value += parsed->number;
    else if (parsed->number != 0)
        return err_unclear(err, token);
    if (value < 1 || value > 31)
        return err_reason(err, ST_INVALID, "date_impossible", "time: no month has day %d", value);
    parsed->number = value;
    parsed->tens = false;
    return ST_OK;
}

static enum status add_day(struct parsed *parsed, enum day_kind day, struct str token,
                           struct err *err)
{
    if (parsed->day != DAY_UNSPECIFIED && parsed->day != day)
        return err_unclear(err, token);
    parsed->day = day;
    return ST_OK;
}

/* `weak` is for "tonight", which yields to a more exact part: "tonight" "evening". */
static void add_part(struct parsed *parsed, enum when_part part, bool weak)
{
    if (weak && parsed->part_given)
        return;
    if (parsed->over && part == PART_NIGHT)
        part = PART_OVERNIGHT;
    if (parsed->part_given && parsed->part != PART_NIGHT && part == PART_NIGHT)
        return; /* "overnight" and then "night" */
    parsed->part = part;
    parsed->part_given = true;
}

static enum status add_word(struct parsed *parsed, const struct word *word, struct str token,
                            struct err *err)
{
    switch (word->kind) {
    case W_TODAY:
        return add_day(parsed, DAY_TODAY, token, err);
    case W_TONIGHT:
        add_part(parsed, PART_NIGHT, true);
        return parsed->day == DAY_UNSPECIFIED ? add_day(parsed, DAY_TODAY, token, err) : ST_OK;
    case W_TOMORROW:
        return add_day(parsed, parsed->after ? DAY_AFTER_TOMORROW : DAY_TOMORROW, token, err);
    case W_WEEKDAY:
        if (parsed->day == DAY_WEEKDAY && parsed->weekday != word->value)
            return err_unclear(err, token);
        parsed->weekday = word->value;
        return add_day(parsed, DAY_WEEKDAY, token, err);
    case W_WEEKEND:
        return add_day(parsed, DAY_WEEKEND, token, err);
    case W_NEXT:
        parsed->next = true;
        return ST_OK;
    case W_AFTER:
        parsed->after = true;
        return ST_OK;
    case W_OVER:
        parsed->over = true;
        return ST_OK;
    case W_PART:
        add_part(parsed, (enum when_part)word->value, false);
        return ST_OK;
    case W_MONTH:
        if (parsed->month != 0 && parsed->month != word->value)
            return err_unclear(err, token);
        parsed->month = word->value;
        return ST_OK;
    case W_NUMBER:
        return add_number(parsed, word->value, token, err);
    case W_TENS:
        if (add_number(parsed, word->value, token, err) != ST_OK)
            return ST_INVALID;
        parsed->tens = true;
        return ST_OK;
    case W_PAST:
        return err_reason(err, ST_INVALID, "when_past", "time: the past");
    case W_DAYS_AHEAD:
    case W_UNKNOWN:
        return err_unclear(err, token);
    case W_FILLER:
    case W_NOW:
        break;
    }
    return ST_OK;
}

/* Takes the next token of a slot; blanks, hyphens and punctuation separate them. */
static bool next_token(struct str *rest, struct str *ret_token)
{
    size_t from = 0, to;

    while (from < rest->n && strchr(" -,.?", rest->p[from]))
        from++;
    for (to = from; to < rest->n && !strchr(" -,.?", rest->p[to]);)
        to++;
    *ret_token = str_sub(*rest, from, to);
    *rest = str_sub(*rest, to, rest->n);
    return ret_token->n > 0;
}

static enum status parse_slot(struct parsed *parsed, struct str slot, bool month_slot,
                              struct err *err)
{
    struct str rest = slot, token;
    enum status st = ST_OK;

    if (slot.n > 0 && !next_token(&rest, &token))
        return err_unclear(err, slot); /* only punctuation, such as "?" */
    for (rest = slot; st == ST_OK && next_token(&rest, &token);) {
        struct word word = find_word(token);
        int number = word.kind == W_UNKNOWN ? day_number(token) : -1;
        if (word.kind != W_UNKNOWN)
            st = add_word(parsed, &word, token, err);
        else if (number >= 0 && month_slot && number >= 1 && number <= 12)
            parsed->month = number;
        else if (number >= 0)
            st = add_number(parsed, number, token, err);
        else
            st = err_unclear(err, token);
    }
    return st;
}

static enum status parse_slots(const struct when_words *words, struct parsed *parsed,
                               struct err *err)
{
    const struct str slots[] = { words->when_abs, words->when_any, words->when_pos,
                                 words->month,    words->day,      words->quarter };

    enum { MONTH_SLOT = 3 };

    for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
        enum status st = parse_slot(parsed, slots[i], i == MONTH_SLOT, err);
        if (st != ST_OK)
            return st;
    }
    if (parsed->month != 0 && parsed->number == 0)
        return err_reason(err, ST_INVALID, "when_unclear", "time: a month without a day");
    if (parsed->number != 0)
        parsed->day = DAY_DATE; /* more exact than a weekday */
    return ST_OK;
}

bool when_is_given(const struct when_words *words)
{
    const struct str slots[] = { words->when_abs, words->when_any, words->when_pos,
                                 words->month,    words->day,      words->quarter };

    for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
        struct str rest = slots[i], token;
        bool now = false, other = false;
        while (next_token(&rest, &token)) {
            struct word word = find_word(token);
            if (word.kind == W_NOW)
                now = true;
            else if (word.kind != W_FILLER)
                other = true;
        }
        if (other || (slots[i].n > 0 && !now))
            return true;
    }
    return false;
}

bool when_is_days_ahead(const struct when_words *words)
{
    const struct str slots[] = { words->when_abs, words->when_any, words->when_pos,
                                 words->month,    words->day,      words->quarter };
    bool ahead = false;

    for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
        struct str rest = slots[i], token;
        while (next_token(&rest, &token)) {
            struct word word = find_word(token);
            if (word.kind != W_DAYS_AHEAD && word.kind != W_FILLER && word.kind != W_NEXT &&
                word.kind != W_OVER)
                return false;
            ahead = ahead || word.kind == W_DAYS_AHEAD;
        }
    }
    return ahead;
}

/* ---- placing it on the calendar ---- */

struct calendar {
    const struct zone *zone;
    int64_t now;
    struct civil today;
    int64_t today_days;
};

static const struct {
    int from, to; /* hours since the date began; 24 and more are on the next date */
    bool daytime;
    const char *suffix;  /* after a day: "Monday night" */
    const char *prefix;  /* before a date: "the night of March 3rd" */
    const char *no_date; /* the name when it begins today */
} parts[] = {
    [PART_DAY] = { 6, 18, true, "", "", "today" },
    [PART_NIGHT] = { 18, 30, false, " night", "the night of ", "tonight" },
    [PART_MORNING] = { 6, 12, true, " morning", "the morning of ", "this morning" },
    [PART_AFTERNOON] = { 12, 18, true, " afternoon", "the afternoon of ", "this afternoon" },
    [PART_EVENING] = { 18, 24, false, " evening", "the evening of ", "this evening" },
    [PART_OVERNIGHT] = { 24, 30, false, " overnight", "overnight on ", "overnight" },
};

/* Fills in the period of `part` on the date `delta` days from today. */
static void place_on_calendar(const struct calendar *c, int delta, enum when_part part,
                              struct when *when)
{
    struct civil date = { .year = c->today.year, .month = c->today.month };

    date.day = c->today.day + delta;
    date.hour = parts[part].from;
    when->start = civil_instant(c->zone, date);
    date.hour = parts[part].to;
    when->end = civil_instant(c->zone, date);
    when->part = part;
    when->daytime = parts[part].daytime;
}

static bool is_past(const struct calendar *c, int delta, enum when_part part)
{
    struct when when;

    place_on_calendar(c, delta, part, &when);
    return when.end <= c->now;
}

/* Days from today to the next date with that number (and month) whose period is not past; false
 * when no year has it. */
static bool next_date(const struct calendar *c, const struct parsed *parsed, int *ret_delta)
{
    enum { YEARS = 9, MONTHS = 12 }; /* February 29th can be eight years away */
    int tries = parsed->month ? YEARS : MONTHS;

    for (int i = 0; i <= tries; i++) {
        int year = c->today.year, month = parsed->month;
        int64_t delta;
        if (parsed->month) {
            year += i;
        } else {
            month = (c->today.month - 1 + i) % 12 + 1;
            year += (c->today.month - 1 + i) / 12;
        }
        if (!civil_date_valid(year, month, parsed->number))
            continue;
        delta = civil_days(year, month, parsed->number) - c->today_days;
        if (delta < 0)
            continue;
        /* Once the day of today's date is past, resolve_date() makes it tonight. */
        if (delta == 0 && parsed->part != PART_DAY && is_past(c, 0, parsed->part))
            continue;
        *ret_delta = (int)delta;
        return true;
    }
    return false;
}

/* Days from today to the Saturday of the weekend, or to its Sunday when Saturday is past.  "Next
 * weekend", said on a workday, is the one after this week's. */
static int weekend_day(const struct calendar *c, const struct parsed *parsed, bool *ret_saturday)
{
    enum { SUNDAY = 0, SATURDAY = 6, WEEK = 7 };
    int day = c->today.weekday, saturday = SATURDAY - day;

    *ret_saturday = true;
    if (parsed->next && day == SATURDAY)
        return WEEK;
    if (parsed->next)
        return day == SUNDAY ? saturday : saturday + WEEK;
    if ((day == SUNDAY && !is_past(c, 0, parsed->part)) ||
        (day == SATURDAY && is_past(c, 0, parsed->part))) {
        *ret_saturday = false;
        return day == SUNDAY ? 0 : 1;
    }
    return saturday;
}

/* Finds the date, in days from today, and settles the part: "today" in the evening is tonight. */
static enum status resolve_date(const struct calendar *c, struct parsed *parsed, int *ret_delta,
                                bool *ret_saturday, struct err *err)
{
    bool running_night = c->today.hour < 6 && parsed->part_given &&
                         (parsed->part == PART_NIGHT || parsed->part == PART_OVERNIGHT);
    int delta = 0;

    switch (parsed->day) {
    case DAY_UNSPECIFIED:
    case DAY_TODAY:
        if (running_night)
            delta = -1;
        else if (is_past(c, 0, parsed->part)) {
            if (parsed->part == PART_DAY)
                parsed->part = PART_NIGHT;
            else
                delta = 1;
        }
        break;
    case DAY_TOMORROW:
        delta = 1;
        break;
    case DAY_AFTER_TOMORROW:
        delta = 2;
        break;
    case DAY_WEEKDAY:
        delta = (parsed->weekday - c->today.weekday + 7) % 7;
        if (delta == 0 && (parsed->next || is_past(c, 0, parsed->part)))
            delta = 7;
        break;
    case DAY_WEEKEND:
        delta = weekend_day(c, parsed, ret_saturday);
        break;
    case DAY_DATE:
        if (!next_date(c, parsed, &delta))
            return err_reason(err, ST_INVALID, "date_impossible", "time: no such date");
        if (delta == 0 && parsed->part == PART_DAY && is_past(c, 0, PART_DAY))
            parsed->part = PART_NIGHT;
        break;
    }
    *ret_delta = delta;
    return ST_OK;
}

static struct str date_name(struct civil date, enum when_part part, struct arena *arena)
{
    struct buf text = BUF_INIT(64);
    struct str name;

    buf_putz(&text, parts[part].prefix);
    phrase_put_date(&text, date.month, date.day);
    name = arena_str(arena, buf_str(&text));
    buf_free(&text);
    return name;
}

static struct str period_name(const struct calendar *c, const struct parsed *parsed, int delta,
                              bool next_week, struct arena *arena)
{
    int64_t noon = (c->today_days + delta) * 86400 + 43200; /* of the date, read in UTC */
    struct civil date = civil_of(zone_utc(), noon);
    const char *suffix = parts[parsed->part].suffix;

    if (parsed->day == DAY_DATE)
        return date_name(date, parsed->part, arena);
    if (parsed->day == DAY_WEEKDAY || parsed->day == DAY_WEEKEND ||
        parsed->day == DAY_AFTER_TOMORROW)
        return arena_printf(arena, "%s%s%s", next_week ? "next " : "",
                            phrase_weekday_name(date.weekday), suffix);
    if (delta == 1)
        return arena_printf(arena, "tomorrow%s", suffix);
    return str_of(parts[parsed->part].no_date);
}

enum status when_parse(const struct when_words *words, const struct zone *zone, int64_t now,
                       struct arena *arena, struct when *ret_when, struct err *err)
{
    struct calendar c = { .zone = zone, .now = now, .today = civil_of(zone, now) };
    struct parsed parsed = { .part = PART_DAY };
    int64_t hour_start = now - now % 3600;
    struct when when;
    bool saturday = false, next_week;
    enum status st;
    int delta = 0;

    c.today_days = civil_days(c.today.year, c.today.month, c.today.day);
    st = parse_slots(words, &parsed, err);
    if (st == ST_OK)
        st = resolve_date(&c, &parsed, &delta, &saturday, err);
    if (st != ST_OK)
        return st;
    next_week = delta >= 7; /* before the Sunday is added: both days of a weekend are named alike */
    when.weekend = saturday && !words->sunday;
    delta += saturday && words->sunday ? 1 : 0;
    place_on_calendar(&c, delta, parsed.part, &when);
    when.from = when.start > hour_start ? when.start : hour_start;
    when.name = period_name(&c, &parsed, delta, next_week, arena);
    if (when.name.n == 0)
        return err_set(err, ST_SYSTEM, "time: the arena is full");
    *ret_when = when;
    if (when.start > now + WHEN_DAYS_AHEAD * (int64_t)86400)
        return err_reason(err, ST_NOT_FOUND, "too_far", "time: more than %d days ahead",
                          WHEN_DAYS_AHEAD);
    return ST_OK;
}
