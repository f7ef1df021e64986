/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/ask/threshold.c -- what "when will it reach eighty" sounds like. */
#include "tests/unit/intents/ask/ask_world.h"

/* It is Sunday, ten in the morning: 50 degrees but for tomorrow's afternoon and Wednesday's early
 * morning. */
#define TEMPERATURES                                                        \
    LAYER("temperature", "degC",                                            \
          RUN("2026-11-22T10:00:00+00:00/P1DT10H", "10") "," RUN(           \
              "2026-11-23T20:00:00+00:00/PT3H",                             \
              "28") "," RUN("2026-11-23T23:00:00+00:00/P1DT10H",            \
                            "10") "," RUN("2026-11-25T09:00:00+00:00/PT4H", \
                                          "0") "," RUN("2026-11-25T13:00:00+00:00/P5D", "10"))

TEST(the_first_hour_is_told)
{
    ask_says("ThresholdIntent", TEMPERATURES, ASK_NO_ALERTS, "direction=reach;number=80",
             ">The temperature in Boulder, Colorado, reaches 80 degrees or more tomorrow at 1 "
             "P.M.: 82 degrees.<");
    ask_says("ThresholdIntent", TEMPERATURES, ASK_NO_ALERTS, "direction=below",
             ">The temperature in Boulder, Colorado, drops to 32 degrees Wednesday at 2 A.M.<");
    ask_says("ThresholdIntent", TEMPERATURES, ASK_NO_ALERTS,
             "direction=reach;number=25;units=celsius", "reaches 25 degrees or more tomorrow at 1");
    ask_says("ThresholdIntent", TEMPERATURES, ASK_NO_ALERTS, "direction=reach;number=fifty",
             ">The temperature in Boulder, Colorado, is already 50 degrees.<");
}

TEST(never_is_told_with_the_nearest_value)
{
    ask_says("ThresholdIntent", TEMPERATURES, ASK_NO_ALERTS, "direction=above;number=90",
             ">Not in the next seven days in Boulder, Colorado: through Sunday, November 29th, "
             "the highest is 82 degrees, tomorrow at 1 P.M.<");
    ask_says("ThresholdIntent", TEMPERATURES, ASK_NO_ALERTS, "direction=below;number=minus ten",
             "the lowest is 32 degrees, Wednesday at 2 A.M.<");
    ask_says("ThresholdIntent", TEMPERATURES, ASK_NO_ALERTS,
             "direction=reach;number=90;when_any=tomorrow",
             ">Not tomorrow in Boulder, Colorado: the highest is 82 degrees, tomorrow at 1 P.M.<");
}

/* The forecast ends on Tuesday evening, or this afternoon. */
#define SHORT_FORECAST LAYER("temperature", "degC", RUN("2026-11-22T10:00:00+00:00/P2DT16H", "10"))
#define AFTERNOON LAYER("temperature", "degC", RUN("2026-11-22T17:00:00+00:00/PT1H", "10"))

TEST(never_is_told_of_the_days_that_were_read)
{
    ask_says("ThresholdIntent", SHORT_FORECAST, ASK_NO_ALERTS, "direction=above;number=90",
             ">Not through Tuesday in Boulder, Colorado, which is as far as the forecast goes: the "
             "highest is 50 degrees, today at 10 A.M.<");
    ask_says(
        "ThresholdIntent", AFTERNOON, ASK_NO_ALERTS, "direction=above;number=90",
        ">Not by 11 A.M. today in Boulder, Colorado, which is as far as the forecast goes: the "
        "highest is 50 degrees, today at 10 A.M.<");
    ask_lacks("ThresholdIntent", SHORT_FORECAST, ASK_NO_ALERTS, "direction=above;number=90",
              "seven days");
}

/* Overcast but for Monday from 3 A.M. on; windy until Monday, 2 P.M. */
#define SKY_AND_WIND                                                                               \
    LAYER(                                                                                         \
        "skyCover", "percent",                                                                     \
        RUN("2026-11-22T10:00:00+00:00/P1D", "90") "," RUN("2026-11-23T10:00:00+00:00/P6D", "40")) \
    LAYER("windSpeed", "km_h-1",                                                                   \
          RUN("2026-11-22T10:00:00+00:00/P1DT11H", "32") "," RUN("2026-11-23T21:00:00+00:00/P6D",  \
                                                                 "8"))

