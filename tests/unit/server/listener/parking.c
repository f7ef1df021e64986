/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/listener/parking.c -- parked tasks run again when another ends, when their time
 * is up, and when the daemon stops; none is lost and none runs twice at once. */
#include "server/listener/parking.h"

#include <stdatomic.h>

#include "server/base/clock.h"
#include "tests/test.h"

enum { THREADS = 2, QUEUE = 16, SPOTS = 8, PATIENCE_MS = 10000 };

static struct workers *workers;
static struct parking *parking;
static atomic_bool open_gate; /* tasks that come while it is closed are parked */

struct test_task {
    struct workers_task task; /* first: cast back below */
    int64_t latest_ms;
    atomic_int runs, running, ended;
    atomic_bool had_no_room;
};

static void run_test_task(struct workers_task *w)
{
    struct test_task *t = (struct test_task *)(void *)w;
    bool last = t->latest_ms && clock_mono_ms() >= t->latest_ms;

    CHECK_INT(atomic_fetch_add(&t->running, 1), 0);
    atomic_fetch_add(&t->runs, 1);
    atomic_fetch_sub(&t->running, 1);
    if (!open_gate && !last) {
        if (parking_put(parking, w, t->latest_ms ? t->latest_ms : INT64_MAX))
            return;
        t->had_no_room = true;
    }
    atomic_fetch_add(&t->ended, 1);
    parking_task_ended(parking);
}

static int setup(void **state)
{
    (void)state;
    open_gate = false;
    workers = workers_create(THREADS, QUEUE);
    parking = parking_create(workers, SPOTS);
    CHECK(workers && parking);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    parking_stop(parking);
    workers_stop(workers);
    parking_free(parking);
    workers_free(workers);
    return 0;
}

static void start_task(struct test_task *t, int64_t latest_ms)
{
    *t = (struct test_task){ .task = { .run = run_test_task }, .latest_ms = latest_ms };
    CHECK(workers_submit(workers, &t->task, WORKERS_VERIFIED));
}

static void await_parked(size_t count)
{
    int64_t end = clock_mono_ms() + PATIENCE_MS;

    while (parking_count(parking) != count && clock_left_ms(end) > 0)
        clock_sleep_ms(1);
    CHECK_INT(parking_count(parking), count);
}

static void await_end(struct test_task *t)
{
    int64_t end = clock_mono_ms() + PATIENCE_MS;

    while (!t->ended && clock_left_ms(end) > 0)
        clock_sleep_ms(1);
    CHECK_INT(t->ended, 1);
}

TEST(a_parked_task_is_tried_every_now_and_then)
{
    struct test_task t;
    int64_t end = clock_mono_ms() + PATIENCE_MS;

    start_task(&t, 0);
    while (t.runs < 4 && clock_left_ms(end) > 0)
        clock_sleep_ms(5);
    CHECK(t.runs >= 4 && !t.ended);
    open_gate = true;
    await_end(&t);
    await_parked(0);
}

TEST(a_task_that_ends_gives_way_to_a_parked_one)
{
    struct test_task tasks[SPOTS], one;
    int64_t began;

    for (int i = 0; i < SPOTS; i++)
        start_task(&tasks[i], 0);
    clock_sleep_ms(20);
    open_gate = true;
    began = clock_mono_ms();
    start_task(&one, 0);
    await_end(&one);
    for (int i = 0; i < SPOTS; i++) /* each that ends lets the next one run */
        await_end(&tasks[i]);
    CHECK(clock_mono_ms() - began < PATIENCE_MS / 2);
}

TEST(a_task_runs_at_the_latest_at_its_time)
{
    struct test_task first, t;
    int64_t latest = clock_mono_ms() + 200;

    start_task(&first, 0);
    start_task(&t, latest);
    await_end(&t);
    CHECK(clock_mono_ms() >= latest);
    CHECK_INT(first.ended, 0);
    open_gate = true;
    await_end(&first);
}

TEST(without_room_a_task_must_end)
{
    struct test_task tasks[SPOTS + 1];
    int64_t end = clock_mono_ms() + PATIENCE_MS;
    int without = 0;

    for (int i = 0; i <= SPOTS; i++)
        start_task(&tasks[i], 0);
    while (without == 0 && clock_left_ms(end) > 0) {
        clock_sleep_ms(1);
        for (int i = 0; i <= SPOTS; i++)
            without += tasks[i].had_no_room;
    }
    CHECK(without >= 1);
    open_gate = true;
    for (int i = 0; i <= SPOTS; i++)
        await_end(&tasks[i]);
}

TEST(stopping_ends_them_all)
{
    struct test_task tasks[SPOTS];

    for (int i = 0; i < SPOTS; i++)
        start_task(&tasks[i], 0);
    clock_sleep_ms(20);
    parking_stop(parking);
    workers_stop(workers);
    for (int i = 0; i < SPOTS; i++)
        CHECK_ROW(i, tasks[i].ended == 1);
    CHECK_INT(parking_count(parking), 0);
}

/* The workers stop without waiting: what is parked still ends. */
TEST(stopping_after_the_workers_ends_them_all_too)
{
    struct test_task tasks[SPOTS];

    for (int i = 0; i < SPOTS; i++)
        start_task(&tasks[i], 0);
    clock_sleep_ms(20);
    workers_stop(workers);
    parking_stop(parking);
    for (int i = 0; i < SPOTS; i++)
        CHECK_ROW(i, tasks[i].ended == 1);
}

TESTS_EACH_WITH(setup, teardown, a_parked_task_is_tried_every_now_and_then,
                a_task_that_ends_gives_way_to_a_parked_one, a_task_runs_at_the_latest_at_its_time,
                without_room_a_task_must_end, stopping_ends_them_all,
                stopping_after_the_workers_ends_them_all_too)
