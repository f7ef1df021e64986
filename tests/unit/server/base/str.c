/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/str.c -- views and capped buffers. */
#include "tests/test.h"

#include <inttypes.h>
#include <stdlib.h>

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

TEST(comparison_handles_empty_and_case)
{
    CHECK(str_eq(STR_NONE, STR("")));
    CHECK(str_eqz(STR("abc"), "abc"));
    CHECK(!str_eqz(STR("abc"), "abcd"));
    CHECK(str_ieqz(STR("Content-TYPE"), "content-type"));
    CHECK(!str_ieqz(STR("a["), "A{")); /* letters only */
    CHECK(str_starts(STR("abc"), STR("ab")) && !str_starts(STR("a"), STR("ab")));
    CHECK(str_ends(STR("abc"), STR("bc")) && !str_ends(STR("c"), STR("bc")));
    CHECK(str_starts(STR_NONE, STR_NONE) && str_ends(STR("a"), STR_NONE));
    CHECK(str_cmp(STR("a"), STR("b")) < 0 && str_cmp(STR("b"), STR("a")) > 0);
    CHECK(str_cmp(STR("a"), STR("ab")) < 0 && str_cmp(STR_NONE, STR("")) == 0);
    CHECK(str_cmp(STR("\xff"), STR("a")) > 0); /* bytes are unsigned */
}

TEST(trimming_and_slicing_stay_in_bounds)
{
    CHECK_SLICE(str_trim(STR(" \t\r\n a b \v\f")), "a b");
    CHECK_SLICE(str_trim(STR("   ")), "");
    CHECK_SLICE(str_sub(STR("hello"), 1, 3), "el");
    CHECK_SLICE(str_sub(STR("hello"), 3, 99), "lo");
    CHECK_SLICE(str_sub(STR("hello"), 9, 1), "");
    CHECK(!str_sub(STR_NONE, 2, 3).p);
}

TEST(searches_return_the_first_position_or_the_end)
{
    static const struct {
        const char *in, *needle;
        size_t want;
    } cases[] = {
        { "hello", "l", 2 }, { "hello", "lo", 3 }, { "hello", "x", 5 },
        { "aab", "ab", 1 },  { "ab", "abc", 2 },   { "abc", "", 0 },
        { "", "a", 0 },      { "aaab", "aab", 1 }, { "ababac", "abac", 2 },
    };
    for (size_t i = 0; i < ROWS(cases); i++)
        CHECK_ROW(i, str_find(str_of(cases[i].in), str_of(cases[i].needle)) == cases[i].want);
    CHECK_INT(str_index(STR("a.b.c"), '.'), 1);
    CHECK_INT(str_index(STR("abc"), '.'), 3);
    CHECK_INT(str_index(STR_NONE, '.'), 0);
    CHECK_SLICE(str_after_last(STR("a/b/cd"), '/'), "cd");
    CHECK_SLICE(str_after_last(STR("a/"), '/'), "");
    CHECK_SLICE(str_after_last(STR("abc"), '/'), "abc");
}

TEST(splitting_keeps_empty_words)
{
    static const struct {
        const char *in, *want; /* the words, each followed by a bar */
    } cases[] = {
        { "a,b,c", "a|b|c|" }, { "a,", "a||" }, { ",", "||" }, { "a", "a|" }, { "", "|" },
    };
    for (size_t i = 0; i < ROWS(cases); i++) {
        struct buf b = BUF_INIT(100);
        struct str rest = str_of(cases[i].in), word;
        while (str_split(&rest, ',', &word)) {
            buf_put(&b, word);
            buf_putc(&b, '|');
        }
        CHECK_STR(buf_z(&b), cases[i].want);
        buf_free(&b);
    }
}

