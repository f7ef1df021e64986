/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/station.h -- observation stations: those of the cities, and generated ones
 * elsewhere. */
#ifndef CLIMACAST_TESTS_SIM_STATION_H
#define CLIMACAST_TESTS_SIM_STATION_H

#include "tests/sim/doc.h"

struct station {
    char id[8];
    char name[240];
    double lat, lon, elevation_m;
    const struct place_region *region;
    enum place_reporting reporting;
    uint64_t traits; /* random bits that vary its behavior */
};

/* False when there is no such station. Ids are not case-sensitive. */
bool station_find(const struct doc_request *request, const char *id, struct station *ret_station);
/* The URLs of the stations around a place, nearest first. */
json_t *station_urls(const struct doc_request *request, double lat, double lon, size_t max);

#endif
