/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/observation.c -- decoding observations, and the formulas for what the
 * temperature feels like. */
#include "intents/weather/observation.h"

#include <math.h>

#include "intents/weather/observation_internal.h"
#include "intents/weather/present_weather.h"
#include "server/base/json.h"
#include "tests/test.h"
#include "tests/unit/intents/weather/nws_case.h"

/* ---- decoding ---- */

static struct object *decode_text(const char *text, struct nws *n)
{
    struct object *object = NULL;
    struct err err = ERR_NONE;

    if (observation_decode(str_of(text), n, &object, &err) != ST_OK)
        fail_msg("not decoded: %s", err.text);
    return object;
}

static struct object *decode_file(const char *name)
{
    char *text = case_read(name);
    struct object *object = decode_text(text, NULL);

    free(text);
    return object;
}

/* One observation with these members, quotes written as '. */
static struct object *observation_with(const char *members, struct nws *n)
{
    char text[4096], *quoted;
    struct object *object;

    (void)snprintf(text, sizeof text, "{'properties':{'timestamp':'2026-06-01T12:00:00+00:00',%s}}",
                   members);
    quoted = case_quoted(text);
    object = decode_text(quoted, n);
    free(quoted);
    return object;
}

static const struct observation *first(const struct object *object)
{
    const struct observation_list *list = object->data;

    CHECK(list->count > 0);
    return &list->at[0];
}

TEST(a_recorded_observation_gives_its_values)
{
    struct object *object = decode_file("observation-ktan-2026.json");
    const struct observation *o = first(object);

    CHECK_SLICE(o->station_id, "KTAN");
    CHECK(o->time == case_time("2026-07-15T19:40:00Z"));
    CHECK_SLICE(o->description, "Haze");
    CHECK(o->temperature.has && o->temperature.value == 27.0);
    CHECK(o->dewpoint.has && o->dewpoint.value == 21.0);
    CHECK(o->wind_direction.has && o->wind_direction.value == 320.0);
    CHECK(o->wind_speed.has && !o->wind_gust.has && !o->wind_variable);
    CHECK_NEAR(o->wind_speed.value, 2.06, 1e-9); /* 7.416 km/h */
    CHECK_NEAR(o->pressure.value, 100745.06, 1e-6);
    CHECK_NEAR(o->humidity.value, 69.735359877774, 1e-9);
    CHECK(o->heat_index.has && !o->wind_chill.has);
    CHECK_NEAR(o->heat_index.value, 28.833639714513332, 1e-9); /* as sent */
    CHECK_INT(o->weather_count, 1);
    CHECK_SLICE(o->weather[0], "haze");
    CHECK(o->weather_known && !o->rain_last_hour.has);
    object_release(object);
}

TEST(a_null_wind_is_unknown_not_calm)
{
    struct object *object = decode_file("observation-ktcl-2024.json");
    const struct observation *o = first(object);

    CHECK(!o->wind_speed.has && !o->wind_direction.has && !o->wind_variable);
    CHECK(!observation_has(o, NEED_WIND));
    CHECK(observation_has(o, NEED_ANY_TEMPERATURE));
    CHECK_SLICE(o->station_id, "KTCL"); /* from the URL, in documents without stationId */
    object_release(object);
}

TEST(a_five_minute_observation_has_values_but_no_description)
{
    struct object *object = decode_file("observation-kcid-2024.json");
    const struct observation *o = first(object);

    CHECK_SLICE(o->description, "");
    CHECK(!observation_has(o, NEED_DESCRIPTION));
    CHECK(o->temperature.value == 21.1 && !o->weather_known && o->weather_count == 0);
    CHECK(o->rain_last_hour.has && o->rain_last_hour.value == 0.0);
    object_release(object);
}

TEST(wind_chill_is_taken_as_sent)
{
    struct object *object = decode_file("observation-kttn-2025.json");
    const struct observation *o = first(object);

    CHECK(o->wind_chill.has && !o->heat_index.has);
    CHECK_NEAR(o->wind_chill.value, -2.5297785178216667, 1e-12);
    object_release(object);
}

