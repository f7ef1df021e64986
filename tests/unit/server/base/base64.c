/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/base64.c -- base64 against RFC 4648's vectors, and what it must refuse. */
#include "tests/test.h"

#include "server/base/base64.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

TEST(rfc_vectors_encode_and_decode)
{
    static const struct {
        const char *plain, *encoded;
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
        CHECK_STR(buf_z(&b), cases[i].encoded);
        CHECK_ROW(i, base64_decode(str_of(cases[i].encoded), out, sizeof out, &n));
        CHECK_INT(n, strlen(cases[i].plain));
        CHECK(memcmp(out, cases[i].plain, n) == 0);
        buf_free(&b);
    }
}

TEST(noncanonical_encodings_are_refused)
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

TESTS(rfc_vectors_encode_and_decode, noncanonical_encodings_are_refused)
