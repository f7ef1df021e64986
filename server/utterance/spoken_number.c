/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/spoken_number.c -- tried as one number ("two hundred five"), then as numbers
 * said one behind the other ("two oh five", "one twenty"). */
#include "server/utterance/spoken_number.h"

#include <stdio.h>
#include <string.h>

#include "server/base/number_words.h"

enum kind { K_NONE, K_DIGITS, K_ZERO, K_UNIT, K_TEEN, K_TENS, K_HUNDRED, K_THOUSAND, K_A, K_AND };

/* One word read: what it is, and its digits when it is written in digits. */
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

static enum kind kind_of(int value)
{
    if (value < 10)
        return value == 0 ? K_ZERO : K_UNIT;
    if (value < 100)
        return value < 20 ? K_TEEN : K_TENS;
    return value < 1000 ? K_HUNDRED : K_THOUSAND;
}

static struct part read_word(struct str word, bool last)
{
    static const struct str endings[] = { STR("st"), STR("nd"), STR("rd"), STR("th") };
    struct number_word found;

    if (str_eqz(word, "oh") || str_eqz(word, "o"))
        return (struct part){ K_ZERO, 0, STR_NONE };
    if (str_eqz(word, "a"))
        return (struct part){ K_A, 1, STR_NONE };
    if (str_eqz(word, "and"))
        return (struct part){ K_AND, 0, STR_NONE };
    if (number_words_find(word, &found) && (last || !found.ordinal))
        return (struct part){ kind_of(found.value), found.value, STR_NONE };
    for (size_t i = 0; last && i < sizeof endings / sizeof endings[0]; i++) {
        struct str number = str_sub(word, 0, word.n - (word.n < 2 ? word.n : 2));
        if (str_ends(word, endings[i]) && all_digits(number))
            return (struct part){ K_DIGITS, 0, number };
    }
    return (struct part){ all_digits(word) ? K_DIGITS : K_NONE, 0, word };
}

/* May a unit, or a number of ten and more, stand behind what was said of these hundreds? */
static bool goes_on(int sum, enum kind kind)
{
    if (sum % 100 == 0)
        return true;
    return kind == K_UNIT && sum % 10 == 0 && sum % 100 >= 20;
}

/* "two hundred and five", "twelve thousand one". False: it is no single number. */
static bool read_cardinal(const struct part *parts, size_t count, int *ret_value)
{
    int thousands = 0, sum = 0;
    enum kind before = K_NONE;

    for (size_t i = 0; i < count; i++) {
        const struct part *p = &parts[i];
        switch (p->kind) {
        case K_UNIT:
        case K_TEEN:
        case K_TENS:
            if (!goes_on(sum, p->kind))
                return false;
            sum += p->value;
            break;
        case K_HUNDRED:
            if (sum < 1 || sum > 9)
                return false;
            sum *= 100;
            break;
        case K_THOUSAND:
            if (sum < 1 || thousands > 0)
                return false;
            thousands = sum;
            sum = 0;
            break;
        case K_A: /* "a hundred" */
            if (i > 0 || count == 1)
                return false;
            sum = p->value;
            break;
        case K_AND:
            if ((before != K_HUNDRED && before != K_THOUSAND) || i + 1 == count)
                return false;
            break;
        case K_ZERO:
        case K_DIGITS:
        case K_NONE:
            return false;
        }
        before = p->kind;
    }
    *ret_value = thousands * 1000 + sum;
    return count > 0;
}

/* "eight oh three oh one", "ninety eight one oh one", "80 301". */
static bool read_row(const struct part *parts, size_t count, struct buf *out)
{
    for (size_t i = 0; i < count; i++) {
        const struct part *p = &parts[i];
        bool unit_follows = i + 1 < count && parts[i + 1].kind == K_UNIT;
        if (p->kind == K_DIGITS)
            buf_put(out, p->digits);
        else if (p->kind == K_TENS && unit_follows)
            buf_printf(out, "%d", p->value + parts[++i].value);
        else if (p->kind == K_ZERO || p->kind == K_UNIT || p->kind == K_TEEN || p->kind == K_TENS)
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
    struct buf row = BUF_INIT(SPOKEN_NUMBER_MAX);
    struct str first = from < to ? words->word[from] : STR_NONE;
    bool minus = str_eqz(first, "minus") || str_eqz(first, "negative"), sound;
    size_t count = 0;
    int value;

    from += minus;
    for (size_t i = from; i < to; i++) {
        struct str word = words->word[i];
        if (i == from && word.n > 1 && word.p[0] == '-') {
            minus = true;
            word = str_sub(word, 1, word.n);
        }
        parts[count] = read_word(word, i + 1 == to);
        if (parts[count++].kind == K_NONE)
            return false;
    }
    if (read_cardinal(parts, count, &value))
        buf_printf(&row, "%d", value);
    else if (!read_row(parts, count, &row))
        buf_reset(&row);
    sound = row.n > 0 && !row.failed;
    if (sound)
        (void)snprintf(out, SPOKEN_NUMBER_MAX + 2, "%s%s", minus ? "-" : "", buf_z(&row));
    buf_free(&row);
    return sound;
}
