/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/station.c -- stations, and /gridpoints/.../stations, the list of those around a cell.
 *
 * The cities of cities.def have their real stations. Elsewhere, each square of 0.4 degrees with
 * land has one station, whose id identifies the square: "K" or "P" and a number in base 36, or "D"
 * and four digits, as private networks have. */
#include "tests/sim/station.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY = 86400, LIST_MAX = 60, NEAR_MAX = 400 };
#define STEP 0.4

static const struct area {
    char prefix;
    double lat0, lon0;
    int rows, columns;
    int first; /* index of its first square among all with this prefix */
} areas[] = {
    { 'K', 24.0, -125.0, 65, 148, 0 },    /* 48 states */
    { 'P', 51.0, 172.0, 52, 145, 0 },     /* Alaska, across the date line */
    { 'P', 18.5, -160.5, 10, 15, 7540 },  /* Hawaii */
    { 'P', 13.0, 144.4, 19, 5, 7690 },    /* Marianas */
    { 'P', -14.8, -171.6, 10, 10, 7785 }, /* Samoa */
    { 'T', 17.6, -68.0, 3, 9, 0 },        /* Puerto Rico, Virgin Islands */
};
enum { AREAS = sizeof areas / sizeof areas[0] };

static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

static void format_station_id(const struct area *area, int index, uint64_t traits, char id[8])
{
    if (area->prefix == 'K' && traits % 7 == 0)
        snprintf(id, 8, "D%04d", index % 10000);
    else
        snprintf(id, 8, "%c%c%c%c", area->prefix, digits[index / 1296], digits[index / 36 % 36],
                 digits[index % 36]);
}

static enum place_reporting reporting_of(uint64_t traits)
{
    static const enum place_reporting kinds[] = { PLACE_REPORTS_SILENT, PLACE_REPORTS_STALE,
                                                  PLACE_REPORTS_PARTIAL, PLACE_REPORTS_EMPTY };
    uint64_t draw = traits / 7 % 24;

    return draw < 4 ? kinds[draw] : PLACE_REPORTS_GOOD;
}

/* The station of a square. False where there is no land, or a city's station is nearby. */
static bool station_in(const struct doc_request *request, const struct area *area, int row,
                       int column, struct station *ret_station)
{
    if (row < 0 || row >= area->rows || column < 0 || column >= area->columns)
        return false;
    int index = area->first + row * area->columns + column;
    uint64_t traits = weather_hash(request->seed, (uint64_t)area->prefix, (uint64_t)index);
    struct station s = { .traits = traits, .reporting = reporting_of(traits) };
    s.lat = area->lat0 + (row + 0.2 + 0.6 * (double)(traits >> 32 & 255) / 255.0) * STEP;
    s.lon = area->lon0 + (column + 0.2 + 0.6 * (double)(traits >> 40 & 255) / 255.0) * STEP;
    s.lon = s.lon > 180.0 ? s.lon - 360.0 : s.lon;
    s.region = place_region_at(s.lat, s.lon);
    if (!s.region || place_nearest_city(s.lat, s.lon, 30.0))
        return false;
    struct place_zone county;
    place_zone_at(s.region, s.lat, s.lon, PLACE_ZONE_COUNTY, &county);
    snprintf(s.name, sizeof s.name, "%s, %s Municipal Airport", county.name, county.name);
    s.elevation_m = place_elevation_m(s.lat, s.lon);
    format_station_id(area, index, traits, s.id);
    *ret_station = s;
    return true;
}

static void station_of_city(const struct doc_request *request, const struct place_city *city,
                            struct station *ret_station)
{
    struct station s = { .lat = city->station_lat,
                         .lon = city->station_lon,
                         .elevation_m = city->elevation_m,
                         .region = place_region_by_code(city->state, 2),
                         .reporting = city->reporting };

    snprintf(s.id, sizeof s.id, "%s", city->station);
    snprintf(s.name, sizeof s.name, "%s", city->station_name);
    s.traits = weather_hash(
        request->seed, (uint64_t)s.id[1] << 16 | (uint64_t)s.id[2] << 8 | (uint64_t)s.id[3], 3);
    *ret_station = s;
}

static int parse_station_id(const char *id)
{
    int index = 0;

    if (id[0] == 'D' && strlen(id) == 5)
        return strspn(id + 1, "0123456789") == 4 ? (int)strtol(id + 1, NULL, 10) : -1;
    if (strlen(id) != 4)
        return -1;
    for (const char *p = id + 1; *p; p++) {
        const char *digit = strchr(digits, *p);
        if (!digit)
            return -1;
        index = index * 36 + (int)(digit - digits);
    }
    return index;
}

bool station_find(const struct doc_request *request, const char *id, struct station *ret_station)
{
    char upper[8] = "";

    if (strlen(id) >= sizeof upper)
        return false;
    for (size_t i = 0; id[i]; i++)
        upper[i] = (char)toupper((unsigned char)id[i]);
    for (size_t i = 0; i < place_city_count; i++) {
        if (strcmp(place_cities[i].station, upper) == 0) {
            station_of_city(request, &place_cities[i], ret_station);
            return true;
        }
    }
    int index = parse_station_id(upper);
    char prefix = upper[0] == 'D' ? 'K' : upper[0];
    for (int i = 0; i < AREAS; i++) {
        int in_area = index - areas[i].first;
        if (areas[i].prefix == prefix && in_area >= 0 && in_area < areas[i].rows * areas[i].columns)
            return station_in(request, &areas[i], in_area / areas[i].columns,
                              in_area % areas[i].columns, ret_station) &&
                   strcmp(ret_station->id, upper) == 0;
    }
    return false;
}

