/* SPDX-License-Identifier: Apache-2.0 */
/* intents/clock_words.c -- parses AMAZON.TIME and AMAZON.DURATION, and the words people use for
 * them. */
#include "intents/clock_words.h"

#include "server/base/number_words.h"

enum { HOUR = 3600, DAY = 24 * HOUR, WORDS_MAX = 12 };

static enum status err_time(struct err *err)
{
    return err_reason(err, ST_INVALID, "time_unclear", "the time of day is not understood");
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Takes up to four digits off the front. */
static bool take_number(struct str *rest, int *ret_value)
{
    size_t n = 0;

    *ret_value = 0;
    while (n < rest->n && n < 4 && is_digit(rest->p[n]))
        *ret_value = *ret_value * 10 + (rest->p[n++] - '0');
    *rest = str_sub(*rest, n, rest->n);
    return n > 0;
}

static bool take_char(struct str *rest, char c)
{
    if (rest->n == 0 || rest->p[0] != c)
        return false;
    *rest = str_sub(*rest, 1, rest->n);
    return true;
}

/* The words of a slot; blanks and hyphens separate them. */
struct word_list {
    struct str at[WORDS_MAX];
    size_t n;
    bool too_many;
};

static struct word_list split_words(struct str text)
{
    struct word_list words = { .n = 0 };
    size_t from = 0;

    for (size_t i = 0; i <= text.n; i++) {
        if (i < text.n && text.p[i] != ' ' && text.p[i] != '-' && text.p[i] != ',')
            continue;
        if (i > from && words.n < WORDS_MAX)
            words.at[words.n++] = str_sub(text, from, i);
        else if (i > from)
            words.too_many = true;
        from = i + 1;
    }
    return words;
}

/* A whole number in digits or words, from words[*at] on: "90", "ninety", "forty five". */
static bool number_at(const struct word_list *words, size_t *at, int *ret_value)
{
    struct number_word tens, ones;
    struct str rest;
    int digits;

    if (*at >= words->n)
        return false;
    rest = words->at[*at];
    if (take_number(&rest, &digits)) {
        if (rest.n > 0)
            return false;
        *ret_value = digits;
        (*at)++;
        return true;
    }
    if (!number_words_find(words->at[*at], &tens) || tens.ordinal || tens.value >= 100)
        return false;
    (*at)++;
    *ret_value = tens.value;
    if (tens.value >= 20 && *at < words->n && number_words_find(words->at[*at], &ones) &&
        !ones.ordinal && ones.value >= 1 && ones.value <= 9) {
        *ret_value += ones.value;
        (*at)++;
    }
    return true;
}

/* ---- a time of day ---- */

/* "17:00", "17", "17:00:00", "5:30pm": leaves what follows in *rest. */
static bool take_digits(struct str *rest, struct clock_words *clock, bool *ret_minutes)
{
    int seconds;

    clock->minute = 0;
    *ret_minutes = false;
    if (!take_number(rest, &clock->hour))
        return false;
    if (take_char(rest, ':')) {
        *ret_minutes = true;
        if (!take_number(rest, &clock->minute))
            return false;
        if (take_char(rest, ':') && (!take_number(rest, &seconds) || seconds > 59))
            return false;
    }
    return clock->hour <= 23 && clock->minute <= 59;
}

/* "noon", "morning", Alexa's codes. */
static bool find_name(struct str slot, struct clock_words *ret_clock)
{
    static const struct {
        const char *name;
        struct clock_words clock;
    } names[] = {
        { "noon", { CLOCK_TIME, 12, 0, PART_DAY } },
        { "midday", { CLOCK_TIME, 12, 0, PART_DAY } },
        { "midnight", { CLOCK_TIME, 0, 0, PART_DAY } },
        { "mo", { CLOCK_PART, 0, 0, PART_MORNING } },
        { "af", { CLOCK_PART, 0, 0, PART_AFTERNOON } },
        { "ev", { CLOCK_PART, 0, 0, PART_EVENING } },
        { "ni", { CLOCK_PART, 0, 0, PART_NIGHT } },
        { "morning", { CLOCK_PART, 0, 0, PART_MORNING } },
        { "afternoon", { CLOCK_PART, 0, 0, PART_AFTERNOON } },
        { "evening", { CLOCK_PART, 0, 0, PART_EVENING } },
        { "night", { CLOCK_PART, 0, 0, PART_NIGHT } },
    };

    if (str_starts(slot, STR("the ")))
        slot = str_sub(slot, 4, slot.n);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (str_eqz(slot, names[i].name)) {
            *ret_clock = names[i].clock;
            return true;
        }
    }
    return false;
}

