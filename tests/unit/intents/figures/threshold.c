/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/figures/threshold.c -- the first hour at a number: from both sides, and in
 * whole units. */
#include "intents/figures/threshold.h"

#include "tests/unit/intents/figures/layers.h"

/* Hours of 60 degrees but for these, at a current hour of H(10) and half past. */
static struct threshold_answer find(struct threshold_question q, const double *f, const int *at,
                                    size_t count)
{
    struct layers l = layers_start();
    const struct days d = { zone_utc(), H(10) + 1800 };
    struct threshold_answer a;
    int hour = 9;

    layer(&l, "temperature", "degC");
    for (size_t i = 0; i < count; i++) {
        if (at[i] > hour)
            run(&l, hour, at[i] - hour, 60);
        if (f[i] != 999)
            run(&l, at[i], 1, f[i]);
        hour = at[i] + 1;
    }
    run(&l, hour, 200 - hour, 60);
    q.period = (struct span){ H(10), H(10) + 7 * 86400 };
    a = threshold_find(layers_grid(&l), &d, &q);
    layers_free(&l);
    return a;
}

#define ASKED(direction, number)  \
    ((struct threshold_question){ \
        MEASURE_TEMPERATURE, THRESHOLD_##direction, (number), UNITS_US, { 0, 0 }, false })

TEST(the_first_hour_at_the_number_or_past_it)
{
    static const double f[] = { 79.4, 79.6, 85 };
    static const int at[] = { 12, 14, 16 };
    struct threshold_answer a = find(ASKED(REACH, 80), f, at, 3);

    CHECK(a.read && a.found && a.up && !a.already && a.whole);
    CHECK_INT(a.at, H(14));
    a = find(ASKED(ABOVE, 81), f, at, 3);
    CHECK(a.found);
    CHECK_INT(a.at, H(16));
}

TEST(the_number_is_reached_from_the_present_value)
{
    static const double f[] = { 45, 75 };
    static const int at[] = { 12, 14 };
    struct threshold_answer a = find(ASKED(REACH, 50), f, at, 2);

    CHECK(a.found && !a.up);
    CHECK_INT(a.at, H(12));
    a = find(ASKED(REACH, 70), f, at, 2);
    CHECK(a.found && a.up);
    CHECK_INT(a.at, H(14));
    a = find(ASKED(BELOW, 50), f, at, 2);
    CHECK_INT(a.at, H(12));
}

TEST(already_there)
{
    static const double f[] = { 45 };
    static const int at[] = { 12 };

    CHECK(find(ASKED(REACH, 60), f, at, 1).already);
    CHECK(find(ASKED(ABOVE, 55), f, at, 1).already);
    CHECK(find(ASKED(BELOW, 70), f, at, 1).already);
    CHECK(!find(ASKED(BELOW, 59), f, at, 1).already);
}

TEST(never_tells_the_nearest_hour)
{
    static const double f[] = { 45, 75 };
    static const int at[] = { 12, 14 };
    struct threshold_answer a = find(ASKED(ABOVE, 80), f, at, 2);

    CHECK(a.read && !a.found && a.whole);
    CHECK_INT(a.at, H(14));
    a = find(ASKED(BELOW, 32), f, at, 2);
    CHECK(!a.found);
    CHECK_INT(a.at, H(12));
}

/* The current hour is ten o'clock, so that seven days end at ten, and the week's last noon is
 * beyond. */
TEST(the_last_day_is_one_on_which_the_number_is_not_reached)
{
    static const double f[] = { 75, 85 };
    static const int at[] = { 12, 7 * 24 + 15 };

    CHECK_INT(find(ASKED(ABOVE, 90), f, at, 2).noon, H(7 * 24 + 12));
    CHECK_INT(find(ASKED(ABOVE, 80), f, at, 2).noon, H(6 * 24 + 12));
}

TEST(a_gap_is_noticed)
{
    static const double f[] = { 999 };
    static const int at[] = { 12 };

    CHECK(!find(ASKED(ABOVE, 80), f, at, 1).whole);
}

TEST(the_number_is_in_the_units_that_are_spoken)
{
    static const double f[] = { 45, 86 };
    static const int at[] = { 12, 14 };
    struct threshold_question q = ASKED(REACH, 30);
    struct threshold_answer a;

    q.system = UNITS_METRIC;
    a = find(q, f, at, 2);
    CHECK(a.found && a.up);
    CHECK_INT(a.at, H(14));
}

TEST(a_layer_that_is_missing_is_not_read)
{
    static const double f[] = { 45 };
    static const int at[] = { 12 };
    struct threshold_question q = ASKED(ABOVE, 30);

    q.measure = MEASURE_WIND;
    CHECK(!find(q, f, at, 1).read);
}

TESTS(the_first_hour_at_the_number_or_past_it, the_number_is_reached_from_the_present_value,
      already_there, never_tells_the_nearest_hour,
      the_last_day_is_one_on_which_the_number_is_not_reached, a_gap_is_noticed,
      the_number_is_in_the_units_that_are_spoken, a_layer_that_is_missing_is_not_read)
