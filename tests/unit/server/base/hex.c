/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/hex.c -- bytes as hexadecimal digits. */
#include "tests/test.h"

#include "server/base/hex.h"

TEST(hex_is_lower_case)
{
    struct buf b = BUF_INIT(6);

    hex_encode(&b, (const uint8_t *)"\x00\xAB\xff", 3);
    CHECK_STR(buf_z(&b), "00abff");
    hex_encode(&b, (const uint8_t *)"x", 1);
    CHECK(b.failed);
    buf_free(&b);
}

TEST(hex_is_written_to_an_array_with_a_nul)
{
    char out[5] = "xxxx";

    hex_format((const uint8_t *)"\x0f\xf0", 2, out);
    CHECK_STR(out, "0ff0");
    hex_format((const uint8_t *)"", 0, out);
    CHECK_STR(out, "");
}

TEST(digits_have_values_in_either_case)
{
    CHECK_INT(hex_value('0'), 0);
    CHECK_INT(hex_value('9'), 9);
    CHECK_INT(hex_value('a'), 10);
    CHECK_INT(hex_value('F'), 15);
    CHECK_INT(hex_value('g'), -1);
    CHECK_INT(hex_value('\0'), -1);
}

TESTS(digits_have_values_in_either_case, hex_is_lower_case, hex_is_written_to_an_array_with_a_nul)
