/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/spoken_number.c -- parses the words as one number ("two hundred five"), and if
 * that fails as a sequence of numbers ("two oh five", "one twenty"). */
#include "server/utterance/spoken_number.h"

#include <stdio.h>
#include <string.h>

#include "server/base/number_words.h"

enum kind {
    KIND_NONE,
    KIND_DIGITS,
    KIND_ZERO,
    KIND_UNIT,
    KIND_TEEN,
    KIND_TENS,
    KIND_HUNDRED,
    KIND_THOUSAND,
    KIND_A,
    KIND_AND
};

/* One word, classified; `digits` when it is written in digits. */
struct part {
    enum kind kind;
    int value;
    struct str digits;
};

static bool all_digits(struct str s)
{
    size_t i = 0;

    while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
        i++;
    return s.n > 0 && i == s.n;
}

static enum kind kind_of_value(int value)
{
    if (value < 10)
        return value == 0 ? KIND_ZERO : KIND_UNIT;
    if (value < 100)
        return value < 20 ? KIND_TEEN : KIND_TENS;
    return value < 1000 ? KIND_HUNDRED : KIND_THOUSAND;
}

static struct part classify_word(struct str word, bool last)
{
    static const struct str endings[] = { STR("st"), STR("nd"), STR("rd"), STR("th") };
    struct number_word found;

    if (str_eqz(word, "oh") || str_eqz(word, "o"))
        return (struct part){ KIND_ZERO, 0, STR_NONE };
    if (str_eqz(word, "a"))
        return (struct part){ KIND_A, 1, STR_NONE };
    if (str_eqz(word, "and"))
        return (struct part){ KIND_AND, 0, STR_NONE };
    if (number_words_find(word, &found) && (last || !found.ordinal))
        return (struct part){ kind_of_value(found.value), found.value, STR_NONE };
    for (size_t i = 0; last && i < sizeof endings / sizeof endings[0]; i++) {
        struct str number = str_sub(word, 0, word.n - (word.n < 2 ? word.n : 2));
        if (str_ends(word, endings[i]) && all_digits(number))
            return (struct part){ KIND_DIGITS, 0, number };
    }
    return (struct part){ all_digits(word) ? KIND_DIGITS : KIND_NONE, 0, word };
}

/* May a number of this kind follow `sum`, as "five" follows "two hundred" or "twenty"? */
static bool may_follow(int sum, enum kind kind)
{
    if (sum % 100 == 0)
        return true;
    return kind == KIND_UNIT && sum % 10 == 0 && sum % 100 >= 20;
}

/* One number, such as "two hundred and five" or "twelve thousand one". */
static bool parse_cardinal(const struct part *parts, size_t count, int *ret_value)
{
    int thousands = 0, sum = 0;
    enum kind before = KIND_NONE;

    for (size_t i = 0; i < count; i++) {
        const struct part *p = &parts[i];
        switch (p->kind) {
        case KIND_UNIT:
        case KIND_TEEN:
        case KIND_TENS:
            if (!may_follow(sum, p->kind))
                return false;
            sum += p->value;
            break;
        case KIND_HUNDRED:
            if (sum < 1 || sum > 9)
                return false;
            sum *= 100;
            break;
        case KIND_THOUSAND:
            if (sum < 1 || thousands > 0)
                return false;
            thousands = sum;
            sum = 0;
            break;
        case KIND_A: /* "a hundred" */
            if (i > 0 || count == 1)
                return false;
            sum = p->value;
            break;
        case KIND_AND:
            if ((before != KIND_HUNDRED && before != KIND_THOUSAND) || i + 1 == count)
                return false;
            break;
        case KIND_ZERO:
        case KIND_DIGITS:
        case KIND_NONE:
            return false;
        }
        before = p->kind;
    }
    *ret_value = thousands * 1000 + sum;
    return count > 0;
}

/* A sequence, such as "eight oh three oh one", "ninety eight one oh one" or "80 301". */
static bool parse_sequence(const struct part *parts, size_t count, struct buf *out)
{
    for (size_t i = 0; i < count; i++) {
        const struct part *p = &parts[i];
        bool unit_follows = i + 1 < count && parts[i + 1].kind == KIND_UNIT;
        if (p->kind == KIND_DIGITS)
            buf_put(out, p->digits);
        else if (p->kind == KIND_TENS && unit_follows)
            buf_printf(out, "%d", p->value + parts[++i].value);
        else if (p->kind == KIND_ZERO || p->kind == KIND_UNIT || p->kind == KIND_TEEN ||
                 p->kind == KIND_TENS)
            buf_printf(out, "%d", p->value);
        else
            return false;
    }
    return out->n > 0 && !out->failed;
}

bool spoken_number(const struct tokens *words, size_t from, size_t to,
                   char out[SPOKEN_NUMBER_MAX + 2])
{
    struct part parts[TOKENS_MAX];
    struct buf sequence = BUF_INIT(SPOKEN_NUMBER_MAX);
    struct str first = from < to ? words->word[from] : STR_NONE;
    bool minus = str_eqz(first, "minus") || str_eqz(first, "negative"), valid;
    size_t count = 0;
    int value;

    from += minus;
    for (size_t i = from; i < to; i++) {
        struct str word = words->word[i];
        if (i == from && word.n > 1 && word.p[0] == '-') {
            minus = true;
            word = str_sub(word, 1, word.n);
        }
        parts[count] = classify_word(word, i + 1 == to);
        if (parts[count++].kind == KIND_NONE)
            return false;
    }
    if (parse_cardinal(parts, count, &value))
        buf_printf(&sequence, "%d", value);
    else if (!parse_sequence(parts, count, &sequence))
        buf_reset(&sequence);
    valid = sequence.n > 0 && !sequence.failed;
    if (valid)
        (void)snprintf(out, SPOKEN_NUMBER_MAX + 2, "%s%s", minus ? "-" : "", buf_z(&sequence));
    buf_free(&sequence);
    return valid;
}
