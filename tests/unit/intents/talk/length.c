/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/talk/length.c -- an answer again, shorter and longer; the length as a setting;
 * where its figures come from. */
#include "intents/brief.h"
#include "tests/unit/intents/forecast_world.h"

#define BOULDER "location=boulder colorado"
#define LONG "2026-11-22T10:00:00+00:00/P7D"
#define STEADY(name, unit, value) LAYER(name, unit, RUN(LONG, value))

static void serve_report(struct skill_world *s)
{
    fake_set(&s->w.upstream, SKILL_LATEST, 200,
             "{\"geometry\":{\"type\":\"Point\",\"coordinates\":[-105.23,40.04]},"
             "\"properties\":{\"station\":\"" SKILL_API "/stations/KBDU\",\"timestamp\":"
             "\"2026-11-22T16:53:00+00:00\",\"textDescription\":\"Mostly Cloudy\",\"temperature\":{"
             "\"unitCode\":\"wmoUnit:degC\",\"value\":10,\"qualityControl\":\"V\"},"
             "\"relativeHumidity\":{\"unitCode\":\"wmoUnit:percent\",\"value\":50,"
             "\"qualityControl\":\"V\"}}}");
}

static void start(struct skill_world *s)
{
    skill_start(s);
    serve_report(s);
    forecast(s, STEADY("temperature", "degC", "10") STEADY("relativeHumidity", "percent", "50")
                    STEADY("windSpeed", "km_h-1", "20") STEADY("skyCover", "percent", "10"));
    fake_set(&s->w.upstream, SKILL_GRID "/forecast", 200,
             "{\"properties\":{\"periods\":[{\"name\":\"Today\",\"startTime\":"
             "\"2026-11-22T08:00:00-07:00\",\"endTime\":\"2026-11-22T18:00:00-07:00\","
             "\"isDaytime\":true,\"shortForecast\":\"Sunny\",\"detailedForecast\":"
             "\"Sunny all day.\"},{\"name\":\"Tonight\",\"startTime\":"
             "\"2026-11-22T18:00:00-07:00\",\"endTime\":\"2026-11-23T06:00:00-07:00\","
             "\"isDaytime\":false,\"shortForecast\":\"Clear\",\"detailedForecast\":"
             "\"Clear all night.\"}]}}");
}

static void first(struct skill_world *s, const char *slots)
{
    s->session_new = true;
    (void)skill_ask(s, "MetricIntent", slots);
    s->session_new = false;
}

