/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/secret.c -- wiped memory is zero. */
#include "tests/test.h"

#include "server/base/secret.h"

TEST(wiping_zeroes_the_bytes)
{
    uint64_t secret = UINT64_MAX;

    secret_wipe(&secret, sizeof secret);
    CHECK(secret == 0);
    secret_wipe(NULL, 0);
}

TESTS(wiping_zeroes_the_bytes)
