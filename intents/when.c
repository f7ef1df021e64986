/* SPDX-License-Identifier: Apache-2.0 */
/* intents/when.c -- words for time made a period.
 *
 * Two steps. All slots are read as one stream of words into what was said: a day, a part of a day,
 * or a date; no slot is trusted to hold only its own kind. What was said is then laid over the
 * place's calendar: a date, and hours on it, which civil_instant() makes instants, so that a day
 * with a clock change has the hours it has. Holds always: the night and the overnight hours belong
 * to the date on which they begin. */
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
    W_AHEAD,
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
    DAY_UNSAID,
    DAY_TODAY,
    DAY_TOMORROW,
    DAY_AFTER_TOMORROW,
    DAY_WEEKDAY,
    DAY_WEEKEND,
    DAY_DATE
};

/* What was said. */
struct said {
    enum day_kind day;
    int weekday;
    int month, number; /* of a date; 0 = not said */
    bool tens;         /* `number` may still take a unit: "twenty" "first" */
    bool next, after, over;
    bool part_said;
    enum when_part part;
};

/* Numbers up to "twentieth", and "thirty": what the days of a month are made of. */
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

static struct word find_word(struct str token)
{
    for (size_t i = 0; i < sizeof vocabulary / sizeof vocabulary[0]; i++)
        if (str_eq(vocabulary[i].word, token))
            return vocabulary[i];
    return find_number(token);
}

/* The word itself, else without a possessive or plural ending. */
static struct word look_up(struct str token)
{
    static const struct str endings[] = { STR("'s"), STR("\xE2\x80\x99s"), STR("s'"), STR("s") };
    struct word word = find_word(token);

    for (size_t i = 0; word.kind == W_UNKNOWN && i < sizeof endings / sizeof endings[0]; i++)
        if (str_ends(token, endings[i]))
            word = find_word(str_sub(token, 0, token.n - endings[i].n));
    return word;
}

/* "3", "3rd", "22nd"; 0 when it is no such number. */
static int number_of(struct str token)
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

static enum status unclear(struct err *err, struct str token)
{
    return err_reason(err, ST_INVALID, "when_unclear", "time: \"%.*s\" is not understood",
                      token.n > 40 ? 40 : (int)token.n, token.p);
}

static enum status say_number(struct said *said, int value, struct str token, struct err *err)
{
    if (said->tens && value >= 1 && value <= 9)
        value += said->number;
    else if (said->number != 0)
        return unclear(err, token);
    if (value < 1 || value > 31)
        return err_reason(err, ST_INVALID, "date_impossible", "time: no month has day %d", value);
    said->number = value;
    said->tens = false;
    return ST_OK;
}

static enum status say_day(struct said *said, enum day_kind day, struct str token, struct err *err)
{
    if (said->day != DAY_UNSAID && said->day != day)
        return unclear(err, token);
    said->day = day;
    return ST_OK;
}

/* "tonight" is the night unless a part of it was named beside it. */
static void say_part(struct said *said, enum when_part part, bool weak)
{
    if (weak && said->part_said)
        return;
    if (said->over && part == PART_NIGHT)
        part = PART_OVERNIGHT;
    if (said->part_said && said->part != PART_NIGHT && part == PART_NIGHT)
        return; /* "overnight" "tonight" */
    said->part = part;
    said->part_said = true;
}

static enum status say_word(struct said *said, const struct word *word, struct str token,
                            struct err *err)
{
    switch (word->kind) {
    case W_TODAY:
        return say_day(said, DAY_TODAY, token, err);
    case W_TONIGHT:
        say_part(said, PART_NIGHT, true);
        return said->day == DAY_UNSAID ? say_day(said, DAY_TODAY, token, err) : ST_OK;
    case W_TOMORROW:
        return say_day(said, said->after ? DAY_AFTER_TOMORROW : DAY_TOMORROW, token, err);
    case W_WEEKDAY:
        if (said->day == DAY_WEEKDAY && said->weekday != word->value)
            return unclear(err, token);
        said->weekday = word->value;
        return say_day(said, DAY_WEEKDAY, token, err);
    case W_WEEKEND:
        return say_day(said, DAY_WEEKEND, token, err);
    case W_NEXT:
        said->next = true;
        return ST_OK;
    case W_AFTER:
        said->after = true;
        return ST_OK;
    case W_OVER:
        said->over = true;
        return ST_OK;
    case W_PART:
        say_part(said, (enum when_part)word->value, false);
        return ST_OK;
    case W_MONTH:
        if (said->month != 0 && said->month != word->value)
            return unclear(err, token);
        said->month = word->value;
        return ST_OK;
    case W_NUMBER:
        return say_number(said, word->value, token, err);
    case W_TENS:
        if (say_number(said, word->value, token, err) != ST_OK)
            return ST_INVALID;
        said->tens = true;
        return ST_OK;
    case W_PAST:
        return err_reason(err, ST_INVALID, "when_past", "time: the past");
    case W_AHEAD:
    case W_UNKNOWN:
        return unclear(err, token);
    case W_FILLER:
    case W_NOW:
        break;
    }
    return ST_OK;
}

