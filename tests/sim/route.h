/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/route.h -- from a request target to the document that answers it. */
#ifndef CLIMACAST_TESTS_SIM_ROUTE_H
#define CLIMACAST_TESTS_SIM_ROUTE_H

#include "tests/sim/doc.h"

enum { TARGET_MAX = 4000 };

struct question {
    struct ask ask;
    char target[TARGET_MAX + 1]; /* path and query, percent-decoded once */
    char text[TARGET_MAX + 1];   /* what ask's strings point into */
};

/* Take a raw target apart; ask.seed and ask.now are the caller's to fill. False when it is
 * malformed. */
bool question_parse(struct question *question, const char *raw);
/* Always answers: unknown paths by 404. */
void route(const struct ask *ask, struct answer *answer);

#endif
