/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/codec.c -- encodings, by the RFCs' own vectors and by what they forbid. */
#include "tests/test.h"

#include "server/base/codec.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

TEST(base64_agrees_with_the_rfc_both_ways)
{
    static const struct {
        const char *plain, *coded;
    } cases[] = {
        { "", "" },
        { "f", "Zg==" },
        { "fo", "Zm8=" },
        { "foo", "Zm9v" },
        { "foob", "Zm9vYg==" },
        { "fooba", "Zm9vYmE=" },
        { "foobar", "Zm9vYmFy" },
        { "\xff\xfe\xfd", "//79" },
        { "\xfb\xf0", "+/A=" },
    };
    for (size_t i = 0; i < ROWS(cases); i++) {
        struct buf b = BUF_INIT(100);
        uint8_t out[16] = { 0 };
        size_t n = 99;
        base64_encode(&b, (const uint8_t *)cases[i].plain, strlen(cases[i].plain));
        CHECK_STR(buf_z(&b), cases[i].coded);
        CHECK_ROW(i, base64_decode(str_of(cases[i].coded), out, sizeof out, &n));
        CHECK_INT(n, strlen(cases[i].plain));
        CHECK(memcmp(out, cases[i].plain, n) == 0);
        buf_free(&b);
    }
}

TEST(base64_refuses_what_is_not_canonical)
{
    static const char *const bad[] = {
        "Zg",    "Zg=",    "Zg===",     "=",        "====", "Z===", "Zh==",    "Zm9=",
        "Zm 9v", "Zm9v\n", "Zm9vYg=\n", "Zg==Zg==", "Zm-v", "Zm_v", "Zm9\x80",
    };
    uint8_t out[16];
    size_t n;

    for (size_t i = 0; i < ROWS(bad); i++)
        CHECK_ROW(i, !base64_decode(str_of(bad[i]), out, sizeof out, &n));
    CHECK(!base64_decode(STR("Zm9vYmFy"), out, 5, &n));
    CHECK(base64_decode(STR("Zm9vYmFy"), out, 6, &n));
}

TEST(hex_is_lower_case)
{
    struct buf b = BUF_INIT(6);

    hex_encode(&b, (const uint8_t *)"\x00\xAB\xff", 3);
    CHECK_STR(buf_z(&b), "00abff");
    hex_encode(&b, (const uint8_t *)"x", 1);
    CHECK(b.failed);
    buf_free(&b);
}

TEST(percent_encoding_keeps_only_the_unreserved)
{
    struct buf b = BUF_INIT(200);

    percent_encode(&b, STR("a-Z_0.9~/ \xC3\xA9%+"), true);
    CHECK_STR(buf_z(&b), "a-Z_0.9~/%20%C3%A9%25%2B");
    buf_reset(&b);
    percent_encode(&b, STR("a/b"), false);
    CHECK_STR(buf_z(&b), "a%2Fb");
    buf_free(&b);
}

TEST(percent_decoding_refuses_bad_escapes)
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

TESTS(base64_agrees_with_the_rfc_both_ways, base64_refuses_what_is_not_canonical, hex_is_lower_case,
      percent_encoding_keeps_only_the_unreserved, percent_decoding_refuses_bad_escapes)
