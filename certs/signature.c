/* SPDX-License-Identifier: Apache-2.0 */
/* certs/signature.c -- RSA signature verification.
 *
 * Setting up an RSA verification in OpenSSL 3 looks algorithms up by name, which costs a quarter as
 * much as the verification itself. So the context is set up once per key and copied for threads
 * that verify at once; a copy that has verified a good signature is used again. Only PKCS#1 v1.5
 * with SHA-256 is ever set up; a signature cannot choose another scheme. */
#include "certs/signature.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "server/base/base64.h"
#include "server/base/digest.h"

enum { SPARES = 4 };

struct spares {
    EVP_PKEY_CTX *_Atomic contexts[SPARES]; /* a thread takes one out while it uses it */
};

struct signature_key {
    EVP_PKEY_CTX *prepared; /* only ever copied */
    size_t bytes;           /* of the modulus, and so of every signature */
    struct spares *spares;
};

static enum status signature_invalid(struct err *err, enum status st, const char *why)
{
    return err_reason(err, st, "signature_invalid", "the signature %s", why);
}

enum status signature_decode(struct str base64, struct signature *ret_signature, struct err *err)
{
    size_t n = 0;

    if (!base64_decode(base64, ret_signature->bytes, sizeof ret_signature->bytes, &n) || n == 0)
        return signature_invalid(err, ST_DENIED, "is not base64 of a plausible length");
    ret_signature->n = n;
    return ST_OK;
}

enum status signature_key_create(EVP_PKEY *key, struct signature_key **ret_key, struct err *err)
{
    struct signature_key *k = NULL;
    int bits = key ? EVP_PKEY_get_bits(key) : 0;

    if (!key || !EVP_PKEY_is_a(key, "RSA"))
        return err_reason(err, ST_UNTRUSTED, "certificate_untrusted",
                          "the certificate's key is not RSA");
    if (bits < SIGNATURE_KEY_BITS_MIN || bits > SIGNATURE_KEY_BITS_MAX)
        return err_reason(err, ST_UNTRUSTED, "certificate_untrusted",
                          "the certificate's key has %d bits", bits);
    k = calloc(1, sizeof *k);
    if (!k)
        return err_reason(err, ST_UNAVAILABLE, "certificate_unavailable", "out of memory");
    k->bytes = (size_t)EVP_PKEY_get_size(key);
    k->prepared = EVP_PKEY_CTX_new(key, NULL);
    k->spares = calloc(1, sizeof *k->spares);
    if (!k->prepared || !k->spares || EVP_PKEY_verify_init(k->prepared) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(k->prepared, RSA_PKCS1_PADDING) != 1 ||
        EVP_PKEY_CTX_set_signature_md(k->prepared, EVP_sha256()) != 1) {
        ERR_clear_error();
        signature_key_free(k);
        return err_reason(err, ST_UNAVAILABLE, "certificate_unavailable",
                          "the certificate's key cannot be set up");
    }
    *ret_key = k;
    return ST_OK;
}

void signature_key_free(struct signature_key *k)
{
    if (!k)
        return;
    for (size_t i = 0; k->spares && i < SPARES; i++)
        EVP_PKEY_CTX_free(atomic_load(&k->spares->contexts[i]));
    free(k->spares);
    EVP_PKEY_CTX_free(k->prepared);
    free(k);
}

static EVP_PKEY_CTX *take_context(const struct signature_key *k)
{
    for (size_t i = 0; i < SPARES; i++) {
        EVP_PKEY_CTX *ctx = atomic_exchange(&k->spares->contexts[i], NULL);
        if (ctx)
            return ctx;
    }
    return EVP_PKEY_CTX_dup(k->prepared);
}

static void give_context(const struct signature_key *k, EVP_PKEY_CTX *ctx)
{
    for (size_t i = 0; i < SPARES; i++) {
        EVP_PKEY_CTX *none = NULL;
        if (atomic_compare_exchange_strong(&k->spares->contexts[i], &none, ctx))
            return;
    }
    EVP_PKEY_CTX_free(ctx);
}

static enum status out_of_memory(struct err *err)
{
    return err_reason(err, ST_UNAVAILABLE, "overloaded", "out of memory");
}

/* Does the thread's queue of errors name memory? Empties it. */
static bool lacked_memory(void)
{
    bool lacked = false;

    for (unsigned long e; (e = ERR_get_error()) != 0;)
        lacked = lacked || ERR_GET_REASON(e) == ERR_R_MALLOC_FAILURE;
    return lacked;
}

/* EVP_PKEY_verify() returns the same for a forged signature and when memory runs out. */
enum status signature_verify(const struct signature_key *k, struct str body,
                             const struct signature *signature, struct err *err)
{
    uint8_t digest[SHA256_BYTES];
    EVP_PKEY_CTX *ctx;
    int verdict;

    if (signature->n != k->bytes)
        return signature_invalid(err, ST_UNTRUSTED, "does not have the length of the key");
    ctx = digest_sha256(body, digest) ? take_context(k) : NULL;
    if (!ctx) {
        ERR_clear_error();
        return out_of_memory(err);
    }
    verdict = EVP_PKEY_verify(ctx, signature->bytes, signature->n, digest, sizeof digest);
    if (verdict == 1) {
        give_context(k, ctx);
        return ST_OK;
    }
    EVP_PKEY_CTX_free(ctx);
    if (lacked_memory())
        return out_of_memory(err);
    return signature_invalid(err, ST_UNTRUSTED, "does not match the body");
}
