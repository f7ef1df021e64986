/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/replay.c -- claiming, committing and releasing request ids, and their expiry. */
#include "certs/replay.h"

#include <pthread.h>
#include <stdatomic.h>

#include "tests/test.h"

static struct str id_of(char out[64], int n)
{
    int length = snprintf(out, 64, "amzn1.echo-api.request.%08d-1234-4e5f", n);

    return (struct str){ out, (size_t)length };
}

static enum replay_result claim(struct replay *r, int n, int64_t now_s, int64_t life_s)
{
    char text[64];

    return replay_claim(r, id_of(text, n), now_s, life_s);
}

static void commit(struct replay *r, int n)
{
    char text[64];

    replay_commit(r, id_of(text, n));
}

static void release(struct replay *r, int n)
{
    char text[64];

    replay_release(r, id_of(text, n));
}

TEST(an_id_is_new_then_in_flight_then_served)
{
    struct replay *r = replay_create(REPLAY_IDS_MAX);

    CHECK_INT(claim(r, 1, 1000, 150), REPLAY_NEW);
    CHECK_INT(claim(r, 1, 1000, 150), REPLAY_IN_FLIGHT);
    CHECK_INT(claim(r, 2, 1000, 150), REPLAY_NEW);
    commit(r, 1);
    CHECK_INT(claim(r, 1, 1000, 150), REPLAY_SERVED);
    CHECK_INT(claim(r, 2, 1000, 150), REPLAY_IN_FLIGHT);
    CHECK_INT(replay_count(r), 2);
    replay_free(r);
}

TEST(a_released_id_is_free_again_but_a_served_one_is_not)
{
    struct replay *r = replay_create(REPLAY_IDS_MAX);

    CHECK_INT(claim(r, 1, 1000, 150), REPLAY_NEW);
    release(r, 1);
    CHECK_INT(replay_count(r), 0);
    CHECK_INT(claim(r, 1, 1000, 150), REPLAY_NEW);
    commit(r, 1);
    release(r, 1);
    CHECK_INT(claim(r, 1, 1000, 150), REPLAY_SERVED);
    commit(r, 99); /* never claimed: no effect */
    release(r, 99);
    CHECK_INT(claim(r, 99, 1000, 150), REPLAY_NEW);
    replay_free(r);
}

TEST(an_id_expires_after_the_last_second_of_its_life)
{
    static const int64_t lives[] = { 0, 1, 150, 300, 3600, REPLAY_LIFE_MAX };

    for (size_t i = 0; i < sizeof lives / sizeof lives[0]; i++) {
        struct replay *r = replay_create(REPLAY_IDS_MAX);
        CHECK_INT(claim(r, 1, 1000, lives[i]), REPLAY_NEW);
        commit(r, 1);
        CHECK_ROW(i, claim(r, 1, 1000 + lives[i], lives[i]) == REPLAY_SERVED);
        CHECK_ROW(i, claim(r, 1, 1001 + lives[i], lives[i]) == REPLAY_NEW);
        replay_free(r);
    }
}

TEST(expiry_times_may_wrap_around)
{
    struct replay *r = replay_create(REPLAY_IDS_MAX);
    /* at every phase of the 2^15 seconds, and after pauses of various lengths */
    int64_t now = 0;

    for (int n = 0; n < 2000; n++) {
        now += 1 + (n * 7919) % 40000;
        CHECK_ROW(n, claim(r, 7, now, 3000) == REPLAY_NEW);
        commit(r, 7);
        CHECK_ROW(n, claim(r, 7, now + 2999, 3000) == REPLAY_SERVED);
        now += 3000;
    }
    /* other ids keep the tables in use meanwhile */
    CHECK_INT(claim(r, 8, now, REPLAY_LIFE_MAX), REPLAY_NEW);
    commit(r, 8);
    for (int n = 0; n < 40000; n += 10) {
        (void)claim(r, 100 + n, now + n, 5);
        enum replay_result want = n <= REPLAY_LIFE_MAX ? REPLAY_SERVED : REPLAY_NEW;
        enum replay_result got = claim(r, 8, now + n, 0);
        if (n <= REPLAY_LIFE_MAX || got == REPLAY_NEW)
            CHECK_ROW(n, got == want);
    }
    replay_free(r);
}

