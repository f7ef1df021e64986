/* SPDX-License-Identifier: Apache-2.0 */
#include "intents/weather/grid.h"

#include "intents/weather/grid_internal.h"
#include "server/base/civil.h"
#include "tests/test.h"
#include "tests/unit/intents/nws_case.h"

/* Documents here begin at 2026-06-01T00:00Z; H(n) is n hours later. */
#define T0 INT64_C(1780272000)
#define H(n) (T0 + (int64_t)(n)*3600)

static struct object *decode_text(const char *text, struct nws *n)
{
    struct object *object = NULL;
    struct err err = ERR_NONE;
    enum status st = grid_decode(str_of(text), n, &object, &err);

    if (st != ST_OK)
        fail_msg("not decoded: %s", err.text);
    return object;
}

/* A document with these layers, quotes written as '. */
static struct object *grid_with(const char *layers, struct nws *n)
{
    struct buf b = BUF_INIT(1 << 20);
    struct object *object;
    char *text;

    buf_printf(&b,
               "{'properties':{'updateTime':'2026-05-31T23:10:00+00:00',"
               "'validTimes':'2026-06-01T00:00:00+00:00/P7D',%s}}",
               layers);
    text = case_quoted(buf_z(&b));
    object = decode_text(text, n);
    free(text);
    buf_free(&b);
    return object;
}

/* Values of one layer in C, each an hour long from H(0); a hole is written as 999. */
static struct object *hourly(const char *layer, const char *uom, const double *values, size_t count)
{
    struct buf b = BUF_INIT(1 << 20);
    struct object *object;

    buf_printf(&b, "'%s':{'uom':'%s','values':[", layer, uom);
    for (size_t i = 0; i < count; i++) {
        buf_printf(&b, "%s{'validTime':'2026-06-%02dT%02d:00:00+00:00/PT1H','value':", i ? "," : "",
                   (int)(1 + i / 24), (int)(i % 24));
        if (values[i] == 999.0)
            buf_putz(&b, "null}");
        else
            buf_printf(&b, "%.6f}", values[i]);
    }
    buf_putz(&b, "]}");
    object = grid_with(buf_z(&b), NULL);
    buf_free(&b);
    return object;
}

