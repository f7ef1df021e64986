/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/load_client.h -- clients on their own threads that send requests, without pause
 * or at a rate, count the results and measure the times. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_LOAD_CLIENT_H
#define CLIMACAST_TESTS_E2E_HARNESS_LOAD_CLIENT_H

#include <jansson.h>
#include <stdint.h>

#include "tests/e2e/harness/world.h"

struct load_client;

struct load_client_settings {
    const struct world *world; /* its port and certificates are read once, at the start */
    size_t persistent,
        fresh; /* clients that reuse their connection; that open a new one each time */
    /* Clients end by themselves when the connection is refused, and that is not a failure. */
    bool ends_when_refused;
    /* The request with this number: a new reference. Called by one thread at a time. NULL: a mix of
     * launches and temperatures. */
    json_t *(*request)(size_t number);
    /* Is this the right response (status 200) to that request, sent at the monotonic time sent_ms?
     * If not, the request counts as failed. Called by many threads. NULL: any is. */
    bool (*is_right)(size_t number, int64_t sent_ms, const char *body);
    /* Of all clients together; a client that still waits for a response skips its turn. 0: without
     * pause. */
    double per_second;
};

struct load_client_counts {
    long answered; /* 200 */
    long failed;   /* anything else, including refused or reset connections */
    char first_failure[300];
    /* Milliseconds, of all requests; 0 when there were none. */
    double median_ms, p99_ms, max_ms;
};

struct load_client *load_client_start(const struct load_client_settings *settings);
/* The number of requests answered so far. */
long load_client_answered(struct load_client *l);
/* Wait for the last responses, then free `l`. */
struct load_client_counts load_client_stop(struct load_client *l);

#endif