static bool is_half(struct str word, char first)
{
    return (word.n == 2 && word.p[0] == first && word.p[1] == 'm') ||
           (word.n == 4 && word.p[0] == first && word.p[1] == '.' && word.p[2] == 'm' &&
            word.p[3] == '.');
}

/* "pm", "p.m.", "p m", "in the afternoon", "o'clock": how the words after the hour end.  False when
 * they are something else. */
static bool read_half(const struct word_list *words, size_t at, bool *ret_am, bool *ret_pm)
{
    for (; at < words->n; at++) {
        struct str word = words->at[at];
        bool pair = at + 1 < words->n && str_eqz(words->at[at + 1], "m");
        if (is_half(word, 'a') || (pair && str_eqz(word, "a")) || str_eqz(word, "morning"))
            *ret_am = true;
        else if (is_half(word, 'p') || (pair && str_eqz(word, "p")) || str_eqz(word, "afternoon") ||
                 str_eqz(word, "evening") || str_eqz(word, "night"))
            *ret_pm = true;
        else if (!str_eqz(word, "o'clock") && !str_eqz(word, "in") && !str_eqz(word, "the") &&
                 !str_eqz(word, "at"))
            return false;
        at += pair;
    }
    return !(*ret_am && *ret_pm);
}

/* "five", "5 pm", "5pm", "five thirty p.m.". */
static bool parse_spoken(struct str slot, struct clock_words *ret_clock)
{
    struct word_list words = split_words(slot);
    struct clock_words clock = { .kind = CLOCK_TWELVE };
    bool am = false, pm = false, minutes = false;
    struct str rest = words.n > 0 ? words.at[0] : STR_NONE;
    size_t at = 0;

    if (words.n == 0 || words.too_many || slot.p[0] == '-')
        return false;
    if (is_digit(rest.p[0])) {
        if (!take_digits(&rest, &clock, &minutes))
            return false;
        am = is_half(rest, 'a');
        pm = is_half(rest, 'p');
        if (rest.n > 0 && !am && !pm)
            return false;
        at = 1;
    } else if (!number_at(&words, &at, &clock.hour)) {
        return false;
    }
    if (!minutes && number_at(&words, &at, &clock.minute) && clock.minute > 59)
        return false;
    if (!read_half(&words, at, &am, &pm) || clock.hour > 12 || clock.hour < 1)
        return false;
    if (clock.hour <= 5 && !am)
        pm = true;
    clock.hour %= 12;
    if (am || pm)
        clock.kind = CLOCK_TIME;
    if (pm)
        clock.hour += 12;
    *ret_clock = clock;
    return true;
}

enum status clock_words_parse(struct str slot, struct clock_words *ret_clock, struct err *err)
{
    struct clock_words clock = { .kind = CLOCK_TIME };
    struct str rest = slot;
    bool minutes;

    *ret_clock = (struct clock_words){ .kind = CLOCK_ABSENT };
    if (slot.n == 0)
        return ST_OK;
    if (find_name(slot, ret_clock))
        return ST_OK;
    /* Alexa's form has two digits for the hour: "05:00" is A.M., "5:00" are words. */
    if (slot.n >= 2 && is_digit(slot.p[0]) && is_digit(slot.p[1]) &&
        (slot.n == 2 || slot.p[2] == ':') && take_digits(&rest, &clock, &minutes) && rest.n == 0 &&
        (minutes || clock.hour > 12 || slot.p[0] == '0')) {
        *ret_clock = clock;
        return ST_OK;
    }
    return parse_spoken(slot, ret_clock) ? ST_OK : err_time(err);
}

