/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/signature.c -- a signature is valid for its key and its body only. */
#include "certs/signature.h"

#include "tests/test.h"
#include "tests/unit/certs/pki.h"
#include "tests/unit/openssl_memory.h"

static const struct str body = { "{\"version\":\"1.0\"}", 17 };

static struct signature signed_by(enum pki_key key, const char *digest, struct str what)
{
    struct buf text = BUF_INIT(4096);
    struct signature s;

    pki_sign(key, digest, what, &text);
    CHECK_INT(signature_decode(buf_str(&text), &s, NULL), ST_OK);
    buf_free(&text);
    return s;
}

TEST(a_signature_by_this_key_over_these_bytes_is_valid)
{
    struct signature_key *k = NULL;

    CHECK_INT(signature_key_create(pki_key(PKI_LEAF), &k, NULL), ST_OK);
    struct signature s = signed_by(PKI_LEAF, "SHA256", body);
    for (int i = 0; i < 3; i++)
        CHECK_INT(signature_verify(k, body, &s, NULL), ST_OK);
    s = signed_by(PKI_LEAF, "SHA256", STR(""));
    CHECK_INT(signature_verify(k, STR_NONE, &s, NULL), ST_OK);
    signature_key_free(k);
}

TEST(any_other_signature_is_refused)
{
    struct signature_key *k = NULL;
    struct err err = ERR_NONE;
    struct signature good = signed_by(PKI_LEAF, "SHA256", body), s;

    CHECK_INT(signature_key_create(pki_key(PKI_LEAF), &k, NULL), ST_OK);
    CHECK_INT(signature_verify(k, STR("{\"version\":\"1.0\"} "), &good, &err), ST_UNTRUSTED);
    CHECK_STR(err.reason, "signature_invalid");
    CHECK_INT(signature_verify(k, STR_NONE, &good, NULL), ST_UNTRUSTED);
    s = signed_by(PKI_LEAF2, "SHA256", body);
    CHECK_INT(signature_verify(k, body, &s, NULL), ST_UNTRUSTED);
    s = signed_by(PKI_LEAF, "SHA1", body);
    CHECK_INT(signature_verify(k, body, &s, NULL), ST_UNTRUSTED);
    s = signed_by(PKI_LEAF, "SHA512", body);
    CHECK_INT(signature_verify(k, body, &s, NULL), ST_UNTRUSTED);
    s = good;
    s.n--;
    CHECK_INT(signature_verify(k, body, &s, NULL), ST_UNTRUSTED);
    s = good;
    s.bytes[s.n++] = 0;
    CHECK_INT(signature_verify(k, body, &s, NULL), ST_UNTRUSTED);
    for (size_t bit = 0; bit < good.n * 8; bit += 61) {
        s = good;
        s.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        CHECK_ROW(bit, signature_verify(k, body, &s, NULL) == ST_UNTRUSTED);
        CHECK_ROW(bit, signature_verify(k, body, &good, NULL) == ST_OK);
    }
    memset(s.bytes, 0xff, sizeof s.bytes); /* above the modulus */
    CHECK_INT(signature_verify(k, body, &s, NULL), ST_UNTRUSTED);
    memset(s.bytes, 0, sizeof s.bytes);
    CHECK_INT(signature_verify(k, body, &s, NULL), ST_UNTRUSTED);
    signature_key_free(k);
}

TEST(another_padding_is_refused)
{
    struct signature_key *k = NULL;
    struct signature s = { .n = sizeof s.bytes };
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    EVP_PKEY_CTX *pkey_ctx = NULL;

    CHECK_INT(EVP_DigestSignInit(ctx, &pkey_ctx, EVP_sha256(), NULL, pki_key(PKI_LEAF)), 1);
    CHECK_INT(EVP_PKEY_CTX_set_rsa_padding(pkey_ctx, RSA_PKCS1_PSS_PADDING), 1);
    CHECK_INT(EVP_DigestSign(ctx, s.bytes, &s.n, (const unsigned char *)body.p, body.n), 1);
    EVP_MD_CTX_free(ctx);
    CHECK_INT(signature_key_create(pki_key(PKI_LEAF), &k, NULL), ST_OK);
    CHECK_INT(signature_verify(k, body, &s, NULL), ST_UNTRUSTED);
    signature_key_free(k);
}

TEST(malformed_base64_is_refused)
{
    static const char *const cases[] = {
        "", " ", "x", "AAA", "AAAA=", "AA=A", "A A A", "AAAA\n", "-_-_", "\xff\xff\xff\xff", "====",
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct signature s;
        struct err err = ERR_NONE;
        CHECK_ROW(i, signature_decode(str_of(cases[i]), &s, &err) == ST_DENIED);
        CHECK_STR(err.reason, "signature_invalid");
    }
    char longest[4 * (SIGNATURE_BYTES_MAX / 3 + 2)];
    struct signature s;
    memset(longest, 'A', sizeof longest);
    CHECK_INT(signature_decode((struct str){ longest, sizeof longest }, &s, NULL), ST_DENIED);
    CHECK_INT(signature_decode(STR("AAAA"), &s, NULL), ST_OK);
    CHECK_INT(s.n, 3);
}

TEST(only_strong_rsa_keys_are_accepted)
{
    static const enum pki_key refused[] = { PKI_WEAK, PKI_EC };

    for (size_t i = 0; i < 2; i++) {
        struct signature_key *k = NULL;
        struct err err = ERR_NONE;
        CHECK_INT(signature_key_create(pki_key(refused[i]), &k, &err), ST_UNTRUSTED);
        CHECK_STR(err.reason, "certificate_untrusted");
    }
    struct signature_key *k = NULL;
    CHECK_INT(signature_key_create(NULL, &k, NULL), ST_UNTRUSTED);
}

/* A good signature that cannot be checked is not a forged one. */
TEST(without_memory_the_service_is_overloaded_and_nothing_is_forged)
{
    struct signature_key *k = NULL;
    struct signature s = signed_by(PKI_LEAF, "SHA256", body);
    enum status st = ST_UNAVAILABLE;
    long n = 0;

    CHECK_INT(signature_key_create(pki_key(PKI_LEAF), &k, NULL), ST_OK);
    CHECK_INT(signature_verify(k, body, &s, NULL), ST_OK);
    while (st == ST_UNAVAILABLE && n < 1000) {
        struct err err = ERR_NONE;
        openssl_countdown = ++n;
        st = signature_verify(k, body, &s, &err);
        openssl_countdown = 0;
        CHECK_STR(err.reason, st == ST_OK ? "" : "overloaded");
        CHECK_INT(signature_verify(k, body, &s, NULL), ST_OK);
    }
    CHECK_INT(st, ST_OK);
    CHECK(n > 5);
    signature_key_free(k);
}

TESTS_WITH(openssl_count_allocations, NULL, a_signature_by_this_key_over_these_bytes_is_valid,
           any_other_signature_is_refused, another_padding_is_refused, malformed_base64_is_refused,
           only_strong_rsa_keys_are_accepted,
           without_memory_the_service_is_overloaded_and_nothing_is_forged)
