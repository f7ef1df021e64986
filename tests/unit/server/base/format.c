/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/format.c -- the same as printf, or nothing. */
#include "server/base/format.h"

#include <limits.h>
#include <stdbool.h>

#include "tests/test.h"

enum { SIZE = 100 };

/* Both write at most `size` bytes; returns whether the texts are the same. */
__attribute__((format(printf, 2, 3))) static int agree(size_t size, const char *format, ...)
{
    char got[SIZE] = "", want[SIZE] = "";
    va_list args, again;
    int length, known;

    va_start(args, format);
    va_copy(again, args);
    length = format_text(got, size, format, args);
    known = vsnprintf(want, size, format, again);
    va_end(again);
    va_end(args);
    if (length < 0)
        return -1;
    CHECK_INT(length, known);
    CHECK((size_t)known < size);
    CHECK_STR(got, want);
    return length;
}

TEST(common_directives_give_what_printf_does)
{
    CHECK(agree(SIZE, "%s", "") == 0);
    CHECK(agree(SIZE, "100%%") > 0);
    CHECK(agree(SIZE, "%s, %s!%s", "one", "two", "") > 0);
    CHECK(agree(SIZE, "<%.*s>", 3, "abcdef") == 5);
    CHECK(agree(SIZE, "<%.*s>", 9, "abc") == 5);
    CHECK(agree(SIZE, "<%.*s>", 0, "abc") == 2);
    CHECK(agree(SIZE, "%c%c", 'a', 'b') == 2);
    CHECK(agree(SIZE, "%d %d %d %d %d", 0, 1, -1, INT_MAX, INT_MIN) > 0);
    CHECK(agree(SIZE, "%u %u", 0U, UINT_MAX) > 0);
    CHECK(agree(SIZE, "%ld %lld %lld", LONG_MIN, LLONG_MIN, LLONG_MAX) > 0);
    CHECK(agree(SIZE, "%lu %llu %zu", ULONG_MAX, ULLONG_MAX, SIZE_MAX) > 0);
    CHECK(agree(SIZE, "%d.%02d %02d %04d %03d", 29, 5, 31, -12, 1234) > 0);
    CHECK(agree(SIZE, "%02zu:%09lld", (size_t)7, -5LL) > 0);
}

TEST(other_directives_are_left_to_printf)
{
    CHECK_INT(agree(SIZE, "%x", 255U), -1);
    CHECK_INT(agree(SIZE, "%5d", 3), -1);
    CHECK_INT(agree(SIZE, "%-3s", "a"), -1);
    CHECK_INT(agree(SIZE, "%.2s", "abc"), -1);
    CHECK_INT(agree(SIZE, "%.*f", 2, 1.5), -1);
    CHECK_INT(agree(SIZE, "%.1f", 1.5), -1);
    CHECK_INT(agree(SIZE, "%+d", 1), -1);
    CHECK_INT(agree(SIZE, "%012d", 1), -1);
    CHECK_INT(agree(SIZE, "%.*s", -1, "abc"), -1);
    CHECK_INT(agree(SIZE, "%hd", (short)1), -1);
}

TEST(what_does_not_fit_with_its_nul_is_left_to_printf)
{
    for (size_t size = 0; size < 12; size++) {
        CHECK_ROW(size, agree(size, "%s-%d", "abcd", 123456) == -1);
        CHECK_ROW(size, agree(size, "abc%d", 12) == (size > 5 ? 5 : -1));
    }
    CHECK_INT(agree(12, "%s-%d", "abcd", 123456), 11);
}

TESTS(common_directives_give_what_printf_does, other_directives_are_left_to_printf,
      what_does_not_fit_with_its_nul_is_left_to_printf)
