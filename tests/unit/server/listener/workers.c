/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/listener/workers.c. */
#include "server/listener/workers.h"

#include <pthread.h>
#include <stdatomic.h>

#include "server/base/clock.h"
#include "tests/test.h"

struct test_task {
    struct workers_task task; /* first: cast back below */
    _Atomic int *done;
    _Atomic bool *go;
};

static void finish(struct workers_task *w)
{
    struct test_task *t = (struct test_task *)(void *)w;

    while (!atomic_load(t->go))
        clock_sleep_ms(1);
    atomic_fetch_add(t->done, 1);
}

TEST(every_task_runs_once)
{
    enum { TASKS = 2000 };
    static struct test_task tasks[TASKS];
    _Atomic int done = 0;
    _Atomic bool go = true;
    struct workers *w = workers_create(4, TASKS);
    CHECK(w);
    for (int i = 0; i < TASKS; i++) {
        tasks[i] = (struct test_task){ .task = { .run = finish }, .done = &done, .go = &go };
        CHECK(workers_submit(w, &tasks[i].task, WORKERS_VERIFIED));
    }
    workers_stop(w);
    CHECK_INT(atomic_load(&done), TASKS);
    CHECK_INT(workers_stats(w).finished, TASKS);
    workers_free(w);
}

TEST(a_full_queue_rejects_at_once)
{
    struct test_task tasks[8];
    _Atomic int done = 0;
    _Atomic bool go = false;
    struct workers *w = workers_create(1, 2);
    int accepted = 0;

    for (int i = 0; i < 8; i++) {
        tasks[i] = (struct test_task){ .task = { .run = finish }, .done = &done, .go = &go };
        accepted += workers_submit(w, &tasks[i].task, WORKERS_VERIFIED);
        if (i == 0) /* until the thread has taken the first, so that the count is certain */
            while (workers_stats(w).busy == 0)
                clock_sleep_ms(1);
    }
    CHECK_INT(accepted, 3); /* one running, two queued */
    CHECK_INT(workers_stats(w).queued, 2);
    atomic_store(&go, true);
    workers_free(w);
    CHECK_INT(atomic_load(&done), 3);
}

TEST(a_stopped_pool_rejects_tasks)
{
    _Atomic int done = 0;
    _Atomic bool go = true;
    struct test_task t = { .task = { .run = finish }, .done = &done, .go = &go };
    struct workers *w = workers_create(2, 10);

    workers_stop(w);
    CHECK(!workers_submit(w, &t.task, WORKERS_VERIFIED));
    workers_free(w);
    CHECK_INT(atomic_load(&done), 0);
}

static void wait_until_busy(struct workers *w, size_t busy)
{
    while (workers_stats(w).busy < busy)
        clock_sleep_ms(1);
}

TEST(unverified_tasks_use_half_of_the_threads_and_of_the_queue)
{
    struct test_task unverified[10], verified[2];
    _Atomic int done_unverified = 0, done_verified = 0;
    _Atomic bool go_unverified = false, go_verified = true;
    struct workers *w = workers_create(4, 6);
    int accepted = 0;

    for (int i = 0; i < 10; i++) {
        unverified[i] = (struct test_task){ .task = { .run = finish },
                                            .done = &done_unverified,
                                            .go = &go_unverified };
        accepted += workers_submit(w, &unverified[i].task, WORKERS_UNVERIFIED);
        if (i < 2)
            wait_until_busy(w, (size_t)i + 1);
    }
    CHECK_INT(accepted, 5); /* two running, three queued */
    CHECK_INT(workers_stats(w).busy, 2);
    for (int i = 0; i < 2; i++) {
        verified[i] = (struct test_task){ .task = { .run = finish },
                                          .done = &done_verified,
                                          .go = &go_verified };
        CHECK(workers_submit(w, &verified[i].task, WORKERS_VERIFIED));
    }
    while (atomic_load(&done_verified) < 2)
        clock_sleep_ms(1);
    CHECK_INT(atomic_load(&done_unverified), 0);
    atomic_store(&go_unverified, true);
    workers_free(w);
    CHECK_INT(atomic_load(&done_unverified), 5);
}

TEST(a_pool_stalls_when_all_threads_are_busy_for_long)
{
    struct test_task tasks[2];
    _Atomic int done = 0;
    _Atomic bool go = false;
    struct workers *w = workers_create(2, 2);

    for (int i = 0; i < 2; i++) {
        CHECK_INT(workers_stall_ms(w, clock_mono_ms() + 5000), 0);
        tasks[i] = (struct test_task){ .task = { .run = finish }, .done = &done, .go = &go };
        CHECK(workers_submit(w, &tasks[i].task, WORKERS_VERIFIED));
        wait_until_busy(w, (size_t)i + 1);
    }
    CHECK(workers_stall_ms(w, clock_mono_ms() + 5000) >= 5000);
    atomic_store(&go, true);
    while (workers_stats(w).busy > 0)
        clock_sleep_ms(1);
    CHECK_INT(workers_stall_ms(w, clock_mono_ms() + 5000), 0);
    workers_free(w);
}

TESTS(every_task_runs_once, a_full_queue_rejects_at_once, a_stopped_pool_rejects_tasks,
      unverified_tasks_use_half_of_the_threads_and_of_the_queue,
      a_pool_stalls_when_all_threads_are_busy_for_long)
