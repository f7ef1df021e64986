/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/place.c -- a named place becomes a point of NWS, once, and stays known. */
#include "intents/weather/place.h"

#include <stdlib.h>

#include "intents/weather/place_entry.h"
#include "server/base/zone.h"
#include "tests/unit/intents/weather/weather_world.h"

#define API "https://api.weather.gov"

static const char point_body[] =
    "{\"properties\":{\"cwa\":\"BOU\",\"gridId\":\"BOU\",\"gridX\":54,\"gridY\":74,"
    "\"forecast\":\"" API "/gridpoints/BOU/54,74/forecast\","
    "\"forecastGridData\":\"" API "/gridpoints/BOU/54,74\","
    "\"observationStations\":\"" API "/gridpoints/BOU/54,74/stations\","
    "\"forecastZone\":\"" API "/zones/forecast/COZ039\","
    "\"county\":\"" API "/zones/county/COC013\",\"timeZone\":\"America/Denver\"}}";
static const char moved_body[] =
    "{\"properties\":{\"cwa\":\"BOU\",\"forecast\":\"" API "/gridpoints/BOU/55,75/forecast\","
    "\"forecastGridData\":\"" API "/gridpoints/BOU/55,75\","
    "\"observationStations\":\"" API "/gridpoints/BOU/54,74/stations\","
    "\"forecastZone\":\"" API "/zones/forecast/COZ039\","
    "\"county\":\"" API "/zones/county/COC013\",\"timeZone\":\"America/Denver\"}}";
static const char null_body[] =
    "{\"properties\":{\"cwa\":null,\"forecast\":null,\"forecastGridData\":null,"
    "\"observationStations\":null,\"forecastZone\":\"https://big-test-zone\",\"county\":null,"
    "\"timeZone\":null}}";
static const char stations_body[] =
    "{\"features\":["
    "{\"properties\":{\"stationIdentifier\":\"KBDU\",\"name\":\"Boulder Municipal Airport\"}},"
    "{\"properties\":{\"stationIdentifier\":\"KBJC\",\"name\":\"Broomfield / Jeffco\"}}],"
    "\"pagination\":{\"next\":\"" API "/stations?cursor=x\"}}";
static const char forecast_zone_body[] =
    "{\"geometry\":null,\"properties\":{\"id\":\"COZ039\",\"name\":\"Boulder and Jefferson\"}}";
static const char county_zone_body[] = "{\"properties\":{\"id\":\"COC013\",\"name\":\"Boulder\"}}";

static struct gazetteer_query named(const char *city, const char *state)
{
    struct gazetteer_query query = { .city = str_of(city) };

    memcpy(query.state, state, strlen(state) + 1);
    return query;
}

static struct gazetteer_query zip_of(const char *zip)
{
    struct gazetteer_query query = { .city = STR_NONE };

    memcpy(query.zip, zip, 6);
    return query;
}

/* The path that a query's point is asked at. */
static const char *point_path(const struct gazetteer_query *query)
{
    static char path[64];
    char coords[PLACE_ENTRY_COORDS_MAX];
    struct gazetteer_hit hit;

    CHECK(gazetteer_best(query, "", &hit));
    snprintf(path, sizeof path, "/points/%.*s",
             STR_ARG(place_entry_coords(hit.lat, hit.lon, coords)));
    return path;
}

static void serve_boulder(struct world *w)
{
    struct gazetteer_query boulder = named("boulder", "CO");

    fake_set(&w->upstream, point_path(&boulder), 200, point_body);
    fake_set(&w->upstream, "/gridpoints/BOU/54,74/stations", 200, stations_body);
    fake_set(&w->upstream, "/zones/forecast/COZ039", 200, forecast_zone_body);
    fake_set(&w->upstream, "/zones/county/COC013", 200, county_zone_body);
}

static enum status resolve(struct world *w, struct gazetteer_query query, struct place *ret_place,
                           struct err *err)
{
    struct call call = world_call(w);

