/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/gridpoint.c -- fetching the documents of a grid point, also after its
 * grid has moved. */
#include "intents/weather/gridpoint.h"

#include "intents/weather/grid.h"
#include "intents/weather/periods.h"
#include "server/base/zone.h"
#include "tests/test.h"
#include "tests/unit/intents/weather/nws_case.h"
#include "tests/unit/intents/weather/weather_world.h"

#define API "https://api.weather.gov"
#define OLD "/gridpoints/OKX/33,35"
#define NEW "/gridpoints/OKX/34,36"
#define POINT "/points/40.7,-74"
#define POINT_BODY(at)                                                               \
    "{\"properties\":{\"cwa\":\"OKX\",\"gridId\":\"OKX\",\"gridX\":34,\"gridY\":36," \
    "\"forecast\":\"" API at "/forecast\",\"forecastGridData\":\"" API at "\","      \
    "\"timeZone\":\"America/New_York\"}}"

static struct world world;
static char *grid_body, *periods_body;

static void setup(void)
{
    world_start(&world);
    grid_body = case_read("grid-tuscaloosa-2024.json");
    periods_body = case_read("periods-lumberton-2025.json");
}

static void teardown(void)
{
    world_stop(&world);
    free(grid_body);
    free(periods_body);
}

static struct place old_place(void)
{
    return (struct place){ .key = STR("new_york_new_york"),
                           .city = STR("New York"),
                           .state = "NY",
                           .state_name = STR("New York"),
                           .lat = 40.7,
                           .lon = -74.0,
                           .zone = zone_get(STR("America/New_York")),
                           .grid_url = arena_printf(world.arena, "%s" OLD, world.upstream.base),
                           .forecast_url = arena_printf(world.arena, "%s" OLD "/forecast",
                                                        world.upstream.base) };
}

static void check_url(struct str url, const char *path)
{
    char want[256];

    (void)snprintf(want, sizeof want, "%s%s", world.upstream.base, path);
    CHECK_SLICE(url, want);
}

TEST(a_grid_is_fetched_once_and_then_cached)
{
    struct place place;
    struct call call;
    struct grid_answer a;
    double value;

    setup();
    fake_set(&world.upstream, OLD, 200, grid_body);
    place = old_place();
    call = world_call(&world);
    call.deadline = NO_WAIT;
    CHECK(grid_get(world.nws, &call, &place, &a, NULL) == ST_WOULD_WAIT);
    call.deadline = world_deadline();
    CHECK(grid_get(world.nws, &call, &place, &a, NULL) == ST_OK);
    call.deadline = NO_WAIT;
    CHECK(grid_get(world.nws, &call, &place, &a, NULL) == ST_OK);
    CHECK(!a.stale && a.age_s < 60);
    CHECK(grid_at(a.grid, GRID_TEMPERATURE, case_time("2024-02-23T12:00:00Z"), &value));
    CHECK_NEAR(value, 13.888889, 1e-6);
    CHECK_INT(fake_asked(&world.upstream, NULL), 1);
    teardown();
}

TEST(a_missing_grid_causes_its_point_to_be_fetched_again)
{
    struct place place;
    struct call call;
    struct grid_answer a;

    setup();
    fake_set(&world.upstream, NEW, 200, grid_body);
    fake_set(&world.upstream, POINT, 200, POINT_BODY(NEW));
    place = old_place();
    call = world_call(&world);
    CHECK(grid_get(world.nws, &call, &place, &a, NULL) == ST_OK);
    check_url(place.grid_url, NEW);
    check_url(place.forecast_url, NEW "/forecast");
    CHECK_INT(fake_asked(&world.upstream, POINT), 1);
    teardown();
}

TEST(missing_periods_cause_the_point_to_be_fetched_again)
{
    struct place place;
    struct call call;
    struct forecast_periods p;

    setup();
    fake_set(&world.upstream, NEW "/forecast", 200, periods_body);
    fake_set(&world.upstream, POINT, 200, POINT_BODY(NEW));
    place = old_place();
    call = world_call(&world);
    call.now = case_time("2025-12-19T13:00:00Z");
    CHECK(periods_get(world.nws, &call, &place, &p, NULL) == ST_OK);
    CHECK_INT(p.count, 6);
    check_url(place.grid_url, NEW);
    teardown();
}

TEST(a_grid_that_stays_missing_is_not_found)
{
    struct place place;
    struct call call;
    struct grid_answer a;
    struct err err = ERR_NONE;

    setup();
    fake_set(&world.upstream, POINT, 200, POINT_BODY(OLD));
    place = old_place();
    call = world_call(&world);
    CHECK(grid_get(world.nws, &call, &place, &a, &err) == ST_NOT_FOUND);
    CHECK(err.status == ST_NOT_FOUND && err.reason[0] != '\0');
    CHECK_INT(fake_asked(&world.upstream, POINT), 1); /* once per turn */
    teardown();
}

TEST(a_failing_grid_is_unavailable_and_its_point_is_not_fetched)
{
    static const struct {
        int status;
        const char *body;
    } cases[] = {
        { 503, "{\"title\":\"Forecast Grid Expired\",\"status\":503}" },
        { 500, "" },
        { 200, "<html>busy</html>" },
        { 200, "{\"properties\":{\"temperature\":" },
        { 200, "{}" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct place place;
        struct call call;
        struct grid_answer a;
        struct err err = ERR_NONE;

        setup();
        fake_set(&world.upstream, OLD, cases[i].status, cases[i].body);
        fake_set(&world.upstream, POINT, 200, POINT_BODY(NEW));
        place = old_place();
        call = world_call(&world);
        CHECK_ROW(i, grid_get(world.nws, &call, &place, &a, &err) == ST_UNAVAILABLE);
        CHECK_ROW(i, err.status == ST_UNAVAILABLE && err.text[0] != '\0');
        CHECK_ROW(i, fake_asked(&world.upstream, OLD) == 2); /* one retry */
        CHECK_ROW(i, fake_asked(&world.upstream, POINT) == 0);
        teardown();
    }
}

TEST(a_place_without_a_grid_has_no_forecast)
{
    struct place place;
    struct call call;
    struct grid_answer a;
    struct err err = ERR_NONE;

    setup();
    place = old_place();
    place.grid_url = STR_NONE;
    call = world_call(&world);
    CHECK(grid_get(world.nws, &call, &place, &a, &err) == ST_NOT_FOUND);
    CHECK_STR(err.reason, "no_forecast");
    CHECK_INT(fake_asked(&world.upstream, NULL), 0);
    teardown();
}

TESTS(a_grid_is_fetched_once_and_then_cached, a_missing_grid_causes_its_point_to_be_fetched_again,
      missing_periods_cause_the_point_to_be_fetched_again, a_grid_that_stays_missing_is_not_found,
      a_failing_grid_is_unavailable_and_its_point_is_not_fetched,
      a_place_without_a_grid_has_no_forecast)
