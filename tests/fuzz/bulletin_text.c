/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/bulletin_text.c -- words and figures as forecasters write them, in any order: every
 * digit is still there in its place.
 *
 * Input: a byte for each piece of the text. The pieces hold none of the codes that are left out
 * on purpose. */
#include <string.h>

#include "intents/speech/normalize.h"
#include "tests/fuzz/laws.h"

enum { PIECES_MAX = 400 };

static const char *const pieces[] = {
    /* figures */
    "1",
    "7",
    "10",
    "25",
    "40",
    "100",
    "0.25",
    ".5",
    "1/2",
    "1 1/2",
    "3,000",
    "$20",
    "12:30",
    "2026",
    "\xC2\xBD",
    "1\xC2\xBC",
    /* units and what belongs to figures */
    "%",
    " percent",
    "F",
    "\xC2\xB0",
    "\u00b0F",
    " mph",
    "mph",
    " kt",
    "kts",
    " ft",
    " feet",
    " inches",
    " in",
    "\"",
    "'",
    " miles",
    " mi",
    " nm",
    " hours",
    " AM",
    "AM",
    " pm",
    " a.m.",
    "00Z",
    "1200Z",
    " UTC",
    " MDT",
    " noon",
    " midnight",
    " million",
    /* between them */
    " ",
    " ",
    " ",
    " ",
    "-",
    " - ",
    "--",
    "\xE2\x80\x93",
    "\xE2\x80\x94",
    "/",
    " / ",
    "+",
    "...",
    "..",
    ".",
    ". ",
    ", ",
    ":",
    ": ",
    ";",
    "?",
    "!",
    "(",
    ")",
    "\n",
    "\n\n",
    "\r\n",
    "* ",
    "    ",
    "\t",
    "~",
    ">",
    "<",
    "&",
    " to ",
    " and ",
    " through ",
    " or ",
    " of ",
    " is ",
    " s",
    /* words */
    "WHAT",
    "WHERE",
    "IMPACTS",
    "Winds",
    "GUSTS",
    "snow",
    "AROUND",
    "I-",
    "US Highway ",
    "Route ",
    "Omaha NE",
    "Boulder",
    "Denver CO",
    "June ",
    "Monday",
    "MON",
    "NE",
    "SW",
    "W",
    "HAIL",
    "elevation",
    "The National Weather Service in Denver has issued a",
    "...WIND ADVISORY...",
    "in",
    "HAZARD...",
    "\xE2\x80\x9C",
    "\xE2\x80\x9D",
    "\xE2\x80\x99",
    "DON'T",
    "w/",
    "P.M.",
    "N/A",
    " @ ",
    "SM",
    "G",
    "C",
    "VIS ",
    "/hr",
    " /",
    "/ ",
    "=",
    "EF2-EF5",
    "St ",
    "70th-89th",
};
enum { PIECES = sizeof pieces / sizeof pieces[0] };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void put_digits(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (is_digit(text.p[i]))
            buf_putc(out, text.p[i]);
}

/* A voice reads a slash only in a date or a fraction. */
static bool slashes_join_numbers(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '/' &&
            (i == 0 || i + 1 == s.n || !is_digit(s.p[i - 1]) || !is_digit(s.p[i + 1])))
            return false;
    return true;
}

static void check(struct str text)
{
    if (str_find(text, STR("WWW.")) < text.n)
        return; /* addresses are left out on purpose */
    struct buf spoken = BUF_INIT(1 << 20), before = BUF_INIT(1 << 16), after = BUF_INIT(1 << 16);

    normalize_text(&spoken, text);
    LAW(!spoken.failed);
    law_speakable(buf_str(&spoken));
    LAW(slashes_join_numbers(buf_str(&spoken)));
    put_digits(&before, text);
    put_digits(&after, buf_str(&spoken));
    if (!str_eq(buf_str(&before), buf_str(&after)))
        fprintf(stderr, "text: %s\nspoken: %s\n", text.p, buf_z(&spoken));
    LAW(str_eq(buf_str(&before), buf_str(&after)));
    buf_free(&spoken);
    buf_free(&before);
    buf_free(&after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf text = BUF_INIT(1 << 16);

    buf_putz(&text, "Hail"); /* a text may begin with a code */
    for (size_t i = 0; i < size && i < PIECES_MAX; i++)
        buf_putz(&text, pieces[data[i] % PIECES]);
    LAW(!text.failed);
    check(buf_str(&text));
    buf_free(&text);
    return 0;
}
