/* SPDX-License-Identifier: Apache-2.0 */
/* cache/shared_caches.c -- the caches of shared entries, by the names they are stored under. */
#include "cache/shared_caches.h"

const char *const shared_caches[SHARED_CACHES] = {
    [SHARED_CACHE_LOCATION] = "LocationCache",
    [SHARED_CACHE_STATION] = "StationCache",
    [SHARED_CACHE_ZONE] = "ZoneCache",
};
