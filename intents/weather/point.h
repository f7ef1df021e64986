/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/point.h -- what NWS says of a coordinate: its grid, zones, stations and local
 * time.
 *
 * Decoders of /points, of station lists and single stations, and of zones. Every member of these
 * documents may be null, missing or nonsense: what is not of the shape expected is "", and only a
 * body that is no such document at all is refused. Read are GeoJSON (`properties`, `features`) and
 * JSON-LD (members at the top, `@graph`). Pure; the objects are unchanging. */
#ifndef CLIMACAST_INTENTS_WEATHER_POINT_H
#define CLIMACAST_INTENTS_WEATHER_POINT_H

#include <stdbool.h>
#include <stddef.h>

#include "cache/memory.h"
#include "server/base/err.h"
#include "server/base/str.h"

enum {
    POINT_ID_MAX = 16,    /* bytes with their NUL: "BOU", "KBDU", "COZ039" */
    POINT_URL_MAX = 160,  /* as found, not yet nws_url() */
    POINT_NAME_MAX = 128, /* of a station or a zone */
    POINT_STATIONS_MAX = 12,
};

struct point {
    char cwa[POINT_ID_MAX]; /* the office that warns: "AFC" */
    char grid_point[POINT_ID_MAX *
                    2]; /* "AER/125,236"; the office of the grid need not be the cwa */
    char grid_url[POINT_URL_MAX], forecast_url[POINT_URL_MAX], stations_url[POINT_URL_MAX];
    char forecast_zone_url[POINT_URL_MAX], county_zone_url[POINT_URL_MAX];
    char forecast_zone_id[POINT_ID_MAX], county_zone_id[POINT_ID_MAX]; /* the ends of those URLs */
    char time_zone[64];
};

struct point_station {
    char id[POINT_ID_MAX];
    char name[POINT_NAME_MAX]; /* "" when it has none */
};
struct point_station_list {
    size_t count;
    struct point_station at[POINT_STATIONS_MAX]; /* in the order of the document: nearest first */
};

struct point_zone {
    char id[POINT_ID_MAX];
    char name[POINT_NAME_MAX];
};

/* document_decode_fn: `unused` is. The object's data is a struct point, point_station_list or
 * point_zone. A single station's document gives a list of one. */
enum status point_decode(struct str body, void *unused, struct object **ret_object,
                         struct err *err);
enum status point_decode_stations(struct str body, void *unused, struct object **ret_object,
                                  struct err *err);
enum status point_decode_zone(struct str body, void *unused, struct object **ret_object,
                              struct err *err);

/* Letters, digits, '-' and '_', 1 to POINT_ID_MAX - 1 of them: fit to stand in a path or a key. */
bool point_id_valid(struct str id);
/* "BOU/54,74": a path below /gridpoints. */
bool point_grid_valid(struct str grid_point);

#endif
