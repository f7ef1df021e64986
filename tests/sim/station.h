/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/station.h -- observation stations: those of the cities, and made-up ones in between. */
#ifndef CLIMACAST_TESTS_SIM_STATION_H
#define CLIMACAST_TESTS_SIM_STATION_H

#include "tests/sim/doc.h"

struct station {
    char id[8];
    char name[240];
    double lat, lon, elevation_m;
    const struct region *region;
    enum mood mood;
    uint64_t trait; /* a number of its own, for habits that differ */
};

/* False when there is no such station; lower case ids are found too. */
bool station_find(const struct ask *ask, const char *id, struct station *ret_station);
/* The URLs of those around a place, nearest first. */
json_t *station_urls(const struct ask *ask, double lat, double lon, size_t most);

#endif
