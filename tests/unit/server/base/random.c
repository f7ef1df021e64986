/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/random.c -- random numbers look random. */
#include "tests/test.h"

#include "server/base/random.h"

TEST(random_bytes_differ)
{
    static uint8_t many[10000];
    size_t zeros = 0;

    CHECK(random_u64() != random_u64());
    random_bytes(many, sizeof many);
    for (size_t i = 0; i < sizeof many; i++)
        zeros += many[i] == 0;
    CHECK(zeros < 200);
}

TESTS(random_bytes_differ)
