/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/point.c -- decoding points, stations and zones, whatever is
 * missing. */
#include "intents/weather/point.h"

#include "tests/test.h"

#define API "https://api.weather.gov"

static struct str text(const char *z)
{
    return str_of(z);
}

static const struct point *point_of(const char *body, struct object **ret_object)
{
    *ret_object = NULL;
    CHECK_INT(point_decode(text(body), NULL, ret_object, NULL), ST_OK);
    return (*ret_object)->data;
}

TEST(a_point_gives_its_grid_zones_stations_and_time_zone)
{
    struct object *object;
    const struct point *p =
        point_of("{\"id\":\"" API "/points/61.2,-149.9\",\"type\":\"Feature\",\"properties\":{"
                 "\"cwa\":\"AFC\",\"gridId\":\"AER\",\"gridX\":143,\"gridY\":236,"
                 "\"forecast\":\"" API "/gridpoints/AER/143,236/forecast\","
                 "\"forecastGridData\":\"" API "/gridpoints/AER/143,236\","
                 "\"observationStations\":\"" API "/gridpoints/AER/143,236/stations\","
                 "\"forecastZone\":\"" API "/zones/forecast/AKZ701\","
                 "\"county\":\"" API "/zones/county/AKC020\",\"timeZone\":\"America/Anchorage\"}}",
                 &object);

    CHECK_STR(p->cwa, "AFC");
    CHECK_STR(p->grid_point, "AER/143,236"); /* the grid's office need not be the cwa */
    CHECK_STR(p->grid_url, API "/gridpoints/AER/143,236");
    CHECK_STR(p->forecast_url, API "/gridpoints/AER/143,236/forecast");
    CHECK_STR(p->stations_url, API "/gridpoints/AER/143,236/stations");
    CHECK_STR(p->forecast_zone_id, "AKZ701");
    CHECK_STR(p->county_zone_id, "AKC020");
    CHECK_STR(p->time_zone, "America/Anchorage");
    object_release(object);
}

TEST(every_member_of_a_point_may_be_null)
{
    struct object *object;
    const struct point *p =
        point_of("{\"properties\":{\"cwa\":null,\"gridId\":null,\"gridX\":null,\"gridY\":null,"
                 "\"forecast\":null,\"forecastGridData\":null,\"observationStations\":null,"
                 "\"forecastZone\":null,\"county\":null,\"timeZone\":null}}",
                 &object);

    CHECK_STR(p->cwa, "");
    CHECK_STR(p->grid_point, "");
    CHECK_STR(p->grid_url, "");
    CHECK_STR(p->stations_url, "");
    CHECK_STR(p->forecast_zone_id, "");
    CHECK_STR(p->county_zone_id, "");
    CHECK_STR(p->time_zone, "");
    object_release(object);
}

TEST(the_grid_point_comes_from_its_url_or_its_numbers)
{
    static const struct {
        const char *members, *want;
    } cases[] = {
        { "\"cwa\":\"RAH\",\"gridX\":67,\"gridY\":53,"
          "\"forecastGridData\":\"" API "/gridpoints/RAH/67,53\"",
          "RAH/67,53" },
        { "\"cwa\":\"AFC\",\"gridId\":\"AER\",\"gridX\":1,\"gridY\":2", "AER/1,2" },
        { "\"cwa\":\"RAH\",\"gridX\":67,\"gridY\":53", "RAH/67,53" },
        { "\"cwa\":\"RAH\",\"gridX\":67.0,\"gridY\":53", "RAH/67,53" },
        { "\"cwa\":\"RAH\",\"gridX\":\"67\",\"gridY\":\"x\"", "" },
        { "\"cwa\":\"RAH\",\"gridX\":-1,\"gridY\":2", "" },
        { "\"cwa\":\"../..\",\"gridX\":1,\"gridY\":2", "" },
        { "\"cwa\":\"RAH\",\"forecastGridData\":\"" API "/gridpoints/RAH/67,53/../x\"", "" },
        { "\"cwa\":\"RAH\",\"forecastGridData\":\"" API "/gridpoints/RAH/a,b\"", "" },
        { "\"cwa\":\"RAH\",\"gridX\":1e300,\"gridY\":2", "" },
    };
    char body[512];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct object *object;
        const struct point *p;

        snprintf(body, sizeof body, "{\"properties\":{%s}}", cases[i].members);
        p = point_of(body, &object);
        CHECK_STR(p->grid_point, cases[i].want);
        snprintf(body, sizeof body, "{%s}", cases[i].members); /* JSON-LD */
        object_release(object);
        p = point_of(body, &object);
        CHECK_STR(p->grid_point, cases[i].want);
        object_release(object);
    }
}

