/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/visible.c -- what may be shown on a terminal. */
#include "server/base/visible.h"

#include "tests/test.h"

TEST(hidden_characters_become_question_marks)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        { "", "" },
        { "plain text", "plain text" },
        { "caf\xC3\xA9 \xF0\x9F\x8C\xA7", "caf\xC3\xA9 \xF0\x9F\x8C\xA7" },
        { "\x1B[31mred\x1B[0m", "?[31mred?[0m" },
        { "two\nlines\ttab\x7F", "two?lines?tab?" },
        { "\xC2\x9B"
          "31m",
          "?31m" }, /* a control sequence in one character */
        { "\xE2\x80\xAE"
          "gnp.exe",
          "?gnp.exe" }, /* right to left */
        { "\xFF\xC3", "??" },
        { "\xED\xA0\x80", "???" }, /* a surrogate */
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[100];
        snprintf(text, sizeof text, "%s", cases[i].text);
        visible_clean(text);
        CHECK_STR(text, cases[i].want);
    }
}

TEST(a_character_is_decoded)
{
    uint32_t c;

    CHECK_INT(visible_decode(STR("\xE2\x82\xAC!"), &c), 3);
    CHECK_INT(c, 0x20AC);
    CHECK_INT(visible_decode(STR("a"), &c), 1);
    CHECK_INT(c, 'a');
    CHECK_INT(visible_decode(STR("\x80"), &c), 0);
    CHECK_INT(visible_decode(STR(""), &c), 0);
}

TESTS(hidden_characters_become_question_marks, a_character_is_decoded)