/* ---- lists ---- */

struct near {
    struct station station;
    double km;
};

static int compare_distance(const void *a, const void *b)
{
    double d = ((const struct near *)a)->km - ((const struct near *)b)->km;

    return d < 0 ? -1 : d > 0;
}

static size_t stations_around(const struct doc_request *request, double lat, double lon,
                              struct near near[NEAR_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < place_city_count && n < NEAR_MAX; i++)
        if (place_distance_km(lat, lon, place_cities[i].lat, place_cities[i].lon) < 300.0)
            station_of_city(request, &place_cities[i], &near[n++].station);
    for (int i = 0; i < AREAS; i++) {
        double east = lon - areas[i].lon0;
        int column = (int)floor((east < -180.0 ? east + 360.0 : east) / STEP);
        int row = (int)floor((lat - areas[i].lat0) / STEP);
        for (int r = row - 4; r <= row + 4; r++)
            for (int c = column - 6; c <= column + 6 && n < NEAR_MAX; c++)
                n += station_in(request, &areas[i], r, c, &near[n].station);
    }
    for (size_t i = 0; i < n; i++)
        near[i].km = place_distance_km(lat, lon, near[i].station.lat, near[i].station.lon);
    qsort(near, n, sizeof near[0], compare_distance);
    return n;
}

static json_t *station_json(const struct station *s, const struct place_cell *from)
{
    struct place_zone forecast, county;

    place_zone_at(s->region, s->lat, s->lon, PLACE_ZONE_FORECAST, &forecast);
    place_zone_at(s->region, s->lat, s->lon, PLACE_ZONE_COUNTY, &county);
    json_t *p = json_object();
    doc_set(p, "@id", doc_url("stations/%s", s->id));
    doc_set(p, "@type", json_string("wx:ObservationStation"));
    doc_set(p, "elevation", doc_quantity("wmoUnit:m", doc_number(s->elevation_m)));
    doc_set(p, "stationIdentifier", json_string(s->id));
    doc_set(p, "name", json_string(s->name));
    doc_set(p, "timeZone", json_string(place_time_zone(s->region, s->lat, s->lon)));
    doc_set(p, "provider", json_string(s->id[0] == 'D' ? "APRSWXNET" : "ASOS-HFM"));
    doc_set(p, "subProvider", json_string(""));
    if (from) {
        double km = place_distance_km(from->lat, from->lon, s->lat, s->lon);
        double degrees = place_bearing_degrees(from->lat, from->lon, s->lat, s->lon);
        doc_set(p, "distance", doc_quantity("wmoUnit:m", doc_number(km * 1000.0)));
        doc_set(p, "bearing", doc_quantity("wmoUnit:degree_(angle)", doc_number(degrees)));
    }
    doc_set(p, "forecast", doc_url("zones/forecast/%s", forecast.id));
    doc_set(p, "county", doc_url("zones/county/%s", county.id));
    doc_set(p, "fireWeatherZone", doc_url("zones/fire/%s", forecast.id));
    return json_pack("{s:o, s:s, s:o, s:o}", "id", doc_url("stations/%s", s->id), "type", "Feature",
                     "geometry", doc_point_geometry(s->lat, s->lon), "properties", p);
}

void doc_station(const struct doc_request *request, struct doc_response *response)
{
    struct station s;

    if (!doc_allow_params(request, "", response))
        return;
    if (!station_find(request, request->parts[1], &s)) {
        doc_respond_not_found(response);
        return;
    }
    json_t *document = station_json(&s, NULL);
    doc_set(document, "@context", doc_context(DOC_CONTEXT_POINT));
    doc_respond(response, document, DAY, 0);
}

void doc_cell_stations(const struct doc_request *request, struct doc_response *response)
{
    struct place_cell cell;

    if (!doc_allow_params(request, "limit,cursor", response) ||
        !doc_find_cell(request, &cell, response))
        return;
    const char *limit_text = doc_param(request, "limit");
    long limit = limit_text ? strtol(limit_text, NULL, 10) : LIST_MAX;
    struct near *near = calloc(NEAR_MAX, sizeof near[0]);
    if (!near)
        return;
    size_t n = stations_around(request, cell.lat, cell.lon, near);
    json_t *features = json_array(), *urls = json_array();
    for (size_t i = 0; i < n && (long)i < limit && i < LIST_MAX; i++) {
        json_array_append_new(features, station_json(&near[i].station, &cell));
        json_array_append_new(urls, doc_url("stations/%s", near[i].station.id));
    }
    free(near);
    doc_respond(response,
                json_pack("{s:o, s:s, s:o, s:o, s:{s:o}}", "@context",
                          doc_context(DOC_CONTEXT_POINT), "type", "FeatureCollection", "features",
                          features, "observationStations", urls, "pagination", "next",
                          doc_url("stations?limit=500&cursor=eyJzIjo1MDB9")),
                DAY, 0);
}

json_t *station_urls(const struct doc_request *request, double lat, double lon, size_t max)
{
    json_t *urls = json_array();
    struct near *near = calloc(NEAR_MAX, sizeof near[0]);

    if (!near)
        return urls;
    size_t n = stations_around(request, lat, lon, near);
    for (size_t i = 0; i < n && i < max; i++)
        json_array_append_new(urls, doc_url("stations/%s", near[i].station.id));
    free(near);
    return urls;
}
