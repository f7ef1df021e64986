/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/yes_no.c -- the verdicts: yes, no, or how likely. */
#include "intents/yes_no.h"

#include "tests/test.h"
#include "tests/unit/intents/weather/nws_case.h"

TEST(the_first_word_of_a_leadin_asks_for_yes_or_no)
{
    static const struct {
        const char *leadin;
        bool want;
    } cases[] = {
        { "is it", true },         { "will it", true },        { "is it going to", true },
        { "are there any", true }, { "does it", true },        { "what is the", false },
        { "any", true },           { "what's the", false },    { "how is the", false },
        { "tell me the", false },  { "what will the", false }, { "", false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_ROW(i, yes_no_is_asked(str_of(cases[i].leadin)) == cases[i].want);
}

static struct question asking(const char *form)
{
    struct question q = { .yes_no = true };

    CHECK(metric_find(str_of(form), &q.words));
    return q;
}

static void check_now(const char *form, const struct observation *o, bool daytime, const char *want)
{
    struct question q = asking(form);
    struct buf out = BUF_INIT(100);

    yes_no_put_now(&out, &q, o, daytime);
    if (strcmp(buf_z(&out), want) != 0)
        fail_msg("%s: \"%s\", want \"%s\"", form, buf_z(&out), want);
    buf_free(&out);
}

TEST(current_verdicts_follow_the_report)
{
    const struct observation rain = { .weather = { STR("light rain"), STR("fog") },
                                      .weather_count = 2,
                                      .weather_known = true };
    const struct observation snow = { .weather = { STR("heavy snow") },
                                      .weather_count = 1,
                                      .weather_known = true };
    const struct observation near = { .weather = { STR("thunderstorms in the vicinity") },
                                      .weather_count = 1,
                                      .weather_known = true };
    const struct observation dry = { .weather_known = true,
                                     .description = STR("Mostly Cloudy"),
                                     .wind_speed = { .has = true, .value = 3.0 } };
    const struct observation unknown = { .time = 0 };
    const struct observation windy = { .wind_speed = { .has = true, .value = 7.0 },
                                       .description = STR("Partly Cloudy and Windy") };
    const struct observation gusty = { .wind_speed = { .has = true, .value = 4.0 },
                                       .wind_gust = { .has = true, .value = 12.0 },
                                       .description = STR("Clear") };

    const struct observation unidentified = {
        .weather = { STR("light precipitation of an unknown kind") },
        .weather_count = 1,
        .weather_known = true,
    };
    const struct observation unread = { .weather = { STR("light rain") }, .weather_count = 1 };
    const struct observation gauge = { .rain_last_hour = { true, 0.0, false } };
    const struct observation blown = { .weather = { STR("blowing snow") },
                                       .weather_count = 1,
                                       .weather_known = true };
    const struct observation breezy = { .description = STR("Light Rain and Breezy"),
                                        .wind_speed = { true, 4.0, false },
                                        .wind_gust = { false, 0.0, true } };

    check_now("raining", &unidentified, true, "Possibly. ");
    check_now("snowing", &unidentified, true, "Possibly. ");
    check_now("precipitation", &unidentified, true, "Yes. ");
    check_now("raining", &unread, true, "Yes. ");
    check_now("snowing", &unread, true, "");
    check_now("raining", &gauge, true, "Probably not. ");
    check_now("snowing", &gauge, true, "");
    check_now("snowing", &blown, true, "Possibly. ");
    check_now("raining", &blown, true, "No. ");
    check_now("windy", &breezy, true, "");
    check_now("cloudy", &breezy, true, "");
    check_now("sunny", &breezy, true, "No. ");
    check_now("raining", &rain, true, "Yes. ");
    check_now("snowing", &rain, true, "No. ");
    check_now("snowing", &snow, true, "Yes. ");
    check_now("raining", &snow, true, "No. ");
    check_now("raining", &near, true, "No. ");
    check_now("raining", &dry, true, "No. ");
    check_now("raining", &unknown, true, "");
    check_now("windy", &unknown, true, "");
    check_now("windy", &windy, true, "Yes. ");
    check_now("windy", &gusty, true, "Yes. ");
    check_now("windy", &dry, true, "No. ");
    check_now("cloudy", &dry, true, "Yes. ");
    check_now("overcast", &dry, true, "Yes. ");
    check_now("sunny", &dry, true, "No. ");
    check_now("cloudy", &windy, true, "Partly. ");
    check_now("clear", &gusty, false, "Yes. ");
    check_now("sunny", &gusty, true, "Yes. ");
    check_now("sunny", &gusty, false, "No, the sun is down. ");
    check_now("cloudy", &unknown, true, "");
    check_now("temperature", &rain, true, "");
    check_now("raining or snowing", &rain, true, "Yes. ");
    check_now("snow or rain", &snow, true, "Yes. ");
    check_now("precipitation", &near, true, "No. ");
    check_now("precipitation", &dry, true, "No. ");
    check_now("precipitation", &unknown, true, "");
}

TEST(other_questions_get_no_verdict)
{
    const struct observation rain = { .weather = { STR("rain") }, .weather_count = 1 };
    struct question q = asking("rain");
    struct buf out = BUF_INIT(100);

    q.yes_no = false;
    yes_no_put_now(&out, &q, &rain, true);
    CHECK_INT(out.n, 0);
    buf_free(&out);
}

#define RUN "{'validTime':'2026-11-23T06:00:00+00:00/P1D','value':%s}"

/* Asks about one or two days of a grid with one layer, given as a run or as the value of a day, and
 * a weather layer with one condition. */
static void check_days(size_t days, const char *form, const char *layer, const char *unit,
                       const char *value, const char *weather, const char *want)
{
    struct question q = asking(form);
    struct buf out = BUF_INIT(100);
    struct object *object = NULL;
    struct err err = ERR_NONE;
    struct outlook o[2];
    char text[2000], run[200], *body;

    (void)snprintf(run, sizeof run, value[0] == '{' ? "%s" : RUN, value);
    (void)snprintf(text, sizeof text,
                   "{'properties':{'validTimes':'2026-11-23T00:00:00+00:00/P7D',"
                   "'%s':{'uom':'wmoUnit:%s','values':[%s]},'weather':{'values':[{'validTime':"
                   "'2026-11-23T06:00:00+00:00/P1D','value':[{'coverage':'chance','weather':%s,"
                   "'intensity':null,'attributes':[]}]}]}}}",
                   layer, unit, run, weather);
    body = case_quoted(text);
    CHECK_INT(grid_decode(str_of(body), NULL, &object, &err), ST_OK);
    o[0] = (struct outlook){ .grid = object->data };
    o[0].when.start = o[0].when.from = case_time("2026-11-23T12:00:00Z");
    o[0].when.end = o[0].when.start + 12 * 3600;
    o[0].when.daytime = true;
    o[1] = o[0];
    o[1].when.start = o[1].when.from = o[0].when.start + 86400;
    o[1].when.end = o[0].when.end + 86400;
    yes_no_put_later(&out, &q, o, days);
    if (strcmp(buf_z(&out), want) != 0)
        fail_msg("%s with %s %s: \"%s\", want \"%s\"", form, layer, value, buf_z(&out), want);
    object_release(object);
    free(body);
    buf_free(&out);
}

static void check_later(const char *form, const char *layer, const char *unit, const char *value,
                        const char *weather, const char *want)
{
    check_days(1, form, layer, unit, value, weather, want);
}

#define TWO_DAYS(first, second)                                   \
    "{'validTime':'2026-11-23T06:00:00+00:00/P1D','value':" first \
    "},{'validTime':'2026-11-24T06:00:00+00:00/P1D','value':" second "}"

/* From 6 P.M. of an evening in June, when the sun sets at 8:32, or of one in November. */
static void check_evening(const char *date, const char *want)
{
    const struct place boulder = { .lat = 40.015, .lon = -105.27 };
    struct question q = asking("sunny");
    struct err err = ERR_NONE;
    struct buf out = BUF_INIT(100);
    struct object *object;
    struct outlook o;
    char text[400];
    char *body;

    (void)snprintf(text, sizeof text,
                   "{'properties':{'validTimes':'%sT00:00:00+00:00/P7D','skyCover':{'uom':"
                   "'wmoUnit:percent','values':[{'validTime':'%sT00:00:00+00:00/PT3H','value':10},"
                   "{'validTime':'%sT03:00:00+00:00/PT9H','value':100}]}}}",
                   date, date, date);
    body = case_quoted(text);
    CHECK_INT(grid_decode(str_of(body), NULL, &object, &err), ST_OK);
    (void)snprintf(text, sizeof text, "%sT00:00:00Z", date);
    o = (struct outlook){ .grid = object->data, .place = &boulder };
    o.when.start = o.when.from = case_time(text);
    o.when.end = o.when.start + 6 * 3600;
    yes_no_put_later(&out, &q, &o, 1);
    CHECK_STR(buf_z(&out), want);
    object_release(object);
    free(body);
    buf_free(&out);
}

TEST(it_is_sunny_only_while_the_sun_is_up)
{
    check_evening("2026-06-18", "Yes. ");
    check_evening("2026-11-24", "No, the sun will be down. ");
}

TEST(two_days_get_one_verdict)
{
    static const char chance[] = "probabilityOfPrecipitation";

    check_days(2, "rain", chance, "percent", TWO_DAYS("60", "10"), "'rain'", "Probably. ");
    check_days(2, "rain", chance, "percent", TWO_DAYS("0", "60"), "null", "Possibly. ");
    check_days(2, "rain", chance, "percent", TWO_DAYS("0", "null"), "null", "");
    check_days(2, "rain", chance, "percent", TWO_DAYS("null", "10"), "'rain'", "");
    check_days(2, "rain", chance, "percent", TWO_DAYS("90", "0"), "'rain'", "Yes. ");
    check_days(2, "rain", chance, "percent", TWO_DAYS("0", "0"), "null", "No. ");
    check_days(2, "rain", chance, "percent", TWO_DAYS("60", "null"), "'rain'", "Probably. ");
    check_days(2, "windy", "windSpeed", "km_h-1", TWO_DAYS("10", "30"), "null", "Yes. ");
    check_days(2, "sunny", "skyCover", "percent", TWO_DAYS("10", "95"), "null", "Partly. ");
    check_days(2, "sunny", "skyCover", "percent", TWO_DAYS("10", "20"), "null", "Yes. ");
    check_days(2, "cloudy", "skyCover", "percent", TWO_DAYS("10", "20"), "null", "No. ");
    check_days(2, "sunny", chance, "percent", TWO_DAYS("10", "20"), "null", "");
}

TEST(forecast_verdicts_follow_chance_kind_and_percentages)
{
    static const struct {
        const char *form, *layer, *unit, *value, *weather, *want;
    } cases[] = {
        { "rain", "probabilityOfPrecipitation", "percent", "0", "null", "No. " },
        { "rain", "probabilityOfPrecipitation", "percent", "10", "'rain'", "Probably not. " },
        { "rain", "probabilityOfPrecipitation", "percent", "20", "'rain'", "Possibly. " },
        { "rain", "probabilityOfPrecipitation", "percent", "60", "'rain'", "Probably. " },
        { "rain", "probabilityOfPrecipitation", "percent", "90", "'rain_showers'", "Yes. " },
        { "rain", "probabilityOfPrecipitation", "percent", "90", "null", "Possibly. " },
        { "snow", "probabilityOfPrecipitation", "percent", "90", "null", "Possibly. " },
        { "snow", "probabilityOfPrecipitation", "percent", "90", "'graupel'", "Possibly. " },
        { "rain", "probabilityOfPrecipitation", "percent", "90", "'Rain'", "Possibly. " },
        { "rain", "probabilityOfPrecipitation", "percent", "90", "'freezing_rain'", "Yes. " },
        { "snow", "probabilityOfPrecipitation", "percent", "90", "'freezing_rain'", "No. " },
        { "rain or snow", "probabilityOfPrecipitation", "percent", "90", "'sleet'", "Yes. " },
        { "rain", "probabilityOfPrecipitation", "percent", "90", "'snow'", "No. " },
        { "snow", "probabilityOfPrecipitation", "percent", "90", "'snow'", "Yes. " },
        { "snow", "probabilityOfPrecipitation", "percent", "90", "'rain'", "No. " },
        { "snow", "skyCover", "percent", "90", "'rain'", "" },
        { "rain or snow", "probabilityOfPrecipitation", "percent", "90", "'snow'", "Yes. " },
        { "snow or rain", "probabilityOfPrecipitation", "percent", "20", "'rain'", "Possibly. " },
        { "precipitation", "probabilityOfPrecipitation", "percent", "0", "null", "No. " },
        { "windy", "windSpeed", "km_h-1", "10", "null", "" }, /* gusts are not forecast */
        { "windy", "windSpeed", "km_h-1", "30", "null", "Yes. " },
        { "windy", "skyCover", "percent", "30", "null", "" },
        { "sunny", "skyCover", "percent", "50", "null", "Yes. " },
        { "sunny", "skyCover", "percent", "60", "null", "Partly. " },
        { "sunny", "skyCover", "percent", "90", "null", "No. " },
        { "cloudy", "skyCover", "percent", "20", "null", "No. " },
        { "cloudy", "skyCover", "percent", "50", "null", "Partly. " },
        { "cloudy", "skyCover", "percent", "95", "null", "Yes. " },
        { "clear", "skyCover", "percent", "5", "null", "Yes. " },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_later(cases[i].form, cases[i].layer, cases[i].unit, cases[i].value, cases[i].weather,
                    cases[i].want);
}

TESTS(the_first_word_of_a_leadin_asks_for_yes_or_no, current_verdicts_follow_the_report,
      other_questions_get_no_verdict, forecast_verdicts_follow_chance_kind_and_percentages,
      it_is_sunny_only_while_the_sun_is_up, two_days_get_one_verdict)
