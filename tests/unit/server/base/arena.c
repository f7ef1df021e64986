/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/arena.c -- arena memory: aligned, zeroed, bounded, freed all at once. */
#include "tests/test.h"

#include "server/base/arena.h"

#include <stdalign.h>

TEST(pieces_are_aligned_zeroed_and_distinct)
{
    struct arena *a = arena_create(1 << 20);
    char *before = NULL;

    for (size_t size = 0; size < 3000; size += 7) {
        char *p = arena_alloc(a, size);
        CHECK(p);
        CHECK_INT((uintptr_t)p % alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            CHECK(p[i] == 0);
        memset(p, 0xAA, size);
        CHECK(size == 0 || p != before);
        before = p;
    }
    CHECK(!arena_failed(a));
    arena_free(a);
}

TEST(allocations_past_the_bound_fail_and_stay_failed)
{
    struct arena *a = arena_create(40000);

    CHECK(!arena_alloc(a, 36000)); /* the first block counts too */
    CHECK(arena_failed(a) && arena_is_full(a));
    CHECK(!arena_alloc(a, 1));
    arena_reset(a);
    CHECK(!arena_failed(a) && !arena_is_full(a));
    CHECK(arena_alloc(a, 20000));
    CHECK(!arena_alloc(a, SIZE_MAX));
    CHECK(arena_failed(a) && !arena_is_full(a));
    CHECK(!arena_str(a, STR("x")).p);
    CHECK(!arena_printf(a, "x").p);
    arena_free(a);
    arena_free(NULL);
}

TEST(texts_are_copied_with_a_nul)
{
    struct arena *a = arena_create(100000);
    struct str s = arena_printf(a, "%s %d", "answer", 42), longer;
    char word[1000];

    CHECK_STR(s.p, "answer 42");
    CHECK_SLICE(s, "answer 42");
    CHECK_STR(arena_strz(a, str_sub(s, 0, 3)), "ans");
    CHECK_STR(arena_str(a, STR_NONE).p, "");
    memset(word, 'w', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    longer = arena_printf(a, "%s!", word);
    CHECK_INT(longer.n, sizeof word);
    CHECK_INT(strlen(longer.p), sizeof word);
    arena_free(a);
}

static void note(void *data)
{
    char *trace = *(char **)data;

    strcat(trace, trace[0] ? "+" : "one");
}

TEST(registered_functions_are_called_once_at_the_end)
{
    struct arena *a = arena_create(100000);
    char trace[32] = "", *p = trace;

    CHECK(arena_on_free(a, note, &p));
    CHECK(arena_on_free(a, note, &p));
    CHECK_STR(trace, "");
    arena_reset(a);
    CHECK_STR(trace, "one+");
    arena_reset(a);
    CHECK_STR(trace, "one+");
    CHECK(!arena_alloc(a, 1 << 20));
    CHECK(!arena_on_free(a, note, &p)); /* out of memory: called at once */
    CHECK_STR(trace, "one++");
    arena_free(a);
    CHECK_STR(trace, "one++");
}

TEST(a_reset_frees_the_memory_for_reuse)
{
    struct arena *a = arena_create(200000);

    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < 150; i++)
            CHECK(arena_alloc(a, 1000));
        arena_reset(a);
    }
    arena_free(a);
}

TEST(rewinding_to_a_mark_keeps_what_came_before)
{
    struct arena *a = arena_create(400000);
    char trace[32] = "", *p = trace;
    struct str kept = arena_str(a, STR("kept"));
    struct arena_mark mark;

    CHECK(arena_on_free(a, note, &p));
    mark = arena_mark(a);
    for (int round = 0; round < 3; round++) {
        CHECK(arena_on_free(a, note, &p));
        for (int i = 0; i < 100; i++)
            CHECK(arena_alloc(a, 1000));
        CHECK(!arena_alloc(a, 1 << 20));
        arena_rewind(a, mark);
        CHECK(!arena_failed(a));
        CHECK_SLICE(kept, "kept");
    }
    CHECK_STR(trace, "one++"); /* the first one is called later */
    arena_free(a);
    CHECK_STR(trace, "one+++");
}

TEST(what_a_piece_does_not_need_is_given_back)
{
    struct arena *a = arena_create(40000);
    char *first = arena_room(a, 30000), *second;

    memset(first, 1, 100);
    arena_give_back(a, first, 30000, 100);
    second = arena_room(a, 20000);
    CHECK(second >= first + 100 && second < first + 200);
    arena_give_back(a, first, 100, 50); /* not the last one any more */
    CHECK(arena_room(a, 100) >= (void *)(second + 20000));
    CHECK(!arena_failed(a));
    arena_free(a);
}

TEST(parts_are_joined)
{
    struct arena *a = arena_create(100);
    const struct str parts[] = { STR("one"), STR_NONE, STR(" and "), STR("two") };

    CHECK_SLICE(arena_join(a, parts, 4), "one and two");
    CHECK_STR(arena_join(a, parts, 1).p, "one");
    CHECK_SLICE(arena_join(a, parts, 0), "");
    arena_free(a);
}

TESTS(parts_are_joined, what_a_piece_does_not_need_is_given_back,
      pieces_are_aligned_zeroed_and_distinct, allocations_past_the_bound_fail_and_stay_failed,
      texts_are_copied_with_a_nul, registered_functions_are_called_once_at_the_end,
      a_reset_frees_the_memory_for_reuse, rewinding_to_a_mark_keeps_what_came_before)
