/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/place.c -- states from a coarse map, and the grids and zones laid over them.
 *
 * The 48 states and Washington, D.C., come from land.def; Alaska and the islands are boxes. Zones
 * without a city in cities.def are squares of one degree (two in Alaska), numbered within the state
 * so that an id leads back to its place: forecast zones from 401 up, counties with even numbers
 * from 200 (real county numbers are odd, except for a few independent cities). */
#include "tests/sim/place.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct place_region regions[] = {
#define REGION(code, name, fips, cwa, grid, office, radar, lat0, lon0, elevation, wet, zone) \
    { code, name, fips, cwa, grid, office, radar, lat0, lon0, elevation, wet, zone },
#include "tests/sim/regions.def"
#undef REGION
};
enum { REGIONS = sizeof regions / sizeof regions[0] };

const struct place_city place_cities[] = {
#define CITY(name, state, zip, lat, lon, number, county, zone, zone_name, station, station_name, \
             slat, slon, elevation, reporting)                                                   \
    { name,         state,  zip,  lat,       lon,                                                \
      number,       county, zone, zone_name, station,                                            \
      station_name, slat,   slon, elevation, PLACE_REPORTS_##reporting },
#include "tests/sim/cities.def"
#undef CITY
};
const size_t place_city_count = sizeof place_cities / sizeof place_cities[0];

static const char *const land[] = {
#define ROW(runs) runs,
#include "tests/sim/land.def"
#undef ROW
};
enum { LAND_ROWS = sizeof land / sizeof land[0] };
#define LAND_NORTH 49.5
#define LAND_WEST (-125.0)
#define LAND_STEP 0.25

static const struct {
    const char *code;
    double south, north, west, east;
} boxes[] = {
    { "DC", 38.82, 38.99, -77.06, -76.92 },   { "PR", 17.85, 18.55, -67.95, -65.20 },
    { "VI", 17.65, 18.45, -65.10, -64.50 },   { "GU", 13.20, 13.70, 144.60, 145.00 },
    { "MP", 14.00, 20.60, 144.90, 146.10 },   { "AS", -14.60, -11.00, -171.20, -168.00 },
    { "HI", 18.80, 22.40, -160.40, -154.70 }, { "AK", 51.00, 53.90, 172.00, 180.00 },
    { "AK", 51.00, 53.90, -180.00, -166.00 }, { "AK", 53.00, 60.00, -170.00, -150.00 },
    { "AK", 59.00, 71.50, -168.20, -141.00 },
};

static const double pi = 3.14159265358979323846;

const struct place_region *place_region_by_code(const char *code, size_t n)
{
    for (size_t i = 0; i < REGIONS; i++)
        if (n == 2 && memcmp(regions[i].code, code, 2) == 0)
            return &regions[i];
    return NULL;
}

/* Alaska's panhandle: a strip west of the Canadian border. */
static bool in_panhandle(double lat, double lon)
{
    static const double border[] = { -130.0, -130.1, -131.8, -133.2, -135.0, -139.0, -141.0 };

    if (lat < 54.6 || lat >= 60.6)
        return false;
    double at = fmax(lat, 55.0) - 55.0;
    size_t i = (size_t)at;
    double east = border[i] + (at - (double)i) * (border[i + 1] - border[i]);
    return lon <= east && lon > fmax(east - 4.5, -141.5);
}

static const struct place_region *land_at(double lat, double lon)
{
    double row = floor((LAND_NORTH - lat) / LAND_STEP);
    double column = floor((lon - LAND_WEST) / LAND_STEP);

    if (row < 0 || row >= LAND_ROWS || column < 0 || column > 1000)
        return NULL;
    const char *p = land[(int)row];
    for (long left = (long)column; *p;) {
        char *end;
        left -= strtol(p, &end, 10);
        if (left < 0)
            return place_region_by_code(end, 2);
        p = end + 2;
    }
    return NULL;
}

const struct place_region *place_region_at(double lat, double lon)
{
    for (size_t i = 0; i < sizeof boxes / sizeof boxes[0]; i++)
        if (lat >= boxes[i].south && lat <= boxes[i].north && lon >= boxes[i].west &&
            lon <= boxes[i].east)
            return place_region_by_code(boxes[i].code, 2);
    return in_panhandle(lat, lon) ? place_region_by_code("AK", 2) : land_at(lat, lon);
}

