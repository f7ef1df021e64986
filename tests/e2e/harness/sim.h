/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/sim.h -- controls the weather simulator. Each call fails the test if the
 * simulator rejects it. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_SIM_H
#define CLIMACAST_TESTS_E2E_HARNESS_SIM_H

#include "tests/e2e/harness/world.h"

/* Add a fault, such as {"match":"/points","kind":"delay","ms":2500}. */
void sim_add_fault(struct world *w, const char *json);
void sim_clear_faults(struct world *w);
/* Serve this body and status at `path`. */
void sim_put_doc(struct world *w, const char *path, const char *body, int status);
void sim_clear_docs(struct world *w);
/* Forget the requests received so far. */
void sim_clear_log(struct world *w);
/* The number of requests received whose target contains `part`. */
int sim_count_requests(struct world *w, const char *part);
/* The target of one such request, NULL if there is none. The caller frees it. */
char *sim_find_request(struct world *w, const char *part);

#endif
