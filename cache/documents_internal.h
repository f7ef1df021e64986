/* SPDX-License-Identifier: Apache-2.0 */
/* cache/documents_internal.h -- what the files behind cache/documents.h share. From top to bottom:
 *
 *     documents.c            the steps of documents_get()
 *     documents_ask.c        asks upstream for several documents, each up to twice
 *     documents_upstream.c   requests to upstream, and what their responses mean
 *     documents_probe.c      a thread that finds out whether upstream responds again
 *     documents_admission.c  whether upstream is asked
 *     documents_shared.c     documents in Redis, and the lock on fetching one
 *     documents_fetch.c      the state of one request, and when it is complete
 *     documents_memory.c     documents and failures in memory
 *     documents_label.c      one kind of document: its metrics, its circuit breaker */
#ifndef CLIMACAST_CACHE_DOCUMENTS_INTERNAL_H
#define CLIMACAST_CACHE_DOCUMENTS_INTERNAL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/documents.h"
#include "cache/redis/record.h"
#include "cache/tier_metrics.h"
#include "server/base/bulkhead.h"
#include "server/base/circuit.h"
#include "server/base/flight.h"
#include "server/base/ticker.h"

enum { DOCUMENT_URL_MAX = 2000, DOCUMENT_LABELS_MAX = 16 };

/* How a request was answered. */
enum document_outcome {
    DOCUMENT_HIT,
    DOCUMENT_SHARED, /* another instance had fetched it */
    DOCUMENT_MISS,
    DOCUMENT_REVALIDATED,
    DOCUMENT_STALE,
    DOCUMENT_FAILED,
    DOCUMENT_OUTCOMES
};

/* How upstream responded. */
enum upstream_response {
    UPSTREAM_NO_RESPONSE,
    UPSTREAM_TIMEOUT,
    UPSTREAM_OK,         /* 2xx */
    UPSTREAM_UNREADABLE, /* the same, but the decoder rejected it */
    UPSTREAM_NOT_MODIFIED,
    UPSTREAM_REDIRECT,
    UPSTREAM_NOT_FOUND,    /* 404 and 410 */
    UPSTREAM_CLIENT_ERROR, /* other 4xx */
    UPSTREAM_SERVER_ERROR,
    UPSTREAM_CANCELED, /* canceled by the caller, which had another response or ran out of time */
    UPSTREAM_RESPONSES
};

/* What is known of one kind of document. */
struct document_label {
    char name[32];
    struct metric *outcomes[DOCUMENT_OUTCOMES], *responses[UPSTREAM_RESPONSES], *seconds;
    struct circuit circuit;
    char *url_good, *url_bad; /* the last that got a response, and that got none; or NULL */
    bool probed_good;         /* the last probe requested url_good */
};

struct documents {
    struct documents_settings settings;
    struct http *http;
    struct memory *memory;
    struct flight *flights; /* by URL */
    struct metric_family *requests, *responses, *seconds;
    struct tier_metrics tiers;
    struct metrics *metrics;
    struct ticker *prober;      /* woken when a breaker has been opened */
    pthread_mutex_t lock;       /* guards additions to `labels`, and their URLs */
    _Atomic size_t label_count; /* the rest of the labels below it never changes */
    struct document_label labels[DOCUMENT_LABELS_MAX];
};

/* A document in memory. It wraps the decoded object with what freshness and revalidation
 * need. */
struct cached_document {
    struct object *object; /* the decoder's; owned */
    int64_t fetched_ms;    /* wall clock, on the instance that fetched it */
    int64_t arrived_us;    /* the same moment on this instance's monotonic clock */
    int64_t lifetime_s;    /* as upstream stated it */
    char etag[256], last_modified[64];
};

struct document_failure {
    enum status status;
    long http_status; /* 0: no response */
    char problem[DOCUMENT_PROBLEM_MAX];
    bool not_asked;
    struct err err;
    int64_t at_us; /* when it was cached, monotonic */
};

/* How the caller waits, and what it has so far. */
struct fetch_wait {
    const struct documents_wait *wait;
    const struct document *results;
};

/* One request of a documents_get(), in progress. */
struct fetch {
    const struct document_request *request;
    struct document *result;
    struct document_label *label; /* NULL: too many; not counted, and no breaker */
    struct breaker_call call;     /* an attempt in progress */
    enum breaker_outcome outcome; /* of the last one */
    struct object *cached;        /* holds a struct cached_document; owned; NULL: none known */
    struct document_failure failure;
    int64_t began_us, deadline; /* monotonic */
    bool complete;              /* `result` is final */
    bool leads_flight;
    bool is_fetcher;      /* this instance asks upstream, not another one */
    bool waited_for_peer; /* another instance was asking */
    char lock_token[33];  /* the value of the lock in Redis; "": not held */
    bool retryable;       /* a second attempt may succeed, */
    bool retry_later;     /* but not at once: upstream is overloaded or failing */
    bool gone;            /* upstream returned 404: do not serve a cached version */
    struct http_header headers[3];
    struct http_job *jobs[2];      /* of the attempts; NULL: not made */
    const struct http_job *judged; /* the one that shows how upstream is */
};

/* ---- documents_memory.c ---- */

/* A new reference to the cached document, NULL if there is none. */
struct object *documents_memory_get(struct documents *d, const char *url);
/* Wrap `object` and store it. Both return a new reference to the wrapper, or NULL when out of
 * memory.
 *   _put    from a response; a 304 confirmed `confirmed` (else NULL). *ret_no_store: the response
 *           forbids storing it, so any cached version was removed.
 *   _adopt  fetched by another instance `age_ms` ago */