/* The next token of a slot: blanks, hyphens and commas part them. */
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

static enum status read_slot(struct said *said, struct str slot, bool month_slot, struct err *err)
{
    struct str rest = slot, token;
    enum status st = ST_OK;

    if (slot.n > 0 && !next_token(&rest, &token))
        return unclear(err, slot); /* only marks, such as "?" */
    for (rest = slot; st == ST_OK && next_token(&rest, &token);) {
        struct word word = look_up(token);
        int number = word.kind == W_UNKNOWN ? number_of(token) : -1;
        if (word.kind != W_UNKNOWN)
            st = say_word(said, &word, token, err);
        else if (number >= 0 && month_slot && number >= 1 && number <= 12)
            said->month = number;
        else if (number >= 0)
            st = say_number(said, number, token, err);
        else
            st = unclear(err, token);
    }
    return st;
}

static enum status read_all(const struct when_words *words, struct said *said, struct err *err)
{
    const struct str slots[] = { words->when_abs, words->when_any, words->when_pos,
                                 words->month,    words->day,      words->quarter };

    enum { MONTH_SLOT = 3 };

    for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
        enum status st = read_slot(said, slots[i], i == MONTH_SLOT, err);
        if (st != ST_OK)
            return st;
    }
    if (said->month != 0 && said->number == 0)
        return err_reason(err, ST_INVALID, "when_unclear", "time: a month without a day");
    if (said->number != 0)
        said->day = DAY_DATE; /* a date says more than a weekday beside it */
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
            struct word word = look_up(token);
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
            struct word word = look_up(token);
            if (word.kind != W_AHEAD && word.kind != W_FILLER && word.kind != W_NEXT &&
                word.kind != W_OVER)
                return false;
            ahead = ahead || word.kind == W_AHEAD;
        }
    }
    return ahead;
}

/* ---- laid over the calendar ---- */

struct calendar {
    const struct zone *zone;
    int64_t now;
    struct civil today;
    int64_t today_days;
};

static const struct {
    int from, to; /* hours of the date, 24 and more being the next one */
    bool daytime;
    const char *behind; /* "Monday night" */
    const char *today;  /* the name without a day */
} parts[] = {
    [PART_DAY] = { 6, 18, true, "", "today" },
    [PART_NIGHT] = { 18, 30, false, " night", "tonight" },
    [PART_MORNING] = { 6, 12, true, " morning", "this morning" },
    [PART_AFTERNOON] = { 12, 18, true, " afternoon", "this afternoon" },
    [PART_EVENING] = { 18, 24, false, " evening", "this evening" },
    [PART_OVERNIGHT] = { 24, 30, false, " overnight", "overnight" },
};

/* The period of a part on the date `delta` days from today. */
static void lay(const struct calendar *c, int delta, enum when_part part, struct when *when)
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

static bool over(const struct calendar *c, int delta, enum when_part part)
{
    struct when when;

    lay(c, delta, part, &when);
    return when.end <= c->now;
}

/* Days from today to the next date with that number (and month) whose period is not over; false
 * when no year has it. */
static bool next_date(const struct calendar *c, const struct said *said, int *ret_delta)
{
    enum { YEARS = 9, MONTHS = 12 }; /* February 29th can be eight years off */
    int tries = said->month ? YEARS : MONTHS;

    for (int i = 0; i <= tries; i++) {
        int year = c->today.year, month = said->month;
        int64_t delta;
        if (said->month) {
            year += i;
        } else {
            month = (c->today.month - 1 + i) % 12 + 1;
            year += (c->today.month - 1 + i) / 12;
        }
        if (!civil_date_valid(year, month, said->number))
            continue;
        delta = civil_days(year, month, said->number) - c->today_days;
        if (delta < 0)
            continue;
        /* The day of today's date, when over, is tonight: see settle(). */
        if (delta == 0 && said->part != PART_DAY && over(c, 0, said->part))
            continue;
        *ret_delta = (int)delta;
        return true;
    }
    return false;
}

