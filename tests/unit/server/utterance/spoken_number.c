/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/utterance/spoken_number.c: numbers as people say them. */
#include "server/utterance/spoken_number.h"

#include "tests/test.h"

enum { ARENA = 64 * 1024 };

/* `want` is NULL when the text is not a number. */
static void expect(const char *text, const char *want)
{
    struct arena *arena = arena_create(ARENA);
    char got[SPOKEN_NUMBER_MAX + 2] = "";
    struct tokens words;

    CHECK(tokens_parse(arena, str_of(text), &words));
    bool valid = spoken_number(&words, 0, words.count, got);
    if (valid != !!want || (want && strcmp(got, want) != 0))
        fail_msg("\"%s\": got %s, want %s", text, valid ? got : "none", want ? want : "none");
    arena_free(arena);
}

TEST(single_numbers_are_parsed)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        { "0", "0" },
        { "zero", "0" },
        { "five", "5" },
        { "nineteen", "19" },
        { "fifty", "50" },
        { "fifty five", "55" },
        { "fifty-five", "55" },
        { "a hundred", "100" },
        { "one hundred", "100" },
        { "one hundred ten", "110" },
        { "one hundred and ten", "110" },
        { "two hundred and twenty three", "223" },
        { "twelve thousand", "12000" },
        { "eighty thousand three hundred and one", "80301" },
        { "a thousand and one", "1001" },
        { "120", "120" },
        { "120%", NULL }, /* the sign is a word: "percent" */
        { "-5", "-5" },
        { "minus five", "-5" },
        { "negative twenty", "-20" },
        { "third", "3" },
        { "twenty third", "23" },
        { "3rd", "3" },
        { "22nd", "22" },
        { "thirtieth", "30" },
        { "two hundredth", "200" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect(cases[i].text, cases[i].want);
}

TEST(sequences_of_numbers_are_joined)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        { "eight oh three oh one", "80301" },
        { "eight zero three zero one", "80301" },
        { "ninety eight one oh one", "98101" },
        { "ninety eight one o one", "98101" },
        { "one twenty", "120" },
        { "oh two one three nine", "02139" },
        { "02139", "02139" },
        { "80 301", "80301" },
        { "1,000", "1000" },
        { "eighty three oh one", "8301" },
        { "ten ten", "1010" },
        { "one two three four five six seven eight nine one two three", "123456789123" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect(cases[i].text, cases[i].want);
}

TEST(other_words_are_not_numbers)
{
    static const char *const texts[] = {
        "",
        "a",
        "and",
        "boulder",
        "fifty percent",
        "five and six",
        "hundred",
        "hundred five",
        "ten hundred",
        "thousand",
        "one thousand thousand",
        "one hundred and",
        "third street",
        "third five",
        "rd",
        "th",
        "3x",
        "minus",
        "minus minus five",
        "five minus",
        "a five",
        "five a hundred",
        "1234567890123",
        "one two three four five six seven eight nine one two three four",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        expect(texts[i], NULL);
}

TESTS(single_numbers_are_parsed, sequences_of_numbers_are_joined, other_words_are_not_numbers)
