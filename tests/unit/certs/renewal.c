/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of certs/renewal.c: certificates of every usual lifetime are quiet while renewal is
 * in time, and warned about when it is not. */
#include "certs/renewal.h"

#include "tests/test.h"

enum { HOUR = 3600, DAY = 86400, START = 1795000000 };

TEST(warnings_follow_the_lifetime)
{
    static const struct {
        int64_t lifetime, left;
        bool overdue;
    } rows[] = {
        /* Let's Encrypt's profile of 160 hours; a third is 53 hours */
        { 160 * HOUR, 160 * HOUR, false },
        { 160 * HOUR, 80 * HOUR, false },
        { 160 * HOUR, 54 * HOUR, false },
        { 160 * HOUR, 53 * HOUR, true },
        { 160 * HOUR, 2 * HOUR, true },
        { 6 * DAY, 6 * DAY - 1, false },
        { 6 * DAY, 2 * DAY, false },
        { 6 * DAY, 2 * DAY - 1, true },
        /* 90 days: certbot renews when 30 are left */
        { 90 * DAY, 90 * DAY, false },
        { 90 * DAY, 30 * DAY, false },
        { 90 * DAY, 30 * DAY - 1, true },
        { 45 * DAY, 16 * DAY, false },
        { 45 * DAY, 14 * DAY, true },
        /* long ones are warned about for a month, not for a third of their life */
        { 397 * DAY, 100 * DAY, false },
        { 397 * DAY, 29 * DAY, true },
        { 825 * DAY, 200 * DAY, false },
        /* expired, and dates that make no sense */
        { 90 * DAY, 0, true },
        { 90 * DAY, -1 * DAY, true },
        { 0, 1, false },
        { -5 * DAY, -1, true },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK_ROW(i,
                  renewal_is_overdue(START, START + rows[i].lifetime,
                                     START + rows[i].lifetime - rows[i].left) == rows[i].overdue);
}

TEST(time_left_is_told_in_days_and_hours)
{
    static const struct {
        int64_t left;
        const char *text;
    } rows[] = {
        { 60 * DAY + HOUR, "60 days" },
        { 10 * DAY, "10 days" },
        { 5 * DAY + 3 * HOUR + 59 * 60, "5 days 3 hours" },
        { 2 * DAY + HOUR, "2 days 1 hour" },
        { 3 * DAY + 5, "3 days" },
        { 2 * DAY - 1, "47 hours" },
        { HOUR, "1 hour" },
        { 59 * 60, "0 hours" },
        { -DAY, "0 hours" },
    };
    char text[RENEWAL_TEXT_BYTES];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        renewal_format_left(rows[i].left, text);
        CHECK_STR(text, rows[i].text);
    }
}

TESTS(warnings_follow_the_lifetime, time_left_is_told_in_days_and_hours)
