/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/alerts/rounds.c -- jobs that are repeated while they fail, and the gate of a
 * host that limits its callers. */
#include "server/alerts/rounds.h"

#include <stdatomic.h>

#include "server/alerts/gate.h"
#include "server/base/clock.h"
#include "tests/test.h"

enum { PATIENCE_MS = 20000 };

static atomic_int running, most, done, tries;

static void await(atomic_int *number, int want)
{
    int64_t deadline = clock_mono_ms() + PATIENCE_MS;

    while (*number < want) {
        CHECK(clock_left_ms(deadline) > 0);
        clock_sleep_ms(2);
    }
}

static enum rounds_result hang_a_while(void *data, const char *name, int64_t *ret_wait_ms)
{
    int now = ++running;

    (void)data;
    (void)name;
    (void)ret_wait_ms;
    if (now > most)
        most = now;
    clock_sleep_ms(100);
    running--;
    done++;
    return ROUNDS_DONE;
}

TEST(jobs_run_at_once_up_to_the_limit)
{
    struct rounds *r = rounds_create(8, hang_a_while, NULL);
    char name[20];

    for (int i = 0; i < 24; i++) {
        (void)snprintf(name, sizeof name, "job %d", i);
        rounds_add(r, str_of(name));
    }
    await(&done, 24);
    CHECK(most > 1 && most <= 8);
    rounds_free(r);
}

static enum rounds_result fail_twice(void *data, const char *name, int64_t *ret_wait_ms)
{
    (void)data;
    *ret_wait_ms = 0;
    if (strcmp(name, "fails") != 0)
        return ROUNDS_DONE;
    return ++tries <= 2 ? ROUNDS_FAILED : ROUNDS_DONE;
}

TEST(a_job_that_fails_runs_again_after_a_growing_pause)
{
    struct rounds *r = rounds_create(4, fail_twice, NULL);
    int64_t began = clock_mono_ms();

    rounds_add(r, STR("fails"));
    await(&tries, 1);
    rounds_add(r, STR("fails")); /* it waits already */
    await(&tries, 3);
    CHECK(clock_mono_ms() - began >= 3 * ROUNDS_FIRST_MS); /* 1 s and 2 s */
    while (rounds_count(r) > 0)
        clock_sleep_ms(2);
    CHECK_INT(tries, 3);
    rounds_free(r);
}

static atomic_int late_runs;

static enum rounds_result wait_once(void *data, const char *name, int64_t *ret_wait_ms)
{
    (void)data;
    (void)name;
    *ret_wait_ms = 50;
    return ++late_runs == 1 ? ROUNDS_LATER : ROUNDS_DONE;
}

TEST(a_job_may_ask_to_wait_and_be_forgotten)
{
    struct rounds *r = rounds_create(1, wait_once, NULL);

    rounds_add(r, STR("late"));
    await(&late_runs, 2);
    late_runs = 0;
    rounds_add(r, STR("late"));
    await(&late_runs, 1);
    rounds_clear(r);
    clock_sleep_ms(120);
    CHECK(late_runs <= 2);
    rounds_free(r);
    rounds_free(NULL);
}

TEST(a_limited_host_is_probed_by_one_call_at_a_time)
{
    struct gate g;

    gate_init(&g);
    CHECK(gate_enter(&g) == 0 && gate_enter(&g) == 0);
    gate_leave(&g, true, 3600 * 1000);
    gate_leave(&g, false, 0);                                        /* one that began before */
    CHECK(gate_enter(&g) > 0 && gate_enter(&g) <= GATE_SHUT_MAX_MS); /* not for an hour */
    g.open_mono_ms = clock_mono_ms();
    CHECK_INT(gate_enter(&g), 0);
    CHECK_INT(gate_enter(&g), GATE_PROBE_MS); /* the probe is on its way */
    gate_leave(&g, true, 0);
    CHECK(gate_enter(&g) > 0);
    g.open_mono_ms = clock_mono_ms();
    CHECK_INT(gate_enter(&g), 0);
    gate_leave(&g, false, 0);
    CHECK(gate_enter(&g) == 0 && gate_enter(&g) == 0);
    gate_done(&g);
}

TESTS(jobs_run_at_once_up_to_the_limit, a_job_that_fails_runs_again_after_a_growing_pause,
      a_job_may_ask_to_wait_and_be_forgotten, a_limited_host_is_probed_by_one_call_at_a_time)
