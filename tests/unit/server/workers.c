/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/workers.c. */
#include "server/workers.h"

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
        CHECK(workers_submit(w, &tasks[i].task));
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
        accepted += workers_submit(w, &tasks[i].task);
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
    CHECK(!workers_submit(w, &t.task));
    workers_free(w);
    CHECK_INT(atomic_load(&done), 0);
}

TESTS(every_task_runs_once, a_full_queue_rejects_at_once, a_stopped_pool_rejects_tasks)
