/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/steady_caller.h -- a caller that asks at a fixed rate, over one kept connection
 * and over a new one for each request at the same time, and its response times. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_STEADY_CALLER_H
#define CLIMACAST_TESTS_E2E_HARNESS_STEADY_CALLER_H

#include <stdint.h>

#include "tests/e2e/harness/world.h"

struct steady_caller;

struct steady_figures {
    long answered, lost;
    /* Milliseconds from when a request was due, so that one which delays the next counts twice. */
    double p50_ms, p99_ms, max_ms;
};

struct steady_results {
    struct steady_figures kept, fresh; /* by kind of connection */
    char first_loss[300];
};

/* Ask `per_second` times a second over each kind of connection, from now on. */
struct steady_caller *steady_caller_start(const struct world *w, int per_second);
/* Wait for the last responses, then free `s`. */
struct steady_results steady_caller_stop(struct steady_caller *s);

#endif
