/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/route.h -- parses a request target and finds the document for it. */
#ifndef CLIMACAST_TESTS_SIM_ROUTE_H
#define CLIMACAST_TESTS_SIM_ROUTE_H

#include "tests/sim/doc.h"

enum { TARGET_MAX = 12000 }; /* a list of zones has 6,000, and more where it is encoded */

struct route_target {
    struct doc_request request;
    char target[TARGET_MAX + 1]; /* path and query, percent-decoded once */
    char text[TARGET_MAX + 1];   /* the strings of `request` point into this */
};

/* Parse a raw target. Does not set request.seed and request.now. False when it is malformed. */
bool route_parse(struct route_target *parsed, const char *raw);
/* Unknown paths give 404. */
void route_request(const struct doc_request *request, struct doc_response *response);

#endif
