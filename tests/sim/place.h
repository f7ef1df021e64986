/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/place.h -- where things are: states, forecast grids, zones, cities.
 *
 * All of it is constant and pure: the same coordinate always lies in the same state, cell and
 * zones, and every id that is handed out can be asked for afterwards. Longitudes are degrees
 * east. */
#ifndef CLIMACAST_TESTS_SIM_PLACE_H
#define CLIMACAST_TESTS_SIM_PLACE_H

#include <stdbool.h>
#include <stddef.h>

struct region { /* a state or territory, and its forecast office */
    const char *code, *name;
    int fips;
    const char *cwa, *grid, *office, *radar;
    double lat0, lon0; /* south-west corner of the office's grid */
    double elevation_m;
    int wet; /* percent: how often it rains */
    const char *time_zone;
};

enum mood { /* how a station behaves */
            MOOD_GOOD,
            MOOD_SILENT,  /* no observation at all */
            MOOD_STALE,   /* the newest is some hours old */
            MOOD_PARTIAL, /* no temperature and no wind */
            MOOD_EMPTY,   /* every value null, only the raw message is there */
};

struct city {
    const char *name, *state, *zip;
    double lat, lon;
    int county_number;
    const char *county;
    int zone_number;
    const char *zone;
    const char *station, *station_name;
    double station_lat, station_lon;
    double elevation_m;
    enum mood mood;
};

struct cell { /* one square of a forecast grid */
    const struct region *region;
    int x, y;
    double lat, lon; /* its middle */
};

enum zone_kind { ZONE_FORECAST, ZONE_COUNTY };
struct zone_info {
    char id[8]; /* such as "COZ039" */
    enum zone_kind kind;
    const struct region *region;
    char name[96];
    double lat, lon;
};

/* The state there, or NULL outside the United States. */
const struct region *region_at(double lat, double lon);
const struct region *region_by_code(const char *code, size_t n);
const char *time_zone_at(const struct region *region, double lat, double lon);
double elevation_at(double lat, double lon);

/* False outside the United States. */
bool cell_at(double lat, double lon, struct cell *ret_cell);
/* False when there is no such office or the square lies outside the United States. */
bool cell_find(const char *grid, int x, int y, struct cell *ret_cell);
/* South-west, south-east, north-east, north-west corners. */
void cell_corners(const struct cell *cell, double ret_lat[4], double ret_lon[4]);

/* The zone of that kind at a place in the United States. */
void zone_at(const struct region *region, double lat, double lon, enum zone_kind kind,
             struct zone_info *ret_zone);
/* False when nobody could have got that id from zone_at(). */
bool zone_find(const char *id, enum zone_kind kind, struct zone_info *ret_zone);

extern const struct city cities[];
extern const size_t city_count;
/* The nearest city of the table, NULL when none is within `within_km`. */
const struct city *city_near(double lat, double lon, double within_km);
double distance_km(double lat1, double lon1, double lat2, double lon2);
double bearing_degrees(double lat1, double lon1, double lat2, double lon2);

#endif
