/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/speech/units.c -- conversion, rounding and wording of values. */
#include "intents/speech/units.h"

#include "tests/test.h"

#include <limits.h>
#include <math.h>

TEST(halves_round_away_from_zero_despite_binary_noise)
{
    static const struct {
        double value;
        int want;
    } cases[] = {
        { 0.5, 1 },
        { -0.5, -1 },
        { 1.5, 2 },
        { 2.5, 3 },
        { -2.5, -3 },
        { 0.4999, 0 },
        { 68.49999999999999, 69 },
        { 68.4999, 68 },
        { -3.4999999999999, -4 },
        { 1e300, INT_MAX },
        { -1e300, INT_MIN },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_INT(units_round(cases[i].value), cases[i].want);
    CHECK_INT(units_round((double)NAN), INT_MIN);
}

TEST(temperatures_and_speeds_are_rounded)
{
    CHECK_INT(units_fahrenheit(0.0), 32);
    CHECK_INT(units_fahrenheit(100.0), 212);
    CHECK_INT(units_fahrenheit(-40.0), -40);
    CHECK_INT(units_fahrenheit(21.100000000000001), 70);
    CHECK_INT(units_fahrenheit(-17.5), 1);               /* 0.5 */
    CHECK_INT(units_fahrenheit(20.277777777777779), 69); /* 68.5 with noise */
    CHECK_INT(units_mph(0.0), 0);
    CHECK_INT(units_mph(4.4704), 10);
    CHECK_INT(units_mph(18.52 / 3.6), 12); /* ten knots */
    CHECK_INT(units_mph(0.2), 0);
    CHECK_INT(units_mph(0.22352), 1); /* half a mile per hour */
}

TEST(pressure_has_two_decimals)
{
    static const struct {
        double pascal;
        const char *want;
    } cases[] = {
        { 101325.0, "29.92" },
        { 100000.0, "29.53" },
        { 101590.0, "30.00" },
        { 84000.0, "24.81" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out = BUF_INIT(20);
        units_put_inhg(&out, cases[i].pascal);
        CHECK_STR(buf_z(&out), cases[i].want);
        buf_free(&out);
    }
}

TEST(compass_names_the_nearest_point)
{
    static const struct {
        double degrees;
        const char *want;
    } cases[] = {
        { 0.0, "north" },
        { 11.2, "north" },
        { 11.25, "north northeast" },
        { 44.9, "northeast" },
        { 90.0, "east" },
        { 180.0, "south" },
        { 202.5, "south southwest" },
        { 225.0, "southwest" },
        { 281.3, "west northwest" },
        { 348.7, "north northwest" },
        { 348.75, "north" },
        { 359.9, "north" }, /* wraps */
        { 360.0, "north" },
        { -1.0, "" }, /* out of range: no guess is made */
        { 361.0, "" },
        { (double)NAN, "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_STR(units_compass_point(cases[i].degrees), cases[i].want);
}

TEST(depths_are_worded)
{
    static const struct {
        double inches;
        const char *want;
    } cases[] = {
        { 0.001, "less than a tenth of an inch" },
        { 0.05, "less than a tenth of an inch" },
        { 0.1, "a tenth of an inch" },
        { 0.17, "a tenth of an inch" },
        { 0.18, "a quarter of an inch" },
        { 0.25, "a quarter of an inch" },
        { 0.37, "a quarter of an inch" },
        { 0.375, "half an inch" },
        { 0.5, "half an inch" },
        { 0.75, "three quarters of an inch" },
        { 0.9, "an inch" },
        { 1.0, "an inch" },
        { 1.25, "an inch and a quarter" },
        { 1.5, "an inch and a half" },
        { 1.75, "an inch and three quarters" },
        { 1.9, "2 inches" },
        { 2.25, "2 and a quarter inches" },
        { 3.4, "3 and a half inches" },
        { 6.0, "6 inches" },
        { 9.8, "10 inches" },
        { 14.3, "14 inches" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out = BUF_INIT(60);
        units_put_depth(&out, cases[i].inches * 25.4);
        if (strcmp(buf_z(&out), cases[i].want) != 0)
            fail_msg("%.3f inches: %s", cases[i].inches, buf_z(&out));
        buf_free(&out);
    }
}

TEST(each_system_has_its_units)
{
    struct buf out = BUF_INIT(200);

    CHECK_INT(units_degrees(21.6, UNITS_US), 71);
    CHECK_INT(units_degrees(21.6, UNITS_METRIC), 22);
    CHECK_INT(units_speed(10.0, UNITS_US), 22);
    CHECK_INT(units_speed(10.0, UNITS_METRIC), 36);
    units_put_wind_speed(&out, 1, UNITS_US);
    buf_putz(&out, ", ");
    units_put_wind_speed(&out, 36, UNITS_METRIC);
    buf_putz(&out, ", ");
    units_put_rain(&out, 12.7, UNITS_US);
    buf_putz(&out, ", ");
    units_put_rain(&out, 12.7, UNITS_METRIC);
    buf_putz(&out, ", ");
    units_put_rain(&out, 0.4, UNITS_METRIC);
    buf_putz(&out, ", ");
    units_put_snow(&out, 76.0, UNITS_METRIC);
    buf_putz(&out, ", ");
    units_put_pressure(&out, 101320.0, UNITS_US);
    buf_putz(&out, ", ");
    units_put_pressure(&out, 101320.0, UNITS_METRIC);
    CHECK_STR(buf_z(&out), "1 mile per hour, 36 kilometers per hour, half an inch, 13 millimeters, "
                           "less than a millimeter, 8 centimeters, 29.92, 1013");
    buf_free(&out);
}

TEST(words_name_a_system)
{
    enum units_system system = UNITS_US;

    CHECK(units_find(STR("metric"), &system) && system == UNITS_METRIC);
    CHECK(units_find(STR("degrees fahrenheit"), &system) && system == UNITS_US);
    CHECK(units_find(STR("celsius"), &system) && system == UNITS_METRIC);
    CHECK(!units_find(STR("cubits"), &system) && !units_find(STR_NONE, &system));
    CHECK_INT(system, UNITS_METRIC);
}

TESTS(each_system_has_its_units, words_name_a_system,
      halves_round_away_from_zero_despite_binary_noise, temperatures_and_speeds_are_rounded,
      pressure_has_two_decimals, compass_names_the_nearest_point, depths_are_worded)
