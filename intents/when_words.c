/* SPDX-License-Identifier: Apache-2.0 */
/* intents/when_words.c -- from the words of all time slots to a day, a part of a day or a date.
 *
 * The slots are parsed as one stream, because speech recognition often puts a word into the wrong
 * slot. */
#include "intents/when_words.h"

#include <string.h>

#include "intents/holidays.h"
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

/* The number of "3", "3rd" or "22nd", whether or not a month has that day; -1 if it is not a
 * number. */
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

static enum status add_number(struct when_parsed *parsed, int value, struct str token,
                              struct err *err)
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

static enum status add_day(struct when_parsed *parsed, enum when_day day, struct str token,
                           struct err *err)
{
    if (parsed->day != DAY_UNSPECIFIED && parsed->day != day)
        return err_unclear(err, token);
    parsed->day = day;
    return ST_OK;
}

/* `weak` is for "tonight", which yields to a more exact part: "tonight" "evening". */
static void add_part(struct when_parsed *parsed, enum when_part part, bool weak)
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

static enum status add_word(struct when_parsed *parsed, const struct word *word, struct str token,
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
        if (parsed->part == PART_DAY) /* "the day after tomorrow" may still be its night */
            parsed->part_given = false;
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

/* Takes "the day after" and "a week from" off the beginning of a slot. */
static struct str take_later(struct when_parsed *parsed, struct str slot)
{
    static const struct str the = STR("the "), after = STR("day after "),
                            week = STR("a week from ");

    for (;;) {
        struct str rest = str_starts(slot, the) ? str_sub(slot, the.n, slot.n) : slot;
        if (str_starts(rest, week) && parsed->weeks_after == 0) {
            parsed->weeks_after = 1;
            slot = str_sub(rest, week.n, rest.n);
        } else if (str_starts(rest, after) &&
                   !str_starts(str_sub(rest, after.n, rest.n), STR("tomorrow"))) {
            parsed->days_after++;
            slot = str_sub(rest, after.n, rest.n);
        } else {
            return slot;
        }
    }
}

/* Takes the words that only together name a day off the beginning of a slot. */
static enum status take_phrase(struct when_parsed *parsed, struct str *slot, struct err *err)
{
    static const struct {
        struct str words;
        enum when_day day;
        const char *far_ahead;
    } phrases[] = {
        { STR("next day"), DAY_TOMORROW, NULL },
        { STR("next month"), DAY_FAR_AHEAD, "next month" },
        { STR("next year"), DAY_FAR_AHEAD, "next year" },
    };
    size_t length;
    int holiday = holidays_find(*slot, &length);

    if (holiday >= 0) {
        parsed->holiday = holiday;
        *slot = str_sub(*slot, length, slot->n);
        return add_day(parsed, DAY_HOLIDAY, str_of(holidays_name(holiday)), err);
    }
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++) {
        if (!str_eq(*slot, phrases[i].words))
            continue;
        parsed->far_ahead = phrases[i].far_ahead;
        *slot = STR_NONE;
        return add_day(parsed, phrases[i].day, phrases[i].words, err);
    }
    return ST_OK;
}

static enum status parse_slot(struct when_parsed *parsed, struct str slot, bool month_slot,
                              struct err *err)
{
    struct str rest = slot, token;
    enum status st = ST_OK;

    if (slot.n > 0 && !next_token(&rest, &token))
        return err_unclear(err, slot); /* only punctuation, such as "?" */
    slot = take_later(parsed, slot);
    st = take_phrase(parsed, &slot, err);
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

enum status when_words_parse(const struct when_words *words, struct when_parsed *ret_parsed,
                             struct err *err)
{
    const struct str slots[] = { words->when_abs, words->when_any, words->when_pos,
                                 words->month,    words->day,      words->quarter };

    enum { MONTH_SLOT = 3 };

    *ret_parsed = (struct when_parsed){ .part = PART_DAY };
    for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
        enum status st = parse_slot(ret_parsed, slots[i], i == MONTH_SLOT, err);
        if (st != ST_OK)
            return st;
    }
    if (ret_parsed->month != 0 && ret_parsed->number == 0)
        return err_reason(err, ST_INVALID, "when_unclear", "time: a month without a day");
    if (ret_parsed->number != 0)
        ret_parsed->day = DAY_DATE; /* more exact than a weekday */
    return ST_OK;
}

bool when_words_take_one(struct when_words *words)
{
    static const struct str joints[] = { STR(" and "), STR(" or ") };
    struct str *slots[] = { &words->when_abs, &words->when_any, &words->when_pos };

    for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
        for (size_t k = 0; k < sizeof joints / sizeof joints[0]; k++) {
            struct str slot = *slots[i];
            size_t at = str_find(slot, joints[k]);
            if (at >= slot.n)
                continue;
            *slots[i] =
                words->second ? str_sub(slot, at + joints[k].n, slot.n) : str_sub(slot, 0, at);
            return true;
        }
    }
    return false;
}

bool when_words_given(const struct when_words *words)
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

/* "five day", "7 days": a number of days is not a date, unless it is "in five days". */
static bool counts_days(struct str token, struct str rest)
{
    struct word word = find_word(token);
    bool number = word.kind == W_NUMBER || word.kind == W_TENS ||
                  (word.kind == W_UNKNOWN && day_number(token) >= 0);
    struct str next;

    return number && next_token(&rest, &next) &&
           (str_eqz(next, "day") || str_eqz(next, "days") || str_eqz(next, "day's"));
}

bool when_words_mean_days_ahead(const struct when_words *words)
{
    const struct str slots[] = { words->when_abs, words->when_any, words->when_pos,
                                 words->month,    words->day,      words->quarter };
    bool ahead = false;

    for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
        struct str rest = slots[i], token;
        bool in = false;
        while (next_token(&rest, &token)) {
            struct word word = find_word(token);
            if (!in && counts_days(token, rest)) {
                (void)next_token(&rest, &token);
                ahead = true;
                continue;
            }
            in = str_eqz(token, "in");
            if (word.kind != W_DAYS_AHEAD && word.kind != W_FILLER && word.kind != W_NEXT &&
                word.kind != W_OVER)
                return false;
            ahead = ahead || word.kind == W_DAYS_AHEAD;
        }
    }
    return ahead;
}
