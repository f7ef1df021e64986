/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/screen/viewport.c -- what a device can show: versions, sizes, and all that is
 * absurd. */
#include "intents/screen/viewport.h"

#include "tests/test.h"

#define SCREEN "\"Alexa.Presentation.APL\":{\"runtime\":{\"maxVersion\":\"2024.3\"}}"
#define CLOCK "\"Alexa.Presentation.APLT\":{\"runtime\":{\"maxVersion\":\"1.0\"}}"

/* Parses a request with these interfaces and these further members of its context. */
static struct viewport viewport_of(const char *interfaces, const char *more)
{
    struct arena *arena = arena_create(1 << 16);
    struct buf text = BUF_INIT(1 << 16);
    struct viewport v = { .width = -1 };
    struct envelope e;
    struct err err = ERR_NONE;

    CHECK(arena);
    buf_printf(&text,
               "{\"version\":\"1.0\",\"context\":{\"System\":{\"application\":{\"applicationId\":"
               "\"a\"},\"user\":{\"userId\":\"u\"},\"device\":{\"supportedInterfaces\":{%s}}}%s},"
               "\"request\":{\"type\":\"LaunchRequest\",\"requestId\":\"r\",\"timestamp\":\"t\"}}",
               interfaces, more);
    CHECK_INT(envelope_parse(buf_str(&text), arena, &e, &err), ST_OK);
    viewport_read(&e, &v);
    buf_free(&text);
    arena_free(arena);
    return v;
}

static struct viewport sized(const char *viewport)
{
    char more[400];

    (void)snprintf(more, sizeof more, ",\"Viewport\":%s", viewport);
    return viewport_of(SCREEN, more);
}

TEST(versions_are_dotted_numbers)
{
    static const struct {
        const char *version;
        bool is_enough;
    } rows[] = { { "1.4", true },    { "1.4.0", true },     { "1.10", true },
                 { "2024.3", true }, { "2", true },         { "1.3", false },
                 { "1", false },     { "1.1", false },      { "", false },
                 { "abc", false },   { "1.x", false },      { "1.", false },
                 { ".5", false },    { "1..4", false },     { "-1.4", false },
                 { " 1.4", false },  { "1.4-beta", false }, { "99999999999999999999.1", false } };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK_ROW(i,
                  viewport_version_is_at_least(str_of(rows[i].version), 1, 4) == rows[i].is_enough);
}

TEST(only_a_readable_version_is_a_screen)
{
    static const char *const none[] = {
        "",
        "\"Alexa.Presentation.APL\":{}",
        "\"Alexa.Presentation.APL\":null",
        "\"Alexa.Presentation.APL\":[]",
        "\"Alexa.Presentation.APL\":{\"runtime\":{\"maxVersion\":1.9}}",
        "\"Alexa.Presentation.APL\":{\"runtime\":{\"maxVersion\":\"\"}}",
        "\"Alexa.Presentation.APL\":{\"runtime\":\"2024.3\"}",
        "\"Alexa\":{\"Presentation\":{\"APL\":{\"runtime\":{\"maxVersion\":\"1.9\"}}}}",
        CLOCK,
    };

    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        CHECK_ROW(i, !viewport_of(none[i], "").has_screen);
    CHECK(viewport_of(SCREEN, "").has_screen);
    CHECK(viewport_of(SCREEN "," CLOCK, "").has_screen);
    CHECK(viewport_of(SCREEN "," CLOCK, "").has_digits);
}

TEST(a_clock_has_four_characters)
{
    CHECK(viewport_of(CLOCK, "").has_digits);
    CHECK(viewport_of(CLOCK, ",\"Viewports\":[{\"type\":\"APLT\",\"supportedProfiles\":"
                             "[\"FOUR_CHARACTER_CLOCK\"]}]")
              .has_digits);
    CHECK(!viewport_of(CLOCK, ",\"Viewports\":[{\"type\":\"APLT\",\"supportedProfiles\":"
                              "[\"NONE\"]}]")
               .has_digits);
    CHECK(viewport_of(CLOCK, ",\"Viewports\":[1,null,{\"type\":7}]").has_digits);
}

TEST(pixels_become_dp)
{
    struct viewport v = sized("{\"shape\":\"RECTANGLE\",\"dpi\":320,\"pixelWidth\":1920,"
                              "\"pixelHeight\":1080}");

    CHECK_INT(v.width, 960);
    CHECK_INT(v.height, 540);
    CHECK(!v.round);
    v = sized("{\"shape\":\"ROUND\",\"dpi\":160,\"pixelWidth\":480,\"pixelHeight\":480}");
    CHECK_INT(v.width, 480);
    CHECK(v.round);
}

TEST(a_turned_screen_has_its_pixels_as_they_are_now)
{
    struct viewport v = sized("{\"dpi\":160,\"pixelWidth\":1920,\"pixelHeight\":1080,"
                              "\"currentPixelWidth\":1080,\"currentPixelHeight\":1920}");

    CHECK_INT(v.width, 1080);
    CHECK_INT(v.height, 1920);
}

TEST(what_is_absurd_is_a_rectangle_of_1280_by_800)
{
    static const char *const absurd[] = {
        "null",
        "[]",
        "\"wide\"",
        "{}",
        "{\"shape\":\"ROUND\",\"dpi\":160,\"pixelWidth\":0,\"pixelHeight\":480}",
        "{\"shape\":\"ROUND\",\"dpi\":160,\"pixelWidth\":-480,\"pixelHeight\":480}",
        "{\"shape\":\"ROUND\",\"dpi\":0,\"pixelWidth\":480,\"pixelHeight\":480}",
        "{\"shape\":\"ROUND\",\"dpi\":160,\"pixelWidth\":1e9,\"pixelHeight\":480}",
        "{\"shape\":\"ROUND\",\"dpi\":160,\"pixelWidth\":\"480\",\"pixelHeight\":480}",
        "{\"shape\":\"ROUND\",\"dpi\":\"160\",\"pixelWidth\":480,\"pixelHeight\":480}",
        "{\"shape\":\"ROUND\",\"pixelWidth\":480,\"pixelHeight\":480}",
    };

    for (size_t i = 0; i < sizeof absurd / sizeof absurd[0]; i++) {
        struct viewport v = sized(absurd[i]);
        CHECK_ROW(i, v.has_screen && v.width == 1280 && v.height == 800 && !v.round);
    }
}

TEST(sizes_are_kept_within_bounds)
{
    struct viewport v = sized("{\"dpi\":160,\"pixelWidth\":3,\"pixelHeight\":99999}");

    CHECK_INT(v.width, VIEWPORT_DP_MIN);
    CHECK_INT(v.height, VIEWPORT_DP_MAX);
}

TESTS(versions_are_dotted_numbers, only_a_readable_version_is_a_screen, a_clock_has_four_characters,
      pixels_become_dp, a_turned_screen_has_its_pixels_as_they_are_now,
      what_is_absurd_is_a_rectangle_of_1280_by_800, sizes_are_kept_within_bounds)
