/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/forecast_words.c -- what forecasts sound like. */
#include "tests/unit/intents/forecast_world.h"

TEST(a_day_has_a_high_and_a_night_a_low)
{
    static const char layers[] = LAYER("maxTemperature", "degC", RUN(DAY, "23.9"))
        LAYER("minTemperature", "degC", RUN("2026-11-24T01:00:00+00:00/PT14H", "6.7"))
            LAYER("temperature", "degC",
                  RUN("2026-11-23T13:00:00+00:00/PT5H", "10") "," RUN(
                      "2026-11-23T18:00:00+00:00/PT7H",
                      "20") "," RUN("2026-11-24T01:00:00+00:00/PT5H",
                                    "12") "," RUN("2026-11-24T06:00:00+00:00/PT7H", "8"));

    check(layers, "metric=temperature;when_any=tomorrow",
          "In Boulder, Colorado, tomorrow: A high of 75 degrees.</speak>");
    check(layers, "metric=temperature;when_any=monday night",
          "In Boulder, Colorado, Monday night: A low of 44 degrees.</speak>");
    check(layers, "metric=temperature;when_any=tomorrow morning", "A high of 68 degrees.");
    check(layers, "metric=temperature;when_any=tomorrow evening", "A low of 46 degrees.");
    check(layers, "metric=temperature;when_any=monday overnight", "A low of 46 degrees.");
    check(LAYER("temperature", "degC", RUN(DAY, "10")), "metric=temperature;when_any=tomorrow",
          "A high of 50 degrees.");
}

TEST(past_hours_count_only_for_the_high)
{
    /* It is ten in the morning: the dewpoint of six o'clock no longer counts, the high does. */
    static const char layers[] =
        LAYER("maxTemperature", "degC", RUN("2026-11-22T13:00:00+00:00/PT3H", "20"))
            LAYER("dewpoint", "degC",
                  RUN("2026-11-22T13:00:00+00:00/PT4H",
                      "15") "," RUN("2026-11-22T17:00:00+00:00/PT8H", "5"));

    check(layers, "metric=temperature;when_any=today", "A high of 68 degrees.");
    check(layers, "metric=dewpoint;when_any=today", "as high as 41 degrees.");
}

TEST(wind_chill_and_heat_index_are_ranges)
{
    check(LAYER("maxTemperature", "degC", RUN(DAY, "5")) LAYER("temperature", "degC", RUN(DAY, "5"))
              LAYER("windChill", "degC",
                    RUN("2026-11-23T13:00:00+00:00/PT6H",
                        "-5") "," RUN("2026-11-23T19:00:00+00:00/PT6H", "0")),
          "metric=temperature;when_any=tomorrow",
          "A high of 41 degrees, with a wind chill from 23 to 32 degrees.");
    check(LAYER("maxTemperature", "degC", RUN(DAY, "35"))
              LAYER("temperature", "degC", RUN(DAY, "35"))
                  LAYER("heatIndex", "degC", RUN(DAY, "38")),
          "metric=temperature;when_any=tomorrow",
          "A high of 95 degrees, with a heat index of 100 degrees.");
    check(LAYER("maxTemperature", "degC", RUN(DAY, "5")) LAYER("temperature", "degC", RUN(DAY, "5"))
              LAYER("windChill", "degC", RUN(DAY, "5")),
          "metric=temperature;when_any=tomorrow", "A high of 41 degrees.<");
    check(LAYER("maxTemperature", "degC", RUN(DAY, "5")) LAYER("temperature", "degC", RUN(DAY, "5"))
              LAYER("windChill", "degC", RUN(DAY, "null")),
          "metric=temperature;when_any=tomorrow", "A high of 41 degrees.<");
}

