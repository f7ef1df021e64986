/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/ask/amount.c -- what "how much snow will we get" sounds like. */
#include "tests/unit/intents/ask/ask_world.h"

/* It is Sunday, November 22nd, ten in the morning (17:00 UTC). Rain from four in the afternoon
 * until ten in the evening, and from four to ten in the morning. */
#define AMOUNT(layer, mm, later)                                         \
    LAYER(layer, "mm",                                                   \
          RUN("2026-11-22T11:00:00+00:00/PT12H", "0") "," RUN(           \
              "2026-11-22T23:00:00+00:00/PT6H",                          \
              mm) "," RUN("2026-11-23T05:00:00+00:00/PT6H",              \
                          "0") "," RUN("2026-11-23T11:00:00+00:00/PT6H", \
                                       later) "," RUN("2026-11-23T17:00:00+00:00/P3D", "0"))
#define RAIN_OF(mm, later) AMOUNT("quantitativePrecipitation", mm, later)
#define SNOW_OF(mm, later) AMOUNT("snowfallAmount", mm, later)
#define ICE_OF(mm) AMOUNT("iceAccumulation", mm, "0")
#define PLACE " in Boulder, Colorado"

static void says(const char *layers, const char *question, const char *want)
{
    ask_says("AmountIntent", layers, ASK_NO_ALERTS, question, want);
}

TEST(a_storm_is_told_from_when_to_when)
{
    says(RAIN_OF("10", "0"), "event=rain",
         ">About 0.4 inches of rain" PLACE
         ", from around 4 P.M. today until about 10 P.M. tonight.<");
    says(RAIN_OF("10", "20"), "event=rain",
         ">About 1.2 inches of rain" PLACE
         ", from around 4 P.M. today until about 10 A.M. tomorrow.<");
    says(SNOW_OF("100", "0"), "event=snow",
         ">About 4 inches of snow" PLACE ", from around 4 P.M. ");
    says(SNOW_OF("100", "0"), "event=snow;when_any=this week",
         ">About 4 inches of snow" PLACE ", from ");
    says(RAIN_OF("10", "0"), "event=rain;units=metric",
         ">About 10 millimeters of rain" PLACE ", from ");
    says(SNOW_OF("104", "0"), "event=snow;units=celsius",
         ">About 10 centimeters of snow" PLACE ", from ");
    says(LAYER("quantitativePrecipitation", "mm", RUN("2026-11-22T11:00:00+00:00/PT12H", "24")),
         "event=rain",
         ">At least half an inch of rain" PLACE
         ", from now until about 4 P.M. today. More may follow.<");
    says(LAYER("quantitativePrecipitation", "mm", RUN("2026-11-22T11:00:00+00:00/PT12H", "2")),
         "event=rain",
         ">Less than a tenth of an inch of rain" PLACE ", from now at least until 4 P.M. today.<");
}

TEST(a_period_is_summed)
{
    says(RAIN_OF("10", "20"), "event=rain;when_any=tonight",
         ">About half an inch of rain tonight" PLACE ".<");
    says(RAIN_OF("10", "20"), "event=rain;when_any=tomorrow",
         ">About half an inch of rain tomorrow" PLACE ".<");
    says(SNOW_OF("0", "30"), "event=snow;when_any=tomorrow",
         ">About 1 inch of snow tomorrow" PLACE ".<");
    says(RAIN_OF("10", "20"), "event=rain;when_any=thursday",
         ">No rain is expected until 10 A.M. Thursday" PLACE
         "; amounts after that are not forecast yet.<");
    says(LAYER("quantitativePrecipitation", "mm", RUN("2026-11-22T11:00:00+00:00/PT30H", "75")),
         "event=rain;when_any=tomorrow",
         ">At least 0.4 inches of rain tomorrow" PLACE
         "; amounts are only forecast until 10 A.M. tomorrow.<");
}

