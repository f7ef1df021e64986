/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/alexa/ssml.c -- escaping text for SSML, and cutting it. */
#include "intents/alexa/ssml.h"

#include "tests/test.h"

#include <stdlib.h>

static void check_escape(struct str text, const char *want)
{
    struct buf out = BUF_INIT(1000);

    ssml_escape(&out, text);
    CHECK_STR(buf_z(&out), want);
    CHECK_INT(ssml_escaped_length(text), str_utf8_length(str_of(want)));
    buf_free(&out);
}

TEST(markup_is_escaped_and_invalid_characters_become_spaces)
{
    check_escape(STR("wind & rain"), "wind &amp; rain");
    check_escape(STR("a < b > c"), "a &lt; b &gt; c");
    check_escape(STR("say \"hi\", it's"), "say &quot;hi&quot;, it's");
    check_escape(STR("tab\tline\nend\x01\x7f"), "tab line end  ");
    check_escape(STR("a\0b"), "a b");
    check_escape(STR("Hag\xC3\xA5t\xC3\xB1\x61"), "Hag\xC3\xA5t\xC3\xB1\x61");
    check_escape(STR("bad \xC3( \xFF \xED\xA0\x80"), "bad  (      ");
    check_escape(STR("\xC2\x85\xEF\xBF\xBE\xEF\xBF\xBF\xEF\xBF\xBD"), "   \xEF\xBF\xBD");
    check_escape(STR(""), "");
    check_escape(STR("</speak><speak>"), "&lt;/speak&gt;&lt;speak&gt;");
}

static void check_speak(int rate, int pitch, const char *want)
{
    struct buf out = BUF_INIT(1000);

    ssml_speak(&out, STR("Hi"), rate, pitch);
    CHECK_STR(buf_z(&out), want);
    CHECK(out.n <= SSML_WRAP_MAX + 2);
    buf_free(&out);
}

TEST(prosody_is_written_only_when_it_differs_from_normal)
{
    check_speak(100, 100, "<speak>Hi</speak>");
    check_speak(150, 100, "<speak><prosody rate=\"150%\">Hi</prosody></speak>");
    check_speak(100, 79, "<speak><prosody pitch=\"-21%\">Hi</prosody></speak>");
    check_speak(50, 130, "<speak><prosody rate=\"50%\" pitch=\"+30%\">Hi</prosody></speak>");
}

TEST(text_is_cut_after_a_sentence_a_word_or_a_character)
{
    static const struct {
        const char *text;
        size_t max;
        const char *want;
    } cases[] = {
        { "One. Two. Three.", 100, "One. Two. Three." },
        { "One. Two. Three.", 10, "One. Two." },
        { "One. Two. Three.", 9, "One. Two." },
        { "One. Two. Three.", 8, "One." },
        { "Is it? Yes! No.", 12, "Is it? Yes!" },
        { "First line\nsecond line", 15, "First line" },
        { "One two three four", 9, "One two" },
        { "One two three four", 7, "One two" },
        { "Onetwothree", 6, "Onetwo" },
        { "It is 29.92 inches and so on", 9, "It is" },
        { "Until 3:30 P.M. it rains on and on", 17, "Until 3:30 P.M." },
        { "Until 3:30 P.M. it rains on and on", 14, "Until" },
        { "Rain until 3:30 P.M. and 6 A.M. snow", 12, "Rain until" },
        { "Dry. Rain until 3:30 P.M. and then snow", 30, "Dry." },
        { "a & b & c", 9, "a &amp; b" },
        { "", 10, "" },
        { "   ", 2, "" },
        { "&&", 4, "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str text = str_of(cases[i].text);
        struct buf out = BUF_INIT(200);
        size_t n = ssml_fit(text, cases[i].max);
        CHECK_ROW(i, ssml_escaped_length(str_sub(text, 0, n)) <= cases[i].max);
        ssml_escape(&out, str_sub(text, 0, n));
        if (strcmp(buf_z(&out), cases[i].want) != 0)
            fail_msg("row %zu: \"%s\"", i, buf_z(&out));
        buf_free(&out);
    }
}

TEST(text_is_cut_after_so_many_words)
{
    static const struct {
        const char *text;
        size_t max;
        const char *want;
    } cases[] = {
        { "One two. Three four.", 4, "One two. Three four." },
        { "One two. Three four.", 3, "One two." },
        { "One two. Three four.", 1, "One" },
        { "One two. Three.\nFour five. Six.", 5, "One two. Three." }, /* whole lines first */
        { "One.\nTwo three. Four five.", 4, "One.\nTwo three." },     /* but no short page */
        { "Until 3:30 P.M. it rains", 2, "Until" },
        { " ", 3, "" },
        { "", 3, "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str text = str_of(cases[i].text);
        size_t n = ssml_fit_words(text, cases[i].max);
        if (!str_eq(str_sub(text, 0, n), str_of(cases[i].want)))
            fail_msg("row %zu: \"%.*s\"", i, (int)n, text.p);
    }
}

/* Cutting repeatedly loses nothing but spaces. */
TEST(the_pieces_add_up_to_the_text)
{
    static const char text[] = "Wind from the west at 5 to 10 miles per hour. High of 71 degrees. "
                               "Rain until 3:30 P.M. and snow after. \xC3\x91 & < > done!";
    struct str rest = str_of(text);
    struct buf all = BUF_INIT(1000), want = BUF_INIT(1000);

    while (rest.n > 0) {
        size_t n = ssml_fit(rest, 20);
        CHECK(n > 0);
        for (size_t i = 0; i < n; i++)
            if (rest.p[i] != ' ')
                buf_putc(&all, rest.p[i]);
        rest = str_trim(str_sub(rest, n, rest.n));
    }
    for (const char *p = text; *p; p++)
        if (*p != ' ')
            buf_putc(&want, *p);
    CHECK_STR(buf_z(&all), buf_z(&want));
    buf_free(&all);
    buf_free(&want);
}

TESTS(markup_is_escaped_and_invalid_characters_become_spaces,
      prosody_is_written_only_when_it_differs_from_normal,
      text_is_cut_after_a_sentence_a_word_or_a_character, text_is_cut_after_so_many_words,
      the_pieces_add_up_to_the_text)
