/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/ask/front.c -- "is there a cold front coming", "is it going to warm up this
 * week". */
#include "tests/unit/intents/ask/ask_world.h"

/* It is Sunday, November 22nd, ten in the morning. */
#define HIGH(day, c) RUN("2026-11-" day "T13:00:00+00:00/PT12H", c)
#define HIGHS(layer) LAYER("maxTemperature", "degC", layer)
#define FALLING HIGHS(HIGH("22", "20") "," HIGH("23", "18") "," HIGH("24", "5") "," HIGH("25", "4"))
#define RISING HIGHS(HIGH("22", "5") "," HIGH("23", "6") "," HIGH("24", "20") "," HIGH("25", "18"))
#define STEADY HIGHS(HIGH("22", "5") "," HIGH("23", "5") "," HIGH("24", "5"))

TEST(a_front_is_told_by_the_highs)
{
    ask_says(
        "CompareIntent", FALLING, ASK_NO_ALERTS, "front=cold front",
        ">The forecast doesn't name cold fronts, but the high in Boulder, Colorado, falls most "
        "Tuesday: from 64 to 41 degrees.<");
    ask_says(
        "CompareIntent", RISING, ASK_NO_ALERTS, "front=warm front",
        "name warm fronts, but the high in Boulder, Colorado, rises most Tuesday: from 43 to 68");
    ask_says("CompareIntent", FALLING, ASK_NO_ALERTS, "front=cold snap;when_any=tomorrow",
             "falls most tomorrow: from 68 to 64 degrees.<");
    ask_says("CompareIntent", FALLING, ASK_NO_ALERTS, "front=cold front;units=celsius",
             "falls most Tuesday: from 18 to 5 degrees.<");
    ask_says("CompareIntent", RISING, ASK_NO_ALERTS, "front=cold front;when_any=tuesday",
             ">The forecast doesn't name cold fronts, and the highs don't fall by more than "
             "a degree Tuesday in Boulder, Colorado.<");
    ask_says(
        "CompareIntent", STEADY, ASK_NO_ALERTS, "front=cold front",
        "and the highs don't fall by more than a degree through Tuesday in Boulder, Colorado.<");
}

TEST(what_no_high_tells_is_not_denied)
{
    ask_says("CompareIntent", FALLING, ASK_NO_ALERTS, "front=cold front;when_abs=tonight",
             "falls most Tuesday: from 64 to 41 degrees.<");
    ask_says("CompareIntent", FALLING, ASK_NO_ALERTS, "front=cold front;when_abs=today",
             "falls most Tuesday: from 64 to 41 degrees.<");
    ask_says("CompareIntent", HIGHS(HIGH("22", "20")), ASK_NO_ALERTS, "front=cold front",
             ">The forecast doesn't name cold fronts, and it only goes through today in Boulder, "
             "Colorado.<");
    ask_says("CompareIntent", HIGHS(HIGH("22", "20") "," HIGH("24", "5")), ASK_NO_ALERTS,
             "front=cold front", "and it only goes through today in ");
}

TEST(a_heat_wave_is_told_by_the_highest_day)
{
    ask_says("CompareIntent", RISING, ASK_NO_ALERTS, "front=heat wave",
             ">The forecast doesn't name heat waves, but the highest temperature in Boulder, "
             "Colorado, is 68 degrees, Tuesday.<");
    ask_says("CompareIntent", RISING, ASK_ALERT("Heat Advisory"), "front=heat wave",
             ">Heat Advisory");
    ask_lacks("CompareIntent", FALLING, ASK_ALERT("Heat Advisory"), "front=cold front", "Advisory");
    ask_says("CompareIntent", FALLING, ASK_ALERT("Extreme Cold Watch"), "front=cold front",
             ">Extreme Cold Watch");
}

TEST(what_was_not_read_of_a_front_is_said)
{
    ask_says("CompareIntent", RISING, NULL, "front=heat wave",
             "Tuesday. I couldn't check for warnings.<");
    ask_says("CompareIntent", LAYER("skyCover", "percent", RUN(DAY, "40")), ASK_NO_ALERTS,
             "front=heat wave", ">No temperature forecast is available for Boulder, Colorado.<");
}

TEST(the_days_ahead_are_compared_with_today)
{
    ask_says("CompareIntent", RISING, ASK_NO_ALERTS,
             "comparator=warmer;tendency=will it;when_abs=this week",
             ">Yes, Tuesday is 27 degrees warmer than today in Boulder, Colorado: a high of 68 "
             "degrees Tuesday, 41 degrees today.<");
    ask_says("CompareIntent", RISING, ASK_NO_ALERTS,
             "comparator=colder;tendency=will it;when_abs=this week",
             ">No, even tomorrow is 2 degrees warmer than today in ");
    ask_says("CompareIntent", STEADY, ASK_NO_ALERTS,
             "comparator=warmer;tendency=will it;when_abs=this week",
             ">No, tomorrow is about the same as today in ");
}

TESTS(a_front_is_told_by_the_highs, what_no_high_tells_is_not_denied,
      a_heat_wave_is_told_by_the_highest_day, what_was_not_read_of_a_front_is_said,
      the_days_ahead_are_compared_with_today)
