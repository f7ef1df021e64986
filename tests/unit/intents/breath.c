/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/breath.c -- answers in one breath: the figure first. */
#include "intents/speech/phrase.h"
#include "tests/unit/intents/forecast_world.h"

/* A report of KBDU, `minutes` old, with these members. */
static void observe(struct skill_world *s, int minutes, const char *members)
{
    static char body[8000];
    char time[32];

    time_format_rfc3339(s->now - minutes * 60, time);
    (void)snprintf(body, sizeof body,
                   "{'properties':{'station':'" SKILL_API "/stations/KBDU','timestamp':'%s'%s}}",
                   time, members);
    for (char *p = body; *p; p++)
        if (*p == '\'')
            *p = '"';
    fake_set(&s->w.upstream, SKILL_LATEST, 200, body);
}

#define VALUE(name, unit, value) ",'" name "':{'unitCode':'wmoUnit:" unit "','value':" value "}"

static const char mild[] =
    ",'textDescription':'Mostly Cloudy','presentWeather':[]" VALUE("temperature", "degC", "11.1")
        VALUE("dewpoint", "degC", "3.3") VALUE("windDirection", "degree_(angle)", "270")
            VALUE("windSpeed", "km_h-1", "16.092") VALUE("windGust", "km_h-1", "32.18")
                VALUE("barometricPressure", "Pa", "101325")
                    VALUE("relativeHumidity", "percent", "58.7");

TEST(one_metric_begins_with_its_figure)
{
    static const struct {
        const char *slots, *want;
    } cases[] = {
        { "metric=temperature", ">The temperature is 52 degrees in Boulder, Colorado.<" },
        { "metric=wind", ">The wind is from the west at 10 miles per hour in Boulder, Colorado, "
                         "with gusts up to 20 miles per hour.<" },
        { "metric=pressure", ">The barometric pressure is 29.92 inches in Boulder, Colorado.<" },
        { "metric=humidity", ">The relative humidity is 59 percent in Boulder, Colorado.<" },
        { "metric=dewpoint", ">The dewpoint is 38 degrees in Boulder, Colorado.<" },
        { "metric=skies", ">Mostly cloudy in Boulder, Colorado.<" },
        { "metric=rain;leadin=is it", ">No. No precipitation is reported in Boulder, Colorado.<" },
        { "metric=heat index",
          ">There's no heat index to speak of in Boulder, Colorado, where it's 52 degrees.<" },
        { "metric=temperature;units=celsius", ">The temperature is 11 degrees in Boulder" },
        { "metric=wind;units=metric", "at 16 kilometers per hour in Boulder, Colorado, with gusts "
                                      "up to 32 kilometers per hour.<" },
        { "metric=pressure;units=metric", ">The barometric pressure is 1013 hectopascals in" },
    };
    struct skill_world s;
    char slots[200];

    skill_start(&s);
    observe(&s, 20, mild);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)snprintf(slots, sizeof slots, "location=boulder colorado;%s", cases[i].slots);
        skill_says(&s, "MetricIntent", slots, cases[i].want);
    }
    skill_stop(&s);
}

TEST(the_whole_list_is_one_breath)
{
    struct skill_world s;

    skill_start(&s);
    observe(&s, 20, mild);
    skill_says(&s, "MetricIntent", "metric=weather;location=boulder colorado",
               ">It's 52 degrees, mostly cloudy and dry in Boulder, Colorado. The wind is from the "
               "west at 10 miles per hour, with gusts up to 20. Pressure 29.92 inches, humidity 59 "
               "percent, dewpoint 38.<");
    skill_stop(&s);
}

