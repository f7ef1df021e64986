/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/same_answer.h -- the law that the JSON API tells what the voice tells: the same
 * words, and each figure that is spoken with its unit is among the values. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_SAME_ANSWER_H
#define CLIMACAST_TESTS_E2E_HARNESS_SAME_ANSWER_H

#include "tests/e2e/harness/client.h"

/* Asks the API the question that `said` answers: "what is the METRIC WHEN", at the place; `when`
 * may be NULL. The world must have an open api.listen. Fails the test, and prints both, if they
 * differ. */
void same_answer_check(struct world *w, const char *place, const char *metric, const char *when,
                       const struct client_response *said);

/* Is there a figure {"value": number, "unit": unit} anywhere below? */
bool same_answer_has_figure(json_t *values, double number, const char *unit);

#endif
