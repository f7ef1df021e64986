/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/api/rate_limit.c -- token buckets: a burst, then one by one. */
#include "server/api/rate_limit.h"
#include "tests/test.h"

enum { SECOND = 1000000 };

TEST(a_minutes_worth_may_come_at_once_then_they_are_spread)
{
    struct rate_limit *r = rate_limit_create(6);
    int wait = 0;

    for (int i = 0; i < 6; i++)
        CHECK_ROW(i, rate_limit_take(r, STR("a"), 0, &wait));
    CHECK(!rate_limit_take(r, STR("a"), 0, &wait));
    CHECK_INT(wait, 10);
    CHECK(!rate_limit_take(r, STR("a"), 9 * SECOND, &wait));
    CHECK_INT(wait, 1);
    CHECK(rate_limit_take(r, STR("a"), 10 * SECOND, &wait));
    CHECK(!rate_limit_take(r, STR("a"), 10 * SECOND, &wait));
    for (int i = 0; i < 6; i++) /* it never holds more than a minute's worth */
        CHECK_ROW(i, rate_limit_take(r, STR("a"), 3600LL * SECOND, &wait));
    CHECK(!rate_limit_take(r, STR("a"), 3600LL * SECOND, &wait));
    rate_limit_free(r);
}

TEST(each_key_has_its_own)
{
    struct rate_limit *r = rate_limit_create(1);
    int wait;

    CHECK(rate_limit_take(r, STR("a"), 0, &wait));
    CHECK(rate_limit_take(r, STR("b"), 0, &wait));
    CHECK(rate_limit_take(r, STR(""), 0, &wait));
    CHECK(!rate_limit_take(r, STR("a"), 0, &wait));
    CHECK(!rate_limit_take(r, STR(""), 0, &wait));
    rate_limit_free(r);
}

TEST(many_keys_push_out_the_oldest_only)
{
    struct rate_limit *r = rate_limit_create(1);
    char key[20];
    int wait;

    for (int i = 0; i < RATE_LIMIT_KEYS + 1; i++) {
        snprintf(key, sizeof key, "key %d", i);
        CHECK_ROW(i, rate_limit_take(r, str_of(key), i, &wait));
    }
    CHECK(!rate_limit_take(r, STR("key 200"), RATE_LIMIT_KEYS + 1, &wait));
    CHECK(rate_limit_take(r, STR("key 0"), RATE_LIMIT_KEYS + 2, &wait));
    rate_limit_free(r);
}

TEST(zero_means_no_limit)
{
    struct rate_limit *r = rate_limit_create(0);
    int wait;

    for (int i = 0; i < 1000; i++)
        CHECK(rate_limit_take(r, STR("a"), 0, &wait));
    rate_limit_free(r);
}

TESTS(a_minutes_worth_may_come_at_once_then_they_are_spread, each_key_has_its_own,
      many_keys_push_out_the_oldest_only, zero_means_no_limit)
