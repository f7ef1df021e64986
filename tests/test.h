/* SPDX-License-Identifier: Apache-2.0 */
/* tests/test.h -- cmocka in our words: a test is a sentence, a file is a program.
 *
 *     TEST(compass_names_the_nearest_point) { CHECK_STR(units_compass_point(0.0), "north"); }
 *     TESTS(compass_names_the_nearest_point, ...)      at the foot: gives main() */
#ifndef CLIMACAST_TESTS_TEST_H
#define CLIMACAST_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#undef stop /* cmocka 2 makes a macro of this common name */

#include "server/base/str.h"

#define TEST(name) static void name(void **state_unused __attribute__((unused)))

#define CHECK(condition) assert_true(condition)
#define CHECK_INT(got, want) assert_int_equal((got), (want))
#define CHECK_STR(got, want) assert_string_equal((got), (want))
/* A struct str against a literal or C string. */
#define CHECK_SLICE(got, want)                                                 \
    do {                                                                       \
        struct str check_got = (got);                                          \
        if (!str_eqz(check_got, (want)))                                       \
            fail_msg("got \"%.*s\", want \"%s\"", STR_ARG(check_got), (want)); \
    } while (0)
#define CHECK_NEAR(got, want, slack)                                         \
    do {                                                                     \
        double check_a = (got), check_b = (want);                            \
        if (!(check_a - check_b <= (slack) && check_b - check_a <= (slack))) \
            fail_msg("got %.9g, want %.9g", check_a, check_b);               \
    } while (0)
/* In a loop over a table: say which row. */
#define CHECK_ROW(row, condition)                           \
    do {                                                    \
        if (!(condition))                                   \
            fail_msg("row %d: %s", (int)(row), #condition); \
    } while (0)

/* TESTS(a, b, c): up to 40 tests of a file, and its main().
 * TESTS_WITH(set_up, tear_down, a, b, c): the same with a fixture for the whole file; each of the
 * two is an int (void **state) that returns 0, or NULL. TESTS_EACH_WITH(set_up, tear_down, a, b,
 * c): the fixture is made anew for each test. */
#define TESTS_ONE(name) cmocka_unit_test(name),
#define TESTS(...) TESTS_WITH(NULL, NULL, __VA_ARGS__)
#define TESTS_WITH(set_up, tear_down, ...)                             \
    int main(void)                                                     \
    {                                                                  \
        const struct CMUnitTest tests[] = { TESTS_LIST(__VA_ARGS__) }; \
        return cmocka_run_group_tests(tests, set_up, tear_down);       \
    }
#define TESTS_EACH_WITH(set_up, tear_down, ...)                                         \
    int main(void)                                                                      \
    {                                                                                   \
        struct CMUnitTest tests[] = { TESTS_LIST(__VA_ARGS__) };                        \
        for (size_t tests_i = 0; tests_i < sizeof tests / sizeof tests[0]; tests_i++) { \
            tests[tests_i].setup_func = set_up;                                         \
            tests[tests_i].teardown_func = tear_down;                                   \
        }                                                                               \
        return cmocka_run_group_tests(tests, NULL, NULL);                               \
    }
#define TESTS_LIST(...) TESTS_EXPAND(TESTS_MAP(__VA_ARGS__))
#define TESTS_PARENS ()
#define TESTS_EXPAND(...) TESTS_E3(TESTS_E3(TESTS_E3(TESTS_E3(__VA_ARGS__))))
#define TESTS_E3(...) TESTS_E2(TESTS_E2(TESTS_E2(TESTS_E2(__VA_ARGS__))))
#define TESTS_E2(...) TESTS_E1(TESTS_E1(TESTS_E1(TESTS_E1(__VA_ARGS__))))
#define TESTS_E1(...) __VA_ARGS__
#define TESTS_MAP(first, ...) TESTS_ONE(first) __VA_OPT__(TESTS_AGAIN TESTS_PARENS(__VA_ARGS__))
#define TESTS_AGAIN() TESTS_MAP

#endif
