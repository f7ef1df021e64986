/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/flight.c -- one thread works, the others wait. */
#include "tests/test.h"

#include <pthread.h>
#include <stdatomic.h>

#include "server/base/clock.h"
#include "server/base/flight.h"

enum { THREADS = 8, ROUNDS = 200 };

static int64_t soon(void)
{
    return clock_mono_ms() + 10000; /* far longer than any test takes */
}

TEST(the_first_caller_leads_and_keys_are_independent)
{
    struct flight *f = flight_create();

    CHECK_INT(flight_join(f, STR("a"), soon()), FLIGHT_LEADER);
    CHECK_INT(flight_join(f, STR("b"), soon()), FLIGHT_LEADER);
    CHECK_INT(flight_join(f, STR_NONE, soon()), FLIGHT_LEADER);
    CHECK(!flight_try(f, STR("a")));
    CHECK(flight_try(f, STR("c")));
    flight_finish(f, STR("a"), true);
    CHECK(flight_try(f, STR("a"))); /* finished: a new one may start */
    flight_finish(f, STR("never started"), true);
    flight_free(f); /* with some still running */
    flight_free(NULL);
}

TEST(waiting_ends_at_the_deadline)
{
    struct flight *f = flight_create();
    int64_t begin = clock_mono_ms();

    CHECK_INT(flight_join(f, STR("k"), soon()), FLIGHT_LEADER);
    CHECK_INT(flight_join(f, STR("k"), begin + 30), FLIGHT_TIMEOUT);
    CHECK(clock_mono_ms() >= begin + 30);
    CHECK_INT(flight_join(f, STR("k"), begin), FLIGHT_TIMEOUT); /* already past */
    CHECK_INT(flight_join(f, STR("k"), 0), FLIGHT_TIMEOUT);
    flight_finish(f, STR("k"), true);
    flight_free(f);
}

struct crowd {
    struct flight *flight;
    pthread_barrier_t together;
    atomic_int leaders, done, failed, other;
    atomic_bool stored;
    bool ok;
};

static void *join_crowd(void *data)
{
    struct crowd *c = data;

    (void)pthread_barrier_wait(&c->together);
    switch (flight_join(c->flight, STR("key"), soon())) {
    case FLIGHT_LEADER:
        atomic_fetch_add(&c->leaders, 1);
        clock_sleep_ms(20); /* let the others join */
        atomic_store(&c->stored, true);
        flight_finish(c->flight, STR("key"), c->ok);
        break;
    case FLIGHT_DONE:
        atomic_fetch_add(&c->done, atomic_load(&c->stored) ? 1 : 100);
        break;
    case FLIGHT_FAILED:
        atomic_fetch_add(&c->failed, 1);
        break;
    case FLIGHT_TIMEOUT:
    default:
        atomic_fetch_add(&c->other, 1);
        break;
    }
    return NULL;
}

static void run_crowd(struct crowd *c, bool ok)
{
    pthread_t threads[THREADS];

    c->flight = flight_create();
    c->ok = ok;
    CHECK_INT(pthread_barrier_init(&c->together, NULL, THREADS), 0);
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, join_crowd, c), 0);
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_join(threads[i], NULL), 0);
    (void)pthread_barrier_destroy(&c->together);
    flight_free(c->flight);
}

TEST(waiters_are_done_when_the_leader_succeeds)
{
    struct crowd c = { 0 };

    run_crowd(&c, true);
    /* A thread delayed until after the finish leads a flight of its own. */
    CHECK(c.leaders >= 1);
    CHECK_INT(c.leaders + c.done, THREADS);
    CHECK_INT(c.failed + c.other, 0);
}

TEST(waiters_fail_when_the_leader_fails)
{
    struct crowd c = { 0 };

    run_crowd(&c, false);
    CHECK(c.leaders >= 1);
    CHECK_INT(c.leaders + c.failed, THREADS);
    CHECK_INT(c.done + c.other, 0);
}

struct counter {
    struct flight *flight;
    atomic_int working, overlaps;
};

static void *work(void *data)
{
    static const char *const keys[] = { "KBDU", "KSEA", "COZ039" };
    struct counter *c = data;

    for (int i = 0; i < ROUNDS; i++) {
        struct str key = str_of(keys[i % 3]);
        bool leader = i % 5
                          ? flight_join(c->flight, key, clock_mono_ms() + (i % 2)) == FLIGHT_LEADER
                          : flight_try(c->flight, key);
        if (!leader)
            continue;
        if (i % 3 == 0 && atomic_fetch_add(&c->working, 1) != 0)
            atomic_fetch_add(&c->overlaps, 1); /* two leaders for one key */
        if (i % 3 == 0)
            atomic_fetch_sub(&c->working, 1);
        flight_finish(c->flight, key, i % 7 != 0);
    }
    return NULL;
}

TEST(a_key_never_has_two_leaders)
{
    struct counter c = { .flight = flight_create() };
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, work, &c), 0);
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_join(threads[i], NULL), 0);
    CHECK_INT(c.overlaps, 0);
    flight_free(c.flight);
}

TESTS(the_first_caller_leads_and_keys_are_independent, waiting_ends_at_the_deadline,
      waiters_are_done_when_the_leader_succeeds, waiters_fail_when_the_leader_fails,
      a_key_never_has_two_leaders)
