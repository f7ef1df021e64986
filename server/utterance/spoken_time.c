/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/spoken_time.c -- times of day and lengths of time in words. */
#include "server/utterance/spoken_time.h"

#include <stdio.h>

#include "server/utterance/spoken_number.h"

/* What is left to be read of the words. */
struct reader {
    const struct tokens *words;
    size_t at, end;
};

static bool take_word(struct reader *r, const char *word)
{
    if (r->at >= r->end || !str_eqz(r->words->word[r->at], word))
        return false;
    r->at++;
    return true;
}

/* Takes the longest number that is at most `max`. */
static bool take_number(struct reader *r, int max, int *ret_value)
{
    enum { NUMBER_WORDS_MAX = 4 };
    char digits[SPOKEN_NUMBER_MAX + 2];
    int64_t value;

    for (size_t n = NUMBER_WORDS_MAX; n > 0; n--) {
        if (n > r->end - r->at || !spoken_number(r->words, r->at, r->at + n, digits))
            continue;
        if (!str_to_i64(str_of(digits), &value) || value < 0 || value > max)
            continue;
        r->at += n;
        *ret_value = (int)value;
        return true;
    }
    return false;
}

/* ---- times of day ---- */

enum { QUIET_FROM = 17 }; /* "ten", where quiet hours begin, is the next one after 5 P.M. */

enum half { HALF_UNKNOWN, HALF_MORNING, HALF_AFTERNOON };

static bool is_half(struct str word, enum half *ret_half)
{
    static const char *const morning[] = { "am", "a.m", NULL };
    static const char *const afternoon[] = { "pm", "p.m", NULL };

    if (str_is_one_of(word, morning))
        *ret_half = HALF_MORNING;
    else if (str_is_one_of(word, afternoon))
        *ret_half = HALF_AFTERNOON;
    else
        return false;
    return true;
}

/* Takes "a m", "p.m", "pm" and "in the evening" from the end. */
static enum half take_half(struct reader *r)
{
    static const struct {
        const char *words[3];
        size_t count;
        enum half half;
    } phrases[] = {
        { { "a", "m" }, 2, HALF_MORNING },
        { { "p", "m" }, 2, HALF_AFTERNOON },
        { { "in", "the", "morning" }, 3, HALF_MORNING },
        { { "in", "the", "afternoon" }, 3, HALF_AFTERNOON },
        { { "in", "the", "evening" }, 3, HALF_AFTERNOON },
        { { "at", "night" }, 2, HALF_AFTERNOON },
    };
    enum half half;

    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++) {
        size_t n = phrases[i].count, k = 0;
        while (n < r->end - r->at && k < n &&
               str_eqz(r->words->word[r->end - n + k], phrases[i].words[k]))
            k++;
        if (k == n) {
            r->end -= n;
            return phrases[i].half;
        }
    }
    if (r->end - r->at > 1 && is_half(r->words->word[r->end - 1], &half)) {
        r->end--;
        return half;
    }
    return HALF_UNKNOWN;
}

/* The half of the day that another word of the sentence tells. */
static enum half half_of_sentence(const struct tokens *words)
{
    static const char *const morning[] = { "morning", NULL };
    static const char *const afternoon[] = { "afternoon", "evening", "tonight", "night", NULL };

    for (size_t i = 0; i < words->count; i++) {
        if (str_is_one_of(words->word[i], morning))
            return HALF_MORNING;
        if (str_is_one_of(words->word[i], afternoon))
            return HALF_AFTERNOON;
    }
    return HALF_UNKNOWN;
}

/* "5pm" is one word: its number and the half. */
static bool take_joined(struct reader *r, int *ret_hour, enum half *ret_half)
{
    enum { HALF_CHARS = 2 };
    struct str word = r->at < r->end ? r->words->word[r->at] : STR_NONE;
    int64_t hour;

    if (word.n <= HALF_CHARS || !is_half(str_sub(word, word.n - HALF_CHARS, word.n), ret_half) ||
        !str_to_i64(str_sub(word, 0, word.n - HALF_CHARS), &hour) || hour < 1 || hour > 12)
        return false;
    r->at++;
    *ret_hour = (int)hour;
    return true;
}

/* Takes "five", "five thirty", "five oh five", "5 30" or "17 00". */
static bool take_clock(struct reader *r, int *ret_hour, int *ret_minute)
{
    struct reader one = *r;

    *ret_minute = 0;
    one.end = one.at + 1; /* "five thirty" would be the number 530 */
    if (r->at >= r->end || !take_number(&one, 23, ret_hour))
        return false;
    r->at = one.at;
    if (take_word(r, "o'clock") || r->at == r->end)
        return true;
    return take_number(r, 59, ret_minute);
}

/* Takes "half past", "quarter to", "ten past"; sets the minutes to add to the hour. */
static bool take_offset(struct reader *r, int *ret_minutes)
{
    struct reader start = *r;
    int minutes;

    (void)take_word(r, "a");
    if (take_word(r, "half"))
        minutes = 30;
    else if (take_word(r, "quarter"))
        minutes = 15;
    else if (!take_number(r, 59, &minutes))
        minutes = -1;
    (void)take_word(r, "minutes");
    if (minutes >= 0 && (take_word(r, "past") || take_word(r, "after"))) {
        *ret_minutes = minutes;
        return true;
    }
    if (minutes >= 0 && (take_word(r, "to") || take_word(r, "before") || take_word(r, "till"))) {
        *ret_minutes = -minutes;
        return true;
    }
    *r = start;
    return false;
}

