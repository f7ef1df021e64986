/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/grid.c -- queries on the layers of a grid: extremes, totals, ends,
 * wind. */
#include "server/base/civil.h"
#include "server/base/time_text.h"
#include "server/base/zone.h"
#include "tests/unit/intents/weather/grid_case.h"

TEST(high_and_low_come_from_the_run_that_overlaps_longest)
{
    static const struct {
        int from, to;
        bool has;
        double want;
    } cases[] = {
        { 10, 22, true, 30.0 },  /* 10-13 of the first, 13-22 of the second */
        { 0, 13, true, 20.0 },   /* exactly the first */
        { 6, 20, true, 20.0 },   /* seven hours each: the earlier one */
        { 6, 21, true, 30.0 },   /* eight of the second against seven */
        { 26, 36, true, 25.0 },  /* only the third, which begins at 36-3 */
        { 26, 33, false, 0.0 },  /* a gap between the runs */
        { 100, 120, false, 0.0 } /* past the last */
    };
    struct object *o = grid_with("'maxTemperature':{'uom':'wmoUnit:degC','values':["
                                 "{'validTime':'2026-06-01T00:00:00+00:00/PT13H','value':20},"
                                 "{'validTime':'2026-06-01T13:00:00+00:00/PT13H','value':30},"
                                 "{'validTime':'2026-06-02T09:00:00+00:00/PT13H','value':25}]}",
                                 NULL);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double value = -1.0;
        CHECK_ROW(i, grid_longest(o->data, GRID_MAX_TEMPERATURE, H(cases[i].from), H(cases[i].to),
                                  &value) == cases[i].has);
        CHECK_ROW(i, !cases[i].has || value == cases[i].want);
    }
    object_release(o);
}

TEST(highest_and_lowest_use_every_overlapping_run_and_skip_gaps)
{
    static const double values[] = { 10, 12, 999, 999, 15, 11, 9 };

    static const struct {
        int from, to;
        bool has;
        double low, high;
    } cases[] = {
        { 0, 2, true, 10, 12 }, { 0, 7, true, 9, 15 },    { 1, 5, true, 12, 15 },
        { 2, 4, false, 0, 0 },  { 6, 48, true, 9, 9 },    { 7, 48, false, 0, 0 },
        { 5, 6, true, 11, 11 }, { -48, 1, true, 10, 10 }, { -48, 0, false, 0, 0 },
        { 3, 3, false, 0, 0 },  { 1, 1, false, 0, 0 }, /* an empty period */
        { 5, 1, false, 0, 0 },
    };
    struct object *o = hourly("temperature", "wmoUnit:degC", values, 7);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double low = -1.0, high = -1.0;
        CHECK_ROW(i, grid_lowest(o->data, GRID_TEMPERATURE, H(cases[i].from), H(cases[i].to),
                                 &low) == cases[i].has);
        CHECK_ROW(i, grid_highest(o->data, GRID_TEMPERATURE, H(cases[i].from), H(cases[i].to),
                                  &high) == cases[i].has);
        CHECK_ROW(i, !cases[i].has || (low == cases[i].low && high == cases[i].high));
    }
    object_release(o);
}

TEST(part_of_an_hour_counts_for_extremes)
{
    static const double values[] = { 10, 12, 15 };
    struct object *o = hourly("temperature", "wmoUnit:degC", values, 3);
    double value;

    CHECK(grid_highest(o->data, GRID_TEMPERATURE, H(0), H(2) + 1, &value) && value == 15.0);
    CHECK(grid_lowest(o->data, GRID_TEMPERATURE, H(1) - 1, H(3), &value) && value == 10.0);
    object_release(o);
}

TEST(a_value_holds_from_its_start_until_before_its_end)
{
    static const double values[] = { 10, 12, 999, 14 };
    struct object *o = hourly("dewpoint", "wmoUnit:degC", values, 4);
    double value = 0.0;

    CHECK(grid_at(o->data, GRID_DEWPOINT, H(0), &value) && value == 10.0);
    CHECK(grid_at(o->data, GRID_DEWPOINT, H(1) - 1, &value) && value == 10.0);
    CHECK(grid_at(o->data, GRID_DEWPOINT, H(1), &value) && value == 12.0);
    CHECK(!grid_at(o->data, GRID_DEWPOINT, H(2), &value));
    CHECK(!grid_at(o->data, GRID_DEWPOINT, H(0) - 1, &value));
    CHECK(!grid_at(o->data, GRID_DEWPOINT, H(4), &value));
    object_release(o);
}