TEST(wind_chill_and_heat_index_count_only_where_they_apply)
{
    /* 77, 81 and 90 degrees: below 80 degrees there is no heat index. */
    check(LAYER("maxTemperature", "degC", RUN(DAY, "32.2"))
              LAYER("temperature", "degC",
                    RUN("2026-11-23T13:00:00+00:00/PT4H",
                        "25") "," RUN("2026-11-23T17:00:00+00:00/PT4H",
                                      "27.2") "," RUN("2026-11-23T21:00:00+00:00/PT4H", "32.2"))
                  LAYER("heatIndex", "degC",
                        RUN("2026-11-23T13:00:00+00:00/PT4H",
                            "26") "," RUN("2026-11-23T17:00:00+00:00/PT4H",
                                          "28.3") "," RUN("2026-11-23T21:00:00+00:00/PT4H", "35")),
          "metric=temperature;when_any=tomorrow",
          "A high of 90 degrees, with a heat index from 83 to 95 degrees.");
    check(LAYER("maxTemperature", "degC", RUN(DAY, "25"))
              LAYER("temperature", "degC", RUN(DAY, "25"))
                  LAYER("heatIndex", "degC", RUN(DAY, "26")),
          "metric=temperature;when_any=tomorrow", "A high of 77 degrees.<");
    check(LAYER("maxTemperature", "degC", RUN(DAY, "12"))
              LAYER("temperature", "degC", RUN(DAY, "12"))
                  LAYER("windChill", "degC", RUN(DAY, "9")),
          "metric=temperature;when_any=tomorrow", "A high of 54 degrees.<");
}

#define SATURDAY "2026-11-28T13:00:00+00:00/PT12H"
#define SUNDAY "2026-11-29T13:00:00+00:00/PT12H"

TEST(a_weekend_is_two_forecasts)
{
    static const char chances[] =
        LAYER("probabilityOfPrecipitation", "percent", RUN(SATURDAY, "10") "," RUN(SUNDAY, "60"))
            LAYER("temperature", "degC", RUN("2026-11-28T13:00:00+00:00/P2D", "12"));
    struct skill_world s;

    skill_start(&s);
    CHECK(time_parse_rfc3339(STR("2026-11-25T17:00:00Z"), &s.now));
    forecast(&s, chances);
    skill_shows(
        &s, "MetricIntent", "location=boulder colorado;metric=precipitation;when_any=weekend",
        ">In Boulder, Colorado, Saturday: The chance of precipitation is 10 percent. Sunday: "
        "The chance of precipitation is 60 percent.<");
    skill_shows(&s, "MetricIntent",
                "location=boulder colorado;metric=rain or snow;when_any=weekend;leadin=will it",
                ">Probably. In Boulder, Colorado, Saturday: The chance");
    skill_says(
        &s, "MetricIntent", "location=boulder colorado;metric=wind;when_any=weekend",
        ">No wind forecast is available for Boulder, Colorado, Saturday. No wind forecast is "
        "available for Boulder, Colorado, Sunday.<");
    forecast(&s, LAYER("maxTemperature", "degC", RUN(SUNDAY, "10")));
    world_restart(&s.w);
    s.skill = (struct skill){ .nws = s.w.nws, .store = s.w.store, .shared = s.w.shared };
    skill_says(
        &s, "MetricIntent", "location=boulder colorado;metric=temperature;when_any=weekend",
        ">No temperature forecast is available for Boulder, Colorado, Saturday. A high of 50 "
        "degrees on Sunday.<");
    skill_stop(&s);
}

#define WEEK "metric=%s;leadin=%s;when_abs=this week;location=boulder colorado"

static void check_week(struct skill_world *s, const char *metric, const char *leadin,
                       const char *want)
{
    char slots[200];

    (void)snprintf(slots, sizeof slots, WEEK, metric, leadin);
    skill_says(s, "MetricIntent", slots, want);
}

