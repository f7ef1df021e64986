/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/figures/compare.c -- what is about the same, values of a period, and the
 * extremes of past reports. */
#include "intents/figures/compare.h"

#include <stdlib.h>

#include "intents/figures/past_figures.h"
#include "tests/unit/intents/figures/layers.h"

static bool same_f(double a, double b)
{
    return compare_values(MEASURE_TEMPERATURE, (a - 32) / 1.8, (b - 32) / 1.8, UNITS_US).same;
}

TEST(about_the_same_is_within_what_nobody_feels)
{
    const double mph = 1609.344 / 3600;

    CHECK(same_f(56, 55) && same_f(55, 56) && same_f(56, 56));
    CHECK(!same_f(57, 55) && !same_f(55, 57));
    CHECK(compare_values(MEASURE_WIND, 10 * mph, 9 * mph, UNITS_US).same);
    CHECK(!compare_values(MEASURE_WIND, 10 * mph, 8 * mph, UNITS_US).same);
    CHECK(compare_values(MEASURE_HUMIDITY, 40, 42, UNITS_US).same);
    CHECK(!compare_values(MEASURE_HUMIDITY, 40, 43, UNITS_US).same);
}

TEST(the_difference_is_that_of_what_is_heard)
{
    struct comparison x = compare_values(MEASURE_TEMPERATURE, 20.4, 10.6, UNITS_METRIC);

    CHECK_INT(x.a, 20);
    CHECK_INT(x.b, 11);
    CHECK_INT(x.apart, 9);
    CHECK(!x.same);
}

TEST(a_day_has_its_high_and_a_night_its_low)
{
    const struct span day = { H(6), H(18) }, night = { H(18), H(30) }, morning = { H(6), H(12) };
    struct layers l = layers_start();
    const struct grid *g;
    double c;

    layer(&l, "maxTemperature", "degC");
    run(&l, 6, 14, 80);
    layer(&l, "minTemperature", "degC");
    run(&l, 19, 13, 50);
    layer(&l, "temperature", "degC");
    run(&l, 0, 8, 60);
    run(&l, 8, 24, 70);
    layer(&l, "windSpeed", "km_h-1");
    run(&l, 0, 8, 10);
    run(&l, 8, 24, 20);
    g = layers_grid(&l);
    CHECK(compare_period_value(g, MEASURE_TEMPERATURE, COMPARE_HIGH, true, day, &c));
    CHECK_INT(units_fahrenheit(c), 80);
    CHECK(compare_period_value(g, MEASURE_TEMPERATURE, COMPARE_LOW, true, night, &c));
    CHECK_INT(units_fahrenheit(c), 50);
    CHECK(compare_period_value(g, MEASURE_TEMPERATURE, COMPARE_HIGH, false, morning, &c));
    CHECK_INT(units_fahrenheit(c), 70);
    CHECK(compare_period_value(g, MEASURE_WIND, COMPARE_HIGH, true, day, &c));
    CHECK_INT(units_mph(c), 20);
    CHECK(!compare_period_value(g, MEASURE_HUMIDITY, COMPARE_HIGH, true, day, &c));
    layers_free(&l);
}

/* Reports of one temperature each, at these minutes since H(0). */
static struct past *reports(const int *minutes, const double *f, size_t count)
{
    struct past *past = calloc(1, sizeof *past + count * sizeof past->at[0]);

    CHECK(past);
    past->count = count;
    for (size_t i = 0; i < count; i++) {
        past->at[i].time = H(0) + minutes[i] * 60;
        past->at[i].temperature =
            (struct observation_value){ f[i] != 999, (f[i] - 32) / 1.8, false };
    }
    return past;
}

TEST(the_nearest_report_within_forty_minutes)
{
    static const int minutes[] = { 41, 40, -39, -40, 100 };
    static const double f[] = { 41, 40, 39, 999, 100 };
    struct past *past = reports(minutes, f, 5);
    double c;

    CHECK(past_value_at(past, MEASURE_TEMPERATURE, H(0), &c));
    CHECK_INT(units_fahrenheit(c), 39);
    past->at[2].temperature.has = false;
    CHECK(past_value_at(past, MEASURE_TEMPERATURE, H(0), &c));
    CHECK_INT(units_fahrenheit(c), 40);
    past->at[1].temperature.has = false;
    CHECK(!past_value_at(past, MEASURE_TEMPERATURE, H(0), &c));
    free(past);
}

TEST(a_day_of_reports_needs_eighteen_hours)
{
    const struct span day = { H(0), H(24) };

    for (int hours = 17; hours <= 18; hours++) {
        int minutes[40];
        double f[40];
        struct past_extremes e;
        struct past *past;
        size_t n = 0;
        for (int i = 0; i < hours; i++, n++) {
            minutes[n] = i * 60 + 53;
            f[n] = 50 + i;
        }
        minutes[n] = 20; /* the same hour again, and hours outside of the day */
        f[n++] = 45;
        minutes[n] = -5;
        f[n++] = 10;
        minutes[n] = 24 * 60;
        f[n++] = 90;
        past = reports(minutes, f, n);
        CHECK(past_extremes(past, MEASURE_TEMPERATURE, &day, &e));
        CHECK_INT(e.hours, hours);
        CHECK_INT(past_is_covered(&e), hours == 18);
        CHECK_INT(units_fahrenheit(e.low), 45);
        CHECK_INT(units_fahrenheit(e.high), 50 + hours - 1);
        free(past);
    }
}

TEST(stations_report_no_chances)
{
    CHECK(past_has_measure(MEASURE_TEMPERATURE) && past_has_measure(MEASURE_GUST));
    CHECK(!past_has_measure(MEASURE_CHANCE) && !past_has_measure(MEASURE_SKY));
}

TESTS(about_the_same_is_within_what_nobody_feels, the_difference_is_that_of_what_is_heard,
      a_day_has_its_high_and_a_night_its_low, the_nearest_report_within_forty_minutes,
      a_day_of_reports_needs_eighteen_hours, stations_report_no_chances)