TEST(small_amounts_and_roundings_have_their_words)
{
    static const struct {
        const char *mm, *rain, *snow;
    } rows[] = {
        { "0.3", ">Less than a tenth of an inch of rain", ">Less than half an inch of snow" },
        { "2.53", ">Less than a tenth of an inch of rain", ">Less than half an inch of snow" },
        { "2.54", ">About a tenth of an inch of rain", ">Less than half an inch of snow" },
        { "12.6", ">About half an inch of rain", ">Less than half an inch of snow" },
        { "12.7", ">About half an inch of rain", ">About half an inch of snow" },
        { "25.4", ">About 1 inch of rain", ">About 1 inch of snow" },
        { "38.1", ">About 1.5 inches of rain", ">About 1.5 inches of snow" },
        { "66", ">About 2.6 inches of rain", ">About 2.5 inches of snow" },
        { "76.1", ">About 3 inches of rain", ">About 3 inches of snow" },
        { "90", ">About 3.5 inches of rain", ">About 4 inches of snow" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char layers[2000];
        snprintf(layers, sizeof layers, RAIN_OF("%s", "0"), rows[i].mm);
        says(layers, "event=rain", rows[i].rain);
        snprintf(layers, sizeof layers, SNOW_OF("%s", "0"), rows[i].mm);
        says(layers, "event=snow", rows[i].snow);
    }
    says(ICE_OF("1"), "event=ice", ">Less than a tenth of an inch of ice" PLACE ", from around 4 ");
    says(RAIN_OF("0.2", "0"), "event=rain;units=metric",
         ">Less than a millimeter of rain" PLACE ", ");
}

TEST(nothing_is_told_with_until_when)
{
    says(RAIN_OF("0", "0"), "event=rain", ">No rain is expected through Wednesday" PLACE ".<");
    /* The layer begins tomorrow. */
    says(LAYER("quantitativePrecipitation", "mm", RUN("2026-11-23T11:00:00+00:00/PT30H", "0")),
         "event=rain", ">No rain amount forecast is available for Boulder, Colorado.<");
    says(RAIN_OF("0", "0"), "", ">No rain or snow is expected through Wednesday" PLACE ".<");
    says(SNOW_OF("0", "0"), "event=snow;when_any=tomorrow",
         ">No snow is expected tomorrow" PLACE ".<");
    says(SNOW_OF("0", "0") RAIN_OF("0", "20"), "event=snow;when_any=tomorrow",
         ">No snow, but half an inch of rain tomorrow" PLACE ".<");
}

TEST(without_an_event_snow_and_ice_are_told_too)
{
    says(RAIN_OF("10", "0"), "", ">About 0.4 inches of rain" PLACE ", from ");
    says(RAIN_OF("10", "0") SNOW_OF("100", "0"), "",
         ">About 0.4 inches of precipitation and 4 inches of snow" PLACE ", from ");
    says(RAIN_OF("10", "0") SNOW_OF("100", "0") ICE_OF("6"), "when_any=tonight",
         ">About 0.3 inches of precipitation, 2.5 inches of snow and 0.2 inches of ice "
         "tonight" PLACE ".<");
    says(RAIN_OF("10", "0") SNOW_OF("100", "0"), "event=rain",
         ">About 0.4 inches of rain and melted snow" PLACE ", ");
}

TEST(a_missing_layer_is_said_to_be_missing)
{
    says(RAIN_OF("10", "0"), "event=snow",
         ">No snowfall forecast is available for Boulder, Colorado.<");
    says(RAIN_OF("10", "0") ",'snowfallAmount':{'uom':'wmoUnit:mm','values':'?'}", "event=snow",
         ">I have no snowfall forecast that I can read for Boulder, Colorado.<");
    says(RAIN_OF("10", "0"), "event=hail", ">I can't tell when hail comes.");
    says(RAIN_OF("10", "0"), "event=flood", "no flood alerts");
}

TEST(snow_and_ice_are_told_where_the_water_is_missing_or_none)
{
    says(SNOW_OF("100", "0"), "",
         ">About 4 inches of snow" PLACE
         ", from around 4 P.M. today until about 10 P.M. tonight.<");
    says(RAIN_OF("0", "0") SNOW_OF("100", "0"), "event=precipitation;when_any=tonight",
         ">About 2.5 inches of snow tonight" PLACE ".<");
    says(RAIN_OF("0", "0") ICE_OF("10"), "", ">About 0.4 inches of ice" PLACE ", from around 4 ");
    says(SNOW_OF("100", "0"), "when_any=tuesday",
         ">No rain amount forecast is available for Boulder, Colorado.<");
    says(SNOW_OF("100", "0"), "event=rain",
         ">No rain amount forecast is available for Boulder, Colorado.<");
}

TESTS(a_storm_is_told_from_when_to_when, a_period_is_summed,
      small_amounts_and_roundings_have_their_words, nothing_is_told_with_until_when,
      without_an_event_snow_and_ice_are_told_too, a_missing_layer_is_said_to_be_missing,
      snow_and_ice_are_told_where_the_water_is_missing_or_none)
