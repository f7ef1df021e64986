/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/place_known.c -- places that are already cached: foreign entries,
 * moved grids, station names, settings. */
#include "tests/unit/intents/weather/place_case.h"

static const char moved_body[] =
    "{\"properties\":{\"cwa\":\"BOU\",\"forecast\":\"" API "/gridpoints/BOU/55,75/forecast\","
    "\"forecastGridData\":\"" API "/gridpoints/BOU/55,75\","
    "\"observationStations\":\"" API "/gridpoints/BOU/54,74/stations\","
    "\"forecastZone\":\"" API "/zones/forecast/COZ039\","
    "\"county\":\"" API "/zones/county/COC013\",\"timeZone\":\"America/Denver\"}}";

/* ---- entries written by other programs ---- */

static void put_entry(struct world *w, const char *key, const char *entry)
{
    json_t *value = json_loads(entry, JSON_DECODE_ANY, NULL);
    struct entry_name name = { "LocationCache", str_of(key) };

    CHECK(value);
    CHECK_INT(store_put_entry(w->store, name, value, 0, clock_mono_ms() + 1000, NULL), ST_OK);
    json_decref(value);
}

TEST(an_invalid_entry_is_replaced)
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

TEST(an_old_entry_is_used_when_no_geocoder_knows_the_place)
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

TEST(a_missing_grid_causes_the_point_to_be_fetched_again)
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

TEST(an_unchanged_point_is_not_fetched_again_and_again)
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

/* ---- stations and settings ---- */

TEST(a_station_is_called_by_its_name_or_its_id)
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

TEST(a_setting_leads_back_to_the_same_place)
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
    struct place west = {
        .city = STR("West"), .state = "TX", .state_name = STR("Texas"), .lat = 31.80, .lon = -97.09
    };
    CHECK_SLICE(place_setting(arena, &west), "West, Texas"); /* "west texas" is a region */
    boulder.lat = 37.0; /* a ZIP code far from the town of its post office */
    CHECK_SLICE(place_setting(arena, &boulder), "80301");
    arena_free(arena);
}

TEST(the_home_is_taken_from_the_setting)
{
    static const struct {
        const char *setting, *state;
        bool located;
        double lat;
    } cases[] = {
        { "Boulder Colorado", "CO", true, 40.0 },
        { "portland, maine", "ME", true, 43.7 },
        { "80301", "CO", true, 40.0 },
        { "chicago", "IL", true, 41.8 },
        { "xyzzyville colorado", "CO", false, 0 },
        { "", "", false, 0 },
        { "xyzzyville", "", false, 0 },
        { "99999999", "", false, 0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena *arena = arena_create(1024);
        struct gazetteer_home home;

        place_home(arena, str_of(cases[i].setting), &home);
        CHECK_STR(home.state, cases[i].state);
        CHECK_ROW(i, home.located == cases[i].located);
        CHECK_NEAR(home.lat, cases[i].lat, 0.2);
        arena_free(arena);
    }
}

TESTS(an_invalid_entry_is_replaced, an_old_entry_is_used_when_no_geocoder_knows_the_place,
      a_missing_grid_causes_the_point_to_be_fetched_again,
      an_unchanged_point_is_not_fetched_again_and_again, a_station_is_called_by_its_name_or_its_id,
      a_setting_leads_back_to_the_same_place, the_home_is_taken_from_the_setting)
