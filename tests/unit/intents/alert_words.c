/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/alert_words.c -- one alert in a sentence, and its details. */
#include "intents/alert_words.h"

#include "tests/test.h"

/* Wednesday, June 17, 2026, 10 A.M. in Boulder. */
enum { NOW = 1781712000, HOUR = 3600, DAY = 86400 };

static struct place boulder(void)
{
    return (struct place){ .city = STR("Boulder"),
                           .state = "CO",
                           .state_name = STR("Colorado"),
                           .zone = zone_get(STR("America/Denver")),
                           .forecast_zone_id = STR("COZ039"),
                           .forecast_zone_name = STR("Boulder And Jefferson Below 6000 Feet"),
                           .county_zone_id = STR("COC013"),
                           .county_zone_name = STR("Boulder") };
}

static struct alert wind_advisory(void)
{
    return (struct alert){ .id = "",
                           .event = "Wind Advisory",
                           .area = "Boulder",
                           .headline = "",
                           .description = "",
                           .instruction = "",
                           .zones = "" };
}

typedef void put_fn(struct buf *out, const struct alert *a, const struct alert_listener *listener);

static void check(put_fn *put, const struct alert *a, const char *listener, const char *want)
{
    struct place place = boulder();
    const struct alert_listener who = {
        &place, { place.zone, listener ? zone_get(str_of(listener)) : NULL, NOW }, NOW, UNITS_US
    };
    struct buf out = BUF_INIT(10000);

    put(&out, a, &who);
    CHECK_STR(buf_z(&out), want);
    buf_free(&out);
}

static void check_summary(const struct alert *a, const char *listener, const char *want)
{
    check(alert_words_put_summary, a, listener, want);
}

static void check_details(const struct alert *a, const char *want)
{
    check(alert_words_put_details, a, NULL, want);
}

TEST(a_summary_says_what_and_when)
{
    static const struct {
        int64_t onset, until;
        const char *want;
    } cases[] = {
        { 0, 0, "Wind Advisory." },
        { 0, NOW + 4 * HOUR, "Wind Advisory until 2 P.M. today." },
        { NOW - HOUR, NOW + 11 * HOUR, "Wind Advisory until 9 P.M. tonight." },
        { 0, NOW + 14 * HOUR, "Wind Advisory until midnight tonight." },
        { 0, NOW + 26 * HOUR, "Wind Advisory until noon tomorrow." },
        { 0, NOW + 38 * HOUR, "Wind Advisory until midnight tomorrow night." },
        { NOW + HOUR, NOW + 3 * DAY + HOUR / 2,
          "Wind Advisory from 11 A.M. today until 10:30 A.M. Saturday." },
        { NOW + DAY, 0, "Wind Advisory from 10 A.M. tomorrow." },
        { 0, NOW + 10 * DAY, "Wind Advisory until 10 A.M. June 27th." },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct alert a = wind_advisory();
        a.onset = cases[i].onset;
        a.until = cases[i].until;
        check_summary(&a, NULL, cases[i].want);
        check_summary(&a, "America/Denver", cases[i].want);
    }
}

TEST(the_zone_is_named_to_a_listener_who_has_another)
{
    struct alert a = wind_advisory();

    a.onset = NOW + HOUR;
    a.until = NOW + 5 * HOUR;
    check_summary(
        &a, "America/Chicago",
        "Wind Advisory from 11 A.M. Mountain time today until 3 P.M. Mountain time today.");
}

