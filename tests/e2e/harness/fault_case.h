/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/fault_case.h -- one dependency of the daemon fails in one way: what is heard,
 * how long that takes, and when it is over.
 *
 * Two requests are sent, in the global `world`: one that needs the failing dependency, and one that
 * does not. Both must be answered within Alexa's patience, the second at once. What is heard must
 * be the right answer or an apology, which blames nothing else and claims nothing untrue. When the
 * fault ends, the daemon must recover by itself. Each case prints a row of a table. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_FAULT_CASE_H
#define CLIMACAST_TESTS_E2E_HARNESS_FAULT_CASE_H

#include "tests/e2e/harness.h"

typedef struct client_response fault_request_fn(void);

struct fault_case {
    const char *dependency, *fault;
    fault_request_fn *needs, *does_not_need; /* the second may be NULL */
    const char *right;                       /* heard from `needs` when all is well */
    const char *not_heard;                   /* while it fails: a wrong culprit, a false absence */
    const char *other;                       /* heard from `does_not_need`; NULL: "degrees" */
    const char *refusal; /* the reason of a 400 that is right, too; NULL: none is */
    double needed_ms;    /* 0: NEEDED_MS */
    bool is_never_right; /* while it fails, the right answer would be a fault */
    bool must_be_right;  /* no apology is allowed */
    void (*begin)(const struct fault_case *c), (*end)(const struct fault_case *c);
    void (*after)(const struct client_response *needed); /* the fault is over; may be NULL */
    int data;                                            /* for begin */
};

void fault_case_print_head(void);
void fault_case_run(const struct fault_case *c);
/* Ask until the answer is right and every circuit breaker is closed. Returns how many milliseconds
 * that took. */
double fault_case_recover(const struct fault_case *c);
/* Is the long form wanted (FAULT_MATRIX=all, make faults)? */
bool fault_case_all(void);

/* ---- requests ---- */

/* The number of this case; each has users and towns of its own. */
extern size_t fault_case_number;

/* Nobody has asked about this town in this world. fault_case_reset_towns() begins again. */
struct client_response fault_case_ask_new_town(void);
void fault_case_reset_towns(void);
struct client_response fault_case_ask_warm_town(void);
/* By a user of this case: */
struct client_response fault_case_set_rate(void); /* to 120 percent */
/* After fault_case_set_rate(): what was said about the rate is so. */
void fault_case_check_rate(const struct client_response *said);

#endif
