/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/circuit.h -- a circuit breaker that several threads share, with its metrics and a
 * report of each change.
 *
 *     st = circuit_enter(c, false, &call, err);
 *     if (st != ST_OK)
 *         return st;               the dependency is not asked
 *     st = ask(...);
 *     circuit_leave(c, call, st == ST_OK ? BREAKER_SUCCESS : BREAKER_FAILURE, err);
 *
 * Metrics, by the circuit's name: climacast_breaker_state (0 closed, 1 half open, 2 open),
 * climacast_breaker_changes_total by the new state, climacast_breaker_rejected_total.
 *
 * Thread-safe. */
#ifndef CLIMACAST_SERVER_BASE_CIRCUIT_H
#define CLIMACAST_SERVER_BASE_CIRCUIT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/base/breaker.h"
#include "server/base/err.h"
#include "server/base/metrics.h"

/* A change of state. */
struct circuit_change {
    const char *name;
    enum breaker_state from, to;
    const struct err *why; /* of the last failure */
    int64_t open_ms;       /* for how long it has not been closed; 0 when it has just been opened */
    int64_t rejected;      /* calls in that time */
};
typedef void circuit_report_fn(void *data, const struct circuit_change *change);

/* Called after each change, on the thread that makes the call, without a lock held. Both may be
 * NULL. */
struct circuit_report {
    circuit_report_fn *fn;
    void *data;
};

struct circuit_settings {
    const char *name; /* "grid"; in metrics and reports; at most 31 bytes, copied */
    struct breaker_settings breaker;
    struct circuit_report report;
    struct metrics *metrics; /* may be NULL */
};

struct circuit { /* private */
    char name[32];
    struct circuit_report report;
    struct metric *state, *changes[BREAKER_STATES], *rejections;
    pthread_mutex_t lock; /* guards the following */
    struct breaker breaker;
    struct err why;
    int64_t opened_ms, rejected; /* when it was opened, and calls since then */
};

/* Returns false when out of memory. */
bool circuit_init(struct circuit *c, const struct circuit_settings *settings);
void circuit_done(struct circuit *c);

/* Begin a call. `may_probe`: it may be the probe.
 *   ST_OK           make the call, then circuit_leave() with *ret_call
 *   ST_UNAVAILABLE  do not; err has the reason and the text of the last failure. With err NULL
 *                   it is not counted as a rejection: the caller does something else. */
enum status circuit_enter(struct circuit *c, bool may_probe, struct breaker_call *ret_call,
                          struct err *err);
/* End it. `why`: the error, for BREAKER_FAILURE. Returns true when this has opened the breaker, or
 * left it open. */
bool circuit_leave(struct circuit *c, struct breaker_call call, enum breaker_outcome outcome,
                   const struct err *why);

/* As circuit_enter() without `may_probe`, but begins no call. */
enum status circuit_check(struct circuit *c, struct err *err);
/* See breaker_failures(). */
int64_t circuit_failures(struct circuit *c);
/* See breaker_hasten(). */
void circuit_hasten(struct circuit *c);
/* When the next probe is due, monotonic milliseconds; INT64_MAX: the breaker is not open. */
int64_t circuit_probe_ms(struct circuit *c);

#endif
