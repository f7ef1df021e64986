/* SPDX-License-Identifier: Apache-2.0 */
/* certs/signer.h -- signs a request body as Alexa does, for local use with the development chain.
 *
 * The counterpart of signature.h. Nothing in the daemon uses it: the key is one of our own making
 * (certs/dev/), and only a daemon that is told to trust its root believes the result. */
#ifndef CLIMACAST_CERTS_SIGNER_H
#define CLIMACAST_CERTS_SIGNER_H

#include "server/base/err.h"
#include "server/base/str.h"

struct signer;

/* Read an RSA private key from a PEM file. ST_INVALID when it cannot be read, is encrypted, or is
 * no RSA key. An unchanging signer may be used by many threads at once. */
enum status signer_open(const char *path, struct signer **ret_signer, struct err *err);
void signer_free(struct signer *s); /* NULL allowed */

/* Append base64 of the RSA PKCS#1 v1.5 signature over the body's SHA-256: the value of
 * Signature-256. */
enum status signer_sign(const struct signer *s, struct str body, struct buf *out, struct err *err);

#endif
