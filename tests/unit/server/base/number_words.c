/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/number_words.c -- which words are numbers, and which numbers they are. */
#include "server/base/number_words.h"

#include "tests/test.h"

TEST(cardinals_and_ordinals_have_the_same_value)
{
    static const struct {
        const char *word;
        int value;
        bool ordinal;
    } cases[] = {
        { "zero", 0, false },      { "one", 1, false },        { "first", 1, true },
        { "twelfth", 12, true },   { "nineteen", 19, false },  { "twenty", 20, false },
        { "twentieth", 20, true }, { "forty", 40, false },     { "ninetieth", 90, true },
        { "hundred", 100, false }, { "hundredth", 100, true }, { "thousandth", 1000, true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct number_word word = { -1, false };

        CHECK(number_words_find(str_of(cases[i].word), &word));
        CHECK_INT(word.value, cases[i].value);
        CHECK_INT(word.ordinal, cases[i].ordinal);
    }
}

TEST(other_words_are_not_numbers)
{
    static const char *const cases[] = { "", "oh", "a", "zeroth", "twenty one", "Seven", "eights" };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct number_word word = { -1, false };

        CHECK(!number_words_find(str_of(cases[i]), &word));
        CHECK_INT(word.value, -1);
    }
}

TESTS(cardinals_and_ordinals_have_the_same_value, other_words_are_not_numbers)
