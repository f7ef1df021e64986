/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/place.c -- resolving a place, caching it, and doing without parts of
 * it. */
#include "tests/unit/intents/weather/place_case.h"

static const char null_body[] =
    "{\"properties\":{\"cwa\":null,\"forecast\":null,\"forecastGridData\":null,"
    "\"observationStations\":null,\"forecastZone\":\"https://big-test-zone\",\"county\":null,"
    "\"timeZone\":null}}";

/* ---- resolving and caching ---- */

TEST(a_place_is_fetched_once_and_then_cached)
{
    struct world w;
    struct place place;
    struct call call;
    int64_t cached;

    world_start(&w);
    serve_boulder(&w);
    CHECK_INT(resolve(&w, named("boulder", "CO"), &place, NULL), ST_OK);
    check_boulder(&w, &place);
    CHECK(!place.state_guessed && !place.near);
    CHECK_INT(fake_asked(&w.upstream, NULL), 4);

    call = world_call(&w);
    call.deadline = NO_WAIT;
    CHECK_INT(place_resolve(w.nws, &(struct gazetteer_query){ STR("boulder"), "", "" }, NULL, &call,
                            &place, NULL),
              ST_OK);
    check_boulder(&w, &place);
    CHECK(place.state_guessed);

    world_restart(&w); /* another process finds it in the store */
    CHECK_INT(resolve(&w, named("boulder", "CO"), &place, NULL), ST_OK);
    check_boulder(&w, &place);
    CHECK_INT(fake_asked(&w.upstream, NULL), 4);

    call = world_call(&w);
    CHECK_SLICE(place_station_name(w.nws, STR("KBDU"), &call), "Boulder Municipal Airport");
    CHECK_INT(shared_count(w.shared, "LocationCache", call.deadline, &cached, NULL), ST_OK);
    CHECK_INT(cached, 1);
    CHECK_INT(shared_count(w.shared, "StationCache", call.deadline, &cached, NULL), ST_OK);
    CHECK_INT(cached, 2);
    CHECK_INT(shared_count(w.shared, "ZoneCache", call.deadline, &cached, NULL), ST_OK);
    CHECK_INT(cached, 2);
    CHECK_INT(fake_asked(&w.upstream, NULL), 4);
    CHECK_INT(w.reports, 0);
    world_stop(&w);
}

TEST(other_names_of_a_town_share_its_entry_and_zones)
{
    struct world w;
    struct place place;
    struct gazetteer_query zip = zip_of("80302");

    world_start(&w);
    serve_boulder(&w);
    CHECK_INT(resolve(&w, named("boulder", "CO"), &place, NULL), ST_OK);
    CHECK_INT(resolve(&w, named("Boulder City", "CO"), &place, NULL), ST_OK);
    CHECK_SLICE(place.key, "boulder_colorado");
    CHECK_INT(fake_asked(&w.upstream, NULL), 4);

    fake_set(&w.upstream, point_path(&zip), 200, point_body);
    CHECK_INT(resolve(&w, zip, &place, NULL), ST_OK);
    CHECK_SLICE(place.key, "80302");
    CHECK_STR(place.zip, "80302");
    CHECK_SLICE(place.county_zone_name, "Boulder");
    CHECK_INT(fake_asked(&w.upstream, NULL), 5); /* the ZIP code's own point; the rest is cached */
    world_stop(&w);
}

TEST(a_call_that_may_not_wait_sends_no_request)
{
    struct world w;
    struct place place;
    struct gazetteer_query query = named("boulder", "CO");
    struct call call;

    world_start(&w);
    serve_boulder(&w);
    call = world_call(&w);
    call.deadline = NO_WAIT;
    CHECK_INT(place_resolve(w.nws, &query, NULL, &call, &place, NULL), ST_WOULD_WAIT);
    CHECK_SLICE(place_station_name(w.nws, STR("KBDU"), &call), "");
    CHECK_INT(fake_asked(&w.upstream, NULL), 0);
    world_stop(&w);
}

/* ---- incomplete places ---- */