/* Days from today to the Saturday of the weekend that is meant, or to its Sunday when Saturday is
 * over. "Next weekend", on a workday, is not the coming one. */
static int weekend_day(const struct calendar *c, const struct said *said, bool *ret_saturday)
{
    enum { SUNDAY = 0, SATURDAY = 6, WEEK = 7 };
    int day = c->today.weekday, saturday = SATURDAY - day;

    *ret_saturday = true;
    if (said->next && day == SATURDAY)
        return WEEK;
    if (said->next)
        return day == SUNDAY ? saturday : saturday + WEEK;
    if ((day == SUNDAY && !over(c, 0, said->part)) || (day == SATURDAY && over(c, 0, said->part))) {
        *ret_saturday = false;
        return day == SUNDAY ? 0 : 1;
    }
    return saturday;
}

/* Which date is meant: days from today, and the part. */
static enum status settle(const struct calendar *c, struct said *said, int *ret_delta,
                          bool *ret_saturday, struct err *err)
{
    bool running_night = c->today.hour < 6 && said->part_said &&
                         (said->part == PART_NIGHT || said->part == PART_OVERNIGHT);
    int delta = 0;

    switch (said->day) {
    case DAY_UNSAID:
    case DAY_TODAY:
        if (running_night)
            delta = -1;
        else if (over(c, 0, said->part)) {
            if (said->part == PART_DAY)
                said->part = PART_NIGHT;
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
        delta = (said->weekday - c->today.weekday + 7) % 7;
        if (delta == 0 && (said->next || over(c, 0, said->part)))
            delta = 7;
        break;
    case DAY_WEEKEND:
        delta = weekend_day(c, said, ret_saturday);
        break;
    case DAY_DATE:
        if (!next_date(c, said, &delta))
            return err_reason(err, ST_INVALID, "date_impossible", "time: no such date");
        if (delta == 0 && said->part == PART_DAY && over(c, 0, PART_DAY))
            said->part = PART_NIGHT;
        break;
    }
    *ret_delta = delta;
    return ST_OK;
}

static struct str name_of(const struct calendar *c, const struct said *said, int delta,
                          bool next_week, struct arena *arena)
{
    struct civil date = civil_of(zone_utc(), (c->today_days + delta) *
                                                 86400); /* only a calendar: no zone is involved */
    const char *behind = parts[said->part].behind;

    if (said->day == DAY_DATE) {
        struct buf b = BUF_INIT(64);
        struct str name;
        phrase_put_date(&b, date.month, date.day);
        name = arena_printf(arena, "%s%s", buf_z(&b), behind);
        buf_free(&b);
        return name;
    }
    if (said->day == DAY_WEEKDAY || said->day == DAY_WEEKEND || said->day == DAY_AFTER_TOMORROW)
        return arena_printf(arena, "%s%s%s", next_week ? "next " : "",
                            phrase_weekday_name(date.weekday), behind);
    if (delta == 1)
        return arena_printf(arena, "tomorrow%s", behind);
    return str_of(parts[said->part].today);
}

enum status when_parse(const struct when_words *words, const struct zone *zone, int64_t now,
                       struct arena *arena, struct when *ret_when, struct err *err)
{
    struct calendar c = { .zone = zone, .now = now, .today = civil_of(zone, now) };
    struct said said = { .part = PART_DAY };
    int64_t hour_start = now - now % 3600;
    struct when when;
    bool saturday = false, next_week;
    enum status st;
    int delta = 0;

    c.today_days = civil_days(c.today.year, c.today.month, c.today.day);
    st = read_all(words, &said, err);
    if (st == ST_OK)
        st = settle(&c, &said, &delta, &saturday, err);
    if (st != ST_OK)
        return st;
    next_week = delta >= 7; /* a weekend's days are called alike */
    when.weekend = saturday && !words->sunday;
    delta += saturday && words->sunday ? 1 : 0;
    lay(&c, delta, said.part, &when);
    when.from = when.start > hour_start ? when.start : hour_start;
    when.name = name_of(&c, &said, delta, next_week, arena);
    if (when.name.n == 0)
        return err_set(err, ST_SYSTEM, "time: the arena is full");
    *ret_when = when;
    if (when.start > now + WHEN_DAYS_AHEAD * (int64_t)86400)
        return err_reason(err, ST_NOT_FOUND, "too_far", "time: more than %d days ahead",
                          WHEN_DAYS_AHEAD);
    return ST_OK;
}