TEST(a_run_has_its_own_period_and_counts_need_no_unit)
{
    struct object *o = grid_with("'heatRisk':{'values':["
                                 "{'validTime':'2026-06-01T12:00:00+00:00/PT18H','value':2},"
                                 "{'validTime':'2026-06-02T06:00:00+00:00/PT24H','value':5}]}",
                                 NULL);
    int64_t start = 0, end = 0;
    double value = -1.0;

    CHECK(grid_run_at(o->data, GRID_HEAT_RISK, H(20), &start, &end, &value));
    CHECK(start == H(12) && end == H(30) && value == 2.0);
    CHECK(!grid_run_at(o->data, GRID_HEAT_RISK, H(11), &start, &end, &value));
    CHECK(!grid_run_at(o->data, GRID_HEAT_RISK, H(31), &start, &end, &value)); /* 5 is no risk */
    object_release(o);
}

TEST(amounts_are_prorated_by_overlap)
{
    static const struct {
        int from, to;
        bool has;
        double want;
    } cases[] = {
        { 0, 6, true, 6.0 },         { 0, 12, true, 6.0 + 12.0 },
        { 3, 9, true, 3.0 + 6.0 },   /* half of each */
        { 4, 7, true, 2.0 + 2.0 },   /* 2/6 of 6, 1/6 of 12 */
        { 11, 14, true, 2.0 + 0.5 }, /* 1/6 of 12, 2/4 of 1 */
        { 0, 17, false, 0.0 },       /* ends at 16 */
        { -1, 6, false, 0.0 },       /* begins at 0 */
        { 20, 26, false, 0.0 },      { 5, 5, false, 0.0 },
    };
    struct object *o = grid_with("'quantitativePrecipitation':{'uom':'wmoUnit:mm','values':["
                                 "{'validTime':'2026-06-01T00:00:00+00:00/PT6H','value':6},"
                                 "{'validTime':'2026-06-01T06:00:00+00:00/PT6H','value':12},"
                                 "{'validTime':'2026-06-01T12:00:00+00:00/PT4H','value':1}]}",
                                 NULL);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double mm = -1.0;
        CHECK_ROW(i, grid_total(o->data, GRID_PRECIPITATION, H(cases[i].from), H(cases[i].to),
                                &mm) == cases[i].has);
        CHECK_NEAR(mm, cases[i].has ? cases[i].want : -1.0, 1e-9);
    }
    object_release(o);
}

TEST(an_amount_with_a_gap_in_the_period_is_unknown)
{
    struct object *o = grid_with("'snowfallAmount':{'uom':'wmoUnit:m','values':["
                                 "{'validTime':'2026-06-01T00:00:00+00:00/PT6H','value':0.012},"
                                 "{'validTime':'2026-06-01T06:00:00+00:00/PT6H','value':null},"
                                 "{'validTime':'2026-06-01T12:00:00+00:00/PT6H','value':0}]}",
                                 NULL);
    double mm = -1.0;

    CHECK(!grid_total(o->data, GRID_SNOWFALL, H(0), H(18), &mm));
    CHECK(!grid_total(o->data, GRID_SNOWFALL, H(5), H(7), &mm));
    CHECK(grid_total(o->data, GRID_SNOWFALL, H(0), H(6), &mm));
    CHECK_NEAR(mm, 12.0, 1e-9); /* meters are converted to millimeters */
    CHECK(grid_total(o->data, GRID_SNOWFALL, H(12), H(18), &mm));
    CHECK(mm == 0.0); /* zero is a value, unlike a gap */
    object_release(o);
}

TEST(the_first_and_last_values_skip_gaps)
{
    static const double values[] = { 5, 20, 40, 60, 80, 100, 999, 999 };

    static const struct {
        int from, to;
        bool has;
        double first, last;
    } cases[] = {
        { 0, 6, true, 5, 100 }, { 1, 4, true, 20, 60 },
        { 3, 4, true, 60, 60 }, { 4, 8, true, 80, 100 }, /* the last hour with a value */
        { 6, 8, false, 0, 0 },
    };
    struct object *o = hourly("skyCover", "wmoUnit:percent", values, 8);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double first = -1.0, last = -1.0;
        CHECK_ROW(i, grid_ends(o->data, GRID_SKY_COVER, H(cases[i].from), H(cases[i].to), &first,
                               &last) == cases[i].has);
        CHECK_ROW(i, !cases[i].has || (first == cases[i].first && last == cases[i].last));
    }
    object_release(o);
}

/* ---- wind ---- */

static struct object *wind_of(const char *speeds, const char *directions, const char *gusts)
{
    static const char *const names[] = { "windSpeed", "windDirection", "windGust" };
    static const char *const uoms[] = { "wmoUnit:km_h-1", "wmoUnit:degree_(angle)",
                                        "wmoUnit:km_h-1" };
    const char *texts[] = { speeds, directions, gusts };
    struct buf b = BUF_INIT(1 << 16);
    struct object *o;

