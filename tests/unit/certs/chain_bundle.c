/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/chain_bundle.c -- PEM bundles that are malformed, too long, or hold something
 * else. */
#include "tests/unit/certs/chain_case.h"

TEST(a_bundle_may_hold_nothing_but_certificates)
{
    struct buf good = BUF_INIT(1 << 20), bad = BUF_INIT(1 << 20);
    struct err err = ERR_NONE;
    int64_t now = clock_wall_s();

    pki_put(&good, leaf, middle, NULL);
    CHECK_INT(validate_at(buf_str(&good), now, &err), ST_OK);

    static const char *const garbage[] = {
        "",
        "this is not a certificate\n",
        "-----BEGIN CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
        "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code></Error>",
    };
    for (size_t i = 0; i < sizeof garbage / sizeof garbage[0]; i++) {
        err = ERR_NONE;
        CHECK_ROW(i, validate_at(str_of(garbage[i]), now, &err) == ST_UNTRUSTED);
        CHECK_STR(err.reason, "certificate_untrusted");
    }

    /* text before and after blocks, as openssl writes it, is skipped */
    buf_putz(&bad, "subject=CN = echo-api.amazon.com\n");
    buf_put(&bad, buf_str(&good));
    buf_putz(&bad, "\n\nThe end.\n");
    CHECK_INT(validate_at(buf_str(&bad), now, NULL), ST_OK);

    /* another kind of block, a truncated block, too many bytes */
    buf_reset(&bad);
    buf_put(&bad, buf_str(&good));
    pki_put_key(&bad, PKI_EC, NULL);
    CHECK_INT(validate_at(buf_str(&bad), now, NULL), ST_UNTRUSTED);
    for (size_t cut = 1; cut < good.n; cut += 97)
        CHECK_INT(validate_at(str_sub(buf_str(&good), 0, good.n - 2 - cut), now, NULL),
                  ST_UNTRUSTED);
    buf_reset(&bad);
    buf_put(&bad, buf_str(&good));
    while (bad.n <= CHAIN_PEM_MAX)
        buf_putc(&bad, '\n');
    CHECK_INT(validate_at(buf_str(&bad), now, NULL), ST_UNTRUSTED);
    buf_truncate(&bad, CHAIN_PEM_MAX);
    CHECK_INT(validate_at(buf_str(&bad), now, NULL), ST_OK);

    buf_reset(&bad);
    pki_put(&bad, leaf, middle, root, root2, root, root, root, root, root, root, NULL);
    CHECK_INT(validate_at(buf_str(&bad), now, NULL), ST_OK);
    pki_put(&bad, root, NULL);
    CHECK_INT(validate_at(buf_str(&bad), now, NULL), ST_UNTRUSTED);
    buf_free(&bad);
    buf_free(&good);
}

TEST(trailing_bytes_in_a_certificate_block_are_refused)
{
    unsigned char *der = NULL;
    int n = i2d_X509(leaf, &der);

    for (int extra = 0; extra < 2; extra++) {
        BIO *bio = BIO_new(BIO_s_mem());
        struct buf pem = BUF_INIT(1 << 16);
        char *text = NULL;
        unsigned char *longer = calloc(1, (size_t)n + 1);
        CHECK(longer);
        memcpy(longer, der, (size_t)n);
        CHECK(PEM_write_bio(bio, "CERTIFICATE", "", longer, n + extra) > 0);
        long length = BIO_get_mem_data(bio, &text);
        buf_put(&pem, (struct str){ text, (size_t)length });
        pki_put(&pem, middle, NULL);
        CHECK_INT(validate_at(buf_str(&pem), clock_wall_s(), NULL), extra ? ST_UNTRUSTED : ST_OK);
        BIO_free(bio);
        buf_free(&pem);
        free(longer);
    }
    OPENSSL_free(der);
}

TESTS_WITH(chain_case_set_up, chain_case_tear_down, a_bundle_may_hold_nothing_but_certificates,
           trailing_bytes_in_a_certificate_block_are_refused)
