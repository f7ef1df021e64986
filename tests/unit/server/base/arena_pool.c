/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/arena_pool.c -- arenas are taken, returned and reused. */
#include "server/base/arena_pool.h"

#include <pthread.h>

#include "tests/test.h"

static void count_up(void *data)
{
    ++*(int *)data;
}

TEST(a_returned_arena_is_empty)
{
    struct arena_pool *p = arena_pool_create(100000, 2);
    struct arena *a = arena_pool_take(p), *b;
    int released = 0;

    CHECK(arena_on_free(a, count_up, &released));
    CHECK(!arena_alloc(a, 90000) || !arena_alloc(a, 90000));
    CHECK(arena_failed(a));
    arena_pool_give(p, a);
    CHECK_INT(released, 1);
    b = arena_pool_take(p);
    CHECK(b == a);
    CHECK(!arena_failed(b));
    CHECK(arena_alloc(b, 1000));
    arena_pool_give(p, b);
    arena_pool_give(p, NULL);
    arena_pool_free(p);
    arena_pool_free(NULL);
}

TEST(more_arenas_than_are_kept_can_be_taken)
{
    struct arena_pool *p = arena_pool_create(1000, 1);
    struct arena *lent[5];

    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 5; i++) {
            lent[i] = arena_pool_take(p);
            CHECK(lent[i]);
            for (int k = 0; k < i; k++)
                CHECK(lent[k] != lent[i]);
        }
        for (int i = 0; i < 5; i++)
            arena_pool_give(p, lent[i]);
    }
    arena_pool_free(p);
}

static void *borrow(void *data)
{
    for (int i = 0; i < 2000; i++) {
        struct arena *a = arena_pool_take(data);
        if (a)
            (void)arena_alloc(a, 100);
        arena_pool_give(data, a);
    }
    return NULL;
}

TEST(threads_take_arenas_concurrently)
{
    struct arena_pool *p = arena_pool_create(1000, 2);
    pthread_t threads[4];

    for (int i = 0; i < 4; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, borrow, p), 0);
    for (int i = 0; i < 4; i++)
        (void)pthread_join(threads[i], NULL);
    arena_pool_free(p);
}

TESTS(a_returned_arena_is_empty, more_arenas_than_are_kept_can_be_taken,
      threads_take_arenas_concurrently)
