/* SPDX-License-Identifier: Apache-2.0 */
/* server/alerts/gate.h -- who may call one of Amazon's hosts after it has said "too many requests".
 *
 *   open --429--> shut --after min(Retry-After, 10 s)--> probing --429--> shut
 *     ^                                                     `--any other answer--> open
 *
 * While probing, one call is made at a time. So a host that limits everybody is spared, and one
 * customer's limit holds back the others for a moment only. Thread-safe. */
#ifndef CLIMACAST_SERVER_ALERTS_GATE_H
#define CLIMACAST_SERVER_ALERTS_GATE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

enum { GATE_SHUT_MAX_MS = 10 * 1000, GATE_SHUT_MIN_MS = 1000, GATE_PROBE_MS = 200 };

struct gate {
    pthread_mutex_t lock; /* guards everything below */
    bool probing, busy;   /* busy: the one call is being made */
    int64_t open_mono_ms; /* shut until then */
};

void gate_init(struct gate *g);
void gate_done(struct gate *g);
/* 0: call, then gate_leave(). Otherwise: ask again after this many milliseconds. */
int64_t gate_enter(struct gate *g);
/* `limited`: the answer was a 429, with this Retry-After (0: none). */
void gate_leave(struct gate *g, bool limited, int64_t retry_after_ms);

#endif