    return place_resolve(w->nws, &query, "", &call, ret_place, err);
}

static void check_boulder(const struct world *w, const struct place *place)
{
    char url[128];

    CHECK_SLICE(place->key, "boulder_colorado");
    CHECK_SLICE(place->city, "Boulder");
    CHECK_STR(place->state, "CO");
    CHECK_SLICE(place->state_name, "Colorado");
    CHECK_NEAR(place->lat, 40.02, 0.1);
    CHECK_NEAR(place->lon, -105.27, 0.1);
    CHECK_SLICE(place->cwa, "BOU");
    CHECK_SLICE(place->grid_point, "BOU/54,74");
    snprintf(url, sizeof url, "%s/gridpoints/BOU/54,74", w->upstream.base);
    CHECK_SLICE(place->grid_url, url);
    snprintf(url, sizeof url, "%s/gridpoints/BOU/54,74/forecast", w->upstream.base);
    CHECK_SLICE(place->forecast_url, url);
    CHECK_STR(zone_name(place->zone), "America/Denver");
    CHECK_SLICE(place->forecast_zone_id, "COZ039");
    CHECK_SLICE(place->forecast_zone_name, "Boulder and Jefferson");
    CHECK_SLICE(place->county_zone_id, "COC013");
    CHECK_SLICE(place->county_zone_name, "Boulder");
    CHECK_INT(place->station_count, 2);
    CHECK_SLICE(place->stations[0], "KBDU");
    CHECK_SLICE(place->stations[1], "KBJC");
}

/* ---- finding and keeping ---- */