const char *place_time_zone(const struct place_region *region, double lat, double lon)
{
    static const struct {
        const char *code, *zone;
        double south, north, west, east;
    } parts[] = {
        { "AK", "America/Adak", 50.0, 54.5, 172.0, 180.0 },
        { "AK", "America/Adak", 50.0, 54.5, -180.0, -169.5 },
        { "AK", "America/Nome", 62.0, 66.5, -168.5, -160.0 },
        { "AK", "America/Juneau", 54.0, 60.0, -138.0, -129.0 },
        { "FL", "America/Chicago", 29.0, 31.2, -88.0, -85.0 },
        { "ID", "America/Los_Angeles", 45.5, 49.5, -118.0, -114.0 },
        { "IN", "America/Chicago", 40.7, 42.0, -88.2, -86.7 },
        { "IN", "America/Chicago", 37.5, 38.4, -88.2, -87.0 },
        { "KS", "America/Denver", 37.6, 40.1, -102.2, -101.1 },
        { "KY", "America/Chicago", 36.0, 38.0, -90.0, -85.9 },
        { "MI", "America/Menominee", 45.0, 46.6, -90.5, -87.4 },
        { "ND", "America/Denver", 45.9, 47.5, -104.2, -101.4 },
        { "NE", "America/Denver", 40.0, 43.1, -104.2, -101.4 },
        { "NV", "America/Denver", 40.6, 40.9, -114.2, -114.0 },
        { "OR", "America/Boise", 42.4, 44.5, -118.3, -116.8 },
        { "SD", "America/Denver", 42.9, 46.0, -104.2, -100.6 },
        { "TN", "America/New_York", 34.9, 36.7, -85.3, -81.5 },
        { "TX", "America/Denver", 30.6, 32.1, -106.8, -104.9 },
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (strcmp(parts[i].code, region->code) == 0 && lat >= parts[i].south &&
            lat <= parts[i].north && lon >= parts[i].west && lon <= parts[i].east)
            return parts[i].zone;
    return region->time_zone;
}

double place_elevation_m(double lat, double lon)
{
    const struct place_region *region = place_region_at(lat, lon);
    double mean = region ? region->elevation_m : 0.0;

    return floor(mean * (1.0 + 0.3 * sin(lat * 3.1) * cos(lon * 2.3)));
}

/* ---- grids ---- */
#define CELL_LAT 0.0225 /* 2.5 km */
#define CELL_LON 0.03

/* Degrees east of the grid's corner. Alaska's grid crosses the date line. */
static double east_of(const struct place_region *region, double lon)
{
    double d = lon - region->lon0;

    return d < -180.0 ? d + 360.0 : d;
}

static double wrap_lon(double lon)
{
    return lon > 180.0 ? lon - 360.0 : lon;
}

bool place_cell_at(double lat, double lon, struct place_cell *ret_cell)
{
    const struct place_region *region = place_region_at(lat, lon);

    if (!region)
        return false;
    struct place_cell cell = { region, (int)floor(east_of(region, lon) / CELL_LON),
                               (int)floor((lat - region->lat0) / CELL_LAT), 0.0, 0.0 };
    cell.lat = region->lat0 + (cell.y + 0.5) * CELL_LAT;
    cell.lon = wrap_lon(region->lon0 + (cell.x + 0.5) * CELL_LON);
    *ret_cell = cell;
    return true;
}

bool place_find_cell(const char *grid, int x, int y, struct place_cell *ret_cell)
{
    const struct place_region *office = NULL;

    for (size_t i = 0; i < REGIONS && !office; i++)
        if (strcmp(regions[i].grid, grid) == 0)
            office = &regions[i];
    if (!office || x < 0 || y < 0 || x > 5000 || y > 5000)
        return false;
    struct place_cell cell = { office, x, y, office->lat0 + (y + 0.5) * CELL_LAT,
                               wrap_lon(office->lon0 + (x + 0.5) * CELL_LON) };
    double lat[4], lon[4];
    const struct place_region *found = place_region_at(cell.lat, cell.lon);
    place_cell_corners(&cell, lat, lon);
    for (int i = 0; i < 4 && !found;
         i++) /* a cell on a border belongs to a region that has one of its corners */
        found = place_region_at(lat[i], lon[i]);
    if (!found)
        return false;
    if (strcmp(found->grid, grid) == 0)
        cell.region = found;
    *ret_cell = cell;
    return true;
}

void place_cell_corners(const struct place_cell *cell, double ret_lat[4], double ret_lon[4])
{
    static const double north[] = { -0.5, -0.5, 0.5, 0.5 }, east[] = { -0.5, 0.5, 0.5, -0.5 };

    for (int i = 0; i < 4; i++) {
        ret_lat[i] = cell->lat + north[i] * CELL_LAT * 0.999;
        ret_lon[i] = cell->lon + east[i] * CELL_LON * 0.999;
    }
}

/* ---- zones ---- */
enum { ZONE_COLUMNS = 32, ZONE_FIRST = 401, COUNTY_FIRST = 200 };

static double zone_step(const struct place_region *region)
{
    return strcmp(region->code, "AK") == 0 ? 2.0 : 1.0;
}

static void set_zone_name(struct place_zone *zone, int number)
{
    static const char *const words[] = { "Cedar",   "Willow", "Granite", "Prairie", "Otter",
                                         "Juniper", "Elk",    "Harbor",  "Maple",   "Sage" };
    static const char *const sides[] = { "Northern", "Eastern", "Southern", "Western", "Central" };
    const char *word = words[number % 10];

    if (zone->kind == PLACE_ZONE_COUNTY)
        snprintf(zone->name, sizeof zone->name, "%s", word);
    else
        snprintf(zone->name, sizeof zone->name, "%s %s County", sides[number / 10 % 5], word);
}

static void set_zone_id(struct place_zone *zone, int number)
{
    snprintf(zone->id, sizeof zone->id, "%s%c%03d", zone->region->code,
             zone->kind == PLACE_ZONE_COUNTY ? 'C' : 'Z', number % 1000);
}

static void init_city_zone(struct place_zone *zone, const struct place_city *city)
{
    bool county = zone->kind == PLACE_ZONE_COUNTY;

    set_zone_id(zone, county ? city->county_number : city->zone_number);
    snprintf(zone->name, sizeof zone->name, "%s", county ? city->county : city->zone);
    zone->lat = city->lat;
    zone->lon = city->lon;
}

static void init_square_zone(struct place_zone *zone, int column, int row)
{
    double step = zone_step(zone->region);
    int number = row * ZONE_COLUMNS + column;

    zone->lat = zone->region->lat0 + (row + 0.5) * step;
    zone->lon = wrap_lon(zone->region->lon0 + (column + 0.5) * step);
    set_zone_id(zone,
                zone->kind == PLACE_ZONE_COUNTY ? COUNTY_FIRST + 2 * number : ZONE_FIRST + number);
    set_zone_name(zone, number);
}

void place_zone_at(const struct place_region *region, double lat, double lon,
                   enum place_zone_kind kind, struct place_zone *ret_zone)
{
    struct place_zone zone = { .kind = kind, .region = region };
    const struct place_city *city = place_nearest_city(lat, lon, 25.0);
    double step = zone_step(region);

    if (city && strcmp(city->state, region->code) == 0)
        init_city_zone(&zone, city);
    else
        init_square_zone(&zone, (int)floor(east_of(region, lon) / step),
                         (int)floor((lat - region->lat0) / step));
    *ret_zone = zone;
}

bool place_find_zone(const char *id, enum place_zone_kind kind, struct place_zone *ret_zone)
{
    struct place_zone zone = { .kind = kind };

    if (strlen(id) != 6 || id[2] != (kind == PLACE_ZONE_COUNTY ? 'C' : 'Z') ||
        strspn(id + 3, "0123456789") != 3)
        return false;
    zone.region = place_region_by_code(id, 2);
    if (!zone.region)
        return false;
    int number = (int)strtol(id + 3, NULL, 10);
    for (size_t i = 0; i < place_city_count; i++) {
        int named =
            kind == PLACE_ZONE_COUNTY ? place_cities[i].county_number : place_cities[i].zone_number;
        if (named % 1000 == number && strcmp(place_cities[i].state, zone.region->code) == 0) {
            init_city_zone(&zone, &place_cities[i]);
            *ret_zone = zone;
            return true;
        }
    }
    int index = kind == PLACE_ZONE_COUNTY ? (number - COUNTY_FIRST) / 2 : number - ZONE_FIRST;
    if (index < 0 || (kind == PLACE_ZONE_COUNTY && number % 2 != 0))
        return false;
    init_square_zone(&zone, index % ZONE_COLUMNS, index / ZONE_COLUMNS);
    *ret_zone = zone;
    return true;
}

/* ---- distances ---- */

const struct place_city *place_nearest_city(double lat, double lon, double within_km)
{
    const struct place_city *best = NULL;

    for (size_t i = 0; i < place_city_count; i++) {
        double d = place_distance_km(lat, lon, place_cities[i].lat, place_cities[i].lon);
        if (d <= within_km) {
            within_km = d;
            best = &place_cities[i];
        }
    }
    return best;
}

double place_distance_km(double lat1, double lon1, double lat2, double lon2)
{
    double a = lat1 * pi / 180.0, b = lat2 * pi / 180.0, d = (lon2 - lon1) * pi / 180.0;
    double c = sin(a) * sin(b) + cos(a) * cos(b) * cos(d);

    return 6371.0 * acos(fmin(1.0, fmax(-1.0, c)));
}

double place_bearing_degrees(double lat1, double lon1, double lat2, double lon2)
{
    double a = lat1 * pi / 180.0, b = lat2 * pi / 180.0, d = (lon2 - lon1) * pi / 180.0;
    double t = atan2(sin(d) * cos(b), cos(a) * sin(b) - sin(a) * cos(b) * cos(d)) * 180.0 / pi;

    return floor(t < 0 ? t + 360.0 : t);
}
