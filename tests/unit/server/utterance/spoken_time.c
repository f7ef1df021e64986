/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/utterance/spoken_time.c -- times of day and lengths of time, as Alexa gives
 * them. */
#include "server/utterance/spoken_time.h"

#include "tests/test.h"

enum { ARENA = 64 * 1024, AT_NINE = 9, AT_SIXTEEN = 16, AT_TWENTY_TWO = 22 };

struct row {
    const char *words;
    int hour;
    const char *want; /* NULL: none */
};

typedef bool convert_fn(const struct tokens *words, size_t from, size_t to, int hour,
                        char out[SPOKEN_TIME_BYTES]);

static void check_rows(const struct row *rows, size_t count, convert_fn *convert)
{
    for (size_t i = 0; i < count; i++) {
        struct arena *arena = arena_create(ARENA);
        char got[SPOKEN_TIME_BYTES] = "";
        struct tokens words;
        CHECK(tokens_parse(arena, str_of(rows[i].words), &words));
        bool ok = convert(&words, 0, words.count, rows[i].hour, got);
        if (ok != !!rows[i].want || (ok && strcmp(got, rows[i].want) != 0))
            fail_msg("\"%s\" gave %s", rows[i].words, ok ? got : "nothing");
        arena_free(arena);
    }
}

TEST(times_are_on_a_clock_of_24_hours)
{
    static const struct row rows[] = {
        { "five p m", AT_NINE, "17:00" },
        { "5 p.m.", AT_NINE, "17:00" },
        { "5pm", AT_NINE, "17:00" },
        { "5 PM", AT_NINE, "17:00" },
        { "five a.m.", AT_NINE, "05:00" },
        { "17:00", AT_NINE, "17:00" },
        { "05:00", AT_NINE, "05:00" },
        { "5:30 pm", AT_NINE, "17:30" },
        { "five thirty", AT_NINE, "17:30" },
        { "five oh five", AT_NINE, "17:05" },
        { "half past three", AT_NINE, "15:30" },
        { "quarter to six a m", AT_NINE, "05:45" },
        { "a quarter past two", AT_NINE, "14:15" },
        { "ten minutes to four", AT_NINE, "15:50" },
        { "noon", AT_NINE, "12:00" },
        { "midnight", AT_NINE, "00:00" },
        { "twelve a m", AT_NINE, "00:00" },
        { "twelve p m", AT_NINE, "12:00" },
        { "five o'clock", AT_NINE, "17:00" },
        { "seven in the morning", AT_SIXTEEN, "07:00" },
        { "eight in the evening", AT_NINE, "20:00" },
        { "nine at night", AT_NINE, "21:00" },
        { "24:00", AT_NINE, NULL },
        { "25", AT_NINE, NULL },
        { "five hundred", AT_NINE, NULL },
        { "17 pm", AT_NINE, NULL },
        { "rain", AT_NINE, NULL },
        { "p m", AT_NINE, NULL },
        { "half", AT_NINE, NULL },
        { "noon today", AT_NINE, NULL },
    };

    check_rows(rows, sizeof rows / sizeof rows[0], spoken_time);
}

TEST(one_to_five_is_afternoon_and_six_to_twelve_the_next_to_come)
{
    static const struct row rows[] = {
        { "one", AT_SIXTEEN, "13:00" },      { "five", AT_TWENTY_TWO, "17:00" },
        { "six", AT_NINE, "18:00" },         { "seven", AT_SIXTEEN, "19:00" },
        { "seven", AT_TWENTY_TWO, "07:00" }, { "ten", AT_NINE, "10:00" },
        { "ten", AT_SIXTEEN, "22:00" },      { "twelve", AT_NINE, "12:00" },
        { "twelve", AT_SIXTEEN, "00:00" },
    };

    check_rows(rows, sizeof rows / sizeof rows[0], spoken_time);
}

TEST(another_word_of_the_sentence_tells_the_half_of_the_day)
{
    struct arena *arena = arena_create(ARENA);
    char got[SPOKEN_TIME_BYTES];
    struct tokens words;

    CHECK(tokens_parse(arena, STR("weather at seven tomorrow morning"), &words));
    CHECK(spoken_time(&words, 2, 3, AT_NINE, got));
    CHECK_STR(got, "07:00");
    CHECK(tokens_parse(arena, STR("weather at seven tonight"), &words));
    CHECK(spoken_time(&words, 2, 3, AT_TWENTY_TWO, got));
    CHECK_STR(got, "19:00");
    arena_free(arena);
}

static bool duration(const struct tokens *words, size_t from, size_t to, int hour,
                     char out[SPOKEN_TIME_BYTES])
{
    (void)hour;
    return spoken_duration(words, from, to, out);
}

TEST(lengths_of_time_are_in_iso_8601)
{
    static const struct row rows[] = {
        { "two hours", 0, "PT2H" },
        { "an hour", 0, "PT1H" },
        { "one hour", 0, "PT1H" },
        { "thirty minutes", 0, "PT30M" },
        { "half an hour", 0, "PT30M" },
        { "an hour and a half", 0, "PT1H30M" },
        { "two and a half hours", 0, "PT2H30M" },
        { "two hours and ten minutes", 0, "PT2H10M" },
        { "ninety minutes", 0, "PT1H30M" },
        { "twenty four hours", 0, "PT24H" },
        { "24 hours", 0, "PT24H" },
        { "three days", 0, "P3D" },
        { "a week", 0, "P7D" },
        { "two", 0, NULL },
        { "hours", 0, NULL },
        { "hour", 0, "PT1H" },
        { "zero hours", 0, NULL },
        { "two hours and rain", 0, NULL },
        { "a half", 0, NULL },
        { "two rains", 0, NULL },
    };

    check_rows(rows, sizeof rows / sizeof rows[0], duration);
}

TESTS(times_are_on_a_clock_of_24_hours, one_to_five_is_afternoon_and_six_to_twelve_the_next_to_come,
      another_word_of_the_sentence_tells_the_half_of_the_day, lengths_of_time_are_in_iso_8601)
