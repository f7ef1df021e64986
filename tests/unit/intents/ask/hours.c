/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/ask/hours.c -- what an hour, a stretch of hours and "hour by hour" sound
 * like. */
#include "tests/unit/intents/ask/ask_world.h"

/* It is Sunday, November 22nd, ten in the morning (17:00 UTC). */
#define WEEK "2026-11-22T10:00:00+00:00/P7D"
#define SKY LAYER("skyCover", "percent", RUN(WEEK, "60"))
#define WIND                                                   \
    LAYER("windSpeed", "km_h-1", RUN(WEEK, "19.3"))            \
    LAYER("windDirection", "degree_(angle)", RUN(WEEK, "315")) \
    LAYER("windGust", "km_h-1", RUN(WEEK, "38.6"))
/* 20 degrees Celsius (68 F) until four in the afternoon, then 10 (50 F). */
#define TEMPERATURE                              \
    LAYER("temperature", "degC",                 \
          RUN("2026-11-22T10:00:00+00:00/PT13H", \
              "20") "," RUN("2026-11-22T23:00:00+00:00/P6DT11H", "10"))
#define APPARENT(value) LAYER("apparentTemperature", "degC", RUN(WEEK, value))
/* From noon to six in the evening, 40 percent. */
#define CHANCE                                               \
    LAYER("probabilityOfPrecipitation", "percent",           \
          RUN("2026-11-22T18:00:00+00:00/PT1H",              \
              "5") "," RUN("2026-11-22T19:00:00+00:00/PT6H", \
                           "40") "," RUN("2026-11-23T01:00:00+00:00/PT30H", "0"))
#define RAIN WEATHER("2026-11-22T19:00:00+00:00/PT6H", CONDITION("'chance'", "'rain'", "null"))

static void says(const char *layers, const char *question, const char *want)
{
    ask_says("HoursIntent", layers, ASK_NO_ALERTS, question, want);
}

TEST(an_hour_tells_sky_temperature_wind_and_chance)
{
    says(SKY WIND TEMPERATURE CHANCE, "time=17:00",
         ">Today at 5 P.M. in Boulder, Colorado: partly sunny, 50 degrees, northwest wind at 12 "
         "miles per hour, gusts up to 24. Chance of precipitation 40 percent, between noon and 6 "
         "P.M.<");
    says(SKY WIND TEMPERATURE CHANCE RAIN, "time=12:00",
         ": a chance of rain, 68 degrees, northwest wind at 12 miles per hour, gusts up to 24. "
         "Chance of rain 40 percent, between noon and 6 P.M.<");
    says(SKY WIND TEMPERATURE CHANCE, "time=17:00;units=celsius",
         "partly sunny, 10 degrees, northwest wind at 19 kilometers per hour, gusts up to 39.");
    says(SKY, "time=21:00", ">Today at 9 P.M. in Boulder, Colorado: mostly cloudy.<");
}

TEST(of_several_conditions_the_chief_one_is_told)
{
#define TWO(first, second) WEATHER("2026-11-22T19:00:00+00:00/PT6H", first "," second)
    says(
        TWO(CONDITION("'chance'", "'rain'", "'light'"), CONDITION("'chance'", "'snow'", "'light'")),
        "time=12:00", ": a chance of rain and snow.<");
    says(TWO(CONDITION("'likely'", "'rain'", "'heavy'"),
             CONDITION("'slight_chance'", "'snow'", "null")),
         "time=12:00", ": heavy rain likely.<");
    says(TWO(CONDITION("'chance'", "'rain_showers'", "null"),
             CONDITION("'slight_chance'", "'thunderstorms'", "null")),
         "time=12:00", ": a slight chance of thunderstorms.<");
}

