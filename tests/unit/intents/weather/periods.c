/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/periods.c -- decoding and fetching the extended forecast. */
#include "intents/weather/periods.h"

#include "server/base/zone.h"
#include "tests/test.h"
#include "tests/unit/intents/weather/nws_case.h"
#include "tests/unit/intents/weather/weather_world.h"

#define GRIDPOINT "/gridpoints/DVN/30,86"

static struct world world;

static struct place place_of(struct arena *arena)
{
    return (struct place){ .city = STR("Cedar Rapids"),
                           .state = "IA",
                           .lat = 41.978,
                           .lon = -91.67,
                           .zone = zone_get(STR("America/Chicago")),
                           .forecast_url = arena_printf(arena, "%s" GRIDPOINT "/forecast",
                                                        world.upstream.base) };
}

static enum status ask(const char *now, struct forecast_periods *ret, struct err *err)
{
    struct call call = world_call(&world);
    struct place place = place_of(world.arena);

    call.now = case_time(now);
    return periods_get(world.nws, &call, &place, ret, err);
}

TEST(periods_have_name_text_and_times)
{
    char *text = case_read("periods-cedar-rapids-2024.json");
    struct forecast_periods p;
    struct err err = ERR_NONE;

    world_start(&world);
    fake_set(&world.upstream, GRIDPOINT "/forecast", 200, text);
    CHECK(ask("2024-05-21T19:34:00Z", &p, &err) == ST_OK);
    CHECK_INT(p.count, 6);
    CHECK_STR(p.at[0].name, "This Afternoon");
    CHECK(p.at[0].daytime && !p.at[1].daytime);
    CHECK(p.at[0].start == case_time("2024-05-21T14:00:00-05:00"));
    CHECK(p.at[0].end == case_time("2024-05-21T18:00:00-05:00"));
    CHECK_STR(p.at[2].brief, "Sunny");
    CHECK_STR(p.at[4].text, "Sunny, with a high near 80.");
    CHECK(!p.stale);
    world_stop(&world);
    free(text);
}

TEST(periods_that_have_ended_are_left_out)
{
    static const struct {
        const char *now;
        size_t count;
        const char *first;
    } cases[] = {
        { "2024-05-21T22:59:59Z", 6, "This Afternoon" },
        { "2024-05-21T23:00:00Z", 5, "Tonight" },
        { "2024-05-23T12:00:00Z", 2, "Thursday" },
        { "2024-05-30T12:00:00Z", 0, "" },
    };
    char *text = case_read("periods-cedar-rapids-2024.json");

    world_start(&world);
    fake_set(&world.upstream, GRIDPOINT "/forecast", 200, text);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct forecast_periods p;
        CHECK_ROW(i, ask(cases[i].now, &p, NULL) == ST_OK);
        CHECK_ROW(i, p.count == cases[i].count);
        CHECK_ROW(i, p.count == 0 || strcmp(p.at[0].name, cases[i].first) == 0);
    }
    CHECK_INT(fake_asked(&world.upstream, GRIDPOINT "/forecast"), 1);
    world_stop(&world);
    free(text);
}

#define PERIOD(name, start, end, text)                                                       \
    "{'name':" name ",'startTime':'2026-06-0" start ":00:00-05:00','endTime':'2026-06-0" end \
    ":00:00-05:00','isDaytime':true,'detailedForecast':" text "}"

TEST(entries_without_text_or_time_are_left_out_and_the_rest_sorted)
{
    char *text = case_quoted("{'periods':[" PERIOD("'Monday'", "1T18", "2T06", "'b'") "," PERIOD(
        "''", "1T06", "1T18",
        "'no name'") "," PERIOD("'Empty'", "1T06", "1T18",
                                "''") "," PERIOD("'Backwards'", "1T18", "1T06",
                                                 "'x'") "," PERIOD("null", "1T06", "1T18",
                                                                   "'x'") "," PERIOD("'Sunday'",
                                                                                     "1T06", "1T18",
                                                                                     "' a '") ",nul"
                                                                                              "l,7,"
                                                                                              "{}]"
                                                                                              "}");
    struct object *object = NULL;
    struct forecast_periods p;

    CHECK(periods_decode(str_of(text), &object, NULL) == ST_OK);
    object_release(object);
    world_start(&world);
    fake_set(&world.upstream, GRIDPOINT "/forecast", 200, text);
    CHECK(ask("2026-06-01T00:00:00Z", &p, NULL) == ST_OK);
    CHECK_INT(p.count, 2);
    CHECK_STR(p.at[0].name, "Sunday");
    CHECK_STR(p.at[0].text, "a");
    CHECK_STR(p.at[1].name, "Monday");
    world_stop(&world);
    free(text);
}

TEST(documents_without_a_list_are_rejected)
{
    static const char *const texts[] = {
        "", "[]", "{}", "{'properties':{}}", "{'properties':{'periods':{}}}", "{'periods':7}"
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char *text = case_quoted(texts[i]);
        struct object *object = NULL;
        CHECK_ROW(i, periods_decode(str_of(text), &object, NULL) == ST_INVALID && !object);
        free(text);
    }
}

TEST(a_failing_service_is_unavailable_and_a_missing_url_not_found)
{
    struct call call;
    struct place place;
    struct forecast_periods p;
    struct err err = ERR_NONE;

    world_start(&world);
    fake_set(&world.upstream, GRIDPOINT "/forecast", 503, "{'title':'Forecast Grid Expired'}");
    CHECK(ask("2026-06-01T00:00:00Z", &p, &err) == ST_UNAVAILABLE);
    CHECK(err.status == ST_UNAVAILABLE && err.text[0] != '\0');

    err_clear(&err);
    call = world_call(&world);
    place = place_of(world.arena);
    place.forecast_url = STR_NONE;
    CHECK(periods_get(world.nws, &call, &place, &p, &err) == ST_NOT_FOUND);
    CHECK_STR(err.reason, "no_forecast");
    world_stop(&world);
}

TEST(a_call_that_may_not_wait_needs_a_cached_document)
{
    char *text = case_read("periods-lumberton-2025.json");
    struct call call;
    struct place place;
    struct forecast_periods p;
    struct err err = ERR_NONE;

    world_start(&world);
    fake_set(&world.upstream, GRIDPOINT "/forecast", 200, text);
    place = place_of(world.arena);
    call = world_call(&world);
    call.now = case_time("2025-12-19T13:00:00Z");
    call.deadline = NO_WAIT;
    CHECK(periods_get(world.nws, &call, &place, &p, &err) == ST_WOULD_WAIT);
    CHECK(err.status == ST_OK && fake_asked(&world.upstream, NULL) == 0);
    call.deadline = world_deadline();
    CHECK(periods_get(world.nws, &call, &place, &p, &err) == ST_OK);
    call.deadline = NO_WAIT;
    CHECK(periods_get(world.nws, &call, &place, &p, &err) == ST_OK);
    CHECK_STR(p.at[0].name, "Today");
    world_stop(&world);
    free(text);
}

TESTS(periods_have_name_text_and_times, periods_that_have_ended_are_left_out,
      entries_without_text_or_time_are_left_out_and_the_rest_sorted,
      documents_without_a_list_are_rejected,
      a_failing_service_is_unavailable_and_a_missing_url_not_found,
      a_call_that_may_not_wait_needs_a_cached_document)
