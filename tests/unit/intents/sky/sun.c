/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/sky/sun.c -- polar days and nights, and which solar day is meant. */
#include "intents/sky/sun.h"

#include "tests/test.h"

enum { HOUR = 3600, DAY = 86400 };

static const int64_t june_21 = 1782043200;     /* 2026-06-21 12:00 UTC */
static const int64_t december_21 = 1797854400; /* 2026-12-21 12:00 UTC */
static const double utqiagvik[] = { 71.29, -156.79 };

TEST(the_polar_day_has_no_sunset_and_never_gets_dark)
{
    struct sun_day day = sun_day_around(utqiagvik[0], utqiagvik[1], june_21 + 10 * HOUR);

    CHECK_INT(day.sunrise.kind, SUN_STAYS_ABOVE);
    CHECK_INT(day.sunset.kind, SUN_STAYS_ABOVE);
    CHECK_INT(day.dark.kind, SUN_STAYS_ABOVE);
    CHECK_INT(sun_day_length(&day), DAY);
    CHECK_NEAR(day.noon_height, 90 - 71.29 + 23.44, 0.1);
}

TEST(the_polar_night_has_no_sunrise_but_a_first_light)
{
    struct sun_day day = sun_day_around(utqiagvik[0], utqiagvik[1], december_21 + 10 * HOUR);

    CHECK_INT(day.sunrise.kind, SUN_STAYS_BELOW);
    CHECK_INT(day.sunset.kind, SUN_STAYS_BELOW);
    CHECK_INT(day.first_light.kind, SUN_CROSSES);
    CHECK_INT(sun_day_length(&day), 0);
    CHECK(day.noon_height < 0 && day.noon_height > -6);
}

TEST(at_the_poles_the_sun_crosses_nothing)
{
    for (int sign = -1; sign <= 1; sign += 2) {
        struct sun_day day = sun_day_around(90.0 * sign, 0, june_21);
        enum sun_crossing_kind want = sign > 0 ? SUN_STAYS_ABOVE : SUN_STAYS_BELOW;
        CHECK_INT(day.sunrise.kind, want);
        CHECK_INT(day.sunset.kind, want);
        CHECK_NEAR(day.noon_height, 23.44 * sign, 0.05);
    }
}

TEST(every_instant_of_a_day_means_the_same_solar_day)
{
    struct sun_day noon = sun_day_around(40.015, -105.27, december_21 + 7 * HOUR);

    for (int hours = -11; hours <= 11; hours++) {
        struct sun_day day = sun_day_around(40.015, -105.27, december_21 + (7 + hours) * HOUR);
        CHECK_INT(day.sunset.at, noon.sunset.at);
    }
}

TEST(events_of_a_day_are_in_order_and_frame_the_noon)
{
    for (int d = 0; d < 365; d++) {
        struct sun_day day = sun_day_around(61.2, -149.9, june_21 + 10 * HOUR + d * (int64_t)DAY);
        CHECK(day.sunrise.at < day.noon && day.noon < day.sunset.at);
        if (day.first_light.kind == SUN_CROSSES)
            CHECK(day.first_light.at < day.sunrise.at);
        if (day.dark.kind == SUN_CROSSES)
            CHECK(day.dark.at > day.sunset.at);
        CHECK_INT(sun_day_length(&day), day.sunset.at - day.sunrise.at);
    }
}

TEST(the_sun_is_up_from_sunrise_to_sunset)
{
    struct sun_day day = sun_day_around(40.015, -105.27, june_21 + 7 * HOUR);

    CHECK(!sun_is_up(40.015, -105.27, day.sunrise.at - 60));
    CHECK(sun_is_up(40.015, -105.27, day.sunrise.at + 60));
    CHECK(sun_is_up(40.015, -105.27, day.sunset.at - 60));
    CHECK(!sun_is_up(40.015, -105.27, day.sunset.at + 60));
    CHECK(sun_is_up(utqiagvik[0], utqiagvik[1], june_21));
    CHECK(!sun_is_up(utqiagvik[0], utqiagvik[1], december_21 + 10 * HOUR));
}

TEST(noon_heights_are_those_of_the_solstices)
{
    CHECK_NEAR(sun_day_around(40, -105, june_21 + 7 * HOUR).noon_height, 73.44, 0.05);
    CHECK_NEAR(sun_day_around(40, -105, december_21 + 7 * HOUR).noon_height, 26.56, 0.05);
    CHECK_NEAR(sun_day_around(-40, -105, june_21 + 7 * HOUR).noon_height, 26.56, 0.05);
}

TEST(hours_have_the_sun_as_single_instants_do_but_for_two_minutes)
{
    static const double latitudes[] = { 18.2, 40.0, 64.8, 71.29, -14.3 };

    enum { HOURS = 25, SLACK_S = 120 };
    bool up[HOURS];

    for (size_t i = 0; i < sizeof latitudes / sizeof latitudes[0]; i++) {
        for (int day = 0; day < 366; day += 7) {
            int64_t from = june_21 + (int64_t)day * DAY + 1234;
            sun_is_up_hourly(latitudes[i], -105, from, HOURS, up);
            for (int k = 0; k < HOURS; k++) {
                int64_t t = from + (int64_t)k * HOUR;
                bool near = sun_is_up(latitudes[i], -105, t - SLACK_S) !=
                            sun_is_up(latitudes[i], -105, t + SLACK_S);
                bool polar = latitudes[i] > 66; /* the sun may follow the horizon */
                CHECK_ROW(k, near || polar || up[k] == sun_is_up(latitudes[i], -105, t));
            }
        }
    }
}

TESTS(the_polar_day_has_no_sunset_and_never_gets_dark,
      the_polar_night_has_no_sunrise_but_a_first_light, at_the_poles_the_sun_crosses_nothing,
      every_instant_of_a_day_means_the_same_solar_day,
      events_of_a_day_are_in_order_and_frame_the_noon, the_sun_is_up_from_sunrise_to_sunset,
      noon_heights_are_those_of_the_solstices,
      hours_have_the_sun_as_single_instants_do_but_for_two_minutes)
