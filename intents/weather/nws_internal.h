/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/nws_internal.h -- the part of the NWS client that is private to intents/weather/.
 *
 * Thread-safe. */
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

/* Like nws_url(), with the query: for the next page of a list, whose cursor is there. */
struct str nws_page_url(const struct nws *n, struct arena *arena, struct str found);

/* Passes an anomaly to the report function of the settings: the same reason and text only once, and
 * a limited number of different ones. `n` may be NULL. */
void nws_report(struct nws *n, const struct err *err);

/* Gets `count` documents, fetching those that are not cached in parallel. Their objects are valid
 * as long as call->arena: the caller doesn't release them and may keep pointers into them.
 *   ST_OK          each document has its own status
 *   ST_WOULD_WAIT  the call may not wait, or not for this upstream now, and at least one document
 *                  isn't cached
 *   ST_SYSTEM      the arena is full; a document that it could not hold has ST_SYSTEM too */
enum status nws_fetch(struct nws *n, const struct call *call,
                      const struct document_request *requests, size_t count,
                      struct document *ret_documents);

/* The same, waiting no longer than `until` says (cache/documents.h, struct documents_wait). */
typedef int64_t nws_until_fn(void *data, const struct document *documents);
enum status nws_fetch_until(struct nws *n, const struct call *call,
                            const struct document_request *requests, size_t count,
                            nws_until_fn *until, void *until_data, struct document *ret_documents);

/* The status to return for a document: ST_OK, ST_WOULD_WAIT, ST_NOT_FOUND, ST_TIMEOUT or ST_SYSTEM
 * as they are, ST_UNAVAILABLE for everything else. Describes failures in err, prefixed by `what`
 * ("the grid"), with a reason that blames the weather service unless there is a better one. */
enum status nws_document_error(const struct document *document, const char *what, struct err *err);

#endif