TEST(a_point_without_a_grid_is_still_a_place)
{
    struct world w;
    struct place place;
    struct gazetteer_query query = named("fort yukon", "AK");
    int64_t cached;

    world_start(&w);
    fake_set(&w.upstream, point_path(&query), 200, null_body);
    CHECK_INT(resolve(&w, query, &place, NULL), ST_OK);
    CHECK_SLICE(place.city, "Fort Yukon");
    CHECK_SLICE(place.grid_url, "");
    CHECK_SLICE(place.grid_point, "");
    CHECK_SLICE(place.forecast_url, "");
    CHECK_SLICE(place.forecast_zone_id, ""); /* its host is foreign */
    CHECK_STR(zone_name(place.zone), "America/Anchorage");
    CHECK_INT(place.station_count, 0);
    CHECK_INT(fake_asked(&w.upstream, NULL), 1);
    CHECK_INT(shared_count(w.shared, "LocationCache", clock_mono_ms() + 1000, &cached, NULL),
              ST_OK);
    CHECK_INT(cached, 0); /* incomplete places are not cached */
    world_stop(&w);
}

TEST(failing_zones_and_stations_do_not_fail_the_place)
{
    struct world w;
    struct place place;
    int64_t cached;

    world_start(&w);
    serve_boulder(&w);
    fake_set(&w.upstream, "/zones/forecast/COZ039", 500, "{}");
    fake_set(&w.upstream, "/gridpoints/BOU/54,74/stations", 200, "<html>busy</html>");
    CHECK_INT(resolve(&w, named("boulder", "CO"), &place, NULL), ST_OK);
    CHECK_SLICE(place.grid_point, "BOU/54,74");
    CHECK_SLICE(place.forecast_zone_id, "COZ039");
    CHECK_SLICE(place.forecast_zone_name, "");
    CHECK_SLICE(place.county_zone_name, "Boulder");
    CHECK_INT(place.station_count, 0);
    CHECK_INT(shared_count(w.shared, "LocationCache", clock_mono_ms() + 1000, &cached, NULL),
              ST_OK);
    CHECK_INT(cached, 0);

    serve_boulder(&w);
    world_restart(&w);
    CHECK_INT(resolve(&w, named("boulder", "CO"), &place, NULL), ST_OK);
    check_boulder(&w, &place);
    world_stop(&w);
}

TEST(a_zone_that_is_gone_has_no_name)
{
    struct world w;
    struct place place;
    int64_t cached;

    world_start(&w);
    serve_boulder(&w);
    fake_set(&w.upstream, "/zones/forecast/COZ039", 404, "{}");
    CHECK_INT(resolve(&w, named("boulder", "CO"), &place, NULL), ST_OK);
    CHECK_SLICE(place.forecast_zone_name, "");
    CHECK_INT(shared_count(w.shared, "LocationCache", clock_mono_ms() + 1000, &cached, NULL),
              ST_OK);
    CHECK_INT(cached, 1);
    world_stop(&w);
}

/* ---- errors ---- */

TEST(a_place_that_is_not_found_has_a_reason)
{
    struct world w;
    struct place place;
    struct gazetteer_query query = named("boulder", "CO");
    struct err err = ERR_NONE;

    world_start(&w);
    fake_set(&w.upstream, point_path(&query), 404,
             "{\"type\":\"https://api.weather.gov/problems/InvalidPoint\"}");
    CHECK_INT(resolve(&w, query, &place, &err), ST_NOT_FOUND);
    CHECK_STR(err.reason, "place_outside");
    CHECK_INT(fake_asked(&w.upstream, point_path(&query)), 2);
    err_clear(&err);
    CHECK_INT(resolve(&w, named("xyzzyville", ""), &place, &err), ST_NOT_FOUND);
    CHECK_STR(err.reason, "place_unknown");
    err_clear(&err);
    CHECK_INT(resolve(&w, named("xyzzyville", "CO"), &place, &err), ST_NOT_FOUND);
    CHECK_STR(err.reason, "place_unknown");
    err_clear(&err);
    CHECK_INT(resolve(&w, zip_of("00000"), &place, &err), ST_NOT_FOUND);
    CHECK_STR(err.reason, "zip_unknown");
    world_stop(&w);
}

