/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/polygon.c -- polygons of GeoJSON, and which places they reach. */
#include "intents/weather/polygon.h"

#include <stdlib.h>

#include "tests/test.h"
#include "tests/unit/intents/weather/nws_case.h"

static size_t read_text(const char *text, struct polygon_point *points, size_t max)
{
    char *quoted = case_quoted(text);
    json_t *geometry = json_loads(quoted, JSON_DECODE_ANY, NULL);
    size_t count = polygon_read(geometry, points, max);

    CHECK(geometry);
    json_decref(geometry);
    free(quoted);
    return count;
}

/* Does the area reach the coordinates? */
static bool reaches(const char *text, double lat, double lon, double margin_km)
{
    struct polygon_point points[100];
    size_t count = read_text(text, points, 100);

    CHECK(count > 0);
    return polygon_reaches(points, count, lat, lon, margin_km);
}

#define POLYGON(rings) "{'type':'Polygon','coordinates':[" rings "]}"
#define TRIANGLE "[[-100,40],[-98,40],[-99,42],[-100,40]]"

TEST(a_point_is_inside_or_outside)
{
    CHECK(reaches(POLYGON(TRIANGLE), 40.5, -99.0, 0.0));
    CHECK(reaches(POLYGON(TRIANGLE), 41.9, -99.0, 0.0));
    CHECK(!reaches(POLYGON(TRIANGLE), 41.9, -99.5, 0.0));
    CHECK(!reaches(POLYGON(TRIANGLE), 39.9, -99.0, 0.0));
    CHECK(!reaches(POLYGON(TRIANGLE), 40.5, -97.0, 0.0));
    CHECK(!reaches(POLYGON(TRIANGLE), 40.0, -110.0, 0.0)); /* in line with an edge */
    /* Elevations, and the other direction around. */
    CHECK(reaches(POLYGON("[[-99,42,5],[-98,40,5],[-100,40,5],[-99,42,5]]"), 40.5, -99.0, 0.0));
}

TEST(the_margin_is_in_kilometers)
{
    CHECK(!reaches(POLYGON(TRIANGLE), 39.9, -99.0, 11.0)); /* 11.1 km */
    CHECK(reaches(POLYGON(TRIANGLE), 39.9, -99.0, 11.3));
    CHECK(!reaches(POLYGON(TRIANGLE), 40.0, -100.1, 8.4)); /* 8.5 km from the corner */
    CHECK(reaches(POLYGON(TRIANGLE), 40.0, -100.1, 8.6));
}

TEST(a_hole_is_outside)
{
    static const char ring[] = POLYGON("[[-100,40],[-98,40],[-98,42],[-100,42],[-100,40]],"
                                       "[[-99.5,40.5],[-98.5,40.5],[-98.5,41.5],[-99.5,41.5],"
                                       "[-99.5,40.5]]");

    CHECK(reaches(ring, 40.2, -99.0, 0.0));
    CHECK(!reaches(ring, 41.0, -99.0, 0.0));
    CHECK(!reaches(ring, 43.0, -99.0, 0.0));
}

TEST(one_of_several_polygons_is_enough)
{
    /* They overlap, which is not a hole. */
    static const char two[] = "{'type':'MultiPolygon','coordinates':[[" TRIANGLE "],"
                              "[[[-99,40],[-97,40],[-98,42],[-99,40]]]]}";

    CHECK(reaches(two, 40.2, -99.8, 0.0));
    CHECK(reaches(two, 40.2, -98.5, 0.0));
    CHECK(reaches(two, 40.2, -97.2, 0.0));
    CHECK(!reaches(two, 41.9, -98.5, 0.0));
}

TEST(the_date_line_is_not_a_border)
{
    static const char aleutians[] = POLYGON("[[175,50],[-175,50],[-175,54],[175,54],[175,50]]");
    static const char beyond[] = POLYGON("[[175,50],[185,50],[185,54],[175,54],[175,50]]");

    CHECK(reaches(aleutians, 52.0, -178.0, 0.0));
    CHECK(reaches(aleutians, 52.0, 178.0, 0.0));
    CHECK(!reaches(aleutians, 52.0, -170.0, 0.0));
    CHECK(reaches(beyond, 52.0, -178.0, 0.0));
}

TEST(what_cannot_be_read_is_not_an_area)
{
    static const char *const texts[] = {
        "null",
        "'POLYGON((1 2,3 4,5 6,1 2))'",
        "[]",
        "{}",
        "{'type':'Point','coordinates':[1,2]}",
        "{'type':'Polygon'}",
        "{'type':'Polygon','coordinates':null}",
        POLYGON(""),
        POLYGON("[]"),
        POLYGON("[[1,2],[3,4],[1,2]]"),
        POLYGON("[[1,2],[3,4],[5],[1,2]]"),
        POLYGON("[[1,2],[3,4],['5',6],[1,2]]"),
        POLYGON("[[1,2],[3,4],[5,91],[1,2]]"),
        POLYGON("[[1,2],[3,4],[1e300,6],[1,2]]"),
        POLYGON(TRIANGLE ",[]"),
        "{'type':'MultiPolygon','coordinates':[]}",
        "{'type':'MultiPolygon','coordinates':[[" TRIANGLE "],[]]}",
        "{'type':'MultiPolygon','coordinates':[" TRIANGLE "]}",
    };
    struct polygon_point points[100];

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (read_text(texts[i], points, 100) != 0)
            fail_msg("read: %s", texts[i]);
    CHECK(read_text(POLYGON(TRIANGLE), points, 3) == 0);
    CHECK(read_text(POLYGON(TRIANGLE), points, 4) == 4);
    CHECK(!polygon_reaches(points, 0, 40.0, -99.0, 1e9));
}

TESTS(a_point_is_inside_or_outside, the_margin_is_in_kilometers, a_hole_is_outside,
      one_of_several_polygons_is_enough, the_date_line_is_not_a_border,
      what_cannot_be_read_is_not_an_area)
