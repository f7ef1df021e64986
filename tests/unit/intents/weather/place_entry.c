/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/place_entry.c -- cache entries of places, including foreign ones. */
#include "intents/weather/place_entry.h"

#include "intents/weather/place_zone.h"
#include "server/base/json.h"
#include "server/base/zone.h"
#include "tests/test.h"

#define BASE "http://127.0.0.1:9"

enum { ARENA_MAX = 256 * 1024 };

static struct nws *client(void)
{
    struct nws_settings settings = { .base_url = BASE };
    struct nws *n = nws_create(&settings, NULL, NULL, NULL);

    CHECK(n);
    return n;
}

static json_t *parsed(const char *text)
{
    json_t *root = NULL;

    CHECK_INT(json_parse(str_of(text), true, &root, NULL), ST_OK);
    return root;
}

TEST(coordinates_have_four_decimals_without_trailing_zeros)
{
    static const struct {
        double lat, lon;
        const char *want;
    } cases[] = {
        { 40.015, -105.2705, "40.015,-105.2705" },
        { 45.4580, -122.66361111, "45.458,-122.6636" },
        { 47.6552999, -122.5, "47.6553,-122.5" },
        { 30.0, -85.0, "30,-85" },
        { -14.27, -170.7, "-14.27,-170.7" },
        { -0.00001, 0.00004, "0,0" },
        { 10.0, 100.0, "10,100" },
        { 13.444, 180.0, "13.444,180" },
    };
    char out[PLACE_ENTRY_COORDS_MAX];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_SLICE(place_entry_coords(cases[i].lat, cases[i].lon, out), cases[i].want);
}

TEST(a_place_survives_being_cached)
{
    struct arena *arena = arena_create(ARENA_MAX);
    struct nws *n = client();
    struct place read = { .zone = NULL }, place = {
        .city = STR("Coeur d'Alene"),
        .state = "ID",
        .near = true,
        .lat = 47.6928,
        .lon = -116.78,
        .cwa = STR("OTX"),
        .grid_point = STR("OTX/163,87"),
        .grid_url = STR(BASE "/gridpoints/OTX/163,87"),
        .forecast_url = STR(""),
        .zone = zone_get(STR("America/Los_Angeles")),
        .forecast_zone_id = STR("IDZ002"),
        .forecast_zone_name = STR("Coeur d'Alene Area"),
        .county_zone_id = STR("IDC055"),
        .county_zone_name = STR("Kootenai"),
        .stations = { STR("KCOE"), STR("D3835") },
        .station_count = 2,
    };
    json_t *entry = place_entry_make(n, &place);

    CHECK_SLICE(json_str(entry, "coords"), "47.6928,-116.78");
    CHECK_SLICE(json_str(entry, "gridPoint"), "OTX/163,87");
    CHECK_SLICE(json_str(entry, "gridPath"), "/gridpoints/OTX/163,87");
    CHECK(place_entry_read(n, entry, arena, &read));
    CHECK_SLICE(read.city, "Coeur d'Alene");
    CHECK_STR(read.state, "ID");
    CHECK_SLICE(read.state_name, "Idaho");
    CHECK(read.near);
    CHECK_NEAR(read.lat, 47.6928, 1e-9);
    CHECK_NEAR(read.lon, -116.78, 1e-9);
    CHECK_SLICE(read.cwa, "OTX");
    CHECK_SLICE(read.grid_point, "OTX/163,87");
    CHECK_SLICE(read.grid_url, BASE "/gridpoints/OTX/163,87");
    CHECK_SLICE(read.forecast_url, ""); /* it had none, and none is made up */
    CHECK(read.zone == place.zone);
    CHECK_SLICE(read.forecast_zone_id, "IDZ002");
    CHECK_SLICE(read.forecast_zone_name, "Coeur d'Alene Area");
    CHECK_SLICE(read.county_zone_id, "IDC055");
    CHECK_SLICE(read.county_zone_name, "Kootenai");
    CHECK_INT(read.station_count, 2);
    CHECK_SLICE(read.stations[1], "D3835");
    json_decref(entry);
    nws_free(n);
    arena_free(arena);
}

TEST(coordinates_of_other_programs_are_parsed_or_rejected)
{
    static const struct {
        const char *coords;
        bool good;
    } cases[] = {
        { "\"40.5,-105.25\"", true },
        { "\" 40.5 , -105.25 \"", true },
        { "[40.5,-105.25]", true },
        { "[\"40.5\",\"-105.25\"]", true },
        { "{\"lat\":40.5,\"lng\":-105.25}", true },
        { "{\"lat\":\"40.5\",\"lon\":\"-105.25\"}", true },
        { "\"40.5\"", false },
        { "\"40.5,\"", false },
        { "\"nan,inf\"", false },
        { "\"91,0\"", false },
        { "[40.5]", false },
        { "[40.5,-105.25,1]", false },
        { "[40.5,-1000]", false },
        { "[true,null]", false },
        { "{\"lat\":40.5}", false },
        { "null", false },
        { "7", false },
    };
    struct arena *arena = arena_create(ARENA_MAX);
    struct nws *n = client();
    char text[256];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct place place = { .zone = NULL };
        json_t *entry;

        snprintf(text, sizeof text, "{\"city\":\"X\",\"state\":\"co\",\"coords\":%s}",
                 cases[i].coords);
        entry = parsed(text);
        CHECK_ROW(i, place_entry_read(n, entry, arena, &place) == cases[i].good);
        if (cases[i].good) {
            CHECK_STR(place.state, "CO");
            CHECK_NEAR(place.lat, 40.5, 1e-9);
            CHECK_NEAR(place.lon, -105.25, 1e-9);
            CHECK_STR(zone_name(place.zone), "America/Denver"); /* from its state */
        }
        json_decref(entry);
    }
    nws_free(n);
    arena_free(arena);
}

