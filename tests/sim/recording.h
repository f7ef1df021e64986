/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/recording.h -- a folder of recorded answers, served in place of made-up ones.
 *
 * Layout: <folder>/<path as in the API>.json, a query after two underscores; HEADERS.json beside
 * the folder, when there, maps "<folder's name>/<file>" to status and headers. Read-only after
 * opening, so thread-safe. */
#ifndef CLIMACAST_TESTS_SIM_RECORDING_H
#define CLIMACAST_TESTS_SIM_RECORDING_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/sim/doc.h"

struct recording;
struct recorded {
    int status;
    char *body; /* owned: free() */
    size_t size;
    char type[64], cache_control[128], last_modified[64], location[128];
};

/* NULL when the folder cannot be read. */
struct recording *recording_open(const char *folder);
void recording_close(struct recording *r);
/* The answer to a decoded target; 404 problems for what is not there. `flags`: the request carries
 * Feature-Flags, without which bodies recorded with them are not given out. */
void recording_get(const struct recording *r, const char *target, const struct ask *ask, bool flags,
                   struct recorded *ret_recorded);

#endif
