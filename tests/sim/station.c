/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/station.c -- stations, and the list of them around a grid cell, nearest first.
 *
 * The cities of the table have their real station. Elsewhere each square of 0.4 degrees with land
 * in it has one, whose id ("K" or "P" and a number in base 36, sometimes "D" and four digits, as
 * private networks have) says which square that is. */
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
    int first; /* index of its first square among those of the prefix */
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

static void name_square(const struct area *area, int index, uint64_t trait, char id[8])
{
    if (area->prefix == 'K' && trait % 7 == 0)
        snprintf(id, 8, "D%04d", index % 10000);
    else
        snprintf(id, 8, "%c%c%c%c", area->prefix, digits[index / 1296], digits[index / 36 % 36],
                 digits[index % 36]);
}

static enum mood mood_of(uint64_t trait)
{
    static const enum mood moods[] = { MOOD_SILENT, MOOD_STALE, MOOD_PARTIAL, MOOD_EMPTY };
    uint64_t draw = trait / 7 % 24;

    return draw < 4 ? moods[draw] : MOOD_GOOD;
}

/* The made-up station of a square; false where there is no land or a city's own station is near. */
static bool station_in(const struct ask *ask, const struct area *area, int row, int column,
                       struct station *ret_station)
{
    if (row < 0 || row >= area->rows || column < 0 || column >= area->columns)
        return false;
    int index = area->first + row * area->columns + column;
    uint64_t trait = air_hash(ask->seed, (uint64_t)area->prefix, (uint64_t)index);
    struct station s = { .trait = trait, .mood = mood_of(trait) };
    s.lat = area->lat0 + (row + 0.2 + 0.6 * (double)(trait >> 32 & 255) / 255.0) * STEP;
    s.lon = area->lon0 + (column + 0.2 + 0.6 * (double)(trait >> 40 & 255) / 255.0) * STEP;
    s.lon = s.lon > 180.0 ? s.lon - 360.0 : s.lon;
    s.region = region_at(s.lat, s.lon);
    if (!s.region || city_near(s.lat, s.lon, 30.0))
        return false;
    struct zone_info county;
    zone_at(s.region, s.lat, s.lon, ZONE_COUNTY, &county);
    snprintf(s.name, sizeof s.name, "%s, %s Municipal Airport", county.name, county.name);
    s.elevation_m = elevation_at(s.lat, s.lon);
    name_square(area, index, trait, s.id);
    *ret_station = s;
    return true;
}

static void station_of_city(const struct ask *ask, const struct city *city,
                            struct station *ret_station)
{
    struct station s = { .lat = city->station_lat,
                         .lon = city->station_lon,
                         .elevation_m = city->elevation_m,
                         .region = region_by_code(city->state, 2),
                         .mood = city->mood };

    snprintf(s.id, sizeof s.id, "%s", city->station);
    snprintf(s.name, sizeof s.name, "%s", city->station_name);
    s.trait = air_hash(ask->seed,
                       (uint64_t)s.id[1] << 16 | (uint64_t)s.id[2] << 8 | (uint64_t)s.id[3], 3);
    *ret_station = s;
}

static int index_of(const char *id)
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