TEST(precipitation_in_the_days_ahead_is_listed_by_day_and_chance)
{
    /* Sunday at ten: snow tonight, rain on Monday, too small a chance on Friday. */
    static const char layers[] = LAYER(
        "probabilityOfPrecipitation", "percent",
        RUN("2026-11-22T13:00:00+00:00/PT12H", "0") "," RUN(
            "2026-11-23T01:00:00+00:00/PT12H",
            "40") "," RUN(DAY,
                          "60") "," RUN(NIGHT,
                                        "0") "," RUN("2026-11-24T13:00:00+00:00/P3D",
                                                     "0") "," RUN("2026-11-27T13:00:00+00:00/PT12H",
                                                                  "10")) ",'weather':{'values':["
                                                                         "{'validTime':'2026-11-"
                                                                         "23T01:00:00+00:00/"
                                                                         "PT12H','value':[{'"
                                                                         "coverage':'chance','"
                                                                         "weather':"
                                                                         "'snow','intensity':'"
                                                                         "light','attributes':[]}]}"
                                                                         ",{'validTime':'" DAY
                                                                         "','value':[{'coverage':'"
                                                                         "likely','weather':'rain',"
                                                                         "'intensity':'light','"
                                                                         "attributes':[]}]}]}";
    struct skill_world s;

    skill_start(&s);
    forecast(&s, layers);
    check_week(&s, "rain", "will it",
               ">Probably. In Boulder, Colorado, the chance of rain is 60 percent tomorrow.<");
    check_week(&s, "snow", "is there",
               ">Possibly. In Boulder, Colorado, the chance of snow is 40 percent tonight.<");
    check_week(&s, "rain or snow", "will it",
               "the chance of precipitation is 40 percent tonight and 60 percent tomorrow.<");
    check_week(&s, "chance of rain", "what is the", ">In Boulder, Colorado, the chance of rain");
    forecast(&s, LAYER("probabilityOfPrecipitation", "percent",
                       RUN("2026-11-22T13:00:00+00:00/P2D", "0")));
    world_restart(&s.w);
    s.skill = (struct skill){ .nws = s.w.nws, .store = s.w.store, .shared = s.w.shared };
    check_week(
        &s, "snow", "is there",
        ">No. In Boulder, Colorado, there's no snow in the forecast through tomorrow night.<");
    forecast(&s, LAYER("probabilityOfPrecipitation", "percent", RUN(DAY, "10")));
    world_restart(&s.w);
    s.skill = (struct skill){ .nws = s.w.nws, .store = s.w.store, .shared = s.w.shared };
    check_week(&s, "rain", "will it",
               ">In Boulder, Colorado, the forecast has gaps. Otherwise, the chance of rain is "
               "at most 10 percent.<");
    forecast(&s, LAYER("probabilityOfPrecipitation", "percent",
                       RUN("2026-11-22T13:00:00+00:00/P2D", "10")));
    world_restart(&s.w);
    s.skill = (struct skill){ .nws = s.w.nws, .store = s.w.store, .shared = s.w.shared };
    check_week(&s, "rain or snow", "will it",
               ">Probably not. In Boulder, Colorado, the chance of precipitation is at most 10 "
               "percent through tomorrow night.<");
    forecast(&s, LAYER("skyCover", "percent", RUN(DAY, "10")));
    world_restart(&s.w);
    s.skill = (struct skill){ .nws = s.w.nws, .store = s.w.store, .shared = s.w.shared };
    check_week(&s, "rain", "will it", "No forecast is available for Boulder");
    skill_stop(&s);
}

TEST(wind_has_a_direction_a_range_and_gusts)
{
    check(LAYER("windDirection", "degree_(angle)", RUN(DAY, "225"))
              LAYER("windSpeed", "km_h-1",
                    RUN("2026-11-23T13:00:00+00:00/PT6H",
                        "8.05") "," RUN("2026-11-23T19:00:00+00:00/PT6H", "16.09"))
                  LAYER("windGust", "km_h-1", RUN(DAY, "32.2")),
          "metric=wind;when_any=tomorrow",
          "Wind from the southwest at 5 to 10 miles per hour, with gusts up to 20 miles per hour.");
    check(LAYER("windDirection", "degree_(angle)", RUN(DAY, "0"))
              LAYER("windSpeed", "m_s-1", RUN(DAY, "4.47"))
                  LAYER("windGust", "m_s-1", RUN(DAY, "4.47")),
          "metric=wind;when_any=tomorrow", "Wind from the north at 10 miles per hour.<");
    check(LAYER("windSpeed", "km_h-1", RUN(DAY, "0")), "metric=wind;when_any=tomorrow",
          "The wind will be calm.");
}

