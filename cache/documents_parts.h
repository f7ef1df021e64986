/* SPDX-License-Identifier: Apache-2.0 */
/* cache/documents_parts.h -- what the files of cache/documents.h share among themselves.
 *
 *     documents.c        the steps of a call: look, claim, lead, follow
 *     documents_ask.c    the question to upstream, and its answer judged
 *     documents_kept.c   what lies in memory, and what a want may make of it */
#ifndef CLIMACAST_CACHE_DOCUMENTS_PARTS_H
#define CLIMACAST_CACHE_DOCUMENTS_PARTS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/documents.h"
#include "server/base/flight.h"

enum { DOCUMENT_URL_MAX = 2000, DOCUMENT_LABELS_MAX = 16 };

enum outcome { HIT, MISS, REVALIDATED, STALE, FAILED, OUTCOMES };
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
    pthread_mutex_t lock; /* guards adding to `counts` */
    _Atomic size_t count; /* of the labels known; what is below it never changes */
    struct counts counts[DOCUMENT_LABELS_MAX];
};

/* In memory under "d:" and the URL. */
struct kept {
    struct object *object; /* the decoder's; held */
    int64_t fetched_at;    /* wall seconds */
    int64_t arrived_us;    /* the same, monotonic */
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
    const struct document_want *want;
    struct document *result;
    struct counts *counts;
    struct object *kept; /* a struct kept, held; NULL: nothing is known */
    struct failure failure;
    int64_t began_us; /* monotonic */
    bool leading, decided;
    bool again, unwell; /* worth a second try; after a pause */
    bool told_not;      /* 404: upstream knows better than what is kept */
    struct http_header headers[3];
};

/* -- documents_kept.c ------------------------------------------------------------------------- */

/* Keep what came, here and wherever else documents are to be kept: the text of a new one is
 * response->body; `before` is what a 304 confirmed, else NULL.  A new reference to the wrapper;
 * NULL: no memory. */
struct object *document_keep(struct documents *d, const char *url, struct object *object,
                             const struct http_response *response, const struct kept *before);
void document_failure_keep(struct documents *d, const char *url, const struct failure *failure);
bool document_failure_recall(struct documents *d, const char *url, struct failure *ret_failure);

/* Decide by what is in memory, if that is fresh, or failed a moment ago. */
void ask_look(struct documents *d, struct ask *a);
/* May a->kept be served although upstream failed? */
bool ask_may_be_stale(const struct documents *d, const struct ask *a);
/* By a->kept. */
void ask_decide(struct ask *a, enum outcome outcome);
/* By a->failure: what is kept, if it will do, else nothing. */
void ask_decide_failed(const struct documents *d, struct ask *a);
/* The same when there was no time to ask. */
void ask_decide_late(const struct documents *d, struct ask *a);

/* -- documents_ask.c -------------------------------------------------------------------------- */

void ask_request(const struct documents *d, struct ask *a, int64_t deadline,
                 struct http_request *ret_request);
/* What came for one want: it is decided, or a->failure says why not and a->again whether it is
 * worth a second try. */
void ask_take(struct documents *d, struct ask *a, const struct http_job *job, double seconds);

#endif
