/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/base/hyperloglog.c: its error at every size, and merging. */
#include "server/base/hyperloglog.h"

#include <math.h>

#include "tests/test.h"

/* SplitMix64: uniformly distributed, the same in every run. */
static uint64_t hash_of(uint64_t n)
{
    n += UINT64_C(0x9e3779b97f4a7c15) * (n + 1);
    n = (n ^ (n >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    n = (n ^ (n >> 27)) * UINT64_C(0x94d049bb133111eb);
    return n ^ (n >> 31);
}

static void add_range(struct hyperloglog *h, uint64_t from, uint64_t to)
{
    for (uint64_t n = from; n < to; n++)
        hyperloglog_add(h, hash_of(n));
}

TEST(the_estimate_is_near_at_every_size)
{
    static const struct {
        uint64_t count;
        double slack; /* as a share */
    } rows[] = { { 0, 0 },       { 1, 0.01 },    { 2, 0.01 },     { 10, 0.06 },     { 100, 0.06 },
                 { 1000, 0.09 }, { 5000, 0.12 }, { 50000, 0.12 }, { 1000000, 0.12 } };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct hyperloglog h = { { 0 } };
        add_range(&h, 0, rows[i].count);
        add_range(&h, 0, rows[i].count); /* seen before: nothing changes */
        double count = (double)rows[i].count, got = hyperloglog_estimate(&h);
        if (fabs(got - count) > rows[i].slack * count)
            fail_msg("%.0f of %.0f", got, count);
    }
}

TEST(merging_is_like_adding)
{
    struct hyperloglog both = { { 0 } }, a = { { 0 } }, b = { { 0 } };

    add_range(&both, 0, 3000);
    add_range(&a, 0, 2000);
    add_range(&b, 1000, 3000);
    CHECK(hyperloglog_merge(&a, &b));
    CHECK(memcmp(&a, &both, sizeof a) == 0);
    CHECK(!hyperloglog_merge(&a, &b));
    CHECK(!hyperloglog_is_new(&a, hash_of(1500)));
    memset(&b, 0xff, sizeof b); /* no sketch has such registers */
    CHECK(!hyperloglog_merge(&a, &b));
}

TEST(extreme_hashes_are_counted)
{
    struct hyperloglog h = { { 0 } };

    hyperloglog_add(&h, 0);
    hyperloglog_add(&h, UINT64_MAX);
    hyperloglog_add(&h, 1);
    CHECK_NEAR(hyperloglog_estimate(&h), 2, 0.1); /* 0 and 1 share a register */
}

TESTS(the_estimate_is_near_at_every_size, merging_is_like_adding, extreme_hashes_are_counted)
