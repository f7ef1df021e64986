/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/speech/metric_text.c -- the figures of NWS text in metric units. */
#include "intents/speech/metric_text.h"

#include "tests/test.h"

static void check_rows(const char *const (*rows)[2], size_t count)
{
    struct buf out = BUF_INIT(10000);

    for (size_t i = 0; i < count; i++) {
        buf_reset(&out);
        metric_text_put(&out, str_of(rows[i][0]));
        CHECK_SLICE(buf_str(&out), rows[i][1]);
    }
    buf_free(&out);
}
#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof((rows)[0]))

TEST(a_figure_is_told_with_a_metric_unit)
{
    static const char *const rows[][2] = {
        { "Northwest wind 5 to 10 miles per hour, with gusts as high as 21 miles per hour.",
          "Northwest wind 8 to 16 kilometers per hour, with gusts as high as 34 kilometers per "
          "hour." },
        { "Winds 15 to 25 mph and 30 kt gusts.",
          "Winds 24 to 40 kilometers per hour and 56 kilometers per hour gusts." },
        { "Quarter inch hail within 1/4 mile, or 60 plus miles per hour winds.",
          "6 millimeters hail within 400 meters, or 97 kilometers per hour winds." },
        { "Visibility one quarter mile or less above 5,500 feet, for 12 miles.",
          "Visibility 400 meters or less above 1680 meters, for 19 kilometers." },
        { "Seas 3 to 5 feet. The level is 12.5 feet.",
          "Seas 0.9 to 1.5 meters. The level is 3.8 meters." },
        { "Snow of 1 to 3 inches, up to 6 inches on 2 feet of old snow.",
          "Snow of 3 to 8 centimeters, up to 15 centimeters on 61 centimeters of old snow." },
        { "New rainfall amounts between a half and three quarters of an inch possible.",
          "New rainfall amounts between 13 and 19 millimeters possible." },
        { "New rainfall amounts less than a tenth of an inch possible.",
          "New rainfall amounts less than 3 millimeters possible." },
        { "Ice of 0.25 inches, and 1 1/2 inches of rain.",
          "Ice of 6 millimeters, and 38 millimeters of rain." },
        { "Temperatures 5 to 10 degrees below normal.", "Temperatures 3 to 6 degrees below "
                                                        "normal." },
        { "It was 32 degrees Fahrenheit and -5 degrees Celsius.",
          "It was 0 degrees and -5 degrees Celsius." },
        { "Pressure 29.92 inches of mercury.", "Pressure 1013 hectopascals." },
    };

    CHECK_ROWS(rows);
}

TEST(a_temperature_is_known_by_the_words_before_it)
{
    static const char *const rows[][2] = {
        { "Sunny, with a high near 75.", "Sunny, with a high near 24." },
        { "Partly cloudy. Low around 44, with temperatures rising to around 46 overnight.",
          "Partly cloudy. Low around 7, with temperatures rising to around 8 overnight." },
        { "Heat index values as high as 105. Wind chill values between minus 10 and 5.",
          "Heat index values as high as 41. Wind chill values between -23 and -15." },
        { "Wind chills as low as 20 to 25 below zero.", "Wind chills as low as -29 to -32." },
        { "Highs in the upper 70s to lower 80s. Lows 15 to 25.",
          "Highs from 25 to 28. Lows -9 to -4." },
        { "Temperatures in the 60s.", "Temperatures from 16 to 21." },
    };

    CHECK_ROWS(rows);
}

TEST(other_numbers_stay)
{
    static const char *const rows[][2] = {
        { "Chance of precipitation is 90 percent.", "Chance of precipitation is 90 percent." },
        { "Rain before 4 P.M., then between 8 P.M. and 10:30 P.M.",
          "Rain before 4 P.M., then between 8 P.M. and 10:30 P.M." },
        { "High around 6 P.M. on June 17.", "High around 6 P.M. on June 17." },
        { "Interstate 70 and Highway 36, exit 12, EF2, I-25.",
          "Interstate 70 and Highway 36, exit 12, EF2, I-25." },
        { "Humidity as low as 15 percent for 3 hours.", "Humidity as low as 15 percent for 3 "
                                                        "hours." },
        { "At 40 degrees north.", "At 40 degrees north." },
        { "A few storms are possible, one after another.",
          "A few storms are possible, one after another." },
        { "6/17/2026 at 10:30", "6/17/2026 at 10:30" },
        { "", "" },
        { "5", "5" },
    };

    CHECK_ROWS(rows);
}

TEST(tags_are_copied)
{
    static const char *const rows[][2] = {
        { "<p>Winds 10 to 15 mph.<break time=\"5 mph\"/></p> Highs near 50.",
          "<p>Winds 16 to 24 kilometers per hour.<break time=\"5 mph\"/></p> Highs near 10." },
        { "<p", "<p" },
    };

    CHECK_ROWS(rows);
}

TEST(a_listener_with_us_units_hears_the_text_as_it_is)
{
    struct buf out = BUF_INIT(1000);

    buf_putz(&out, "75: a high near 75");
    metric_text_convert(&out, 4, UNITS_US);
    CHECK_SLICE(buf_str(&out), "75: a high near 75");
    metric_text_convert(&out, 4, UNITS_METRIC);
    CHECK_SLICE(buf_str(&out), "75: a high near 24");
    buf_free(&out);
}

TESTS(a_figure_is_told_with_a_metric_unit, a_temperature_is_known_by_the_words_before_it,
      other_numbers_stay, tags_are_copied, a_listener_with_us_units_hears_the_text_as_it_is)
