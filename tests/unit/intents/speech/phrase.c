/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/speech/phrase.c -- spoken times, dates, lists, sky cover and conditions. */
#include "intents/speech/phrase.h"

#include "server/base/civil.h"
#include "tests/test.h"

TEST(lists_times_durations_and_dates_are_spelled_out)
{
    struct buf out = BUF_INIT(400);

    for (size_t i = 0; i < 3; i++) {
        phrase_put_separator(&out, i, 3);
        buf_putc(&out, (char)('a' + (int)i));
    }
    buf_putz(&out, "; ");
    phrase_put_time(&out, (struct civil){ .hour = 15, .minute = 53 });
    buf_putz(&out, "; ");
    phrase_put_time(&out, (struct civil){ .hour = 0, .minute = 5 });
    buf_putz(&out, "; ");
    phrase_put_time(&out, (struct civil){ .hour = 12 });
    buf_putz(&out, "; ");
    phrase_put_duration(&out, 59);
    buf_putz(&out, "; ");
    phrase_put_duration(&out, 7800);
    buf_putz(&out, "; ");
    phrase_put_duration(&out, 3660);
    buf_putz(&out, "; ");
    phrase_put_duration(&out, 10800);
    buf_putz(&out, "; ");
    for (int day = 1; day <= 31; day += day < 4 || day > 20 ? 1 : 7) {
        phrase_put_date(&out, 3, day);
        buf_putc(&out, ' ');
    }
    CHECK_STR(
        buf_z(&out),
        "a, b and c; 3:53 P.M.; 12:05 A.M.; noon; 1 minute; 2 hours and 10 minutes; 1 hour "
        "and 1 minute; 3 hours; March 1st March 2nd March 3rd March 4th March 11th March 18th "
        "March 25th March 26th March 27th March 28th March 29th March 30th March 31st ");
    buf_free(&out);
}

TEST(moments_are_named_relative_to_today)
{
    static const struct {
        const char *want;
        struct civil then;
    } cases[] = {
        { "today at 3 P.M.", { .year = 2026, .month = 11, .day = 22, .hour = 15 } },
        { "tomorrow at 6:30 A.M.",
          { .year = 2026, .month = 11, .day = 23, .hour = 6, .minute = 30 } },
        { "Friday at 6 A.M.", { .year = 2026, .month = 11, .day = 27, .hour = 6, .weekday = 5 } },
        { "December 3rd at noon", { .year = 2026, .month = 12, .day = 3, .hour = 12 } },
        { "tonight at midnight", { .year = 2026, .month = 11, .day = 23, .weekday = 1 } },
        { "tomorrow night at midnight", { .year = 2026, .month = 11, .day = 24, .weekday = 2 } },
        { "Friday night at midnight", { .year = 2026, .month = 11, .day = 28, .weekday = 6 } },
        { "the night of November 30th at midnight", { .year = 2026, .month = 12, .day = 1 } },
        { "last night at midnight", { .year = 2026, .month = 11, .day = 22 } },
        { "yesterday at 11 P.M.", { .year = 2026, .month = 11, .day = 21, .hour = 23 } },
        { "November 2nd at 1 A.M.", { .year = 2026, .month = 11, .day = 2, .hour = 1 } },
    };
    const struct civil now = { .year = 2026, .month = 11, .day = 22, .hour = 23 };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out = BUF_INIT(100);
        phrase_put_day_and_time(&out, cases[i].then, now);
        CHECK_STR(buf_z(&out), cases[i].want);
        buf_free(&out);
    }
}

TEST(sky_cover_changes_its_name_at_the_nws_thresholds)
{
    static const struct {
        double percent;
        const char *day, *night;
    } cases[] = {
        { 0, "sunny", "clear" },
        { 5, "sunny", "clear" },
        { 6, "sunny", "mostly clear" },
        { 25, "sunny", "mostly clear" },
        { 26, "mostly sunny", "partly cloudy" },
        { 50, "mostly sunny", "partly cloudy" },
        { 51, "partly sunny", "mostly cloudy" },
        { 69, "partly sunny", "mostly cloudy" },
        { 70, "mostly cloudy", "mostly cloudy" },
        { 87, "mostly cloudy", "mostly cloudy" },
        { 88, "cloudy", "cloudy" },
        { 100, "cloudy", "cloudy" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_STR(phrase_sky_cover(cases[i].percent, true), cases[i].day);
        CHECK_STR(phrase_sky_cover(cases[i].percent, false), cases[i].night);
    }
}

TEST(conditions_have_coverage_intensity_and_attributes)
{
    static const struct {
        const char *coverage, *weather, *intensity, *attributes[4], *want;
    } cases[] = {
        { "slight_chance",
          "rain_showers",
          "light",
          { NULL },
          "a slight chance of light rain showers" },
        { "chance", "thunderstorms", "", { NULL }, "a chance of thunderstorms" },
        { "likely", "rain", "heavy", { NULL }, "heavy rain likely" },
        { "definite", "snow", "moderate", { NULL }, "snow" },
        { "areas", "fog", "", { NULL }, "areas of fog" },
        { "patchy", "blowing_snow", "", { NULL }, "patchy blowing snow" },
        { "", "haze", "", { NULL }, "haze" },
        { "few", "sleet", "very_light", { NULL }, "a few very light sleet" },
        { "chance",
          "thunderstorms",
          "heavy",
          { "heavy_rain", "damaging_wind", "large_hail" },
          "a chance of heavy thunderstorms with heavy rain, damaging winds and large hail" },
        { "scattered",
          "thunderstorms",
          "",
          { "tornadoes" },
          "scattered thunderstorms with possible tornadoes" },
        { "unheard_of", "frogs", "", { "odd_ones" }, "unheard of frogs with odd ones" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out = BUF_INIT(200);
        phrase_put_condition(&out, (struct phrase_condition){ cases[i].coverage, cases[i].weather,
                                                              cases[i].intensity,
                                                              cases[i].attributes, 4 });
        CHECK_STR(buf_z(&out), cases[i].want);
        buf_free(&out);
    }
}

TEST(descriptions_are_lowered_and_sentences_capitalized)
{
    struct buf out = BUF_INIT(100);

    phrase_put_description(&out, STR("Light Rain and Fog/Mist"));
    CHECK_STR(buf_z(&out), "light rain and fog or mist");
    phrase_capitalize(&out, 0);
    CHECK_STR(buf_z(&out), "Light rain and fog or mist");
    phrase_capitalize(&out, out.n);
    buf_free(&out);
}

TESTS(lists_times_durations_and_dates_are_spelled_out, moments_are_named_relative_to_today,
      sky_cover_changes_its_name_at_the_nws_thresholds,
      conditions_have_coverage_intensity_and_attributes,
      descriptions_are_lowered_and_sentences_capitalized)
