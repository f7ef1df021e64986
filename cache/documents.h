/* SPDX-License-Identifier: Apache-2.0 */
/* cache/documents.h -- an HTTP cache of upstream documents: decoded in memory, and as text in
 * Redis, where all instances share it.
 *
 * A document is identified by its URL, which is always requested with the same decoder. The decoder
 * turns the body into an immutable object (server/base/object.h), so a cache hit costs no parsing.
 *
 * Freshness follows RFC 9111: max-age minus Age, else Expires, within bounds. A stale document is
 * revalidated with ETag and Last-Modified. When upstream fails, it is served up to `stale_s` past
 * its freshness and marked `stale`. A failure is cached for at most 5 s.
 *
 * Each label has a circuit breaker: while the service does not respond to requests for a kind of
 * document, stale documents are served and others fail at once, without a request. A thread finds
 * out when it responds again.
 *
 * Concurrent misses for one URL make one upstream request; while Redis is up, that is also true
 * across instances: the one that holds a short lock fetches for all. Thread-safe. */
#ifndef CLIMACAST_CACHE_DOCUMENTS_H
#define CLIMACAST_CACHE_DOCUMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "cache/memory.h"
#include "cache/redis/redis.h"
#include "server/base/bulkhead.h"
#include "server/base/circuit.h"
#include "server/base/deadline.h"
#include "server/base/err.h"
#include "server/base/http.h"
#include "server/base/metrics.h"
#include "server/base/object.h"
#include "server/base/str.h"

struct documents;

/* Decode a body; `data` is the caller's. On ST_OK *ret_object holds one reference, which the caller
 * releases. Any other status means that the body is unreadable: it counts as an upstream failure
 * and is never cached. */
typedef enum status document_decode_fn(struct str body, void *data, struct object **ret_object,
                                       struct err *err);

struct documents_settings {
    const char *accept; /* the Accept header of all requests, such as "application/geo+json" */
    int64_t timeout_ms; /* of one upstream request, before it is repeated */
    size_t max_bytes;   /* of one body */
    int64_t stale_s;
    struct redis *redis; /* may be NULL */
    struct circuit_report breakers;
};

/* `http`, `memory` and the settings' `redis` must outlive it. Returns NULL when out of memory. */
struct documents *documents_create(const struct documents_settings *settings, struct http *http,
                                   struct memory *memory, struct metrics *metrics);
void documents_free(struct documents *d); /* NULL is allowed */

struct document_request {
    const char *url;
    const char *label;  /* the kind of document: "grid", "point", "observation", ... */
    const char *accept; /* the Accept header, other than that of the settings; NULL: that one */
    document_decode_fn *decode;
    void *data;          /* for decode */
    int64_t min_fresh_s; /* treat it as fresh for at least this long, whatever upstream says */
    int64_t max_fresh_s; /* and for at most this long; 0: no limit */
    /* A response or failure since then (monotonic microseconds) counts as current: when the turn
     * began. 0: now. */
    int64_t since_us;
    bool must_be_fresh; /* ask upstream even if it failed a moment ago */
    bool memory_only;   /* never store it in Redis: the URL holds a secret, or it is private */
};

enum { DOCUMENT_PROBLEM_MAX = 32 };

struct document {
    enum status status;    /* ST_OK, ST_WOULD_WAIT, ST_NOT_FOUND (404 or 410), ST_TIMEOUT,
                            * ST_UNAVAILABLE, ST_INVALID (unreadable), ST_SYSTEM */
    struct object *object; /* what decode() returned, with a reference for the caller; NULL unless
                            * ST_OK */
    bool stale;            /* upstream failed; this is an older document */
    int64_t age_s;         /* since it was last fetched or revalidated */
    int64_t fetched_at;    /* wall-clock seconds of that */
    long http_status;      /* of the failed response; 0 when there was none */
    /* What a 404 said about itself: "InvalidPoint", the end of the type of a problem document (RFC
     * 9457); "" when it said nothing. */
    char problem[DOCUMENT_PROBLEM_MAX];
    bool not_asked; /* upstream was not asked: its breaker is open, or too many wait for it */
    struct err err; /* why it is stale or failed */
};

/* Get several documents, fetching those that are missing in parallel. With NO_WAIT, a document that
 * memory cannot provide is ST_WOULD_WAIT and nothing is requested. A request that fails in a way
 * that may pass (5xx, lost connection, unreadable body) is repeated once if time permits, and so is
 * one that takes longer than `timeout_ms`, whose late response is used if it comes first. */
void documents_get(struct documents *d, const struct document_request *requests, size_t count,
                   int64_t deadline, struct document *ret_documents);
/* How a call of documents_get_waiting() waits. */
struct documents_wait {
    int64_t deadline; /* or NO_WAIT */
    /* How many may wait for the same host; NULL: not limited. A document for which it must not
     * wait is ST_WOULD_WAIT, though there is a deadline: run the turn again later. On its last try
     * such a document is stale or ST_UNAVAILABLE instead. */
    struct bulkhead_pass *pass;
    /* Returns until when to wait for the rest: asked before waiting, and each time one is
     * complete. `documents` are the results so far; those that are missing are ST_WOULD_WAIT. At
     * that time they are given up, as at the deadline. NULL: until the deadline. */
    int64_t (*until)(void *data, const struct document *documents);
    void *until_data;
};
void documents_get_waiting(struct documents *d, const struct document_request *requests,
                           size_t count, const struct documents_wait *wait,
                           struct document *ret_documents);
/* Release the objects of `count` results. */
void documents_release(struct document *documents, size_t count);
/* Remove one from memory and Redis. Not for one that is memory_only. */
void documents_forget(struct documents *d, const char *url, int64_t deadline);

#endif
