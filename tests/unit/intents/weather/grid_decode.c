/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/grid_decode.c -- decoding the raw forecast of a grid point. */
#include "tests/unit/intents/weather/grid_case.h"

/* ---- invalid data ---- */

static struct {
    int count;
    char reason[40], text[320];
} reported;

static void count_report(void *data, const struct err *err)
{
    (void)data;
    reported.count++;
    (void)snprintf(reported.reason, sizeof reported.reason, "%s", err->reason);
    (void)snprintf(reported.text, sizeof reported.text, "%s", err->text);
}

static struct nws *nws_with_report(void)
{
    struct nws_settings settings = { .base_url = "https://api.weather.gov",
                                     .report = count_report };
    struct nws *n = nws_create(&settings, NULL, NULL, NULL);

    CHECK(n);
    reported.count = 0;
    return n;
}

TEST(an_unknown_unit_is_reported_once_and_gives_no_value)
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
        struct nws *n = nws_with_report();
        struct object *o = grid_with(layers[i], n);
        double value;
        CHECK_ROW(i, !grid_at(o->data, GRID_WIND_SPEED, H(1), &value));
        CHECK_ROW(i, reported.count == 1);
        CHECK_STR(reported.reason, "unit_unknown");
        CHECK_ROW(i, strstr(reported.text, "windSpeed"));
        object_release(o);
        o = grid_with(layers[i], n); /* not reported again */
        CHECK_ROW(i, reported.count == 1);
        object_release(o);
        nws_free(n);
    }
}

TEST(an_empty_layer_without_a_unit_is_not_reported)
{
    struct nws *n = nws_with_report();
    struct object *o = grid_with("'pressure':{'values':[]},'heatIndex':{'values':[{'validTime':"
                                 "'2026-06-01T00:00:00+00:00/P7D','value':null}]}",
                                 n);
    double value;

    CHECK(!grid_at(o->data, GRID_PRESSURE, H(1), &value));
    CHECK(!grid_at(o->data, GRID_HEAT_INDEX, H(1), &value));
    CHECK_INT(reported.count, 0);
    object_release(o);
    nws_free(n);
}

TEST(an_implausible_value_is_left_out_and_its_neighbors_stay)
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

TEST(amounts_with_an_implausible_total_are_left_out)
{
    static const double wild[] = { 1500.0, 1500.0, 1500.0 }, sane[] = { 15.0, 15.0, 15.0 };
    struct object *o = hourly("quantitativePrecipitation", "wmoUnit:mm", wild, 3);
    double mm;

    CHECK(!grid_total(o->data, GRID_PRECIPITATION, H(0), H(3), &mm));
    object_release(o);
    o = hourly("quantitativePrecipitation", "wmoUnit:mm", sane, 3);
    CHECK(grid_total(o->data, GRID_PRECIPITATION, H(0), H(3), &mm) && mm == 45.0);
    object_release(o);
}

TEST(values_of_other_types_are_left_out)
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

TEST(runs_with_invalid_times_are_left_out)
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

TEST(all_forms_of_a_valid_time_are_decoded)
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

TEST(runs_are_sorted_and_overlaps_cut)
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

TEST(a_cut_amount_is_prorated)
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

TEST(too_many_runs_are_cut_off)
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

TEST(documents_of_another_kind_are_rejected)
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
        /* layers, but no time of any kind */
        "{'properties':{'temperature':{'uom':'wmoUnit:degC','values':[]}}}",
        "{'type':'https://api.weather.gov/problems/NotFound','title':'Not Found','status':404}",
        "<html><body>503</body></html>",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char *text = case_quoted(texts[i]);
        struct object *o = NULL;
        struct err err = ERR_NONE;
        CHECK_ROW(i, grid_decode(str_of(text), NULL, &o, &err) == ST_INVALID);
        CHECK_ROW(i, !o && err.text[0] != '\0');
        free(text);
    }
}

TEST(json_ld_documents_are_decoded)
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

TEST(the_covered_period_comes_from_the_document_or_its_layers)
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

TESTS(an_unknown_unit_is_reported_once_and_gives_no_value,
      an_empty_layer_without_a_unit_is_not_reported,
      an_implausible_value_is_left_out_and_its_neighbors_stay,
      amounts_with_an_implausible_total_are_left_out, values_of_other_types_are_left_out,
      runs_with_invalid_times_are_left_out, all_forms_of_a_valid_time_are_decoded,
      runs_are_sorted_and_overlaps_cut, a_cut_amount_is_prorated, too_many_runs_are_cut_off,
      documents_of_another_kind_are_rejected, json_ld_documents_are_decoded,
      the_covered_period_comes_from_the_document_or_its_layers)