bool station_find(const struct ask *ask, const char *id, struct station *ret_station)
{
    char upper[8] = "";

    if (strlen(id) >= sizeof upper)
        return false;
    for (size_t i = 0; id[i]; i++)
        upper[i] = (char)toupper((unsigned char)id[i]);
    for (size_t i = 0; i < city_count; i++) {
        if (strcmp(cities[i].station, upper) == 0) {
            station_of_city(ask, &cities[i], ret_station);
            return true;
        }
    }
    int index = index_of(upper);
    char prefix = upper[0] == 'D' ? 'K' : upper[0];
    for (int i = 0; i < AREAS; i++) {
        int in_area = index - areas[i].first;
        if (areas[i].prefix == prefix && in_area >= 0 && in_area < areas[i].rows * areas[i].columns)
            return station_in(ask, &areas[i], in_area / areas[i].columns,
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

static int nearer(const void *a, const void *b)
{
    double d = ((const struct near *)a)->km - ((const struct near *)b)->km;

    return d < 0 ? -1 : d > 0;
}

static size_t collect(const struct ask *ask, double lat, double lon, struct near near[NEAR_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < city_count && n < NEAR_MAX; i++)
        if (distance_km(lat, lon, cities[i].lat, cities[i].lon) < 300.0)
            station_of_city(ask, &cities[i], &near[n++].station);
    for (int i = 0; i < AREAS; i++) {
        double east = lon - areas[i].lon0;
        int column = (int)floor((east < -180.0 ? east + 360.0 : east) / STEP);
        int row = (int)floor((lat - areas[i].lat0) / STEP);
        for (int r = row - 4; r <= row + 4; r++)
            for (int c = column - 6; c <= column + 6 && n < NEAR_MAX; c++)
                n += station_in(ask, &areas[i], r, c, &near[n].station);
    }
    for (size_t i = 0; i < n; i++)
        near[i].km = distance_km(lat, lon, near[i].station.lat, near[i].station.lon);
    qsort(near, n, sizeof near[0], nearer);
    return n;
}

static json_t *station_json(const struct station *s, const struct cell *from)
{
    struct zone_info forecast, county;

    zone_at(s->region, s->lat, s->lon, ZONE_FORECAST, &forecast);
    zone_at(s->region, s->lat, s->lon, ZONE_COUNTY, &county);
    json_t *p = json_object();
    set(p, "@id", api_url("stations/%s", s->id));
    set(p, "@type", json_string("wx:ObservationStation"));
    set(p, "elevation", quantity("wmoUnit:m", number(s->elevation_m)));
    set(p, "stationIdentifier", json_string(s->id));
    set(p, "name", json_string(s->name));
    set(p, "timeZone", json_string(time_zone_at(s->region, s->lat, s->lon)));
    set(p, "provider", json_string(s->id[0] == 'D' ? "APRSWXNET" : "ASOS-HFM"));
    set(p, "subProvider", json_string(""));
    if (from) {
        double km = distance_km(from->lat, from->lon, s->lat, s->lon);
        double degrees = bearing_degrees(from->lat, from->lon, s->lat, s->lon);
        set(p, "distance", quantity("wmoUnit:m", number(km * 1000.0)));
        set(p, "bearing", quantity("wmoUnit:degree_(angle)", number(degrees)));
    }
    set(p, "forecast", api_url("zones/forecast/%s", forecast.id));
    set(p, "county", api_url("zones/county/%s", county.id));
    set(p, "fireWeatherZone", api_url("zones/fire/%s", forecast.id));
    return json_pack("{s:o, s:s, s:o, s:o}", "id", api_url("stations/%s", s->id), "type", "Feature",
                     "geometry", point_geometry(s->lat, s->lon), "properties", p);
}

void doc_station(const struct ask *ask, struct answer *answer)
{
    struct station s;

    if (!ask_allows(ask, "", answer))
        return;
    if (!station_find(ask, ask->parts[1], &s)) {
        answer_not_found(answer);
        return;
    }
    json_t *document = station_json(&s, NULL);
    set(document, "@context", api_context(API_CONTEXT_POINT));
    answer_json(answer, document, DAY, 0);
}

void doc_cell_stations(const struct ask *ask, struct answer *answer)
{
    struct cell cell;

    if (!ask_allows(ask, "limit,cursor", answer) || !ask_cell(ask, &cell, answer))
        return;
    const char *limit_text = ask_param(ask, "limit");
    long limit = limit_text ? strtol(limit_text, NULL, 10) : LIST_MAX;
    struct near *near = calloc(NEAR_MAX, sizeof near[0]);
    if (!near)
        return;
    size_t n = collect(ask, cell.lat, cell.lon, near);
    json_t *features = json_array(), *urls = json_array();
    for (size_t i = 0; i < n && (long)i < limit && i < LIST_MAX; i++) {
        json_array_append_new(features, station_json(&near[i].station, &cell));
        json_array_append_new(urls, api_url("stations/%s", near[i].station.id));
    }
    free(near);
    answer_json(answer,
                json_pack("{s:o, s:s, s:o, s:o, s:{s:o}}", "@context",
                          api_context(API_CONTEXT_POINT), "type", "FeatureCollection", "features",
                          features, "observationStations", urls, "pagination", "next",
                          api_url("stations?limit=500&cursor=eyJzIjo1MDB9")),
                DAY, 0);
}

json_t *station_urls(const struct ask *ask, double lat, double lon, size_t most)
{
    json_t *urls = json_array();
    struct near *near = calloc(NEAR_MAX, sizeof near[0]);

    if (!near)
        return urls;
    size_t n = collect(ask, lat, lon, near);
    for (size_t i = 0; i < n && i < most; i++)
        json_array_append_new(urls, api_url("stations/%s", near[i].station.id));
    free(near);
    return urls;
}
