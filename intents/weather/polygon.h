/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/polygon.h -- the area of an alert as polygons, and whether it reaches a place.
 *
 * Read from a GeoJSON geometry (RFC 7946). Pure. */
#ifndef CLIMACAST_INTENTS_WEATHER_POLYGON_H
#define CLIMACAST_INTENTS_WEATHER_POLYGON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { POLYGON_POINTS_MAX = 2000 }; /* of one geometry; warnings have about 20 */

/* A corner. The rings of all polygons follow each other in one array. */
struct polygon_point {
    float lat, lon;
    bool begins_ring;
    bool begins_polygon; /* the ring is an outer one; those that follow are its holes */
};

/* Reads a geometry of type Polygon or MultiPolygon into `points`, which has space for `max`.
 * Returns the number of points; 0 for null, for another type, for more than `max` points and for
 * anything malformed: such an area is unknown. */
size_t polygon_read(const json_t *geometry, struct polygon_point *points, size_t max);

/* Does the area contain the coordinates, or come within `margin_km` of them? */
bool polygon_reaches(const struct polygon_point *points, size_t count, double lat, double lon,
                     double margin_km);

#endif
