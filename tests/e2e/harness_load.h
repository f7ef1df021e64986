/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness_load.h -- callers on threads of their own, who ask without a pause and count
 * what became of it. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_LOAD_H
#define CLIMACAST_TESTS_E2E_HARNESS_LOAD_H

#include "tests/e2e/harness.h"

struct load;

struct load_settings {
    const struct world *world; /* its port and certificates are read once, at the start */
    size_t keeping, fresh;     /* callers who keep their connection; who make a new one each time */
    /* Callers end by themselves when nobody listens any more, and that is no failure. */
    bool ends_when_refused;
};

struct load_counts {
    long answered; /* 200 */
    long failed;   /* anything else, a connection refused or reset among them */
    char first_failure[300];
};

struct load *load_start(const struct load_settings *settings);
/* So many have been answered so far. */
long load_answered(struct load *l);
/* Let every caller hear its last answer; frees `l`. */
struct load_counts load_stop(struct load *l);

#endif