TEST(the_first_sentence_ends_at_no_abbreviation)
{
    static const struct {
        const char *first, *rest;
    } rows[] = {
        { "It's 72 degrees.", " The wind is calm." },
        { "In St. Louis, it's 72 degrees.", " Dry." },
        { "Rain from 4 P.M. until 6 P.M. tomorrow.", " More later." },
        { "Rain until 4 P.M. Saturday.", " More later." },
        { "Rain until 4 P.M.", " The high is 72." },
        { "Tomorrow: a high of 72.5 degrees!", "\nSunny." },
        { "Nothing more", "" },
        { "", "" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[200];
        (void)snprintf(text, sizeof text, "%s%s", rows[i].first, rows[i].rest);
        CHECK_ROW(i, brief_sentence_end(str_of(text)) == strlen(rows[i].first));
    }
}

TEST(shorter_is_one_sentence_and_longer_the_whole_list_with_the_text)
{
    struct skill_world s;

    start(&s);
    first(&s, "metric=humidity;when_any=tonight;" BOULDER);
    skill_says(&s, "LengthIntent", "length=shorter", "50 percent");
    skill_never_says(&s, "miles per hour");
    skill_says(&s, "LengthIntent", "length=longer", "Tonight: Clear all night.");
    skill_says(&s, "LengthIntent", "length=longer", "miles per hour");
    skill_never_says(&s, "Sunny all day");
    skill_says(&s, "AMAZON.NextIntent", "", "Clear all night.");
    first(&s, "metric=temperature;" BOULDER);
    skill_says(&s, "LengthIntent", "length=longer", "Sunny all day.");
    skill_stop(&s);
}

TEST(the_length_from_now_on_is_a_setting)
{
    struct skill_world s;
    json_t *stored = NULL;

    start(&s);
    skill_says(&s, "LengthIntent", "length=brief", "brief");
    CHECK_INT(
        user_get(s.w.store, USER_ACCOUNT(STR("user-1")), clock_mono_ms() + 1000, &stored, NULL),
        ST_OK);
    CHECK_SLICE(json_str(stored, "length"), "brief");
    json_decref(stored);
    first(&s, "metric=weather;when_any=tonight;" BOULDER);
    skill_never_says(&s, "humidity");
    skill_says(&s, "LengthIntent", "length=longer", "Clear all night.");
    CHECK_SLICE(json_str(s.attributes, "settings.length"), "brief");
    skill_says(&s, "LengthIntent", "length=full", "everything");
    first(&s, "metric=humidity;when_any=tonight;" BOULDER);
    skill_says(&s, "AMAZON.RepeatIntent", "", "Clear all night.");
    skill_says(&s, "LengthIntent", "length=normal", "normal");
    first(&s, "metric=humidity;when_any=tonight;" BOULDER);
    skill_never_says(&s, "Clear all night.");
    skill_stop(&s);
}

TEST(without_a_topic_there_is_nothing_to_shorten)
{
    struct skill_world s;

    start(&s);
    s.session_new = false;
    skill_says(&s, "LengthIntent", "length=shorter", "What would you like to know?");
    skill_says(&s, "LengthIntent", "length=sideways", "Sorry, I didn't understand that.");
    skill_stop(&s);
}

TEST(the_source_is_told_with_distance_and_age)
{
    struct skill_world s;

    start(&s);
    first(&s, "metric=temperature;" BOULDER);
    skill_says(&s, "SourceIntent", "",
               "from the station at Boulder Municipal Airport, 3 miles northeast of Boulder. It "
               "reported today at 9:53 A.M., 7 minutes ago.");
    skill_says(&s, "FollowIntent", "when_any=tonight", "tonight");
    skill_says(&s, "SourceIntent", "",
               "National Weather Service office in Boulder, issued today at 8 A.M., 2 hours ago.");
    skill_says(&s, "AMAZON.RepeatIntent", "", "tonight");
    skill_stop(&s);
}

TEST(who_asks_twice_for_less_is_asked_whether_always)
{
    struct skill_world s;

    start(&s);
    first(&s, "metric=forecast;when_any=tomorrow;" BOULDER);
    CHECK(!strstr(skill_ask(&s, "LengthIntent", "length=shorter"), "always"));
    skill_says(&s, "LengthIntent", "length=shorter", " Should I always be brief?<");
    CHECK(!strstr(skill_ask(&s, "LengthIntent", "length=shorter"), "always"));
    CHECK(!strstr(skill_ask(&s, "LengthIntent", "length=shorter"), "always"));
    skill_says(&s, "LengthIntent", "length=shorter", "Should I always be brief?<");
    skill_says(&s, "AMAZON.YesIntent", "", "From now on I'll be brief.");
    CHECK(!strstr(skill_ask(&s, "LengthIntent", "length=shorter"), "always"));
    CHECK(!strstr(skill_ask(&s, "LengthIntent", "length=shorter"), "always"));
    skill_stop(&s);
}

TESTS(who_asks_twice_for_less_is_asked_whether_always, the_first_sentence_ends_at_no_abbreviation,
      shorter_is_one_sentence_and_longer_the_whole_list_with_the_text,
      the_length_from_now_on_is_a_setting, without_a_topic_there_is_nothing_to_shorten,
      the_source_is_told_with_distance_and_age)
