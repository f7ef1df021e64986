/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/radar.h -- how strongly the radar sees precipitation around a place.
 *
 * The picture comes from NOAA's map service (WMS 1.1.1), layers "base reflectivity, quality
 * controlled", and is asked for around the place, never around a device. Of its colors only the
 * strength is kept, so that a screen draws it itself and loads no picture. Thread-safe. */
#ifndef CLIMACAST_INTENTS_WEATHER_RADAR_H
#define CLIMACAST_INTENTS_WEATHER_RADAR_H

#include "intents/weather/nws.h"
#include "intents/weather/place.h"

/* The picture is a square with the place in its middle. */
enum { RADAR_CELLS = 48, RADAR_KM = 300 /* along each side */ };

/* By the usual colors: blue and green, yellow, orange and red, purple. */
enum radar_strength { RADAR_NONE, RADAR_LIGHT, RADAR_MODERATE, RADAR_HEAVY, RADAR_VERY_HEAVY };

struct radar {
    uint8_t strength[RADAR_CELLS][RADAR_CELLS]; /* enum radar_strength; rows from the north */
};

struct radar_answer {
    const struct radar *radar; /* valid as long as call->arena */
    bool stale;                /* the map service can't be reached now; this one is older */
    int64_t age_s;
};

/* Has the owner switched it on? */
bool radar_is_on(const struct nws *n);

/*   ST_OK
 *   ST_NOT_FOUND   reason "radar_none": no radar covers the place
 *   ST_WOULD_WAIT
 *   ST_UNAVAILABLE, ST_TIMEOUT   reason "radar_away"
 *   ST_SYSTEM      out of memory */
enum status radar_get(struct nws *n, const struct call *call, const struct place *place,
                      struct radar_answer *ret_answer, struct err *err);

/* The nearest cell of at least this strength, and how far and in which direction from the place it
 * is. Cells in the corners, farther than RADAR_KM / 2, don't count. */
struct radar_echo {
    enum radar_strength strength;
    double km, degrees; /* clockwise from north */
};
bool radar_nearest(const struct radar *r, enum radar_strength at_least,
                   struct radar_echo *ret_echo);

/* Decodes a picture; for documents and tests. */
enum status radar_decode(struct str body, void *unused, struct object **ret_object,
                         struct err *err);

#endif
