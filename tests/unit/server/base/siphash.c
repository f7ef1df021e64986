/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/siphash.c -- SipHash-2-4 by the test vectors of its reference
 * implementation: the key is 00 01 ... 0f, the text 00 01 ... of each length. */
#include "server/base/siphash.h"

#include "tests/test.h"

static const struct siphash_key counting = { { UINT64_C(0x0706050403020100),
                                               UINT64_C(0x0f0e0d0c0b0a0908) } };

TEST(hashes_are_those_of_the_reference)
{
    static const struct {
        size_t length;
        uint64_t hash;
    } vectors[] = {
        { 0, UINT64_C(0x726fdb47dd0e0e31) },  { 1, UINT64_C(0x74f839c593dc67fd) },
        { 7, UINT64_C(0xab0200f58b01d137) },  { 8, UINT64_C(0x93f5f5799a932462) },
        { 15, UINT64_C(0xa129ca6149be45e5) }, { 63, UINT64_C(0x958a324ceb064572) },
    };
    char text[64];

    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)i;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
        CHECK_ROW(i,
                  siphash(&counting, (struct str){ text, vectors[i].length }) == vectors[i].hash);
}

TEST(each_key_gives_other_hashes)
{
    struct siphash_key a, b;

    siphash_key_create(&a);
    siphash_key_create(&b);
    CHECK(siphash(&a, STR("text")) != siphash(&b, STR("text")));
    CHECK(siphash(&a, STR("text")) == siphash(&a, STR("text")));
    CHECK(siphash(&a, STR_NONE) == siphash(&a, STR("")));
}

TESTS(hashes_are_those_of_the_reference, each_key_gives_other_hashes)
