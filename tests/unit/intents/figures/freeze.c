/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/figures/freeze.c -- frost, freeze and hard freeze: each limit from both sides,
 * gaps, and which nights are meant. */
#include "intents/figures/freeze.h"

#include "tests/unit/intents/figures/layers.h"

#define UTC_DAYS(n) ((struct days){ zone_utc(), H(n) })

/* A night of 50 degrees but for its low at 4 A.M. */
static enum freeze_kind kind_at(double low_f, double mph, double sky)
{
    struct layers l = layers_start();
    struct freeze_night night;

    layer(&l, "temperature", "degC");
    run(&l, 18, 10, 50);
    run(&l, 28, 1, low_f);
    run(&l, 29, 4, 50);
    layer(&l, "windSpeed", "km_h-1");
    run(&l, 18, 15, mph);
    layer(&l, "skyCover", "percent");
    run(&l, 18, 15, sky);
    CHECK(freeze_read(layers_grid(&l), (struct span){ H(18), H(33) }, &night));
    CHECK_INT(night.low_at, H(28));
    CHECK(night.whole);
    layers_free(&l);
    return night.kind;
}

TEST(the_low_is_judged_in_whole_degrees)
{
    CHECK_INT(kind_at(28.4, 20, 100), FREEZE_HARD);
    CHECK_INT(kind_at(28.6, 20, 100), FREEZE_FREEZE);
    CHECK_INT(kind_at(32.4, 20, 100), FREEZE_FREEZE);
    CHECK_INT(kind_at(32.6, 20, 100), FREEZE_NONE);
    CHECK_INT(kind_at(33, 0, 0), FREEZE_FROST);
    CHECK_INT(kind_at(36.4, 0, 0), FREEZE_FROST);
    CHECK_INT(kind_at(36.6, 0, 0), FREEZE_NONE);
}

TEST(frost_needs_a_light_wind_and_a_clear_sky)
{
    CHECK_INT(kind_at(35, 7.4, 50.4), FREEZE_FROST);
    CHECK_INT(kind_at(35, 7.6, 50), FREEZE_NONE);
    CHECK_INT(kind_at(35, 7, 51), FREEZE_NONE);
}

TEST(frost_needs_them_in_the_hours_before_and_after_the_low_too)
{
    static const struct {
        int windy_at, calm_h;
        enum freeze_kind want;
    } rows[] = { { 26, 1, FREEZE_FROST },
                 { 27, 1, FREEZE_NONE },
                 { 29, 1, FREEZE_NONE },
                 { 30, 1, FREEZE_FROST },
                 { 29, 0, FREEZE_NONE } /* an hour that is not known is not calm */ };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct layers l = layers_start();
        struct freeze_night night;
        layer(&l, "temperature", "degC");
        run(&l, 18, 10, 50);
        run(&l, 28, 1, 34);
        run(&l, 29, 4, 50);
        layer(&l, "skyCover", "percent");
        run(&l, 18, 15, 0);
        layer(&l, "windSpeed", "km_h-1");
        run(&l, 18, rows[i].windy_at - 18, 3);
        if (rows[i].calm_h > 0)
            run(&l, rows[i].windy_at, 1, 12);
        run(&l, rows[i].windy_at + 1, 33 - rows[i].windy_at, 3);
        CHECK(freeze_read(layers_grid(&l), (struct span){ H(18), H(33) }, &night));
        CHECK_ROW(i, night.kind == rows[i].want);
        layers_free(&l);
    }
}

/* A week of nights with these lows, at 6 A.M. of each day; 999 is a gap of the whole day. */
static struct freeze_answer week(const double *lows, size_t count, enum freeze_kind kind,
                                 const struct span *period)
{
    struct layers l = layers_start();
    const struct days d = UTC_DAYS(10);
    struct freeze_answer a;

    layer(&l, "temperature", "degC");
    for (int i = 0; i < (int)count; i++) {
        if (lows[i] == 999)
            continue;
        run(&l, i * 24, 6, 60);
        run(&l, i * 24 + 6, 1, lows[i]);
        run(&l, i * 24 + 7, 17, 60);
    }
    a = freeze_find(layers_grid(&l), &d, kind, period);
    layers_free(&l);
    return a;
}

