/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/flight.c -- one works, the others wait for it. */
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

TEST(the_first_leads_and_keys_are_apart)
{
    struct flight *f = flight_create();

    CHECK_INT(flight_join(f, STR("a"), soon()), FLIGHT_LEADER);
    CHECK_INT(flight_join(f, STR("b"), soon()), FLIGHT_LEADER);
    CHECK_INT(flight_join(f, STR_NONE, soon()), FLIGHT_LEADER);
    CHECK_INT(flight_try(f, STR("a")), FLIGHT_TIMEOUT);
    CHECK_INT(flight_try(f, STR("c")), FLIGHT_LEADER);
    flight_leave(f, STR("a"), true);
    CHECK_INT(flight_try(f, STR("a")), FLIGHT_LEADER); /* landed: a new one may start */
    flight_leave(f, STR("never taken off"), true);
    flight_free(f); /* with some still in the air */
    flight_free(NULL);
}

TEST(who_waits_past_the_deadline_is_told)
{
    struct flight *f = flight_create();
    int64_t begin = clock_mono_ms();

    CHECK_INT(flight_join(f, STR("k"), soon()), FLIGHT_LEADER);
    CHECK_INT(flight_join(f, STR("k"), begin + 30), FLIGHT_TIMEOUT);
    CHECK(clock_mono_ms() >= begin + 30);
    CHECK_INT(flight_join(f, STR("k"), begin), FLIGHT_TIMEOUT); /* already past */
    CHECK_INT(flight_join(f, STR("k"), 0), FLIGHT_TIMEOUT);
    flight_leave(f, STR("k"), true);
    flight_free(f);
}

struct crowd {
    struct flight *flight;
    pthread_barrier_t together;
    atomic_int leaders, landed, failed, other;
    atomic_bool stored;
    bool ok;
};

static void *passenger(void *data)
{
    struct crowd *c = data;

    (void)pthread_barrier_wait(&c->together);
    switch (flight_join(c->flight, STR("key"), soon())) {
    case FLIGHT_LEADER:
        atomic_fetch_add(&c->leaders, 1);
        clock_sleep_ms(20); /* let the others come */
        atomic_store(&c->stored, true);
        flight_leave(c->flight, STR("key"), c->ok);
        break;
    case FLIGHT_LANDED:
        atomic_fetch_add(&c->landed, atomic_load(&c->stored) ? 1 : 100);
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

static void fly(struct crowd *c, bool ok)
{
    pthread_t threads[THREADS];

    c->flight = flight_create();
    c->ok = ok;
    CHECK_INT(pthread_barrier_init(&c->together, NULL, THREADS), 0);
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, passenger, c), 0);
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_join(threads[i], NULL), 0);
    (void)pthread_barrier_destroy(&c->together);
    flight_free(c->flight);
}

TEST(all_others_land_with_the_leader)
{
    struct crowd c = { 0 };

    fly(&c, true);
    /* A thread that was held up past the landing leads a flight of its own. */
    CHECK(c.leaders >= 1);
    CHECK_INT(c.leaders + c.landed, THREADS);
    CHECK_INT(c.failed + c.other, 0);
}

TEST(all_others_fail_with_the_leader)
{
    struct crowd c = { 0 };

    fly(&c, false);
    CHECK(c.leaders >= 1);
    CHECK_INT(c.leaders + c.failed, THREADS);
    CHECK_INT(c.landed + c.other, 0);
}

struct counter {
    struct flight *flight;
    atomic_int at_work, twice;
};

static void *work(void *data)
{
    static const char *const keys[] = { "KBDU", "KSEA", "COZ039" };
    struct counter *c = data;

    for (int i = 0; i < ROUNDS; i++) {
        struct str key = str_of(keys[i % 3]);
        enum flight_role role = i % 5 ? flight_join(c->flight, key, clock_mono_ms() + (i % 2))
                                      : flight_try(c->flight, key);
        if (role != FLIGHT_LEADER)
            continue;
        if (i % 3 == 0 && atomic_fetch_add(&c->at_work, 1) != 0)
            atomic_fetch_add(&c->twice, 1); /* two at one key */
        if (i % 3 == 0)
            atomic_fetch_sub(&c->at_work, 1);
        flight_leave(c->flight, key, i % 7 != 0);
    }
    return NULL;
}

TEST(never_two_at_one_key_whatever_the_order)
{
    struct counter c = { .flight = flight_create() };
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, work, &c), 0);
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_join(threads[i], NULL), 0);
    CHECK_INT(c.twice, 0);
    flight_free(c.flight);
}

TESTS(the_first_leads_and_keys_are_apart, who_waits_past_the_deadline_is_told,
      all_others_land_with_the_leader, all_others_fail_with_the_leader,
      never_two_at_one_key_whatever_the_order)
