/* SPDX-License-Identifier: Apache-2.0 */
#include "intents/weather/uom.h"

#include "tests/test.h"

TEST(every_code_of_the_recordings_is_known)
{
    static const struct {
        const char *code;
        enum quantity quantity;
        double value, want;
    } cases[] = {
        { "wmoUnit:degC", Q_TEMPERATURE, 21.1, 21.1 },
        { "unit:degC", Q_TEMPERATURE, -40.0, -40.0 },
        { "wmoUnit:km_h-1", Q_SPEED, 36.0, 10.0 },
        { "unit:m_s-1", Q_SPEED, 5.7, 5.7 },
        { "wmoUnit:Pa", Q_PRESSURE, 101325.0, 101325.0 },
        { "unit:Pa", Q_PRESSURE, 101325.0, 101325.0 },
        { "wmoUnit:mm", Q_DEPTH, 2.54, 2.54 },
        { "unit:mm", Q_DEPTH, 2.54, 2.54 },
        { "wmoUnit:m", Q_DEPTH, 0.0127, 12.7 },
        { "wmoUnit:m", Q_LENGTH, 16093.44, 16093.44 },
        { "unit:m", Q_LENGTH, 52.0, 52.0 },
        { "wmoUnit:km", Q_LENGTH, 1.5, 1500.0 },
        { "wmoUnit:percent", Q_PERCENT, 70.0, 70.0 },
        { "unit:percent", Q_PERCENT, 70.0, 70.0 },
        { "wmoUnit:degree_(angle)", Q_ANGLE, 310.0, 310.0 },
        { "unit:degree_(angle)", Q_ANGLE, 310.0, 310.0 },
        { "unit:degrees_true", Q_ANGLE, 12.0, 12.0 },
        { "nwsUnit:s", Q_TIME, 9.0, 9.0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct uom u;
        CHECK_ROW(i, uom_find(str_of(cases[i].code), cases[i].quantity, &u));
        CHECK_NEAR(uom_apply(u, cases[i].value), cases[i].want, 1e-9);
    }
}

TEST(codes_the_service_has_announced_are_known_too)
{
    static const struct {
        const char *code;
        enum quantity quantity;
        double value, want;
    } cases[] = {
        { "Cel", Q_TEMPERATURE, 10.0, 10.0 },
        { "uc:Cel", Q_TEMPERATURE, 10.0, 10.0 },
        { "wmoUnit:degF", Q_TEMPERATURE, 32.0, 0 },
        { "wmoUnit:degF", Q_TEMPERATURE, 212.0, 100 },
        { "wmo:K", Q_TEMPERATURE, 273.15, 0.0 },
        { "km/h", Q_SPEED, 18.0, 5.0 },
        { "m/s", Q_SPEED, 5.0, 5.0 },
        { "wmoUnit:kt", Q_SPEED, 10.0, 5.14444444 },
        { "wmoUnit:hPa", Q_PRESSURE, 1013.25, 101325.0 },
        { "%", Q_PERCENT, 50.0, 50.0 },
        { "deg", Q_ANGLE, 90.0, 90.0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct uom u;
        CHECK_ROW(i, uom_find(str_of(cases[i].code), cases[i].quantity, &u));
        CHECK_NEAR(uom_apply(u, cases[i].value), cases[i].want, 1e-6);
    }
}

TEST(an_unknown_code_or_another_quantity_is_no_value)
{
    static const struct {
        const char *code;
        enum quantity want;
    } cases[] = {
        { "", Q_TEMPERATURE },
        { "wmoUnit:", Q_TEMPERATURE },
        { "wmoUnit:degX", Q_TEMPERATURE },
        { "wmoUnit:degc", Q_TEMPERATURE }, /* codes are case-sensitive */
        { "foo:degC", Q_TEMPERATURE },     /* a namespace nobody has announced */
        { "wmoUnit:wmoUnit:degC", Q_TEMPERATURE },
        { "wmoUnit:degC ", Q_TEMPERATURE },
        { "wmoUnit:mm", Q_SPEED },
        { "wmoUnit:km_h-1", Q_TEMPERATURE },
        { "wmoUnit:Pa", Q_DEPTH },
        { "wmoUnit:percent", Q_ANGLE },
        { "wmoUnit:degC", Q_NONE },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct uom u = { 7.0, 7.0 };
        CHECK_ROW(i, !uom_find(str_of(cases[i].code), cases[i].want, &u));
        CHECK_ROW(i, u.factor == 7.0 && u.offset == 7.0);
    }
}

TESTS(every_code_of_the_recordings_is_known, codes_the_service_has_announced_are_known_too,
      an_unknown_code_or_another_quantity_is_no_value)
