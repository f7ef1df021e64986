/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/digest.c -- digests against the published vectors (FIPS 180, RFC 4231),
 * and without memory. */
#include "server/base/digest.h"

#include "server/base/hex.h"
#include "tests/test.h"
#include "tests/unit/openssl_memory.h"

TEST(sha256_matches_the_standard)
{
    char hex[65];

    CHECK(digest_sha256_hex(STR("abc"), hex));
    CHECK_STR(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(digest_sha256_hex(STR_NONE, hex));
    CHECK_STR(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(a_stream_gives_the_digest_of_the_whole)
{
    char hex[65];
    struct digest_stream *stream = digest_stream_create();

    CHECK(stream);
    digest_stream_add(stream, STR("a"));
    digest_stream_add(stream, STR_NONE);
    digest_stream_add(stream, STR("bc"));
    CHECK(digest_stream_finish_hex(stream, hex));
    CHECK_STR(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void check_hmac(struct str key, struct str data, const char *want)
{
    struct buf b = BUF_INIT(64);
    uint8_t sum[SHA256_BYTES];

    CHECK(digest_hmac_sha256(key, data, sum));
    hex_encode(&b, sum, sizeof sum);
    CHECK_STR(buf_z(&b), want);
    buf_free(&b);
}

TEST(hmac_matches_rfc_4231)
{
    char key[131];

    memset(key, 0xaa, sizeof key);
    check_hmac(STR("Jefe"), STR("what do ya want for nothing?"),
               "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    check_hmac((struct str){ key, sizeof key }, /* longer than a block */
               STR("Test Using Larger Than Block-Size Key - Hash Key First"),
               "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    check_hmac(STR_NONE, STR_NONE,
               "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(crc32_matches_the_check_value)
{
    CHECK_INT(digest_crc32(STR("123456789")), 0xCBF43926U);
    CHECK_INT(digest_crc32(STR_NONE), 0);
}

TEST(log_ids_are_the_same_with_the_same_key)
{
    static const uint8_t keys[2][SHA256_BYTES] = { { 1 }, { 2 } };
    char ids[3][13];

    for (int i = 0; i < 3; i++) {
        digest_set_log_key(keys[i % 2]);
        digest_log_id(STR("amzn1.ask.account.A"), ids[i]);
    }
    CHECK(strcmp(ids[0], ids[1]) != 0);
    CHECK_STR(ids[2], ids[0]);
}

TEST(log_ids_are_stable_and_short)
{
    char one[13], two[13], other[13];

    digest_log_id(STR("amzn1.ask.account.A"), one);
    digest_log_id(STR("amzn1.ask.account.A"), two);
    digest_log_id(STR("amzn1.ask.account.B"), other);
    CHECK_STR(one, two);
    CHECK(strcmp(one, other) != 0);
    CHECK_INT(strlen(one), 12);
}

/* ---- without memory ---- */

/* Uses every function once. False when one of them failed. */
static bool use_all(void)
{
    uint8_t sum[SHA256_BYTES];
    char hex[65] = "", id[13];
    bool ok = digest_sha256(STR("abc"), sum) && digest_hmac_sha256(STR("k"), STR("abc"), sum);
    struct digest_stream *stream = digest_stream_create();

    digest_log_id(STR("someone"), id);
    if (!stream)
        return false;
    digest_stream_add(stream, STR("abc"));
    ok = digest_stream_finish_hex(stream, hex) && ok && id[0];
    if (ok)
        CHECK_STR(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    return ok;
}

/* The algorithms are loaded before: OpenSSL itself crashes when its initialization runs out of
 * memory. */
TEST(without_memory_a_digest_fails_and_the_next_one_works)
{
    struct err err = ERR_NONE;
    long n = 0;

    CHECK_INT(digest_load(&err), ST_OK);
    for (bool ok = false; !ok && n < 1000;) {
        openssl_countdown = ++n;
        ok = use_all();
        openssl_countdown = 0;
        CHECK(use_all());
    }
    CHECK(n > 3 && n < 1000);
}

TESTS_WITH(openssl_count_allocations, NULL, sha256_matches_the_standard,
           a_stream_gives_the_digest_of_the_whole, hmac_matches_rfc_4231,
           crc32_matches_the_check_value, log_ids_are_stable_and_short,
           log_ids_are_the_same_with_the_same_key,
           without_memory_a_digest_fails_and_the_next_one_works)
