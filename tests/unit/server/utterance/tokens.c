/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/utterance/tokens.c. */
#include "server/utterance/tokens.h"

#include <stdlib.h>

#include "tests/test.h"

enum { ARENA = 64 * 1024 };

/* The words must be those of `want`, separated by |. */
static void expect(const char *text, const char *want)
{
    struct arena *arena = arena_create(ARENA);
    struct buf got = BUF_INIT(4000);
    struct tokens words;

    CHECK(tokens_parse(arena, str_of(text), &words));
    for (size_t i = 0; i < words.count; i++) {
        buf_putz(&got, i ? "|" : "");
        buf_put(&got, words.word[i]);
    }
    if (strcmp(buf_z(&got), want) != 0)
        fail_msg("\"%s\": got %s, want %s", text, buf_z(&got), want);
    buf_free(&got);
    arena_free(arena);
}

TEST(a_sentence_is_split_into_lower_case_words)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        { "", "" },
        { " \t\n ", "" },
        { "?!", "" },
        { "Weather", "weather" },
        { "What's the weather in Boulder, Colorado?", "what|'s|the|weather|in|boulder|colorado" },
        { "what\xE2\x80\x99s up", "what|'s|up" },
        { "Whats the weather", "what|'s|the|weather" },
        { "how hows it", "how|how|'s|it" },
        { "shows whatsoever", "shows|whatsoever" },
        { "monday's forecast", "monday|'s|forecast" },
        { "mondays' forecast", "mondays|forecast" },
        { "'s weather", "'s|weather" },
        { "'tis 'quoted'", "tis|quoted" },
        { "coeur d'alene", "coeur|d'alene" },
        { "winston-salem", "winston|salem" },
        { "St. Louis, MO.", "st|louis|mo" },
        { "washington d.c.", "washington|d.c" },
        { "twenty-first", "twenty|first" },
        { "-5", "-5" },
        { "to -5 and 80301-1234", "to|-5|and|80301|1234" },
        { "- a -- b", "a|b" },
        { "120%", "120|percent" },
        { "Ca\xC3\xB1on City", "ca\xC3\xB1on|city" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect(cases[i].text, cases[i].want);
}

TEST(text_that_is_too_long_or_not_utf8_is_rejected)
{
    struct arena *arena = arena_create(ARENA);
    struct tokens words;
    char text[TOKENS_TEXT_MAX + 2];

    memset(text, 'a', sizeof text);
    CHECK(tokens_parse(arena, (struct str){ text, TOKENS_TEXT_MAX }, &words));
    CHECK_INT(words.count, 1);
    CHECK(!tokens_parse(arena, (struct str){ text, TOKENS_TEXT_MAX + 1 }, &words));
    for (size_t i = 1; i < sizeof text; i += 2)
        text[i] = ' ';
    CHECK(tokens_parse(arena, (struct str){ text, 2 * TOKENS_MAX }, &words));
    CHECK_INT(words.count, TOKENS_MAX);
    CHECK(!tokens_parse(arena, (struct str){ text, 2 * TOKENS_MAX + 1 }, &words));
    CHECK(!tokens_parse(arena, str_of("a\xFF"), &words));
    CHECK(!tokens_parse(arena, (struct str){ "a\0b", 3 }, &words));
    memset(text, '%', sizeof text); /* each grows to eight bytes */
    CHECK(!tokens_parse(arena, (struct str){ text, TOKENS_TEXT_MAX }, &words));
    arena_free(arena);
}

TEST(a_full_arena_is_an_error)
{
    struct arena *arena = arena_create(16);
    struct tokens words;

    CHECK(!tokens_parse(arena, str_of("what's the weather in boulder colorado"), &words));
    arena_free(arena);
}

TEST(a_span_keeps_hyphens_and_blanks)
{
    struct arena *arena = arena_create(ARENA);
    struct tokens words;

    CHECK(tokens_parse(arena, str_of("in Winston-Salem, or  martha's vineyard"), &words));
    CHECK_SLICE(tokens_span(&words, 1, 3), "winston-salem");
    CHECK_SLICE(tokens_span(&words, 4, 7), "martha's vineyard");
    CHECK_SLICE(tokens_span(&words, 0, 2), "in winston");
    CHECK_SLICE(tokens_span(&words, 2, 2), "");
    arena_free(arena);
}

TEST(words_are_compared_from_a_position_on)
{
    struct arena *arena = arena_create(ARENA);
    struct tokens words, other;

    CHECK(tokens_parse(arena, str_of("on friday night"), &words));
    CHECK(tokens_parse(arena, str_of("Friday Night"), &other));
    CHECK(tokens_match(&words, 1, &other));
    CHECK(!tokens_match(&words, 0, &other));
    CHECK(!tokens_match(&words, 2, &other));
    arena_free(arena);
}

TESTS(a_sentence_is_split_into_lower_case_words, text_that_is_too_long_or_not_utf8_is_rejected,
      a_full_arena_is_an_error, a_span_keeps_hyphens_and_blanks,
      words_are_compared_from_a_position_on)
