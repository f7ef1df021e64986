/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/nws.h -- asking the National Weather Service: which URL, which decoder, how
 * fresh.
 *
 * The door to everything in this folder: it holds the base URL, the documents and the shared
 * entries. Callers hand a `struct call` down: who waits, for how long, in whose memory.
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
    const char *base_url;          /* "https://api.weather.gov", no slash at the end */
    const char *geocoder_here_key; /* "" when HERE is not among the providers */
    const char *geocoder_here_url;
    const char *const *geocoders; /* "gazetteer", "here"; NULL at the end, in order */
    /* An unknown unit, a document of another shape: told once per kind. May be NULL. */
    void (*report)(void *data, const struct err *err);
    void *report_data;
};

struct nws *nws_create(const struct nws_settings *settings, struct documents *documents,
                       struct shared *shared, struct err *err);
void nws_free(struct nws *n);

/* A URL or path found inside an NWS document, as the URL to ask at the base: "" when its host is
 * neither api.weather.gov nor the base's, or it is no URL. In the arena. */
struct str nws_url(const struct nws *n, struct arena *arena, struct str found);

#endif
