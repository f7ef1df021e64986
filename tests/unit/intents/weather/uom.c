/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/uom.c -- conversion of the unit codes of NWS. */
#include "intents/weather/uom.h"

#include "tests/test.h"

TEST(every_code_in_the_recordings_is_known)
{
    static const struct {
        const char *code;
        enum uom_quantity quantity;
        double value, want;
    } cases[] = {
        { "wmoUnit:degC", UOM_TEMPERATURE, 21.1, 21.1 },
        { "unit:degC", UOM_TEMPERATURE, -40.0, -40.0 },
        { "wmoUnit:km_h-1", UOM_SPEED, 36.0, 10.0 },
        { "unit:m_s-1", UOM_SPEED, 5.7, 5.7 },
        { "wmoUnit:Pa", UOM_PRESSURE, 101325.0, 101325.0 },
        { "unit:Pa", UOM_PRESSURE, 101325.0, 101325.0 },
        { "wmoUnit:mm", UOM_DEPTH, 2.54, 2.54 },
        { "unit:mm", UOM_DEPTH, 2.54, 2.54 },
        { "wmoUnit:m", UOM_DEPTH, 0.0127, 12.7 },
        { "wmoUnit:m", UOM_LENGTH, 16093.44, 16093.44 },
        { "unit:m", UOM_LENGTH, 52.0, 52.0 },
        { "wmoUnit:km", UOM_LENGTH, 1.5, 1500.0 },
        { "wmoUnit:percent", UOM_PERCENT, 70.0, 70.0 },
        { "unit:percent", UOM_PERCENT, 70.0, 70.0 },
        { "wmoUnit:degree_(angle)", UOM_ANGLE, 310.0, 310.0 },
        { "unit:degree_(angle)", UOM_ANGLE, 310.0, 310.0 },
        { "unit:degrees_true", UOM_ANGLE, 12.0, 12.0 },
        { "nwsUnit:s", UOM_TIME, 9.0, 9.0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct uom u;
        CHECK_ROW(i, uom_find(str_of(cases[i].code), cases[i].quantity, &u));
        CHECK_NEAR(uom_apply(u, cases[i].value), cases[i].want, 1e-9);
    }
}

TEST(announced_codes_are_known)
{
    static const struct {
        const char *code;
        enum uom_quantity quantity;
        double value, want;
    } cases[] = {
        { "Cel", UOM_TEMPERATURE, 10.0, 10.0 },
        { "uc:Cel", UOM_TEMPERATURE, 10.0, 10.0 },
        { "wmoUnit:degF", UOM_TEMPERATURE, 32.0, 0 },
        { "wmoUnit:degF", UOM_TEMPERATURE, 212.0, 100 },
        { "wmo:K", UOM_TEMPERATURE, 273.15, 0.0 },
        { "km/h", UOM_SPEED, 18.0, 5.0 },
        { "m/s", UOM_SPEED, 5.0, 5.0 },
        { "wmoUnit:kt", UOM_SPEED, 10.0, 5.14444444 },
        { "wmoUnit:hPa", UOM_PRESSURE, 1013.25, 101325.0 },
        { "%", UOM_PERCENT, 50.0, 50.0 },
        { "deg", UOM_ANGLE, 90.0, 90.0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct uom u;
        CHECK_ROW(i, uom_find(str_of(cases[i].code), cases[i].quantity, &u));
        CHECK_NEAR(uom_apply(u, cases[i].value), cases[i].want, 1e-6);
    }
}

TEST(an_unknown_code_or_another_quantity_is_rejected)
{
    static const struct {
        const char *code;
        enum uom_quantity want;
    } cases[] = {
        { "", UOM_TEMPERATURE },
        { "wmoUnit:", UOM_TEMPERATURE },
        { "wmoUnit:degX", UOM_TEMPERATURE },
        { "wmoUnit:degc", UOM_TEMPERATURE }, /* codes are case-sensitive */
        { "foo:degC", UOM_TEMPERATURE },     /* an unknown namespace */
        { "wmoUnit:wmoUnit:degC", UOM_TEMPERATURE },
        { "wmoUnit:degC ", UOM_TEMPERATURE },
        { "wmoUnit:mm", UOM_SPEED },
        { "wmoUnit:km_h-1", UOM_TEMPERATURE },
        { "wmoUnit:Pa", UOM_DEPTH },
        { "wmoUnit:percent", UOM_ANGLE },
        { "wmoUnit:degC", UOM_NONE },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct uom u = { 7.0, 7.0 };
        CHECK_ROW(i, !uom_find(str_of(cases[i].code), cases[i].want, &u));
        CHECK_ROW(i, u.factor == 7.0 && u.offset == 7.0);
    }
}

TESTS(every_code_in_the_recordings_is_known, announced_codes_are_known,
      an_unknown_code_or_another_quantity_is_rejected)
