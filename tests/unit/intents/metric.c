/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/metric.c -- which phrase means which metric. */
#include "intents/metric.h"

#include "tests/test.h"

/* Flags: L = Add and Remove accept it, F = it asks for a forecast. */
TEST(every_phrase_for_a_metric_is_known)
{
    static const struct {
        const char *form;
        enum metric_id id;
        const char *flags;
    } cases[] = {
        { "temp", METRIC_TEMPERATURE, "L" },
        { "temperature", METRIC_TEMPERATURE, "L" },
        { "wind chill", METRIC_TEMPERATURE, "L" },
        { "heat index", METRIC_TEMPERATURE, "L" },
        { "precipitation", METRIC_PRECIPITATION, "L" },
        { "chance of rain", METRIC_PRECIPITATION, "LF" },
        { "chance of snow", METRIC_PRECIPITATION, "LF" },
        { "rain chance", METRIC_PRECIPITATION, "LF" },
        { "snow chance", METRIC_PRECIPITATION, "LF" },
        { "rain", METRIC_PRECIPITATION, "L" },
        { "rainy", METRIC_PRECIPITATION, "" },
        { "raining", METRIC_PRECIPITATION, "" },
        { "snow", METRIC_PRECIPITATION, "L" },
        { "snowy", METRIC_PRECIPITATION, "" },
        { "snowing", METRIC_PRECIPITATION, "" },
        { "skys", METRIC_SKYS, "L" },
        { "cloudy", METRIC_SKYS, "" },
        { "overcast", METRIC_SKYS, "" },
        { "clear", METRIC_SKYS, "" },
        { "sunny", METRIC_SKYS, "" },
        { "wind", METRIC_WIND, "L" },
        { "windy", METRIC_WIND, "" },
        { "barometric pressure", METRIC_PRESSURE, "L" },
        { "pressure", METRIC_PRESSURE, "L" },
        { "humidity", METRIC_HUMIDITY, "L" },
        { "relative humidity", METRIC_HUMIDITY, "L" },
        { "dewpoint", METRIC_DEWPOINT, "L" },
        { "dew point", METRIC_DEWPOINT, "L" },
        { "summary", METRIC_SUMMARY, "L" },
        { "weather", METRIC_ALL, "" },
        { "conditions", METRIC_ALL, "" },
        { "forecast", METRIC_ALL, "F" },
        { "extended forecast", METRIC_EXTENDED, "F" },
        { "alerts", METRIC_ALERTS, "" },
        { "the temperature", METRIC_TEMPERATURE, "L" },
        { "any alerts", METRIC_ALERTS, "" },
        { "forecast's", METRIC_ALL, "F" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct metric_words w;
        if (!metric_find(str_of(cases[i].form), &w))
            fail_msg("%s is not known", cases[i].form);
        CHECK_ROW(i, w.id == cases[i].id);
        CHECK_ROW(i, w.listable == !!strchr(cases[i].flags, 'L'));
        CHECK_ROW(i, w.forecast == !!strchr(cases[i].flags, 'F'));
        CHECK_ROW(i, !w.listable || (int)w.id < METRIC_DEFAULTS);
    }
}

TEST(other_words_are_not_a_metric)
{
    static const char *const words[] = {
        "", "?", "tempo", "rain rain", "weather in boulder", "the"
    };
    struct metric_words w;

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        CHECK_ROW(i, !metric_find(str_of(words[i]), &w));
}

TEST(the_default_metrics_are_in_order_and_found_by_name)
{
    static const char *const want[] = {
        "summary", "temperature",         "precipitation",     "skys",
        "wind",    "barometric pressure", "relative humidity", "dewpoint"
    };
    enum metric_id id;

    CHECK_INT(sizeof want / sizeof want[0], METRIC_DEFAULTS);
    for (int i = 0; i < METRIC_DEFAULTS; i++) {
        CHECK_STR(metric_name((enum metric_id)i), want[i]);
        CHECK(metric_by_name(str_of(want[i]), &id) && (int)id == i);
    }
    CHECK(!metric_by_name(STR("alerts"), &id) && !metric_by_name(STR("Summary"), &id));
    CHECK_STR(metric_name(METRIC_COUNT), "");
}

TESTS(every_phrase_for_a_metric_is_known, other_words_are_not_a_metric,
      the_default_metrics_are_in_order_and_found_by_name)
