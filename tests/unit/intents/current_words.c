/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/current_words.c -- what current conditions sound like. */
#include "tests/unit/intents/skill_world.h"

/* A report of KBDU, `minutes` old, with these members. */
static void observe(struct skill_world *s, int minutes, const char *members)
{
    static char body[8000];
    char time[32];

    time_format_rfc3339(s->now - minutes * 60, time);
    (void)snprintf(body, sizeof body,
                   "{\"properties\":{\"station\":\"" SKILL_API "/stations/KBDU\","
                   "\"timestamp\":\"%s\"%s}}",
                   time, members);
    for (char *p = body; *p; p++)
        if (*p == '\'')
            *p = '"';
    fake_set(&s->w.upstream, SKILL_LATEST, 200, body);
}

#define C(value) "{'unitCode':'wmoUnit:degC','value':" value "}"
#define KMH(value) "{'unitCode':'wmoUnit:km_h-1','value':" value "}"
#define PA(value) "{'unitCode':'wmoUnit:Pa','value':" value "}"
#define PERCENT(value) "{'unitCode':'wmoUnit:percent','value':" value "}"
#define ANGLE(value) "{'unitCode':'wmoUnit:degree_(angle)','value':" value "}"
#define MM(value) "{'unitCode':'wmoUnit:mm','value':" value "}"

#define MEMBER(name, value) ",'" name "':" value

static const char whole[] = MEMBER("textDescription", "'Mostly Cloudy'")
    MEMBER("presentWeather", "[]") MEMBER("temperature", C("11.1")) MEMBER("dewpoint", C("3.3"))
        MEMBER("windDirection", ANGLE("270")) MEMBER("windSpeed", KMH("16.092"))
            MEMBER("windGust", KMH("32.18")) MEMBER("barometricPressure", PA("101325"))
                MEMBER("relativeHumidity", PERCENT("58.7"));
static const char cold[] = MEMBER("textDescription", "'Mostly Cloudy'")
    MEMBER("temperature", C("-3.9")) MEMBER("windSpeed", KMH("16.092"));

static void ask_boulder(struct skill_world *s, const char *metric, const char *want)
{
    char slots[100];

    (void)snprintf(slots, sizeof slots, "metric=%s;location=boulder colorado", metric);
    skill_shows(s, "MetricIntent", slots, want);
}

TEST(the_card_names_the_time_and_the_station_of_each_metric)
{
    static const struct {
        const char *metric, *want;
    } cases[] = {
        { "temperature", "The temperature is 52 degrees." },
        { "temp", "The temperature is 52 degrees." },
        { "wind", "The wind is from the west at 10 miles per hour, with gusts up to 20 miles per "
                  "hour." },
        { "barometric pressure", "The barometric pressure is 29.92 inches." },
        { "humidity", "The relative humidity is 59 percent." },
        { "dew point", "The dewpoint is 38 degrees." },
        { "skys", "Mostly cloudy." },
        { "summary", "Mostly cloudy." },
        { "rain", "No precipitation is reported." },
    };
    struct skill_world s;

    skill_start(&s);
    observe(&s, 20, whole);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ask_boulder(&s, cases[i].metric, cases[i].want);
        ask_boulder(&s, cases[i].metric,
                    "In Boulder, Colorado, at 9:40 A.M., Boulder Municipal Airport reported: ");
        CHECK(skill_ended(&s));
        skill_never_says(&s, " old.");
    }
    CHECK_SLICE(json_str(s.answer, "response.card.title"), "Boulder, CO");
    skill_stop(&s);
}

TEST(weather_is_the_users_list_without_missing_values)
{
    struct skill_world s;
    json_t *list = json_pack("[s,s]", "wind", "temperature");

    skill_start(&s);
    observe(&s, 20, whole);
    ask_boulder(&s, "weather",
                "reported: Mostly cloudy. The temperature is 52 degrees. No precipitation is "
                "reported. The wind is from the west at 10 miles per hour, with gusts up to 20 "
                "miles per hour. The barometric pressure is 29.92 inches. The relative humidity is "
                "59 percent. The dewpoint is 38 degrees.</speak>");
    CHECK_INT(user_set(s.w.store, USER_ACCOUNT(STR("user-1")), "metrics", list,
                       clock_mono_ms() + 1000, NULL),
              ST_OK);
    ask_boulder(&s, "conditions",
                "reported: The wind is from the west at 10 miles per hour, with "
                "gusts up to 20 miles per hour. The temperature is 52 degrees.<");
    json_decref(list);
    skill_stop(&s);
    skill_start(&s);
    observe(&s, 20, ",'temperature':" C("-5.5"));
    ask_boulder(&s, "weather", "reported: The temperature is 22 degrees.</speak>");
    skill_stop(&s);
}

