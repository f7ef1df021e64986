/* SPDX-License-Identifier: Apache-2.0 */
/* certs/signer.c -- signs with one RSA key. */
#include "certs/signer.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#include "certs/signature.h"
#include "server/base/base64.h"

struct signer {
    EVP_PKEY *key;
};

/* Refuses an encrypted key; OpenSSL would otherwise prompt on the terminal. */
static int no_passphrase(char *out, int size, int writing, void *data)
{
    (void)out, (void)size, (void)writing, (void)data;
    return -1;
}

enum status signer_open(const char *path, struct signer **ret_signer, struct err *err)
{
    FILE *f = fopen(path, "re");
    struct signer *s = NULL;

    if (!f)
        return err_set(err, ST_INVALID, "cannot read the key %s: %s", path, strerror(errno));
    s = calloc(1, sizeof *s);
    if (s)
        s->key = PEM_read_PrivateKey(f, NULL, no_passphrase, NULL);
    (void)fclose(f);
    ERR_clear_error();
    if (!s)
        return err_no_memory(err);
    if (!s->key || !EVP_PKEY_is_a(s->key, "RSA") ||
        EVP_PKEY_get_size(s->key) > SIGNATURE_BYTES_MAX) {
        signer_free(s);
        return err_set(err, ST_INVALID, "%s does not hold an unencrypted RSA private key in PEM",
                       path);
    }
    *ret_signer = s;
    return ST_OK;
}

void signer_free(struct signer *s)
{
    if (!s)
        return;
    EVP_PKEY_free(s->key);
    free(s);
}

enum status signer_sign(const struct signer *s, struct str body, struct buf *out, struct err *err)
{
    unsigned char raw[SIGNATURE_BYTES_MAX];
    const unsigned char *text = (const unsigned char *)(body.n ? body.p : "");
    size_t n = sizeof raw;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good = ctx && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, s->key) == 1 &&
                EVP_DigestSign(ctx, raw, &n, text, body.n) == 1;

    EVP_MD_CTX_free(ctx);
    if (!good) {
        ERR_clear_error();
        return err_set(err, ST_SYSTEM, "the key cannot sign");
    }
    base64_encode(out, raw, n);
    return out->failed ? err_no_memory(err) : ST_OK;
}