/* ---- a length of time ---- */

static enum status check_span(int64_t seconds, int64_t *ret_seconds, struct err *err)
{
    if (seconds <= 0)
        return err_time(err);
    if (seconds > CLOCK_SPAN_DAYS_MAX * (int64_t)DAY)
        return err_reason(err, ST_NOT_FOUND, "span_too_long", "more than %d days",
                          CLOCK_SPAN_DAYS_MAX);
    *ret_seconds = seconds;
    return ST_OK;
}

/* "pt2h30m", "p1d", "p1w": the slots are lower case.  Months and years are longer than any
 * forecast, so their exact length does not matter. */
static bool parse_iso_span(struct str slot, int64_t *ret_seconds)
{
    static const struct {
        char letter;
        bool time;
        int64_t seconds;
    } units[] = {
        { 'y', false, 365 * (int64_t)DAY },
        { 'm', false, 30 * (int64_t)DAY },
        { 'w', false, 7 * (int64_t)DAY },
        { 'd', false, DAY },
        { 'h', true, HOUR },
        { 'm', true, 60 },
        { 's', true, 1 },
    };
    bool time = false, any = false;

    *ret_seconds = 0;
    if (!take_char(&slot, 'p'))
        return false;
    while (slot.n > 0) {
        size_t i = 0;
        int value;

        if (!time && take_char(&slot, 't'))
            time = true;
        if (!take_number(&slot, &value) || slot.n == 0)
            return false;
        while (i < sizeof units / sizeof units[0] &&
               (units[i].letter != slot.p[0] || units[i].time != time))
            i++;
        if (i == sizeof units / sizeof units[0])
            return false;
        *ret_seconds += value * units[i].seconds;
        slot = str_sub(slot, 1, slot.n);
        any = true;
    }
    return any;
}

static int64_t span_unit(struct str word)
{
    static const struct {
        const char *word;
        int64_t seconds;
    } units[] = {
        { "minute", 60 },
        { "minutes", 60 },
        { "hour", HOUR },
        { "hours", HOUR },
        { "day", DAY },
        { "days", DAY },
        { "week", 7 * (int64_t)DAY },
        { "weeks", 7 * (int64_t)DAY },
    };

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (str_eqz(word, units[i].word))
            return units[i].seconds;
    return 0;
}

/* "two hours", "half an hour", "an hour and a half", "a couple of hours", "90 minutes". */
static bool parse_spoken_span(struct str slot, int64_t *ret_seconds)
{
    struct word_list words = split_words(slot);
    int64_t total = 0, unit = 0;
    bool half = false, counted = false;
    int value = 1;

    for (size_t at = 0; at < words.n && !words.too_many;) {
        struct str word = words.at[at];

        if (number_at(&words, &at, &value)) {
            counted = true;
            continue;
        }
        at++;
        if (span_unit(word) > 0) {
            unit = span_unit(word);
            total += half && !counted ? unit / 2 : value * unit + (half ? unit / 2 : 0);
            value = 1;
            half = counted = false;
        } else if (str_eqz(word, "half")) {
            half = true;
        } else if (str_eqz(word, "couple")) {
            value = 2;
            counted = true;
        } else if (str_eqz(word, "few")) {
            value = 3;
            counted = true;
        } else if (!str_eqz(word, "a") && !str_eqz(word, "an") && !str_eqz(word, "and") &&
                   !str_eqz(word, "of") && !str_eqz(word, "the") && !str_eqz(word, "next")) {
            return false;
        }
    }
    if (half) /* "an hour and a half" */
        total += unit / 2;
    *ret_seconds = total;
    return total > 0 && !words.too_many;
}

enum status clock_span_parse(struct str slot, int64_t *ret_seconds, struct err *err)
{
    int64_t seconds;

    *ret_seconds = 0;
    if (slot.n == 0)
        return ST_OK;
    if (parse_iso_span(slot, &seconds) || parse_spoken_span(slot, &seconds))
        return check_span(seconds, ret_seconds, err);
    return err_time(err);
}