TEST(a_chance_is_told_with_its_period_if_that_is_longer)
{
    says(CHANCE, "time=11:00",
         ">Today at 11 A.M. in Boulder, Colorado: chance of precipitation 5 percent.<");
    says(CHANCE, "time=11:00;metric=rain",
         ">The chance of precipitation is 5 percent today at 11 A.M. in Boulder, Colorado.<");
    says(CHANCE, "time=20:00;metric=rain",
         ">The chance of precipitation is 0 percent today at 8 P.M. in Boulder, Colorado, between "
         "6 P.M. and midnight tomorrow night.<");
    says(CHANCE, "time=12:00;metric=rain;leadin=will it",
         ">Possibly. The chance of precipitation is 40 percent today at noon in Boulder, Colorado, "
         "between noon and 6 P.M.<");
}

TEST(feels_like_is_told_from_three_degrees_apart)
{
    says(TEMPERATURE APPARENT("18.4"), "time=12:00;metric=temperature",
         ">68 degrees today at noon in Boulder, Colorado, feeling like 65.<");
    says(TEMPERATURE APPARENT("18.9"), "time=12:00;metric=temperature",
         ">68 degrees today at noon in Boulder, Colorado.<");
    says(TEMPERATURE APPARENT("21.6"), "time=12:00;metric=temperature",
         ">68 degrees today at noon in Boulder, Colorado, feeling like 71.<");
    says(TEMPERATURE LAYER("windChill", "degC", RUN(WEEK, "5")), "time=17:00;metric=temperature",
         ">50 degrees today at 5 P.M. in Boulder, Colorado, feeling like 41.<");
    says(TEMPERATURE LAYER("windChill", "degC", RUN(WEEK, "5")), "time=12:00;metric=temperature",
         ">68 degrees today at noon in Boulder, Colorado.<");
}

TEST(with_a_metric_only_that_is_told)
{
    says(SKY WIND TEMPERATURE CHANCE, "time=17:00;metric=temperature",
         ">50 degrees today at 5 P.M. in Boulder, Colorado.<");
    says(SKY WIND TEMPERATURE CHANCE, "time=17:00;metric=wind",
         ">Wind from the northwest at 12 miles per hour today at 5 P.M. in Boulder, Colorado, with "
         "gusts up to 24.<");
    says(SKY WIND TEMPERATURE CHANCE, "time=17:00;metric=skys",
         ">Partly sunny today at 5 P.M. in Boulder, Colorado.<");
    says(LAYER("relativeHumidity", "percent", RUN(WEEK, "55")), "time=17:00;metric=humidity",
         ">55 percent relative humidity today at 5 P.M. in Boulder, Colorado.<");
}

TEST(days_and_times_are_named)
{
    says(TEMPERATURE, "time=07:00;when_any=tomorrow;metric=temperature",
         ">50 degrees tomorrow at 7 A.M. in Boulder, Colorado.<");
    says(TEMPERATURE, "time=09:00;metric=temperature", " degrees tomorrow at 9 A.M. in");
    says(TEMPERATURE, "time=09:40;metric=temperature", " degrees today at 9:40 A.M. in");
    says(TEMPERATURE, "time=02:00;when_any=tonight;metric=temperature",
         " degrees tomorrow at 2 A.M. in");
    says(TEMPERATURE, "time=00:00;metric=temperature", " degrees tonight at midnight in");
    says(TEMPERATURE, "time=12:00;when_any=thursday;metric=temperature",
         " degrees Thursday at noon in");
    says(TEMPERATURE, "time=09:00;when_any=today", ">That time is already over today.");
    says(TEMPERATURE, "time=17:00;when_any=next sunday",
         "The forecast only goes out about seven days, so I don't have anything for Sunday, "
         "November 29th at 5 P.M. yet.");
}

