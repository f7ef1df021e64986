/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/recording.h -- a folder of recorded responses, served instead of generated ones.
 *
 * Layout: <folder>/<path as in the API>.json, with the query after two underscores. HEADERS.json
 * next to the folder is optional and maps "<name of the folder>/<file>" to status and headers.
 * Read-only after opening, so thread-safe. */
#ifndef CLIMACAST_TESTS_SIM_RECORDING_H
#define CLIMACAST_TESTS_SIM_RECORDING_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/sim/doc.h"

struct recording;
struct recording_response {
    int status;
    char *body; /* the caller frees it */
    size_t size;
    char type[64], cache_control[128], last_modified[64], location[128];
};

/* NULL when the folder cannot be read. */
struct recording *recording_open(const char *folder);
void recording_close(struct recording *r);
/* The response to a decoded target, 404 if there is none. `flags` says whether the request has a
 * Feature-Flags header; responses recorded with one are not served without it. */
void recording_get(const struct recording *r, const char *target, const struct doc_request *request,
                   bool flags, struct recording_response *ret_response);

#endif
