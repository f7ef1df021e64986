/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/speech/typography.c -- quotes, dashes, marks of inches and other characters of
 * word processors. */
#include "intents/speech/typography.h"

#include "tests/test.h"

#define EN "\xE2\x80\x93"
#define EM "\xE2\x80\x94"
#define LEFT "\xE2\x80\x9C"
#define RIGHT "\xE2\x80\x9D"
#define APOSTROPHE "\xE2\x80\x99"

static const struct {
    const char *text, *want;
} cases[] = {
    { "plain text stays - as it is.\n\nYes", "plain text stays - as it is.\n\nYes" },
    { "don" APOSTROPHE "t, O" APOSTROPHE "Brien, " LEFT "stay" RIGHT, "don't, O'Brien, \"stay\"" },
    { "wait\xE2\x80\xA6", "wait..." },
    { "\xE2\x80\xA2 one\n\xEF\x82\xB7 two", "* one\n* two" },
    { "a\xC2\xA0"
      "b\xE2\x80\x89"
      "c\xE2\x80\x8B"
      "d\xEF\xBB\xBF",
      "a b cd" },
    { "101\xC2\xBA and 101\xCB\x9A and 101\xC2\xB0"
      "F",
      "101\xC2\xB0 and 101\xC2\xB0 and 101\xC2\xB0"
      "F" },
    /* Dashes. */
    { "25" EN "35 mph, 25 " EN " 35, 9" EM "11, 1.5" EN ".25",
      "25 to 35 mph, 25 to 35, 9 to 11, 1.5 to .25" },
    { "9 AM" EN "5 PM, noon" EN "6, 6 PM" EN "midnight",
      "9 AM to 5 PM, noon to 6, 6 PM to midnight" },
    { "rain " EN " heavy at times " EM " then snow" EM "or ice",
      "rain - heavy at times - then snow - or ice" },
    { "101\xC2\xBA " EN " drink water", "101\xC2\xB0 - drink water" },
    { "wind" EN "wave", "wind-wave" },
    { "chills " EN "15 to \xE2\x88\x92"
      "25",
      "chills -15 to -25" },
    { "602" EN "771" EN "2300, 2" EN "1" EN "1", "602-771-2300, 2-1-1" },
    { EN " a bullet\n" EN " another", "- a bullet\n- another" },
    { "\xC2\x93quoted\xC2\x94 \xC2\x96 it\xC2\x92s", "\"quoted\" - it's" },
    /* Inches and feet. */
    { "hail up to 1.75\", or 1\"", "hail up to 1.75 inches, or 1 inch" },
    { "1\xE2\x80\xB3 and 2" RIGHT " and 1/2\" and 11\"",
      "1 inch and 2 inches and 1/2 inch and 11 inches" },
    { "2\"-4\" of snow, 2\" " EN " 4\", 2-4\"", "2-4 inches of snow, 2 to 4 inches, 2-4 inches" },
    { "\"Gate 7\" and " LEFT "Lot 5" RIGHT ", then 3\"",
      "\"Gate 7\" and \"Lot 5\", then 3 inches" },
    { "\xC2\xBE\" and 1\xC2\xBD\"", "three quarters inch and 1 and one half inches" },
    { "waves 5-7', 1' deep, the 90's, 'Exit 5'",
      "waves 5-7 feet, 1 foot deep, the 90's, 'Exit 5'" },
    { "open \"quote 5\n\nHail of 2\"", "open \"quote 5\n\nHail of 2 inches" },
    { "1\xC2\xBD inches, \xC2\xBC inch, 2 \xC2\xBE",
      "1 and one half inches, one quarter inch, 2 and three quarters" },
    /* Nothing to say. */
    { "ice\xE2\x84\xA2 \xF0\x9F\x8C\xA8\xEF\xB8\x8Fsnow", "ice snow" },
    { "one\r\ntwo\rthree", "one\ntwo\nthree" },
    { "bell\a, \x1D, \x1F, del\x7F", "bell ,  ,  , del " },
    { "caf\xC3\xA9 \xE6\x97\xA5", "caf\xC3\xA9 \xE6\x97\xA5" },
    { "\xFF\xC3", "\xFF\xC3" },
};

TEST(typography_becomes_plain_text)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out = BUF_INIT(1000);
        buf_putz(&out, "9");
        typography_put_plain(&out, str_of(cases[i].text));
        if (strcmp(buf_z(&out) + 1, cases[i].want) != 0)
            fail_msg("row %zu: \"%s\" gave \"%s\", want \"%s\"", i, cases[i].text, buf_z(&out) + 1,
                     cases[i].want);
        buf_free(&out);
    }
}

TEST(every_byte_is_accepted_anywhere)
{
    struct buf out = BUF_INIT(100000);

    for (int c = 0; c < 256; c++)
        for (int d = 0; d < 256; d++) {
            char text[] = { '1', (char)c, (char)d, '2', (char)c };
            buf_reset(&out);
            typography_put_plain(&out, (struct str){ text, sizeof text });
            CHECK(!out.failed && out.n <= 100);
        }
    buf_free(&out);
}

TESTS(typography_becomes_plain_text, every_byte_is_accepted_anywhere)
