/* SPDX-License-Identifier: Apache-2.0 */
/* certs/signer.h -- signs a request body as Alexa does, with the development chain's key.
 *
 * The counterpart of signature.h, for the tool and the tests; the daemon does not use it. The key
 * is made by certs/dev/make.sh, and only a daemon that trusts the development root accepts the
 * result. */
#ifndef CLIMACAST_CERTS_SIGNER_H
#define CLIMACAST_CERTS_SIGNER_H

#include "server/base/err.h"
#include "server/base/str.h"

struct signer;

/* Read an RSA private key from a PEM file. ST_INVALID when it cannot be read, is encrypted, or is
 * not an RSA key. Any number of threads may use a signer at once. */
enum status signer_open(const char *path, struct signer **ret_signer, struct err *err);
void signer_free(struct signer *s); /* NULL allowed */

/* Append the value of Signature-256: base64 of the RSA PKCS#1 v1.5 signature over the body's
 * SHA-256. */
enum status signer_sign(const struct signer *s, struct str body, struct buf *out, struct err *err);

#endif