struct object *documents_memory_put(struct documents *d, const char *url, struct object *object,
                                    const struct http_response *response,
                                    const struct cached_document *confirmed, bool *ret_no_store);
struct object *documents_memory_adopt(struct documents *d, const char *url, struct object *object,
                                      const struct redis_record_document *record, int64_t age_ms);
void documents_memory_put_failure(struct documents *d, const char *url,
                                  const struct document_failure *failure);
/* Returns whether upstream failed a moment ago. */
bool documents_memory_get_failure(struct documents *d, const char *url,
                                  struct document_failure *ret_failure);
/* Remove the document and the failure. */
void documents_memory_forget(struct documents *d, const char *url);

/* ---- documents_label.c ---- */

void documents_label_declare(struct documents *d);
/* NULL when there are too many. */
struct document_label *documents_label_get(struct documents *d, const char *name);
void documents_label_free_all(struct documents *d);

/* ---- documents_fetch.c ---- */

/* Take over a reference to a newer cached document. */
void fetch_set_cached(struct fetch *f, struct object *wrapper);
/* Is the cached document fresh, or newer than the request? */
bool fetch_is_fresh(const struct fetch *f);
/* May the cached document be served when upstream fails? */
bool fetch_may_serve_stale(const struct documents *d, const struct fetch *f);
/* Complete the request if memory has a fresh document or a recent failure. */
void fetch_lookup(struct documents *d, struct fetch *f);
/* Complete it with the cached document. */
void fetch_complete(struct fetch *f, enum document_outcome outcome);
/* Complete it with `f->failure`, or with a stale document if one may be served. */
void fetch_complete_failed(const struct documents *d, struct fetch *f);
/* The same because no time is left to ask upstream. */
void fetch_complete_timed_out(const struct documents *d, struct fetch *f);
/* Until when the caller waits, as of now. */
int64_t fetch_wait_until(const struct fetch_wait *w);

/* ---- documents_ask.c ---- */

/* Complete all of them by asking upstream, and end their flights. */
void documents_ask(struct documents *d, struct fetch **fetches, size_t count,
                   const struct fetch_wait *wait);
/* Complete one without asking upstream, with a stale document or the failure, and end its flight.
 * The document may be fine, so the failure is not cached. */
void documents_ask_skip(struct documents *d, struct fetch *f);
/* Release the lock in Redis and the flight, if they are held. */
void documents_ask_end_flight(struct documents *d, struct fetch *f, bool ok);

/* ---- documents_admission.c ---- */

/* May this request wait for upstream?
 *   ADMITTED
 *   REJECTED     no: `f->failure` says why
 *   TURNED_AWAY  not now: the turn will be run again */
enum admission { ADMITTED, REJECTED, TURNED_AWAY };
enum admission documents_admission_check(const struct documents *d, struct fetch *f,
                                         struct bulkhead_pass *pass);
/* Begin an attempt. Returns false when it must not be made, because the breaker is open; then
 * `f->failure` says why, unless it is that of an earlier attempt. */
bool documents_admission_begin(struct fetch *f);
/* End an attempt of all of them, which had this much time, judging by `f->judged`. Returns true
 * when a breaker is open. */
bool documents_admission_end(struct documents *d, struct fetch **fetches, size_t count,
                             bool is_retry, int64_t allowed_ms);
/* Is a second attempt pointless because other turns got no response either? */
bool documents_admission_is_hopeless(const struct fetch *f);
/* What the end of a request says about upstream. */
enum breaker_outcome documents_admission_judge(const struct documents *d,
                                               const struct http_job *job, int64_t allowed_ms);

/* ---- documents_probe.c ---- */

/* The prober's step: makes the probes that are due; returns when the next one is. */
int64_t documents_probe_step(void *data);

/* ---- documents_shared.c: nothing happens for requests that are not shared ---- */

/* Complete those that another instance has fetched. */
void documents_shared_lookup(struct documents *d, struct fetch **fetches, size_t count,
                             int64_t deadline);
/* The same again, and decide who asks upstream, by setting `is_fetcher`. `impatient`: this instance
 * does, even if another one is asking. */
void documents_shared_claim(struct documents *d, struct fetch **fetches, size_t count,
                            bool impatient, int64_t deadline);
/* Extend the locks that are held, for a second attempt. */
void documents_shared_extend_locks(struct documents *d, struct fetch **fetches, size_t count,
                                   int64_t deadline);
/* Each of the next four also releases the lock, if it is held. */

/* Store the cached document; a 304 confirmed `confirmed` (else NULL), and there is no body. */
void documents_shared_put(struct documents *d, struct fetch *f, struct str body,
                          const struct cached_document *confirmed);
/* Tell waiting instances that upstream failed. */
void documents_shared_put_failure(struct documents *d, struct fetch *f);
void documents_shared_remove(struct documents *d, struct fetch *f);
void documents_shared_unlock(struct documents *d, struct fetch *f);

void documents_shared_forget(struct documents *d, const char *url, int64_t deadline);

/* ---- documents_upstream.c ---- */

void documents_upstream_request(const struct documents *d, struct fetch *f, int64_t deadline,
                                struct http_request *ret_request);
/* Complete the request by the response; if it is not complete afterwards, `failure` says why and
 * `retryable` whether to try again. */
void documents_upstream_take(struct documents *d, struct fetch *f, const struct http_job *job,
                             double seconds);
/* Count a request that got no response: UPSTREAM_TIMEOUT or UPSTREAM_CANCELED. */
void documents_upstream_count(const struct fetch *f, enum upstream_response response,
                              double seconds);

#endif
