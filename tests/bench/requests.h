/* SPDX-License-Identifier: Apache-2.0 */
/* tests/bench/requests.h -- the requests of the load generator: signed, each with its own id. */
#ifndef CLIMACAST_TESTS_BENCH_REQUESTS_H
#define CLIMACAST_TESTS_BENCH_REQUESTS_H

#include <stdbool.h>
#include <stddef.h>

struct bench_requests {
    const char *certs; /* folder with signing.key */
    const char *kind;  /* "launch", or one of questions.def */
    int users;         /* how many there are: they take turns */
    int places;        /* so many places take turns, by ZIP code; 0: what the user has stored */
    int first;         /* the place that is asked about first */
    bool screen;       /* the device shows documents */
};

/* Creates `count` HTTP requests: headers and body. Their time is now, so they are accepted for 150
 * seconds. Ends the process when it cannot. */
void bench_requests_create(const struct bench_requests *r, int count, char **ret_wire,
                           size_t *ret_sizes);

/* Prints what went wrong and ends the process with 2. */
_Noreturn void bench_die(const char *what);

#endif
