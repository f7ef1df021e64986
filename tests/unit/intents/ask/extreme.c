/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/ask/extreme.c -- what superlatives sound like. */
#include "tests/unit/intents/ask/ask_world.h"

/* It is Sunday, ten in the morning; a day of Boulder begins at 13Z. */
#define LOWS                                                                \
    LAYER("minTemperature", "degC",                                         \
          RUN("2026-11-23T01:00:00+00:00/PT13H", "2") "," RUN(              \
              "2026-11-24T01:00:00+00:00/PT13H",                            \
              "-3") "," RUN("2026-11-25T01:00:00+00:00/PT13H",              \
                            "4") "," RUN("2026-11-26T01:00:00+00:00/PT13H", \
                                         "-2.9") "," RUN("2026-11-27T01:00:00+00:00/PT13H", "5"))
#define GUSTS                                                               \
    LAYER("windGust", "km_h-1",                                             \
          RUN("2026-11-22T13:00:00+00:00/P1D",                              \
              "20") "," RUN("2026-11-23T13:00:00+00:00/PT6H",               \
                            "30") "," RUN("2026-11-23T19:00:00+00:00/PT2H", \
                                          "61.2") "," RUN("2026-11-23T21:00:00+00:00/P1D", "30"))

TEST(the_coldest_night_has_its_low_and_ties)
{
    ask_says(
        "ExtremeIntent", LOWS, ASK_NO_ALERTS, "extreme=coldest;unit=night;when_abs=this week",
        ">The coldest nights through Thursday night in Boulder, Colorado, are tomorrow night and "
        "Wednesday night, with a low of 27 degrees.<");
    ask_says("ExtremeIntent", LOWS, ASK_NO_ALERTS, "extreme=warmest;unit=night;units=celsius",
             " is Thursday night, with a low of 5 degrees.<");
    ask_says("ExtremeIntent", LOWS, ASK_NO_ALERTS, "extreme=coldest",
             "The coldest nights through ");
}

TEST(an_hour_of_a_period_is_named)
{
    ask_says("ExtremeIntent", GUSTS, ASK_NO_ALERTS, "extreme=strongest gust;when_any=tomorrow",
             ">The gustiest hour in Boulder, Colorado, is tomorrow at noon, with gusts up to 38 "
             "miles per hour.<");
    ask_says("ExtremeIntent", GUSTS, ASK_NO_ALERTS,
             "extreme=gustiest;when_any=tomorrow;units=metric", "up to 61 kilometers per hour.<");
    ask_says("ExtremeIntent", GUSTS, ASK_NO_ALERTS, "extreme=gustiest",
             ">The gustiest day through Tuesday in Boulder, Colorado, is tomorrow, with gusts up "
             "to 38 ");
}

#define WEEK "2026-11-22T10:00:00+00:00/P7D"
static const char pleasant[] = LAYER("probabilityOfPrecipitation", "percent", RUN(WEEK, "8"))
    LAYER("apparentTemperature", "degC",
          RUN("2026-11-22T10:00:00+00:00/P5DT20H",
              "14") "," RUN("2026-11-28T06:00:00+00:00/P1DT12H", "20"))
        LAYER("temperature", "degC", RUN(WEEK, "21")) LAYER("windGust", "km_h-1", RUN(WEEK, "16"));

TEST(the_best_day_has_its_reasons)
{
    ask_says(
        "ExtremeIntent", pleasant, ASK_NO_ALERTS, "extreme=best;unit=day",
        ">The best day in Boulder, Colorado, is Saturday: a high of 70 degrees, 8 percent chance "
        "of precipitation, gusts up to 10 miles per hour.<");
    ask_says("ExtremeIntent", pleasant, ASK_NO_ALERTS, "extreme=best;unit=weekend",
             " is today: a high of 70");
    ask_says("ExtremeIntent", pleasant, NULL, "extreme=best",
             " per hour. I couldn't check for warnings.<");
    ask_lacks("ExtremeIntent", LOWS, NULL, "extreme=coldest", "warnings");
    ask_says("ExtremeIntent", pleasant, ASK_ALERT("High Wind Warning"),
             "extreme=best;when_any=today", "per hour, despite a warning.<");
}

