/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/digest.c -- OpenSSL's digests as plain functions.
 *
 * OpenSSL 3 looks an algorithm up by name on every use unless it has been fetched, so each one is
 * fetched once for the life of the process. A process whose OpenSSL lacks SHA-256 cannot work
 * safely, so failures abort. */
#include "server/base/digest.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/hex.h"
#include "server/base/random.h"

/* Written by fetch_all() under `fetched`, only read after that. */
static pthread_once_t fetched = PTHREAD_ONCE_INIT;
static EVP_MD *md_sha256;
static EVP_MAC *mac_hmac;
static uint8_t log_key[SHA256_BYTES];

static void fetch_all(void)
{
    md_sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    mac_hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    if (!md_sha256 || !mac_hmac)
        abort();
    random_bytes(log_key, sizeof log_key);
}

void digest_sha256(struct str data, uint8_t out[SHA256_BYTES])
{
    (void)pthread_once(&fetched, fetch_all);
    if (EVP_Digest(data.n ? data.p : "", data.n, out, NULL, md_sha256, NULL) != 1)
        abort();
}

void digest_sha256_hex(struct str data, char out[65])
{
    uint8_t sum[SHA256_BYTES];

    digest_sha256(data, sum);
    hex_format(sum, sizeof sum, out);
}

/* ---- streams ---- */

struct digest_stream {
    EVP_MD_CTX *ctx;
};

struct digest_stream *digest_stream_create(void)
{
    struct digest_stream *s = malloc(sizeof *s);

    (void)pthread_once(&fetched, fetch_all);
    if (!s)
        return NULL;
    s->ctx = EVP_MD_CTX_new();
    if (s->ctx && EVP_DigestInit_ex2(s->ctx, md_sha256, NULL) == 1)
        return s;
    EVP_MD_CTX_free(s->ctx);
    free(s);
    return NULL;
}

void digest_stream_add(struct digest_stream *s, struct str data)
{
    if (data.n > 0 && EVP_DigestUpdate(s->ctx, data.p, data.n) != 1)
        abort();
}

void digest_stream_finish_hex(struct digest_stream *s, char out[65])
{
    uint8_t sum[SHA256_BYTES];

    if (EVP_DigestFinal_ex(s->ctx, sum, NULL) != 1)
        abort();
    hex_format(sum, sizeof sum, out);
    EVP_MD_CTX_free(s->ctx);
    free(s);
}

void digest_hmac_sha256(struct str key, struct str data, uint8_t out[SHA256_BYTES])
{
    char name[] = "SHA256";
    OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
                            OSSL_PARAM_construct_end() };
    EVP_MAC_CTX *ctx;
    size_t n = 0;

    (void)pthread_once(&fetched, fetch_all);
    ctx = EVP_MAC_CTX_new(mac_hmac);
    if (!ctx || EVP_MAC_init(ctx, (const uint8_t *)(key.n ? key.p : ""), key.n, params) != 1 ||
        EVP_MAC_update(ctx, (const uint8_t *)(data.n ? data.p : ""), data.n) != 1 ||
        EVP_MAC_final(ctx, out, &n, SHA256_BYTES) != 1)
        abort();
    EVP_MAC_CTX_free(ctx);
}

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

void digest_log_id(struct str id, char out[13])
{
    uint8_t sum[SHA256_BYTES];

    (void)pthread_once(&fetched, fetch_all); /* draws the key */
    digest_hmac_sha256((struct str){ (const char *)log_key, sizeof log_key }, id, sum);
    hex_format(sum, 6, out);
}