TEST(feels_like_is_told_from_three_degrees_on)
{
    static const struct {
        const char *members, *want;
    } cases[] = {
        { VALUE("temperature", "degC", "0") VALUE("windSpeed", "km_h-1", "24.14"),
          "The temperature is 32 degrees in Boulder, Colorado, with a wind chill of 22 degrees.<" },
        { VALUE("temperature", "degC", "9") VALUE("windSpeed", "km_h-1", "30"),
          "The temperature is 48 degrees in Boulder, Colorado.<" }, /* 41 F: not cold enough */
        { VALUE("temperature", "degC", "27") VALUE("relativeHumidity", "percent", "40"),
          "The temperature is 81 degrees in Boulder, Colorado.<" }, /* 81 F */
        { VALUE("temperature", "degC", "32.2") VALUE("relativeHumidity", "percent", "70"),
          "The temperature is 90 degrees in Boulder, Colorado, with a heat index of 106 "
          "degrees.<" },
    };
    struct skill_world s;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        skill_start(&s);
        observe(&s, 20, cases[i].members);
        skill_says(&s, "MetricIntent", "metric=temperature;location=boulder colorado",
                   cases[i].want);
        skill_stop(&s);
    }
}

TEST(the_station_is_named_only_when_it_matters)
{
    struct skill_world s;

    skill_start(&s);
    observe(&s, 55, mild);
    skill_says(&s, "MetricIntent", "metric=temperature;location=boulder colorado", "Colorado.<");
    skill_stop(&s);
    skill_start(&s);
    observe(&s, 65, mild);
    skill_says(&s, "MetricIntent", "metric=temperature;location=boulder colorado",
               "Colorado. That's from Boulder Municipal Airport at 8:55 A.M.<");
    skill_stop(&s);
    skill_start(&s);
    observe(&s, 190, mild);
    skill_says(&s, "MetricIntent", "metric=temperature;location=boulder colorado",
               "That report is 3 hours and 10 minutes old, from Boulder Municipal Airport at 6:50 "
               "A.M.<");
    skill_stop(&s);
}

/* Serves these layers and asks for tomorrow in Boulder. */
static void tomorrow(const char *layers, const char *slots, const char *want)
{
    struct skill_world s;
    char all[200];

    skill_start(&s);
    forecast(&s, layers);
    (void)snprintf(all, sizeof all, "location=boulder colorado;when_any=tomorrow;%s", slots);
    skill_says(&s, "MetricIntent", all, want);
    skill_stop(&s);
}

#define SKY LAYER("skyCover", "percent", RUN(DAY, "75"))
#define HIGH LAYER("maxTemperature", "degC", RUN(DAY, "13.3"))
#define CHANCE(percent) LAYER("probabilityOfPrecipitation", "percent", RUN(DAY, percent))

TEST(a_period_is_told_in_one_clause)
{
    tomorrow(SKY HIGH CHANCE("0"), "metric=forecast",
             ">Tomorrow in Boulder, Colorado: mostly cloudy and dry, high 56.<");
    tomorrow(SKY HIGH CHANCE("4"), "metric=weather", "mostly cloudy and dry, high 56.<");
    tomorrow(SKY HIGH CHANCE("5"), "metric=forecast",
             ", a slight chance of precipitation, high 56.<");
    tomorrow(SKY HIGH CHANCE("10"), "metric=forecast",
             ", a slight chance of precipitation, high 56.<");
    tomorrow(SKY HIGH CHANCE("11"), "metric=forecast",
             ", 11 percent chance of precipitation, high 56.<");
    tomorrow(SKY HIGH CHANCE("10"), "metric=chance of rain",
             ">The chance of precipitation is 10 percent tomorrow in Boulder, Colorado");
    tomorrow(SKY HIGH CHANCE("0"), "metric=forecast;units=metric", "high 13.<");
}