TEST(a_zone_is_taken_from_a_zone_url_only)
{
    static const struct {
        const char *url, *want;
    } cases[] = {
        { API "/zones/forecast/COZ039", "COZ039" },
        { "/zones/county/COC013", "COC013" },
        { "https://big-test-zone", "" },
        { API "/zones/forecast/", "" },
        { API "/zones/forecast/CO Z039", "" },
        { API "/zones/forecast/ABCDEFGHIJKLMNOPQRSTUVWXYZ", "" },
        { "COZ039", "" },
    };
    char body[512];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct object *object;

        snprintf(body, sizeof body, "{\"cwa\":\"BOU\",\"forecastZone\":\"%s\"}", cases[i].url);
        CHECK_STR(point_of(body, &object)->forecast_zone_id, cases[i].want);
        object_release(object);
    }
}

TEST(documents_that_are_not_a_point_are_rejected)
{
    static const char *const bodies[] = {
        "",
        "null",
        "[]",
        "{}",
        "<html>503</html>",
        "{\"properties\":{\"cwa\":\"BOU\"}",
        "12",
        "{\"title\":\"Invalid Parameter\",\"status\":404}",
    };

    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct object *object = NULL;

        CHECK_ROW(i, point_decode(text(bodies[i]), NULL, &object, NULL) == ST_INVALID);
        CHECK_ROW(i, !object);
    }
}

TEST(texts_that_are_too_long_or_have_controls_count_as_absent)
{
    char body[1024], longest[301];
    struct object *object;
    const struct point *p;

    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    snprintf(body, sizeof body,
             "{\"cwa\":\"BOU\",\"forecast\":\"/%s\",\"timeZone\":\"America/\\u0007Denver\"}",
             longest);
    p = point_of(body, &object);
    CHECK_STR(p->forecast_url, "");
    CHECK_STR(p->time_zone, "");
    object_release(object);
}

static const struct point_station_list *list_of(const char *body, struct object **ret_object)
{
    *ret_object = NULL;
    CHECK_INT(point_decode_stations(text(body), NULL, ret_object, NULL), ST_OK);
    return (*ret_object)->data;
}

TEST(stations_keep_their_order_without_duplicates)
{
    static const char *const bodies[] = {
        /* GeoJSON, with a list of URLs beside it */
        "{\"type\":\"FeatureCollection\",\"features\":["
        "{\"id\":\"" API "/stations/KBDU\",\"properties\":{\"stationIdentifier\":\"KBDU\","
        "\"name\":\"Boulder Municipal Airport\"}},"
        "{\"id\":\"" API "/stations/KBJC\",\"properties\":{\"stationIdentifier\":\"KBJC\","
        "\"name\":null}},"
        "{\"properties\":{\"stationIdentifier\":\"KBDU\"}},"
        "{\"id\":\"" API "/stations/D3835\",\"properties\":{}},"
        "null, 7, {\"properties\":{\"stationIdentifier\":\"../x\"}}],"
        "\"observationStations\":[\"" API "/stations/KBDU\"],"
        "\"pagination\":{\"next\":\"" API "/stations?cursor=x\"}}",
        /* JSON-LD */
        "{\"@graph\":[{\"@id\":\"" API "/stations/KBDU\",\"stationIdentifier\":\"KBDU\","
        "\"name\":\"Boulder Municipal Airport\"},{\"@id\":\"" API "/stations/KBJC\"},"
        "{\"stationIdentifier\":\"D3835\",\"name\":\"\"}]}",
    };

    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct object *object;
        const struct point_station_list *list = list_of(bodies[i], &object);

        CHECK_INT(list->count, 3);
        CHECK_STR(list->at[0].id, "KBDU");
        CHECK_STR(list->at[0].name, "Boulder Municipal Airport");
        CHECK_STR(list->at[1].id, "KBJC");
        CHECK_STR(list->at[1].name, "");
        CHECK_STR(list->at[2].id, "D3835");
        object_release(object);
    }
}