TEST(paths_follow_from_the_grid_point_and_stay_at_the_base)
{
    static const struct {
        const char *members, *point, *grid, *forecast;
    } cases[] = {
        { "\"cwa\":\"BOU\",\"gridPoint\":\"BOU/54,74\"", "BOU/54,74", BASE "/gridpoints/BOU/54,74",
          BASE "/gridpoints/BOU/54,74/forecast" },
        { "\"cwa\":\"BOU\",\"gridPoint\":\"54,74\"", "BOU/54,74", BASE "/gridpoints/BOU/54,74",
          BASE "/gridpoints/BOU/54,74/forecast" },
        { "\"gridPoint\":\"54,74\"", "", "", "" },
        { "\"gridPoint\":\"../x/1,2\"", "", "", "" },
        { "\"gridPoint\":\"BOU/1,2/3\"", "", "", "" },
        { "\"gridPoint\":\"BOU/54,74\",\"gridPath\":\"\"", "BOU/54,74", "", "" },
        { "\"gridPoint\":\"BOU/54,74\",\"gridPath\":\"https://evil.example/x\"", "BOU/54,74", "",
          "" },
        { "\"gridPoint\":\"BOU/54,74\",\"gridPath\":\"/g/BOU/54,74\",\"forecastPath\":\"//x/y\"",
          "BOU/54,74", BASE "/g/BOU/54,74", "" },
        { "\"gridPoint\":7,\"gridPath\":[]", "", "", "" },
    };
    struct arena *arena = arena_create(ARENA_MAX);
    struct nws *n = client();
    char text[512];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct place place = { .zone = NULL };
        json_t *entry;

        snprintf(text, sizeof text, "{\"city\":\"X\",\"state\":\"CO\",\"coords\":\"40,-105\",%s}",
                 cases[i].members);
        entry = parsed(text);
        CHECK(place_entry_read(n, entry, arena, &place));
        CHECK_SLICE(place.grid_point, cases[i].point);
        CHECK_SLICE(place.grid_url, cases[i].grid);
        CHECK_SLICE(place.forecast_url, cases[i].forecast);
        json_decref(entry);
    }
    nws_free(n);
    arena_free(arena);
}

TEST(stations_of_an_entry_are_ids_and_limited)
{
    struct arena *arena = arena_create(ARENA_MAX);
    struct nws *n = client();
    struct place place = { .zone = NULL };
    json_t *entry = parsed("{\"city\":\"X\",\"state\":\"Colorado\",\"coords\":\"40,-105\","
                           "\"observationStations\":[\"KBDU\",null,7,\"../x\",\"K B\",\"\","
                           "\"https://api.weather.gov/stations/KBJC\"]}");
    json_t *list = json_object_get(entry, "observationStations");

    CHECK(place_entry_read(n, entry, arena, &place));
    CHECK_INT(place.station_count, 3);
    CHECK_SLICE(place.stations[0], "KBDU");
    CHECK_SLICE(place.stations[1], "x"); /* the last segment of a URL */
    CHECK_SLICE(place.stations[2], "KBJC");
    for (int i = 0; i < 40; i++)
        json_array_append_new(list, json_string("KAAA"));
    CHECK(place_entry_read(n, entry, arena, &place));
    CHECK_INT(place.station_count, PLACE_STATIONS_MAX);
    json_decref(entry);
    nws_free(n);
    arena_free(arena);
}

static const char *const state_codes[] = {
#define STATE(code, name, city_in) code,
#define SPOKEN(code, words, city_in)
#include "intents/weather/us_state.def"
#undef STATE
#undef SPOKEN
};
enum { STATE_CODES = sizeof state_codes / sizeof state_codes[0] };

TEST(the_time_zone_is_guessed_from_the_state)
{
    static const struct {
        const char *state;
        double lat, lon;
        const char *want;
    } cases[] = {
        { "CO", 40.0, -105.3, "America/Denver" },
        { "AK", 61.2, -149.9, "America/Anchorage" },
        { "AK", 51.9, -176.6, "America/Adak" },
        { "AZ", 33.4, -112.1, "America/Phoenix" },
        { "FL", 25.8, -80.2, "America/New_York" },
        { "FL", 30.4, -87.2, "America/Chicago" },  /* Pensacola */
        { "FL", 30.4, -84.3, "America/New_York" }, /* Tallahassee */
        { "TN", 36.2, -86.8, "America/Chicago" },  /* Nashville */
        { "TN", 36.0, -83.9, "America/New_York" }, /* Knoxville */
        { "TX", 31.8, -106.4, "America/Denver" },  /* El Paso */
        { "ID", 47.7, -116.8, "America/Los_Angeles" },
        { "OR", 44.0, -117.0, "America/Boise" }, /* Ontario */
        { "GU", 13.4, 144.8, "Pacific/Guam" },
        { "PR", 18.4, -66.1, "America/Puerto_Rico" },
        { "XX", 0.0, 0.0, "UTC" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_STR(zone_name(place_zone_guess(cases[i].state, cases[i].lat, cases[i].lon)),
                  cases[i].want);
    for (size_t i = 0; i < STATE_CODES; i++)
        CHECK_ROW(i, place_zone_guess(state_codes[i], 40.0, -100.0) != zone_utc());
}

TESTS(coordinates_have_four_decimals_without_trailing_zeros, a_place_survives_being_cached,
      coordinates_of_other_programs_are_parsed_or_rejected,
      paths_follow_from_the_grid_point_and_stay_at_the_base,
      stations_of_an_entry_are_ids_and_limited, the_time_zone_is_guessed_from_the_state)