TEST(a_condition_begins_with_its_first_hour)
{
    ask_says(
        "ThresholdIntent", SKY_AND_WIND, ASK_NO_ALERTS, "condition=sunny",
        ">It will be sunny in Boulder, Colorado, tomorrow at 6 A.M.: clouds cover 40 percent of "
        "the sky.<");
    ask_says(
        "ThresholdIntent", SKY_AND_WIND, ASK_NO_ALERTS, "condition=clear",
        ">It will be clear in Boulder, Colorado, tomorrow at 3 A.M.: clouds cover 40 percent of "
        "the sky.<");
    ask_says("ThresholdIntent", SKY_AND_WIND, ASK_NO_ALERTS, "condition=cloudy",
             ">It's already cloudy in Boulder, Colorado: clouds cover 90 percent of the sky.<");
    ask_says("ThresholdIntent", SKY_AND_WIND, ASK_NO_ALERTS, "condition=sunny;when_abs=tonight",
             ">It will be clear in Boulder, Colorado, tomorrow at 3 A.M.: ");
    ask_says("ThresholdIntent", SKY_AND_WIND, ASK_NO_ALERTS, "condition=sunny;when_abs=today",
             ">Not today in Boulder, Colorado: the lowest cloud cover is 90 percent, ");
    ask_says("ThresholdIntent", SKY_AND_WIND, ASK_NO_ALERTS, "condition=calm",
             ">The wind in Boulder, Colorado, drops to 10 miles per hour or less tomorrow at 2 "
             "P.M.: 5 miles per hour.<");
    ask_says("ThresholdIntent", SKY_AND_WIND, ASK_NO_ALERTS, "condition=calm;units=metric",
             "drops to 16 kilometers per hour or less tomorrow at 2 P.M.: 8 kilometers per hour.<");
    ask_says("ThresholdIntent", SKY_AND_WIND, ASK_NO_ALERTS, "condition=windy",
             ">The wind in Boulder, Colorado, is already 20 miles per hour.<");
    ask_says("CompareIntent", SKY_AND_WIND, ASK_NO_ALERTS, "comparator=less windy;tendency=when",
             "drops to 10 miles per hour or less tomorrow at 2 P.M.");
}

TEST(what_is_asked_about_now_is_told_of_now)
{
    struct skill_world s;

    ask_start(&s, TEMPERATURES, ASK_NO_ALERTS);
    fake_set(&s.w.upstream, SKILL_LATEST, 200,
             "{\"properties\":{\"timestamp\":\"2026-11-22T16:53:00Z\",\"temperature\":"
             "{\"unitCode\":\"wmoUnit:degC\",\"value\":0}}}");
    skill_says(&s, "ThresholdIntent", ask_slots("direction=below;present=is it"),
               ">No, the temperature in Boulder, Colorado, is 32 degrees.<");
    skill_says(&s, "ThresholdIntent", ask_slots("direction=below;number=40;present=is it"),
               ">Yes, the temperature in Boulder, Colorado, is 32 degrees.<");
    skill_says(&s, "ThresholdIntent", ask_slots("direction=above;number=30;present=is it"),
               ">Yes, ");
    skill_says(&s, "ThresholdIntent", ask_slots("direction=below;present=is it;when_any=tomorrow"),
               ">Not tomorrow in ");
    skill_stop(&s);
}

TEST(a_night_has_its_coldest_hour)
{
    ask_says("CompareIntent", TEMPERATURES, ASK_NO_ALERTS,
             "comparator=colder;tendency=when;when_any=tuesday night",
             ">The coldest hour in Boulder, Colorado, is Wednesday at 2 A.M., at 32 degrees.<");
}

TEST(what_cannot_be_meant_is_asked_for)
{
    ask_says("ThresholdIntent", TEMPERATURES, ASK_NO_ALERTS, "direction=reach;number=?",
             "I'm not sure which number you mean.");
    ask_says("ThresholdIntent", TEMPERATURES, ASK_NO_ALERTS, "direction=reach;number=99999999999",
             "I'm not sure which number you mean.");
    ask_says("ThresholdIntent", TEMPERATURES, ASK_NO_ALERTS, "number=30;metric=barometric pressure",
             "but not barometric pressure");
    ask_says("ThresholdIntent", TEMPERATURES, ASK_NO_ALERTS, "number=30;metric=wind",
             ">No wind forecast is available for Boulder, Colorado.<");
}

TESTS(the_first_hour_is_told, never_is_told_with_the_nearest_value,
      never_is_told_of_the_days_that_were_read, a_condition_begins_with_its_first_hour,
      what_is_asked_about_now_is_told_of_now, a_night_has_its_coldest_hour,
      what_cannot_be_meant_is_asked_for)