TEST(skies_are_those_of_the_first_and_last_hour)
{
    static const char layers[] =
        LAYER("skyCover", "percent",
              RUN("2026-11-23T13:00:00+00:00/PT6H", "25") "," RUN("2026-11-23T19:00:00+00:00/PT6H",
                                                                  "70") "," RUN(NIGHT, "5"));

    check(layers, "metric=skys;when_any=tomorrow", "Skies will be sunny, becoming mostly cloudy.");
    check(layers, "metric=skys;when_any=tomorrow morning", "Skies will be sunny.");
    check(layers, "metric=skys;when_any=monday night", "Skies will be clear.");
    check(layers, "metric=summary;when_any=monday night", "Monday night: Clear.");
}

TEST(precipitation_is_the_highest_chance_and_the_total_if_covered)
{
    static const char whole[] = LAYER(
        "probabilityOfPrecipitation", "percent",
        RUN("2026-11-23T13:00:00+00:00/PT6H", "20") "," RUN("2026-11-23T19:00:00+00:00/PT6H", "60"))
        LAYER("quantitativePrecipitation", "mm",
              RUN("2026-11-23T07:00:00+00:00/PT12H", "8") "," RUN("2026-11-23T19:00:00+00:00/PT6H",
                                                                  "2.35"))
            LAYER("temperature", "degC", RUN(DAY, "12"));

    /* Half of the first run counts: 4 + 2.35 mm is a quarter of an inch. */
    check(whole, "metric=precipitation;when_any=tomorrow",
          "The chance of precipitation is 60 percent, with a quarter of an inch of rain.");
    check(LAYER("probabilityOfPrecipitation", "percent", RUN(DAY, "60"))
              LAYER("quantitativePrecipitation", "mm", RUN("2026-11-23T13:00:00+00:00/PT6H", "8"))
                  LAYER("temperature", "degC", RUN(DAY, "12")),
          "metric=precipitation;when_any=tomorrow",
          "The chance of precipitation is 60 percent.</speak>");
    check(LAYER("probabilityOfPrecipitation", "percent", RUN(DAY, "0"))
              LAYER("quantitativePrecipitation", "mm", RUN(DAY, "5")),
          "metric=precipitation;when_any=tomorrow",
          "The chance of precipitation is 0 percent.</speak>");
}

TEST(the_summary_lists_the_weather_in_order)
{
    check(",'weather':{'values':["
          "{'validTime':'2026-11-23T13:00:00+00:00/PT6H','value':[" CONDITION(
              "'slight_chance'", "'rain_showers'",
              "'light'") "," CONDITION("'slight_chance'", "'thunderstorms'",
                                       "null") "]},"
                                               "{'validTime':'2026-11-23T19:00:00+00:00/"
                                               "PT6H','value':[" CONDITION("'likely'", "'snow'",
                                                                           "'heavy'") "]}]}",
          "metric=summary;when_any=tomorrow",
          "tomorrow: A slight chance of light rain showers and a slight chance of thunderstorms, "
          "then heavy snow likely.</speak>");
    check(WEATHER(DAY, CONDITION("null", "null", "null"))
              LAYER("skyCover", "percent", RUN(DAY, "40")),
          "metric=summary;when_any=tomorrow", "tomorrow: Mostly sunny.</speak>");
}

TEST(layers_without_values_are_left_out_never_zero)
{
    check(LAYER("maxTemperature", "degC", RUN(DAY, "23.9")), "metric=forecast;when_any=tomorrow",
          "In Boulder, Colorado, tomorrow: A high of 75 degrees.</speak>");
    check(LAYER("maxTemperature", "degC", RUN(DAY, "23.9")), "metric=wind;when_any=tomorrow",
          "No wind forecast is available for Boulder, Colorado, tomorrow.");
    check(LAYER("skyCover", "percent", ""), "metric=forecast;when_any=tomorrow",
          "No weather forecast is available for Boulder, Colorado, tomorrow.");
    check(LAYER("relativeHumidity", "percent", RUN(DAY, "65.5")),
          "metric=humidity;when_any=tomorrow",
          "The relative humidity will be as high as 66 percent.");
    check(LAYER("pressure", "Pa",
                RUN("2026-11-23T13:00:00+00:00/PT6H",
                    "101325") "," RUN("2026-11-23T19:00:00+00:00/PT6H", "100000")),
          "metric=pressure;when_any=tomorrow", "29.92 inches, falling to 29.53 inches.");
}