TEST(words_are_runs_without_white_space)
{
    struct str rest = STR("  now  and\tthen "), word = STR_NONE;

    CHECK(str_word(&rest, &word));
    CHECK_SLICE(word, "now");
    CHECK(str_word(&rest, &word));
    CHECK_SLICE(word, "and");
    CHECK(str_word(&rest, &word));
    CHECK_SLICE(word, "then");
    CHECK(!str_word(&rest, &word));
    CHECK(!str_word(&rest, &word));
}

TEST(integers_are_complete_and_in_range)
{
    static const struct {
        const char *in;
        bool ok;
        int64_t want;
    } cases[] = {
        { "0", true, 0 },
        { "-12", true, -12 },
        { "+7", true, 7 },
        { "9223372036854775807", true, INT64_MAX },
        { "-9223372036854775808", true, INT64_MIN },
        { "9223372036854775808", false, 0 },
        { "-9223372036854775809", false, 0 },
        { "99999999999999999999999", false, 0 },
        { "", false, 0 },
        { "-", false, 0 },
        { " 1", false, 0 },
        { "1 ", false, 0 },
        { "0x10", false, 0 },
    };
    for (size_t i = 0; i < ROWS(cases); i++) {
        int64_t got = 0;
        CHECK_ROW(i, str_to_i64(str_of(cases[i].in), &got) == cases[i].ok);
        CHECK_ROW(i, got == cases[i].want);
    }
}

TEST(decimal_numbers_are_finite)
{
    static const struct {
        const char *in;
        bool ok;
        double want;
    } cases[] = {
        { "0", true, 0 },    { "-40.015", true, -40.015 }, { ".5", true, .5 },
        { "5.", true, 5 },   { "1e3", true, 1000 },        { "1E-2", true, .01 },
        { "+2", true, 2 },   { "1e999", false, 0 },        { "inf", false, 0 },
        { "nan", false, 0 }, { "0x1p3", false, 0 },        { "", false, 0 },
        { ".", false, 0 },   { "1e", false, 0 },           { "1e+", false, 0 },
        { " 1", false, 0 },  { "1,5", false, 0 },          { "--1", false, 0 },
    };
    for (size_t i = 0; i < ROWS(cases); i++) {
        double got = 0;
        CHECK_ROW(i, str_to_double(str_of(cases[i].in), &got) == cases[i].ok);
        CHECK_NEAR(got, cases[i].want, 1e-12);
    }
}

/* strtod() rounds correctly. */
TEST(decimal_numbers_are_the_nearest)
{
    uint64_t random = 1;
    double got, want;
    char text[64];

    for (int i = 0; i < 100000; i++) {
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        snprintf(text, sizeof text, "%s%.*s%0*" PRIu64, i % 2 ? "-" : "", i % 5, "0.00", i % 21,
                 random >> (i % 64));
        if (i % 3 == 0 && !strchr(text, '.'))
            snprintf(text + strlen(text), 30, ".%" PRIu64, random >> (i % 60));
        want = strtod(text, NULL);
        CHECK_ROW(i, str_to_double(str_of(text), &got));
        CHECK_ROW(i, memcmp(&got, &want, sizeof got) == 0);
    }
}

TEST(utf8_is_validated_by_the_unicode_standard)
{
    static const struct {
        const char *in;
        bool ok;
    } cases[] = {
        { "", true },
        { "plain", true },
        { "caf\xC3\xA9", true },
        { "\xE2\x82\xAC", true },
        { "\xF0\x9F\x8C\xA9", true },
        { "\xF4\x8F\xBF\xBF", true },  /* U+10FFFF */
        { "\xF4\x90\x80\x80", false }, /* past U+10FFFF */
        { "\xC0\x80", false },         /* overlong */
        { "\xC1\xBF", false },
        { "\xE0\x9F\xBF", false },
        { "\xF0\x8F\xBF\xBF", false },
        { "\xED\xA0\x80", false }, /* surrogate */
        { "\xED\x9F\xBF", true },
        { "\x80", false },
        { "\xC3", false }, /* truncated */
        { "\xE2\x82", false },
        { "\xF0\x9F\x8C", false },
        { "\xC3(", false },
        { "\xF5\x80\x80\x80", false },
        { "\xFF", false },
    };
    for (size_t i = 0; i < ROWS(cases); i++)
        CHECK_ROW(i, str_is_utf8(str_of(cases[i].in)) == cases[i].ok);
    CHECK(!str_is_utf8(STR("a\0b")));
    CHECK_INT(str_utf8_length(STR("caf\xC3\xA9 \xE2\x82\xAC")), 6);
    CHECK_INT(str_utf8_step(STR("\xE2\x82\xAC!")), 3);
    CHECK_INT(str_utf8_step(STR_NONE), 0);
}