TEST(wind_chill_and_heat_index_are_said_when_they_differ)
{
    static const struct {
        const char *members, *want;
    } cases[] = {
        /* 32 F and 15 mph: 22 F by the 2001 formula. */
        { ",'temperature':" C("0") ",'windSpeed':" KMH("24.14"),
          "The temperature is 32 degrees, with a wind chill of 22 degrees." },
        { ",'temperature':" C("0") ",'windSpeed':" KMH("3"), "The temperature is 32 degrees." },
        { ",'temperature':" C("32.2") ",'relativeHumidity':" PERCENT("70"),
          "The temperature is 90 degrees, with a heat index of 106 degrees." },
        { ",'temperature':" C("20") ",'windSpeed':" KMH("24.14"),
          "The temperature is 68 degrees." },
    };
    struct skill_world s;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        skill_start(&s);
        observe(&s, 20, cases[i].members);
        ask_boulder(&s, "temperature", cases[i].want);
        skill_stop(&s);
    }
}

TEST(a_missing_wind_is_never_calm)
{
    static const struct {
        const char *members, *want;
    } cases[] = {
        { ",'windSpeed':" KMH("0") ",'windDirection':" ANGLE("0"), "The wind is calm." },
        { ",'windSpeed':" KMH("8") ",'windDirection':" ANGLE("null"),
          "The wind is variable at 5 miles per hour." },
        { ",'windSpeed':" KMH("16.092") ",'windDirection':" ANGLE("202.5"),
          "from the south southwest at 10 miles per hour." },
        { ",'windSpeed':" KMH("null") ",'windDirection':" ANGLE("90"),
          "No weather station nearby has a recent report on the wind in Boulder." },
    };
    struct skill_world s;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        skill_start(&s);
        observe(&s, 20, cases[i].members);
        ask_boulder(&s, "wind", cases[i].want);
        skill_stop(&s);
    }
}

TEST(precipitation_is_the_present_weather_and_the_last_hour)
{
    static const struct {
        const char *members, *want;
    } cases[] = {
        { ",'presentWeather':[{'intensity':'light','modifier':null,'weather':'rain','rawString':"
          "'-RA'}],'precipitationLastHour':" MM("6.35"),
          "Light rain is reported, with a quarter of an inch in the last hour." },
        { ",'presentWeather':[{'intensity':'light','modifier':null,'weather':'rain','rawString':"
          "'-RA'},{'intensity':null,'modifier':null,'weather':'fog','rawString':'FG'}]",
          "Light rain and fog are reported." },
        { ",'presentWeather':[],'precipitationLastHour':" MM("2.54"),
          "Precipitation in the last hour was a tenth of an inch." },
        { ",'textDescription':'Clear','presentWeather':[],'precipitationLastHour':" MM("0"),
          "No precipitation is reported." },
        { ",'presentWeather':[],'precipitationLastHour':" MM("0"),
          "No precipitation was measured in the last hour." },
        { ",'textDescription':'Fog/Mist','presentWeather':[{'intensity':null,'modifier':null,"
          "'weather':'unknown','rawString':'UP'}]",
          "Precipitation of an unknown kind is reported." },
        { ",'textDescription':'Light Freezing Rain and Breezy','presentWeather':[]",
          "Light freezing rain is reported." },
    };
    struct skill_world s;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        skill_start(&s);
        observe(&s, 20, cases[i].members);
        ask_boulder(&s, "precipitation", cases[i].want);
        skill_stop(&s);
    }
}