TEST(the_run_that_overlaps_the_period_longest_gives_high_and_low)
{
    static const struct {
        int from, to;
        bool has;
        double want;
    } cases[] = {
        { 10, 22, true, 30.0 },  /* 10-13 of the first, 13-22 of the second */
        { 0, 13, true, 20.0 },   /* exactly the first */
        { 6, 20, true, 20.0 },   /* seven hours each: the earlier */
        { 6, 21, true, 30.0 },   /* eight of the second against seven */
        { 26, 36, true, 25.0 },  /* only the third, which begins at 36-3 */
        { 26, 33, false, 0.0 },  /* a gap between runs is a hole */
        { 100, 120, false, 0.0 } /* past all */
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

TEST(highest_and_lowest_look_at_all_that_overlaps_and_skip_holes)
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
        { 3, 3, false, 0, 0 },  { 1, 1, false, 0, 0 }, /* an empty period holds nothing */
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

TEST(a_value_holds_from_its_start_to_before_its_end)
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

TEST(amounts_are_counted_by_the_overlapping_share)
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

TEST(an_amount_with_a_hole_inside_the_period_is_not_said)
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
    CHECK_NEAR(mm, 12.0, 1e-9); /* metres are millimetres here */
    CHECK(grid_total(o->data, GRID_SNOWFALL, H(12), H(18), &mm));
    CHECK(mm == 0.0); /* nothing is a number, unlike a hole */
    object_release(o);
}

TEST(skys_are_the_first_and_the_last_hour)
{
    static const double values[] = { 5, 20, 40, 60, 80, 100, 999, 999 };
    static const struct {
        int from, to;
        bool has;
        double first, last;
    } cases[] = {
        { 0, 6, true, 5, 100 }, { 1, 4, true, 20, 60 },
        { 3, 4, true, 60, 60 }, { 4, 8, true, 80, 100 }, /* the last hour that has one */
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

/* ---- wind ------------------------------------------------------------------------------------ */

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

TEST(wind_is_the_speed_weighted_mean_direction_the_range_and_the_gust)
{
    static const struct {
        const char *speeds, *directions, *gusts; /* km/h by the hour */
        bool has_direction;
        double direction, low, high; /* m/s */
        bool has_gust;
        double gust;
    } cases[] = {
        { "18 18", "270 270", "36 54", true, 270.0, 5.0, 5.0, true, 15.0 },
        { "18 36", "350 10", "", true, 3.363727, 5.0, 10.0, false, 0 }, /* over north */
        { "36 18", "0 90", "", true, 26.565051, 5.0, 10.0, false, 0 },  /* atan(1/2) */
        { "36 18", "90 180", "", true, 116.565051, 5.0, 10.0, false, 0 },
        { "18 18", "90 270", "", false, 0, 5.0, 5.0, false, 0 },    /* from all sides */
        { "0 0", "360 360", "0 0", false, 0, 0.0, 0.0, false, 0 },  /* calm */
        { "0 18", "90 180", "", true, 180.0, 0.0, 5.0, false, 0 },  /* calm has no say */
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

TEST(each_hour_has_its_weight_however_long_the_runs_are)
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

TEST(without_speeds_there_is_no_wind_and_it_is_not_calm)
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

/* ---- what cannot be right -------------------------------------------------------------------- */

static struct {
    int count;
    char reason[40], text[320];
} told;

static void tell(void *data, const struct err *err)
{
    (void)data;
    told.count++;
    (void)snprintf(told.reason, sizeof told.reason, "%s", err->reason);
    (void)snprintf(told.text, sizeof told.text, "%s", err->text);
}

static struct nws *nws_that_tells(void)
{
    struct nws_settings settings = { .base_url = "https://api.weather.gov", .report = tell };
    struct nws *n = nws_create(&settings, NULL, NULL, NULL);

    CHECK(n != NULL);
    told.count = 0;
    return n;
}

TEST(an_unknown_unit_is_reported_once_and_is_no_value)
{
    static const char *const layers[] = {
        "'windSpeed':{'uom':'wmoUnit:furlong_d-1','values':["
        "{'validTime':'2026-06-01T00:00:00+00:00/PT6H','value':6},"
        "{'validTime':'2026-06-01T06:00:00+00:00/PT6H','value':7}]}",
        "'windSpeed':{'values':[{'validTime':'2026-06-01T00:00:00+00:00/PT6H','value':6}]}",
        "'windSpeed':{'uom':null,'values':[{'validTime':'2026-06-01T00:00:00+00:00/PT6H',"
        "'value':6}]}",
        "'windSpeed':{'uom':'wmoUnit:degC','values':[{'validTime':"
        "'2026-06-01T00:00:00+00:00/PT6H','value':6}]}",
    };

    for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++) {
        struct nws *n = nws_that_tells();
        struct object *o = grid_with(layers[i], n);
        double value;
        CHECK_ROW(i, !grid_at(o->data, GRID_WIND_SPEED, H(1), &value));
        CHECK_ROW(i, told.count == 1);
        CHECK_STR(told.reason, "unit_unknown");
        CHECK_ROW(i, strstr(told.text, "windSpeed") != NULL);
        object_release(o);
        o = grid_with(layers[i], n); /* the same again is not told again */
        CHECK_ROW(i, told.count == 1);
        object_release(o);
        nws_free(n);
    }
}

TEST(an_empty_layer_without_a_unit_is_nothing_to_report)
{
    struct nws *n = nws_that_tells();
    struct object *o = grid_with("'pressure':{'values':[]},'heatIndex':{'values':[{'validTime':"
                                 "'2026-06-01T00:00:00+00:00/P7D','value':null}]}",
                                 n);
    double value;

    CHECK(!grid_at(o->data, GRID_PRESSURE, H(1), &value));
    CHECK(!grid_at(o->data, GRID_HEAT_INDEX, H(1), &value));
    CHECK_INT(told.count, 0);
    object_release(o);
    nws_free(n);
}

TEST(a_wild_value_is_a_hole_and_its_neighbours_stay)
{
    static const struct {
        const char *layer, *uom;
        enum grid_layer id;
        double wild, sane;
    } cases[] = {
        { "temperature", "wmoUnit:degC", GRID_TEMPERATURE, 5000.0, 20.0 },
        { "temperature", "wmoUnit:degC", GRID_TEMPERATURE, -273.0, -60.0 },
        { "skyCover", "wmoUnit:percent", GRID_SKY_COVER, 101.0, 100.0 },
        { "relativeHumidity", "wmoUnit:percent", GRID_HUMIDITY, -1.0, 0.0 },
        { "windSpeed", "wmoUnit:km_h-1", GRID_WIND_SPEED, 2000.0, 36.0 },
        { "windSpeed", "wmoUnit:km_h-1", GRID_WIND_SPEED, -5.0, 0.0 },
        { "windDirection", "wmoUnit:degree_(angle)", GRID_WIND_DIRECTION, 400.0, 360.0 },
        { "quantitativePrecipitation", "wmoUnit:mm", GRID_PRECIPITATION, -0.5, 0.0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double values[] = { cases[i].sane, cases[i].wild, cases[i].sane };
        struct object *o = hourly(cases[i].layer, cases[i].uom, values, 3);
        double value;
        CHECK_ROW(i, grid_at(o->data, cases[i].id, H(0), &value));
        CHECK_ROW(i, !grid_at(o->data, cases[i].id, H(1), &value));
        CHECK_ROW(i, grid_at(o->data, cases[i].id, H(2), &value));
        object_release(o);
    }
}

TEST(values_of_other_types_are_holes)
{
    struct object *o = grid_with("'temperature':{'uom':'wmoUnit:degC','values':["
                                 "{'validTime':'2026-06-01T00:00:00+00:00/PT1H','value':'20'},"
                                 "{'validTime':'2026-06-01T01:00:00+00:00/PT1H','value':[20]},"
                                 "{'validTime':'2026-06-01T02:00:00+00:00/PT1H','value':true},"
                                 "{'validTime':'2026-06-01T03:00:00+00:00/PT1H'},"
                                 "{'value':20}, null, 7, 'x',"
                                 "{'validTime':'2026-06-01T04:00:00+00:00/PT1H','value':21}]}",
                                 NULL);
    double low, high;

    CHECK(grid_lowest(o->data, GRID_TEMPERATURE, H(0), H(24), &low) && low == 21.0);
    CHECK(grid_highest(o->data, GRID_TEMPERATURE, H(0), H(24), &high) && high == 21.0);
    object_release(o);
}

TEST(runs_with_absurd_times_are_left_out)
{
    static const char *const times[] = {
        "2026-06-01T00:00:00+00:00/P1Y",
        "2026-06-01T00:00:00+00:00/P32D",
        "2026-06-01T00:00:00+00:00/PT0S",
        "2026-06-01T02:00:00+00:00/2026-06-01T00:00:00+00:00",
        "1999-06-01T00:00:00+00:00/PT1H",
        "9999-12-31T23:00:00+00:00/PT1H",
        "2026-06-01T00:00:00+00:00",
        "PT1H",
        "",
        "2026-13-45T99:00:00+00:00/PT1H",
    };

    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        char text[256];
        struct object *o;
        double value;
        (void)snprintf(text, sizeof text,
                       "'temperature':{'uom':'wmoUnit:degC','values':["
                       "{'validTime':'%s','value':20}]}",
                       times[i]);
        o = grid_with(text, NULL);
        CHECK_ROW(i, !grid_highest(o->data, GRID_TEMPERATURE, INT64_C(0), H(100000), &value));
        object_release(o);
    }
}

TEST(all_forms_of_a_valid_time_are_read)
{
    static const struct {
        const char *text;
        int start, end; /* hours */
    } cases[] = {
        { "2026-06-01T03:00:00+00:00/PT1H", 3, 4 },
        { "2026-06-01T03:00:00+00:00/P1DT6H", 3, 33 },
        { "2026-06-01T03:00:00+00:00/P7D", 3, 171 },
        { "2026-06-01T03:00:00+00:00/PT90M", 3, 4 },
        { "2026-05-31T22:00:00-05:00/PT2H", 3, 5 },
        { "2026-06-01T03:00:00Z/2026-06-01T09:00:00Z", 3, 9 },
        { "PT2H/2026-06-01T09:00:00+00:00", 7, 9 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[256];
        struct object *o;
        double value;
        (void)snprintf(text, sizeof text,
                       "'temperature':{'uom':'wmoUnit:degC','values':["
                       "{'validTime':'%s','value':20}]}",
                       cases[i].text);
        o = grid_with(text, NULL);
        CHECK_ROW(i, !grid_at(o->data, GRID_TEMPERATURE, H(cases[i].start) - 1, &value));
        CHECK_ROW(i, grid_at(o->data, GRID_TEMPERATURE, H(cases[i].start), &value));
        CHECK_ROW(i, grid_at(o->data, GRID_TEMPERATURE, H(cases[i].end) - 1, &value));
        CHECK_ROW(i, !grid_at(o->data, GRID_TEMPERATURE, H(cases[i].end) + 3599, &value));
        object_release(o);
    }
}

static void check_invariant(const struct grid *g)
{
    for (size_t l = 0; l < GRID_LAYERS; l++) {
        const struct run *runs = g->runs + g->layers[l].first;
        for (size_t i = 0; i < g->layers[l].count; i++) {
            CHECK(runs[i].start < runs[i].end);
            CHECK(i == 0 || runs[i - 1].end <= runs[i].start);
        }
    }
    for (size_t i = 1; i < g->condition_count; i++)
        CHECK(g->conditions[i - 1].start <= g->conditions[i].start);
}

TEST(runs_out_of_order_are_sorted_and_overlaps_end_where_the_later_begins)
{
    struct object *o = grid_with("'temperature':{'uom':'wmoUnit:degC','values':["
                                 "{'validTime':'2026-06-01T10:00:00+00:00/PT5H','value':3},"
                                 "{'validTime':'2026-06-01T00:00:00+00:00/PT24H','value':1},"
                                 "{'validTime':'2026-06-01T04:00:00+00:00/PT2H','value':2},"
                                 "{'validTime':'2026-06-01T10:00:00+00:00/PT2H','value':4}]}",
                                 NULL);
    static const struct {
        int hour;
        bool has;
        double want;
    } cases[] = { { 3, true, 1 },  { 4, true, 2 },  { 5, true, 2 },  { 6, false, 0 },
                  { 10, true, 4 }, { 11, true, 4 }, { 12, false, 0 } };

    check_invariant(o->data);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double value = -1.0;
        CHECK_ROW(i, grid_at(o->data, GRID_TEMPERATURE, H(cases[i].hour), &value) == cases[i].has);
        CHECK_ROW(i, !cases[i].has || value == cases[i].want);
    }
    object_release(o);
}

TEST(an_amount_that_is_cut_keeps_its_share)
{
    struct object *o = grid_with("'iceAccumulation':{'uom':'wmoUnit:mm','values':["
                                 "{'validTime':'2026-06-01T00:00:00+00:00/PT6H','value':6},"
                                 "{'validTime':'2026-06-01T04:00:00+00:00/PT6H','value':0}]}",
                                 NULL);
    double mm;

    CHECK(grid_total(o->data, GRID_ICE, H(0), H(10), &mm));
    CHECK_NEAR(mm, 4.0, 1e-9);
    object_release(o);
}

TEST(more_runs_than_any_forecast_has_are_not_read)
{
    struct buf b = BUF_INIT(1 << 20);
    struct object *o;
    double value;

    buf_putz(&b, "'temperature':{'uom':'wmoUnit:degC','values':[");
    for (int i = 0; i < 5000; i++)
        buf_printf(&b, "%s{'validTime':'2026-06-%02dT%02d:%02d:00+00:00/PT1M','value':%d}",
                   i ? "," : "", 1 + i / 1440, i / 60 % 24, i % 60, i < 2000 ? 1 : 2);
    buf_putz(&b, "]}");
    o = grid_with(buf_z(&b), NULL);
    CHECK(grid_highest(o->data, GRID_TEMPERATURE, H(0), H(100), &value) && value == 1.0);
    object_release(o);
    buf_free(&b);
}

TEST(documents_of_another_shape_are_refused)
{
    static const char *const texts[] = {
        "",
        "{",
        "[]",
        "null",
        "7",
        "{}",
        "{'properties':null}",
        "{'properties':[]}",
        "{'properties':{}}",
        "{'properties':{'temperature':[]}}",
        "{'properties':{'validTimes':'2026-06-01T00:00:00+00:00/P7D'}}",
        /* layers, but no time at all to hold on to */
        "{'properties':{'temperature':{'uom':'wmoUnit:degC','values':[]}}}",
        "{'type':'https://api.weather.gov/problems/NotFound','title':'Not Found','status':404}",
        "<html><body>503</body></html>",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char *text = case_quoted(texts[i]);
        struct object *o = NULL;
        struct err err = ERR_NONE;
        CHECK_ROW(i, grid_decode(str_of(text), NULL, &o, &err) == ST_INVALID);
        CHECK_ROW(i, o == NULL && err.text[0] != '\0');
        free(text);
    }
}

TEST(json_ld_has_the_layers_at_the_top)
{
    char *text =
        case_quoted("{'@id':'x','updateTime':'2026-05-31T23:10:00+00:00','validTimes':"
                    "'2026-06-01T00:00:00+00:00/P7D','temperature':{'uom':'wmoUnit:degC',"
                    "'values':[{'validTime':'2026-06-01T00:00:00+00:00/PT1H','value':20}]}}");
    struct object *o = decode_text(text, NULL);
    double value;

    CHECK(grid_at(o->data, GRID_TEMPERATURE, H(0), &value) && value == 20.0);
    object_release(o);
    free(text);
}

TEST(the_document_says_what_it_covers_or_its_layers_do)
{
    char *text =
        case_quoted("{'properties':{'updateTime':'2026-06-01T05:00:00+00:00','temperature':"
                    "{'uom':'wmoUnit:degC','values':["
                    "{'validTime':'2026-06-01T02:00:00+00:00/PT1H','value':20},"
                    "{'validTime':'2026-06-01T09:00:00+00:00/PT3H','value':21}]}}}");
    struct object *said = grid_with("'temperature':{'values':[]}", NULL);
    struct object *found = decode_text(text, NULL);

    CHECK(grid_start(said->data) == H(0) && grid_end(said->data) == H(168));
    CHECK(grid_issued(said->data) == case_time("2026-05-31T23:10:00Z"));
    CHECK(grid_start(found->data) == H(2) && grid_end(found->data) == H(12));
    CHECK(grid_issued(found->data) == H(5));
    object_release(said);
    object_release(found);
    free(text);
}

/* ---- the weather layer ----------------------------------------------------------------------- */

#define RUN(start, hours, entries) \
    "{'validTime':'2026-06-01T" start ":00:00+00:00/PT" hours "H','value':[" entries "]}"
#define ENTRY(coverage, weather, intensity, attributes)                     \
    "{'coverage':" coverage ",'weather':" weather ",'intensity':" intensity \
    ",'visibility':{'value':null},'attributes':" attributes "}"
#define NOTHING ENTRY("null", "null", "null", "[]")
#define SHOWERS ENTRY("'chance'", "'rain_showers'", "'light'", "[]")
#define LIKELY ENTRY("'likely'", "'rain_showers'", "'moderate'", "[]")
#define THUNDER \
    ENTRY("'slight_chance'", "'thunderstorms'", "null", "['damaging_wind','large_hail']")

static struct object *weather_of(const char *runs)
{
    struct buf b = BUF_INIT(1 << 16);
    struct object *o;

    buf_printf(&b, "'weather':{'values':[%s]}", runs);
    o = grid_with(buf_z(&b), NULL);
    buf_free(&b);
    return o;
}

/* "chance rain_showers light 0-6; ..." of the period, in hours. */
static void check_weather(const struct grid *g, int from, int to, bool covered, const char *want)
{
    struct grid_condition c[8];
    struct buf b = BUF_INIT(4096);
    bool got_covered;
    size_t count = grid_weather(g, H(from), H(to), c, 8, &got_covered);

    for (size_t i = 0; i < count; i++)
        buf_printf(&b, "%s%s %s %s %d-%d", i ? "; " : "", c[i].coverage, c[i].weather,
                   c[i].intensity, (int)((c[i].start - T0) / 3600), (int)((c[i].end - T0) / 3600));
    CHECK_STR(buf_z(&b), want);
    CHECK(got_covered == covered);
    buf_free(&b);
}

TEST(conditions_come_in_order_of_time_each_kind_once_in_a_row)
{
    struct object *o =
        weather_of(RUN("00", "3", SHOWERS) "," RUN("03", "3", SHOWERS "," THUNDER) "," RUN(
            "06", "2", LIKELY "," THUNDER) "," RUN("08", "4", NOTHING) "," RUN("12", "2", SHOWERS));

    check_weather(o->data, 0, 24, true,
                  "chance rain_showers light 0-6; slight_chance thunderstorms  3-8; "
                  "likely rain_showers moderate 6-8; chance rain_showers light 12-14");
    check_weather(o->data, 0, 3, true, "chance rain_showers light 0-3");
    check_weather(o->data, 6, 8, true,
                  "likely rain_showers moderate 6-8; slight_chance thunderstorms  6-8");
    check_weather(o->data, 8, 12, true, "");   /* no weather is known */
    check_weather(o->data, 14, 24, false, ""); /* nothing is known */
    check_weather(o->data, 5, 5, false, "");
    object_release(o);
}

TEST(the_same_after_a_dry_spell_is_not_said_again)
{
    struct object *o =
        weather_of(RUN("00", "3", SHOWERS "," THUNDER) "," RUN("03", "3", NOTHING) "," RUN(
            "06", "2", SHOWERS "," THUNDER) "," RUN("08", "2", LIKELY) "," RUN("10", "2", SHOWERS));

    check_weather(o->data, 0, 10, true,
                  "chance rain_showers light 0-8; slight_chance thunderstorms  0-8; "
                  "likely rain_showers moderate 8-10");
    object_release(o);
}

TEST(what_comes_again_after_something_else_is_said_again)
{
    struct object *o = weather_of(RUN("00", "3", SHOWERS) "," RUN("03", "3", LIKELY) "," RUN(
        "06", "3", LIKELY "," SHOWERS) "," RUN("09", "3", NOTHING) "," RUN("12", "3", SHOWERS));

    check_weather(o->data, 0, 24, true,
                  "chance rain_showers light 0-3; likely rain_showers moderate 3-9; "
                  "chance rain_showers light 6-15");
    object_release(o);
}

TEST(attributes_are_kept_up_to_four)
{
    struct object *o = weather_of(RUN("00", "3", THUNDER) "," RUN(
        "03", "3",
        ENTRY("'likely'", "'thunderstorms'", "'heavy'",
              "['heavy_rain','damaging_wind','large_hail','tornadoes','"
              "flooding']")) "," RUN("06", "3",
                                     ENTRY("'likely'", "'thunderstorms'", "'heavy'", "null")));
    struct grid_condition c[4];
    bool covered;

    CHECK_INT(grid_weather(o->data, H(0), H(9), c, 4, &covered), 3);
    CHECK_STR(c[0].attributes[0], "damaging_wind");
    CHECK_STR(c[0].attributes[1], "large_hail");
    CHECK(c[0].attributes[2] == NULL);
    CHECK_STR(c[1].attributes[3], "tornadoes");
    CHECK(c[2].attributes[0] == NULL);
    object_release(o);
}

TEST(words_that_are_no_codes_are_left_out)
{
    static const char *const bad[] = {
        ENTRY("'chance'", "'Rain & <b>'", "'light'", "[]"),
        ENTRY("'chance'", "7", "'light'", "[]"),
        ENTRY("['chance']", "'rain'", "'light'", "[]"),
        ENTRY("'chance'", "'abcdefghijklmnopqrstuvwxyzabcdefgh'", "'light'", "[]"),
        "7",
        "null",
        "[]",
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char runs[1024];
        struct object *o;
        (void)snprintf(runs, sizeof runs,
                       "{'validTime':'2026-06-01T00:00:00+00:00/PT6H','value':[%s," SHOWERS "]}",
                       bad[i]);
        o = weather_of(runs);
        check_weather(o->data, 0, 6, true, "chance rain_showers light 0-6");
        object_release(o);
    }
}

TEST(no_more_conditions_than_there_is_room_for)
{
    struct object *o = weather_of(RUN("00", "3", SHOWERS "," THUNDER) "," RUN("03", "3", LIKELY));
    struct grid_condition c[2];
    bool covered;

    CHECK_INT(grid_weather(o->data, H(0), H(6), c, 2, &covered), 2);
    CHECK_STR(c[1].weather, "thunderstorms");
    CHECK_INT(grid_weather(o->data, H(0), H(6), NULL, 0, &covered), 0);
    CHECK(covered);
    object_release(o);
}

/* ---- clock changes and recordings ------------------------------------------------------------ */

TEST(a_night_with_a_clock_change_has_eleven_or_thirteen_hours)
{
    static const struct {
        int month, day; /* the evening before, New York */
        int hours;
    } cases[] = { { 3, 7, 11 }, { 10, 31, 13 }, { 6, 1, 12 } };
    const struct zone *zone = zone_get(STR("America/New_York"));

    CHECK(zone != NULL);
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

        /* One millimetre an hour, in one run that begins 12 h before and lasts 48 h. */
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

TEST(a_recorded_grid_gives_the_figures_that_stand_in_it)
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

TEST(the_grids_of_2019_have_winds_in_metres_per_second)
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

TESTS(the_run_that_overlaps_the_period_longest_gives_high_and_low,
      highest_and_lowest_look_at_all_that_overlaps_and_skip_holes,
      part_of_an_hour_counts_for_extremes, a_value_holds_from_its_start_to_before_its_end,
      amounts_are_counted_by_the_overlapping_share,
      an_amount_with_a_hole_inside_the_period_is_not_said, skys_are_the_first_and_the_last_hour,
      wind_is_the_speed_weighted_mean_direction_the_range_and_the_gust,
      each_hour_has_its_weight_however_long_the_runs_are,
      without_speeds_there_is_no_wind_and_it_is_not_calm, speeds_follow_the_unit_of_the_layer,
      an_unknown_unit_is_reported_once_and_is_no_value,
      an_empty_layer_without_a_unit_is_nothing_to_report,
      a_wild_value_is_a_hole_and_its_neighbours_stay, values_of_other_types_are_holes,
      runs_with_absurd_times_are_left_out, all_forms_of_a_valid_time_are_read,
      runs_out_of_order_are_sorted_and_overlaps_end_where_the_later_begins,
      an_amount_that_is_cut_keeps_its_share, more_runs_than_any_forecast_has_are_not_read,
      documents_of_another_shape_are_refused, json_ld_has_the_layers_at_the_top,
      the_document_says_what_it_covers_or_its_layers_do,
      conditions_come_in_order_of_time_each_kind_once_in_a_row,
      the_same_after_a_dry_spell_is_not_said_again,
      what_comes_again_after_something_else_is_said_again, attributes_are_kept_up_to_four,
      words_that_are_no_codes_are_left_out, no_more_conditions_than_there_is_room_for,
      a_night_with_a_clock_change_has_eleven_or_thirteen_hours,
      a_recorded_grid_gives_the_figures_that_stand_in_it,
      the_grids_of_2019_have_winds_in_metres_per_second)
