/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/nws_internal.h -- what the files of this folder share behind nws.h.
 *
 * Nobody outside intents/weather/ includes this. Thread-safe as nws.h is. */
#ifndef CLIMACAST_INTENTS_WEATHER_NWS_INTERNAL_H
#define CLIMACAST_INTENTS_WEATHER_NWS_INTERNAL_H

#include <stddef.h>

#include "cache/documents.h"
#include "cache/shared.h"
#include "intents/weather/nws.h"
#include "server/base/err.h"

struct documents *nws_documents(const struct nws *n);
struct shared *nws_shared(const struct nws *n);
const char *nws_base(const struct nws *n); /* "https://api.weather.gov" */
const struct nws_settings *nws_settings(const struct nws *n);

/* Tell the report function of the settings, once per kind: the same reason and text is passed on
 * only the first time, and only so many kinds are. `n` may be NULL. */
void nws_report(struct nws *n, const struct err *err);

/* Get `count` documents for a call, the missing ones in parallel, and let their objects live as
 * long as call->arena: the caller releases nothing and may point into them. ST_OK          every
 * document is decided: look at each one's status ST_WOULD_WAIT  the call may not wait and at least
 * one would have to (those that need not are there) ST_SYSTEM      the arena is full; nothing is
 * there */
enum status nws_fetch(struct nws *n, const struct call *call, const struct document_request *wants,
                      size_t count, struct document *ret_documents);

/* What a document that is not ST_OK means for the caller: fills err in front of `what` ("the grid")
 * and returns ST_NOT_FOUND, ST_TIMEOUT, ST_WOULD_WAIT or ST_UNAVAILABLE. */
enum status nws_document_error(const struct document *document, const char *what, struct err *err);

#endif
