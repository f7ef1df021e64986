/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/figures/extremes.c -- which days, nights and hours count, which of them wins,
 * and ties. */
#include "intents/figures/extremes.h"

#include "tests/unit/intents/figures/layers.h"

#define UTC_DAYS(n) ((struct days){ zone_utc(), H(n) })

/* Asks about the seven days, and checks the hour at which the winner begins. */
static struct extreme_item find(const struct grid *g, const struct days *d,
                                struct extreme_question q, int want_hour, size_t want_count)
{
    struct extreme_item items[EXTREME_ITEMS_MAX];
    size_t count = extremes_read(g, d, &q, items), first;

    CHECK_INT(count, want_count);
    first = extremes_first(q.extreme, UNITS_US, items, count);
    CHECK_INT(items[first].span.from, H(want_hour));
    return items[first];
}

/* Days with these highs and nights with these lows. */
static const struct grid *week_of(struct layers *l, const double *highs, const double *lows, int n)
{
    layer(l, "maxTemperature", "degC");
    for (int i = 0; i < n; i++)
        run(l, i * 24 + 7, 13, highs[i]);
    layer(l, "minTemperature", "degC");
    for (int i = 0; i < n; i++)
        run(l, i * 24 + 19, 13, lows[i]);
    return layers_grid(l);
}

TEST(days_have_highs_and_nights_lows)
{
    static const double highs[] = { 70, 65, 80, 64, 71, 72, 73 };
    static const double lows[] = { 40, 41, 39, 50, 38.6, 45, 46 };
    const struct days d = UTC_DAYS(3);
    struct layers l = layers_start();
    const struct grid *g = week_of(&l, highs, lows, 7);
    struct extreme_item x = find(
        g, &d, (struct extreme_question){ EXTREME_WARMEST, EXTREME_DAY, NULL, 0, NULL, 0 }, 54, 7);

    CHECK_INT(units_fahrenheit(x.value), 80);
    (void)find(g, &d, (struct extreme_question){ EXTREME_COLDEST, EXTREME_DAY, NULL, 0, NULL, 0 },
               78, 7);
    /* 39 and 38.6 degrees sound the same; the current night is not covered. */
    (void)find(g, &d, (struct extreme_question){ EXTREME_COLDEST, EXTREME_NIGHT, NULL, 0, NULL, 0 },
               66, 7);
    (void)find(g, &d, (struct extreme_question){ EXTREME_WARMEST, EXTREME_NIGHT, NULL, 0, NULL, 0 },
               90, 7);
    layers_free(&l);
}

TEST(ties_sound_the_same)
{
    static const double highs[] = { 70, 80.4, 79.6, 75, 79.4, 70, 70 };
    const struct days d = UTC_DAYS(3);
    const struct extreme_question q = { EXTREME_WARMEST, EXTREME_DAY, NULL, 0, NULL, 0 };
    struct extreme_item items[EXTREME_ITEMS_MAX];
    struct layers l = layers_start();
    size_t count = extremes_read(week_of(&l, highs, highs, 7), &d, &q, items);

    CHECK_INT(count, 7);
    CHECK_INT(extremes_first(q.extreme, UNITS_US, items, count), 1);
    CHECK(extremes_tie(q.extreme, UNITS_US, &items[1], &items[2]));
    CHECK(!extremes_tie(q.extreme, UNITS_US, &items[1], &items[4]));
    CHECK(!extremes_tie(q.extreme, UNITS_METRIC, &items[1], &items[3])); /* 27 and 24 */
    layers_free(&l);
}

TEST(a_day_counts_with_half_of_it_left)
{
    static const struct {
        int now, want_hour;
        size_t want_count;
    } rows[] = { { 12, 6, 7 }, { 13, 30, 6 } };
    static const double highs[] = { 90, 80, 80, 80, 80, 80, 80 };
    const struct extreme_question q = { EXTREME_WARMEST, EXTREME_DAY, NULL, 0, NULL, 0 };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct layers l = layers_start();
        const struct days d = UTC_DAYS(rows[i].now);
        (void)find(week_of(&l, highs, highs, 7), &d, q, rows[i].want_hour, rows[i].want_count);
        layers_free(&l);
    }
}

TEST(a_day_counts_with_half_of_it_covered)
{
    /* The last day is covered for five hours, then for six. */
    static const double gusts[] = { 20, 30 };
    const struct extreme_question q = { EXTREME_GUSTIEST, EXTREME_DAY, NULL, 0, NULL, 0 };

    for (int more = 0; more < 2; more++) {
        struct layers l = layers_start();
        const struct days d = UTC_DAYS(0);
        layer(&l, "windGust", "km_h-1");
        run(&l, 0, 30, gusts[0]);
        run(&l, 30, 5 + more, gusts[1]);
        (void)find(layers_grid(&l), &d, q, more ? 30 : 6, more ? 2 : 1);
        layers_free(&l);
    }
}

