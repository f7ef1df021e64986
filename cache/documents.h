/* SPDX-License-Identifier: Apache-2.0 */
/* cache/documents.h -- upstream documents, decoded once, kept by their HTTP freshness: in memory,
 * and as raw text in Redis, when there is one, for all instances.
 *
 * A document is named by its URL. The caller brings a decoder that turns the body into an
 * immutable object (server/base/object.h), so that a hit costs no parsing. Freshness is RFC 9111 as NWS
 * uses it: max-age less Age, else Expires, bounded; then it is revalidated with ETag /
 * Last-Modified. When upstream fails, what is kept is served stale for up to two hours (`stale`,
 * with its age). A failure is remembered for at most 5 s. Concurrent misses for one URL make one
 * call, and so, while Redis is well, do concurrent misses of several processes: whoever gets a
 * short lock there asks for all. A URL is always asked for with the same decoder. Thread-safe. */
#ifndef CLIMACAST_CACHE_DOCUMENTS_H
#define CLIMACAST_CACHE_DOCUMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "cache/memory.h"
#include "cache/redis/redis.h"
#include "server/base/deadline.h"
#include "server/base/err.h"
#include "server/base/http.h"
#include "server/base/metrics.h"
#include "server/base/object.h"
#include "server/base/str.h"

struct documents;

/* Body to object. ST_OK: *ret_object holds one reference, the caller's. Anything else: the body is
 * unreadable, which counts as an upstream failure (asked once more, never cached). `data` is the
 * caller's. */
typedef enum status document_decode_fn(struct str body, void *data, struct object **ret_object,
                                       struct err *err);

struct documents_settings {
    const char *accept;  /* Accept header for all, such as "application/geo+json" */
    int64_t timeout_ms;  /* one upstream call */
    size_t max_bytes;    /* of one body */
    int64_t stale_s;     /* how old a stale document may be past its freshness: 7200 */
    struct redis *redis; /* NULL: none */
};

/* `http`, `memory` and Redis outlive it. */
struct documents *documents_create(const struct documents_settings *settings, struct http *http,
                                   struct memory *memory, struct metrics *metrics);
void documents_free(struct documents *d);

struct document_request {
    const char *url;
    const char *label; /* for metrics: "grid", "point", "observation", ... */
    document_decode_fn *decode;
    void *data;          /* for decode */
    int64_t min_fresh_s; /* treat as fresh at least this long whatever upstream says */
    int64_t max_fresh_s; /* and at most this long; 0: no cap */
    bool must_be_fresh; /* ask now unless fresh, whatever failed a moment ago; what is kept is still
                         * given when asking fails, and marked stale: it is no answer of now */
    bool memory_only;   /* never shown to Redis: its URL holds a secret, or it may not be shared */
};

struct document {
    enum status status;    /* ST_OK, ST_WOULD_WAIT, ST_NOT_FOUND (404), ST_TIMEOUT, ST_UNAVAILABLE,
                              ST_INVALID */
    struct object *object; /* retained for the caller when ST_OK, else NULL */
    bool stale;            /* upstream failed; this is what was kept */
    int64_t age_s;         /* since it was last fetched or revalidated */
    int64_t fetched_at;    /* wall seconds of that */
    long http_status;      /* of the failure, when there was an answer; else 0 */
    struct err err;        /* why stale or failed */
};

/* Get several, the missing ones in parallel. Returns when all are decided or the deadline passed.
 * NO_WAIT: what memory cannot decide is ST_WOULD_WAIT and nothing is begun. A revalidation
 * or a refetch that fails is tried once more inside the deadline (5xx, dropped connection,
 * unreadable body). */
void documents_get(struct documents *d, const struct document_request *wants, size_t count,
                   int64_t deadline, struct document *ret_documents);
/* Release the objects of `count` results. */
void documents_release(struct document *documents, size_t count);
/* Forget one, for all instances (a grid that answered 404 makes its point be asked again). May wait
 * for Redis. Not for what is memory_only. */
void documents_forget(struct documents *d, const char *url);

#endif
