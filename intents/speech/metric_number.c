/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/metric_number.c -- reads numbers and words at a place in a text. */
#include "intents/speech/metric_number.h"

#include <strings.h>

size_t metric_words_at(struct str text, size_t at, struct str words)
{
    size_t end = at + words.n;

    if (end > text.n || strncasecmp(text.p + at, words.p, words.n) != 0)
        return 0;
    return end == text.n || !metric_is_part_of_word(text.p[end]) ? end : 0;
}

static const struct {
    struct str words;
    double value;
} spelled[] = {
    { STR("three quarters"), 0.75 },
    { STR("three tenths"), 0.3 },
    { STR("two tenths"), 0.2 },
    { STR("one quarter"), 0.25 },
    { STR("one half"), 0.5 },
    { STR("one tenth"), 0.1 },
    { STR("a quarter"), 0.25 },
    { STR("a tenth"), 0.1 },
    { STR("a half"), 0.5 },
    { STR("quarter"), 0.25 },
    { STR("half"), 0.5 },
    { STR("one"), 1 },
    { STR("two"), 2 },
    { STR("three"), 3 },
    { STR("four"), 4 },
    { STR("five"), 5 },
    { STR("six"), 6 },
    { STR("seven"), 7 },
    { STR("eight"), 8 },
    { STR("nine"), 9 },
    { STR("ten"), 10 },
    { STR("an"), 1 },
    { STR("a"), 1 },
};

size_t metric_number_digits(struct str text, size_t at, double *ret_value)
{
    enum { DIGITS_MAX = 7 };
    size_t start = at;

    *ret_value = 0;
    for (; at < text.n && at - start < DIGITS_MAX; at++) {
        bool comma = text.p[at] == ',' && at > start && at + 3 < text.n &&
                     letter_is_digit(text.p[at + 1]) && letter_is_digit(text.p[at + 2]) &&
                     letter_is_digit(text.p[at + 3]);
        if (!comma && !letter_is_digit(text.p[at]))
            break;
        if (!comma)
            *ret_value = *ret_value * 10 + (text.p[at] - '0');
    }
    return at > start ? at : 0;
}

/* "/4" of "1/4"; `end` is where the number ends so far. */
static void read_denominator(struct str text, struct number *n)
{
    double below;
    size_t end;

    if (n->end >= text.n || text.p[n->end] != '/')
        return;
    end = metric_number_digits(text, n->end + 1, &below);
    if (end == 0 || below <= 0)
        return;
    n->value /= below;
    n->end = end;
}

static void read_decimals(struct str text, struct number *n)
{
    double digit = 0.1;

    if (n->end + 1 >= text.n || text.p[n->end] != '.' || !letter_is_digit(text.p[n->end + 1]))
        return;
    for (n->end++; n->end < text.n && letter_is_digit(text.p[n->end]); n->end++, digit /= 10)
        n->value += (text.p[n->end] - '0') * digit;
}

/* " 1/2" of "1 1/2". */
static void read_mixed(struct str text, struct number *n)
{
    struct number part = { .value = 0 };
    size_t whole;

    if (n->end >= text.n || text.p[n->end] != ' ')
        return;
    whole = part.end = metric_number_digits(text, n->end + 1, &part.value);
    if (whole > 0)
        read_denominator(text, &part);
    if (part.end > whole && part.value < 1) {
        n->value += part.value;
        n->end = part.end;
    }
}

static bool read_figures(struct str text, size_t at, struct number *ret)
{
    struct number n = { .value = 0 };
    size_t minus = metric_words_at(text, at, STR("minus"));

    if (minus > 0)
        at = minus + 1;
    n.end = metric_number_digits(text, at, &n.value);
    if (n.end == 0)
        return false;
    read_decimals(text, &n);
    read_denominator(text, &n);
    read_mixed(text, &n);
    if (minus > 0)
        n.value = -n.value;
    *ret = n;
    return n.end == text.n ||
           !(metric_is_part_of_word(text.p[n.end]) || text.p[n.end] == ':' || text.p[n.end] == '/');
}

bool metric_number_read(struct str text, size_t at, struct number *ret)
{
    if (read_figures(text, at, ret))
        return true;
    for (size_t i = 0; i < sizeof spelled / sizeof spelled[0]; i++) {
        size_t end = metric_words_at(text, at, spelled[i].words);
        if (end > 0) {
            *ret = (struct number){ .value = spelled[i].value, .end = end, .in_words = true };
            return true;
        }
    }
    return false;
}
