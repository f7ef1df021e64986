/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/ticker.c -- steps run when they are due, when woken, and never after the
 * end. */
#include "server/base/ticker.h"

#include <pthread.h>
#include <stdatomic.h>

#include "server/base/clock.h"
#include "tests/test.h"

enum { PATIENCE_MS = 10000 };

static atomic_int steps, running;
static _Atomic int64_t next_ms;  /* from now; negative: not until woken */
static atomic_bool steps_linger; /* a step ends only when this is false again */

static int64_t step(void *data)
{
    CHECK(data == &steps);
    CHECK_INT(atomic_fetch_add(&running, 1), 0);
    while (steps_linger)
        clock_sleep_ms(1);
    atomic_fetch_add(&steps, 1);
    atomic_fetch_sub(&running, 1);
    return next_ms < 0 ? INT64_MAX : clock_mono_ms() + next_ms;
}

static void await_steps(int count)
{
    int64_t end = clock_mono_ms() + PATIENCE_MS;

    while (steps < count && clock_left_ms(end) > 0)
        clock_sleep_ms(1);
    CHECK(steps >= count);
}

static void await_running(int count)
{
    int64_t end = clock_mono_ms() + PATIENCE_MS;

    while (running != count && clock_left_ms(end) > 0)
        clock_sleep_ms(1);
    CHECK_INT(running, count);
}

static struct ticker *start(int64_t ms)
{
    steps = 0;
    next_ms = ms;
    steps_linger = false;
    struct ticker *t = ticker_create(step, &steps);
    CHECK(t);
    await_steps(1);
    return t;
}

TEST(a_step_runs_again_when_it_is_due)
{
    struct ticker *t = start(5);

    await_steps(10);
    ticker_free(t);
}

TEST(it_sleeps_until_it_is_woken)
{
    struct ticker *t = start(-1);

    clock_sleep_ms(50);
    CHECK_INT(steps, 1);
    ticker_wake(t);
    await_steps(2);
    clock_sleep_ms(50);
    CHECK_INT(steps, 2);
    ticker_free(t);
}

TEST(being_woken_during_a_step_makes_another_due)
{
    struct ticker *t = start(-1);

    steps_linger = true;
    ticker_wake(t);
    await_running(1);
    ticker_wake(t);
    steps_linger = false;
    await_steps(3);
    ticker_free(t);
}

static void *let_the_step_end(void *unused)
{
    clock_sleep_ms(100);
    steps_linger = false;
    return unused;
}

TEST(it_ends_at_once_and_after_the_running_step)
{
    struct ticker *t = start(-1);
    int64_t began = clock_mono_ms();
    pthread_t other;

    ticker_free(t);
    t = start(3600 * 1000);
    ticker_free(t);
    CHECK(clock_mono_ms() - began < PATIENCE_MS / 2);
    t = start(-1);
    steps_linger = true;
    ticker_wake(t);
    await_running(1);
    CHECK_INT(pthread_create(&other, NULL, let_the_step_end, NULL), 0);
    ticker_free(t);
    CHECK_INT(running, 0);
    CHECK_INT(steps, 2);
    (void)pthread_join(other, NULL);
    ticker_free(NULL);
}

TESTS(a_step_runs_again_when_it_is_due, it_sleeps_until_it_is_woken,
      being_woken_during_a_step_makes_another_due, it_ends_at_once_and_after_the_running_step)