/* The hour on a clock of 24 hours. */
static int full_hour(int hour, enum half half, int now)
{
    enum { NOON = 12, AFTERNOON_MAX = 5 };

    if (half == HALF_MORNING)
        return hour % NOON;
    if (half == HALF_AFTERNOON)
        return hour % NOON + NOON;
    if (hour <= AFTERNOON_MAX)
        return hour + NOON;
    /* The next to come: of 7 and 19, at 16 o'clock, the latter. */
    int morning = hour % NOON, evening = morning + NOON;
    return morning > now ? morning : evening > now ? evening : morning;
}

/* "No alerts between ten and seven", "quiet hours until six": from one evening to the next
 * morning. */
static bool is_about_quiet_hours(const struct tokens *words)
{
    static const char *const about[] = {
        "quiet", "alerts", "notifications", "wake", "disturb", NULL
    };

    for (size_t i = 0; i < words->count; i++)
        if (str_is_one_of(words->word[i], about))
            return true;
    return false;
}

/* Is the time at `from` the one when quiet hours end? */
static bool ends_quiet_hours(const struct tokens *words, size_t from)
{
    static const char *const before[] = { "to", "and", "until", "before", NULL };
    static const char *const ending[] = { "end", "ending", NULL };

    if (from > 0 && str_is_one_of(words->word[from - 1], before))
        return true;
    for (size_t i = 0; i < from; i++)
        if (str_is_one_of(words->word[i], ending))
            return true;
    return false;
}

static bool put_time(char out[SPOKEN_TIME_BYTES], int minutes)
{
    enum { DAY = 24 * 60 };

    minutes = (minutes + DAY) % DAY;
    (void)snprintf(out, SPOKEN_TIME_BYTES, "%02d:%02d", minutes / 60, minutes % 60);
    return true;
}

bool spoken_time(const struct tokens *words, size_t from, size_t to, int hour,
                 char out[SPOKEN_TIME_BYTES])
{
    struct reader r = { words, from, to };
    int named, minute, offset = 0;
    enum half half;

    if (take_word(&r, "noon") || take_word(&r, "midday"))
        return r.at == r.end && put_time(out, 12 * 60);
    if (take_word(&r, "midnight"))
        return r.at == r.end && put_time(out, 0);
    half = take_half(&r);
    if (take_joined(&r, &named, &half))
        return r.at == r.end && put_time(out, full_hour(named, half, hour) * 60);
    (void)take_offset(&r, &offset);
    bool written = r.at < r.end && r.words->word[r.at].n == 2 && r.words->word[r.at].p[0] == '0';
    if (!take_clock(&r, &named, &minute) || r.at < r.end)
        return false;
    if (named == 0 || named > 12 || written) /* "17:00", "05:00": of 24 hours */
        return half == HALF_UNKNOWN && put_time(out, named * 60 + minute + offset);
    if (half == HALF_UNKNOWN)
        half = half_of_sentence(words);
    if (half == HALF_UNKNOWN && is_about_quiet_hours(words)) {
        half = ends_quiet_hours(words, from) ? HALF_MORNING : HALF_UNKNOWN;
        hour = QUIET_FROM;
    }
    return put_time(out, full_hour(named, half, hour) * 60 + minute + offset);
}

/* ---- lengths of time ---- */

/* Takes "two", "an", "half an" or "two and a half"; sets twice the number. */
static bool take_twice(struct reader *r, int *ret_twice)
{
    int value;

    if (take_word(r, "half")) {
        *ret_twice = 1;
        return take_word(r, "an") || take_word(r, "a");
    }
    if (take_word(r, "a") || take_word(r, "an") || take_word(r, "one"))
        value = 1;
    else if (!take_number(r, 9999, &value) || value == 0)
        return false;
    *ret_twice = 2 * value;
    struct reader start = *r;
    if (take_word(r, "and") && take_word(r, "a") && take_word(r, "half"))
        *ret_twice += 1;
    else
        *r = start;
    return true;
}

/* Takes a unit; its length in minutes, or 0. */
static int take_unit(struct reader *r)
{
    static const struct {
        const char *word;
        int minutes;
    } units[] = {
        { "minute", 1 }, { "minutes", 1 }, { "hour", 60 },    { "hours", 60 },
        { "day", 1440 }, { "days", 1440 }, { "week", 10080 }, { "weeks", 10080 },
    };

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (take_word(r, units[i].word))
            return units[i].minutes;
    return 0;
}

static bool put_duration(char out[SPOKEN_TIME_BYTES], long minutes, bool days)
{
    if (days && minutes % 1440 == 0)
        (void)snprintf(out, SPOKEN_TIME_BYTES, "P%ldD", minutes / 1440);
    else if (minutes % 60 == 0)
        (void)snprintf(out, SPOKEN_TIME_BYTES, "PT%ldH", minutes / 60);
    else if (minutes < 60)
        (void)snprintf(out, SPOKEN_TIME_BYTES, "PT%ldM", minutes);
    else
        (void)snprintf(out, SPOKEN_TIME_BYTES, "PT%ldH%ldM", minutes / 60, minutes % 60);
    return true;
}

bool spoken_duration(const struct tokens *words, size_t from, size_t to,
                     char out[SPOKEN_TIME_BYTES])
{
    struct reader r = { words, from, to };
    int twice, unit, more;
    long minutes;

    if (to == from + 1 && take_word(&r, "hour")) /* "in the next hour" */
        return put_duration(out, 60, false);
    if (!take_twice(&r, &twice) || (unit = take_unit(&r)) == 0)
        return false;
    minutes = (long)twice * unit / 2;
    if (r.at < r.end && take_word(&r, "and")) {
        if (take_word(&r, "a") && take_word(&r, "half"))
            minutes += unit / 2;
        else if (take_number(&r, 59, &more) && take_unit(&r) == 1)
            minutes += more;
        else
            return false;
    }
    if (r.at < r.end)
        return false;
    return put_duration(out, minutes, unit >= 1440);
}
