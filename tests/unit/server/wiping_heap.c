/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/wiping_heap.c -- what is freed in the heap is zero. */
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>

#include "tests/test.h"

enum {
    MAPPED_FROM = 128 * 1024, /* bytes, as the daemon sets it */
    SMALL = 60 * 1024,
    SMALL_COUNT = 8,
    LARGE = 200 * 1024,
    LINKS = 32, /* bytes at the start of a free block, where malloc links it to others */
};

/* A block that is looked at after it was freed: the compiler must not know. */
static const volatile char *volatile watched;

static void fill(char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ((volatile char *)p)[i] = 'x';
}

/* How many bytes of it are 'x'; one in a link would be a part of an address. */
static size_t count_left(size_t n)
{
    size_t count = 0;

    for (size_t i = LINKS; i < n; i++)
        count += watched[i] == 'x';
    return count;
}

TEST(a_small_block_is_zeroed)
{
    char *p = malloc(SMALL), *guard = malloc(SMALL);

    watched = p;
    fill(p, SMALL);
    free(p);
    assert_int_equal(count_left(SMALL), 0);
    free(guard);
}

TEST(a_large_block_is_zeroed_when_it_lies_in_the_heap)
{
    char *small[SMALL_COUNT], *guard, *large;
    uintptr_t start;

    for (int i = 0; i < SMALL_COUNT; i++)
        small[i] = malloc(SMALL);
    guard = malloc(SMALL); /* keeps the free block below the top of the heap */
    start = (uintptr_t)small[0];
    for (int i = 0; i < SMALL_COUNT; i++)
        free(small[i]);
    large = malloc(LARGE);
    /* It is a part of that block. */
    CHECK((uintptr_t)large >= start && (uintptr_t)large < (uintptr_t)guard);
    fill(large, LARGE);
    watched = large;
    free(large);
    assert_int_equal(count_left(LARGE), 0);
    free(guard);
}

TEST(a_block_that_moves_leaves_nothing)
{
    char *p = malloc(SMALL), *guard = malloc(SMALL), *moved;

    watched = p;
    fill(p, SMALL);
    moved = realloc(p, 2 * (size_t)SMALL);
    assert_int_equal(count_left(SMALL), 0);
    watched = moved;
    assert_int_equal(count_left(SMALL), SMALL - LINKS);
    free(moved);
    free(guard);
}

static int set_up(void **state)
{
    (void)state;
    return mallopt(M_MMAP_THRESHOLD, MAPPED_FROM) == 1 ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    return 0;
}

TESTS_WITH(set_up, tear_down, a_small_block_is_zeroed,
           a_large_block_is_zeroed_when_it_lies_in_the_heap, a_block_that_moves_leaves_nothing)