TEST(a_summary_says_where_unless_it_is_the_place)
{
    static const struct {
        const char *area, *zones;
        size_t zone_count;
        const char *want;
    } cases[] = {
        { "", "", 0, "Wind Advisory until 2 P.M. today." },
        { "Boulder, CO", "", 0, "Wind Advisory until 2 P.M. today." },
        { "Boulder and Vicinity", "", 0, "Wind Advisory until 2 P.M. today." },
        { "Boulder Dam", "", 0, "Wind Advisory for Boulder Dam, until 2 P.M. today." },
        { "Larimer", "", 0, "Wind Advisory for Larimer, until 2 P.M. today." },
        { "Boulder; Larimer", "", 0, "Wind Advisory for Boulder and Larimer, until 2 P.M. today." },
        { "Adams; Larimer; Weld", "", 0,
          "Wind Advisory for Adams, Larimer and Weld, until 2 P.M. today." },
        { "Adams, CO; Larimer, CO", "", 0,
          "Wind Advisory for Adams, Colorado, and Larimer, Colorado, until 2 P.M. today." },
        { "Adams; ; Boulder; Larimer; Weld", "", 0,
          "Wind Advisory for Boulder and 3 other areas, until 2 P.M. today." },
        { "Adams; Denver; Larimer; Weld", "", 0,
          "Wind Advisory for Adams, Denver and 2 other areas, until 2 P.M. today." },
        /* The zone's id tells which area is its own. */
        { "Adams; Denver; Larimer; Weld", "COZ040\0COZ038\0COZ039\0COZ041", 4,
          "Wind Advisory for Larimer and 3 other areas, until 2 P.M. today." },
        { "Adams; Denver; Larimer; Weld", "COZ040\0COZ039", 2,
          "Wind Advisory for Adams, Denver and 2 other areas, until 2 P.M. today." },
        { ";;;;", "COZ040\0COZ039", 2, "Wind Advisory until 2 P.M. today." },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct alert a = wind_advisory();
        a.until = NOW + 4 * HOUR;
        a.area = cases[i].area;
        a.zones = cases[i].zones;
        a.zone_count = cases[i].zone_count;
        check_summary(&a, NULL, cases[i].want);
    }
}

TEST(an_alert_without_a_name_is_an_alert)
{
    struct alert a = wind_advisory();

    a.event = "";
    check_summary(&a, NULL, "An alert.");
}

TEST(headlines_that_repeat_the_summary_are_left_out)
{
    static const struct {
        const char *headline, *description, *want;
    } cases[] = {
        { "Wind Advisory issued June 17 at 8:00AM MDT by NWS Denver CO", "", "" },
        { "Wind Advisory issued June 17 at 8:00AM MDT until 9:00PM MDT", "Hold on.", " Hold on." },
        { "wind advisory", "Hold on.", " Hold on." },
        { "HOLD ON", "Hold on to your hats.", " Hold on to your hats." },
        { "Roads are closed", "Hold on.", " Roads are closed. Hold on." },
        { "", "...WIND ADVISORY IN EFFECT UNTIL 9 PM MDT...\n\nHold on.", " Hold on." },
        { "",
          "...WIND ADVISORY\nREMAINS IN EFFECT...\r\n\r\n...HIGH WIND WATCH IN EFFECT...\n\n* "
          "WHAT...Wind.",
          " What: Wind." },
        { "", "...ROADS ARE CLOSED...\n\nHold on.", " Roads are closed. Hold on." },
        { "", "...WIND ADVISORY IN EFFECT...", " Wind advisory in effect." },
        { "", "", "" },
        { "", "$$", "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct alert a = wind_advisory();
        a.headline = cases[i].headline;
        a.description = cases[i].description;
        check_details(&a, cases[i].want);
    }
}

TEST(details_end_with_the_instruction)
{
    struct alert a = wind_advisory();

    a.description = "* WHEN...Until 330 PM\n\n* IMPACTS...Tree limbs may fall. Call 911, or see "
                    "www.weather.gov.";
    a.instruction = "Use caution";
    check_details(&a,
                  " When: Until 3:30 P.M. Impacts: Tree limbs may fall. Call 911. Use caution.");
}

TESTS(a_summary_says_what_and_when, the_zone_is_named_to_a_listener_who_has_another,
      a_summary_says_where_unless_it_is_the_place, an_alert_without_a_name_is_an_alert,
      headlines_that_repeat_the_summary_are_left_out, details_end_with_the_instruction)
