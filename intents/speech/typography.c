/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/typography.c -- turns the typography of word processors into plain text. */
#include "intents/speech/typography.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "intents/speech/letter.h"

enum {
    EN_DASH = 0x2013,
    MINUS = 0x2212,
    CP1252_EN_DASH = 0x96,
    FIGURE_DASH = 0x2012,
    HORIZONTAL_BAR = 0x2015,
};

static const struct plain {
    uint32_t code_point;
    struct str text;
} plains[] = {
#define PLAIN(code_point, text) { code_point, STR(text) },
#include "intents/speech/typography.def"
};
enum { PLAINS = sizeof plains / sizeof plains[0] };

struct typesetter {
    struct buf *out;
    size_t start;         /* where this text begins in `out` */
    struct str rest;      /* of the input, after the current character */
    bool quote_open;      /* between double quotes */
    bool apostrophe_open; /* between single quotes */
    bool fraction_added;  /* the last fraction was added to a number */
    size_t fraction_end;  /* where the last fraction ends in `out` */
};

/* ---- neighbors ---- */

/* The last byte written, '\0' at the start. */
static char last_char(const struct typesetter *t)
{
    return t->out->n > t->start ? t->out->p[t->out->n - 1] : '\0';
}

static char next_char(const struct typesetter *t)
{
    return t->rest.n > 0 ? t->rest.p[0] : '\0';
}

/* What was written since the start, without trailing spaces. */
static struct str written(const struct typesetter *t)
{
    struct str s = str_sub(buf_str(t->out), t->start, t->out->n);

    while (s.n > 0 && s.p[s.n - 1] == ' ')
        s.n--;
    return s;
}

/* What follows, without leading spaces. */
static struct str upcoming(const struct typesetter *t)
{
    struct str s = t->rest;

    while (s.n > 0 && s.p[0] == ' ')
        s = str_sub(s, 1, s.n);
    return s;
}

static bool ends_with_word(struct str s, const char *word)
{
    size_t n = strlen(word);

    return s.n >= n && str_ieq(str_sub(s, s.n - n, s.n), str_of(word)) &&
           (s.n == n || !letter_is(s.p[s.n - n - 1]));
}

static bool ends_with_hour(struct str s)
{
    return ends_with_word(s, "AM") || ends_with_word(s, "PM") || ends_with_word(s, "A.M.") ||
           ends_with_word(s, "P.M.") || ends_with_word(s, "noon") || ends_with_word(s, "midnight");
}

/* ---- quotes and marks of feet and inches ---- */

/* Is the number at the end of `s` just "1", or a fraction? */
static bool is_singular(struct str s)
{
    struct str before = str_sub(s, 0, s.n > 0 ? s.n - 1 : 0);
    char c = before.n > 0 ? before.p[before.n - 1] : '\0';

    while (before.n > 0 && letter_is_digit(before.p[before.n - 1]))
        before.n--;
    if (before.n > 0 && before.p[before.n - 1] == '/')
        return true;
    return s.n > 0 && s.p[s.n - 1] == '1' && !letter_is_digit(c) && c != '.';
}

/* Does a number with the same mark follow after a hyphen or dash, as in 2"-4"? Then the unit is
 * said once, after that number. */
static bool range_follows(const struct typesetter *t, char mark)
{
    static const struct str dashes[] = { STR("-"), STR("\xE2\x80\x93"), STR("\xE2\x80\x94") };
    struct str s = upcoming(t);
    bool dash = false;
    size_t digits = 0;

    for (size_t i = 0; i < sizeof dashes / sizeof dashes[0] && !dash; i++) {
        dash = str_starts(s, dashes[i]);
        if (dash)
            s = str_sub(s, dashes[i].n, s.n);
    }
    s = str_trim(s);
    while (digits < s.n &&
           (letter_is_digit(s.p[digits]) || s.p[digits] == '.' || s.p[digits] == '/'))
        digits++;
    return dash && digits > 0 && digits < s.n &&
           (s.p[digits] == mark || (unsigned char)s.p[digits] == 0xE2);
}

/* Was a number just written? */
static bool after_figure(const struct typesetter *t)
{
    return letter_is_digit(last_char(t)) || (t->fraction_end > 0 && t->fraction_end == t->out->n);
}

