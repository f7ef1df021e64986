/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/fetch_budget.c -- who may fetch how many chains. */
#include "certs/fetch_budget.h"

#include "tests/test.h"

enum { NOW = 1000000, JUNK_CLIENT = 77, GOOD_CLIENT = 99 };

static struct fetch_budget *create_budget(void)
{
    struct fetch_budget *b = fetch_budget_create(NOW);

    CHECK(b);
    return b;
}

/* How many of `tries` fetches in a row are allowed. */
static int take_many(struct fetch_budget *b, uint64_t client, int tries, int64_t now_ms)
{
    int allowed = 0;

    for (int i = 0; i < tries; i++)
        allowed += fetch_budget_take(b, client, now_ms);
    return allowed;
}

TEST(unknown_clients_share_one_budget)
{
    struct fetch_budget *b = create_budget();

    CHECK_INT(take_many(b, 0, 1000, NOW), FETCH_BUDGET_BURST);
    CHECK(!fetch_budget_left(b, 0, NOW));
    CHECK_INT(take_many(b, 0, 1000, NOW + 1000), FETCH_BUDGET_PER_S);
    CHECK_INT(take_many(b, 0, 1000, NOW + 3600 * 1000), FETCH_BUDGET_BURST);
    fetch_budget_free(b);
}

TEST(a_client_that_asks_for_junk_loses_the_clean_budget)
{
    struct fetch_budget *b = create_budget();

    CHECK(fetch_budget_take(b, JUNK_CLIENT, NOW));
    fetch_budget_settle(b, JUNK_CLIENT, true, NOW);
    CHECK_INT(take_many(b, JUNK_CLIENT, 1000, NOW), FETCH_BUDGET_BURST);
    CHECK(!fetch_budget_left(b, JUNK_CLIENT, NOW));
    /* others are not affected */
    CHECK(fetch_budget_left(b, GOOD_CLIENT, NOW));
    CHECK(fetch_budget_take(b, GOOD_CLIENT, NOW));
    fetch_budget_settle(b, GOOD_CLIENT, false, NOW);
    CHECK(fetch_budget_take(b, GOOD_CLIENT, NOW));
    fetch_budget_free(b);
}

TEST(a_bad_record_is_forgotten_after_ten_minutes)
{
    struct fetch_budget *b = create_budget();
    int64_t later = NOW + FETCH_BUDGET_BAD_MS;

    fetch_budget_settle(b, JUNK_CLIENT, true, NOW);
    CHECK_INT(take_many(b, 0, 1000, later - 1), FETCH_BUDGET_BURST);
    CHECK(!fetch_budget_left(b, JUNK_CLIENT, later - 1));
    CHECK(fetch_budget_left(b, JUNK_CLIENT, later));
    fetch_budget_free(b);
}

TEST(a_clean_client_has_one_fetch_at_a_time)
{
    struct fetch_budget *b = create_budget();

    /* many requests at once, before the first fetch shows that they are junk */
    CHECK_INT(take_many(b, JUNK_CLIENT, 1000, NOW), 1 + FETCH_BUDGET_BURST);
    CHECK(fetch_budget_left(b, GOOD_CLIENT, NOW));
    /* a fetch whose outcome was never told does not count for ever */
    CHECK(fetch_budget_left(b, JUNK_CLIENT, NOW + FETCH_BUDGET_BUSY_MS));
    fetch_budget_free(b);
}

TEST(a_good_outcome_does_not_clear_a_bad_record)
{
    struct fetch_budget *b = create_budget();

    CHECK_INT(take_many(b, JUNK_CLIENT, 2, NOW), 2);
    fetch_budget_settle(b, JUNK_CLIENT, true, NOW);
    fetch_budget_settle(b, JUNK_CLIENT, false, NOW);
    CHECK_INT(take_many(b, JUNK_CLIENT, 1000, NOW), FETCH_BUDGET_BURST - 1);
    fetch_budget_free(b);
}

TEST(clean_clients_are_limited_together)
{
    struct fetch_budget *b = create_budget();
    int allowed = 0;

    for (uint64_t client = 1; client <= 2000; client++)
        allowed += fetch_budget_take(b, client, NOW);
    CHECK_INT(allowed, FETCH_BUDGET_CLEAN_BURST + FETCH_BUDGET_BURST);
    fetch_budget_free(b);
}

TEST(a_flood_from_many_bad_clients_leaves_the_clean_budget_alone)
{
    struct fetch_budget *b = create_budget();
    int64_t now = NOW;

    for (uint64_t client = 1; client <= 200; client++) {
        CHECK(fetch_budget_take(b, client, now));
        fetch_budget_settle(b, client, true, now);
    }
    for (int round = 0; round < 100; round++, now += 1000) {
        for (uint64_t client = 1; client <= 200; client++)
            (void)fetch_budget_take(b, client, now);
        CHECK_ROW(round, fetch_budget_take(b, 1000000 + (uint64_t)round, now));
    }
    fetch_budget_free(b);
}

TESTS(unknown_clients_share_one_budget, a_client_that_asks_for_junk_loses_the_clean_budget,
      a_bad_record_is_forgotten_after_ten_minutes, a_clean_client_has_one_fetch_at_a_time,
      a_good_outcome_does_not_clear_a_bad_record, clean_clients_are_limited_together,
      a_flood_from_many_bad_clients_leaves_the_clean_budget_alone)