TEST(what_the_forecast_lacks_is_not_denied)
{
    tomorrow(
        HIGH LAYER("temperature", "degC", RUN(DAY, "13")), "metric=heat index",
        ">No heat index to speak of tomorrow in Boulder, Colorado, with a high of 56 degrees.<");
    tomorrow(HIGH, "metric=heat index",
             ">The forecast doesn't give the heat index tomorrow in Boulder");
    tomorrow(LAYER("maxTemperature", "degC", RUN(DAY, "35"))
                 LAYER("temperature", "degC", RUN(DAY, "35"))
                     LAYER("heatIndex", "degC", RUN(DAY, "38")),
             "metric=heat index", ">A heat index of 100 degrees tomorrow in Boulder");
    tomorrow(SKY HIGH LAYER("probabilityOfPrecipitation", "percent",
                            RUN("2026-11-23T13:00:00+00:00/PT6H", "0")),
             "metric=forecast", ">Tomorrow in Boulder, Colorado: mostly cloudy, high 56.<");
}

TEST(amounts_are_told_from_a_tenth_of_an_inch)
{
    tomorrow(SKY HIGH CHANCE("60") LAYER("temperature", "degC", RUN(DAY, "13"))
                 LAYER("quantitativePrecipitation", "mm", RUN(DAY, "2.5")),
             "metric=forecast", "60 percent chance of rain, high 56.<");
    tomorrow(SKY HIGH CHANCE("60") LAYER("temperature", "degC", RUN(DAY, "13"))
                 LAYER("quantitativePrecipitation", "mm", RUN(DAY, "12.7")),
             "metric=forecast", "60 percent chance of rain, half an inch, high 56.<");
}

TEST(a_long_list_stays_in_one_breath)
{
    struct skill_world s;
    const char *said;

    skill_start(&s);
    forecast(
        &s,
        SKY HIGH CHANCE("60") LAYER("windSpeed", "km_h-1",
                                    RUN(DAY, "16")) LAYER("windGust", "km_h-1", RUN(DAY, "60"))
            LAYER("windDirection", "degree_(angle)",
                  RUN(DAY, "247")) LAYER("relativeHumidity", "percent", RUN(DAY, "80"))
                LAYER("dewpoint", "degC", RUN(DAY, "4")) LAYER("pressure", "Pa", RUN(DAY, "101000"))
                    WEATHER(DAY, CONDITION("'likely'", "'rain_showers'", "'light'") "," CONDITION(
                                     "'chance'", "'thunderstorms'",
                                     "null") "," CONDITION("'areas'", "'smoke'",
                                                           "null") "," CONDITION("'patchy'",
                                                                                 "'fog'", "null")));
    said = skill_ask(&s, "MetricIntent",
                     "location=boulder colorado;when_any=tomorrow;metric=forecast");
    CHECK(strstr(said, "high 56"));
    CHECK(phrase_count_words(str_of(said)) <= 45);
    skill_shows(&s, "MetricIntent", "location=boulder colorado;when_any=tomorrow;metric=forecast",
                "The dewpoint will be as high as 39 degrees.");
    skill_stop(&s);
}

TEST(help_is_one_breath_unless_everything_is_wanted)
{
    struct skill_world s;
    const char *said;

    skill_start(&s);
    said = skill_ask(&s, "AMAZON.HelpIntent", "");
    CHECK(strstr(said, "are there any alerts"));
    CHECK(phrase_count_words(str_of(said)) <= 35);
    skill_shows(&s, "AMAZON.HelpIntent", "", "set pitch to 90 percent");
    skill_says(&s, "LengthIntent", "length=full", "everything");
    skill_says(&s, "AMAZON.HelpIntent", "", "set pitch to 90 percent");
    skill_stop(&s);
}

TESTS(one_metric_begins_with_its_figure, the_whole_list_is_one_breath,
      feels_like_is_told_from_three_degrees_on, the_station_is_named_only_when_it_matters,
      a_period_is_told_in_one_clause, what_the_forecast_lacks_is_not_denied,
      amounts_are_told_from_a_tenth_of_an_inch, a_long_list_stays_in_one_breath,
      help_is_one_breath_unless_everything_is_wanted)