    for (size_t i = 0; i < 3; i++) {
        struct str rest = str_of(texts[i]), word;
        int hour = 0;
        buf_printf(&b, "%s'%s':{'uom':'%s','values':[", i ? "," : "", names[i], uoms[i]);
        while (str_word(&rest, &word)) {
            buf_printf(&b, "%s{'validTime':'2026-06-01T%02d:00:00+00:00/PT1H','value':%.*s}",
                       hour ? "," : "", hour, STR_ARG(word));
            hour++;
        }
        buf_putz(&b, "]}");
    }
    o = grid_with(buf_z(&b), NULL);
    buf_free(&b);
    return o;
}

TEST(wind_has_a_mean_direction_a_range_and_a_gust)
{
    static const struct {
        const char *speeds, *directions, *gusts; /* hourly, in km/h */
        bool has_direction;
        double direction, low, high; /* m/s */
        bool has_gust;
        double gust;
    } cases[] = {
        { "18 18", "270 270", "36 54", true, 270.0, 5.0, 5.0, true, 15.0 },
        { "18 36", "350 10", "", true, 3.363727, 5.0, 10.0, false, 0 }, /* across north */
        { "36 18", "0 90", "", true, 26.565051, 5.0, 10.0, false, 0 },  /* atan(1/2) */
        { "36 18", "90 180", "", true, 116.565051, 5.0, 10.0, false, 0 },
        { "18 18", "90 270", "", false, 0, 5.0, 5.0, false, 0 },    /* they cancel out */
        { "0 0", "360 360", "0 0", false, 0, 0.0, 0.0, false, 0 },  /* calm */
        { "0 18", "90 180", "", true, 180.0, 0.0, 5.0, false, 0 },  /* calm hours have no weight */
        { "18 18", "null null", "", false, 0, 5.0, 5.0, false, 0 }, /* variable */
        { "18 36", "null 45", "", true, 45.0, 5.0, 10.0, false, 0 },
        { "18 36", "90 90", "36 30", true, 90.0, 5.0, 10.0, false, 0 }, /* not above the wind */
        { "18 18", "360 360", "null 20", true, 0.0, 5.0, 5.0, true, 5.555556 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct object *o = wind_of(cases[i].speeds, cases[i].directions, cases[i].gusts);
        struct grid_wind w;
        CHECK_ROW(i, grid_wind(o->data, H(0), H(24), &w));
        CHECK_ROW(i, w.has_direction == cases[i].has_direction);
        CHECK_ROW(i, w.has_gust == cases[i].has_gust);
        CHECK_NEAR(w.low, cases[i].low, 1e-9);
        CHECK_NEAR(w.high, cases[i].high, 1e-9);
        if (w.has_direction)
            CHECK_NEAR(w.direction, cases[i].direction, 1e-6);
        if (w.has_gust)
            CHECK_NEAR(w.gust, cases[i].gust, 1e-6);
        object_release(o);
    }
}

TEST(the_mean_direction_is_weighted_by_time)
{
    /* Three hours from the north, one from the east, all equally strong: atan(1/3). */
    struct object *o = grid_with("'windSpeed':{'uom':'unit:m_s-1','values':["
                                 "{'validTime':'2026-06-01T00:00:00+00:00/PT12H','value':4}]},"
                                 "'windDirection':{'uom':'unit:degree_(angle)','values':["
                                 "{'validTime':'2026-06-01T00:00:00+00:00/PT5H','value':360},"
                                 "{'validTime':'2026-06-01T05:00:00+00:00/PT9H','value':90}]}",
                                 NULL);
    struct grid_wind w;

    CHECK(grid_wind(o->data, H(2), H(6), &w));
    CHECK(w.has_direction);
    CHECK_NEAR(w.direction, 18.434949, 1e-6);
    CHECK(w.low == 4.0 && w.high == 4.0);
    object_release(o);
}

TEST(without_speeds_the_wind_is_unknown_not_calm)
{
    struct object *o = wind_of("null null", "90 90", "20 20");
    struct grid_wind w = { .low = -1.0 };

    CHECK(!grid_wind(o->data, H(0), H(2), &w));
    CHECK(w.low == -1.0);
    object_release(o);
}

TEST(speeds_follow_the_unit_of_the_layer)
{
    static const struct {
        const char *uom;
        double value, want;
    } cases[] = {
        { "wmoUnit:km_h-1", 36.0, 10.0 },
        { "unit:m_s-1", 10.0, 10.0 },
        { "wmoUnit:m_s-1", 10.0, 10.0 },
        { "unit:km_h-1", 36.0, 10.0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct object *o = hourly("windSpeed", cases[i].uom, &cases[i].value, 1);
        double value = 0.0;
        CHECK_ROW(i, grid_at(o->data, GRID_WIND_SPEED, H(0), &value));
        CHECK_NEAR(value, cases[i].want, 1e-9);
        object_release(o);
    }
}

TEST(a_night_with_a_clock_change_has_eleven_or_thirteen_hours)
{
    static const struct {
        int month, day; /* the evening before, New York */
        int hours;
    } cases[] = { { 3, 7, 11 }, { 10, 31, 13 }, { 6, 1, 12 } };
    const struct zone *zone = zone_get(STR("America/New_York"));

    CHECK(zone);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct civil evening = {
            .year = 2026, .month = cases[i].month, .day = cases[i].day, .hour = 18
        };
        struct civil morning = {
            .year = 2026, .month = cases[i].month, .day = cases[i].day + 1, .hour = 6
        };
        int64_t from = civil_instant(zone, evening), to = civil_instant(zone, morning);
        char start[32], text[512], *quoted;
        struct object *o;
        double mm;

        /* One millimeter an hour, in a run that begins 12 hours before and lasts 48 hours. */
        time_format_rfc3339(from - 12 * 3600, start);
        (void)snprintf(text, sizeof text,
                       "{'properties':{'validTimes':'%s/P2D','quantitativePrecipitation':"
                       "{'uom':'wmoUnit:mm','values':[{'validTime':'%s/P2D','value':48}]}}}",
                       start, start);
        quoted = case_quoted(text);
        o = decode_text(quoted, NULL);
        CHECK_ROW(i, to - from == cases[i].hours * 3600);
        CHECK_ROW(i, grid_total(o->data, GRID_PRECIPITATION, from, to, &mm));
        CHECK_NEAR(mm, cases[i].hours, 1e-9);
        object_release(o);
        free(quoted);
    }
}

TEST(a_recorded_grid_gives_its_values)
{
    char *text = case_read("grid-cedar-rapids-2024.json");
    struct object *o = decode_text(text, NULL);
    const struct grid *g = o->data;
    int64_t from = case_time("2024-05-21T18:00:00-05:00"),
            to = case_time("2024-05-22T06:00:00-05:00");
    struct grid_condition c[8];
    struct grid_wind w;
    double value;
    bool covered;

    check_invariant(g);
    CHECK(o->bytes < 40 * 1024);
    CHECK(grid_start(g) == case_time("2024-05-21T12:00:00Z"));
    CHECK(grid_issued(g) == case_time("2024-05-21T18:35:07Z"));
    CHECK(grid_at(g, GRID_TEMPERATURE, case_time("2024-05-21T12:30:00Z"), &value));
    CHECK_NEAR(value, 18.333333, 1e-6);
    CHECK(grid_longest(g, GRID_MAX_TEMPERATURE, case_time("2024-05-21T06:00:00-05:00"), from,
                       &value));
    CHECK_NEAR(value, 29.444444, 1e-6);
    CHECK(grid_total(g, GRID_SNOWFALL, from, to, &value) && value == 0.0);
    CHECK(!grid_at(g, GRID_WIND_CHILL, from, &value)); /* null all week */
    CHECK(grid_wind(g, from, to, &w) && w.has_direction && w.high < 30.0);
    CHECK(grid_weather(g, from, to, c, 8, &covered) > 0 && covered);
    object_release(o);
    free(text);
}

TEST(grids_of_2019_have_winds_in_meters_per_second)
{
    char *text = case_read("grid-raleigh-2019.json");
    struct object *o = decode_text(text, NULL);
    struct grid_wind w;

    check_invariant(o->data);
    CHECK(grid_wind(o->data, case_time("2019-01-23T18:00:00-05:00"),
                    case_time("2019-01-24T06:00:00-05:00"), &w));
    CHECK(w.low > 1.0 && w.high < 12.0);
    object_release(o);
    free(text);
}

TESTS(high_and_low_come_from_the_run_that_overlaps_longest,
      highest_and_lowest_use_every_overlapping_run_and_skip_gaps,
      part_of_an_hour_counts_for_extremes, a_value_holds_from_its_start_until_before_its_end,
      a_run_has_its_own_period_and_counts_need_no_unit, amounts_are_prorated_by_overlap,
      an_amount_with_a_gap_in_the_period_is_unknown, the_first_and_last_values_skip_gaps,
      wind_has_a_mean_direction_a_range_and_a_gust, the_mean_direction_is_weighted_by_time,
      without_speeds_the_wind_is_unknown_not_calm, speeds_follow_the_unit_of_the_layer,
      a_night_with_a_clock_change_has_eleven_or_thirteen_hours, a_recorded_grid_gives_its_values,
      grids_of_2019_have_winds_in_meters_per_second)
