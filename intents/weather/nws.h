/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/nws.h -- the client of the National Weather Service.
 *
 * Everything in this folder works through a struct nws: it has the base URL, the cached documents
 * and the shared cache entries. Callers pass a struct call with their arena and deadline.
 * Thread-safe. */
#ifndef CLIMACAST_INTENTS_WEATHER_NWS_H
#define CLIMACAST_INTENTS_WEATHER_NWS_H

#include <stdbool.h>
#include <stdint.h>

#include "cache/documents.h"
#include "cache/shared.h"
#include "server/base/arena.h"
#include "server/base/call.h"
#include "server/base/err.h"
#include "server/base/str.h"

struct nws;

struct nws_settings {
    const char *base_url;          /* "https://api.weather.gov"; NULL or "" for that */
    const char *radar_url;         /* "https://opengeo.ncep.noaa.gov/geoserver"; NULL or "": off */
    const char *geocoder_here_key; /* "" when HERE is not used */
    const char *geocoder_here_url;
    const char *const *geocoders; /* "gazetteer", "here": in order, up to a NULL */
    /* Called for anomalies such as an unknown unit, once for each kind. May be NULL. */
    void (*report)(void *data, const struct err *err);
    /* Called for each question that HERE did not answer usably. `fault` is "timeout",
     * "no_response", "unreadable", "3xx", "4xx", "5xx", or "not_asked": its circuit breaker is
     * open, or too many others wait for it. May be NULL. */
    void (*report_here)(void *data, const char *fault, const struct err *err);
    void *report_data; /* for both */
};

/* Copies the settings; `documents` and `shared` must outlive the client. NULL on failure. */
struct nws *nws_create(const struct nws_settings *settings, struct documents *documents,
                       struct shared *shared, struct err *err);
void nws_free(struct nws *n); /* NULL is allowed */

/* Maps a URL or path found in an NWS document to the configured base URL. STR_NONE when it is not a
 * plain URL, or its host is neither api.weather.gov nor that of the base. In the arena. */
struct str nws_url(const struct nws *n, struct arena *arena, struct str found);

#endif
