/* SPDX-License-Identifier: Apache-2.0 */
/* tests/failing/backend.h -- the store and Redis that a test runs on, by a name such as "sqlite",
 * "dynamodb" or "memory+redis". */
#ifndef CLIMACAST_TESTS_FAILING_BACKEND_H
#define CLIMACAST_TESTS_FAILING_BACKEND_H

#include <stddef.h>

enum { BACKEND_SETS_MAX = 12 };

/* Settings, "section.key=value". */
struct backend_sets {
    char *list[BACKEND_SETS_MAX + 1]; /* NULL at the end */
    size_t count;
};

/* Add one. */
void backend_set(struct backend_sets *sets, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Start what the backend needs, in the folder of `world`, and add its settings. DynamoDB must be
 * running, with its settings in the environment (tests/dynamo/start.sh). */
void backend_start(const char *name, struct backend_sets *sets);
void backend_stop(struct backend_sets *sets);

#endif
