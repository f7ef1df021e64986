/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/admin/outage.c. */
#include "server/admin/outage.h"

#include "tests/test.h"

enum { START = 1795000000, FIVE_MIN = 300 };

TEST(an_outage_lasts_from_the_first_failure_to_the_next_success)
{
    struct outage o = { 0 };

    CHECK_INT(outage_duration_s(&o, FIVE_MIN, START), 0);
    outage_feed(&o, 0, 0, START);
    CHECK_INT(outage_duration_s(&o, 0, START + 1), 0);
    for (int s = 0; s <= 400; s += 10)
        outage_feed(&o, 0, 2, START + s);
    CHECK_INT(outage_duration_s(&o, FIVE_MIN, START + 299), 0);
    CHECK_INT(outage_duration_s(&o, FIVE_MIN, START + 300), 300);
    CHECK_INT(outage_duration_s(&o, FIVE_MIN, START + 410), 410);
    outage_feed(&o, 1, 3, START + 411); /* one success among failures */
    CHECK_INT(outage_duration_s(&o, 0, START + 412), 0);
    outage_feed(&o, 0, 1, START + 420);
    CHECK_INT(outage_duration_s(&o, FIVE_MIN, START + 500), 0);
    CHECK_INT(outage_duration_s(&o, 0, START + 500), 80);
}

TEST(one_failure_long_ago_is_not_an_outage)
{
    struct outage o = { 0 };

    outage_feed(&o, 0, 1, START);
    CHECK_INT(outage_duration_s(&o, FIVE_MIN, START + 300), 300);
    CHECK_INT(outage_duration_s(&o, FIVE_MIN, START + 301), 0);
    outage_feed(&o, 0, 1, START + 900); /* it went on meanwhile */
    CHECK_INT(outage_duration_s(&o, FIVE_MIN, START + 901), 901);
}

TEST(a_clock_that_is_set_back_does_no_harm)
{
    struct outage o = { 0 };

    outage_feed(&o, 0, 1, START + 5000);
    outage_feed(&o, 0, 1, START);
    CHECK_INT(outage_duration_s(&o, FIVE_MIN, START + 10), 0);
    CHECK_INT(outage_duration_s(&o, 0, START + 10), 10);
}

TESTS(an_outage_lasts_from_the_first_failure_to_the_next_success,
      one_failure_long_ago_is_not_an_outage, a_clock_that_is_set_back_does_no_harm)
