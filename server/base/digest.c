/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/digest.c -- OpenSSL's digests as plain functions.
 *
 * OpenSSL 3 looks an algorithm up by name on every use unless it has been fetched, so each one is
 * fetched once for the life of the process, and HMAC is prepared as far as possible and then
 * copied. When that fails, the next use tries again. */
#include "server/base/digest.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/hex.h"
#include "server/base/siphash.h"

/* ---- loading ---- */

/* Set once, under `load_lock`, before `loaded` is; only read after that. */
static EVP_MD *md_sha256;
static EVP_MAC_CTX *hmac_sha256; /* without a key */
static pthread_mutex_t load_lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool loaded;

/* HMAC-SHA-256 without a key. NULL on failure. */
static EVP_MAC_CTX *prepare_hmac(void)
{
    char name[] = "SHA256";
    OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
                            OSSL_PARAM_construct_end() };
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *ctx = mac ? EVP_MAC_CTX_new(mac) : NULL;

    EVP_MAC_free(mac); /* the context has a reference */
    if (ctx && EVP_MAC_CTX_set_params(ctx, params) == 1)
        return ctx;
    EVP_MAC_CTX_free(ctx);
    return NULL;
}

/* A copy of `prepared` with a key. NULL on failure. */
static EVP_MAC_CTX *copy_hmac(const EVP_MAC_CTX *prepared, struct str key)
{
    EVP_MAC_CTX *ctx = EVP_MAC_CTX_dup(prepared);

    if (ctx && EVP_MAC_init(ctx, (const uint8_t *)(key.n ? key.p : ""), key.n, NULL) == 1)
        return ctx;
    EVP_MAC_CTX_free(ctx);
    return NULL;
}

/* Continues where an earlier attempt failed. */
static bool load_algorithms(void)
{
    if (!md_sha256)
        md_sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    if (md_sha256 && !hmac_sha256)
        hmac_sha256 = prepare_hmac();
    return hmac_sha256;
}

static bool ensure_loaded(void)
{
    if (atomic_load_explicit(&loaded, memory_order_acquire))
        return true;
    pthread_mutex_lock(&load_lock);
    bool ok = load_algorithms();
    atomic_store_explicit(&loaded, ok, memory_order_release);
    pthread_mutex_unlock(&load_lock);
    return ok;
}

/* Errors of OpenSSL would otherwise stay in the thread's queue. */
static bool openssl_ok(bool ok)
{
    if (!ok)
        ERR_clear_error();
    return ok;
}

enum status digest_load(struct err *err)
{
    if (openssl_ok(ensure_loaded()))
        return ST_OK;
    return err_set(err, ST_SYSTEM, "OpenSSL does not provide SHA-256 and HMAC");
}

/* ---- digests ---- */

bool digest_sha256(struct str data, uint8_t out[SHA256_BYTES])
{
    return openssl_ok(ensure_loaded() &&
                      EVP_Digest(data.n ? data.p : "", data.n, out, NULL, md_sha256, NULL) == 1);
}

bool digest_sha256_hex(struct str data, char out[65])
{
    uint8_t sum[SHA256_BYTES];

    if (!digest_sha256(data, sum))
        return false;
    hex_format(sum, sizeof sum, out);
    return true;
}

static bool hmac_of(EVP_MAC_CTX *ctx, struct str data, uint8_t out[SHA256_BYTES])
{
    size_t n = 0;

    return EVP_MAC_update(ctx, (const uint8_t *)(data.n ? data.p : ""), data.n) == 1 &&
           EVP_MAC_final(ctx, out, &n, SHA256_BYTES) == 1;
}

bool digest_hmac_sha256(struct str key, struct str data, uint8_t out[SHA256_BYTES])
{
    EVP_MAC_CTX *ctx = ensure_loaded() ? copy_hmac(hmac_sha256, key) : NULL;
    bool ok = ctx && hmac_of(ctx, data, out);

    EVP_MAC_CTX_free(ctx);
    return openssl_ok(ok);
}

/* ---- log ids ---- */

static struct siphash_key log_key;
static bool log_key_is_set;

static void create_log_key(void)
{
    if (!log_key_is_set)
        siphash_key_create(&log_key);
}

void digest_set_log_key(const uint8_t key[SHA256_BYTES])
{
    memcpy(&log_key, key, sizeof log_key);
    log_key_is_set = true;
}

void digest_log_id(struct str id, char out[13])
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    uint64_t hash;

    (void)pthread_once(&once, create_log_key);
    hash = siphash(&log_key, id);
    hex_format((const uint8_t *)&hash, 6, out);
}

/* ---- streams ---- */

struct digest_stream {
    EVP_MD_CTX *ctx;
    bool failed;
};

struct digest_stream *digest_stream_create(void)
{
    struct digest_stream *s = calloc(1, sizeof *s);

    if (!s)
        return NULL;
    s->ctx = ensure_loaded() ? EVP_MD_CTX_new() : NULL;
    if (openssl_ok(s->ctx && EVP_DigestInit_ex2(s->ctx, md_sha256, NULL) == 1))
        return s;
    digest_stream_free(s);
    return NULL;
}

void digest_stream_add(struct digest_stream *s, struct str data)
{
    if (data.n > 0 && !openssl_ok(EVP_DigestUpdate(s->ctx, data.p, data.n) == 1))
        s->failed = true;
}

bool digest_stream_finish_hex(struct digest_stream *s, char out[65])
{
    uint8_t sum[SHA256_BYTES];
    bool ok = openssl_ok(!s->failed && EVP_DigestFinal_ex(s->ctx, sum, NULL) == 1);

    if (ok)
        hex_format(sum, sizeof sum, out);
    digest_stream_free(s);
    return ok;
}

void digest_stream_free(struct digest_stream *s)
{
    if (!s)
        return;
    EVP_MD_CTX_free(s->ctx);
    free(s);
}

/* ---- CRC-32 ---- */

static pthread_once_t crc_filled = PTHREAD_ONCE_INIT;
static uint32_t crc_table[256];

static void fill_crc_table(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int bit = 0; bit < 8; bit++)
            c = c & 1 ? c >> 1 ^ 0xEDB88320U : c >> 1;
        crc_table[i] = c;
    }
}

uint32_t digest_crc32(struct str data)
{
    uint32_t c = 0xFFFFFFFFU;

    (void)pthread_once(&crc_filled, fill_crc_table);
    for (size_t i = 0; i < data.n; i++)
        c = crc_table[(c ^ (unsigned char)data.p[i]) & 0xFF] ^ c >> 8;
    return ~c;
}