TEST(what_is_left_of_a_day_counts_but_its_high_is_of_all_of_it)
{
    struct layers l = layers_start();
    const struct days d = UTC_DAYS(11);
    const struct extreme_question wind = { EXTREME_WINDIEST, EXTREME_DAY, NULL, 0, NULL, 0 };
    const struct extreme_question warm = { EXTREME_WARMEST, EXTREME_DAY, NULL, 0, NULL, 0 };
    const struct grid *g;

    layer(&l, "windSpeed", "km_h-1");
    run(&l, 0, 11, 30); /* over */
    run(&l, 11, 19, 10);
    run(&l, 30, 24, 12);
    layer(&l, "maxTemperature", "degC");
    run(&l, 6, 4, 80);
    run(&l, 30, 12, 70);
    layer(&l, "temperature", "degC");
    run(&l, 0, 54, 60);
    g = layers_grid(&l);
    (void)find(g, &d, wind, 30, 2);
    (void)find(g, &d, warm, 6, 2);
    layers_free(&l);
}

TEST(hours_of_a_period)
{
    struct layers l = layers_start();
    const struct days d = UTC_DAYS(10);
    const struct span parts[] = { { H(30), H(42) } };
    const struct extreme_question q = { EXTREME_GUSTIEST, EXTREME_HOUR, parts, 1, NULL, 0 };

    layer(&l, "windGust", "km_h-1");
    run(&l, 0, 32, 20);
    run(&l, 32, 2, 38);
    run(&l, 34, 8, 20);
    run(&l, 42, 8, 60); /* after the period */
    (void)find(layers_grid(&l), &d, q, 32, 12);
    layers_free(&l);
}

/* On March 8th 2026 clocks in Denver go forward at 2 A.M. */
TEST(a_day_of_a_clock_change_is_found_by_its_morning)
{
    char *text = case_quoted(
        "{'properties':{'validTimes':'2026-03-07T00:00:00+00:00/P7D','maxTemperature':{'uom':"
        "'wmoUnit:degC','values':[{'validTime':'2026-03-07T13:00:00+00:00/PT12H','value':10},"
        "{'validTime':'2026-03-08T12:00:00+00:00/PT12H','value':20}]}}}");
    const struct days d = { zone_get(STR("America/Denver")), INT64_C(1772895600) };
    const struct span sunday = days_span(&d, 1, 6, 18);
    const struct extreme_question q = { EXTREME_WARMEST, EXTREME_DAY, &sunday, 1, NULL, 0 };
    struct extreme_item items[EXTREME_ITEMS_MAX];
    struct object *object = decode_text(text, NULL);

    CHECK_INT(sunday.from - days_span(&d, 1, 0, 0).from, 5 * 3600);
    CHECK_INT(extremes_read(object->data, &d, &q, items), 1);
    CHECK_INT(items[0].span.from, sunday.from);
    CHECK_NEAR(items[0].value, 20, 1e-9);
    object_release(object);
    free(text);
}

TEST(hours_of_seven_days)
{
    struct layers l = layers_start();
    const struct days d = UTC_DAYS(10);
    const struct extreme_question q = { EXTREME_COLDEST, EXTREME_HOUR, NULL, 0, NULL, 0 };

    layer(&l, "temperature", "degC");
    run(&l, 0, 10, 10); /* over */
    run(&l, 10, 160, 50);
    run(&l, 170, 8, 40);
    run(&l, 178, 8, 30); /* after seven days */
    (void)find(layers_grid(&l), &d, q, 170, 168);
    layers_free(&l);
}

TEST(the_wettest_has_the_highest_chance_then_the_most)
{
    struct layers l = layers_start();
    const struct days d = UTC_DAYS(0);
    const struct grid *g;

    layer(&l, "probabilityOfPrecipitation", "percent");
    run(&l, 0, 24, 60);
    run(&l, 24, 24, 60);
    run(&l, 48, 24, 20);
    run(&l, 72, 24, 20);
    run(&l, 96, 24, 20);
    layer(&l, "quantitativePrecipitation", "mm");
    run(&l, 0, 24, 10);
    run(&l, 24, 24, 20);
    run(&l, 48, 24, 5);
    run(&l, 72, 24, 2);
    g = layers_grid(&l);
    (void)find(g, &d, (struct extreme_question){ EXTREME_WETTEST, EXTREME_DAY, NULL, 0, NULL, 0 },
               30, 5);
    (void)find(g, &d, (struct extreme_question){ EXTREME_DRIEST, EXTREME_DAY, NULL, 0, NULL, 0 },
               78, 5); /* the last day's amount is not known */
    layers_free(&l);
}

