/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/signer.c -- what the signer signs, signature_verify() accepts. */
#include "certs/signer.h"

#include "certs/signature.h"
#include "tests/test.h"
#include "tests/unit/certs/pki.h"

/* Write the key to a new PEM file, encrypted if a passphrase is given; returns its path. */
static const char *key_file(enum pki_key which, const char *passphrase)
{
    static char path[300];
    const char *tmp = getenv("TMPDIR");
    char word[40];

    snprintf(path, sizeof path, "%s/sign.XXXXXX", tmp ? tmp : "/tmp");
    int fd = mkstemp(path);
    CHECK(fd >= 0);
    FILE *f = fdopen(fd, "w");
    snprintf(word, sizeof word, "%s", passphrase ? passphrase : "");
    CHECK_INT(PEM_write_PrivateKey(f, pki_key(which), passphrase ? EVP_aes_128_cbc() : NULL, NULL,
                                   0, NULL, passphrase ? word : NULL),
              1);
    fclose(f);
    return path;
}

static struct signer *signer_of(enum pki_key which)
{
    const char *path = key_file(which, NULL);
    struct signer *s = NULL;

    CHECK_INT(signer_open(path, &s, NULL), ST_OK);
    unlink(path);
    return s;
}

TEST(a_signed_body_verifies)
{
    static const struct str bodies[] = { { "{}", 2 }, { NULL, 0 }, { "a\0b", 3 } };
    struct signer *signer = signer_of(PKI_LEAF);
    struct signature_key *k = NULL;

    CHECK_INT(signature_key_create(pki_key(PKI_LEAF), &k, NULL), ST_OK);
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct buf text = BUF_INIT(4096);
        struct signature s;
        CHECK_INT(signer_sign(signer, bodies[i], &text, NULL), ST_OK);
        CHECK_INT(signature_decode(buf_str(&text), &s, NULL), ST_OK);
        CHECK_INT(signature_verify(k, bodies[i], &s, NULL), ST_OK);
        CHECK_INT(signature_verify(k, STR("other"), &s, NULL), ST_UNTRUSTED);
        buf_free(&text);
    }
    signature_key_free(k);
    signer_free(signer);
}

TEST(a_signature_that_does_not_fit_is_an_error)
{
    struct signer *signer = signer_of(PKI_LEAF);
    struct buf text = BUF_INIT(100);
    struct err err = ERR_NONE;

    CHECK_INT(signer_sign(signer, STR("{}"), &text, &err), ST_SYSTEM);
    CHECK(err.text[0] != '\0');
    buf_free(&text);
    signer_free(signer);
}

static void check_refused(const char *path)
{
    struct signer *s = NULL;
    struct err err = ERR_NONE;

    CHECK_INT(signer_open(path, &s, &err), ST_INVALID);
    CHECK(strstr(err.text, path));
    assert_null(s);
}

TEST(only_an_unencrypted_rsa_key_is_accepted)
{
    const char *path = key_file(PKI_EC, NULL);

    check_refused(path);
    unlink(path);
    path = key_file(PKI_LEAF, "secret"); /* must not prompt for the passphrase */
    check_refused(path);
    unlink(path);
    check_refused("/dev/null");
    check_refused("/nonexistent/key.pem");
    signer_free(NULL);
}

TESTS(a_signed_body_verifies, a_signature_that_does_not_fit_is_an_error,
      only_an_unencrypted_rsa_key_is_accepted)
