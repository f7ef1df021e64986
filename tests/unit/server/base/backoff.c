/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/backoff.c -- waits grow to their ceiling, are spread, and end in time. */
#include "server/base/backoff.h"

#include "server/base/clock.h"
#include "tests/test.h"

TEST(the_ceiling_doubles_up_to_its_maximum)
{
    static const int64_t ceilings[] = { 100, 200, 400, 800, 1000, 1000 };

    for (int round = 0; round < 200; round++) {
        struct backoff full = { .first_ms = 100, .max_ms = 1000 };
        struct backoff equal = { .first_ms = 100, .max_ms = 1000, .jitter = BACKOFF_EQUAL_JITTER };
        for (size_t i = 0; i < sizeof ceilings / sizeof ceilings[0]; i++) {
            int64_t a = backoff_next_ms(&full), b = backoff_next_ms(&equal);
            CHECK_ROW(i, a >= 0 && a <= ceilings[i]);
            CHECK_ROW(i, b >= ceilings[i] / 2 && b <= ceilings[i]);
        }
    }
}

TEST(waits_are_spread_over_their_whole_range)
{
    bool low = false, high = false;

    for (int i = 0; i < 1000; i++) {
        struct backoff b = { .first_ms = 1000, .max_ms = 1000 };
        int64_t wait = backoff_next_ms(&b);
        low |= wait < 100;
        high |= wait > 900;
    }
    CHECK(low && high);
}

TEST(extreme_bounds_do_not_overflow)
{
    struct backoff b = { .first_ms = 1, .max_ms = INT64_MAX - 1, .jitter = BACKOFF_EQUAL_JITTER };

    for (int i = 0; i < 100; i++)
        CHECK(backoff_next_ms(&b) >= 0);
    b = (struct backoff){ .first_ms = 50, .max_ms = 10 }; /* the first wait may be the longest */
    CHECK(backoff_next_ms(&b) <= 50);
    CHECK(backoff_next_ms(&b) <= 10);
}

TEST(it_gives_up_after_the_allowed_number_of_waits)
{
    struct backoff b = { .first_ms = 1, .max_ms = 1, .waits_max = 3 };

    for (int i = 0; i < 3; i++)
        CHECK(backoff_sleep(&b, INT64_MAX));
    CHECK(!backoff_sleep(&b, INT64_MAX));
    backoff_reset(&b);
    CHECK(backoff_sleep(&b, INT64_MAX));
}

TEST(it_never_sleeps_past_the_deadline)
{
    struct backoff b = { .first_ms = 60000, .max_ms = 60000, .jitter = BACKOFF_EQUAL_JITTER };
    int64_t start = clock_mono_ms();

    CHECK(!backoff_sleep(&b, start + 5000));
    CHECK(!backoff_sleep(&b, start - 1));
    CHECK(clock_mono_ms() - start < 5000);
}

TEST(a_reset_starts_over)
{
    struct backoff b = { .first_ms = 10, .max_ms = 10000, .jitter = BACKOFF_EQUAL_JITTER };

    for (int i = 0; i < 5; i++)
        (void)backoff_next_ms(&b);
    CHECK(backoff_next_ms(&b) >= 160);
    backoff_reset(&b);
    CHECK(backoff_next_ms(&b) <= 10);
}

TESTS(the_ceiling_doubles_up_to_its_maximum, waits_are_spread_over_their_whole_range,
      extreme_bounds_do_not_overflow, it_gives_up_after_the_allowed_number_of_waits,
      it_never_sleeps_past_the_deadline, a_reset_starts_over)
