/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/place.h -- geography: states, forecast grids, zones, cities.
 *
 * Everything is constant and pure: a coordinate always belongs to the same state, cell and zones,
 * and every id in a document can be requested afterwards. Longitudes are degrees east. */
#ifndef CLIMACAST_TESTS_SIM_PLACE_H
#define CLIMACAST_TESTS_SIM_PLACE_H

#include <stdbool.h>
#include <stddef.h>

struct place_region { /* a state or territory, and its forecast office */
    const char *code, *name;
    int fips;
    const char *cwa, *grid, *office, *radar;
    double lat0, lon0; /* southwest corner of the office's grid */
    double elevation_m;
    int wet; /* percent: how often it rains */
    const char *time_zone;
};

/* How a station reports. */
enum place_reporting {
    PLACE_REPORTS_GOOD,
    PLACE_REPORTS_SILENT,  /* no observations */
    PLACE_REPORTS_STALE,   /* the latest is some hours old */
    PLACE_REPORTS_PARTIAL, /* no temperature and no wind */
    PLACE_REPORTS_EMPTY,   /* only the raw message; all values are null */
};

struct place_city {
    const char *name, *state, *zip;
    double lat, lon;
    int county_number;
    const char *county;
    int zone_number;
    const char *zone;
    const char *station, *station_name;
    double station_lat, station_lon;
    double elevation_m;
    enum place_reporting reporting;
};

struct place_cell { /* a cell of a forecast grid */
    const struct place_region *region;
    int x, y;
    double lat, lon; /* its center */
};

enum place_zone_kind { PLACE_ZONE_FORECAST, PLACE_ZONE_COUNTY };
struct place_zone {
    char id[8]; /* such as "COZ039" */
    enum place_zone_kind kind;
    const struct place_region *region;
    char name[96];
    double lat, lon;
};

/* The state at that place, or NULL outside the United States. */
const struct place_region *place_region_at(double lat, double lon);
const struct place_region *place_region_by_code(const char *code, size_t n);
const char *place_time_zone(const struct place_region *region, double lat, double lon);
double place_elevation_m(double lat, double lon);

/* False outside the United States. */
bool place_cell_at(double lat, double lon, struct place_cell *ret_cell);
/* False when there is no such office or the cell is outside the United States. */
bool place_find_cell(const char *grid, int x, int y, struct place_cell *ret_cell);
/* Southwest, southeast, northeast, northwest corners. */
void place_cell_corners(const struct place_cell *cell, double ret_lat[4], double ret_lon[4]);

/* The zone at a place in the United States. */
void place_zone_at(const struct place_region *region, double lat, double lon,
                   enum place_zone_kind kind, struct place_zone *ret_zone);
/* False when place_zone_at() never returns that id. */
bool place_find_zone(const char *id, enum place_zone_kind kind, struct place_zone *ret_zone);

extern const struct place_city place_cities[];
extern const size_t place_city_count;
/* The nearest city of cities.def, NULL when none is within `within_km`. */
const struct place_city *place_nearest_city(double lat, double lon, double within_km);
double place_distance_km(double lat1, double lon1, double lat2, double lon2);
double place_bearing_degrees(double lat1, double lon1, double lat2, double lon2);

#endif