TEST(lists_of_2019_are_decoded)
{
    struct object *object = decode_file("observations-kcnk-2019.json");
    const struct observation_list *list = object->data;

    CHECK_INT(list->count, 14);
    CHECK_NEAR(list->at[0].wind_speed.value, 2.1, 1e-9); /* meters per second */
    CHECK(!list->at[4].wind_speed.has);
    CHECK_SLICE(list->at[5].weather[0], "rain");
    CHECK_SLICE(list->at[5].weather[1], "fog or mist");
    CHECK_SLICE(list->at[7].weather[0], "thunderstorms");
    CHECK_SLICE(list->at[7].weather[1], "heavy rain");
    object_release(object);
}

TEST(null_missing_and_rejected_values_are_unknown)
{
    static const char *const members[] = {
        "'temperature':{'unitCode':'wmoUnit:degC','value':null}",
        "'temperature':null",
        "'dewpoint':{'unitCode':'wmoUnit:degC','value':1}",
        "'temperature':{'unitCode':'wmoUnit:degC','value':'20'}",
        "'temperature':20",
        "'temperature':{'unitCode':'wmoUnit:degC'}",
        "'temperature':{'unitCode':'wmoUnit:degC','value':20,'qualityControl':'X'}",
        "'temperature':{'unitCode':'wmoUnit:degC','value':20,'qualityControl':'qc:X'}",
        "'temperature':{'unitCode':'wmoUnit:degC','value':20,'qualityControl':'B'}",
        "'temperature':{'unitCode':'wmoUnit:degC','value':500}", /* implausible */
        "'temperature':{'unitCode':'wmoUnit:degZ','value':20}",
        "'temperature':{'value':20}",
        "'temperature':{'unitCode':'wmoUnit:Pa','value':20}",
    };

    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        struct object *object = observation_with(members[i], NULL);
        CHECK_ROW(i, !first(object)->temperature.has);
        object_release(object);
    }
}

TEST(values_that_passed_a_check_or_had_none_are_used)
{
    static const char *const checks[] = { "V", "C", "S", "Z", "T", "G", "qc:V", "" };

    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        char members[256];
        struct object *object;
        (void)snprintf(members, sizeof members,
                       "'temperature':{'unitCode':'wmoUnit:degC','value':-3.2999999999999545,"
                       "'qualityControl':'%s'}",
                       checks[i]);
        object = observation_with(members, NULL);
        CHECK_ROW(i, first(object)->temperature.has);
        CHECK_NEAR(first(object)->temperature.value, -3.3, 1e-9);
        object_release(object);
    }
}

TEST(rain_may_be_in_meters_or_millimeters)
{
    static const struct {
        const char *value, *unit;
        double mm;
    } cases[] = { { "2.54", "wmoUnit:mm", 2.54 },
                  { "0.00254", "wmoUnit:m", 2.54 },
                  { "0", "unit:m", 0.0 } };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char members[256];
        struct object *object;
        (void)snprintf(members, sizeof members,
                       "'precipitationLastHour':{'unitCode':'%s','value':%s}", cases[i].unit,
                       cases[i].value);
        object = observation_with(members, NULL);
        CHECK_ROW(i, first(object)->rain_last_hour.has);
        CHECK_NEAR(first(object)->rain_last_hour.value, cases[i].mm, 1e-9);
        object_release(object);
    }
}

#define WIND(speed, direction)                                     \
    "'windSpeed':{'unitCode':'wmoUnit:km_h-1','value':" speed "}," \
    "'windDirection':{'unitCode':'wmoUnit:degree_(angle)','value':" direction "}"