TEST(station_lists_may_be_bare_empty_or_long)
{
    struct object *object;
    const struct point_station_list *list;
    char body[4096] = "{\"features\":[", one[64];

    list = list_of("{\"observationStations\":[\"" API "/stations/KBOS\",null,5,\"KX\"]}", &object);
    CHECK_INT(list->count, 1);
    CHECK_STR(list->at[0].id, "KBOS");
    object_release(object);

    list = list_of("{\"features\":[],\"observationStations\":[]}", &object);
    CHECK_INT(list->count, 0);
    object_release(object);

    for (int i = 0; i < 60; i++) {
        snprintf(one, sizeof one, "%s{\"properties\":{\"stationIdentifier\":\"K%03d\"}}",
                 i ? "," : "", i);
        strncat(body, one, sizeof body - strlen(body) - 1);
    }
    strncat(body, "]}", sizeof body - strlen(body) - 1);
    list = list_of(body, &object);
    CHECK_INT(list->count, POINT_STATIONS_MAX);
    CHECK_STR(list->at[POINT_STATIONS_MAX - 1].id, "K011");
    object_release(object);
}

TEST(a_single_station_is_a_list_of_one)
{
    struct object *object;
    const struct point_station_list *list = list_of(
        "{\"id\":\"" API "/stations/KSLC\",\"type\":\"Feature\",\"properties\":{"
        "\"stationIdentifier\":\"KSLC\",\"name\":\"Salt Lake City International Airport\"}}",
        &object);

    CHECK_INT(list->count, 1);
    CHECK_STR(list->at[0].name, "Salt Lake City International Airport");
    object_release(object);
    object = NULL;
    CHECK_INT(point_decode_stations(STR("{\"properties\":{}}"), NULL, &object, NULL), ST_INVALID);
}

TEST(a_zone_gives_its_id_and_name)
{
    static const struct {
        const char *body, *id, *name;
    } cases[] = {
        { "{\"properties\":{\"id\":\"COZ039\",\"name\":\"Boulder\",\"state\":\"CO\"}}", "COZ039",
          "Boulder" },
        { "{\"id\":\"COC013\",\"name\":null}", "COC013", "" },
        { "{\"id\":\"" API "/zones/forecast/PKZ413\",\"geometry\":null,\"properties\":{"
          "\"id\":\"PKZ413\",\"name\":\"Bering Sea\",\"state\":null,\"timeZone\":[]}}",
          "PKZ413", "Bering Sea" },
    };
    struct object *object;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct point_zone *zone;

        CHECK_INT(point_decode_zone(text(cases[i].body), NULL, &object, NULL), ST_OK);
        zone = object->data;
        CHECK_STR(zone->id, cases[i].id);
        CHECK_STR(zone->name, cases[i].name);
        object_release(object);
    }
    CHECK_INT(point_decode_zone(STR("{\"properties\":{\"name\":\"x\"}}"), NULL, &object, NULL),
              ST_INVALID);
}

TESTS(a_point_gives_its_grid_zones_stations_and_time_zone, every_member_of_a_point_may_be_null,
      the_grid_point_comes_from_its_url_or_its_numbers, a_zone_is_taken_from_a_zone_url_only,
      documents_that_are_not_a_point_are_rejected,
      texts_that_are_too_long_or_have_controls_count_as_absent,
      stations_keep_their_order_without_duplicates, station_lists_may_be_bare_empty_or_long,
      a_single_station_is_a_list_of_one, a_zone_gives_its_id_and_name)
