/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/deadline.c -- deadlines and NO_WAIT. */
#include "server/base/deadline.h"

#include "tests/test.h"

TEST(no_wait_has_no_time_left_but_has_not_passed)
{
    CHECK(!deadline_may_wait(NO_WAIT));
    CHECK(!deadline_passed(NO_WAIT));
    CHECK_INT(clock_left_ms(NO_WAIT), 0);
}

TEST(a_deadline_passes)
{
    int64_t now = clock_mono_ms();

    CHECK(deadline_may_wait(now - 1) && deadline_passed(now - 1));
    CHECK(deadline_may_wait(now + 10000) && !deadline_passed(now + 10000));
}

TESTS(no_wait_has_no_time_left_but_has_not_passed, a_deadline_passes)
