/* SPDX-License-Identifier: Apache-2.0 */
/* cache/shared_caches.h -- the caches of shared entries, by the names they are stored under.
 * Constants. */
#ifndef CLIMACAST_CACHE_SHARED_CACHES_H
#define CLIMACAST_CACHE_SHARED_CACHES_H

enum shared_cache {
    SHARED_CACHE_LOCATION, /* places, by normalized name */
    SHARED_CACHE_STATION,  /* observation stations, by id */
    SHARED_CACHE_ZONE,     /* forecast and county zones, by id */
    SHARED_CACHES
};

extern const char *const shared_caches[SHARED_CACHES];

#endif
