/* SPDX-License-Identifier: Apache-2.0 */
/* certs/signature.h -- verifies Signature-256: base64 of an RSA PKCS#1 v1.5 signature over the
 * body's SHA-256.
 *
 * Thread-safe: a prepared key is immutable, and any number of threads may verify with it at
 * once. */
#ifndef CLIMACAST_CERTS_SIGNATURE_H
#define CLIMACAST_CERTS_SIGNATURE_H

#include <openssl/types.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/base/str.h"

enum {
    SIGNATURE_KEY_BITS_MIN = 2048,
    SIGNATURE_KEY_BITS_MAX = 8192,
    SIGNATURE_BYTES_MAX = SIGNATURE_KEY_BITS_MAX / 8,
};

struct signature {
    uint8_t bytes[SIGNATURE_BYTES_MAX];
    size_t n;
};

/* ST_DENIED with signature_invalid when it is not base64 or longer than any accepted key. */
enum status signature_decode(struct str base64, struct signature *ret_signature, struct err *err);

/* A public key prepared once, so that a request pays for little more than the RSA operation. */
struct signature_key;

/* ST_UNTRUSTED with certificate_untrusted unless it is an RSA key of 2048 to 8192 bits;
 * ST_UNAVAILABLE with certificate_unavailable when out of memory. */
enum status signature_key_create(EVP_PKEY *key, struct signature_key **ret_key, struct err *err);
void signature_key_free(struct signature_key *k); /* NULL allowed */

/* ST_OK, ST_UNTRUSTED with signature_invalid, or ST_UNAVAILABLE with overloaded (out of memory). */
enum status signature_verify(const struct signature_key *k, struct str body,
                             const struct signature *signature, struct err *err);

#endif
