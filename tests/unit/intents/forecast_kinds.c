/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/forecast_kinds.c -- kinds of precipitation as they are said, and what is said
 * of what the forecast leaves open. */
#include "tests/unit/intents/forecast_world.h"

TEST(snow_is_not_called_rain)
{
    static const char amounts[] = LAYER("probabilityOfPrecipitation", "percent", RUN(DAY, "80"))
        LAYER("quantitativePrecipitation", "mm", RUN(DAY, "6.35"))
            LAYER("snowfallAmount", "mm", RUN(DAY, "76.2"));
    char layers[4000];

    (void)snprintf(layers, sizeof layers, "%s%s", amounts,
                   WEATHER(DAY, CONDITION("'likely'", "'snow'", "'light'")));
    check(layers, "metric=snow;when_any=tomorrow",
          "80 percent, with 3 inches of snow, with a liquid equivalent of a quarter of an inch.");
    (void)snprintf(layers, sizeof layers, "%s%s", amounts,
                   WEATHER(DAY, CONDITION("'likely'", "'snow'", "'light'") "," CONDITION(
                                    "'chance'", "'rain'", "'light'")));
    check(layers, "metric=snow;when_any=tomorrow",
          "80 percent, with a quarter of an inch of rain and 3 inches of snow.");
}

static const char amounts[] = LAYER("probabilityOfPrecipitation", "percent", RUN(DAY, "80"))
    LAYER("quantitativePrecipitation", "mm", RUN(DAY, "6.35"));
static const char ice[] = LAYER("iceAccumulation", "mm", RUN(DAY, "5.08"));

TEST(ice_is_said_as_such)
{
    static const struct {
        const char *conditions, *more, *want;
    } cases[] = {
        { CONDITION("'likely'", "'freezing_rain'", "null"), ice,
          ">Yes. In Boulder, Colorado, tomorrow: The chance of precipitation is 80 percent, with a "
          "quarter of an inch of freezing rain and a quarter of an inch of ice.<" },
        { CONDITION("'likely'", "'freezing_drizzle'", "null"), "",
          "80 percent, with a quarter of an inch of freezing drizzle.<" },
        { CONDITION("'likely'", "'rain'", "null") "," CONDITION("'chance'", "'sleet'", "null"), "",
          "80 percent, with a quarter of an inch of rain and sleet.<" },
        { CONDITION("'likely'", "'sleet'", "null"), "",
          ">No. In Boulder, Colorado, tomorrow: The chance of precipitation is 80 percent, with a "
          "quarter of an inch of sleet.<" },
        { "", ice,
          "80 percent, as freezing rain, with a quarter of an inch of ice, with a liquid "
          "equivalent" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char layers[4000], weather[1000] = "";
        if (cases[i].conditions[0])
            (void)snprintf(weather, sizeof weather,
                           ",'weather':{'values':[{'validTime':'" DAY "','value':[%s]}]}",
                           cases[i].conditions);
        (void)snprintf(layers, sizeof layers, "%s%s%s", amounts, cases[i].more, weather);
        check(layers, "metric=rain;leadin=will it;when_any=tomorrow", cases[i].want);
    }
    check(LAYER("probabilityOfPrecipitation", "percent", RUN(DAY, "80"))
              WEATHER(DAY, CONDITION("'likely'", "'freezing_rain'", "null")),
          "metric=chance of rain;when_any=tomorrow", "80 percent, as freezing rain.<");
    check(LAYER("probabilityOfPrecipitation", "percent", RUN(DAY, "80"))
              WEATHER(DAY, CONDITION("'likely'", "'snow'", "null")),
          "metric=rain;leadin=will it;when_any=tomorrow",
          ">No. In Boulder, Colorado, tomorrow: The chance of precipitation is 80 percent, as "
          "snow.<");
}

TEST(an_open_kind_is_said_to_be_open)
{
    static const char open[] = LAYER("probabilityOfPrecipitation", "percent", RUN(DAY, "80"))
        LAYER("quantitativePrecipitation", "mm", RUN(DAY, "6.35"));
    static const char cold[] = LAYER("temperature", "degC", RUN(DAY, "-10"));
    char layers[4000];

    (void)snprintf(layers, sizeof layers, "%s%s", open, cold);
    check(layers, "metric=snow;leadin=will it;when_any=tomorrow",
          ">Probably. In Boulder, Colorado, tomorrow: The chance of precipitation is 80 percent, "
          "with a liquid equivalent of a quarter of an inch. The forecast doesn't say what kind, "
          "but at 14 degrees it would be snow.<");
    check(layers, "metric=rain;leadin=will it;when_any=tomorrow", ">Probably not. In Boulder");
    check(open, "metric=snow;leadin=will it;when_any=tomorrow", ">Possibly. In Boulder");
    check(layers, "metric=snow;leadin=will it;when_abs=this week",
          ">Probably. In Boulder, Colorado, the chance of precipitation is 80 percent tomorrow, "
          "and the "
          "forecast doesn't say what kind. The forecast has gaps, so there may be more.<");
}

TEST(a_part_of_the_period_proves_nothing_for_the_rest)
{
    static const char morning[] = "2026-11-23T13:00:00+00:00/PT6H";
    char layers[1000];

    (void)snprintf(layers, sizeof layers,
                   LAYER("probabilityOfPrecipitation", "percent", "{'validTime':'%s','value':0}")
                       LAYER("windSpeed", "km_h-1", "{'validTime':'%s','value':0}")
                           LAYER("windGust", "km_h-1", RUN(DAY, "0"))
                               LAYER("skyCover", "percent", "{'validTime':'%s','value':5}"),
                   morning, morning, morning);
    check(layers, "metric=rain;leadin=will it;when_any=tomorrow",
          ">In Boulder, Colorado, tomorrow: The chance of precipitation is 0 percent. The forecast "
          "covers only part of that time.<");
    check(layers, "metric=rain;leadin=will it;when_any=tomorrow morning", ">No. In Boulder");
    check(layers, "metric=windy;leadin=will it be;when_any=tomorrow",
          ">In Boulder, Colorado, tomorrow: The wind will be calm for part of that time.<");
    check(layers, "metric=windy;leadin=will it be;when_any=tomorrow morning", ">No. In Boulder");
    check(layers, "metric=cloudy;leadin=will it be;when_any=tomorrow",
          ">In Boulder, Colorado, tomorrow: Skies will be sunny");
    check(LAYER("skyCover", "furlong", RUN(DAY, "5")), "metric=skys;when_any=tomorrow",
          ">I have no sky forecast that I can read for Boulder, Colorado, tomorrow.<");
}

TESTS(snow_is_not_called_rain, ice_is_said_as_such, an_open_kind_is_said_to_be_open,
      a_part_of_the_period_proves_nothing_for_the_rest)
