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

TESTS(umbrella, jacket, plants_and_snow, windows_runs_and_drives, sunscreen, a_warning_comes_first,
      a_short_answer_keeps_the_warning, what_is_missing_is_said)
