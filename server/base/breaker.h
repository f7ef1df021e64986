/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/breaker.h -- a circuit breaker: when to stop calling a dependency that does not
 * respond, and when to try it again.
 *
 *     CLOSED      calls pass; `failures_max` failures in a row, within `window_ms`, open it
 *     OPEN        calls are rejected until the wait drawn from the backoff is over
 *     HALF_OPEN   one call, the probe, has passed and the others are rejected: its success closes
 *                 the breaker, its failure opens it again, for longer
 *
 * Each change of state begins a new epoch, and a call that began in an earlier epoch has no say in
 * the current one: a success from before the failures does not close the breaker, and a failure
 * that took long to show does not open it after the dependency has recovered.
 *
 * Pure: the caller passes the time and holds a lock. server/base/circuit.h is a breaker for several
 * threads. */
#ifndef CLIMACAST_SERVER_BASE_BREAKER_H
#define CLIMACAST_SERVER_BASE_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/backoff.h"

enum { BREAKER_FAILURES_MAX = 8 };
enum breaker_state { BREAKER_CLOSED, BREAKER_HALF_OPEN, BREAKER_OPEN, BREAKER_STATES };

struct breaker_settings {
    int failures_max;         /* 1 to BREAKER_FAILURES_MAX */
    int64_t window_ms;        /* from the first of them to the last; 0: no limit */
    int64_t first_ms, max_ms; /* the backoff between probes: its first and its highest wait */
    int64_t stable_ms;        /* closed for this long, it begins with the first wait again */
};

struct breaker {
    struct breaker_settings settings;
    enum breaker_state state;
    unsigned epoch;
    int64_t failures;                        /* in a row, while closed */
    int64_t failed_ms[BREAKER_FAILURES_MAX]; /* when the last ones were; a ring */
    int64_t changed_ms; /* when the breaker was last opened from closed, or closed */
    int64_t probe_ms;   /* while open: when the next probe is due */
    struct backoff backoff;
};

/* A call, from breaker_admit() to breaker_report(). */
struct breaker_call {
    bool admitted;
    bool is_probe;
    unsigned epoch;
};
enum breaker_outcome {
    BREAKER_SUCCESS,
    BREAKER_FAILURE,
    BREAKER_NEITHER, /* it was not made, or its end says nothing about the dependency */
};

void breaker_init(struct breaker *b, const struct breaker_settings *settings);
/* May a call be made now? The breaker becomes HALF_OPEN when the call is the probe; with
 * `may_probe` false a call never is, and is rejected instead. Each admitted call must be reported,
 * once. */
struct breaker_call breaker_admit(struct breaker *b, bool may_probe, int64_t now_ms);
/* Report how an admitted call ended. */
void breaker_report(struct breaker *b, struct breaker_call call, enum breaker_outcome outcome,
                    int64_t now_ms);

/* Make the probe of an open breaker due: there is a sign that the dependency responds again. */
void breaker_hasten(struct breaker *b, int64_t now_ms);

/* How many calls in a row have failed. 0 when the last of them is older than the window, and when
 * the breaker is not closed. */
int64_t breaker_failures(const struct breaker *b, int64_t now_ms);
const char *breaker_state_name(enum breaker_state state); /* "closed", "half_open", "open" */

#endif
