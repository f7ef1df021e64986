/* SPDX-License-Identifier: Apache-2.0 */
/* server/request/pipeline.h -- one request, from the raw body to the bytes of the response.
 *
 *     signature verified -> envelope parsed -> time, skill id, replay -> dispatch -> one log line
 *
 * The exchange records how far a request has come. A run with the deadline NO_WAIT stops before the
 * first step that would wait; the next run, on a thread that may wait, continues from there.
 *
 * Thread-safe; an exchange is used by one thread at a time. */
#ifndef CLIMACAST_SERVER_REQUEST_PIPELINE_H
#define CLIMACAST_SERVER_REQUEST_PIPELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "certs/verify.h"
#include "intents/dispatch.h"
#include "server/base/arena_pool.h"
#include "server/base/ip.h"
#include "server/base/metrics.h"
#include "server/config/config.h"
#include "server/log/log.h"
#include "server/request/recent.h"
#include "server/usage/analytics.h"

enum { PIPELINE_TURN_MS = 6500 }; /* Alexa gives up after 8 seconds, network time included */

/* The pointers are borrowed. */
struct pipeline_settings {
    size_t waiting_max; /* how many limited exchanges may wait for one upstream service */
    const struct config *config;
    const struct skill *skill;
    struct verify *verify;
    struct analytics *analytics;
    struct recent *recent; /* may be NULL */
    struct metrics *metrics;
    struct log *log;
};

struct pipeline {
    struct pipeline_settings settings;
    struct arena_pool *arenas;
    struct bulkhead *bulkhead;
    struct metric_family *requests, *seconds, *refusals, *alexa_errors, *weather;
    struct log_gate refusal_gate;
};

/* The step that comes next. */
enum pipeline_stage { PIPELINE_BYTES, PIPELINE_ENVELOPE, PIPELINE_ANSWER, PIPELINE_DONE };

struct pipeline_exchange {
    /* Set by the caller; the strings must outlive the exchange. */
    struct verify_signature signature; /* from the headers; passed verify_headers_check() */
    struct str body;
    uint64_t client;           /* stands for the sender's address; 0: unknown */
    struct ip address;         /* of the sender, for the log; IP_NONE: unknown */
    int64_t started_us;        /* monotonic: when the headers were read */
    enum pipeline_stage stage; /* PIPELINE_BYTES, or PIPELINE_ENVELOPE for a trusted body */
    bool limited;              /* it waits for an upstream service only if few others do */
    bool last_try;             /* then it makes do, and is not told to come back later */
    /* Private. */
    struct envelope envelope;
    bool has_envelope;
    bool claimed; /* verify_commit() or verify_release() is still due */
    struct verify_claim claim;
    struct arena *arena;          /* holds the envelope, then what the turn allocates */
    struct arena_mark turn_start; /* where a repeated turn starts allocating */
    struct turn_log turn_log;
    /* The result. */
    int status;     /* HTTP */
    struct buf out; /* the body, JSON; freed by pipeline_exchange_done() */
};

enum status pipeline_init(struct pipeline *p, const struct pipeline_settings *settings,
                          struct err *err);
void pipeline_done(struct pipeline *p); /* a zeroed pipeline is allowed */

/* Run the exchange until it has a result.
 *   ST_OK          status and out are set, also for a rejected request
 *   ST_WOULD_WAIT  the deadline is NO_WAIT and something must wait: run again with a real one;
 *                  or the exchange is limited, and too many wait for the same upstream service:
 *                  run it again later, and finally with `last_try` */
enum status pipeline_run(struct pipeline *p, struct pipeline_exchange *x, int64_t deadline);

/* Reject the request without running it: sets the status of the reason (server/request/reasons.def)
 * and the body {"error": reason}, counts it and logs it with `message`. */
void pipeline_reject(struct pipeline *p, struct pipeline_exchange *x, const char *reason,
                     const char *message);

/* Count and log a refusal that was answered elsewhere. */
void pipeline_count_refusal(struct pipeline *p, const struct ip *address, int status,
                            const char *reason, const char *message);

/* Free what the exchange owns and zero it. A request id that was claimed but not answered is
 * released. */
void pipeline_exchange_done(struct pipeline *p, struct pipeline_exchange *x);

#endif