TEST(sun_is_the_mean_of_the_day_and_humidity_its_highest)
{
    struct layers l = layers_start();
    const struct days d = UTC_DAYS(0);
    const struct grid *g;
    struct extreme_item x;

    layer(&l, "skyCover", "percent");
    run(&l, 6, 6, 0);
    run(&l, 12, 6, 50);
    run(&l, 18, 12, 0); /* the night does not count */
    run(&l, 30, 12, 24);
    layer(&l, "relativeHumidity", "percent");
    run(&l, 6, 12, 80);
    run(&l, 18, 12, 100);
    run(&l, 30, 1, 90);
    run(&l, 31, 11, 40);
    g = layers_grid(&l);
    x = find(g, &d, (struct extreme_question){ EXTREME_SUNNIEST, EXTREME_DAY, NULL, 0, NULL, 0 },
             30, 2);
    CHECK_NEAR(x.value, 24, 1e-9);
    x = find(g, &d, (struct extreme_question){ EXTREME_MOST_HUMID, EXTREME_DAY, NULL, 0, NULL, 0 },
             30, 2);
    CHECK_NEAR(x.value, 90, 1e-9);
    layers_free(&l);
}

TEST(the_score_loses_by_each_of_its_reasons)
{
    const double c70 = 38 / 1.8, mph = 1609.344 / 3600;

    CHECK_NEAR(extremes_score(0, c70, 20 * mph, false), 100, 1e-6);
    CHECK_NEAR(extremes_score(30, c70, 20 * mph, false), 70, 1e-6);
    CHECK_NEAR(extremes_score(0, 28 / 1.8, 0, false), 100, 1e-6);     /* 60 degrees */
    CHECK_NEAR(extremes_score(0, 26 / 1.8, 0, false), 100 - 3, 1e-6); /* 58 */
    CHECK_NEAR(extremes_score(0, 48 / 1.8, 0, false), 100, 1e-6);     /* 80 */
    CHECK_NEAR(extremes_score(0, 50 / 1.8, 0, false), 100 - 3, 1e-6); /* 82 */
    CHECK_NEAR(extremes_score(0, c70, 25 * mph, false), 100 - 5, 1e-6);
    CHECK_NEAR(extremes_score(0, c70, 0, true), 50, 1e-6);
}

TEST(the_best_day_has_its_reasons)
{
    struct layers l = layers_start();
    const struct days d = UTC_DAYS(0);
    const struct span warning = { H(27), H(31) };
    const struct extreme_question q = { EXTREME_BEST, EXTREME_DAY, NULL, 0, &warning, 1 };
    struct extreme_item x;

    layer(&l, "probabilityOfPrecipitation", "percent");
    run(&l, 0, 18, 0);
    run(&l, 18, 3, 40); /* until 9 P.M. people are out */
    run(&l, 21, 9, 90);
    run(&l, 30, 24, 0); /* under a warning */
    run(&l, 54, 24, 10);
    layer(&l, "apparentTemperature", "degC");
    run(&l, 0, 57, 70);
    run(&l, 57, 9, 58); /* 9 A.M. to 6 P.M. */
    run(&l, 66, 12, 70);
    layer(&l, "temperature", "degC");
    run(&l, 0, 78, 65);
    layer(&l, "windGust", "km_h-1");
    run(&l, 0, 78, 25);
    x = find(layers_grid(&l), &d, q, 54, 3);
    CHECK_NEAR(x.value, 100 - 10 - 3 - 5, 1e-6);
    CHECK(x.has_high && x.gusts && !x.warned);
    CHECK_INT(units_fahrenheit(x.high_c), 65);
    layers_free(&l);
}

TEST(a_day_without_a_chance_is_not_the_best)
{
    struct layers l = layers_start();
    const struct days d = UTC_DAYS(0);
    const struct extreme_question q = { EXTREME_BEST, EXTREME_DAY, NULL, 0, NULL, 0 };
    struct extreme_item items[EXTREME_ITEMS_MAX];

    layer(&l, "apparentTemperature", "degC");
    run(&l, 0, 78, 70);
    CHECK_INT(extremes_read(layers_grid(&l), &d, &q, items), 0);
    layers_free(&l);
}

TESTS(days_have_highs_and_nights_lows, ties_sound_the_same, a_day_counts_with_half_of_it_left,
      a_day_counts_with_half_of_it_covered,
      what_is_left_of_a_day_counts_but_its_high_is_of_all_of_it, hours_of_a_period,
      a_day_of_a_clock_change_is_found_by_its_morning, hours_of_seven_days,
      the_wettest_has_the_highest_chance_then_the_most,
      sun_is_the_mean_of_the_day_and_humidity_its_highest, the_score_loses_by_each_of_its_reasons,
      the_best_day_has_its_reasons, a_day_without_a_chance_is_not_the_best)