TEST(spans_are_counted_from_now)
{
    says(TEMPERATURE, "span=pt6h;metric=temperature",
         ">50 degrees today at 4 P.M. in Boulder, Colorado.<");
    says(TEMPERATURE, "span=PT30M;metric=temperature",
         ">68 degrees today at 10 A.M. in Boulder, Colorado.<");
    says(TEMPERATURE, "span=P1D;span_conn=in;metric=temperature",
         " degrees tomorrow at 10 A.M. in");
    says(TEMPERATURE, "span=P8D", ">The forecast only goes out about seven days.");
    says(TEMPERATURE, "span=PT3H;span_conn=next;metric=temperature",
         " for the next 3 hours in Boulder");
}

TEST(a_range_is_a_period)
{
    says(TEMPERATURE, "time=14:00;time_to=18:00;metric=temperature",
         " today from 2 P.M. to 6 P.M. in Boulder");
    says(TEMPERATURE, "time=14:00;time_to=18:00;metric=temperature", "68 degrees");
    says(TEMPERATURE, "time=16:00;time_to=18:00;metric=temperature", "50 degrees");
    says(TEMPERATURE, "after=after;time=17:00;metric=temperature",
         " today from 5 P.M. to midnight in Boulder");
    says(TEMPERATURE, "after=after;time=00:00;metric=temperature",
         ">A low of 50 degrees tonight from midnight to 6 A.M. in Boulder");
    says(TEMPERATURE, "time=MO;metric=temperature", " this morning in Boulder");
    says(TEMPERATURE, "time=MO;when_any=tomorrow;metric=temperature",
         " tomorrow morning in Boulder");
    says(TEMPERATURE, "time=NI;metric=temperature", " tonight in Boulder");
}

TEST(hour_by_hour_is_every_third_hour)
{
    says(SKY TEMPERATURE, "",
         ">Hour by hour in Boulder, Colorado: 68 degrees and partly sunny at 10 A.M., 68 at 1 "
         "P.M., 50 at 4 P.M., 50 and mostly cloudy at 7 P.M., 50 at 10 P.M.<");
    says(SKY TEMPERATURE, "when_any=tomorrow morning",
         ">Tomorrow morning in Boulder, Colorado: 50 degrees and partly sunny at 6 A.M., 50 at 9 "
         "A.M.<");
    says(TEMPERATURE CHANCE RAIN, "metric=precipitation",
         ": the chance of precipitation is 40 percent at 1 P.M., 40 percent at 4 P.M., 0 percent "
         "at 7 P.M., 0 percent at 10 P.M.<");
    says(TEMPERATURE RAIN, "when_any=this afternoon",
         ": 68 degrees with a chance of rain at noon, 68 at 3 P.M.<");
    says(WIND, "metric=wind;when_any=this afternoon",
         ": wind from the northwest at 12 miles per hour at noon, 12 at 3 P.M.<");
}

TEST(what_is_missing_is_said_to_be)
{
    says(SKY, "time=17:00;metric=temperature",
         ">No temperature forecast is available for Boulder, Colorado, today at 5 P.M.<");
    says(",'temperature':{'uom':'wmoUnit:degC','values':'?'}", "time=17:00;metric=temperature",
         ">I have no temperature forecast that I can read for Boulder, Colorado, today at 5 P.M.<");
    says(SKY, "metric=wind", ">No wind forecast is available for Boulder, Colorado.<");
    says(SKY, "time=14:00;time_to=18:00;metric=temperature",
         ">No temperature forecast is available for Boulder, Colorado, today from 2 P.M. to 6 "
         "P.M.<");
    says(SKY TEMPERATURE, "time=9 banana", ">I'm not sure which time you mean.");
    says(SKY TEMPERATURE, "span=?", ">I'm not sure which time you mean.");
}

TESTS(an_hour_tells_sky_temperature_wind_and_chance, of_several_conditions_the_chief_one_is_told,
      a_chance_is_told_with_its_period_if_that_is_longer,
      feels_like_is_told_from_three_degrees_apart, with_a_metric_only_that_is_told,
      days_and_times_are_named, spans_are_counted_from_now, a_range_is_a_period,
      hour_by_hour_is_every_third_hour, what_is_missing_is_said_to_be)
