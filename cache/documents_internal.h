/* SPDX-License-Identifier: Apache-2.0 */
/* cache/documents_internal.h -- what the files of cache/documents.h share among themselves.
 *
 *     documents.c        the steps of a call: look, claim, lead, follow
 *     documents_fetch.c    the question to upstream, and its answer judged
 *     documents_memory.c   what lies in memory, and what a want may make of it
 *     documents_shared.c  what lies in Redis, and who asks upstream for all processes */
#ifndef CLIMACAST_CACHE_DOCUMENTS_INTERNAL_H
#define CLIMACAST_CACHE_DOCUMENTS_INTERNAL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/documents.h"
#include "cache/redis/record.h"
#include "cache/tier_metrics.h"
#include "server/base/flight.h"

enum { DOCUMENT_URL_MAX = 2000, DOCUMENT_LABELS_MAX = 16 };

enum outcome { HIT, SHARED, MISS, REVALIDATED, STALE, FAILED, OUTCOMES };
/* How upstream answered, by first digit but for the two that say something of their own. */
enum answer {
    NO_ANSWER,
    TIMED_OUT,
    GOOD,
    NOT_MODIFIED,
    ELSEWHERE,
    NOT_FOUND,
    REFUSED,
    UNWELL,
    ANSWERS
};

/* The series of one label, so that a hit need not search for its own. */
struct counts {
    char label[32];
    struct metric *outcomes[OUTCOMES], *answers[ANSWERS], *seconds;
};

struct documents {
    struct documents_settings settings;
    struct http *http;
    struct memory *memory;
    struct flight *flights;
    struct metric_family *requests, *responses, *seconds;
    struct tier_metrics tiers;
    pthread_mutex_t lock; /* guards adding to `counts` */
    _Atomic size_t count; /* of the labels known; what is below it never changes */
    struct counts counts[DOCUMENT_LABELS_MAX];
};

/* In memory under "d:" and the URL. */
struct kept {
    struct object *object; /* the decoder's; held */
    int64_t fetched_ms;    /* wall clock, by whoever fetched it */
    int64_t arrived_us;    /* the same, monotonic, ours */
    int64_t lifetime_s;    /* as upstream meant it */
    char etag[256], last_modified[64];
};

/* In memory under "f:" and the URL; the stamp is the monotonic millisecond it is forgotten at. */
struct failure {
    enum status status;
    long http_status;
    struct err err;
};

/* One want on its way. */
struct ask {
    const struct document_request *want;
    struct document *result;
    struct counts *counts;
    struct object *kept; /* a struct kept, held; NULL: nothing is known */
    struct failure failure;
    int64_t began_us, deadline; /* monotonic */
    bool leading, decided;
    bool ours;          /* nobody else of the fleet asks: we do */
    bool waited;        /* somebody else of the fleet was at it */
    char token[33];     /* what our lock in Redis holds; "": we hold none */
    bool again, unwell; /* worth a second try; after a pause */
    bool told_not;      /* 404: upstream knows better than what is kept */
    struct http_header headers[3];
};

/* ---- documents_memory.c ---- */

/* Keep what came, here and in Redis: the text of a new one is response->body; `before` is what a
 * 304 confirmed, else NULL. A new reference to the wrapper; NULL: no memory. */
struct object *document_keep(struct documents *d, struct ask *a, struct object *object,
                             const struct http_response *response, const struct kept *before);
/* Keep what another process fetched `age_ms` ago. The same result. */
struct object *document_adopt(struct documents *d, const char *url, struct object *object,
                              const struct redis_record_document *record, int64_t age_ms);
void document_forget_here(struct documents *d, const char *url);
void document_failure_keep(struct documents *d, const char *url, const struct failure *failure);
bool document_failure_recall(struct documents *d, const char *url, struct failure *ret_failure);

/* Decide by what is in memory, if that is fresh, or failed a moment ago. */
void ask_look(struct documents *d, struct ask *a);
/* Is a->kept fresh, or as new as what we would fetch? */
bool ask_will_do(const struct ask *a);
/* May a->kept be served although upstream failed? */
bool ask_may_be_stale(const struct documents *d, const struct ask *a);
/* By a->kept. */
void ask_decide(struct ask *a, enum outcome outcome);
/* By a->failure: what is kept, if it will do, else nothing. */
void ask_decide_failed(const struct documents *d, struct ask *a);
/* The same when there was no time to ask. */
void ask_decide_late(const struct documents *d, struct ask *a);

/* ---- documents_shared.c ---- */

/* Decide what another process has fetched. */
void fleet_recall(struct documents *d, struct ask **asks, size_t count, int64_t deadline);
/* The same once more for the undecided, and see who asks upstream: `ours` says so. `impatient`: all
 * are ours, whoever else may be at it. */
void fleet_claim(struct documents *d, struct ask **asks, size_t count, bool impatient,
                 int64_t deadline);
/* Ours once more for as long: a second try takes its time. */
void fleet_renew(struct documents *d, struct ask **asks, size_t count, int64_t deadline);
/* Show the others what came, and let go of the lock; `before`: a 304 confirmed it, and there is no
 * body. */
void fleet_publish(struct documents *d, struct ask *a, const struct kept *k, struct str body,
                   const struct kept *before);
/* Tell those who wait that it was in vain, and let go of the lock. */
void fleet_fail(struct documents *d, struct ask *a);
/* It is not to be stored: take away what there is, and let go of the lock. */
void fleet_withdraw(struct documents *d, struct ask *a);
/* Let go of the lock, if there is one. */
void fleet_release(struct documents *d, struct ask *a);
void fleet_forget(struct documents *d, const char *url);

/* ---- documents_fetch.c ---- */

void ask_request(const struct documents *d, struct ask *a, int64_t deadline,
                 struct http_request *ret_request);
/* What came for one want: it is decided, or a->failure says why not and a->again whether it is
 * worth a second try. */
void ask_take(struct documents *d, struct ask *a, const struct http_job *job, double seconds);

#endif
