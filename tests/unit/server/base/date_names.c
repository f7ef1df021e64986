/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/date_names.c -- names of weekdays and months. */
#include "tests/test.h"

#include "server/base/date_names.h"

TEST(days_and_months_have_a_long_and_a_short_name)
{
    CHECK_STR(weekday_name(0), "Sunday");
    CHECK_STR(weekday_name(6), "Saturday");
    CHECK_STR(month_name(1), "January");
    CHECK_STR(month_name(12), "December");
    for (int i = 0; i < 7; i++)
        CHECK_SLICE(str_sub(str_of(weekday_name(i)), 0, 3), weekday_short_name(i));
    for (int i = 1; i <= 12; i++)
        CHECK_SLICE(str_sub(str_of(month_name(i)), 0, 3), month_short_name(i));
}

TEST(a_number_out_of_range_has_no_name)
{
    CHECK_STR(weekday_name(-1), "");
    CHECK_STR(weekday_name(7), "");
    CHECK_STR(weekday_short_name(-1), "");
    CHECK_STR(weekday_short_name(7), "");
    CHECK_STR(month_name(0), "");
    CHECK_STR(month_name(13), "");
    CHECK_STR(month_short_name(0), "");
    CHECK_STR(month_short_name(13), "");
}

TEST(only_long_capitalized_names_are_recognized)
{
    CHECK(is_weekday_or_month(STR("Wednesday")));
    CHECK(is_weekday_or_month(STR("May")));
    CHECK(!is_weekday_or_month(STR("wednesday")));
    CHECK(!is_weekday_or_month(STR("Wed")));
    CHECK(!is_weekday_or_month(STR("Sundays")));
    CHECK(!is_weekday_or_month(STR_NONE));
}

TESTS(days_and_months_have_a_long_and_a_short_name, a_number_out_of_range_has_no_name,
      only_long_capitalized_names_are_recognized)