/* Rain until 2 P.M., and gusts from 4 P.M. on. */
static const char afternoon[] = LAYER(
    "probabilityOfPrecipitation", "percent",
    RUN("2026-11-22T10:00:00+00:00/PT11H", "80") "," RUN("2026-11-22T21:00:00+00:00/P3D", "5"))
    LAYER("apparentTemperature", "degC", RUN(WEEK, "18")) LAYER(
        "temperature", "degC",
        RUN("2026-11-22T10:00:00+00:00/PT9H", "21") "," RUN(
            "2026-11-22T19:00:00+00:00/PT3H", "23") "," RUN("2026-11-22T22:00:00+00:00/P6D", "21"))
        LAYER("windGust", "km_h-1",
              RUN("2026-11-22T10:00:00+00:00/PT13H", "16") "," RUN("2026-11-22T23:00:00+00:00/P1D",
                                                                   "80"));

TEST(a_time_of_day_is_named)
{
    ask_says(
        "ExtremeIntent", afternoon, ASK_NO_ALERTS, "extreme=best;unit=time of day",
        ">The best hour in Boulder, Colorado, is today at 2 P.M.: 73 degrees, 5 percent chance "
        "of precipitation, gusts up to 10 miles per hour.<");
    ask_says("ExtremeIntent", afternoon, ASK_NO_ALERTS, "extreme=warmest;unit=time of day",
             ">The warmest hour in Boulder, Colorado, is today at noon, at 73 degrees.<");
    ask_says("ExtremeIntent", afternoon, ASK_ALERT("High Wind Warning"),
             "extreme=best;unit=hour;when_any=today", "is today at 2 P.M.: 73 degrees, 5 percent ");
    ask_says("ExtremeIntent", afternoon, ASK_NO_ALERTS, "when_to=time of day",
             ">The best hour in Boulder, Colorado, is today at 2 P.M.: ");
    ask_says("ExtremeIntent", afternoon, ASK_NO_ALERTS, "when_to=day;when_any=today",
             ">The best day in Boulder, Colorado, is today: ");
    ask_says("ExtremeIntent", afternoon, ASK_NO_ALERTS, "extreme=best;when_any=today",
             ">The best day in Boulder, Colorado, is today: ");
}

TEST(in_the_evening_the_time_of_day_is_of_tomorrow)
{
    struct skill_world s;

    ask_start(&s, afternoon, ASK_NO_ALERTS);
    s.now += 9 * 3600; /* 7 P.M. */
    skill_says(&s, "ExtremeIntent", ask_slots("extreme=warmest;unit=time of day"),
               ">The warmest hour in Boulder, Colorado, is tomorrow at 6 A.M., at 70 degrees.<");
    skill_stop(&s);
}

TEST(the_end_of_a_forecast_of_less_than_a_week_is_told)
{
    ask_says("ExtremeIntent", GUSTS, ASK_NO_ALERTS, "extreme=gustiest",
             ">The gustiest day through Tuesday in Boulder, Colorado, is tomorrow, ");
    ask_lacks("ExtremeIntent", pleasant, ASK_NO_ALERTS, "extreme=best;unit=day", "through");
    ask_lacks("ExtremeIntent", GUSTS, ASK_NO_ALERTS, "extreme=gustiest;when_any=tomorrow",
              "through");
}

TEST(what_is_missing_is_said)
{
    ask_says("ExtremeIntent", LOWS, ASK_NO_ALERTS, "extreme=gustiest",
             ">No wind gust forecast is available for Boulder, Colorado.<");
    ask_says("ExtremeIntent", LOWS, ASK_NO_ALERTS, "extreme=reddest",
             "I can find the coldest, warmest, ");
    ask_says("ExtremeIntent", LOWS, ASK_NO_ALERTS, "unit=day", "I can find the coldest, warmest, ");
    ask_says("ExtremeIntent", LOWS, ASK_NO_ALERTS, "extreme=coldest;when_any=xyzzy",
             "I'm not sure which day you mean.");
}

TESTS(the_coldest_night_has_its_low_and_ties, an_hour_of_a_period_is_named,
      the_best_day_has_its_reasons, a_time_of_day_is_named,
      in_the_evening_the_time_of_day_is_of_tomorrow,
      the_end_of_a_forecast_of_less_than_a_week_is_told, what_is_missing_is_said)
