/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/ask/advice.c -- what advice sounds like; each sentence has its number. */
#include "tests/unit/intents/ask/ask_world.h"

/* It is Sunday, ten in the morning. */
#define WEEK "2026-11-22T10:00:00+00:00/P7D"
#define CHANCE(percent) LAYER("probabilityOfPrecipitation", "percent", RUN(WEEK, percent))
#define COLD(c) LAYER("temperature", "degC", RUN(WEEK, c))
#define GUSTS(kmh) LAYER("windGust", "km_h-1", RUN(WEEK, kmh))

static const char mild[] = CHANCE("10") COLD("18") GUSTS("16")
    LAYER("dewpoint", "degC", RUN(WEEK, "8")) LAYER("snowfallAmount", "mm", RUN(WEEK, "0"));

TEST(umbrella)
{
    ask_says("AdviceIntent", CHANCE("60"), ASK_NO_ALERTS, "thing=umbrella",
             ">Yes, take an umbrella today in Boulder, Colorado: a 60 percent chance of rain.<");
    ask_says("AdviceIntent", CHANCE("30") GUSTS("48.28"), ASK_NO_ALERTS,
             "thing=an umbrella;when_any=tomorrow",
             ">Maybe an umbrella tomorrow in Boulder, Colorado: a 30 percent chance of rain and "
             "gusts up to 30 miles per hour. A raincoat is better.<");
    ask_says("AdviceIntent", CHANCE("8"), ASK_NO_ALERTS, "thing=umbrella",
             ">No, you don't need an umbrella today in Boulder, Colorado: an 8 percent chance of "
             "rain.<");
}

TEST(jacket)
{
    ask_says("AdviceIntent", COLD("-3"), ASK_NO_ALERTS, "thing=jacket;when_any=tonight",
             ">Yes, wear a winter coat tonight in Boulder, Colorado: it will feel like 27 "
             "degrees.<");
    ask_says("AdviceIntent", COLD("18"), ASK_NO_ALERTS, "thing=jacket",
             ">Maybe a light jacket today in Boulder, Colorado: it will feel like 64 degrees.<");
    ask_says("AdviceIntent", COLD("25"), ASK_NO_ALERTS, "thing=sweater",
             ">No, you don't need a jacket today in Boulder, Colorado: it will feel like 77 "
             "degrees.<");
}

TEST(plants_and_snow)
{
    ask_says("AdviceIntent", COLD("-1"), ASK_NO_ALERTS, "thing=plants",
             ">Yes, cover your plants tonight in Boulder, Colorado: a low of 30 degrees, today at "
             "6 P.M.<");
    ask_says("AdviceIntent", mild, ASK_NO_ALERTS, "thing=shovel;when_any=tomorrow",
             ">No, there's nothing to shovel tomorrow in Boulder, Colorado: 0 inches of snow.<");
    ask_says(
        "AdviceIntent", LAYER("snowfallAmount", "mm", RUN(WEEK, "2133.6")), ASK_NO_ALERTS,
        "thing=shovel;when_any=tomorrow",
        ">Yes, you may have to shovel tomorrow in Boulder, Colorado: about 6 inches of snow.<");
}

TEST(windows_runs_and_drives)
{
    ask_says("AdviceIntent", mild, ASK_NO_ALERTS, "thing=windows",
             ">Yes, open the windows today in Boulder, Colorado: 64 degrees, a dewpoint of "
             "46 degrees and a 10 percent chance of precipitation.<");
    ask_says(
        "AdviceIntent", CHANCE("80") COLD("-12"), ASK_NO_ALERTS,
        "thing=bike;when_any=tomorrow morning",
        ">No, it's not good for a bike ride tomorrow morning in Boulder, Colorado: wind chill");
    ask_says("AdviceIntent", mild, ASK_NO_ALERTS, "thing=a run;when_any=tomorrow morning",
             ">Yes, it's fine for a run tomorrow morning in Boulder, Colorado: ");
    ask_says("AdviceIntent", CHANCE("80") COLD("18"), ASK_NO_ALERTS, "thing=bike",
             ">No, it's not good for a bike ride today in Boulder, Colorado: an 80 percent chance "
             "of precipitation.<");
    ask_says("AdviceIntent", CHANCE("80") COLD("18") GUSTS("80"), ASK_NO_ALERTS, "thing=drive",
             ">No, drive only with great care today in Boulder, Colorado: gusts up to 50 miles "
             "per hour. The forecast has gaps.<");
}

TEST(sunscreen)
{
    ask_says("AdviceIntent", mild, ASK_NO_ALERTS, "thing=sunscreen",
             ">I can't say, because no UV source is built in, but at noon the sun is 30 "
             "degrees high today in Boulder, Colorado.<");
}