TEST(a_wind_without_direction_is_variable_and_zero_is_calm)
{
    static const struct {
        const char *members;
        bool speed, direction, variable;
    } cases[] = {
        { WIND("11.1", "null"), true, false, true }, { WIND("11.1", "220"), true, true, false },
        { WIND("0", "0"), true, true, false },       { WIND("0", "null"), true, false, false },
        { WIND("null", "220"), false, true, false }, { WIND("null", "null"), false, false, false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct object *object = observation_with(cases[i].members, NULL);
        const struct observation *o = first(object);
        CHECK_ROW(i, o->wind_speed.has == cases[i].speed);
        CHECK_ROW(i, o->wind_direction.has == cases[i].direction);
        CHECK_ROW(i, o->wind_variable == cases[i].variable);
        object_release(object);
    }
}

#define AIR(temp, humidity, wind)                                             \
    "'temperature':{'unitCode':'wmoUnit:degC','value':" temp "},"             \
    "'relativeHumidity':{'unitCode':'wmoUnit:percent','value':" humidity "}," \
    "'windSpeed':{'unitCode':'wmoUnit:m_s-1','value':" wind "}"
#define SENT(name, value) ",'" name "':{'unitCode':'wmoUnit:degC','value':" value "}"

TEST(feels_like_exists_only_where_it_is_defined)
{
    static const struct {
        const char *members;
        bool heat, chill;
    } cases[] = {
        { AIR("32", "60", "3"), true, false },    /* computed */
        { AIR("32", "null", "3"), false, false }, /* nothing to compute from */
        { AIR("32", "null", "3") SENT("heatIndex", "36"), true, false },
        { AIR("26.6", "60", "3") SENT("heatIndex", "27"), false, false }, /* 79.88 F */
        { AIR("-5", "60", "5"), false, true },
        { AIR("-5", "60", "1.3"), false, false }, /* 2.9 mph */
        { AIR("-5", "60", "null"), false, false },
        { AIR("-5", "60", "5") SENT("windChill", "-11"), false, true },
        { AIR("10", "60", "5"), false, true }, /* 50 F */
        { AIR("10.1", "60", "5") SENT("windChill", "9"), false, false },
        { AIR("null", "60", "5") SENT("windChill", "-11"), false, false },
        { AIR("50", "100", "3"), false, false },  /* the formula gives 153 C */
        { AIR("-89", "60", "99"), false, false }, /* and -161 C */
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct object *object = observation_with(cases[i].members, NULL);
        CHECK_ROW(i, first(object)->heat_index.has == cases[i].heat);
        CHECK_ROW(i, first(object)->wind_chill.has == cases[i].chill);
        object_release(object);
    }
}

/* ---- formulas, against the charts of NWS in whole degrees Fahrenheit ---- */

static double to_c(double f)
{
    return (f - 32.0) / 1.8;
}

static double to_f(double c)
{
    return c * 1.8 + 32.0;
}

TEST(the_heat_index_matches_the_published_chart)
{
    static const struct {
        double temp_f, humidity, want_f;
    } cases[] = {
        { 80, 40, 80 },  { 82, 80, 89 },  { 86, 90, 105 },  { 90, 50, 95 },   { 90, 70, 105 },
        { 94, 60, 110 }, { 96, 50, 108 }, { 100, 40, 109 }, { 104, 40, 119 }, { 110, 40, 136 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double c = 0.0;
        CHECK_ROW(i, observation_heat_index_c(to_c(cases[i].temp_f), cases[i].humidity, &c));
        CHECK_ROW(i, fabs(to_f(c) - cases[i].want_f) <= 1.0);
    }
}

TEST(the_heat_index_is_adjusted_for_dry_and_very_humid_air)
{
    double c;

    /* 95 F at 5 %: 90.1768 by the regression, less (13-5)/4 * sqrt(17/17). */
    CHECK(observation_heat_index_c(to_c(95), 5.0, &c));
    CHECK_NEAR(to_f(c), 90.1768 - 2.0, 0.001);
    /* 82 F at 95 %: 92.9722 by the regression, and (95-85)/10 * (87-82)/5 more. */
    CHECK(observation_heat_index_c(to_c(82), 95.0, &c));
    CHECK_NEAR(to_f(c), 92.9722 + 1.0, 0.001);
}

TEST(the_wind_chill_matches_the_published_chart)
{
    static const struct {
        double temp_f, wind_mph, want_f;
    } cases[] = {
        { 40, 5, 36 },    { 30, 10, 21 },   { 25, 40, 6 },    { 0, 15, -19 },
        { -10, 60, -48 }, { -20, 30, -53 }, { -45, 60, -98 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double c = 0.0;
        CHECK_ROW(i,
                  observation_wind_chill_c(to_c(cases[i].temp_f), cases[i].wind_mph * 0.44704, &c));
        CHECK_ROW(i, round(to_f(c)) == cases[i].want_f);
    }
}

TEST(the_formulas_have_their_limits)
{
    double c = 7.0;

    CHECK(observation_heat_index_c(to_c(80), 50.0, &c));
    CHECK(!observation_heat_index_c(to_c(79.9), 50.0, &c));
    CHECK(!observation_heat_index_c(to_c(90), -1.0, &c) &&
          !observation_heat_index_c(to_c(90), 101.0, &c));
    CHECK(!observation_heat_index_c(NAN, 50.0, &c) && !observation_heat_index_c(30.0, NAN, &c));
    CHECK(observation_wind_chill_c(to_c(50), 3.1 * 0.44704, &c));
    CHECK(!observation_wind_chill_c(to_c(50.1), 3.1 * 0.44704, &c));
    CHECK(!observation_wind_chill_c(to_c(50), 3.0 * 0.44704, &c)); /* it must exceed 3 mph */
    CHECK(!observation_wind_chill_c(NAN, 5.0, &c) && !observation_wind_chill_c(0.0, NAN, &c));
}

/* ---- present weather ---- */

TEST(present_weather_is_worded)
{
    static const struct {
        const char *phenomenon, *want;
    } cases[] = {
        { "{'intensity':'light','modifier':null,'weather':'rain','rawString':'-RA'}",
          "light rain" },
        { "{'intensity':'heavy','modifier':null,'weather':'rain','rawString':'+TSRA'}",
          "heavy rain" },
        { "{'intensity':null,'modifier':null,'weather':'fog_mist','rawString':'BR'}",
          "fog or mist" },
        { "{'intensity':'light','modifier':'showers','weather':'snow'}", "light snow showers" },
        { "{'intensity':null,'modifier':'freezing','weather':'rain'}", "freezing rain" },
        { "{'intensity':'light','modifier':'freezing','weather':'drizzle'}",
          "light freezing drizzle" },
        { "{'intensity':null,'modifier':'blowing','weather':'snow'}", "blowing snow" },
        { "{'intensity':null,'modifier':'low_drifting','weather':'snow'}", "drifting snow" },
        { "{'intensity':null,'modifier':'patches','weather':'fog'}", "patches of fog" },
        { "{'intensity':null,'modifier':'shallow','weather':'fog'}", "shallow fog" },
        { "{'intensity':null,'modifier':null,'weather':'thunderstorms','inVicinity':true}",
          "thunderstorms in the vicinity" },
        { "{'intensity':null,'modifier':null,'weather':'thunderstorms','rawString':'VCTS'}",
          "thunderstorms in the vicinity" },
        { "{'intensity':null,'modifier':'showers','weather':null,'rawString':'VCSH'}",
          "showers in the vicinity" },
        { "{'intensity':null,'modifier':'showers','weather':'unknown','rawString':'VCSH'}",
          "showers in the vicinity" },
        { "{'intensity':null,'modifier':null,'weather':'unknown','rawString':'UP'}",
          "precipitation of an unknown kind" },
        { "{'intensity':'heavy','modifier':null,'weather':'funnel_cloud','rawString':'+FC'}",
          "tornado" },
        { "{'intensity':null,'modifier':null,'weather':'funnel_cloud'}", "funnel cloud" },
        { "{'intensity':null,'modifier':null,'weather':null}", "" },
        { "{'intensity':null,'modifier':null,'weather':'frogs'}", "" },
        { "{'intensity':7,'modifier':[],'weather':'hail'}", "hail" },
        { "{}", "" },
        { "[]", "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = case_quoted(cases[i].phenomenon), words[PRESENT_WEATHER_MAX];
        json_t *phenomenon = NULL;
        CHECK_ROW(i, json_parse(str_of(text), true, &phenomenon, NULL) == ST_OK);
        CHECK_ROW(i, present_weather_words(phenomenon, words) == (cases[i].want[0] != '\0'));
        CHECK_STR(words, cases[i].want);
        json_decref(phenomenon);
        free(text);
    }
}

#define RAIN "{'intensity':'light','modifier':null,'weather':'rain'}"
#define TEMPERATURE "'temperature':{'unitCode':'wmoUnit:degC','value':20},"

TEST(an_empty_list_means_none_only_if_the_station_tells_weather)
{
    static const struct {
        const char *members;
        bool known;
        size_t count;
    } cases[] = {
        { TEMPERATURE "'rawMessage':'KBDU 171545Z AUTO CLR','presentWeather':[]", true, 0 },
        { TEMPERATURE "'rawMessage':'KBDU AUTO RMK AO2 PWINO','presentWeather':[]", false, 0 },
        { TEMPERATURE "'rawMessage':'','presentWeather':[]", false, 0 }, /* every five minutes */
        { "'presentWeather':[]", false, 0 }, /* everything else is null: unknown */
        { "'textDescription':'Clear','presentWeather':[]", true, 0 },
        { TEMPERATURE "'presentWeather':null", false, 0 },
        { TEMPERATURE "'elevation':{}", false, 0 },
        { TEMPERATURE "'presentWeather':{}", false, 0 },
        { TEMPERATURE "'presentWeather':[{'weather':null}]", false, 0 },
        { "'presentWeather':[" RAIN "," RAIN "]", true, 1 }, /* once */
        { "'presentWeather':[" RAIN ",{'weather':'frogs'}]", false, 1 },
        { "'presentWeather':[" RAIN ",7]", false, 1 },
        { "'textDescription':'Light Rain and Breezy','presentWeather':[]", true, 1 },
        { "'textDescription':'Unknown Precip','presentWeather':[]", true, 1 },
        { "'textDescription':'Unknown Precip','presentWeather':null", false, 0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct object *object = observation_with(cases[i].members, NULL);
        CHECK_ROW(i, first(object)->weather_known == cases[i].known);
        CHECK_ROW(i, first(object)->weather_count == cases[i].count);
        CHECK_ROW(i, observation_has(first(object), NEED_WEATHER) ==
                         (cases[i].known || cases[i].count > 0));
        object_release(object);
    }
}

TEST(documents_without_an_observation_are_rejected)
{
    static const char *const texts[] = {
        "",
        "[]",
        "7",
        "{}",
        "{'properties':{}}",
        "{'properties':{'timestamp':null}}",
        "{'type':'https://api.weather.gov/problems/NotFound','status':404}",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char *text = case_quoted(texts[i]);
        struct object *object = NULL;
        CHECK_ROW(i, observation_decode(str_of(text), NULL, &object, NULL) == ST_INVALID);
        CHECK_ROW(i, !object);
        free(text);
    }
}

TEST(json_ld_and_empty_lists_are_decoded)
{
    static const struct {
        const char *text;
        size_t count;
    } cases[] = {
        { "{'features':[]}", 0 },
        { "{'@graph':[{'timestamp':'2026-06-01T12:00:00Z'}]}", 1 },
        { "{'timestamp':'2026-06-01T12:00:00Z','station':'https://api.weather.gov/stations/KX'}",
          1 },
        { "{'features':[null,7,{},{'properties':{'timestamp':'yesterday'}}]}", 0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = case_quoted(cases[i].text);
        struct object *object = decode_text(text, NULL);
        CHECK_ROW(i, ((const struct observation_list *)object->data)->count == cases[i].count);
        object_release(object);
        free(text);
    }
}

TESTS(a_recorded_observation_gives_its_values, a_null_wind_is_unknown_not_calm,
      a_five_minute_observation_has_values_but_no_description, wind_chill_is_taken_as_sent,
      lists_of_2019_are_decoded, null_missing_and_rejected_values_are_unknown,
      values_that_passed_a_check_or_had_none_are_used, rain_may_be_in_meters_or_millimeters,
      a_wind_without_direction_is_variable_and_zero_is_calm,
      feels_like_exists_only_where_it_is_defined, the_heat_index_matches_the_published_chart,
      the_heat_index_is_adjusted_for_dry_and_very_humid_air,
      the_wind_chill_matches_the_published_chart, the_formulas_have_their_limits,
      present_weather_is_worded, an_empty_list_means_none_only_if_the_station_tells_weather,
      documents_without_an_observation_are_rejected, json_ld_and_empty_lists_are_decoded)