static void put_length(struct typesetter *t, const char *one, const char *many, char mark)
{
    bool digit = letter_is_digit(last_char(t));
    bool singular = digit ? is_singular(written(t)) : !t->fraction_added;

    if (range_follows(t, mark))
        return;
    buf_putz(t->out, singular ? one : many);
    if (letter_is(next_char(t)) || letter_is_digit(next_char(t)))
        buf_putc(t->out, ' ');
}

static void put_double_quote(struct typesetter *t)
{
    if (!t->quote_open && after_figure(t)) {
        put_length(t, " inch", " inches", '"');
        return;
    }
    buf_putc(t->out, '"');
    t->quote_open = !t->quote_open;
}

/* An apostrophe within a word stays; "the 90's" is not a length. */
static void put_single_quote(struct typesetter *t)
{
    if (!t->apostrophe_open && after_figure(t) && !letter_is(next_char(t))) {
        put_length(t, " foot", " feet", '\'');
        return;
    }
    if (!letter_is(last_char(t)) && !letter_is_digit(last_char(t)) && letter_is(next_char(t)))
        t->apostrophe_open = true;
    else if (!letter_is(next_char(t)))
        t->apostrophe_open = false;
    buf_putc(t->out, '\'');
}

/* ---- dashes ---- */

/* Is a dash that precedes the number at the end of `s` part of the same number, as in a phone
 * number? */
static bool follows_dashed_number(struct str s)
{
    while (s.n > 0 && letter_is_digit(s.p[s.n - 1]))
        s.n--;
    return s.n > 1 && s.p[s.n - 1] == '-' && letter_is_digit(s.p[s.n - 2]);
}

/* Is the number at the start of `s` followed by another dash and number? */
static bool precedes_dashed_number(struct str s)
{
    size_t i = 0;

    while (i < s.n && letter_is_digit(s.p[i]))
        i++;
    if (i < s.n && s.p[i] == '-')
        return i + 1 < s.n && letter_is_digit(s.p[i + 1]);
    return i + 3 < s.n && (unsigned char)s.p[i] == 0xE2 && (unsigned char)s.p[i + 1] == 0x80 &&
           letter_is_digit(s.p[i + 3]);
}

static bool ends_with_figure(struct str s)
{
    static const char units[] = "%\"'";

    return s.n > 0 && (letter_is_digit(s.p[s.n - 1]) || strchr(units, s.p[s.n - 1]) ||
                       str_ends(s, STR("\xC2\xB0")) ||
                       str_ends(s, STR("\xC2\xB0"
                                       "F")));
}

/* "25 - 35", "9 AM-noon": from one to the other. */
static bool dash_means_to(const struct typesetter *t, struct str before, struct str after)
{
    bool number =
        after.n > 0 && (letter_is_digit(after.p[0]) || after.p[0] == '.' || after.p[0] == '$');
    bool hour = str_ieq(str_sub(after, 0, 4), STR("noon")) ||
                str_ieq(str_sub(after, 0, 8), STR("midnight"));

    if (ends_with_hour(before))
        return hour || (number && last_char(t) != ' ');
    return ends_with_figure(before) && (number || hour) && !follows_dashed_number(before) &&
           !precedes_dashed_number(after);
}

static void put_dash(struct typesetter *t, uint32_t dash)
{
    struct str before = written(t), after = upcoming(t);
    bool spaced = last_char(t) == ' ' || next_char(t) == ' ';
    bool minus = dash == MINUS || (letter_is_digit(next_char(t)) && !letter_is(last_char(t)));

    if (dash_means_to(t, before, after)) {
        buf_truncate(t->out, t->start + before.n);
        buf_putz(t->out, " to ");
        t->rest = after;
    } else if (before.n == 0 || before.p[before.n - 1] == '\n') {
        buf_putc(t->out, '-'); /* a bullet, or a minus */
    } else if (minus ||
               (!spaced && (dash == EN_DASH || dash == FIGURE_DASH || dash == CP1252_EN_DASH))) {
        buf_putc(t->out, '-');
    } else {
        buf_truncate(t->out, t->start + before.n);
        buf_putz(t->out, " - ");
        t->rest = after;
    }
}

