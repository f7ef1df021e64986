/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/attack_plan.h -- what the threads of one attack share: where they connect from,
 * what they send, what they count. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_ATTACK_PLAN_H
#define CLIMACAST_TESTS_E2E_HARNESS_ATTACK_PLAN_H

#include "server/base/str.h"
#include "tests/e2e/harness/attack.h"
#include "tests/e2e/harness/raw_client.h"
#include "tests/e2e/harness/wire.h"

enum { ATTACK_PATIENCE_MS = 2000, ATTACK_REQUEST_MAX = 1024 * 1024 };

struct attack_plan {
    const struct world *world;
    int number;
    struct attack_counts *counts;
    struct wire *wire;
    /* Appends the i-th request. */
    void (*put)(struct attack_plan *p, long i, struct buf *out);
    struct buf fixed; /* a request that is sent again and again */
    atomic_long next;
};

/* Opens a TLS connection from the i-th address. Returns NULL when the daemon does not accept it. */
struct raw_client *attack_open_client(struct attack_plan *p, long i);

/* Opens a TCP connection from the i-th address. Returns its descriptor, or -1. */
int attack_open_socket(struct attack_plan *p, long i);

/* Counts a response: its status (0: the connection was closed) and text. */
void attack_count_response(struct attack_counts *counts, int status, const char *text);

/* Runs `run` with the plan in many threads and waits for them. */
void attack_run_threads(struct attack_plan *p, void *(*run)(void *));

#define ATTACK(name, run, refused, closed) \
    void run(const struct world *w, int number, struct attack_counts *counts);
#include "tests/e2e/harness/attacks.def"
#undef ATTACK

#endif