TEST(a_buffer_never_exceeds_its_maximum)
{
    struct buf b = BUF_INIT(10);

    buf_putz(&b, "12345");
    buf_putz(&b, "67890");
    CHECK(!b.failed);
    CHECK_STR(buf_z(&b), "1234567890");
    buf_putc(&b, '!');
    CHECK(b.failed);
    CHECK_STR(buf_z(&b), "1234567890");
    buf_truncate(&b, 5);
    CHECK_STR(buf_z(&b), "12345");
    buf_putc(&b, '6'); /* would fit, but an earlier put was dropped */
    CHECK_STR(buf_z(&b), "12345");
    buf_reset(&b);
    CHECK(!b.failed && b.n == 0);
    buf_printf(&b, "%d-%s", 42, "ok");
    CHECK_STR(buf_z(&b), "42-ok");
    buf_printf(&b, "%s", "toolong");
    CHECK(b.failed);
    CHECK_STR(buf_z(&b), "42-ok");
    buf_free(&b);
}

TEST(a_buffer_with_maximum_zero_holds_nothing)
{
    struct buf b = BUF_INIT(0);

    CHECK_STR(buf_z(&b), "");
    buf_put(&b, STR_NONE);
    CHECK(!b.failed);
    buf_putc(&b, 'x');
    CHECK(b.failed);
    CHECK(!buf_take(&b, NULL));
    buf_free(&b);
}

TEST(a_long_text_is_formatted_completely)
{
    struct buf b = BUF_INIT(100000);

    for (int i = 0; i < 2000; i++)
        buf_printf(&b, "%d,%s;", i, "some words that make the line longer");
    CHECK(!b.failed);
    CHECK_INT(strlen(buf_z(&b)), b.n);
    CHECK(str_ends(buf_str(&b), STR("1999,some words that make the line longer;")));
    buf_free(&b);
}

TEST(reserved_space_is_kept_until_the_buffer_grows)
{
    struct buf b = BUF_INIT(300);
    char *space = buf_reserve(&b, 200), *taken;
    size_t n = 0;

    CHECK(space);
    memset(space, 'x', 200);
    buf_grew(&b, 150);
    CHECK_INT(strlen(buf_z(&b)), 150);
    CHECK(!buf_reserve(&b, 151));
    CHECK(b.failed);
    CHECK(!buf_take(&b, &n));
    buf_reset(&b);
    buf_putz(&b, "mine");
    taken = buf_take(&b, &n);
    CHECK_STR(taken, "mine");
    CHECK_INT(n, 4);
    CHECK(!b.p && b.n == 0);
    free(taken);
    buf_free(&b);
}

TESTS(comparison_handles_empty_and_case, trimming_and_slicing_stay_in_bounds,
      searches_return_the_first_position_or_the_end, splitting_keeps_empty_words,
      words_are_runs_without_white_space, integers_are_complete_and_in_range,
      decimal_numbers_are_finite, decimal_numbers_are_the_nearest,
      utf8_is_validated_by_the_unicode_standard, a_buffer_never_exceeds_its_maximum,
      a_buffer_with_maximum_zero_holds_nothing, a_long_text_is_formatted_completely,
      reserved_space_is_kept_until_the_buffer_grows)