TEST(the_words_decide_between_now_and_later)
{
    static const struct {
        const char *slots;
        bool later;
    } cases[] = {
        { "metric=forecast", true },
        { "metric=chance of rain", true },
        { "metric=wind;when_any=today", true },
        { "metric=wind;when_pos=today's", true },
        { "metric=wind;when_abs=tonight", true },
        { "metric=wind;day=23", true },
        { "metric=wind;quarter=evening", true },
        { "metric=wind;leadin=will it be", true },
        { "metric=wind;leadin=is it going to be", true },
        { "metric=wind;leadin=what's the", false },
        { "metric=wind;leadin=is it", false },
        { "metric=weather", false },
        { "", false },
        { "metric=wind;when_any=right now", false },
    };
    struct skill_world s;

    skill_start(&s);
    forecast(&s, "");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char slots[200];
        fake_set(&s.w.upstream, SKILL_LATEST, 404,
                 "{\"type\":\"https://api.weather.gov/problems/NotFound\"}");
        (void)snprintf(slots, sizeof slots, "%s;location=boulder colorado", cases[i].slots);
        (void)skill_ask(&s, i % 2 ? "MetricPosIntent" : "MetricIntent", slots);
        CHECK_ROW(i, (strcmp(s.log.err.reason, "no_observation") == 0) == !cases[i].later);
    }
    skill_stop(&s);
}

TEST(unanswerable_times_are_explained)
{
    check("", "metric=forecast;month=february;day=thirtieth", "That date doesn't exist.");
    check("", "metric=forecast;month=march;day=third", "I don't have anything for March 3rd yet.");
    check("", "metric=forecast;when_any=someday", "I'm not sure which day");
    check("", "metric=forecast;when_any=yesterday", "not past weather");
    check("", "metric=frogs;when_any=tomorrow", "I don't have information on frogs.");
}

TEST(an_answer_adds_the_state_of_a_city)
{
    struct skill_world s;

    skill_start(&s);
    forecast(&s, LAYER("maxTemperature", "degC", RUN(DAY, "23.9")));
    skill_shows(&s, "MetricIntent", "metric=temperature;when_any=tomorrow;location=boulder",
                "In Boulder, Colorado, tomorrow: A high of 75 degrees.");
    skill_stop(&s);
}

TEST(an_unavailable_grid_is_an_apology)
{
    struct skill_world s;

    skill_start(&s);
    fake_set(&s.w.upstream, SKILL_GRID, 500, "<html>");
    (void)skill_ask(&s, "MetricIntent", "metric=forecast;location=boulder colorado");
    CHECK_STR(s.log.outcome, "apology");
    CHECK(skill_ended(&s));
    skill_stop(&s);
}

TESTS(a_day_has_a_high_and_a_night_a_low, past_hours_count_only_for_the_high,
      wind_chill_and_heat_index_are_ranges, wind_chill_and_heat_index_count_only_where_they_apply,
      a_weekend_is_two_forecasts, precipitation_in_the_days_ahead_is_listed_by_day_and_chance,
      wind_has_a_direction_a_range_and_gusts, skies_are_those_of_the_first_and_last_hour,
      precipitation_is_the_highest_chance_and_the_total_if_covered,
      the_summary_lists_the_weather_in_order, layers_without_values_are_left_out_never_zero,
      the_words_decide_between_now_and_later, unanswerable_times_are_explained,
      an_answer_adds_the_state_of_a_city, an_unavailable_grid_is_an_apology)
