/* SPDX-License-Identifier: Apache-2.0 */
#include "server/workers.h"

#include <pthread.h>
#include <stdatomic.h>

#include "server/base/clock.h"
#include "tests/test.h"

struct job {
    struct workers_task work;
    _Atomic int *done;
    _Atomic bool *go;
};

static void finish(struct workers_task *w)
{
    struct job *j = (struct job *)(void *)w;

    while (!atomic_load(j->go))
        clock_sleep_ms(1);
    atomic_fetch_add(j->done, 1);
}

TEST(every_piece_of_work_runs_once)
{
    enum { JOBS = 2000 };
    static struct job jobs[JOBS];
    _Atomic int done = 0;
    _Atomic bool go = true;
    struct workers *w = workers_create(4, JOBS);
    CHECK(w);
    for (int i = 0; i < JOBS; i++) {
        jobs[i] = (struct job){ .work = { .run = finish }, .done = &done, .go = &go };
        CHECK(workers_submit(w, &jobs[i].work));
    }
    workers_stop(w);
    CHECK_INT(atomic_load(&done), JOBS);
    CHECK_INT(workers_stats(w).finished, JOBS);
    workers_free(w);
}

TEST(a_full_queue_says_so_at_once)
{
    struct job jobs[8];
    _Atomic int done = 0;
    _Atomic bool go = false;
    struct workers *w = workers_create(1, 2);
    int taken = 0;

    for (int i = 0; i < 8; i++) {
        jobs[i] = (struct job){ .work = { .run = finish }, .done = &done, .go = &go };
        taken += workers_submit(w, &jobs[i].work);
        if (i == 0) /* let the thread take the first, so that the count below is certain */
            while (workers_stats(w).busy == 0)
                clock_sleep_ms(1);
    }
    CHECK_INT(taken, 3); /* one at work, two waiting */
    CHECK_INT(workers_stats(w).queued, 2);
    atomic_store(&go, true);
    workers_free(w);
    CHECK_INT(atomic_load(&done), 3);
}

TEST(a_stopped_pool_takes_nothing)
{
    _Atomic int done = 0;
    _Atomic bool go = true;
    struct job job = { .work = { .run = finish }, .done = &done, .go = &go };
    struct workers *w = workers_create(2, 10);

    workers_stop(w);
    CHECK(!workers_submit(w, &job.work));
    workers_free(w);
    CHECK_INT(atomic_load(&done), 0);
}

TESTS(every_piece_of_work_runs_once, a_full_queue_says_so_at_once, a_stopped_pool_takes_nothing)
