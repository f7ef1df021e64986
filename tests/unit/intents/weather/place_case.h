/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/place_case.h -- Boulder, Colorado, as a fake NWS knows it. */
#ifndef CLIMACAST_TESTS_PLACE_CASE_H
#define CLIMACAST_TESTS_PLACE_CASE_H

#include "intents/weather/place.h"
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
static const char stations_body[] =
    "{\"features\":["
    "{\"properties\":{\"stationIdentifier\":\"KBDU\",\"name\":\"Boulder Municipal Airport\"}},"
    "{\"properties\":{\"stationIdentifier\":\"KBJC\",\"name\":\"Broomfield / Jeffco\"}}],"
    "\"pagination\":{\"next\":\"" API "/stations?cursor=x\"}}";
static const char forecast_zone_body[] =
    "{\"geometry\":null,\"properties\":{\"id\":\"COZ039\",\"name\":\"Boulder and Jefferson\"}}";
static const char county_zone_body[] = "{\"properties\":{\"id\":\"COC013\",\"name\":\"Boulder\"}}";

static inline struct gazetteer_query named(const char *city, const char *state)
{
    struct gazetteer_query query = { .city = str_of(city) };

    memcpy(query.state, state, strlen(state) + 1);
    return query;
}

static inline struct gazetteer_query zip_of(const char *zip)
{
    struct gazetteer_query query = { .city = STR_NONE };

    memcpy(query.zip, zip, 6);
    return query;
}

/* The path of the point that a query leads to. */
static inline const char *point_path(const struct gazetteer_query *query)
{
    static char path[64];
    char coords[PLACE_ENTRY_COORDS_MAX];
    struct gazetteer_hit hit;

    CHECK(gazetteer_best(query, NULL, &hit));
    snprintf(path, sizeof path, "/points/%.*s",
             STR_ARG(place_entry_coords(hit.lat, hit.lon, coords)));
    return path;
}

static inline void serve_boulder(struct world *w)
{
    struct gazetteer_query boulder = named("boulder", "CO");

    fake_set(&w->upstream, point_path(&boulder), 200, point_body);
    fake_set(&w->upstream, "/gridpoints/BOU/54,74/stations", 200, stations_body);
    fake_set(&w->upstream, "/zones/forecast/COZ039", 200, forecast_zone_body);
    fake_set(&w->upstream, "/zones/county/COC013", 200, county_zone_body);
}

static inline enum status resolve(struct world *w, struct gazetteer_query query,
                                  struct place *ret_place, struct err *err)
{
    struct call call = world_call(w);

    return place_resolve(w->nws, &query, NULL, &call, ret_place, err);
}

static inline void check_boulder(const struct world *w, const struct place *place)
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

#endif
