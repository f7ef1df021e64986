/* SPDX-License-Identifier: Apache-2.0 */
/* intents/percent.c -- digits, or number words, which speech recognition sometimes leaves. */
#include "intents/percent.h"

#include <stddef.h>

#include "server/base/number_words.h"

/* "zero" to "ninety", or "a" as in "a hundred"; -1 for anything else. */
static int word_value(struct str word)
{
    struct number_word number;

    if (str_eqz(word, "a"))
        return 1;
    if (!number_words_find(word, &number) || number.ordinal || number.value > 90)
        return -1;
    return number.value;
}

/* Can `value` follow `sum`?  "one hundred" "ten", "fifty" "five", and "one" "twenty" for 120. */
static bool can_follow(int sum, int value)
{
    if (sum % 100 == 0)
        return true;
    if (sum < 10 && value >= 10)
        return true;
    return sum % 100 >= 20 && sum % 10 == 0 && value > 0 && value < 10;
}

static bool parse_number_words(struct str words, int *ret_percent)
{
    struct str word;
    bool any = false;
    int sum = 0;

    while (str_word(&words, &word)) {
        int value = word_value(word);
        if (str_eqz(word, "and"))
            continue;
        if (str_eqz(word, "hundred")) {
            if (!any || sum > 9)
                return false;
            sum *= 100;
            continue;
        }
        if (value < 0 || !can_follow(sum, value))
            return false;
        sum = (any && sum > 0 && sum < 10 ? sum * 100 : sum) + value;
        any = true;
    }
    *ret_percent = sum;
    return any;
}

bool percent_parse(struct str words, int *ret_percent)
{
    enum { PERCENT_MAX = 999 };
    static const struct str endings[] = { STR("percent"), STR("%") };
    int64_t value;

    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        if (str_ends(words, endings[i]))
            words = str_trim(str_sub(words, 0, words.n - endings[i].n));
    if (!str_to_i64(words, &value))
        return parse_number_words(words, ret_percent);
    if (value < 0 || value > PERCENT_MAX)
        return false;
    *ret_percent = (int)value;
    return true;
}