/* ---- characters ---- */

static bool is_dash(uint32_t code_point)
{
    return (code_point >= FIGURE_DASH && code_point <= HORIZONTAL_BAR) || code_point == MINUS ||
           code_point == CP1252_EN_DASH || code_point == CP1252_EN_DASH + 1;
}

static uint32_t code_point_of(struct str s, size_t bytes)
{
    static const unsigned char masks[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
    uint32_t c = (unsigned char)s.p[0] & masks[bytes];

    for (size_t i = 1; i < bytes; i++)
        c = c << 6 | ((unsigned char)s.p[i] & 0x3F);
    return c;
}

static const struct str *find_plain(uint32_t code_point)
{
    size_t low = 0, high = PLAINS;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (plains[middle].code_point == code_point)
            return &plains[middle].text;
        if (plains[middle].code_point < code_point)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static void put_ascii(struct typesetter *t, char c)
{
    if (c == '\n' && last_char(t) == '\n')
        t->quote_open = t->apostrophe_open = false; /* a new paragraph */
    if (c == '"')
        put_double_quote(t);
    else if (c == '\'')
        put_single_quote(t);
    else if (c == '\n' || c == '\t')
        buf_putc(t->out, c);
    else if (c == '\r' && next_char(t) != '\n')
        buf_putc(t->out, '\n');
    else if (c == '\r')
        return;
    else
        buf_putc(t->out, ' ');
}

static bool is_fraction(uint32_t code_point)
{
    return (code_point >= 0xBC && code_point <= 0xBE) ||
           (code_point >= 0x2150 && code_point <= 0x215E);
}

/* Arrows, symbols and emoji: nothing to read out. */
static bool is_picture(uint32_t code_point)
{
    return (code_point >= 0x2190 && code_point <= 0x21FF) ||
           (code_point >= 0x2500 && code_point <= 0x27BF) ||
           (code_point >= 0x2B00 && code_point <= 0x2BFF) || code_point >= 0x1F000;
}

/* A fraction after a number is added to it: "1 and one half". */
static void put_plain(struct typesetter *t, uint32_t code_point, struct str plain)
{
    struct str before = written(t);

    if (plain.n == 1 && (plain.p[0] == '"' || plain.p[0] == '\'')) {
        put_ascii(t, plain.p[0]);
        return;
    }
    t->fraction_added = before.n > 0 && letter_is_digit(before.p[before.n - 1]);
    if (is_fraction(code_point) && t->fraction_added) {
        buf_truncate(t->out, t->start + before.n);
        buf_putz(t->out, " and ");
    }
    buf_put(t->out, plain);
    if (is_fraction(code_point))
        t->fraction_end = t->out->n;
}

static void put_character(struct typesetter *t, struct str character)
{
    uint32_t code_point = code_point_of(character, character.n);
    const struct str *plain = find_plain(code_point);

    if (is_dash(code_point))
        put_dash(t, code_point);
    else if (plain)
        put_plain(t, code_point, *plain);
    else if (!is_picture(code_point))
        buf_put(t->out, character);
}

/* Bytes that are copied as they are. */
static bool is_usual(char c)
{
    return c >= ' ' && c < 0x7F && c != '"' && c != '\'';
}

void typography_put_plain(struct buf *out, struct str text)
{
    struct typesetter t = { .out = out, .start = out->n, .rest = text };

    while (t.rest.n > 0) {
        struct str run = t.rest;
        size_t step = 0;

        while (step < run.n && is_usual(run.p[step]))
            step++;
        if (step > 0) {
            buf_put(out, str_sub(run, 0, step));
            t.rest = str_sub(run, step, run.n);
            continue;
        }
        step = (unsigned char)run.p[0] < 0x80 ? 0 : str_utf8_step(run);
        t.rest = str_sub(run, step ? step : 1, run.n);
        if (step > 0)
            put_character(&t, str_sub(run, 0, step));
        else if ((unsigned char)run.p[0] < 0x80)
            put_ascii(&t, run.p[0]);
        else
            buf_putc(out, run.p[0]); /* not UTF-8 */
    }
}
