/* SPDX-License-Identifier: Apache-2.0 */
/* server/pipeline.h -- one request, from the raw body to the bytes of the answer.
 *
 * bytes verified -> envelope read -> time, skill id, replay -> dispatch. What has been decided is
 * kept in the exchange, so a run that stops because it would have to wait goes on from there on a
 * thread that may. */
#ifndef CLIMACAST_SERVER_PIPELINE_H
#define CLIMACAST_SERVER_PIPELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "certs/verify.h"
#include "intents/dispatch.h"
#include "server/base/arena_pool.h"
#include "server/log.h"
#include "server/services.h"

enum { PIPELINE_TURN_MS = 6500 }; /* Alexa gives up at 8 s (SPEC section 3) */

struct pipeline {
    struct services *parts;
    struct verify *verify;
    struct arena_pool *arenas;
    struct metric_family *requests, *seconds, *refusals;
    struct log_gate refusal_gate;
};

enum pipeline_stage { PIPELINE_BYTES, PIPELINE_ENVELOPE, PIPELINE_ANSWER, PIPELINE_DONE };

struct pipeline_exchange {
    /* Given by the listener; the strings must outlive the exchange. */
    struct verify_signature signature; /* from the headers; passed verify_headers_check() */
    struct str body;
    int64_t deadline;   /* monotonic milliseconds */
    int64_t started_us; /* monotonic: when the headers were read */
    /* The pipeline's own. */
    enum pipeline_stage stage;
    struct envelope envelope;
    bool has_envelope, claimed;
    struct arena *arena;          /* of the envelope, and behind it what the turn makes */
    struct arena_mark turn_start; /* where a turn that is started again begins */
    struct turn_log turn_log;
    /* The answer. */
    int status;     /* 200, 400 or 503 */
    struct buf out; /* JSON; owned, pipeline_exchange_done() frees */
};

enum status pipeline_init(struct pipeline *p, struct services *parts, struct verify *verify,
                          struct err *err);
void pipeline_done(struct pipeline *p); /* also of one that is all zero */
/* ST_OK: status and out are set. ST_WOULD_WAIT: only when may_wait is false; run again where it is
 * true. */
enum status pipeline_run(struct pipeline *p, struct pipeline_exchange *x, bool may_wait);
/* Reject the request without running it: counted and logged, its status that of the reason
 * (server/reasons.def), out filled with {"error": reason}. */
void pipeline_reject(struct pipeline *p, struct pipeline_exchange *x, const char *reason,
                     const char *message);
/* Free what the exchange owns; an id that was claimed and not served is given back. */
void pipeline_exchange_done(struct pipeline *p, struct pipeline_exchange *x);

#endif
