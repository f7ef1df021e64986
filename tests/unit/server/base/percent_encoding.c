/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/percent_encoding.c -- percent-encoding both ways. */
#include "tests/test.h"

#include "server/base/percent_encoding.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

TEST(only_unreserved_characters_are_kept)
{
    struct buf b = BUF_INIT(200);

    percent_encode(&b, STR("a-Z_0.9~/ \xC3\xA9%+"), true);
    CHECK_STR(buf_z(&b), "a-Z_0.9~/%20%C3%A9%25%2B");
    buf_reset(&b);
    percent_encode(&b, STR("a/b"), false);
    CHECK_STR(buf_z(&b), "a%2Fb");
    buf_free(&b);
}

TEST(bad_escapes_are_refused)
{
    static const char *const bad[] = { "%", "%4", "%4g", "%g4", "a%", "%%41", "%+1" };
    struct buf b = BUF_INIT(100);

    CHECK(percent_decode(&b, STR("a%20b+c%2f%41"), false));
    CHECK_STR(buf_z(&b), "a b+c/A");
    buf_reset(&b);
    CHECK(percent_decode(&b, STR("a+b"), true));
    CHECK_STR(buf_z(&b), "a b");
    for (size_t i = 0; i < ROWS(bad); i++)
        CHECK_ROW(i, !percent_decode(&b, str_of(bad[i]), false));
    buf_free(&b);
}

TESTS(only_unreserved_characters_are_kept, bad_escapes_are_refused)