TEST(a_full_table_refuses_new_ids_and_forgets_none)
{
    struct replay *r = replay_create(1000);

    for (int n = 0; n < 1000; n++) {
        CHECK_ROW(n, claim(r, n, 1000, n < 500 ? 150 : 300) == REPLAY_NEW);
        commit(r, n);
    }
    CHECK_INT(claim(r, 5000, 1000, 150), REPLAY_FULL);
    CHECK_INT(claim(r, 5000, 1150, 150), REPLAY_FULL);
    for (int n = 0; n < 1000; n++)
        CHECK_ROW(n, claim(r, n, 1150, 150) == REPLAY_SERVED);
    /* the expired half makes room, the other half stays */
    for (int n = 0; n < 500; n++)
        CHECK_ROW(n, claim(r, 5000 + n, 1151, 300) == REPLAY_NEW);
    CHECK_INT(claim(r, 6000, 1151, 150), REPLAY_FULL);
    for (int n = 500; n < 1000; n++)
        CHECK_ROW(n, claim(r, n, 1151, 150) == REPLAY_SERVED);
    release(r, 5000); /* claimed but not served */
    CHECK_INT(claim(r, 6000, 1151, 150), REPLAY_NEW);
    replay_free(r);
}

TEST(a_sweep_drops_expired_ids_only)
{
    struct replay *r = replay_create(REPLAY_IDS_MAX);

    for (int n = 0; n < 50000; n++) {
        CHECK_ROW(n, claim(r, n, 1000, 100 + n % 3 * 100) == REPLAY_NEW);
        commit(r, n);
    }
    replay_sweep(r, 1150);
    CHECK_INT(replay_count(r), 33333);
    for (int n = 0; n < 50000; n++)
        if (n % 3 != 0)
            CHECK_ROW(n, claim(r, n, 1150, 10) == REPLAY_SERVED);
    replay_sweep(r, 1301);
    CHECK_INT(replay_count(r), 0);
    CHECK_INT(claim(r, 2, 1301, 10), REPLAY_NEW);
    replay_free(r);
}

/* Compares random claims, outcomes and pauses with a plain array of the expected state. */
TEST(a_random_history_matches_a_plain_array)
{
    enum { IDS = 3000, STEPS = 200000 };
    static struct {
        int64_t end;
        bool served;
    } known[IDS];
    struct replay *r = replay_create(REPLAY_IDS_MAX);
    uint64_t seed = 12345;
    int64_t now = 100;

    for (int i = 0; i < IDS; i++)
        known[i].end = -1;
    for (int step = 0; step < STEPS; step++) {
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
        int n = (int)(seed >> 33) % IDS, life = (int)(seed >> 40) % 400;
        if (seed >> 60 == 0)
            now += (int)(seed >> 50) % 90;
        enum replay_result want = known[n].end < now ? REPLAY_NEW
                                  : known[n].served  ? REPLAY_SERVED
                                                     : REPLAY_IN_FLIGHT;
        enum replay_result got = claim(r, n, now, life);
        CHECK_ROW(step, got == want);
        if (got != REPLAY_NEW)
            continue;
        known[n].end = now + life;
        known[n].served = seed >> 32 & 1;
        if (known[n].served)
            commit(r, n);
        else if (seed >> 31 & 1) {
            release(r, n);
            known[n].end = -1;
        }
    }
    replay_free(r);
}

enum { THREADS = 4, RACED = 5000 };

struct racer {
    struct replay *replay;
    atomic_int *winners;
};

static void *race(void *data)
{
    const struct racer *me = data;

    for (int n = 0; n < RACED; n++)
        if (claim(me->replay, n, 1000, 150) == REPLAY_NEW) {
            atomic_fetch_add(me->winners, 1);
            commit(me->replay, n);
        }
    replay_sweep(me->replay, 1000);
    return NULL;
}

TEST(only_one_thread_gets_an_id)
{
    struct replay *r = replay_create(REPLAY_IDS_MAX);
    atomic_int winners = 0;
    struct racer racer = { r, &winners };
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, race, &racer), 0);
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_join(threads[i], NULL), 0);
    CHECK_INT(atomic_load(&winners), RACED);
    CHECK_INT(replay_count(r), RACED);
    replay_free(r);
}

TESTS(an_id_is_new_then_in_flight_then_served, a_released_id_is_free_again_but_a_served_one_is_not,
      an_id_expires_after_the_last_second_of_its_life, expiry_times_may_wrap_around,
      a_full_table_refuses_new_ids_and_forgets_none, a_sweep_drops_expired_ids_only,
      a_random_history_matches_a_plain_array, only_one_thread_gets_an_id)