TEST(a_place_is_asked_for_once_and_then_known)
{
    struct world w;
    struct place place;
    struct call call;
    int64_t kept;

    world_start(&w);
    serve_boulder(&w);
    CHECK_INT(resolve(&w, named("boulder", "CO"), &place, NULL), ST_OK);
    check_boulder(&w, &place);
    CHECK(!place.state_guessed && !place.near);
    CHECK_INT(fake_asked(&w.upstream, NULL), 4);

    call = world_call(&w);
    call.deadline = NO_WAIT;
    CHECK_INT(place_resolve(w.nws, &(struct gazetteer_query){ STR("boulder"), "", "" }, "", &call,
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
    CHECK_INT(shared_count(w.shared, "LocationCache", call.deadline, &kept, NULL), ST_OK);
    CHECK_INT(kept, 1);
    CHECK_INT(shared_count(w.shared, "StationCache", call.deadline, &kept, NULL), ST_OK);
    CHECK_INT(kept, 2);
    CHECK_INT(shared_count(w.shared, "ZoneCache", call.deadline, &kept, NULL), ST_OK);
    CHECK_INT(kept, 2);
    CHECK_INT(fake_asked(&w.upstream, NULL), 4);
    CHECK_INT(w.told, 0);
    world_stop(&w);
}

TEST(other_names_of_a_town_and_its_zones_are_not_asked_again)
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
    CHECK_INT(fake_asked(&w.upstream, NULL), 5); /* the ZIP code's own point, all else is known */
    world_stop(&w);
}

TEST(a_call_that_may_not_wait_asks_nobody)
{
    struct world w;
    struct place place;
    struct gazetteer_query query = named("boulder", "CO");
    struct call call;

    world_start(&w);
    serve_boulder(&w);
    call = world_call(&w);
    call.deadline = NO_WAIT;
    CHECK_INT(place_resolve(w.nws, &query, "", &call, &place, NULL), ST_WOULD_WAIT);
    CHECK_SLICE(place_station_name(w.nws, STR("KBDU"), &call), "");
    CHECK_INT(fake_asked(&w.upstream, NULL), 0);
    world_stop(&w);
}

/* ---- what may be lacking ---- */

TEST(a_point_without_a_grid_is_a_place_still)
{
    struct world w;
    struct place place;
    struct gazetteer_query query = named("fort yukon", "AK");
    int64_t kept;

    world_start(&w);
    fake_set(&w.upstream, point_path(&query), 200, null_body);
    CHECK_INT(resolve(&w, query, &place, NULL), ST_OK);
    CHECK_SLICE(place.city, "Fort Yukon");
    CHECK_SLICE(place.grid_url, "");
    CHECK_SLICE(place.grid_point, "");
    CHECK_SLICE(place.forecast_url, "");
    CHECK_SLICE(place.forecast_zone_id, ""); /* its host was foreign */
    CHECK_STR(zone_name(place.zone), "America/Anchorage");
    CHECK_INT(place.station_count, 0);
    CHECK_INT(fake_asked(&w.upstream, NULL), 1);
    CHECK_INT(shared_count(w.shared, "LocationCache", clock_mono_ms() + 1000, &kept, NULL), ST_OK);
    CHECK_INT(kept, 0); /* it may be whole tomorrow */
    world_stop(&w);
}

TEST(failing_zones_and_stations_do_not_fail_the_place)
{
    struct world w;
    struct place place;
    int64_t kept;

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
    CHECK_INT(shared_count(w.shared, "LocationCache", clock_mono_ms() + 1000, &kept, NULL), ST_OK);
    CHECK_INT(kept, 0);

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
    int64_t kept;

    world_start(&w);
    serve_boulder(&w);
    fake_set(&w.upstream, "/zones/forecast/COZ039", 404, "{}");
    CHECK_INT(resolve(&w, named("boulder", "CO"), &place, NULL), ST_OK);
    CHECK_SLICE(place.forecast_zone_name, "");
    CHECK_INT(shared_count(w.shared, "LocationCache", clock_mono_ms() + 1000, &kept, NULL), ST_OK);
    CHECK_INT(kept, 1);
    world_stop(&w);
}

/* ---- what is not there ---- */

TEST(what_cannot_be_found_is_told_by_its_reason)
{
    struct world w;
    struct place place;
    struct gazetteer_query query = named("boulder", "CO");
    struct err err = ERR_NONE;

    world_start(&w);
    CHECK_INT(resolve(&w, query, &place, &err), ST_NOT_FOUND); /* no route: NWS says 404 */
    CHECK_STR(err.reason, "place_outside");
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

TEST(an_upstream_that_fails_is_unavailable_unless_the_place_is_kept)
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

/* ---- entries of other hands ---- */

static void put_entry(struct world *w, const char *key, const char *entry)
{
    json_t *value = json_loads(entry, JSON_DECODE_ANY, NULL);
    struct entry_name name = { "LocationCache", str_of(key) };

    CHECK(value);
    CHECK_INT(store_put_entry(w->store, name, value, 0, clock_mono_ms() + 1000, NULL), ST_OK);
    json_decref(value);
}

TEST(an_entry_that_is_no_place_is_worked_out_anew)
{
    static const char *const entries[] = {
        "{}",
        "{\"city\":7,\"state\":[],\"coords\":{}}",
        "{\"city\":\"Boulder\",\"state\":\"CO\",\"coords\":\"north\"}",
        "{\"city\":\"Boulder\",\"state\":\"CO\",\"coords\":\"40.02,-1052.7\"}",
        "{\"city\":\"Boulder City\",\"state\":\"NV\",\"coords\":\"35.97,-114.83\"}",
    };

    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        struct world w;
        struct place place;

        world_start(&w);
        serve_boulder(&w);
        put_entry(&w, "boulder_colorado", entries[i]);
        CHECK_ROW(i, resolve(&w, named("boulder", "CO"), &place, NULL) == ST_OK);
        check_boulder(&w, &place);
        world_stop(&w);
    }
}

TEST(an_old_entry_serves_a_place_that_only_it_knows)
{
    struct world w;
    struct place place;
    char url[128];

    world_start(&w);
    put_entry(&w, "xyzzyville_colorado",
              "{\"city\":\"Xyzzyville\",\"state\":\"Colorado\",\"coords\":[\"40.1\",\"-105.3\"],"
              "\"cwa\":\"BOU\",\"gridPoint\":\"54,74\",\"timeZone\":\"America/Denver\","
              "\"observationStations\":[\"" API "/stations/KBDU\",\"KBJC\"]}");
    CHECK_INT(resolve(&w, named("xyzzyville", "CO"), &place, NULL), ST_OK);
    CHECK_SLICE(place.city, "Xyzzyville");
    CHECK_STR(place.state, "CO");
    CHECK_SLICE(place.grid_point, "BOU/54,74");
    snprintf(url, sizeof url, "%s/gridpoints/BOU/54,74", w.upstream.base);
    CHECK_SLICE(place.grid_url, url);
    CHECK_SLICE(place.stations[0], "KBDU");
    CHECK_INT(fake_asked(&w.upstream, NULL), 0);
    world_stop(&w);
}

/* ---- grids that move ---- */

TEST(a_grid_that_is_gone_makes_the_point_be_asked_again)
{
    struct world w;
    struct place place;
    struct gazetteer_query query = named("boulder", "CO");
    struct call call;

    world_start(&w);
    serve_boulder(&w);
    CHECK_INT(resolve(&w, query, &place, NULL), ST_OK);
    world_restart(&w);
    CHECK_INT(resolve(&w, query, &place, NULL), ST_OK);
    fake_set(&w.upstream, point_path(&query), 200, moved_body);

    call = world_call(&w);
    call.deadline = NO_WAIT;
    CHECK_INT(place_refetch_grid(w.nws, &call, &place, NULL), ST_WOULD_WAIT);
    call.deadline = world_deadline();
    CHECK_INT(place_refetch_grid(w.nws, &call, &place, NULL), ST_OK);
    CHECK_SLICE(place.grid_point, "BOU/55,75");
    CHECK_SLICE(place.city, "Boulder");
    CHECK_INT(place.station_count, 2);

    world_restart(&w);
    CHECK_INT(resolve(&w, query, &place, NULL), ST_OK);
    CHECK_SLICE(place.grid_point, "BOU/55,75");
    CHECK_INT(fake_asked(&w.upstream, point_path(&query)), 2);
    world_stop(&w);
}

TEST(a_point_that_says_the_same_again_is_not_asked_forever)
{
    struct world w;
    struct place place;
    struct gazetteer_query query = named("boulder", "CO");
    struct call call;

    world_start(&w);
    serve_boulder(&w);
    CHECK_INT(resolve(&w, query, &place, NULL), ST_OK);
    for (int i = 0; i < 5; i++) {
        struct err err = ERR_NONE;

        call = world_call(&w);
        CHECK_INT(place_refetch_grid(w.nws, &call, &place, &err), ST_NOT_FOUND);
        CHECK_STR(err.reason, "grid_gone");
        check_boulder(&w, &place);
    }
    CHECK_INT(fake_asked(&w.upstream, point_path(&query)), 1);
    world_stop(&w);
}

/* ---- small questions ---- */

TEST(a_station_is_named_by_nws_or_by_its_id)
{
    struct world w;
    struct call call;

    world_start(&w);
    fake_set(&w.upstream, "/stations/KSLC", 200,
             "{\"properties\":{\"stationIdentifier\":\"KSLC\",\"name\":\"Salt Lake City\"}}");
    fake_set(&w.upstream, "/stations/KNIL", 200,
             "{\"properties\":{\"stationIdentifier\":\"KNIL\",\"name\":null}}");
    call = world_call(&w);
    CHECK_SLICE(place_station_name(w.nws, STR("KSLC"), &call), "Salt Lake City");
    CHECK_SLICE(place_station_name(w.nws, STR("KNIL"), &call), "KNIL");
    CHECK_SLICE(place_station_name(w.nws, STR("KXXX"), &call), "KXXX");
    CHECK_SLICE(place_station_name(w.nws, STR("../KSLC"), &call), "../KSLC");
    CHECK_INT(fake_asked(&w.upstream, NULL), 3);
    world_restart(&w);
    call = world_call(&w);
    CHECK_SLICE(place_station_name(w.nws, STR("KSLC"), &call), "Salt Lake City");
    CHECK_INT(fake_asked(&w.upstream, "/stations/KSLC"), 1);
    world_stop(&w);
}

TEST(a_setting_is_read_back_as_the_same_place)
{
    struct arena *arena = arena_create(WORLD_ARENA_MAX);
    struct place boulder = { .city = STR("Boulder"),
                             .state = "CO",
                             .state_name = STR("Colorado"),
                             .lat = 40.02,
                             .lon = -105.27 };

    CHECK_SLICE(place_setting(arena, &boulder), "Boulder Colorado");
    memcpy(boulder.zip, "80301", 6);
    CHECK_SLICE(place_setting(arena, &boulder), "Boulder Colorado");
    boulder.near = true;
    CHECK_SLICE(place_setting(arena, &boulder), "80301");
    boulder.near = false;
    boulder.lat = 37.0; /* a ZIP code far from the town that its post office is in */
    CHECK_SLICE(place_setting(arena, &boulder), "80301");
    arena_free(arena);
}

TEST(the_home_state_is_that_of_the_setting)
{
    static const char *const cases[][2] = {
        { "Boulder Colorado", "CO" },
        { "portland, maine", "ME" },
        { "80301", "CO" },
        { "chicago", "IL" },
        { "", "" },
        { "xyzzyville", "" },
        { "99999999", "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char state[3];

        place_home_state(str_of(cases[i][0]), state);
        CHECK_STR(state, cases[i][1]);
    }
}

TEST(a_turn_without_memory_is_told_so)
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
        st = place_resolve(w.nws, &query, "", &call, &place, NULL);
        CHECK_ROW(max, st == ST_SYSTEM || (st == ST_OK && !arena_failed(small)));
        if (st == ST_OK)
            check_boulder(&w, &place);
        arena_free(small);
    }
    CHECK_INT(resolve(&w, query, &place, NULL), ST_OK);
    check_boulder(&w, &place);
    world_stop(&w);
}

