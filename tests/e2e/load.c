/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/load.c -- a mixed load while the weather service fails in every way in turn.
 *
 * Every request must be answered with 200: an upstream fault leads to an apology, never to a 5xx.
 * The daemon must exit cleanly, without sanitizer errors if it was built with one. LOAD_SECONDS
 * sets the duration (default 8). */
#include <stdlib.h>

#include "server/base/clock.h"
#include "tests/e2e/harness.h"
#include "tests/e2e/harness/load_client.h"
#include "tests/test.h"

static const char *const faults[] = {
    "{\"match\":\"/gridpoints\",\"kind\":\"status\",\"status\":500,\"probability\":0.5}",
    "{\"match\":\"/observations\",\"kind\":\"html\",\"probability\":0.5}",
    "{\"match\":\"/points\",\"kind\":\"delay\",\"ms\":200}",
    "{\"match\":\"/stations\",\"kind\":\"reset\",\"probability\":0.3}",
    "{\"match\":\"/\",\"kind\":\"truncate\",\"probability\":0.3}",
    "{\"match\":\"/observations\",\"kind\":\"null\"}",
    "{\"match\":\"/gridpoints\",\"kind\":\"garbage\",\"probability\":0.5}",
    "{\"match\":\"/alerts\",\"kind\":\"deep\"}",
    "{\"match\":\"/observations\",\"kind\":\"empty\"}",
};

TEST(a_mixed_load_with_upstream_faults_gets_no_5xx)
{
    struct world w = { .now = "" };
    const char *seconds = getenv("LOAD_SECONDS");
    int64_t deadline = clock_mono_ms() + (seconds ? atoi(seconds) : 8) * 1000;

    world_start(&w);
    struct load_client *load = load_client_start(
        &(struct load_client_settings){ .world = &w, .persistent = 6, .fresh = 2 });
    for (size_t i = 0; clock_left_ms(deadline) > 0; i++) {
        sim_add_fault(&w, faults[i % (sizeof faults / sizeof faults[0])]);
        clock_sleep_ms(700);
        sim_clear_faults(&w);
        clock_sleep_ms(100);
    }
    struct load_client_counts counts = load_client_stop(load);
    if (counts.failed > 0)
        fail_msg("%ld answered, %ld failed: %s", counts.answered, counts.failed,
                 counts.first_failure);
    print_message("%ld answered\n", counts.answered);
    CHECK(counts.answered > 0);
    world_stop(&w);
}

TESTS(a_mixed_load_with_upstream_faults_gets_no_5xx)
