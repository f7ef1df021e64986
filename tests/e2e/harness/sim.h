/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/sim.h -- controls the weather simulator. Each call fails the test if the
 * simulator rejects it. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_SIM_H
#define CLIMACAST_TESTS_E2E_HARNESS_SIM_H

#include <jansson.h>

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
/* Waits until it has received one. */
void sim_await_request(struct world *w, const char *part);
/* The target of one such request, NULL if there is none. The caller frees it. */
char *sim_find_request(struct world *w, const char *part);

/* ---- Amazon's services: tests/sim/amazon.h has the members ---- */

/* Add a rule, such as {"service":"address","status":403}. */
void sim_amazon_rule(struct world *w, const char *json);
/* Change a setting, such as {"expire":true}. */
void sim_amazon_set(struct world *w, const char *json);
/* Forget rules and calls. */
void sim_amazon_reset(struct world *w);
/* The calls so far, an array; the caller releases it. */
json_t *sim_amazon_calls(struct world *w);
/* The number of them to that service; NULL: all. */
int sim_amazon_count(struct world *w, const char *service);

#endif