/* Only the service's own word for it proves that a point is not covered. */
TEST(a_point_that_is_not_found_is_asked_for_again_and_then_unavailable)
{
    static const char *const bodies[] = {
        "{}", "", "<html>Not Found</html>",
        "{\"type\":\"https://api.weather.gov/problems/NotFound\"}", "{\"detail\":\"InvalidPoint\"}"
    };
    struct gazetteer_query query = named("boulder", "CO");

    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct err err = ERR_NONE;
        struct place place;
        struct world w;
        world_start(&w);
        fake_set(&w.upstream, point_path(&query), 404, bodies[i]);
        CHECK_INT(resolve(&w, query, &place, &err), ST_UNAVAILABLE);
        CHECK_STR(err.reason, "weather_unavailable");
        CHECK_INT(fake_asked(&w.upstream, point_path(&query)), 2);
        serve_boulder(&w); /* the 404 is still cached, but not believed */
        CHECK_INT(resolve(&w, query, &place, NULL), ST_OK);
        check_boulder(&w, &place);
        world_stop(&w);
    }
}

TEST(a_failing_upstream_is_unavailable_unless_the_place_is_cached)
{
    struct world w;
    struct place place;
    struct gazetteer_query query = named("boulder", "CO");
    struct err err = ERR_NONE;

    world_start(&w);
    serve_boulder(&w);
    fake_set(&w.upstream, point_path(&query), 500, "{\"title\":\"Unexpected Problem\"}");
    CHECK_INT(resolve(&w, query, &place, &err), ST_UNAVAILABLE);
    CHECK(err.text[0] != '\0');

    serve_boulder(&w);
    world_restart(&w);
    CHECK_INT(resolve(&w, query, &place, NULL), ST_OK);
    fake_set(&w.upstream, point_path(&query), 500, "{}");
    world_restart(&w);
    CHECK_INT(resolve(&w, query, &place, NULL), ST_OK);
    check_boulder(&w, &place);
    world_stop(&w);
}

TEST(running_out_of_memory_is_reported)
{
    struct world w;
    struct place place;
    struct gazetteer_query query = named("boulder", "CO");

    world_start(&w);
    serve_boulder(&w);
    for (size_t max = 64; max < 8192; max += 160) {
        struct arena *small = arena_create(max);
        struct call call = world_call(&w);
        enum status st;

        call.arena = small;
        st = place_resolve(w.nws, &query, NULL, &call, &place, NULL);
        CHECK_ROW(max, st == ST_SYSTEM || (st == ST_OK && !arena_failed(small)));
        if (st == ST_OK)
            check_boulder(&w, &place);
        arena_free(small);
    }
    CHECK_INT(resolve(&w, query, &place, NULL), ST_OK);
    check_boulder(&w, &place);
    world_stop(&w);
}

/* ---- concurrency ---- */

static void *resolve_boulder(void *data)
{
    struct world *w = data;
    struct arena *arena = arena_create(WORLD_ARENA_MAX);
    struct call call = world_call(w);
    struct gazetteer_query query = named("boulder", "CO");
    struct place place;
    bool good;

    call.arena = arena;
    good = place_resolve(w->nws, &query, NULL, &call, &place, NULL) == ST_OK &&
           str_eqz(place.grid_point, "BOU/54,74") && place.station_count == 2;
    arena_free(arena);
    return good ? w : NULL;
}

TEST(concurrent_requests_for_a_place_fetch_it_once)
{
    enum { THREADS = 8 };
    pthread_t threads[THREADS];
    struct gazetteer_query query = named("boulder", "CO");
    struct world w;
    void *good;

    world_start(&w);
    serve_boulder(&w);
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, resolve_boulder, &w), 0);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], &good);
        CHECK(good);
    }
    CHECK_INT(fake_asked(&w.upstream, point_path(&query)), 1);
    CHECK_INT(fake_asked(&w.upstream, NULL), 4);
    world_stop(&w);
}

TESTS(a_place_is_fetched_once_and_then_cached, other_names_of_a_town_share_its_entry_and_zones,
      a_call_that_may_not_wait_sends_no_request, a_point_without_a_grid_is_still_a_place,
      failing_zones_and_stations_do_not_fail_the_place, a_zone_that_is_gone_has_no_name,
      a_place_that_is_not_found_has_a_reason,
      a_point_that_is_not_found_is_asked_for_again_and_then_unavailable,
      a_failing_upstream_is_unavailable_unless_the_place_is_cached,
      running_out_of_memory_is_reported, concurrent_requests_for_a_place_fetch_it_once)