TEST(a_warning_comes_first)
{
    ask_says("AdviceIntent", mild, ASK_ALERT("High Wind Warning"), "thing=umbrella",
             ">High Wind Warning until 11 A.M. tomorrow. No, you don't need an umbrella");
    ask_says("AdviceIntent", mild, ASK_ALERT("High Wind Warning"), "thing=drive",
             " No, drive only with great care today in Boulder, Colorado: a warning is in effect.");
    ask_says("AdviceIntent", mild, ASK_ALERT("Air Quality Alert"), "thing=run",
             ">Air Quality Alert until 11 A.M. tomorrow. No, it's not good for a run");
    ask_says("AdviceIntent", mild, ASK_ALERT("Tornado Warning"), "thing=run",
             ">Tornado Warning until 11 A.M. tomorrow. Otherwise it's fine for a run today in "
             "Boulder, Colorado: ");
    ask_lacks("AdviceIntent", mild, ASK_ALERT("High Wind Watch"), "thing=umbrella", "High Wind");
    ask_says("AdviceIntent", mild, NULL, "thing=umbrella", ". I couldn't check for warnings.<");
}

TEST(a_short_answer_keeps_the_warning)
{
    struct skill_world s;

    ask_start(&s, mild, ASK_ALERT("High Wind Warning"));
    s.attributes = json_pack("{s:{s:s}}", "settings", "length", "brief");
    s.session_new = false;
    skill_says(&s, "AdviceIntent", ask_slots("thing=umbrella"),
               ">High Wind Warning until 11 A.M. tomorrow. No, you don't need an umbrella");
    skill_stop(&s);
}

TEST(what_is_missing_is_said)
{
    ask_says("AdviceIntent", COLD("18"), ASK_NO_ALERTS, "thing=umbrella",
             ">No precipitation forecast is available for Boulder, Colorado.<");
    ask_says("AdviceIntent", mild, ASK_NO_ALERTS, "thing=submarine",
             "I can advise on an umbrella, a jacket");
    ask_says("AdviceIntent", mild, ASK_NO_ALERTS, "when_any=today", "I can advise on an umbrella");
}

/* Sunday is dry, Monday is not. */
#define DRY_THEN_WET                             \
    COLD("18")                                   \
    LAYER(                                       \
        "probabilityOfPrecipitation", "percent", \
        RUN("2026-11-22T10:00:00+00:00/P1D", "0") "," RUN("2026-11-23T10:00:00+00:00/P1D", "80"))

TEST(two_days_that_differ_are_told_one_by_one)
{
    ask_says("AdviceIntent", DRY_THEN_WET, ASK_NO_ALERTS,
             "thing=outside;when_abs=today and tomorrow",
             ">Yes, it's fine to be outside today in Boulder, Colorado: 64 degrees and a 0 percent "
             "chance of precipitation. No, it's not good to be outside tomorrow in Boulder, "
             "Colorado: 80 percent chance of precipitation.<");
    ask_says("AdviceIntent", mild, ASK_NO_ALERTS, "thing=outside;when_abs=today and tomorrow",
             ">Yes, it's fine to be outside today and tomorrow in Boulder, Colorado: ");
}

TEST(at_the_water_the_weather_is_told)
{
    ask_says("AdviceIntent", mild, ASK_NO_ALERTS, "thing=swim in the ocean",
             ">I have no reports on waves or currents, but the weather is fine today in Boulder, "
             "Colorado: 64 degrees, 10 percent chance of precipitation.<");
    ask_says("AdviceIntent", CHANCE("80") COLD("18"), ASK_ALERT("Beach Hazards Statement"),
             "thing=swim in the ocean",
             "I have no reports on waves or currents, and the weather isn't good today in ");
    ask_says("AdviceIntent", mild, ASK_ALERT("Rip Current Statement"), "thing=swim in the ocean",
             ">Rip Current Statement");
    ask_says("AdviceIntent", mild, ASK_ALERT("High Surf Advisory"), "thing=swim",
             ">High Surf Advisory");
    ask_lacks("AdviceIntent", mild, ASK_ALERT("High Surf Advisory"), "thing=run", "Surf");
    ask_says("AdviceIntent", mild, NULL, "thing=swim in the ocean",
             " I couldn't check for warnings.<");
}

TEST(some_advice_is_another_question)
{
    ask_says("AdviceIntent", mild, ASK_NO_ALERTS, "thing=planting",
             ">No frost through Saturday in Boulder, Colorado; the lowest is 64 degrees, ");
    ask_says("AdviceIntent", COLD("-1"), ASK_NO_ALERTS, "thing=warm up the car",
             ">Yes, a freeze tonight in Boulder, Colorado: 30 degrees, ");
    ask_says("AdviceIntent", mild, ASK_NO_ALERTS, "thing=heating",
             ">A low of 64 degrees tonight in Boulder, Colorado.");
    ask_says("AdviceIntent", mild, ASK_NO_ALERTS, "thing=cover up;when_any=tomorrow",
             "The chance of precipitation is 10 percent tomorrow in Boulder, Colorado.");
    ask_says("AdviceIntent", mild, ASK_NO_ALERTS, "thing=ski",
             ">I don't know how much snow is on the ground, ");
}

TESTS(umbrella, jacket, plants_and_snow, windows_runs_and_drives, sunscreen, a_warning_comes_first,
      a_short_answer_keeps_the_warning, two_days_that_differ_are_told_one_by_one,
      at_the_water_the_weather_is_told, some_advice_is_another_question, what_is_missing_is_said)
