/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/admin/html.c: escaping, and formats of numbers. */
#include "server/admin/html.h"

#include <stdlib.h>

#include "tests/test.h"

#define GONE "\xef\xbf\xbd"

TEST(markup_and_hidden_characters_are_escaped)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        { "Boulder, Colorado", "Boulder, Colorado" },
        { "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;" },
        { "\"><img src=x onerror='alert(1)'>",
          "&quot;&gt;&lt;img src=x onerror=&#39;alert(1)&#39;&gt;" },
        { "a & b &amp; c", "a &amp; b &amp;amp; c" },
        { "</title></style><svg/onload=alert(1)>",
          "&lt;/title&gt;&lt;/style&gt;&lt;svg/onload=alert(1)&gt;" },
        { "Ca\xc3\xb1on City", "Ca\xc3\xb1on City" },
        { "\xe2\x80\x93 \xf0\x9f\x8c\xa7", "\xe2\x80\x93 \xf0\x9f\x8c\xa7" },
        { "line\nand\ttab", "line\nand\ttab" },
        { "bell\a escape\x1b[2J", "bell" GONE " escape" GONE "[2J" },
        { "\x7f", GONE },
        { "next line\xc2\x85", "next line" GONE },
        { "hidden\xe2\x80\x8bspace", "hidden" GONE "space" },
        { "gnp.\xe2\x80\xae"
          "exe",
          "gnp." GONE "exe" },
        { "\xe2\x81\xa6isolate\xe2\x81\xa9", GONE "isolate" GONE },
        { "\xef\xbb\xbfmark", GONE "mark" },
        { "\xff\xfe", GONE GONE },
        { "cut\xe2\x80", "cut" GONE GONE },
        { "\xc0\xbcscript\xc0\xbe",
          GONE GONE "script" GONE GONE },   /* overlong encodings of "<" and ">" */
        { "\xed\xa0\x80", GONE GONE GONE }, /* half a surrogate */
        { "", "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out = BUF_INIT(1000);
        html_textz(&out, cases[i].text);
        CHECK_STR(buf_z(&out), cases[i].want);
        buf_free(&out);
    }
}

TEST(a_nul_byte_does_not_end_the_text)
{
    struct buf out = BUF_INIT(100);

    html_text(&out, STR("a\0<b"));
    CHECK_STR(buf_z(&out), "a" GONE "&lt;b");
    buf_free(&out);
}

TEST(random_bytes_never_produce_markup)
{
    uint64_t random = 88172645463325252u;

    for (int round = 0; round < 2000; round++) {
        char bytes[64];
        struct buf out = BUF_INIT(64 * 8);
        for (size_t i = 0; i < sizeof bytes; i++) {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            bytes[i] = (char)(random >> 32);
        }
        html_text(&out, (struct str){ bytes, sizeof bytes });
        CHECK(!out.failed && str_is_utf8(buf_str(&out)));
        CHECK(!strpbrk(buf_z(&out), "<>\"'"));
        buf_free(&out);
    }
}

TEST(numbers_are_formatted)
{
    static const struct {
        void (*put)(struct buf *out, double n);
        double n;
        const char *want;
    } cases[] = {
        { html_count, 0, "0" },
        { html_count, 999, "999" },
        { html_count, 1000, "1,000" },
        { html_count, 1234567, "1,234,567" },
        { html_count, -5, "0" },
        { html_count, 1e300, "0" },
        { html_bytes, 0, "0 B" },
        { html_bytes, 1023, "1023 B" },
        { html_bytes, 24 * 1024, "24.0 KiB" },
        { html_bytes, 67108864, "64.0 MiB" },
        { html_bytes, -1, "0 B" },
        { html_duration, 0.00042, "0.42 ms" },
        { html_duration, 0.0031, "3.1 ms" },
        { html_duration, 0.48, "480 ms" },
        { html_duration, 0.9994, "999 ms" },
        { html_duration, 2.44, "2.4 s" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out = BUF_INIT(100);
        cases[i].put(&out, cases[i].n);
        CHECK_STR(buf_z(&out), cases[i].want);
        buf_free(&out);
    }
}

TEST(ages_use_at_most_two_units)
{
    static const struct {
        int64_t seconds;
        const char *want;
    } cases[] = { { -3, "0 s" },         { 59, "59 s" },         { 60, "1 min" },
                  { 3600, "1 h 0 min" }, { 86400, "1 day 0 h" }, { 273600, "3 days 4 h" } };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out = BUF_INIT(100);
        html_age(&out, cases[i].seconds);
        CHECK_STR(buf_z(&out), cases[i].want);
        buf_free(&out);
    }
}

TESTS(markup_and_hidden_characters_are_escaped, a_nul_byte_does_not_end_the_text,
      random_bytes_never_produce_markup, numbers_are_formatted, ages_use_at_most_two_units)
