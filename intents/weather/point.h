/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/point.h -- decodes /points, stations and zones.
 *
 * /points gives the grid, the zones, the stations and the time zone of coordinates. Every member of
 * these documents may be null, missing or nonsense: it is then "", and only a body that isn't such
 * a document at all is rejected. Both GeoJSON (`properties`, `features`) and JSON-LD (top-level
 * members, `@graph`) are accepted. Pure; the objects are immutable. */
#ifndef CLIMACAST_INTENTS_WEATHER_POINT_H
#define CLIMACAST_INTENTS_WEATHER_POINT_H

#include <stdbool.h>
#include <stddef.h>

#include "cache/memory.h"
#include "server/base/err.h"
#include "server/base/str.h"

enum {
    POINT_ID_MAX = 16,    /* bytes including the NUL: "BOU", "KBDU", "COZ039" */
    POINT_URL_MAX = 160,  /* as sent, before nws_url() */
    POINT_NAME_MAX = 128, /* of a station or a zone */
    POINT_STATIONS_MAX = 12,
};

struct point {
    char cwa[POINT_ID_MAX];            /* the office that issues warnings: "AFC" */
    char grid_point[POINT_ID_MAX * 2]; /* "AER/125,236"; its office may differ from the cwa */
    char grid_url[POINT_URL_MAX], forecast_url[POINT_URL_MAX], stations_url[POINT_URL_MAX];
    char radio_url[POINT_URL_MAX], area_radio_url[POINT_URL_MAX]; /* weather radio's scripts */
    char forecast_zone_url[POINT_URL_MAX], county_zone_url[POINT_URL_MAX];
    char forecast_zone_id[POINT_ID_MAX], county_zone_id[POINT_ID_MAX]; /* the ends of those URLs */
    bool urls_unread;  /* it names a grid or a forecast in a way that can't be read */
    bool zones_unread; /* it names a zone in a way that can't be read, or none at all */
    char time_zone[64];
};

struct point_station {
    char id[POINT_ID_MAX];
    char name[POINT_NAME_MAX]; /* "" when there is none */
};
struct point_station_list {
    size_t count;
    bool unread;                                 /* there are others, which can't be read */
    struct point_station at[POINT_STATIONS_MAX]; /* in the document's order: nearest first */
};

struct point_zone {
    char id[POINT_ID_MAX];
    char name[POINT_NAME_MAX];
};

/* Decoders of type document_decode_fn. The object's data is a struct point, point_station_list or
 * point_zone; the document of a single station gives a list of one. */
enum status point_decode(struct str body, void *unused, struct object **ret_object,
                         struct err *err);
enum status point_decode_stations(struct str body, void *unused, struct object **ret_object,
                                  struct err *err);
enum status point_decode_zone(struct str body, void *unused, struct object **ret_object,
                              struct err *err);

/* 1 to POINT_ID_MAX - 1 letters, digits, '-' and '_': safe in a path or a key. */
bool point_id_valid(struct str id);
/* "BOU/54,74": a path under /gridpoints. */
bool point_grid_valid(struct str grid_point);

#endif