TEST(old_reports_give_their_age_and_very_old_ones_are_ignored)
{
    struct skill_world s;

    skill_start(&s);
    observe(&s, 190, whole);
    ask_boulder(&s, "temperature", "52 degrees. That report is 3 hours and 10 minutes old.");
    skill_stop(&s);
    skill_start(&s);
    observe(&s, 7 * 60, whole);
    ask_boulder(&s, "temperature",
                "No weather station nearby has a recent report on the temperature in Boulder.");
    CHECK_STR(s.log.err.reason, "no_observation");
    skill_stop(&s);
}

TEST(stations_that_could_not_be_read_are_not_said_to_be_silent)
{
    static const int statuses[] = { 404, 500 };
    struct skill_world s;

    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        skill_start(&s);
        observe(&s, 20, whole);
        fake_set(&s.w.upstream, SKILL_GRID "/stations", statuses[i], "");
        ask_boulder(&s, "temperature", "can't get that from the National Weather Service");
        CHECK_STR(s.log.err.reason, "weather_unavailable");
        skill_stop(&s);
    }
}

TEST(upstream_text_cannot_break_the_ssml)
{
    struct skill_world s;

    skill_start(&s);
    observe(&s, 20, ",'temperature':" C("1") ",'textDescription':'Rain & <b>Wind</b>/Fog'");
    skill_says(&s, "MetricIntent", "metric=skys;location=boulder colorado",
               "Rain &amp; &lt;b&gt;wind&lt; or b&gt; or fog in Boulder");
    skill_stop(&s);
}

TEST(a_launch_with_a_location_gives_the_conditions_in_one_sentence)
{
    struct skill_world s;
    json_t *location = json_string("Boulder Colorado");

    skill_start(&s);
    observe(&s, 20, whole);
    CHECK_INT(user_set(s.w.store, USER_ACCOUNT(STR("user-1")), "location", location,
                       clock_mono_ms() + 1000, NULL),
              ST_OK);
    skill_says(&s, "LaunchRequest", "",
               "It's 52 degrees and mostly cloudy in Boulder, Colorado, and the wind is from the "
               "west at 10 miles per hour, with gusts up to 20. You can ask");
    CHECK(!skill_ended(&s));
    json_decref(location);
    skill_stop(&s);
}

TEST(a_launch_puts_the_wind_chill_after_the_sky)
{
    struct skill_world s;
    json_t *location = json_string("Boulder Colorado");

    skill_start(&s);
    observe(&s, 20, cold);
    CHECK_INT(user_set(s.w.store, USER_ACCOUNT(STR("user-1")), "location", location,
                       clock_mono_ms() + 1000, NULL),
              ST_OK);
    skill_says(
        &s, "LaunchRequest", "",
        "It's 25 degrees and mostly cloudy in Boulder, Colorado, with a wind chill of 15 degrees, "
        "and the wind is variable at 10 miles per hour. You can ask");
    json_decref(location);
    skill_stop(&s);
}

TEST(a_launch_without_weather_is_still_a_welcome)
{
    struct skill_world s;
    json_t *location = json_string("Boulder Colorado");

    skill_start(&s);
    CHECK_INT(user_set(s.w.store, USER_ACCOUNT(STR("user-1")), "location", location,
                       clock_mono_ms() + 1000, NULL),
              ST_OK);
    fake_set(&s.w.upstream, SKILL_LATEST, 500, "<html>");
    skill_says(&s, "LaunchRequest", "",
               "Welcome to Clima Cast. I can't get the current conditions "
               "for Boulder Colorado right now. You can ask");
    CHECK(s.log.err.status != ST_OK);
    CHECK_STR(s.log.outcome, "answered");
    json_decref(location);
    skill_stop(&s);
}

TESTS(the_card_names_the_time_and_the_station_of_each_metric,
      weather_is_the_users_list_without_missing_values,
      wind_chill_and_heat_index_are_said_when_they_differ, a_missing_wind_is_never_calm,
      precipitation_is_the_present_weather_and_the_last_hour,
      old_reports_give_their_age_and_very_old_ones_are_ignored,
      stations_that_could_not_be_read_are_not_said_to_be_silent,
      upstream_text_cannot_break_the_ssml,
      a_launch_with_a_location_gives_the_conditions_in_one_sentence,
      a_launch_puts_the_wind_chill_after_the_sky, a_launch_without_weather_is_still_a_welcome)