TEST(the_first_night_that_is_cold_enough_is_found)
{
    static const double lows[] = { 20, 40, 31, 27, 31, 40, 40, 40 };
    struct freeze_answer a = week(lows, 8, FREEZE_FREEZE, NULL);

    CHECK(a.read && a.found && a.whole);
    CHECK_INT(a.night.low_at, H(54)); /* this morning's 20 degrees are past */
    a = week(lows, 8, FREEZE_HARD, NULL);
    CHECK(a.found);
    CHECK_INT(a.night.low_at, H(78));
    CHECK_INT(a.night.kind, FREEZE_HARD);
}

TEST(without_a_freeze_the_lowest_low_is_told)
{
    static const double lows[] = { 40, 40, 38, 37, 39, 40, 40, 40 };
    struct freeze_answer a = week(lows, 8, FREEZE_FROST, NULL);

    CHECK(a.read && !a.found && a.whole && a.has_through);
    CHECK_INT(a.night.low_at, H(78));
    CHECK_INT(a.through, H(180)); /* a week from today, whose noon is forecast too */
}

TEST(a_gap_is_not_a_warm_night)
{
    static const double gap[] = { 40, 40, 999, 40, 40, 40, 40, 40 };
    static const double shorter[] = { 40, 40, 41, 42, 43, 999, 999, 999 };
    static const double nothing[] = { 999 };
    struct freeze_answer a = week(gap, 8, FREEZE_FREEZE, NULL);

    CHECK(a.read && !a.found && !a.whole);
    a = week(shorter, 8, FREEZE_FREEZE, NULL);
    CHECK(a.read && !a.found && a.whole); /* through the fifth day */
    CHECK_INT(a.through, H(108));
    CHECK(!week(nothing, 1, FREEZE_FREEZE, NULL).read);
}

/* Freezes end the second, the third and the fourth night. */
TEST(a_period_names_its_nights)
{
    static const struct {
        const char *what;
        int from, to;
        int low_at; /* -1: none */
    } rows[] = {
        { "tonight", 18, 30, 30 },
        { "tomorrow, which begins with last night", 30, 42, 30 },
        { "tomorrow morning", 30, 36, 30 },
        { "tomorrow evening", 42, 48, 54 },
        { "tomorrow night", 42, 54, 54 },
        { "overnight", 48, 54, 54 },
        { "the last night", 90, 102, -1 },
    };
    static const double lows[] = { 40, 30, 31, 29, 40, 40, 40, 40 };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct span period = { H(rows[i].from), H(rows[i].to) };
        struct freeze_answer a = week(lows, 8, FREEZE_FREEZE, &period);
        CHECK_ROW(i, a.read && a.whole && a.found == (rows[i].low_at >= 0));
        if (a.found)
            CHECK_INT(a.night.low_at, H(rows[i].low_at));
    }
}

TEST(a_running_night_counts_from_the_running_hour_on)
{
    struct layers l = layers_start();
    const struct days d = UTC_DAYS(28);
    struct freeze_answer a;

    layer(&l, "temperature", "degC");
    run(&l, 18, 10, 30); /* until 4 A.M., which it is */
    run(&l, 28, 5, 36);
    run(&l, 33, 9, 50);
    run(&l, 42, 15, 31);
    a = freeze_find(layers_grid(&l), &d, FREEZE_FREEZE, NULL);
    CHECK(a.found);
    CHECK_INT(a.night.low_at, H(42));
    layers_free(&l);
}

TEST(nights_follow_the_clock_of_the_place)
{
    /* On March 8th 2026 clocks in Denver go forward at 2 A.M., so that night has 14 hours. */
    const struct days d = { zone_get(STR("America/Denver")), INT64_C(1772928000) };
    struct span night = days_span(&d, 0, 18, 33);

    CHECK_INT(night.to - night.from, 14 * 3600);
}

TESTS(the_low_is_judged_in_whole_degrees, frost_needs_a_light_wind_and_a_clear_sky,
      frost_needs_them_in_the_hours_before_and_after_the_low_too,
      the_first_night_that_is_cold_enough_is_found, without_a_freeze_the_lowest_low_is_told,
      a_gap_is_not_a_warm_night, a_period_names_its_nights,
      a_running_night_counts_from_the_running_hour_on, nights_follow_the_clock_of_the_place)