/* ---- many at once ---- */

static void *resolve_boulder(void *data)
{
    struct world *w = data;
    struct arena *arena = arena_create(WORLD_ARENA_MAX);
    struct call call = world_call(w);
    struct gazetteer_query query = named("boulder", "CO");
    struct place place;
    bool good;

    call.arena = arena;
    good = place_resolve(w->nws, &query, "", &call, &place, NULL) == ST_OK &&
           str_eqz(place.grid_point, "BOU/54,74") && place.station_count == 2;
    arena_free(arena);
    return good ? w : NULL;
}

TEST(many_askers_of_one_place_ask_nws_once)
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

TESTS(a_place_is_asked_for_once_and_then_known,
      other_names_of_a_town_and_its_zones_are_not_asked_again, a_call_that_may_not_wait_asks_nobody,
      a_point_without_a_grid_is_a_place_still, failing_zones_and_stations_do_not_fail_the_place,
      a_zone_that_is_gone_has_no_name, what_cannot_be_found_is_told_by_its_reason,
      an_upstream_that_fails_is_unavailable_unless_the_place_is_kept,
      an_entry_that_is_no_place_is_worked_out_anew, an_old_entry_serves_a_place_that_only_it_knows,
      a_grid_that_is_gone_makes_the_point_be_asked_again,
      a_point_that_says_the_same_again_is_not_asked_forever, a_station_is_named_by_nws_or_by_its_id,
      a_setting_is_read_back_as_the_same_place, a_turn_without_memory_is_told_so,
      the_home_state_is_that_of_the_setting, many_askers_of_one_place_ask_nws_once)
