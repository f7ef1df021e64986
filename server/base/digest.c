/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/digest.c -- OpenSSL's digests behind plain functions.
 *
 * OpenSSL 3 looks an algorithm up by name at every use unless it is fetched; we fetch each once for
 * the life of the process. A process whose OpenSSL has no SHA-256 or no random numbers cannot do
 * its work safely, so those faults abort. */
#include "server/base/digest.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Written by fetch_all() under `fetched`, only read after it. */
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

void sha256(struct str data, uint8_t out[SHA256_BYTES])
{
    (void)pthread_once(&fetched, fetch_all);
    if (EVP_Digest(data.n ? data.p : "", data.n, out, NULL, md_sha256, NULL) != 1)
        abort();
}

static void put_hex(const uint8_t sum[SHA256_BYTES], char out[65])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < SHA256_BYTES; i++) {
        out[2 * i] = digits[sum[i] >> 4];
        out[2 * i + 1] = digits[sum[i] & 15];
    }
    out[64] = '\0';
}

void sha256_hex(struct str data, char out[65])
{
    uint8_t sum[SHA256_BYTES];

    sha256(data, sum);
    put_hex(sum, out);
}

/* ---- in pieces ---- */

struct sha256_run {
    EVP_MD_CTX *ctx;
};

struct sha256_run *sha256_begin(void)
{
    struct sha256_run *run = malloc(sizeof *run);

    (void)pthread_once(&fetched, fetch_all);
    if (!run)
        return NULL;
    run->ctx = EVP_MD_CTX_new();
    if (run->ctx && EVP_DigestInit_ex2(run->ctx, md_sha256, NULL) == 1)
        return run;
    EVP_MD_CTX_free(run->ctx);
    free(run);
    return NULL;
}

void sha256_add(struct sha256_run *run, struct str data)
{
    if (data.n > 0 && EVP_DigestUpdate(run->ctx, data.p, data.n) != 1)
        abort();
}

void sha256_end_hex(struct sha256_run *run, char out[65])
{
    uint8_t sum[SHA256_BYTES];

    if (EVP_DigestFinal_ex(run->ctx, sum, NULL) != 1)
        abort();
    put_hex(sum, out);
    EVP_MD_CTX_free(run->ctx);
    free(run);
}

void hmac_sha256(struct str key, struct str data, uint8_t out[SHA256_BYTES])
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

static pthread_once_t crc_made = PTHREAD_ONCE_INIT;
static uint32_t crc_table[256];

static void crc_make(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int bit = 0; bit < 8; bit++)
            c = c & 1 ? c >> 1 ^ 0xEDB88320U : c >> 1;
        crc_table[i] = c;
    }
}

uint32_t crc32_of(struct str data)
{
    uint32_t c = 0xFFFFFFFFU;

    (void)pthread_once(&crc_made, crc_make);
    for (size_t i = 0; i < data.n; i++)
        c = crc_table[(c ^ (unsigned char)data.p[i]) & 0xFF] ^ c >> 8;
    return ~c;
}

void random_bytes(void *out, size_t n)
{
    unsigned char *p = out;

    while (n > 0) {
        int part = n < 4096 ? (int)n : 4096;
        if (RAND_bytes(p, part) != 1)
            abort();
        p += part;
        n -= (size_t)part;
    }
}

uint64_t random_u64(void)
{
    uint64_t value;

    random_bytes(&value, sizeof value);
    return value;
}

void wipe(void *p, size_t n)
{
    if (n)
        OPENSSL_cleanse(p, n);
}

void id_hash(struct str id, char out[13])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t sum[SHA256_BYTES];

    (void)pthread_once(&fetched, fetch_all); /* draws the key */
    hmac_sha256((struct str){ (const char *)log_key, sizeof log_key }, id, sum);
    for (size_t i = 0; i < 6; i++) {
        out[2 * i] = digits[sum[i] >> 4];
        out[2 * i + 1] = digits[sum[i] & 15];
    }
    out[12] = '\0';
}
