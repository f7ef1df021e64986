/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/polygon.c -- the area of an alert as polygons, and whether it reaches a place.
 *
 * Computed on a plane around the place, in kilometers: areas of warnings are small. Longitudes are
 * relative to the place, so an area may cross the date line. */
#include "intents/weather/polygon.h"

#include <math.h>

#include "server/base/json.h"

enum { RING_POINTS_MIN = 4 }; /* a triangle, closed */

/* ---- reading ---- */

struct reader {
    struct polygon_point *points;
    size_t count, max;
    bool failed;
};

static bool read_position(const json_t *position, struct polygon_point *p)
{
    double lon, lat;

    if (!json_num(position, "0", &lon) || !json_num(position, "1", &lat) || fabs(lat) > 90.0 ||
        fabs(lon) > 360.0)
        return false;
    p->lat = (float)lat;
    p->lon = (float)lon;
    return true;
}

static void read_ring(struct reader *r, const json_t *ring, bool outer)
{
    size_t count = json_array_size(ring);

    if (count < RING_POINTS_MIN || count > r->max - r->count) {
        r->failed = true;
        return;
    }
    for (size_t i = 0; i < count && !r->failed; i++) {
        struct polygon_point *p = &r->points[r->count++];
        *p = (struct polygon_point){ .begins_ring = i == 0, .begins_polygon = i == 0 && outer };
        r->failed = !read_position(json_array_get(ring, i), p);
    }
}

static void read_polygon(struct reader *r, const json_t *rings)
{
    if (json_array_size(rings) == 0)
        r->failed = true;
    for (size_t i = 0; i < json_array_size(rings) && !r->failed; i++)
        read_ring(r, json_array_get(rings, i), i == 0);
}

size_t polygon_read(const json_t *geometry, struct polygon_point *points, size_t max)
{
    struct str type = json_str(geometry, "type");
    const json_t *coordinates = json_at(geometry, "coordinates");
    struct reader r = { .points = points, .max = max };

    if (str_eqz(type, "Polygon")) {
        read_polygon(&r, coordinates);
    } else if (str_eqz(type, "MultiPolygon")) {
        for (size_t i = 0; i < json_array_size(coordinates) && !r.failed; i++)
            read_polygon(&r, json_array_get(coordinates, i));
    }
    return r.failed ? 0 : r.count;
}

/* ---- judging ---- */

/* Kilometers east and north of the place. */
struct offset {
    double east, north;
};

static struct offset offset_of(const struct polygon_point *p, double lat, double lon)
{
    const double km_per_degree = 111.2, radians = 3.14159265358979 / 180.0;
    double degrees_east = remainder((double)p->lon - lon, 360.0);

    return (struct offset){ degrees_east * cos(lat * radians) * km_per_degree,
                            ((double)p->lat - lat) * km_per_degree };
}

/* Does a ray from the place to the east cross the edge? */
static bool crosses(struct offset a, struct offset b)
{
    if ((a.north > 0.0) == (b.north > 0.0))
        return false;
    return a.east + (0.0 - a.north) / (b.north - a.north) * (b.east - a.east) > 0.0;
}

/* The distance of the place from the edge. */
static double distance_km(struct offset a, struct offset b)
{
    double east = b.east - a.east, north = b.north - a.north;
    double length = east * east + north * north;
    double share = length > 0.0 ? -(a.east * east + a.north * north) / length : 0.0;

    share = fmin(1.0, fmax(0.0, share));
    return hypot(a.east + share * east, a.north + share * north);
}

bool polygon_reaches(const struct polygon_point *points, size_t count, double lat, double lon,
                     double margin_km)
{
    bool inside = false;

    for (size_t i = 0; i < count; i++) {
        struct offset a, b;
        if (points[i].begins_polygon && inside)
            return true;
        if (i + 1 == count || points[i + 1].begins_ring)
            continue; /* the last point of a ring is its first one */
        a = offset_of(&points[i], lat, lon);
        b = offset_of(&points[i + 1], lat, lon);
        if (distance_km(a, b) <= margin_km)
            return true;
        if (crosses(a, b))
            inside = !inside;
    }
    return inside;
}
